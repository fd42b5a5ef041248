/** What one validation works out once. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRecords } from '../../../src/dns/presentation.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { Budget } from '../../../src/dnssec/limits.ts';
import { SignatureChecks } from '../../../src/dnssec/signature-checks.ts';

const checks = () => new SignatureChecks(new SignatureVerifier(), new Budget());

describe('the RRsets of a section', () => {
  it('are the same objects each time, so that a check made ahead is found again', () => {
    const section = parseRecords('a. A 192.0.2.1');
    const validation = checks();
    const first = validation.rrsetsOf(section);
    expect(first.get(Name.parse('a.'), TYPE.A)?.rdatas).toEqual([Uint8Array.of(192, 0, 2, 1)]);
    expect(validation.rrsetsOf(section)).toBe(first);
    expect(validation.rrsetsOf([...section])).not.toBe(first);
    expect(checks().rrsetsOf(section)).not.toBe(first);
  });
});
