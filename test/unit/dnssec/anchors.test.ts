/** V1 to V14: where trust starts. */
import { describe, expect, it } from 'vitest';
import { EDNS_OPTION, TYPE } from '../../../src/dns/codes.ts';
import { toHex } from '../../../src/dns/encodings.ts';
import { decodeMessage, encodeQuery, type ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseDnskey } from '../../../src/dns/rdata.ts';
import { digest } from '../../../src/dnssec/algorithms.ts';
import {
  besideBuiltIn,
  formatAnchor,
  isSameAnchor,
  parseAnchors,
  ROOT_ANCHORS,
  type TrustAnchor,
} from '../../../src/dnssec/anchors.ts';
import { verifyChain } from '../../../src/dnssec/chain.ts';
import { keyTag } from '../../../src/dnssec/key-tag.ts';
import { isZoneSigningKey } from '../../../src/dnssec/signature.ts';
import { delegationSigner, zoneKey } from '../../world/keys.ts';
import { signatureOver } from '../../world/signer.ts';
import { anchorsFrom, brief, judge, NOW, name, question, rdata, tampered, world } from './judging.ts';

/** STANDARDS C3: the key behind C2. */
const KSK_2024 =
  'AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=';

const KSK_2010 = '. DS 19036 8 2 49AAC11D7B6F6446702E54A1607371607A1A41855200FD2CE1CDDE32F24E8FB5';

describe('the built-in anchors', () => {
  it('V5 V8 V9 are KSK-2017 and KSK-2024, from their days on', () => {
    const lines = ROOT_ANCHORS.map(
      (anchor) =>
        `${anchor.name} DS ${anchor.keyTag} ${anchor.algorithm} ${anchor.digestType} ${toHex(anchor.digest).toUpperCase()}`,
    );
    expect(lines).toEqual([
      '. DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D',
      '. DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16',
    ]);
    expect(ROOT_ANCHORS.map(({ validFrom, validUntil }) => [validFrom, validUntil])).toEqual([
      [Date.parse('2017-02-02T00:00:00Z') / 1000, undefined],
      [Date.parse('2024-07-18T00:00:00Z') / 1000, undefined],
    ]);
  });

  it('V7 C3 has the tag and digest of C2, and with one bit flipped neither', () => {
    const key = rdata('DNSKEY', `257 3 8 ${KSK_2024}`);
    const digestOf = (octets: Uint8Array) => toHex(digest(2, Uint8Array.of(0, ...octets))!);
    expect(keyTag(key)).toBe(38696);
    expect(digestOf(key)).toBe(toHex(ROOT_ANCHORS[1]!.digest));
    expect(anchorsFrom(`. DNSKEY 257 3 8 ${KSK_2024}`)).toEqual([
      { name: Name.root, keyTag: 38696, algorithm: 8, digestType: 2, digest: ROOT_ANCHORS[1]!.digest },
    ]);
    for (const place of [4, 7, 100, key.length - 1]) {
      const flipped = key.with(place, key[place]! ^ 0x10);
      expect(digestOf(flipped)).not.toBe(toHex(ROOT_ANCHORS[1]!.digest));
      expect(keyTag(flipped)).not.toBe(38696);
    }
  });

  it('V11 C5 with the REVOKE bit the key has another tag and another digest', () => {
    const key = rdata('DNSKEY', `257 3 8 ${KSK_2024}`);
    const revoked = rdata('DNSKEY', `385 3 8 ${KSK_2024}`);
    expect(keyTag(revoked)).toBe(38824);
    expect(revoked.subarray(4)).toEqual(key.subarray(4));
    expect(isZoneSigningKey(parseDnskey(key)!)).toBe(true);
    expect(isZoneSigningKey(parseDnskey(revoked)!)).toBe(false);
  });

  it('V6 C4 the retired key is not among them, and would be out of its time', async () => {
    expect(ROOT_ANCHORS.some(({ keyTag: tag }) => tag === 19036)).toBe(false);
    const of = world({});
    const [retired] = anchorsFrom(of.anchors()).map((anchor) => ({
      ...anchor,
      validUntil: Date.parse('2019-01-11T00:00:00Z') / 1000,
    }));
    expect(await brief(of, 'ns. A', { anchors: [retired!] })).toBe('bogus anchor-mismatch');
    expect(anchorsFrom(KSK_2010)[0]!.keyTag).toBe(19036);
  });
});

describe('anchors of a world', () => {
  const of = world({
    '.': {
      sign: [
        { algorithm: 13, role: 'ksk' },
        { algorithm: 8, role: 'ksk', label: 'second' },
        { algorithm: 13, role: 'zsk' },
        { algorithm: 8, role: 'zsk', label: 'second' },
      ],
    },
    'example.': { records: 'www A 192.0.2.1' },
  });
  const [first, second] = anchorsFrom(of.anchors()) as [TrustAnchor, TrustAnchor];

  it('V4 one that fits and signs the DNSKEY set makes the root secure', async () => {
    const outcome = await judge(of, 'www.example. A');
    expect(outcome.security).toBe('secure');
    expect(outcome.zones[0]).toMatchObject({
      zone: '.',
      anchored: true,
      ds: [
        { keyTag: first.keyTag, algorithm: 13, digestType: 2, digest: toHex(first.digest) },
        { keyTag: second.keyTag, algorithm: 8, digestType: 2, digest: toHex(second.digest) },
      ],
      signatures: [{ zone: '.', owner: '.', type: 'DNSKEY', valid: true }],
    });
    expect(outcome.zones[1]!.anchored).toBe(false);
  });

  it('V5 either alone is enough, and so are both with one that fits nothing', async () => {
    expect(await brief(of, 'www.example. A', { anchors: [first] })).toBe('secure answer NOERROR');
    expect(await brief(of, 'www.example. A', { anchors: [second] })).toBe('secure answer NOERROR');
    expect(await brief(of, 'www.example. A', { anchors: [...ROOT_ANCHORS, second] })).toBe('secure answer NOERROR');
  });

  it('V4 none that fits: bogus, never insecure', async () => {
    expect(await judge(of, 'www.example. A', { anchors: ROOT_ANCHORS })).toMatchObject({
      security: 'bogus',
      reason: { code: 'anchor-mismatch', zone: '.', keyTags: [20326, 38696] },
      answers: [],
    });
  });

  it.each([
    ['tag', { keyTag: 1 }],
    ['algorithm', { algorithm: 15 }],
    ['digest type', { digestType: 4 }],
    ['digest', { digest: new Uint8Array(32) }],
  ])('V4 V19 another %s: bogus', async (_, change) => {
    expect(await brief(of, 'www.example. A', { anchors: [{ ...first, ...change }] })).toBe('bogus anchor-mismatch');
  });

  it('V4 the root DNSKEY set unsigned, or signed by the ZSK alone: bogus', async () => {
    const unsigned = of.mutated(
      tampered('. DNSKEY', (message) => ({ ...message, answer: message.answer.filter(({ type }) => type === 48) })),
    );
    expect(await brief(unsigned, 'www.example. A')).toBe('bogus signature-missing');
    const root = of.zone('.');
    const zsk = root.keys[2]!;
    const byZsk = of.mutated(
      tampered('. DNSKEY', (message) => {
        const set = root.rrset(Name.root, TYPE.DNSKEY)!;
        const rdata = signatureOver(set, zsk, Name.root, root.window);
        const keys: ResourceRecord[] = message.answer.filter(({ type }) => type === TYPE.DNSKEY);
        return { ...message, answer: [...keys, { ...keys[0]!, type: TYPE.RRSIG, rdata }] };
      }),
    );
    expect(await judge(byZsk, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'key-missing', zone: '.', type: 'DNSKEY', keyTags: [zsk.keyTag] },
    });
  });

  it.each([
    ['from', 0, 'secure answer NOERROR'],
    ['from', 1, 'bogus anchor-mismatch'],
    ['until', 0, 'secure answer NOERROR'],
    ['until', -1, 'bogus anchor-mismatch'],
  ] as const)('V6 valid %s a moment %i seconds off', async (end, off, outcome) => {
    const anchor = end === 'from' ? { ...first, validFrom: NOW + off } : { ...first, validUntil: NOW + off };
    expect(await brief(of, 'www.example. A', { anchors: [anchor] })).toBe(outcome);
  });

  it('V6 one that is out of its time does not stop one that is in it', async () => {
    const anchors = [
      { ...first, validUntil: NOW - 1 },
      { ...second, validFrom: NOW },
    ];
    expect(await brief(of, 'www.example. A', { anchors })).toBe('secure answer NOERROR');
  });

  it('V1 no anchor at or above the name: indeterminate', async () => {
    for (const anchors of [[], anchorsFrom(of.anchors('example.'))]) {
      expect(await judge(of, 'other. A', { anchors })).toMatchObject({
        security: 'indeterminate',
        reason: { code: 'no-anchor', name: '.' },
        result: 'none',
      });
    }
  });

  it('V1 no answer at all: indeterminate, never insecure', async () => {
    const outcome = await verifyChain({ records: [], ...question('www.example. A'), now: NOW, anchors: [first] });
    expect(outcome).toMatchObject({
      security: 'indeterminate',
      reason: { code: 'no-answer', name: 'www.example.', type: 'A', failure: { code: 'not-recorded' } },
      result: 'none',
      answers: [],
      validUntil: 0,
    });
  });
});

describe('islands of trust', () => {
  const of = world({
    'example.': { records: 'www A 192.0.2.1' },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.1' },
    'island.unsigned.example.': { records: 'www A 192.0.2.2' },
    'child.island.unsigned.example.': { sign: 15, records: 'www A 192.0.2.3' },
  });
  // An island has no DS, so its anchors are made of its keys.
  const anchorAt = (apex: string) =>
    of
      .zone(apex)
      .keys.filter(({ flags }) => (flags & 1) !== 0)
      .map((key): TrustAnchor => {
        const ds = delegationSigner(name(apex), key.rdata, 2);
        return {
          name: name(apex),
          keyTag: key.keyTag,
          algorithm: key.algorithm,
          digestType: 2,
          digest: ds.subarray(4),
        };
      });
  const root = anchorsFrom(of.anchors());

  it('V55 below an insecure cut an anchor makes its zone secure, and what hangs from it', async () => {
    expect(await brief(of, 'www.island.unsigned.example. A')).toBe('insecure insecure-delegation');
    const anchors = [...root, ...anchorAt('island.unsigned.example.')];
    const outcome = await judge(of, 'www.island.unsigned.example. A', { anchors });
    expect(outcome.security).toBe('secure');
    expect(outcome.zones.map(({ zone, anchored }) => [zone, anchored])).toEqual([['island.unsigned.example.', true]]);
    expect(await brief(of, 'www.child.island.unsigned.example. A', { anchors })).toBe('secure answer NOERROR');
    expect(await brief(of, 'www.unsigned.example. A', { anchors })).toBe('insecure insecure-delegation');
  });

  it('without an anchor at the root the island stands alone', async () => {
    const anchors = anchorAt('island.unsigned.example.');
    expect(await brief(of, 'www.island.unsigned.example. A', { anchors })).toBe('secure answer NOERROR');
    expect(await brief(of, 'www.example. A', { anchors })).toBe('indeterminate no-anchor');
  });

  it('the closest enclosing anchor is used, even where it fails and one above would not', async () => {
    const wrong = { ...anchorAt('example.')[0]!, digest: new Uint8Array(32) };
    expect(await judge(of, 'www.example. A', { anchors: [...root, wrong] })).toMatchObject({
      security: 'bogus',
      reason: { code: 'anchor-mismatch', zone: 'example.', keyTags: [wrong.keyTag] },
    });
    expect(await brief(of, '. NS', { anchors: [...root, wrong] })).toBe('secure answer NOERROR');
  });

  it('an anchor is for its own name: a sibling or a longer name that ends alike has none of it', async () => {
    const anchors = anchorAt('example.');
    expect(await brief(of, 'www.example. A', { anchors })).toBe('secure answer NOERROR');
    expect(await brief(of, 'www.notexample. A', { anchors })).toBe('indeterminate no-anchor');
  });

  it("DS of the anchored zone is still the parent's", async () => {
    const anchors = [...root, ...anchorAt('example.')];
    const outcome = await judge(of, 'example. DS', { anchors });
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(outcome.zones.map(({ zone }) => zone)).toEqual(['.']);
  });
});

describe('anchors nobody here can check', () => {
  const of = world({ '.': { sign: 5 }, 'example.': { sign: 7, records: 'www A 192.0.2.1' } });

  it('V17 V38 of SHA-1 alone: insecure as such a DS is, and secure where SHA-1 is wanted', async () => {
    expect(anchorsFrom(of.anchors()).length).toBe(1);
    expect(await judge(of, 'www.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'unsupported-algorithms', zone: '.', algorithms: [5], digestTypes: [2], sha1: true },
    });
    expect(await brief(of, 'www.example. A', { allowSha1: true })).toBe('secure answer NOERROR');
  });

  it('V94 it is looked at anew with what rests on it', async () => {
    expect((await judge(of, 'www.example. A')).validUntil).toBe(NOW + 300);
  });

  it('V20 one that can be checked beside it counts', async () => {
    const modern = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const own = anchorsFrom(modern.anchors());
    const strange = { ...own[0]!, algorithm: 200 };
    expect(await brief(modern, 'www.example. A', { anchors: [strange, ...own] })).toBe('secure answer NOERROR');
    expect(await brief(modern, 'www.example. A', { anchors: [strange] })).toBe('insecure unsupported-algorithms');
  });

  it('V21 anchors of SHA-1 count beside stronger ones: whoever configured them meant both', async () => {
    const modern = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const [own] = anchorsFrom(modern.anchors());
    const [key] = modern.zone('.').keys;
    const sha1 = { ...own!, digestType: 1, digest: delegationSigner(name('.'), key!.rdata, 1).subarray(4) };
    const broken = { ...own!, digest: new Uint8Array(32) };
    expect(await brief(modern, 'www.example. A', { anchors: [broken, sha1] })).toBe('secure answer NOERROR');
  });

  it('V6 out of its time, such an anchor is none', async () => {
    const anchors = anchorsFrom(of.anchors()).map((anchor) => ({ ...anchor, validUntil: NOW - 1 }));
    expect(await judge(of, 'www.example. A', { anchors })).toMatchObject({
      security: 'bogus',
      reason: { code: 'anchor-mismatch', zone: '.', keyTags: [] },
    });
  });
});

describe('revoked keys', () => {
  it('V11 a revoked key is no way in, by DS or by anchor, whatever it signs', async () => {
    const of = world({
      'example.': {
        sign: [
          { algorithm: 13, role: 'ksk', state: 'revoked', ds: true },
          { algorithm: 13, role: 'zsk' },
        ],
        records: 'www A 192.0.2.1',
      },
    });
    const outcome = await judge(of, 'www.example. A');
    const revoked = of.zone('example.').keys[0]!;
    expect(outcome).toMatchObject({
      security: 'bogus',
      reason: { code: 'ds-mismatch', zone: 'example.', keyTags: [revoked.keyTag] },
    });
    expect(outcome.zones.at(-1)!.keys).toContainEqual({
      keyTag: revoked.keyTag,
      algorithm: 13,
      flags: 0x181,
      revoked: true,
      entryPoint: false,
    });
    const anchors = anchorsFrom(
      `example. DS ${revoked.keyTag} 13 2 ${toHex(delegationSigner(name('example.'), revoked.rdata, 2).subarray(4))}`,
    );
    expect(await brief(of, 'www.example. A', { anchors })).toBe('bogus anchor-mismatch');
  });

  it('V11 beside it another key does, and what the revoked one signs counts for nothing', async () => {
    const of = world({
      'example.': {
        sign: [
          { algorithm: 13, role: 'csk', state: 'revoked', label: 'old' },
          { algorithm: 13, role: 'csk' },
        ],
        records: 'www A 192.0.2.1',
      },
    });
    expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
    const [revoked] = of.zone('example.').keys;
    const byRevoked = of.mutated({
      name: 'signed by a revoked key',
      does: 'The address is signed by the revoked key alone.',
      breaks: 'bogus',
      rrset: (signed, zone) =>
        signed.type === TYPE.A
          ? { ...signed, signatures: [signatureOver(signed, revoked!, zone.apex, zone.window)] }
          : signed,
    });
    expect(await judge(byRevoked, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'key-missing', keyTags: [revoked!.keyTag] },
    });
  });
});

describe('which keys verify at all', () => {
  const key = parseDnskey(zoneKey(name('example.'), { algorithm: 13, role: 'zsk' }).rdata)!;

  it.each([
    ['V12 a zone key', 0x0100, 3, true],
    ['V12 with SEP', 0x0101, 3, true],
    ['V12 W36 with reserved flags', 0xfe7e | 0x0100, 3, true],
    ['V12 not a zone key', 0x0001, 3, false],
    ['V12 no flag at all', 0x0000, 3, false],
    ['V11 revoked', 0x0180, 3, false],
    ['V11 revoked, with SEP', 0x0181, 3, false],
    ['V29 protocol 2', 0x0100, 2, false],
    ['V29 protocol 4', 0x0100, 4, false],
    ['V29 protocol 0', 0x0100, 0, false],
  ])('%s', (_, flags, protocol, counts) => {
    expect(isZoneSigningKey({ ...key, flags, protocol })).toBe(counts);
  });

  it.each([
    ['the Zone bit', 0, 0],
    ['protocol 3', 2, 4],
  ])('V12 V29 a zone whose key lacks %s cannot be entered', async (_, place, value) => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const [ksk] = of.zone('example.').keys;
    const odd = ksk!.rdata.with(place, value);
    // The DS speaks of the odd key, which signs everything: nothing but the field is wrong.
    const anchors = anchorsFrom(
      `example. DS ${keyTag(odd)} 13 2 ${toHex(delegationSigner(name('example.'), odd, 2).subarray(4))}`,
    );
    const served = of.mutated({
      name: 'odd key',
      does: 'The only key has an odd field.',
      breaks: 'bogus',
      rrset: (signed, zone) => {
        if (signed.type !== TYPE.DNSKEY || zone.apex.isRoot()) return signed;
        const set = { ...signed, rdatas: [odd] };
        return { ...set, signatures: [signatureOver(set, ksk!, zone.apex, zone.window, { keyTag: keyTag(odd) })] };
      },
    });
    expect(await brief(served, 'example. DNSKEY', { anchors })).toBe('bogus anchor-mismatch');
  });
});

describe('anchors from text', () => {
  it.each([
    ['', { ok: false, line: 0, code: 'nothing', fault: 'no DS or DNSKEY line' }],
    ['; nothing\n\n', { ok: false, line: 0, code: 'nothing', fault: 'no DS or DNSKEY line' }],
    ['. DS 20326 8 2 E06D44', { ok: false, line: 1, code: 'digest-length', fault: 'the digest has 3 octets, not 32' }],
    ['. DS 20326 8 3 E06D44', { ok: false, line: 1, code: 'digest-type', fault: 'digest type 3 is not supported' }],
    ['; first\n. NS ns.example.', { ok: false, line: 2, code: 'other-type', fault: 'NS is neither DS nor DNSKEY' }],
    [`. DNSKEY 1 3 8 ${KSK_2024}`, { ok: false, line: 1, code: 'no-zone-key', fault: 'the key has no Zone Key flag' }],
    [`. DNSKEY 385 3 8 ${KSK_2024}`, { ok: false, line: 1, code: 'revoked', fault: 'the key is revoked' }],
    ['. DS \\# 3 000102', { ok: false, line: 1, code: 'rdata', fault: 'not a DS record' }],
    ['. DNSKEY \\# 2 0101', { ok: false, line: 1, code: 'rdata', fault: 'not a DNSKEY record' }],
    [
      `${KSK_2010}\n\n  ; none\n   \n. NS .`,
      { ok: false, line: 5, code: 'other-type', fault: 'NS is neither DS nor DNSKEY' },
    ],
    [`${KSK_2010}\n. NS .`, { ok: false, line: 2, code: 'other-type', fault: 'NS is neither DS nor DNSKEY' }],
    [
      `${KSK_2010}\n. NS .\n${KSK_2010}\n. MX 1 .`,
      { ok: false, line: 2, code: 'other-type', fault: 'NS is neither DS nor DNSKEY' },
    ],
    [`$TTL 60\n${KSK_2010}\n. NS .`, { ok: false, line: 3, code: 'other-type', fault: 'NS is neither DS nor DNSKEY' }],
    [
      `$ORIGIN a.\n@ DS 1 8 (\n1\n${'ab'.repeat(20)} )\n@ NS (\n@\n)`,
      { ok: false, line: 5, code: 'other-type', fault: 'NS is neither DS nor DNSKEY' },
    ],
    ['. CH DS 1 8 2 00', { ok: false, line: 1, code: 'class', fault: 'class CH is not IN' }],
    ['. 60 class3 DS 1 8 2 00', { ok: false, line: 1, code: 'class', fault: 'class class3 is not IN' }],
    ['. DS 1 8 2 zz', { ok: false, line: 1, code: 'hexadecimal', fault: 'not hexadecimal' }],
    ['. DS \\# 4 zz', { ok: false, line: 1, code: 'hexadecimal', fault: 'not hexadecimal' }],
    ['. DNSKEY 257 3 8 ?', { ok: false, line: 1, code: 'base64', fault: 'not base64' }],
    ['. SD 1 8 2 00', { ok: false, line: 1, code: 'type', fault: 'not a type: SD' }],
    ['. IN', { ok: false, line: 1, code: 'incomplete', fault: 'a type expected' }],
    ['a..b. DS 1 8 2 00', { ok: false, line: 1, code: 'name', fault: 'not a name (empty label): a..b.' }],
    ['$TTL 1 2', { ok: false, line: 1, code: 'left-over', fault: 'left over: 2' }],
    ['. DS (', { ok: false, line: 1, code: 'form', fault: 'a parenthesis is not closed' }],
  ])('V6 %j', (text, parsed) => {
    expect(parseAnchors(text)).toEqual(parsed);
  });

  it('any number of them, for any name', () => {
    const anchors = anchorsFrom(`${KSK_2010}\n\n; another\nExample.COM. 300 IN DS 1 13 4 ${'ab'.repeat(48)}\n`);
    expect(anchors.map(({ name: owner, keyTag: tag }) => `${owner} ${tag}`)).toEqual(['. 19036', 'example.com. 1']);
  });

  it('a line that is none of a master file says where it stands', () => {
    const parsed = parseAnchors(`${KSK_2010}\n. DS twelve 8 2 00`);
    expect(parsed).toMatchObject({ ok: false, line: 2 });
  });

  it('an anchor as a line reads as the same anchor, a key as the DS it has', () => {
    const [ds, key] = anchorsFrom(`${KSK_2010}\n. DNSKEY 257 3 8 ${KSK_2024}`);
    const [builtIn2017, builtIn2024] = ROOT_ANCHORS;
    for (const anchor of [ds!, key!, builtIn2017!]) {
      expect(isSameAnchor(anchorsFrom(formatAnchor(anchor))[0]!, anchor)).toBe(true);
    }
    expect(isSameAnchor(key!, builtIn2024!)).toBe(true);
    expect(isSameAnchor(key!, ds!)).toBe(false);
    for (const [field, other] of [
      ['name', Name.parse('a.')],
      ['keyTag', 1],
      ['algorithm', 13],
      ['digestType', 4],
      ['digest', new Uint8Array(32)],
    ] as const) {
      expect(isSameAnchor(key!, { ...key!, [field]: other }), field).toBe(false);
    }
  });

  it('own anchors stand beside the built-in ones, and for the root in their place', () => {
    const island = anchorsFrom(`example. DS 1 13 2 ${'ab'.repeat(32)}`);
    expect(besideBuiltIn([])).toEqual(ROOT_ANCHORS);
    expect(besideBuiltIn(island)).toEqual([...ROOT_ANCHORS, ...island]);
    const both = [...island, ...anchorsFrom(KSK_2010)];
    expect(besideBuiltIn(both)).toEqual(both);
  });

  it('says on which line each begins', () => {
    expect(parseAnchors(`; one\n${KSK_2010}\n\n${KSK_2010}`)).toMatchObject({ ok: true, lines: [2, 4] });
  });

  it('a digest type or length that is none of ours', () => {
    expect(parseAnchors('. DS 1 8 1 00')).toMatchObject({
      line: 1,
      fault: 'the digest has 1 octets, not 20',
    });
  });
});

describe('what queries tell', () => {
  it('V13 no key-tag option, nor anything else but padding', () => {
    const decoded = decodeMessage(encodeQuery({ name: Name.root, type: TYPE.DNSKEY }));
    const options = decoded.ok ? (decoded.message.edns?.options ?? []) : [];
    expect(options.map(({ code }) => code)).toEqual([EDNS_OPTION.PADDING]);
  });

  it('V10 V13 V14 V15 asks for nothing about keys but what the walk needs', async () => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    await judge(of, 'www.example. A');
    expect([...new Set(of.log.map(({ type }) => type))].sort((a, b) => a - b)).toEqual([TYPE.A, TYPE.DS, TYPE.DNSKEY]);
    expect(of.log.some(({ name: owner }) => /_ta-|root-key-sentinel/.test(owner))).toBe(false);
  });
});
