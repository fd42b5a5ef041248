/** Which exception a page is shown by, if any: for those who tell the person, not for those who decide. */
import type { Visit } from '../tab-state.ts';
import { boundOf } from './decision.ts';
import { readExceptions } from './exception-store.ts';
import { certificateDigest, type Exception, isSame, live } from './exceptions.ts';
import { placeOf } from './holding.ts';

/** `stored`: what lies under `EXCEPTIONS_KEY`. `privately`: in a private window; undefined where that is not known. */
export function exceptionInForce(
  stored: unknown,
  visit: Pick<Visit, 'url' | 'report' | 'evidence'> | undefined,
  privately: boolean | undefined,
  now: number,
): Exception | undefined {
  const place = visit && privately !== undefined ? placeOf(visit.url, privately) : undefined;
  if (place === undefined || visit?.report === undefined) return undefined;
  const bound = { ...boundOf(place, visit.report), certificate: certificateDigest(visit.evidence) };
  return live(readExceptions(stored), now).find((one) => isSame(one, bound));
}
