/** What a person can do where nothing was found out because the resolver gave no answer; the site is not to blame. */
import type { TransportFailure } from '../../dns/ask.ts';
import type { Report } from '../../report.ts';

type NextStep = 'nextSilent' | 'nextSignIn' | 'nextFaulty';

/** The key of the sentence. */
export function nextStepOf({ reason }: Pick<Report, 'reason'>): NextStep | undefined {
  return reason.code === 'no-answer' ? nextStepAfter(reason.failure) : undefined;
}

function nextStepAfter({ code }: TransportFailure): NextStep | undefined {
  switch (code) {
    case 'unreachable':
    case 'timeout':
      return 'nextSilent';
    // A captive portal puts a page of its own in the place of every answer, or leads on to it.
    case 'content-type':
    case 'redirected':
      return 'nextSignIn';
    case 'no-resolver':
    case 'not-recorded':
      return undefined;
    default:
      return 'nextFaulty';
  }
}
