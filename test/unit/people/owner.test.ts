import { describe, expect, it } from 'vitest';
import { type MailAddress, parseAddress } from '../../../src/people/address.ts';
import { bip353Owner, localPartHash, openPgpKeyOwner, pmtaOwner, smimeaOwner } from '../../../src/people/owner.ts';

function address(text: string): MailAddress {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.fault.code);
  return parsed.address;
}

const HUGH = 'c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6';

describe('owner names', () => {
  it('A15 of the example of RFC 7929 section 3 and RFC 8162 section 3', () => {
    const hugh = address('hugh@example.com');
    expect(localPartHash(hugh)).toBe(HUGH);
    expect(String(openPgpKeyOwner(hugh))).toBe(`${HUGH}._openpgpkey.example.com.`);
    expect(String(smimeaOwner(hugh))).toBe(`${HUGH}._smimecert.example.com.`);
  });

  it('A16 of one address written in several ways are one', () => {
    const ways = ['a.b@example.com', '"a.b"@example.com', 'a . b@example.com', '"a\\.b"@Example.COM'];
    expect(new Set(ways.map((way) => String(openPgpKeyOwner(address(way))))).size).toBe(1);
  });

  it('A17 of other letter case or with a tag are others', () => {
    const ways = ['hugh@example.com', 'Hugh@example.com', 'hugh+tag@example.com'];
    expect(new Set(ways.map((way) => String(smimeaOwner(address(way))))).size).toBe(3);
  });

  it('A22 X8 for PMTA are of SHA-224, not of SHA-256 cut', () => {
    const owner = String(pmtaOwner(address('testuser1@example.com')));
    expect(owner).toBe('43f7292759ee1498c856d2ac9a4bf021c1876c5cbcf62c5983d49af3._pmta.example.com.');
    expect(owner).not.toContain(localPartHash(address('testuser1@example.com')));
  });

  it('A26 of BIP-353 have the user as a label', () => {
    expect(String(bip353Owner(address('matt@mattcorallo.com')))).toBe('matt.user._bitcoin-payment.mattcorallo.com.');
    expect(String(bip353Owner(address('a.b@example.com')))).toBe('a.b.user._bitcoin-payment.example.com.');
  });

  it('are none where they would be too long', () => {
    const domain = `${'a.'.repeat(90)}example`;
    expect(openPgpKeyOwner(address(`h@${domain}`))).toBeUndefined();
    expect(bip353Owner(address(`${'h'.repeat(64)}@example.com`))).toBeUndefined();
  });
});
