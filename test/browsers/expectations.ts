/** What a visit must have come to: on the button, in its title, and in the report with its facts. */
import { expect } from 'vitest';
import type { CertificateSource } from '../../src/dane/evidence.ts';
import type { Report, SiteVerdict } from '../../src/report.ts';
import type { Visited } from './drivers/extension.ts';

/** What a target gets to see of a certificate decides what it can say. */
export type Sight = 'full chain' | 'leaf only' | 'none';

export interface Expected {
  readonly verdict: SiteVerdict;
  readonly reason?: object;
  /** The TLSA base domain; the host where left out. */
  readonly base?: string;
  /** Of the records, in alphabetical order: an RRset has none of its own. */
  readonly outcomes?: readonly string[];
  /** A host beside the page's own is wrong, which a browser that shows its certificate may mark (see hosts.test.ts). */
  readonly mayBeMarked?: true;
  /** The hosts that certificates above the leaf were fetched from. */
  readonly fetched?: readonly string[];
}

export const matched = (usage: number, selector: number, matchingType: number, depth: number): Expected => ({
  verdict: 'verified',
  reason: { code: 'matched', usage, selector, matchingType, depth },
});
export const noMatch = (usable = 1, unusable = 0): Expected => ({
  verdict: 'mismatch',
  reason: { code: 'no-match', usable, unusable },
});
export const NO_PATH: Expected = { verdict: 'mismatch', reason: { code: 'path-failed', fault: { code: 'no-path' } } };
export const ISSUER_UNREAD: Expected = {
  verdict: 'unread',
  reason: { code: 'issuer-unread' },
  outcomes: ['issuer-unread'],
};
export const ABSENT: Expected = { verdict: 'signed', reason: { code: 'tlsa-absent' }, outcomes: [] };
export const INSECURE: Expected = { verdict: 'insecure', outcomes: [] };
export const off = (code: string): Expected => ({ verdict: 'off', reason: { code }, outcomes: [] });

/** Written down here once more on purpose: what a person sees is a promise. */
export const BUTTON: Readonly<Record<SiteVerdict, { readonly badge: string; readonly title: RegExp }>> = {
  verified: { badge: '✓', title: /: certificate confirmed by DNS$/ },
  mismatch: { badge: '✗', title: /: the certificate is NOT the one published in DNS$/ },
  bogus: { badge: '!', title: /: signed DNS data does not hold$/ },
  signed: { badge: '–', title: /: signed DNS/ },
  insecure: { badge: '·', title: /: no signed DNS data$/ },
  indeterminate: { badge: '?', title: /: could not be checked$/ },
  unread: { badge: 'i', title: /: certificate not shown, nothing to compare$/ },
  off: { badge: '', title: /: not checked$/ },
};

/** Of what the whole chain and the leaf alone lead to: without a certificate, whatever hangs on one is `unread`. */
export function expectedIn(sight: Sight, fullChain: Expected, leafOnly: Expected): Expected {
  if (sight === 'full chain') return fullChain;
  if (sight === 'leaf only') return leafOnly;
  const decided = fullChain.verdict === 'verified' || fullChain.verdict === 'mismatch';
  if (!decided) return fullChain;
  const { base } = fullChain;
  const reason = { code: 'certificate-unread', why: 'reading switched off' };
  return { verdict: 'unread', reason, ...(base !== undefined && { base }) };
}

export function expectSeen(seen: Visited, url: URL, expected: Expected): void {
  const { verdict, reason, base = url.hostname, outcomes, fetched = [] } = expected;
  const { badge, title } = BUTTON[verdict];
  const isMarked = expected.mayBeMarked === true && seen.badge === `${badge}*`;
  expect(seen).toMatchObject({ loaded: true, verdict, badge: isMarked ? `${badge}*` : badge });
  expect(isMarked ? seen.title.replace(/; .*$/, '') : seen.title).toMatch(title);
  expect(seen.title).toContain(url.hostname);
  const report = seen.report!;
  expect(report).toMatchObject({ host: url.hostname, port: portOf(url), base, verdict });
  if (reason !== undefined) expect(report.reason).toMatchObject(reason);
  if (outcomes !== undefined) expect(report.tlsa.map(({ outcome }) => outcome.code).sort()).toEqual(outcomes);
  const certificates = 'chain' in report.certificate ? report.certificate.chain : [];
  expect(certificates.flatMap(({ fetchedFrom }) => hostOf(fetchedFrom))).toEqual(fetched);
}

/** The certificate is asked for only where it decides, and then it comes from where it can. */
export function expectSource(
  { verdict, certificate }: Report,
  sight: Sight,
  source: CertificateSource | undefined,
): void {
  const needed = verdict === 'verified' || verdict === 'mismatch' || verdict === 'unread';
  if (!needed) expect(certificate).toEqual({ kind: 'none', why: 'not needed' });
  else if (source === undefined) expect(certificate.kind).toBe('none');
  else expect(certificate).toMatchObject({ kind: sight, source, pkix: 'valid' });
}

function hostOf(url: string | undefined): string | [] {
  return url === undefined ? [] : new URL(url).hostname;
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 0;
}
