/** BIP-353's own proofs, judged by the rules of BIP-353 at their time. */
import { expect, it } from 'vitest';
import { ROOT_ANCHORS } from '../../src/dnssec/anchors.ts';
import { chainAsk } from '../../src/dnssec/chain.ts';
import { checkPayment } from '../../src/people/payment.ts';
import { parsePaymentProof } from '../../src/people/payment-proof.ts';
import { epoch, recorded, vectorOctets } from './vectors.ts';

const NOW = epoch('2025-08-08T12:00:00Z');
const DOMAIN = 'dnssec_proof_tests.bitcoin.ninja';

function judge(octets: Uint8Array, user: string) {
  const proof = parsePaymentProof(octets);
  if (!proof.ok) throw new Error(proof.fault);
  const ask = chainAsk(proof.records);
  const address = `${user}@${DOMAIN}`;
  return checkPayment({ address, ask, now: NOW, anchors: ROOT_ANCHORS, options: { speculate: false } });
}

recorded('the proofs of BIP-353', () => {
  const octets = (file: string) => vectorOctets(`bip353/${file}.rfc9102.hex`);

  it.each([
    [
      'A26 A28 one record beside a text about something else',
      'simple-valid',
      'simple',
      'payable',
      'payment-found',
      'secure',
    ],
    [
      'A26 a record of its own beside a wildcard',
      'override-x-domain-cname-wild-valid',
      'override.x_domain_cname_wild',
      'payable',
      'payment-found',
      'secure',
    ],
    [
      'A27 a wildcard alias into another zone',
      'a-x-domain-cname-wild-valid',
      'a.x_domain_cname_wild',
      'payable',
      'payment-found',
      'secure',
    ],
    [
      'A26 two records, valid as DNSSEC, are refused',
      'two-bitcoin-txt-dnssec-valid-bip353-invalid',
      'invalid',
      'refused',
      'payment-several',
      'secure',
    ],
    [
      'A27 a wildcard without its proof is bogus',
      'missing-nsec3-for-wildcard-INVALID',
      'a.x_domain_cname_wild',
      'bogus',
      'wildcard-unproven',
      'bogus',
    ],
  ] as const)('%s', async (_, file, user, verdict, code, security) => {
    const report = await judge(octets(file), user);
    expect(report).toMatchObject({ verdict, reason: { code }, lookups: [{ security }] });
  });

  it('A27 last thirty seconds, as the lowest TTL in the chain says', async () => {
    expect((await judge(octets('simple-valid'), 'simple')).validUntil).toBe(NOW + 30);
  });

  it('A28 are taken unsorted, and as they stand in a PSBT', async () => {
    const bare = octets('simple-valid');
    const name = Buffer.from(`simple@${DOMAIN}`);
    const psbt = Uint8Array.from([name.length, ...name, ...bare]);
    expect(parsePaymentProof(psbt)).toMatchObject({ ok: true, name: `simple@${DOMAIN}` });
    expect((await judge(psbt, 'simple')).verdict).toBe('payable');
    const proof = parsePaymentProof(bare);
    const reversed = proof.ok ? [...proof.records].reverse() : [];
    const address = `simple@${DOMAIN}`;
    const terms = { now: NOW, anchors: ROOT_ANCHORS, options: { speculate: false } };
    expect((await checkPayment({ address, ask: chainAsk(reversed), ...terms })).verdict).toBe('payable');
  });
});
