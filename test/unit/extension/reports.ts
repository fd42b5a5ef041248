/** Reports for the tests of the extension: sound in shape, told apart by what the test sets. */
import { offReport } from '../../../src/check.ts';
import type { Report, SiteVerdict } from '../../../src/report.ts';

export const NOW = 1_795_000_000;

export function report(verdict: SiteVerdict, changes: Partial<Report> = {}): Report {
  return {
    ...offReport({ host: 'site.example', port: 443, now: NOW }, { code: 'switched-off' }),
    verdict,
    reason: { code: 'tlsa-absent' },
    validUntil: NOW + 300,
    ...changes,
  };
}

/** A report whose certificate was compared. */
export function reportWithCertificate(verdict: 'verified' | 'mismatch' = 'verified'): Report {
  return report(verdict, {
    certificate: {
      kind: 'full chain',
      source: 'firefox-security-info',
      how: 'with the response',
      pkix: 'valid',
      obtainedAt: NOW,
      chain: [],
    },
  });
}
