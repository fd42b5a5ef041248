/** Chains recorded as text: dig output, and a zone file whose DS serves as anchor. */
import { expect, it } from 'vitest';
import { TYPE } from '../../src/dns/codes.ts';
import { toHex } from '../../src/dns/encodings.ts';
import { Name } from '../../src/dns/name.ts';
import { parseRecords } from '../../src/dns/presentation.ts';
import { parseDnskey } from '../../src/dns/rdata.ts';
import { RRsets } from '../../src/dns/rrset.ts';
import { digest, SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { verifyChain } from '../../src/dnssec/chain.ts';
import { keyTag } from '../../src/dnssec/key-tag.ts';
import { Budget } from '../../src/dnssec/limits.ts';
import { type SignatureContext, verifyRRset } from '../../src/dnssec/signature.ts';
import { SignatureChecks } from '../../src/dnssec/signature-checks.ts';
import { epoch, recorded, vectorText } from './vectors.ts';

recorded('dig output of 2026-08-22', () => {
  const records = parseRecords(vectorText('crypto-lab-cloudflare.com-A-nodata-optout-20260822.dig.txt'));
  const judge = (name: string, type: number) =>
    verifyChain({
      records,
      name: Name.parse(name),
      type,
      now: epoch('2026-08-22T11:17:16Z'),
      anchors: ROOT_ANCHORS,
    });

  it('cloudflare.com A is secure', async () => {
    const outcome = await judge('cloudflare.com', TYPE.A);
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer', rcode: 'NOERROR' });
    expect(outcome.rrset?.rdatas.length).toBe(2);
  });

  it('a name that does not exist is proven so by compact denial, whatever the RCODE', async () => {
    const outcome = await judge('no-such-name-9x7q.cloudflare.com', TYPE.A);
    expect(outcome).toMatchObject({ security: 'secure', result: 'nxdomain', rcode: 'NXDOMAIN', answers: [] });
    expect(outcome.signatures.map(({ type }) => type)).toContain('NSEC');
  });

  it('the denial of that name says nothing of another', async () => {
    const outcome = await judge('no-such-name-9x7r.cloudflare.com', TYPE.A);
    expect(outcome).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', zone: 'cloudflare.com.', missing: 'name does not exist' },
    });
  });

  it('google.com has no DS: insecure by opt-out', async () => {
    expect(await judge('google.com', TYPE.DS)).toMatchObject({
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'google.com.', parent: 'com.', proof: 'opt-out' },
    });
  });
});

recorded('trustregistry.ca TLSA of 2024-03-20', () => {
  const records = parseRecords(vectorText('trustregistry.ca-TLSA-20240320.partial.txt'));
  const ds = records.filter(({ type }) => type === TYPE.DS);
  const anchorsOf = (text: string): readonly TrustAnchor[] => {
    const parsed = parseAnchors(text);
    if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.fault}`);
    return parsed.anchors;
  };
  const line = (rdata: Uint8Array) =>
    `trustregistry.ca. DS ${rdata[0]! * 256 + rdata[1]!} ${rdata[2]} ${rdata[3]} ${Buffer.from(rdata.subarray(4)).toString('hex')}`;
  const NOW = epoch('2024-03-20T00:00:00Z');
  const zone = Name.parse('trustregistry.ca');
  const owner = Name.parse('_did.trustregistry.ca');
  const all = new RRsets(records);
  const keyRdata = all.get(zone, TYPE.DNSKEY)!.rdatas[0]!;
  const context = (now: number): SignatureContext => {
    const budget = new Budget();
    const checks = new SignatureChecks(new SignatureVerifier(), budget);
    return { now, clockToleranceSeconds: 0, allowSha1: false, budget, checks };
  };
  const keys = [{ ...parseDnskey(keyRdata)!, tag: keyTag(keyRdata) }];

  it('each of its DS vouches for the one key', () => {
    expect(ds.map(({ rdata }) => rdata[3])).toEqual([2, 4]);
    for (const { rdata } of ds) {
      expect(rdata[0]! * 256 + rdata[1]!).toBe(keyTag(keyRdata));
      expect(toHex(digest(rdata[3]!, Uint8Array.of(...zone.wire, ...keyRdata))!)).toBe(toHex(rdata.subarray(4)));
    }
  });

  it('that key verifies the TLSA RRset, until the signature runs out', async () => {
    const tlsa = all.get(owner, TYPE.TLSA)!;
    expect(tlsa.rdatas.length).toBe(2);
    const verified = await verifyRRset(tlsa, zone, keys, context(NOW));
    expect(verified).toMatchObject({ valid: true, view: { keyTag: 16050, algorithm: 13, valid: true } });
    expect(verified.valid && verified.validUntil).toBe(NOW + 3600);
    const late = epoch('2024-03-28T00:00:01Z');
    expect(await verifyRRset(tlsa, zone, keys, context(late))).toMatchObject({
      valid: false,
      reason: { code: 'signature-expired', now: late, owner: '_did.trustregistry.ca.', type: 'TLSA' },
    });
    const changed = { ...tlsa, rdatas: [tlsa.rdatas[0]!, tlsa.rdatas[1]!.with(-1, 0)] };
    expect(await verifyRRset(changed, zone, keys, context(NOW))).toMatchObject({
      valid: false,
      reason: { code: 'signature-invalid' },
    });
  });

  // The signature over the DNSKEY set is not in the recording, so the walk as a whole must not succeed (V23).
  it('the walk from its DS stops at the DNSKEY set, whose signature is not recorded', async () => {
    const anchors = anchorsOf(ds.map(({ rdata }) => line(rdata)).join('\n'));
    expect(await verifyChain({ records, name: owner, type: TYPE.TLSA, now: NOW, anchors })).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', zone: 'trustregistry.ca.', owner: 'trustregistry.ca.', type: 'DNSKEY' },
      answers: [],
    });
  });
});
