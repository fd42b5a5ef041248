/** What is worth mending in what one server publishes. It changes no verdict. */
import { adviseOnTlsa } from '../dane/advice.ts';
import type { CertificateEvidence } from '../dane/evidence.ts';
import { type TlsaRules, USAGE } from '../dane/tlsa-record.ts';
import type { PeerReport, ServiceAdvice } from './report.ts';

interface Published {
  readonly records: readonly Uint8Array[];
  /** Seconds, as published. */
  readonly ttl: number;
  readonly rules: TlsaRules;
  /** What one of the server's addresses showed. */
  readonly evidence?: CertificateEvidence;
}

export function advisePeer(peer: PeerReport, { records, ttl, rules, evidence }: Published): ServiceAdvice[] {
  const { host, alias, tlsa } = peer;
  const usages = new Set(tlsa.map(({ usage }) => usage));
  const usable = tlsa.filter(({ outcome }) => outcome.code !== 'unusable');
  const general = adviseOnTlsa({ records, ttl, tlsa, evidence: evidence ?? { kind: 'none', why: 'not needed' } });
  return [
    ...(alias === undefined ? [] : [{ code: 'alias', host, target: alias } as const]),
    ...(rules.pkixUsages === false
      ? [USAGE.PKIX_TA, USAGE.PKIX_EE]
          .filter((usage) => usages.has(usage))
          .map((usage) => ({ code: 'mail-pkix-usage', host, usage }) as const)
      : []),
    // Where a connection was made, what it came to tells whether the server does.
    ...(evidence === undefined && usable.some(({ usage }) => usage === USAGE.DANE_TA)
      ? [{ code: 'send-issuer', host } as const]
      : []),
    ...(usable.length > 0 && !usable.some(isAdvised) ? [{ code: 'prefer-3-1-1', host } as const] : []),
    ...general
      .filter(({ code }) => rules.pkixUsages !== false || code !== 'pkix-usage')
      .map((advice) => ({ code: 'tlsa', host, advice }) as const),
  ];
}

/** RFC 7672 section 3.1: `3 1 1`, or `2` where an organization issues its own certificates. */
function isAdvised({ usage, selector, matchingType }: PeerReport['tlsa'][number]): boolean {
  return (usage === USAGE.DANE_EE && selector === 1 && matchingType === 1) || usage === USAGE.DANE_TA;
}

export function adviseOnList(peers: readonly PeerReport[]): ServiceAdvice[] {
  if (!peers.some(({ treatment }) => treatment === 'verify')) return [];
  return peers
    .filter(({ treatment }) => treatment !== 'verify' && treatment !== 'skip')
    .map(({ host }) => ({ code: 'unprotected-beside-protected', host }));
}
