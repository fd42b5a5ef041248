/** V6, V17, V18, V45, V92: how a zone is entered where anchors, DS or keys are odd, and what is told of it. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { TrustAnchor } from '../../../src/dnssec/anchors.ts';
import { swappedDs } from '../../world/data-mutations.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, brief, judge, name, records, tampered, world } from './judging.ts';

const of = world({
  'example.': { records: 'www A 192.0.2.1\nal CNAME www' },
  'other.': { records: 'www A 192.0.2.2' },
});
const text = 'www.example. A';
const [anchor] = anchorsFrom(of.anchors()) as [TrustAnchor];

describe('an anchor', () => {
  it('V6 V17 of a digest nobody knows makes the zone insecure, and one that is known decides', async () => {
    const unknown = { ...anchor, digestType: 9, digest: Uint8Array.of(1) };
    expect(await judge(of, text, { anchors: [unknown] })).toMatchObject({
      security: 'insecure',
      reason: { code: 'unsupported-algorithms', zone: '.', digestTypes: [9] },
    });
    expect(await brief(of, text, { anchors: [unknown, anchor] })).toBe('secure answer NOERROR');
    const wrong = { ...anchor, digest: anchor.digest.map((octet) => octet ^ 1) };
    expect(await brief(of, text, { anchors: [unknown, wrong] })).toBe('bogus anchor-mismatch');
  });

  it('V6 that fits no key: the zone is told as the one the walk began with', async () => {
    const { zones } = await judge(of, text, { anchors: [{ ...anchor, keyTag: anchor.keyTag ^ 1 }] });
    expect(zones).toMatchObject([{ zone: '.', security: 'bogus', anchored: true, signatures: [] }]);
    const { zones: below } = await judge(of.mutated(swappedDs(name('example.'), 'other.')), text);
    expect(below).toMatchObject([
      { zone: '.', security: 'secure', anchored: true },
      { zone: 'example.', security: 'bogus', anchored: false },
    ]);
  });

  it('V45 of a key that is too weak: insecure, with no signature over a DS', async () => {
    const weak = world({
      '.': { sign: [{ algorithm: 8, role: 'csk', rsa: { bits: 768, exponent: 65537n } }] },
      'example.': { records: 'www A 192.0.2.1' },
    });
    const outcome = await judge(weak, text);
    expect(outcome).toMatchObject({ security: 'insecure', reason: { code: 'unsupported-algorithms', zone: '.' } });
    expect(outcome.zones).toMatchObject([{ zone: '.', anchored: true, signatures: [], keys: [{ algorithm: 8 }] }]);
  });
});

/** The DS set of `example.` replaced, and signed again by the root. */
function withDs(from: World, ...rdatas: Uint8Array[]): World {
  return from.mutated({
    name: 'other DS',
    does: 'DS of the test\u2019s own, signed.',
    breaks: 'nothing',
    rrset: (signed, holder) =>
      signed.type === TYPE.DS && signed.name.equals(name('example.')) ? holder.sign({ ...signed, rdatas }) : signed,
  });
}

describe('a delegation', () => {
  it('V17 by a digest nobody knows, of no octets or of some: insecure', async () => {
    for (const digest of [[], [1], new Uint8Array(32)]) {
      const unknown = withDs(of, Uint8Array.of(0, 1, 13, 9, ...digest));
      expect(await brief(unknown, text)).toBe('insecure unsupported-algorithms');
    }
  });

  it('V92 to a zone of too many keys: a limit, whether or not one of them fits', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => ({
      algorithm: 15 as const,
      role: 'zsk' as const,
      state: 'standby' as const,
      label: String(i),
    }));
    const crowded = world({
      'example.': { sign: [{ algorithm: 15, role: 'csk' }, ...keys], records: 'www A 192.0.2.1' },
      'other.': { records: 'www A 192.0.2.2' },
    });
    for (const zone of [crowded, crowded.mutated(swappedDs(name('example.'), 'other.'))]) {
      expect(await judge(zone, text)).toMatchObject({
        security: 'indeterminate',
        reason: { code: 'work-limit', limit: 'records per RRset', allowed: 100 },
      });
    }
  });

  it('V51 a signed CNAME where it would stand, before a forged DNAME above', async () => {
    const asked = 'al.example. A';
    const forged = of.mutated(
      tampered('al.example. DS', (message) => ({
        ...message,
        answer: [...message.answer, ...records('example. 300 IN DNAME evil.')],
      })),
      tampered(asked, (message) => ({ ...message, answer: records('al.example. 300 IN A 192.0.2.66') })),
    );
    expect(await judge(forged, asked)).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', owner: 'al.example.', type: 'A' },
    });
  });
});
