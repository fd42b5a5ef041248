/** Recorded chains as files: RFC 9102 A.1 and the proofs of BIP-353, verified and made anew. */
import { expect, it } from 'vitest';
import { checkChain } from '../../src/chains/check-chain.ts';
import { TYPE } from '../../src/dns/codes.ts';
import { toHex } from '../../src/dns/encodings.ts';
import type { ResourceRecord } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { parseAnchors, ROOT_ANCHORS } from '../../src/dnssec/anchors.ts';
import { chainAsk, parseChain } from '../../src/dnssec/chain.ts';
import { proveLookups } from '../../src/dnssec/prove.ts';
import { epoch, recorded, vectorOctets } from './vectors.ts';

const recordsOf = (octets: Uint8Array): readonly ResourceRecord[] => {
  const parsed = parseChain(octets);
  if (!parsed.ok) throw new Error(`${parsed.fault} at ${parsed.offset}`);
  return parsed.records;
};
const asLines = (records: readonly ResourceRecord[]) =>
  [...new Set(records.map(({ name, type, ttl, rdata }) => `${name} ${ttl} ${type} ${toHex(rdata)}`))].sort();

recorded('RFC 9102 A.1 as a file', () => {
  const file = vectorOctets('rfc9102-www.example.com-TLSA-testroot.rfc9102.hex');
  const parsed = parseAnchors('. DS 47005 13 2 2eb6e9f2480126691594d649a5a613de3052e37861634641bb568746f2ffc4d4');
  const anchors = parsed.ok ? parsed.anchors : [];
  const now = epoch('2019-06-01T00:00:00Z');

  it('D42 is secure at its time, for the name it says itself', async () => {
    expect(await checkChain({ file, now, anchors })).toMatchObject({
      verdict: 'secure',
      answers: [
        {
          name: '_443._tcp.www.example.com.',
          type: 'TLSA',
          data: [{ text: expect.stringMatching(/^3 1 1 8bd1da95272f7fa4/i) }],
        },
      ],
    });
  });

  it('D44 has run out since, and says when', async () => {
    const report = await checkChain({ file, now: epoch('2026-11-22T12:00:00Z'), anchors });
    expect(report).toMatchObject({ verdict: 'bogus', reason: { code: 'signature-expired' } });
  });

  it('D41 is made anew of the same records', async () => {
    const records = recordsOf(file);
    const lookups = [{ name: Name.parse('_443._tcp.www.example.com'), type: TYPE.TLSA }];
    const { chain, holds } = await proveLookups({ ask: chainAsk(records), now, anchors, lookups });
    expect(holds).toBe(true);
    expect(asLines(recordsOf(chain))).toEqual(asLines(records));
    expect(chain.length).toBe(file.length);
  });
});

recorded('the proofs of BIP-353 as files', () => {
  const now = epoch('2025-08-08T12:00:00Z');
  it.each([
    ['simple-valid', 'secure', 'payable', 'simple'],
    ['override-x-domain-cname-wild-valid', 'secure', 'payable', 'override.x_domain_cname_wild'],
    ['a-x-domain-cname-wild-valid', 'secure', 'payable', 'a.x_domain_cname_wild'],
    ['two-bitcoin-txt-dnssec-valid-bip353-invalid', 'secure', 'refused', 'invalid'],
    ['missing-nsec3-for-wildcard-INVALID', 'bogus', 'bogus', 'a.x_domain_cname_wild'],
  ])('A28 %s is %s, and for payments %s', async (name, verdict, payment, user) => {
    const file = vectorOctets(`bip353/${name}.rfc9102.hex`);
    const report = await checkChain({ file, now, anchors: ROOT_ANCHORS });
    const address = `${user}@dnssec_proof_tests.bitcoin.ninja`;
    expect(report).toMatchObject({ verdict, answers: [{ payment: { address, verdict: payment } }] });
    expect(report.answers).toHaveLength(1);
  });
});
