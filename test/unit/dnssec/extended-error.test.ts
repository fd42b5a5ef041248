/** The codes of RFC 8914 beside our reasons. */
import { describe, expect, it } from 'vitest';
import { extendedErrorCode } from '../../../src/dnssec/extended-error.ts';
import type { BogusReason, ValidationReason } from '../../../src/dnssec/outcome.ts';

const signature = {
  zone: 'example.',
  owner: 'a.example.',
  type: 'A',
  keyTag: 1,
  algorithm: 13,
  inception: 1,
  expiration: 2,
};
const rrset = { zone: 'example.', owner: 'a.example.', type: 'A' };
const expired: BogusReason = { code: 'signature-expired', now: 3, ...signature };
const unsupported = { code: 'unsupported-algorithms', zone: 'example.', sha1: false } as const;

const CASES: readonly (readonly [string, ValidationReason, number | undefined])[] = [
  ['all is well', { code: 'validated' }, undefined],
  ['an unsigned delegation', { code: 'insecure-delegation', zone: 'a.', parent: '.', proof: 'NSEC' }, undefined],
  ['an opt-out span', { code: 'opt-out', zone: 'a.', name: 'b.a.' }, undefined],
  ['an unknown algorithm', { ...unsupported, algorithms: [99], digestTypes: [2] }, 1],
  ['an algorithm with SHA-1, not allowed', { ...unsupported, algorithms: [5], digestTypes: [2], sha1: true }, 1],
  ['an unknown digest of a known algorithm', { ...unsupported, algorithms: [13], digestTypes: [9] }, 2],
  ['an unknown digest beside an unknown algorithm', { ...unsupported, algorithms: [99, 13], digestTypes: [9] }, 2],
  ['too many iterations', { code: 'nsec3-iterations', zone: 'a.', iterations: 51, limit: 50 }, 27],
  ['an expired signature', expired, 7],
  ['one that is not valid yet', { code: 'signature-not-yet-valid', now: 0, ...signature }, 8],
  ['one that does not verify', { code: 'signature-invalid', ...signature }, 6],
  ['one that contradicts itself', { code: 'signature-malformed', ...signature }, 6],
  ['none', { code: 'signature-missing', ...rrset }, 10],
  ['one of another zone', { code: 'wrong-signer', signer: 'b.', ...rrset }, 6],
  ['one of no key', { code: 'key-missing', keyTags: [1], ...rrset }, 9],
  ['no DNSKEY', { code: 'dnskey-missing', zone: 'a.' }, 9],
  ['a DS that fits none', { code: 'ds-mismatch', zone: 'a.', parent: '.', keyTags: [1] }, 9],
  ['an anchor that fits none', { code: 'anchor-mismatch', zone: '.', keyTags: [1] }, 9],
  ['no denial', { code: 'denial-missing', zone: 'a.', name: 'b.a.', type: 'A', missing: 'any denial record' }, 12],
  [
    'no denial beside a wildcard',
    { code: 'wildcard-unproven', zone: 'a.', name: 'b.a.', type: 'A', wildcard: '*.a.' },
    12,
  ],
  ['two CNAMEs', { code: 'alias-malformed', owner: 'a.', type: 'CNAME', records: 2 }, 6],
  ['a DNAME that leads too far', { code: 'dname-too-long', owner: 'a.', name: 'b.a.' }, 6],
  ['a filter', { code: 'filtered', name: 'a.', extendedErrors: [{ code: 16, text: '' }], because: expired }, 16],
  ['a wrong clock', { code: 'clock', now: 3, resolverTime: 1, because: expired }, 7],
  ['no answer', { code: 'no-answer', name: 'a.', type: 'A', failure: { code: 'no-resolver' } }, 23],
  [
    "a resolver's own error",
    { code: 'resolver-error', name: 'a.', type: 'A', rcode: 'SERVFAIL', extendedErrors: [{ code: 22, text: '' }] },
    22,
  ],
  [
    'a resolver that gives no reason',
    { code: 'resolver-error', name: 'a.', type: 'A', rcode: 'SERVFAIL', extendedErrors: [] },
    undefined,
  ],
  ['a limit', { code: 'work-limit', limit: 'questions', allowed: 64 }, undefined],
  ['no anchor', { code: 'no-anchor', name: 'a.' }, 5],
  ['a loop', { code: 'alias-loop', name: 'a.' }, undefined],
  ['a type that cannot be asked for', { code: 'unaskable-type', type: 'RRSIG' }, 30],
  ['a fault of the engine', { code: 'engine', detail: '' }, undefined],
];

describe('W35 extended error codes', () => {
  it.each(CASES)('%s', (_what, reason, code) => {
    expect(extendedErrorCode(reason)).toBe(code);
  });
});
