/** Chains recorded as streams of records: RFC 9102 A.1, BIP-353 proofs, and dnsprovejs's replies. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { formatRdata } from '../../src/dns/presentation.ts';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { type ParsedChain, parseChain, verifyChain } from '../../src/dnssec/chain.ts';
import { lookup } from '../../src/dnssec/lookup.ts';
import { decodeAll, epoch, jsonLines, type RecordedMessage, recorded, replay, vectorOctets } from './vectors.ts';

function chain(octets: Uint8Array): Extract<ParsedChain, { ok: true }> {
  const parsed = parseChain(octets);
  if (!parsed.ok) throw new Error(`${parsed.fault} at ${parsed.offset}`);
  return parsed;
}

/** RFC 9102 appendix A. */
const TEST_ROOT = '. DS 47005 13 2 2eb6e9f2480126691594d649a5a613de3052e37861634641bb568746f2ffc4d4';

recorded('RFC 9102 appendix A.1', () => {
  const octets = vectorOctets('rfc9102-www.example.com-TLSA-testroot.rfc9102.hex');
  const anchored = parseAnchors(TEST_ROOT);
  const anchors: readonly TrustAnchor[] = anchored.ok ? anchored.anchors : [];
  const judge = (records = chain(octets).records, now = epoch('2019-06-01T00:00:00Z')) =>
    verifyChain({ records, name: Name.parse('_443._tcp.www.example.com'), type: TYPE.TLSA, now, anchors });

  it('is 1566 octets of bare records', () => {
    expect(octets.length).toBe(1566);
    expect(chain(octets)).toMatchObject({ form: 'records' });
  });

  it('is secure under the test root, and its TLSA is read', async () => {
    const outcome = await judge();
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer', rcode: 'NOERROR' });
    expect(outcome.zones.map(({ zone }) => zone)).toEqual(['.', 'com.', 'example.com.']);
    expect(outcome.rrset?.rdatas.map((rdata) => formatRdata(TYPE.TLSA, rdata).toLowerCase())).toEqual([
      '3 1 1 8bd1da95272f7fa4ffb24137fc0ed03aae67e5c4d8b3c50734e1050a7920b922',
    ]);
  });

  it('is secure at both ends of its time and bogus a second outside', async () => {
    const [from, to] = [epoch('2018-11-28T00:00:00Z'), epoch('2020-12-02T00:00:00Z')];
    const strictly = (now: number) =>
      verifyChain({
        records: chain(octets).records,
        name: Name.parse('_443._tcp.www.example.com'),
        type: TYPE.TLSA,
        now,
        anchors,
        options: { clockToleranceSeconds: 0 },
      });
    expect((await strictly(from)).security).toBe('secure');
    expect((await strictly(to)).security).toBe('secure');
    expect((await strictly(from - 1)).reason.code).toBe('signature-not-yet-valid');
    expect((await strictly(to + 1)).reason.code).toBe('signature-expired');
  });

  it('is indeterminate without an anchor above it, and bogus under the real root', async () => {
    const input = { records: chain(octets).records, name: Name.parse('_443._tcp.www.example.com'), type: TYPE.TLSA };
    const now = epoch('2019-06-01T00:00:00Z');
    expect(await verifyChain({ ...input, now, anchors: [] })).toMatchObject({
      security: 'indeterminate',
      reason: { code: 'no-anchor' },
    });
    expect(await verifyChain({ ...input, now, anchors: ROOT_ANCHORS })).toMatchObject({
      security: 'bogus',
      reason: { code: 'anchor-mismatch', zone: '.' },
    });
  });

  it('order and repetition do not matter', async () => {
    const { records } = chain(octets);
    expect((await judge([...records].reverse())).security).toBe('secure');
    expect((await judge([...records, ...records.slice(3), records[5]!])).security).toBe('secure');
  });

  it('is not secure without any one of its records', async () => {
    const { records } = chain(octets);
    const verdicts = await Promise.all(
      records.map(async (_, without) => (await judge(records.filter((_record, i) => i !== without))).security),
    );
    // Two signatures over the DNSKEY set of com, of which one would do.
    const spare = records.filter(
      ({ name, type, rdata }) =>
        name.equals(Name.parse('com')) && type === TYPE.RRSIG && rdata[0]! * 256 + rdata[1]! === TYPE.DNSKEY,
    ).length;
    expect(spare).toBe(2);
    expect(verdicts.filter((verdict) => verdict === 'secure').length).toBeLessThanOrEqual(spare);
    expect(verdicts.filter((verdict) => verdict === 'insecure')).toEqual([]);
  });
});

recorded('BIP-353 proofs', () => {
  const NOW = epoch('2025-08-08T12:00:00Z');
  const judge = (file: string, name: string) =>
    verifyChain({
      records: chain(vectorOctets(`bip353/${file}.rfc9102.hex`)).records,
      name: Name.parse(name),
      type: TYPE.TXT,
      now: NOW,
      anchors: ROOT_ANCHORS,
    });
  const PROOFS = 'user._bitcoin-payment.dnssec_proof_tests.bitcoin.ninja';

  it('a simple TXT record is secure', async () => {
    const outcome = await judge('simple-valid', `simple.${PROOFS}`);
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer', aliases: [] });
    expect(outcome.rrset?.rdatas.map((rdata) => formatRdata(TYPE.TXT, rdata))).toContain('"bitcoin is cool!"');
  });

  it('two bitcoin: records are secure as DNSSEC; that BIP-353 refuses them is another matter', async () => {
    const outcome = await judge('two-bitcoin-txt-dnssec-valid-bip353-invalid', `invalid.${PROOFS}`);
    expect(outcome.security).toBe('secure');
    const bitcoin = outcome.rrset?.rdatas.filter((rdata) => /^"bitcoin:/i.test(formatRdata(TYPE.TXT, rdata)));
    expect(bitcoin?.length).toBe(2);
  });

  it('a record of its own beside a wildcard is secure', async () => {
    const outcome = await judge('override-x-domain-cname-wild-valid', `override.x_domain_cname_wild.${PROOFS}`);
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer', aliases: [] });
  });

  it('a CNAME from a wildcard into another zone is secure by its NSEC3', async () => {
    const outcome = await judge('a-x-domain-cname-wild-valid', `a.x_domain_cname_wild.${PROOFS}`);
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(outcome.canonicalName.toString()).toBe('matt.user._bitcoin-payment.mattcorallo.com.');
    expect(outcome.aliases.map(({ kind, security }) => [kind, security])).toEqual([['CNAME', 'secure']]);
    expect(outcome.work.nsec3Hashes).toBeGreaterThan(0);
  });

  it('the same without the NSEC3 that proves the wildcard is refused', async () => {
    const outcome = await judge('missing-nsec3-for-wildcard-INVALID', `a.x_domain_cname_wild.${PROOFS}`);
    expect(outcome).toMatchObject({
      security: 'bogus',
      reason: {
        code: 'wildcard-unproven',
        zone: 'bitcoin.ninja.',
        type: 'CNAME',
        wildcard: `*.x_domain_cname_wild.${PROOFS}.`,
      },
      answers: [],
    });
  });

  describe('a wildcard of one chain does not answer in another', () => {
    it('the name with a record of its own is not the wildcard', async () => {
      const wild = chain(vectorOctets('bip353/a-x-domain-cname-wild-valid.rfc9102.hex')).records;
      const name = Name.parse(`override.x_domain_cname_wild.${PROOFS}`);
      // The wildcard's CNAME, signature and all, under the name that exists.
      const moved = wild.map((record) =>
        record.name.equals(Name.parse(`a.x_domain_cname_wild.${PROOFS}`)) ? { ...record, name } : record,
      );
      const outcome = await verifyChain({ records: moved, name, type: TYPE.TXT, now: NOW, anchors: ROOT_ANCHORS });
      expect(outcome).toMatchObject({ security: 'bogus', reason: { code: 'wildcard-unproven' } });
    });
  });
});

recorded('dnsprovejs, _ens.matoken.live TXT of 2021-02-15', () => {
  const recordings = jsonLines<RecordedMessage>('dnsprovejs-_ens.matoken.live-TXT-20210215.jsonl');

  it('is secure, RSA throughout', async () => {
    const outcome = await lookup({
      name: Name.parse('_ens.matoken.live'),
      type: TYPE.TXT,
      ask: replay(decodeAll(recordings)),
      now: epoch('2021-02-15T12:00:00Z'),
      anchors: ROOT_ANCHORS,
      options: { speculate: false },
    });
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect([...new Set(outcome.signatures.map(({ algorithm }) => algorithm))]).toEqual([8]);
    expect(outcome.zones.map(({ zone }) => zone)).toEqual(['.', 'live.', 'matoken.live.']);
    expect(outcome.rrset?.rdatas.map((rdata) => formatRdata(TYPE.TXT, rdata))).toEqual([
      '"a=0xa5313060f9fa6b607ac8ca8728a851166c9f6127"',
    ]);
  });
});
