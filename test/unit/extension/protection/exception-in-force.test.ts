/** Which exception the popup speaks of: the one by which the very page it stands beside is shown, or none. */
import { expect, test } from 'vitest';
import { boundOf } from '../../../../src/extension/protection/decision.ts';
import { EXCEPTION_LIFE_SECONDS, withException } from '../../../../src/extension/protection/exceptions.ts';
import { exceptionInForce } from '../../../../src/extension/protection/in-force.ts';
import { NOW, report } from '../reports.ts';

const PLACE = { host: 'site.example', port: 443, private: false };
const VISIT = {
  url: 'https://site.example/page',
  report: report('mismatch'),
  evidence: { kind: 'none', why: 'no connection seen' },
} as const;
const STORED = withException([], { ...boundOf(PLACE, VISIT.report), certificate: '' }, { id: 'one', now: NOW });

test('V15 is in force for that host, verdict, reason and certificate, in such a window, until it ends', () => {
  const found = (visit: Parameters<typeof exceptionInForce>[1], privately = false, now = NOW) =>
    exceptionInForce(STORED, visit, privately, now)?.id;
  expect(found(VISIT)).toBe('one');
  expect(found(VISIT, false, NOW + EXCEPTION_LIFE_SECONDS - 1)).toBe('one');
  expect(found(VISIT, false, NOW + EXCEPTION_LIFE_SECONDS)).toBeUndefined();
  expect(found(VISIT, true)).toBeUndefined();
  expect(found({ ...VISIT, url: 'https://site.example:8443/' })).toBeUndefined();
  expect(found({ ...VISIT, url: 'about:blank' })).toBeUndefined();
  expect(found({ ...VISIT, report: report('bogus') })).toBeUndefined();
  expect(
    found({
      ...VISIT,
      report: report('mismatch', { reason: { code: 'certificate-unread', why: 'reading switched off' } }),
    }),
  ).toBeUndefined();
  const evidence = { kind: 'leaf only', certificates: ['AAAA'] } as unknown as NonNullable<typeof VISIT.evidence>;
  expect(found({ ...VISIT, evidence })).toBeUndefined();
  expect(found({ url: VISIT.url })).toBeUndefined();
  expect(found(undefined)).toBeUndefined();
  expect(exceptionInForce(STORED, VISIT, undefined, NOW)).toBeUndefined();
});

test('what is stored otherwise is none', () => {
  for (const stored of [undefined, 'text', [{}], { 0: STORED[0] }]) {
    expect(exceptionInForce(stored, VISIT, false, NOW)).toBeUndefined();
  }
});
