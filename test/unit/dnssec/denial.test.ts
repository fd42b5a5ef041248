/** V56 to V80 through whole lookups: denials of every kind in every way of denying, and each one's missing pieces. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { missingProof } from '../../world/answer-mutations.ts';
import { flippedSignature } from '../../world/data-mutations.ts';
import type { DenialKind, ProofRole } from '../../world/denial.ts';
import { typesOf, withNextName, withTypes } from '../../world/denial-records.ts';
import { type RRset, recordsOf, signatureOver } from '../../world/signer.ts';
import type { World, WorldDescription } from '../../world/world.ts';
import { brief, denialAt, judge, name, question, shuffled, signedRecords, tampered, world } from './judging.ts';

const RECORDS = `
  www      A     192.0.2.1
  al       CNAME www
  *.w      TXT   "wild"
  x.ent    A     192.0.2.2
  d        DNAME target
  \\000a.odd A   192.0.2.3
  \\255.odd A    192.0.2.4
`;

const describeWorld = (denial: DenialKind): WorldDescription => ({
  'example.': { denial, records: RECORDS },
  'child.example.': { records: 'www A 192.0.2.3' },
  'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.4' },
});

const KINDS: readonly (readonly [string, DenialKind])[] = [
  ['NSEC', 'nsec'],
  ['NSEC3', 'nsec3'],
  ['NSEC3 with salt and iterations', { salt: 'aabbccdd', iterations: 12 }],
  ['compact denial', 'compact'],
];

describe.each(KINDS)('denial by %s', (_, denial) => {
  const of = world(describeWorld(denial));

  it.each([
    ['V56 V71 V77 a type that is not there', 'www.example. AAAA', 'secure nodata NOERROR'],
    ['V57 V71 V76 a name that is not there', 'no.example. A', 'secure nxdomain NXDOMAIN'],
    ['V57 V70 V76 a name far below', 'a.b.c.no.example. A', 'secure nxdomain NXDOMAIN'],
    ['V59 V71 V77 an empty non-terminal', 'ent.example. A', 'secure nodata NOERROR'],
    ['V59 a name beside what is below it', 'y.ent.example. A', 'secure nxdomain NXDOMAIN'],
    ['V84 V71 a wildcard without the type', 'no.w.example. A', 'secure nodata NOERROR'],
    ['V56 the apex', 'example. TXT', 'secure nodata NOERROR'],
    ['V62 DS of a name that is no cut', 'www.example. DS', 'secure nodata NOERROR'],
    ['V52 V53 DS of an unsigned cut', 'unsigned.example. DS', 'secure nodata NOERROR'],
    ['V51 DS of no name', 'no.example. DS', 'secure nxdomain NXDOMAIN'],
    ['V58 odd octets before', '\\000.odd.example. A', 'secure nxdomain NXDOMAIN'],
    ['V58 odd octets between', '\\128.odd.example. A', 'secure nxdomain NXDOMAIN'],
    ['V58 odd octets behind', '\\255a.odd.example. A', 'secure nxdomain NXDOMAIN'],
    ['V58 before all', '\\000.example. A', 'secure nxdomain NXDOMAIN'],
    ['V58 behind all', 'zzz.example. A', 'secure nxdomain NXDOMAIN'],
  ])('%s: %s', async (_title, text, outcome) => {
    expect(await brief(of, text)).toBe(outcome);
  });

  it('V2 V3 nothing at all in the authority section: bogus', async () => {
    for (const text of ['www.example. AAAA', 'no.example. A', 'ent.example. A', 'no.w.example. A']) {
      const bare = of.mutated(tampered(text, (message) => ({ ...message, authority: [] })));
      expect(await judge(bare, text)).toMatchObject({
        security: 'bogus',
        reason: {
          code: 'denial-missing',
          zone: 'example.',
          name: text.split(' ')[0],
          type: text.split(' ')[1],
          missing: 'any denial record',
        },
        answers: [],
      });
    }
  });

  it('a signature over a denial record that fails is named', async () => {
    const message = of.answer(question('no.example. A'));
    const owner = message.authority.find(({ type }) => type === TYPE.NSEC || type === TYPE.NSEC3)!;
    const broken = of.mutated(flippedSignature({ name: owner.name, type: owner.type }));
    expect(await judge(broken, 'no.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-invalid', zone: 'example.', owner: owner.name.toString() },
    });
  });

  it('V63 the whole denial of one question proves nothing for another', async () => {
    const pairs = [
      ['www.example. AAAA', 'www.example. A'],
      ['no.example. A', 'www.example. A'],
      ['ent.example. A', 'x.ent.example. A'],
      ['no.w.example. A', 'no.w.example. TXT'],
      ['www.example. AAAA', 'al.example. A'],
      ['example. TXT', 'www.example. A'],
      ['unsigned.example. DS', 'child.example. DS'],
    ] as const;
    for (const [from, to] of pairs) {
      const { authority, rcode } = of.answer(question(from));
      const replayed = of.mutated(tampered(to, (message) => ({ ...message, rcode, answer: [], authority })));
      const outcome = await judge(replayed, to);
      expect([from, to, outcome.security, outcome.reason.code]).toEqual([from, to, 'bogus', 'denial-missing']);
    }
  });

  it('an unsigned zone stays insecure below, whatever its own servers say', async () => {
    expect(await brief(of, 'www.unsigned.example. A')).toBe('insecure insecure-delegation');
    expect(await brief(of, 'no.unsigned.example. A')).toBe('insecure insecure-delegation');
    expect(await brief(of, 'a.b.unsigned.example. MX')).toBe('insecure insecure-delegation');
  });
});

it.each(['nsec', 'nsec3'] as const)('V36 no data of any type needs a name without any: %s', async (denial) => {
  const of = world(describeWorld(denial));
  expect(await brief(of, 'ent.example. ANY')).toBe('secure nodata NOERROR');
  const { authority } = of.answer(question('www.example. AAAA'));
  const stripped = of.mutated(tampered('www.example. ANY', (message) => ({ ...message, answer: [], authority })));
  expect(await judge(stripped, 'www.example. ANY')).toMatchObject({
    security: 'bogus',
    reason: { code: 'denial-missing', type: 'ANY', missing: 'type does not exist' },
  });
});

describe('each piece of a proof', () => {
  const proofs: readonly (readonly [DenialKind, string, readonly (readonly [ProofRole, string])[]])[] = [
    ['nsec', 'www.example. AAAA', [['exact', 'any denial record']]],
    [
      'nsec',
      'no.example. A',
      [
        ['name', 'name does not exist'],
        ['wildcard', 'no wildcard matches'],
      ],
    ],
    ['nsec', 'no.w.example. A', [['wildcard', 'no wildcard matches']]],
    ['nsec3', 'www.example. AAAA', [['exact', 'any denial record']]],
    [
      'nsec3',
      'no.example. A',
      [
        ['closest encloser', 'closest encloser'],
        ['next closer', 'next closer name'],
        ['wildcard', 'no wildcard matches'],
      ],
    ],
    [
      'nsec3',
      'no.w.example. A',
      [
        ['closest encloser', 'closest encloser'],
        ['next closer', 'next closer name'],
        ['wildcard', 'no wildcard matches'],
      ],
    ],
    ['compact', 'no.example. A', [['exact', 'any denial record']]],
  ];

  for (const [denial, text, roles] of proofs) {
    const of = world(describeWorld(denial));
    const { name: owner, type } = question(text);
    for (const [role, missing] of roles) {
      it(`V57 V71 ${denial}, ${text} without "${role}": ${missing}`, async () => {
        const cut = of.mutated(missingProof({ name: owner, type }, role));
        const before = of.answer({ name: owner, type }).authority.length;
        const outcome = await judge(cut, text);
        // One record may serve in two roles, and then there is nothing to leave out.
        if (cut.answer({ name: owner, type }).authority.length === before) {
          expect(outcome.security).toBe('secure');
          return;
        }
        expect(outcome).toMatchObject({
          security: 'bogus',
          reason: { code: 'denial-missing', zone: 'example.', name: owner.toString(), missing },
        });
      });
    }
  }
});

describe('records from elsewhere', () => {
  const of = world({
    'example.': { records: RECORDS },
    'hashed.example.': { denial: 'nsec3', records: 'www A 192.0.2.1' },
    'other.example.': { denial: 'nsec3', records: 'www A 192.0.2.1' },
    'plain.example.': { records: 'www A 192.0.2.1' },
  });
  const all = (apex: string): ResourceRecord[] =>
    of
      .zone(apex)
      .denial!.chain()
      .flatMap((denial) => signedRecords(of, apex, denial));

  it.each([
    ['V65 V73 the hashes of another zone', 'no.hashed.example. A', ['other.example.']],
    ['V65 the parent, NSEC against NSEC3', 'no.hashed.example. A', ['example.']],
    ['V60 V65 the parent', 'no.plain.example. A', ['example.']],
    ['V65 a sibling', 'no.plain.example. A', ['hashed.example.', 'other.example.']],
    ['V65 the root', 'no.plain.example. A', ['.']],
    ['V65 the child, of a name in the parent', 'no.example. A', ['plain.example.', 'hashed.example.']],
  ])('%s: bogus', async (_, text, zones) => {
    const records = zones.flatMap(all);
    for (let at = 0; at < records.length; at += 8) {
      const foreign = of.mutated(
        tampered(text, (message) => ({ ...message, answer: [], authority: records.slice(at, at + 16) })),
      );
      expect((await judge(foreign, text)).security).toBe('bogus');
    }
  });

  it('V65 a proof of two halves from two zones is none', async () => {
    const text = 'no.hashed.example. A';
    const halves = of.mutated(
      tampered(text, (message) => {
        const own = message.authority.filter(({ type }) => type !== TYPE.SOA);
        return { ...message, authority: [...own.slice(0, 2), ...all('other.example.').slice(0, 12)] };
      }),
    );
    expect((await judge(halves, text)).security).toBe('bogus');
    // Beside the whole proof they do no harm.
    const beside = of.mutated(
      tampered(text, (message) => ({ ...message, authority: [...all('other.example.'), ...message.authority] })),
    );
    expect(await brief(beside, text)).toBe('secure nxdomain NXDOMAIN');
  });

  it('V64 a denial record expanded from a wildcard is no evidence', async () => {
    const wild = world({ 'example.': { records: '*.w A 192.0.2.1\nhere.w TXT "x"' } });
    const record = denialAt(wild, 'example.', '*.w.example.');
    const expanded = { ...wild.zone('example.').sign(record), name: name('new.w.example.') };
    const text = 'new.w.example. TXT';
    const forged = wild.mutated(
      tampered(text, (message) => ({ ...message, rcode: 0, answer: [], authority: recordsOf(expanded, true) })),
    );
    expect(await judge(forged, text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', name: 'new.w.example.', missing: 'any denial record' },
    });
  });
});

describe('records that only the zone could sign, and that lie', () => {
  const of = world({
    'example.': { records: RECORDS },
    'child.example.': { records: 'www A 192.0.2.3' },
    'hashed.': { denial: 'nsec3', records: RECORDS },
  });
  const served = (text: string, apex: string, ...sets: RRset[]): World =>
    of.mutated(
      tampered(text, (message) => ({
        ...message,
        answer: [],
        authority: sets.flatMap((set) => signedRecords(of, apex, set)),
      })),
    );

  it('V65 a next name outside the zone', async () => {
    const apex = denialAt(of, 'child.example.', 'child.example.');
    const text = 'no.child.example. A';
    for (const outside of ['childa.example.', 'zzz.', 'example.', 'other.example.']) {
      expect(await brief(served(text, 'child.example.', withNextName(apex, name(outside))), text)).toBe(
        'bogus denial-missing',
      );
    }
  });

  it('V39 W39 a bitmap that is out of order, or has an empty window, is no NSEC at all', async () => {
    const record = denialAt(of, 'example.', 'www.example.');
    const text = 'www.example. AAAA';
    expect(await brief(served(text, 'example.', record), text)).toBe('secure nodata NOERROR');
    const head = record.rdatas[0]!.subarray(0, record.rdatas[0]!.length - 8);
    for (const bitmap of [
      [0, 0],
      [0, 33, ...new Uint8Array(33)],
      [1, 1, 0x40, 0, 1, 0x40],
      [0, 4, 0x40],
    ]) {
      const odd = { ...record, rdatas: [Uint8Array.of(...head, ...bitmap)] };
      expect((await judge(served(text, 'example.', odd), text)).security).toBe('bogus');
    }
  });

  it('two NSEC at one name are a set no zone has, and prove nothing', async () => {
    const record = denialAt(of, 'example.', 'www.example.');
    const two = { ...record, rdatas: [...record.rdatas, ...withTypes(record, [TYPE.TXT]).rdatas] };
    const text = 'www.example. AAAA';
    expect(await judge(served(text, 'example.', two), text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', missing: 'any denial record' },
    });
  });

  it.each([
    ['V68 flags 2', 1, 2],
    ['V68 flags 255', 1, 255],
    ['V68 hash algorithm 2', 0, 2],
  ])('%s: the record is ignored', async (_, place, value) => {
    const record = denialAt(of, 'hashed.', 'www.hashed.');
    const text = 'www.hashed. AAAA';
    expect(await brief(served(text, 'hashed.', record), text)).toBe('secure nodata NOERROR');
    const odd = { ...record, rdatas: [record.rdatas[0]!.with(place, value)] };
    expect(await judge(served(text, 'hashed.', odd), text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', missing: 'any denial record' },
    });
  });

  it('V56 V71 the bitmap that says the type or a CNAME is there', async () => {
    for (const [apex, owner, type] of [
      ['example.', 'www.example.', 'A'],
      ['example.', 'al.example.', 'A'],
      ['hashed.', 'www.hashed.', 'A'],
      ['hashed.', 'al.hashed.', 'TXT'],
    ] as const) {
      const text = `${owner} ${type}`;
      expect(await judge(served(text, apex, denialAt(of, apex, owner)), text)).toMatchObject({
        security: 'bogus',
        reason: { code: 'denial-missing', zone: apex, name: owner, type, missing: 'type does not exist' },
      });
    }
  });

  it('V54 DS denied by a record without NS: no cut, so what is below must be signed', async () => {
    const record = denialAt(of, 'example.', 'child.example.');
    const types = typesOf(record).filter((type) => type !== TYPE.NS && type !== TYPE.DS);
    const lying = served('child.example. DS', 'example.', withTypes(record, types));
    expect(await judge(lying, 'www.child.example. A')).toMatchObject({ security: 'bogus' });
    const unsigned = lying.mutated(
      tampered('www.child.example. A', (message) => ({
        ...message,
        answer: message.answer.filter(({ type }) => type === TYPE.A),
      })),
    );
    expect((await judge(unsigned, 'www.child.example. A')).security).toBe('bogus');
  });
});

describe('NSEC3 chains of two parameters at once', () => {
  const first = world({ 'example.': { denial: { salt: 'aa' }, records: 'www A 192.0.2.1' } });
  const second = world({ 'example.': { denial: { salt: 'bb', iterations: 1 }, records: 'www A 192.0.2.1' } });
  const third = world({ 'example.': { denial: { salt: 'bb', iterations: 99 }, records: 'www A 192.0.2.1' } });
  const text = 'no.example. A';
  const some = (of: World) => signedRecords(of, 'example.', denialAt(of, 'example.', 'example.'));

  it('V69 the one that is whole decides, in any order', async () => {
    for (const other of [second, third]) {
      for (let seed = 0; seed < 6; seed++) {
        const mixed = first.mutated(
          tampered(text, (message) => ({
            ...message,
            authority: shuffled([...message.authority, ...some(other)], seed),
          })),
        );
        expect(await brief(mixed, text)).toBe('secure nxdomain NXDOMAIN');
      }
    }
  });

  it('V69 halves of two chains make no proof', async () => {
    const halves = first.mutated(
      tampered(text, (message) => {
        const cover = message.authority.filter(({ type }) => type !== TYPE.SOA).slice(0, 2);
        return { ...message, authority: [...cover, ...some(second)] };
      }),
    );
    expect((await judge(halves, text)).security).toBe('bogus');
  });

  it('V74 a chain over the iteration limit beside one that proves nothing: insecure', async () => {
    const beside = first.mutated(
      tampered(text, (message) => ({ ...message, authority: [...some(first), ...some(third)] })),
    );
    expect(await judge(beside, text)).toMatchObject({
      security: 'insecure',
      reason: { code: 'nsec3-iterations', zone: 'example.', iterations: 99, limit: 50 },
    });
  });
});

describe('opt-out', () => {
  const of = world({
    'example.': { denial: { optOut: true }, records: 'www A 192.0.2.1\n*.w TXT "wild"\nx.ent A 192.0.2.3' },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.4' },
    'deep.un.example.': { sign: 'unsigned', records: 'www A 192.0.2.4' },
    'signed.example.': { records: 'www A 192.0.2.4' },
  });

  it.each([
    ['V72 a name that is not there', 'no.example. A', 'insecure opt-out'],
    ['V72 its rcode as it came', 'no.example. TXT', 'insecure opt-out'],
    ['V53 DS of a name in a span', 'no.example. DS', 'insecure insecure-delegation'],
    ['V53 an unsigned cut', 'www.unsigned.example. A', 'insecure insecure-delegation'],
    ['V53 one below an empty non-terminal', 'www.deep.un.example. A', 'insecure insecure-delegation'],
    ['V72 that non-terminal itself', 'un.example. A', 'insecure opt-out'],
    ['V71 a type that is not there', 'www.example. AAAA', 'secure nodata NOERROR'],
    ['V71 an empty non-terminal with a record of its own', 'ent.example. A', 'secure nodata NOERROR'],
    ['V72 a wildcard without the type', 'no.w.example. A', 'insecure opt-out'],
    ['V71 a signed cut', 'www.signed.example. A', 'secure answer NOERROR'],
    ['V71 DS of a signed cut', 'signed.example. DS', 'secure answer NOERROR'],
  ])('%s: %s', async (_, text, outcome) => {
    expect(await brief(of, text)).toBe(outcome);
  });

  it('V72 with its facts', async () => {
    expect((await judge(of, 'no.example. A')).reason).toEqual({
      code: 'opt-out',
      zone: 'example.',
      name: 'no.example.',
    });
    expect((await judge(of, 'no.example. A')).result).toBe('nxdomain');
    expect((await judge(of, 'no.w.example. A')).result).toBe('nodata');
  });

  it('V53 V72 a signed zone is never in a span: its DS cannot be denied so', async () => {
    const chain = of.zone('example.').denial!.chain();
    for (const record of chain) {
      for (const other of chain) {
        const denied = of.mutated(
          tampered('signed.example. DS', (message) => ({
            ...message,
            answer: [],
            authority: [...signedRecords(of, 'example.', record), ...signedRecords(of, 'example.', other)],
          })),
        );
        expect((await judge(denied, 'www.signed.example. A')).security).toBe('bogus');
      }
    }
  });

  it('V3 nor is a name that exists: forged data there is bogus whatever is sent along', async () => {
    const chain = of.zone('example.').denial!.chain();
    const everything = chain.flatMap((record) => signedRecords(of, 'example.', record));
    const forged = of.mutated(
      tampered('www.example. A', (message) => ({
        ...message,
        answer: message.answer.filter(({ type }) => type === TYPE.A),
        authority: everything.slice(0, 16),
      })),
      tampered('www.example. DS', (message) => ({ ...message, answer: [], authority: everything.slice(0, 16) })),
    );
    expect((await judge(forged, 'www.example. A')).security).toBe('bogus');
  });
});

describe('V78 compact denial with NSEC3', () => {
  it('V78 a matching record with nothing but NXNAME: no such name', async () => {
    const of = world({ 'example.': { denial: 'nsec3', records: 'ent.x A 192.0.2.1' } });
    const record = withTypes(denialAt(of, 'example.', 'x.example.'), [TYPE.NXNAME]);
    const text = 'x.example. A';
    const compact = of.mutated(
      tampered(text, (message) => ({ ...message, rcode: 0, authority: signedRecords(of, 'example.', record) })),
    );
    expect(await brief(compact, text)).toBe('secure nxdomain NXDOMAIN');
  });

  it('V76 an answer that is NXDOMAIN by proof, told so although RCODE is NOERROR', async () => {
    const of = world({ 'example.': { denial: 'compact', records: 'www A 192.0.2.1' } });
    expect(of.answer(question('no.example. A')).rcode).toBe(0);
    expect(await judge(of, 'no.example. A')).toMatchObject({
      security: 'secure',
      result: 'nxdomain',
      rcode: 'NXDOMAIN',
    });
  });

  it('V80 one such record denies no other name', async () => {
    const of = world({ 'example.': { denial: 'compact', records: 'www A 192.0.2.1' } });
    const { authority } = of.answer(question('no.example. A'));
    for (const text of ['a.no.example. A', 'noo.example. A', 'nn.example. A', 'www.example. A']) {
      const replayed = of.mutated(tampered(text, (message) => ({ ...message, answer: [], authority })));
      expect(await brief(replayed, text)).toBe('bogus denial-missing');
    }
  });
});

describe('a denial from above an unsigned delegation', () => {
  it.each(['nsec', 'nsec3'] as const)(
    'V52 V53 %s: the parent answers for names below with the denial of DS',
    async (denial) => {
      const of = world(describeWorld(denial));
      const record = denialAt(of, 'example.', 'unsigned.example.');
      for (const text of ['www.unsigned.example. A', 'a.b.unsigned.example. TXT', 'unsigned.example. A']) {
        const above = of.mutated(
          tampered(text, (message) => ({
            ...message,
            answer: [],
            authority: [
              ...signedRecords(of, 'example.', of.zone('example.').soa),
              ...signedRecords(of, 'example.', record),
            ],
          })),
        );
        expect(await judge(above, text)).toMatchObject({
          security: 'insecure',
          reason: {
            code: 'insecure-delegation',
            zone: 'unsigned.example.',
            parent: 'example.',
            proof: denial.toUpperCase(),
          },
          answers: [],
        });
      }
      // It needs no question for DS.
      const alone = of.mutated(
        tampered('www.unsigned.example. A', (message) => ({
          ...message,
          answer: [],
          authority: signedRecords(of, 'example.', record),
        })),
        tampered('unsigned.example. DS', (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
      );
      expect(await brief(alone, 'www.unsigned.example. A')).toBe('insecure insecure-delegation');
      // That of a signed delegation, or of a name that is none, says no such thing.
      for (const owner of ['child.example.', 'www.example.']) {
        const other = of.mutated(
          tampered('www.unsigned.example. A', (message) => ({
            ...message,
            answer: [],
            authority: signedRecords(of, 'example.', denialAt(of, 'example.', owner)),
          })),
          tampered('unsigned.example. DS', (message) => ({ ...message, authority: [] })),
        );
        expect((await judge(other, 'www.unsigned.example. A')).security).toBe('bogus');
      }
    },
  );
});

describe('what is missing, where more than one chain lacks something', () => {
  const text = 'no.example. A';
  // So many names that no span covers much.
  const records = Array.from({ length: 30 }, (_, i) => `n${i} A 192.0.2.1`).join('\n');
  const hashed = world({ 'example.': { denial: { salt: 'aa' }, records } });
  const salted = world({ 'example.': { denial: { salt: 'bb' }, records } });
  const repeated = world({ 'example.': { denial: { salt: 'aa', iterations: 2 }, records } });
  const plain = world({ 'example.': { records } });
  const encloser = (of: World) => signedRecords(of, 'example.', denialAt(of, 'example.', 'example.'));
  const stranger = (of: World) => signedRecords(of, 'example.', denialAt(of, 'example.', 'n7.example.'));
  const missing = async (...authority: ResourceRecord[][]) => {
    const told = new Set<string>();
    for (let seed = 0; seed < 4; seed++) {
      const changed = hashed.mutated(
        tampered(text, (message) => ({ ...message, authority: shuffled(authority, seed).flat() })),
      );
      const { reason } = await judge(changed, text);
      told.add(reason.code === 'denial-missing' ? reason.missing : reason.code);
    }
    return [...told].join(', ');
  };

  it('V69 the chain of the fewest iterations is told of, then the one of the lowest salt', async () => {
    expect(await missing(encloser(hashed))).toBe('next closer name');
    expect(await missing(stranger(hashed))).toBe('closest encloser');
    expect(await missing(encloser(hashed), stranger(salted))).toBe('next closer name');
    expect(await missing(stranger(hashed), encloser(salted))).toBe('closest encloser');
    expect(await missing(encloser(repeated), stranger(hashed))).toBe('closest encloser');
    expect(await missing(encloser(repeated), stranger(salted))).toBe('closest encloser');
  });

  it('NSEC3 rather than NSEC', async () => {
    expect(await missing(stranger(plain), encloser(hashed))).toBe('next closer name');
    expect(await missing(stranger(plain))).toBe('name does not exist');
  });
});

describe('records of strangers among the proof', () => {
  const of = world({
    'example.': { records: RECORDS },
    'sibling.example.': { records: Array.from({ length: 20 }, (_, i) => `n${i} A 192.0.2.1`).join('\n') },
  });
  const text = 'no.example. A';

  it('V65 V92 are not counted among those that are looked at', async () => {
    const others = of
      .zone('sibling.example.')
      .denial!.chain()
      .flatMap((record) => signedRecords(of, 'sibling.example.', record));
    const crowded = of.mutated(
      tampered(text, (message) => ({ ...message, authority: [...others, ...message.authority] })),
    );
    expect(await brief(crowded, text)).toBe('secure nxdomain NXDOMAIN');
  });

  it('V33 V34 a signature of theirs beside the own one does no harm', async () => {
    const sibling = of.zone('sibling.example.');
    const both = of.mutated(
      tampered(text, (message) => ({
        ...message,
        authority: message.authority.flatMap((record) => {
          if (record.type !== TYPE.NSEC) return [record];
          const set = { name: record.name, type: record.type, ttl: record.ttl, rdatas: [record.rdata] };
          const rdata = signatureOver(set, sibling.keys[1]!, sibling.apex, sibling.window);
          return [{ ...record, type: TYPE.RRSIG, rdata }, record];
        }),
      })),
    );
    expect(await brief(both, text)).toBe('secure nxdomain NXDOMAIN');
  });
});

describe('a denial that proves nothing of the name', () => {
  const of = world(describeWorld('nsec'));
  const beside = signedRecords(of, 'example.', denialAt(of, 'example.', 'www.example.'));
  const withDenial = (text: string) =>
    of.mutated(tampered(text, (message) => ({ ...message, answer: [], authority: beside })));

  it.each(['www.unsigned.example. A', 'a.unsigned.example. DS'])(
    'V3 %s: insecure where the way there is',
    async (text) => {
      expect(await judge(withDenial(text), text)).toMatchObject({
        security: 'insecure',
        reason: { code: 'insecure-delegation', zone: 'unsigned.example.' },
      });
    },
  );

  it.each([
    'www.child.example. A',
    'no.example. A',
    'child.example. DS',
    'unsigned.example. DS',
    '. DS',
    'example. DS',
  ])('V3 %s: bogus where the way is secure', async (text) => {
    expect((await judge(withDenial(text), text)).security).toBe('bogus');
  });

  it('V1 where the way fails it is bogus all the same', async () => {
    const text = 'www.unsigned.example. A';
    const failing = withDenial(text).mutated(
      tampered('unsigned.example. DS', (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
    );
    expect(['bogus', 'indeterminate']).toContain((await judge(failing, text)).security);
  });
});
