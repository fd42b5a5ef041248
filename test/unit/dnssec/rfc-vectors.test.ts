/** The RFCs' own examples with the RFCs' own signatures. */
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../src/dns/ask.ts';
import { TYPE } from '../../../src/dns/codes.ts';
import { type Dnskey, parseDnskey, parseDs } from '../../../src/dns/rdata.ts';
import { type RRset, RRsets } from '../../../src/dns/rrset.ts';
import { digest, SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { judgeDenial } from '../../../src/dnssec/denial.ts';
import { keyTag } from '../../../src/dnssec/key-tag.ts';
import { Budget, DEFAULT_LIMITS } from '../../../src/dnssec/limits.ts';
import { lookup } from '../../../src/dnssec/lookup.ts';
import { jsonWebKey, parseRsaPublicKey } from '../../../src/dnssec/rsa.ts';
import type { SignatureContext, ZoneKey } from '../../../src/dnssec/signature.ts';
import { verifyRRset } from '../../../src/dnssec/signature.ts';
import { SignatureChecks, signedData } from '../../../src/dnssec/signature-checks.ts';
import { secondsAfter, serialToEpoch } from '../../../src/dnssec/time.ts';
import { failure } from '../../world/answer.ts';
import { anchorsFrom, inBrief, name, question, records } from './judging.ts';
import {
  ALGORITHM_EXAMPLES,
  DS_EXAMPLE,
  ED448_AS_PRINTED,
  RFC_4035,
  RFC_5155,
  RSA_SHA256_OF_512_BITS,
} from './rfc-records.ts';

function keyOf(line: string): ZoneKey {
  const key = parseDnskey(records(line)[0]!.rdata)!;
  return { ...key, tag: keyTag(key.rdata) };
}

/** The one RRset of some lines, with its signatures. */
function rrsetOf(lines: string): RRset {
  return new RRsets(records(lines)).all()[0]!;
}

describe('T3 the examples of each algorithm', () => {
  it.each(ALGORITHM_EXAMPLES.map((example) => [example.of, example] as const))('%s', async (_, example) => {
    const key = keyOf(example.key);
    const rrset = rrsetOf(`${example.signed}\n${example.signature}`);
    const [rrsig] = rrset.signatures;
    expect(key.tag).toBe(rrsig!.keyTag);
    const budget = new Budget(DEFAULT_LIMITS);
    const context: SignatureContext = {
      now: serialToEpoch(1_300_000_000, rrsig!.inception) + 1000,
      clockToleranceSeconds: 0,
      allowSha1: false,
      budget,
      checks: new SignatureChecks(new SignatureVerifier(), budget),
    };
    expect(await verifyRRset(rrset, rrsig!.signer, [key], context)).toMatchObject({ valid: true });
    const other = rrsetOf(`${example.signed.replace(/\d+$|10/, '77')}\n${example.signature}`);
    expect(await verifyRRset(other, rrsig!.signer, [key], context)).toMatchObject({
      valid: false,
      reason: { code: 'signature-invalid' },
    });
    if ('ds' in example) expectDs(rrsig!.signer.wire, key, example.ds);
  });

  it('V47 RFC 8080 section 6.2, Ed448: the signature is good, its label count is not', async () => {
    const key = keyOf(ED448_AS_PRINTED.key);
    const rrset = rrsetOf(`${ED448_AS_PRINTED.signed}\n${ED448_AS_PRINTED.signature}`);
    const [rrsig] = rrset.signatures;
    expect(key.tag).toBe(9713);
    const verifier = new SignatureVerifier();
    const data = signedData(rrset, rrsig!);
    expect(await verifier.verify(key, rrsig!.signature, data)).toBe(true);
    expect(await verifier.verify(key, rrsig!.signature.with(5, 0), data)).toBe(false);
    const budget = new Budget(DEFAULT_LIMITS);
    const checks = new SignatureChecks(verifier, budget);
    const context = { now: 1_440_000_000, clockToleranceSeconds: 0, allowSha1: false, budget, checks };
    expect(await verifyRRset(rrset, rrsig!.signer, [key], context)).toMatchObject({
      valid: false,
      reason: { code: 'signature-malformed' },
    });
  });

  it('V45 RFC 5702 section 6.1, RSA/SHA-256: the signature is good, the key of 512 bits too weak', async () => {
    const key = keyOf(RSA_SHA256_OF_512_BITS.key);
    const rrset = rrsetOf(`${RSA_SHA256_OF_512_BITS.signed}\n${RSA_SHA256_OF_512_BITS.signature}`);
    const [rrsig] = rrset.signatures;
    expect(key.tag).toBe(rrsig!.keyTag);
    expect(verifyWithNode(key, 'RSA-SHA256', signedData(rrset, rrsig!), rrsig!.signature)).toBe(true);
    expect(parseRsaPublicKey(key.publicKey)).toBeUndefined();
    expect(await new SignatureVerifier().verify(key, rrsig!.signature, signedData(rrset, rrsig!))).toBe(false);
  });
});

function expectDs(owner: Uint8Array, key: ZoneKey, text: string): void {
  const ds = parseDs(records(`. DS ${text}`)[0]!.rdata)!;
  expect([key.tag, key.algorithm]).toEqual([ds.keyTag, ds.algorithm]);
  expect(digest(ds.digestType, Uint8Array.of(...owner, ...key.rdata))).toEqual(ds.digest);
}

/** RSA with keys of any size, by Node's own means. The keys here have an exponent of three octets. */
function verifyWithNode({ publicKey }: Dnskey, algorithm: string, data: Uint8Array, signature: Uint8Array): boolean {
  expect(publicKey[0]).toBe(3);
  const key = jsonWebKey({ exponent: publicKey.subarray(1, 4), modulus: publicKey.subarray(4) });
  return verify(algorithm, data, createPublicKey({ key: { ...key }, format: 'jwk' }), signature);
}

describe('T1 V22 the examples of RFC 4034', () => {
  it('section 5.4: the key tag 60485 and the digest of a DS', () => {
    const key = keyOf(DS_EXAMPLE.key);
    expect(key.tag).toBe(60485);
    expectDs(name('DSKEY.example.com.').wire, key, DS_EXAMPLE.ds);
  });

  it('appendix B: the tag is a sum of octet pairs with the carry added once, an odd one out in front', () => {
    expect(keyTag(new Uint8Array())).toBe(0);
    expect(keyTag(Uint8Array.of(0x12, 0x34))).toBe(0x1234);
    expect(keyTag(Uint8Array.of(0x12, 0x34, 0x01))).toBe(0x1334);
    expect(keyTag(Uint8Array.of(0xff, 0xff, 0x00, 0x01))).toBe(1);
    expect(keyTag(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toBe(0xffff);
    // A carry that comes of adding the carry is lost: it is no ones' complement.
    const much = new Uint8Array(2 * 0x10001).fill(0xff);
    expect(keyTag(much)).toBe((0x10001 * 0xffff + Math.floor((0x10001 * 0xffff) / 0x10000)) & 0xffff);
  });
});

describe('T1 RFC 4035 appendix B, below its own key as the anchor', () => {
  const replies: Readonly<Record<string, readonly [string, string]>> = RFC_4035.replies;
  const ask: Ask = async (asked) => {
    const [answer, authority] = replies[`${asked.name} ${typeText(asked.type)}`] ?? [];
    const empty = failure(asked, { dnssecOk: true, checkingDisabled: true });
    const message = { ...empty, rcode: 0, answer: records(answer ?? ''), authority: records(authority ?? '') };
    return answer === undefined
      ? { ok: false, failure: { code: 'not-recorded' } }
      : { ok: true, resolver: 'RFC 4035', message };
  };
  const judge = (text: string, now: number = RFC_4035.now) =>
    lookup({
      ...question(text),
      ask,
      now,
      anchors: anchorsFrom(RFC_4035.anchor),
      options: { allowSha1: true, clockToleranceSeconds: 0 },
    });

  it.each([
    ['A, the apex', 'example. MX', 'secure answer NOERROR'],
    ['A, two records in any order', 'example. NS', 'secure answer NOERROR'],
    ['A, an address', 'ai.example. A', 'secure answer NOERROR'],
    ['A, strings', 'ai.example. HINFO', 'secure answer NOERROR'],
    ['A, an IPv6 address', 'ai.example. AAAA', 'secure answer NOERROR'],
    ['B.1 an answer', 'x.w.example. MX', 'secure answer NOERROR'],
    ['B.1 an address beside it', 'xx.example. A', 'secure answer NOERROR'],
    ['B.1 an IPv6 address beside it', 'xx.example. AAAA', 'secure answer NOERROR'],
    ['B.1 a name server', 'ns1.example. A', 'secure answer NOERROR'],
    ['B.1 another name server', 'ns2.example. A', 'secure answer NOERROR'],
    ['B.2 name error', 'ml.example. A', 'secure nxdomain NXDOMAIN'],
    ['B.3 no data', 'ns1.example. MX', 'secure nodata NOERROR'],
    ['B.4 DS of a signed delegation', 'a.example. DS', 'secure answer NOERROR'],
    ['B.5 no DS of an unsigned delegation', 'b.example. DS', 'secure nodata NOERROR'],
    ['B.5 below it', 'mc.b.example. MX', 'insecure insecure-delegation'],
    ['B.6 wildcard expansion', 'a.z.w.example. MX', 'secure answer NOERROR'],
    ['B.7 wildcard no data', 'a.z.w.example. AAAA', 'secure nodata NOERROR'],
    ['B.8 the child speaks of its own DS, which is above any anchor', 'example. DS', 'indeterminate no-anchor'],
  ])('%s: %s is %s', async (_, text, verdict) => {
    expect(inBrief(await judge(text))).toBe(verdict);
  });

  it('V27 ends a second after its signatures do', async () => {
    expect(inBrief(await judge('ai.example. A', RFC_4035.ends))).toBe('secure answer NOERROR');
    expect(inBrief(await judge('ai.example. A', RFC_4035.ends + 1))).toBe('bogus signature-expired');
  });
});

const typeText = (type: number) => Object.entries(TYPE).find(([, number]) => number === type)?.[0] ?? '';

/** Verifies with Node what is too weak for ours: the keys of RFC 5155 have 512 bits. */
class AnyKeySize extends SignatureVerifier {
  override async verify(key: Dnskey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    return verifyWithNode(key, 'RSA-SHA1', data, signature);
  }
}

describe('T2 RFC 5155 appendix B', () => {
  const keys = records(RFC_5155.keys)
    .filter(({ type }) => type === TYPE.DNSKEY)
    .map(({ rdata }) => ({ ...parseDnskey(rdata)!, tag: keyTag(rdata) }));
  const apex = name('example.');
  const context = (): SignatureContext => {
    const budget = new Budget(DEFAULT_LIMITS);
    const checks = new SignatureChecks(new AnyKeySize(), budget);
    return { now: RFC_5155.now, clockToleranceSeconds: 0, allowSha1: true, budget, checks };
  };
  const judge = (proof: string, text: string, wildcard?: string) => {
    const asked = question(text);
    const message = {
      ...failure(asked, { dnssecOk: true, checkingDisabled: true }),
      authority: records(proof),
    };
    const zone = { name: apex, keys };
    return judgeDenial(
      message,
      zone,
      asked.name,
      asked.type,
      context(),
      wildcard === undefined ? undefined : name(wildcard),
    );
  };

  it('has the keys 40430 and 12708', () => {
    expect(keys.map(({ tag }) => tag)).toEqual([40430, 12708]);
  });

  it('V31 every signature printed there holds over our signed form', async () => {
    const all = [RFC_5155.keys, RFC_5155.answers, ...Object.values(RFC_5155.proofs)];
    let verified = 0;
    for (const rrset of all.flatMap((lines) => new RRsets(records(lines)).all())) {
      const outcome = await verifyRRset(rrset, apex, keys, context());
      expect([rrset.name.toString(), rrset.type, outcome.valid]).toEqual([rrset.name.toString(), rrset.type, true]);
      verified++;
    }
    expect(verified).toBeGreaterThanOrEqual(20);
  });

  const { proofs } = RFC_5155;
  it.each([
    ['B.1 name error, by way of opt-out spans', proofs.nameError, 'a.c.x.w.example. A', 'insecure', 'opt-out'],
    ['B.2 no data', proofs.noData, 'ns1.example. MX', 'secure', 'validated'],
    ['B.2.1 no data at an empty non-terminal', proofs.emptyNonTerminal, 'y.w.example. A', 'secure', 'validated'],
    ['B.3 an opted-out delegation', proofs.optOut, 'c.example. DS', 'insecure', 'insecure-delegation'],
    [
      'B.5 wildcard no data, by way of an opt-out span',
      proofs.wildcardNoData,
      'a.z.w.example. AAAA',
      'insecure',
      'opt-out',
    ],
  ])('V71 V72 %s', async (_, proof, text, security, code) => {
    const { verdict } = await judge(proof, text);
    expect([verdict.security, verdict.reason.code]).toEqual([security, code]);
  });

  it('V72 B.4 a wildcard answer, by way of an opt-out span', async () => {
    const { verdict } = await judge(proofs.wildcardAnswer, 'a.z.w.example. MX', '*.w.example.');
    expect([verdict.security, verdict.reason.code]).toEqual(['insecure', 'opt-out']);
  });

  it('V62 B.6 the child denies its own DS, which proves nothing', async () => {
    const { verdict } = await judge(proofs.childDs, 'example. DS');
    expect(verdict.security).toBe('bogus');
  });

  // Within an opt-out span an unsigned delegation could hide a wildcard, shown or not (RFC 5155 section 12.2).
  it.each([
    ['B.1', proofs.nameError, 'a.c.x.w.example. A', undefined, ['bogus', 'insecure', 'bogus']],
    ['B.2', proofs.noData, 'ns1.example. MX', undefined, ['bogus']],
    ['B.2.1', proofs.emptyNonTerminal, 'y.w.example. A', undefined, ['bogus']],
    ['B.4', proofs.wildcardAnswer, 'a.z.w.example. MX', '*.w.example.', ['bogus']],
    ['B.5', proofs.wildcardNoData, 'a.z.w.example. AAAA', undefined, ['bogus', 'bogus', 'insecure']],
  ])('V71 %s without one of its records is not secure', async (_, proof, text, wildcard, expected) => {
    const lines = proof.split('\n').filter((line) => line !== '');
    const securities: string[] = [];
    for (let at = 0; at < lines.length; at += 2) {
      const rest = lines.filter((_, i) => i !== at && i !== at + 1).join('\n');
      securities.push((await judge(rest, text, wildcard)).verdict.security);
    }
    expect(securities).toEqual(expected);
  });
});

describe('T6 serial numbers', () => {
  it('V27 are as far apart as the shorter way round the circle', () => {
    expect(secondsAfter(100, 100)).toBe(0);
    expect(secondsAfter(100, 101)).toBe(1);
    expect(secondsAfter(101, 100)).toBe(-1);
    expect(secondsAfter(0, 2 ** 31 - 1)).toBe(2 ** 31 - 1);
    expect(secondsAfter(0, 2 ** 31 + 1)).toBe(-(2 ** 31 - 1));
    expect(secondsAfter(2 ** 32 - 1, 0)).toBe(1);
    expect(secondsAfter(2 ** 32, 2 ** 32 - 1)).toBe(-1);
    expect(secondsAfter(2 ** 32 + 5, 3)).toBe(-2);
    expect(secondsAfter(2 ** 33 + 5, 7)).toBe(2);
  });

  it('V27 at a distance of exactly 2^31 neither comes first', () => {
    for (const [now, serial] of [
      [0, 2 ** 31],
      [2 ** 31, 0],
      [1, 2 ** 31 + 1],
      [2 ** 32 + 1, 2 ** 31 + 1],
    ] as const) {
      const distance = secondsAfter(now, serial);
      expect(distance).toBeNaN();
      expect(distance >= 0 || distance < 0).toBe(false);
    }
    expect(serialToEpoch(0, 2 ** 31)).toBe(2 ** 31);
  });

  it('V27 mean the nearest moment, whole seconds', () => {
    expect(serialToEpoch(1_795_348_800, 1_795_348_799)).toBe(1_795_348_799);
    expect(serialToEpoch(2 ** 32 + 10, 5)).toBe(2 ** 32 + 5);
    expect(serialToEpoch(2 ** 32 - 10, 5)).toBe(2 ** 32 + 5);
    expect(serialToEpoch(2 ** 32 + 10, 2 ** 32 - 1)).toBe(2 ** 32 - 1);
    expect(secondsAfter(100.9, 101)).toBe(1);
    expect(serialToEpoch(100.9, 101)).toBe(101);
  });
});
