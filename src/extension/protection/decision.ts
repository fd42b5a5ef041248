/**
 * What is to become of a page, or of what a page loads, now: a pure function of the verdict, of what the person chose
 * and of the exceptions they made. Whoever holds a response, and whoever takes a page away, asks here and nowhere else.
 *
 * Only a contradiction is ever stopped, and never a site of which nothing could be found out: else whoever can disturb
 * DNS could take any site away, and people would learn to click through.
 */
import type { Reason, SiteVerdict } from '../../report.ts';
import { isContradiction } from '../hosts/host-list.ts';
import type { Protection, WhenLate } from '../settings.ts';
import { type Bound, isSame, type Place, reasonKey } from './exceptions.ts';

/** As much of a report as is looked at. */
export interface DecidedOn {
  readonly verdict: SiteVerdict;
  readonly reason: Reason;
}

export interface Matter {
  readonly place: Place;
  /** Undefined while the check runs. */
  readonly report: DecidedOn | undefined;
  /**
   * The digest of the certificate that was shown; empty: none was, and none will be. Undefined: one may yet come.
   */
  readonly certificate: string | undefined;
  /** Did it wait as long as it may? Only what can be held waits. */
  readonly late: boolean;
}

export interface Rules {
  readonly protection: Protection;
  readonly whenLate: WhenLate;
  /** What the person lets through and is not over yet: exceptions, and what counts for this load alone. */
  readonly letThrough: readonly Bound[];
}

/** `wait`: ask again when more is known. `warn`: stopped, with a way on. `block`: stopped without one. */
export type Decision = 'pass' | 'wait' | 'warn' | 'block';

export function decide({ place, report, certificate, late }: Matter, rules: Rules): Decision {
  const { protection, whenLate, letThrough } = rules;
  if (protection === 'show') return 'pass';
  if (report === undefined) return late && whenLate === 'show' ? 'pass' : 'wait';
  if (!isContradiction(report.verdict)) return 'pass';
  const bound = boundOf(place, report);
  if (certificate !== undefined) {
    return letThrough.some((one) => isSame(one, { ...bound, certificate })) ? 'pass' : protection;
  }
  // What is let through with one certificate is not stopped before it is known which one comes.
  const mayPass = letThrough.some((one) => isSame(one, { ...bound, certificate: one.certificate }));
  return mayPass ? 'wait' : protection;
}

/** What an exception for this would be bound to, its certificate aside. */
export function boundOf(place: Place, { verdict, reason }: DecidedOn): Omit<Bound, 'certificate'> {
  const { host, port } = place;
  return { host, port, private: place.private, verdict, reason: reasonKey(reason) };
}
