/** What a person can do where nothing was found out because the resolver gave no answer; the site is not to blame. */
import type { TransportFailure } from '../../dns/ask.ts';
import type { Report } from '../../report.ts';

type NextStep = 'nextSilent' | 'nextSignIn' | 'nextFaulty' | 'nextAddress';

/** The server is there, and has nothing at that address, or nothing that takes a question (RFC 9110 section 15.5). */
const NOT_THERE: readonly number[] = [404, 405, 410];

/** The key of the sentence. */
export function nextStepOf({ reason }: Pick<Report, 'reason'>): NextStep | undefined {
  return reason.code === 'no-answer' ? nextStepAfter(reason.failure) : undefined;
}

function nextStepAfter(failure: TransportFailure): NextStep | undefined {
  switch (failure.code) {
    case 'unreachable':
    case 'timeout':
      return 'nextSilent';
    // A captive portal puts a page of its own in the place of every answer, or leads on to it.
    case 'content-type':
    case 'redirected':
      return 'nextSignIn';
    case 'http-status':
      return NOT_THERE.includes(failure.status) ? 'nextAddress' : 'nextFaulty';
    case 'no-resolver':
    case 'not-recorded':
      return undefined;
    default:
      return 'nextFaulty';
  }
}
