/** What is to become of a page: each verdict, mode and state of the certificate, and what is let through. */
import { describe, expect, test } from 'vitest';
import { boundOf, type Decision, decide } from '../../../../src/extension/protection/decision.ts';
import type { Bound } from '../../../../src/extension/protection/exceptions.ts';
import { PROTECTIONS, type Protection } from '../../../../src/extension/settings.ts';
import { type Reason, SITE_VERDICTS, type SiteVerdict } from '../../../../src/report.ts';

const PLACE = { host: 'site.example', port: 443, private: false };
const REASON: Reason = { code: 'no-match', usable: 1, unusable: 0 };
const OTHER: Reason = { code: 'no-match', usable: 2, unusable: 0 };
const LEAF = 'aa'.repeat(32);

function decided(
  verdict: SiteVerdict | undefined,
  changes: {
    protection?: Protection;
    whenLate?: 'show' | 'hold';
    late?: boolean;
    certificate?: string | undefined;
    reason?: Reason;
    letThrough?: readonly Bound[];
  } = {},
): Decision {
  const { protection = 'warn', whenLate = 'show', late = false, reason = REASON, letThrough = [] } = changes;
  const certificate = 'certificate' in changes ? changes.certificate : LEAF;
  const report = verdict === undefined ? undefined : { verdict, reason };
  return decide({ place: PLACE, report, certificate, late }, { protection, whenLate, letThrough });
}

const bound = (changes: Partial<Bound> = {}): Bound => ({
  ...boundOf(PLACE, { verdict: 'mismatch', reason: REASON }),
  certificate: LEAF,
  ...changes,
});

describe('by verdict and mode', () => {
  test.each(SITE_VERDICTS.flatMap((verdict) => PROTECTIONS.map((protection) => [verdict, protection] as const)))(
    '%s, %s',
    (verdict, protection) => {
      const contradicts = verdict === 'mismatch' || verdict === 'bogus';
      const expected = contradicts && protection !== 'show' ? protection : 'pass';
      for (const certificate of [LEAF, '', undefined]) {
        expect(decided(verdict, { protection, certificate })).toBe(expected);
        // That it took long changes nothing once it is there.
        expect(decided(verdict, { protection, certificate, late: true })).toBe(expected);
      }
    },
  );

  test('while the check runs, what can wait waits; after the limit, as was chosen', () => {
    expect(decided(undefined)).toBe('wait');
    expect(decided(undefined, { late: true })).toBe('pass');
    expect(decided(undefined, { late: true, whenLate: 'hold' })).toBe('wait');
    expect(decided(undefined, { protection: 'block' })).toBe('wait');
    expect(decided(undefined, { protection: 'show' })).toBe('pass');
  });
});

describe('what is let through', () => {
  test.each(['warn', 'block'] as const)('the very same passes, in %s', (protection) => {
    expect(decided('mismatch', { protection, letThrough: [bound()] })).toBe('pass');
  });

  test.each<[string, Partial<Bound>]>([
    ['another host', { host: 'www.site.example' }],
    ['another port', { port: 8443 }],
    ['a private window', { private: true }],
    ['another verdict', { verdict: 'bogus' }],
    ['another reason', { reason: boundOf(PLACE, { verdict: 'mismatch', reason: OTHER }).reason }],
    ['another certificate', { certificate: 'bb'.repeat(32) }],
    ['no certificate', { certificate: '' }],
  ])('%s says nothing', (_title, changes) => {
    expect(decided('mismatch', { letThrough: [bound(changes)] })).toBe('warn');
  });

  test('without a certificate: what was let through without one, and nothing else', () => {
    expect(decided('mismatch', { certificate: '', letThrough: [bound()] })).toBe('warn');
    expect(decided('mismatch', { certificate: '', letThrough: [bound({ certificate: '' })] })).toBe('pass');
  });

  test('before it is known which certificate comes, what may pass is not stopped', () => {
    expect(decided('mismatch', { certificate: undefined, letThrough: [bound()] })).toBe('wait');
    expect(decided('mismatch', { certificate: undefined, letThrough: [bound({ port: 8443 })] })).toBe('warn');
  });
});
