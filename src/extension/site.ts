/** From a URL to what is checked, and the reports of pages that are not. */
import type { OffReason, Reason, Report } from '../report.ts';

export type Target =
  | { readonly kind: 'site'; readonly host: string; readonly port: number }
  | { readonly kind: 'off'; readonly host: string; readonly port: number; readonly reason: OffReason };

/** `url` as the browser gives it. Only https has a certificate of its own to check; the rest is `checkSite`'s. */
export function targetOf(text: string): Target {
  if (!URL.canParse(text)) return { kind: 'off', host: '', port: 0, reason: { code: 'not-https', scheme: '' } };
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https') {
    return { kind: 'off', host: url.hostname, port: Number(url.port), reason: { code: 'not-https', scheme } };
  }
  return { kind: 'site', host: url.hostname, port: url.port === '' ? 443 : Number(url.port) };
}

export function offReport(target: Extract<Target, { kind: 'off' }>, now: number): Report {
  // Nothing it says can run out.
  return { ...emptyReport(target, target.reason, now), verdict: 'off', validUntil: Number.MAX_SAFE_INTEGER };
}

/** The check ended in an exception, which is a fault of ours: nothing is known of the site. */
export function engineReport(target: Target, error: unknown, now: number): Report {
  const detail = error instanceof Error ? error.message : String(error);
  return { ...emptyReport(target, { code: 'engine', detail }, now), verdict: 'indeterminate' };
}

function emptyReport({ host, port }: Target, reason: Reason, now: number): Omit<Report, 'verdict'> {
  return {
    version: 1,
    host,
    port,
    reason,
    checkedAt: now,
    validUntil: now,
    base: host,
    tlsa: [],
    lookups: [],
    zones: [],
    certificate: { kind: 'none', why: 'not needed' },
    notes: [],
    resolvers: [],
    work: { queries: 0, roundTrips: 0, signatureChecks: 0, nsec3Hashes: 0 },
  };
}
