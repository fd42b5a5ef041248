/**
 * What the person let through although its verdict is a contradiction (the negative trust anchors of RFC 7646, V15):
 * made by hand alone, each for one host and port, one verdict with one reason, and one certificate. If any of these
 * changes, the exception says nothing. All of them end by themselves, with the browser at the latest.
 */
import { associationData, MATCHING } from '../../dane/tlsa-record.ts';
import { fromBase64, toHex } from '../../dns/encodings.ts';
import type { Reason, SiteVerdict } from '../../report.ts';
import type { StoredEvidence } from '../certificates/stored.ts';
import { isObject } from '../tabs.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
  /** In a private window: what is let through there is let through nowhere else, and the other way round. */
  readonly private: boolean;
}

/** What an exception is bound to. */
export interface Bound extends Place {
  readonly verdict: SiteVerdict;
  /** As `reasonKey` gives it. */
  readonly reason: string;
  /** As `certificateDigest` gives it. */
  readonly certificate: string;
}

export interface Exception extends Bound {
  readonly id: string;
  /** Epoch seconds; `until`: the first second in which it is over. */
  readonly madeAt: number;
  readonly until: number;
}

/** RFC 7646 section 2.1: no more than a week. */
export const EXCEPTION_LIFE_SECONDS = 7 * 24 * 3600;
/** Nobody makes so many in a week; the oldest goes for the newest. */
export const MAX_EXCEPTIONS = 64;

export function isLive({ madeAt, until }: Exception, now: number): boolean {
  // Whatever stands there, none lasts longer than a week, nor from the future.
  return now < until && now < madeAt + EXCEPTION_LIFE_SECONDS && madeAt <= now + CLOCK_SECONDS;
}

/** By so much a clock may have been set back since. */
const CLOCK_SECONDS = 60;

/** Are they bound to the very same? */
export function isSame(a: Bound, b: Bound): boolean {
  return (
    a.host === b.host &&
    a.port === b.port &&
    a.private === b.private &&
    a.verdict === b.verdict &&
    a.reason === b.reason &&
    a.certificate === b.certificate
  );
}

/** The list with a new one, and without those that are over or say the same. */
export function withException(
  exceptions: readonly Exception[],
  bound: Bound,
  { id, now, life = EXCEPTION_LIFE_SECONDS }: { readonly id: string; readonly now: number; readonly life?: number },
): readonly Exception[] {
  const { host, port, verdict, reason, certificate } = bound;
  const made = { host, port, private: bound.private, verdict, reason, certificate, id, madeAt: now, until: now + life };
  const others = live(exceptions, now).filter((one) => !isSame(one, bound));
  return [made, ...others].slice(0, MAX_EXCEPTIONS);
}

export function live(exceptions: readonly Exception[], now: number): readonly Exception[] {
  return exceptions.filter((one) => isLive(one, now));
}

/** Tells a reason from another one; what differs from check to check (clocks, words of a resolver) does not count. */
export function reasonKey(reason: Reason): string {
  return JSON.stringify(sorted(reason));
}

const PASSING: ReadonlySet<string> = new Set(['now', 'resolverTime', 'extendedErrors']);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !PASSING.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]));
}

/** SHA-256 of the site's own certificate, hex; empty where none was shown. */
export function certificateDigest(evidence: StoredEvidence | undefined): string {
  const text = evidence === undefined || evidence.kind === 'none' ? undefined : evidence.certificates[0];
  const octets = text === undefined ? undefined : fromBase64(text);
  return octets === undefined ? '' : toHex(associationData(octets, MATCHING.SHA2_256));
}

/** Is it what this version wrote? Against other versions and broken storage, as `isTabState` is. */
export function isException(value: unknown): value is Exception {
  if (!isObject(value) || !isBound(value) || typeof value['id'] !== 'string') return false;
  return Number.isSafeInteger(value['madeAt']) && Number.isSafeInteger(value['until']);
}

export function isBound(value: unknown): value is Bound {
  if (!isObject(value)) return false;
  return (
    ['host', 'verdict', 'reason', 'certificate'].every((key) => typeof value[key] === 'string') &&
    Number.isSafeInteger(value['port']) &&
    typeof value['private'] === 'boolean'
  );
}
