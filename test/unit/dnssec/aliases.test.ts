/** V81 to V88: wildcards, CNAME and DNAME, from zone to zone, as sound data and as data that lies. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { formatRdata } from '../../../src/dns/presentation.ts';
import { forgedSynthesis } from '../../world/answer-mutations.ts';
import { expiredSignature, missingSignature } from '../../world/data-mutations.ts';
import { deniedUnderDname } from '../../world/forged-proofs.ts';
import { recordsOf } from '../../world/signer.ts';
import { brief, denialAt, judge, name, question, records, rrsetIn, signedRecords, tampered, world } from './judging.ts';

const of = world({
  'example.': {
    records: `
      www    A     192.0.2.1
      al     CNAME www
      al2    CNAME al
      far    CNAME www.other.
      un     CNAME www.unsigned.example.
      nodata CNAME text
      gone   CNAME nowhere
      text   TXT   "here"
      *.w    A     192.0.2.5
      *.w    TXT   "wild"
      here.w TXT   "not wild"
      *.c    CNAME www
      d      DNAME target
      www.target A 192.0.2.7
      long   DNAME ${'a.'.repeat(100)}example.
      out    DNAME other.
      x.ent  A     192.0.2.8
    `,
  },
  'unsigned.example.': {
    sign: 'unsigned',
    records: 'www A 192.0.2.2\nback CNAME www.example.\nbad CNAME www.bad.example.',
  },
  'bad.example.': { records: 'www A 192.0.2.3' },
  'other.': { sign: 8, denial: 'nsec3', records: 'www A 192.0.2.4\n*.w A 192.0.2.6\nback CNAME al.example.' },
  'hashed.': { denial: { optOut: true }, records: '*.w A 192.0.2.6\nhere.w A 192.0.2.9' },
});

const FORGED = '192.0.2.66';

function aliasesOf(outcome: Awaited<ReturnType<typeof judge>>): string[] {
  return outcome.aliases.map(({ owner, target, kind, security }) => `${owner} ${kind} ${target} ${security}`);
}

describe('CNAME', () => {
  it.each([
    ['V82 to data in the zone', 'al.example. A', 'secure answer NOERROR', 'www.example.'],
    ['V82 twice', 'al2.example. A', 'secure answer NOERROR', 'www.example.'],
    ['V82 into another zone', 'far.example. A', 'secure answer NOERROR', 'www.other.'],
    ['V82 there and back', 'back.other. A', 'secure answer NOERROR', 'www.example.'],
    ['V84 to a name without the type', 'nodata.example. A', 'secure nodata NOERROR', 'text.example.'],
    ['V84 to a name that does not exist', 'gone.example. A', 'secure nxdomain NXDOMAIN', 'nowhere.example.'],
    ['V82 into an unsigned zone', 'un.example. A', 'insecure insecure-delegation', 'www.unsigned.example.'],
    ['V82 out of an unsigned zone', 'back.unsigned.example. A', 'insecure insecure-delegation', 'www.example.'],
    ['V82 itself asked for', 'al2.example. CNAME', 'secure answer NOERROR', 'al2.example.'],
    ['V82 any type', 'al2.example. ANY', 'secure answer NOERROR', 'al2.example.'],
  ])('%s', async (_, text, outcome, end) => {
    const judged = await judge(of, text);
    expect(await brief(of, text)).toBe(outcome);
    expect(judged.canonicalName.toString()).toBe(end);
  });

  it('V82 each step is told with its own state', async () => {
    expect(aliasesOf(await judge(of, 'back.unsigned.example. A'))).toEqual([
      'back.unsigned.example. CNAME www.example. insecure',
    ]);
    expect(aliasesOf(await judge(of, 'back.other. A'))).toEqual([
      'back.other. CNAME al.example. secure',
      'al.example. CNAME www.example. secure',
    ]);
    const { answers } = await judge(of, 'back.other. A');
    expect(answers.map(({ name: owner, type, rdata }) => `${owner} ${type} ${formatRdata(type, rdata)}`)).toEqual([
      'back.other. 5 al.example.',
      'al.example. 5 www.example.',
      'www.example. 1 192.0.2.1',
    ]);
  });

  it('V82 one bogus step is enough, before or behind an unsigned one', async () => {
    const at = (owner: string, type: number) => of.mutated(missingSignature({ name: name(owner), type }));
    expect(await judge(at('al.example.', TYPE.CNAME), 'al2.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', zone: 'example.', owner: 'al.example.', type: 'CNAME' },
      answers: [],
    });
    expect(await brief(at('www.example.', TYPE.A), 'al2.example. A')).toBe('bogus signature-missing');
    expect(await brief(at('www.bad.example.', TYPE.A), 'bad.unsigned.example. A')).toBe('bogus signature-missing');
    const expired = of.mutated(expiredSignature({ name: name('www.other.'), type: TYPE.A }));
    expect(await judge(expired, 'far.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-expired', zone: 'other.', owner: 'www.other.', type: 'A' },
    });
  });

  it('V82 a target in a reply for another name is judged like any other', async () => {
    const redirected = of.mutated(
      tampered('al.example. A', (message) => ({
        ...message,
        answer: [
          ...records(`al.example. 300 IN CNAME www.unsigned.example.`),
          ...message.answer.filter(({ type }) => type === TYPE.RRSIG),
          ...records(`www.unsigned.example. 300 IN A ${FORGED}`),
        ],
      })),
    );
    expect(await brief(redirected, 'al.example. A')).toBe('bogus signature-invalid');
    const unsigned = of.mutated(
      tampered('al.example. A', (message) => ({
        ...message,
        answer: records(`al.example. 300 IN CNAME www.unsigned.example.\nwww.unsigned.example. 300 IN A ${FORGED}`),
      })),
    );
    expect(await brief(unsigned, 'al.example. A')).toBe('bogus signature-missing');
  });

  it('V56 V82 data beside a CNAME must be signed itself', async () => {
    const both = of.mutated(
      tampered('al.example. A', (message) => ({
        ...message,
        answer: [...message.answer, ...records(`al.example. 300 IN A ${FORGED}`)],
      })),
    );
    expect(await judge(both, 'al.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', owner: 'al.example.', type: 'A' },
    });
  });

  it('V82 two CNAMEs, or one that is no name, are no alias, signed or not', async () => {
    const odd = (change: (rdatas: readonly Uint8Array[]) => readonly Uint8Array[]) =>
      of.mutated({
        name: 'odd CNAME',
        does: 'Signed as it stands.',
        breaks: 'bogus',
        rrset: (signed, zone) =>
          signed.type === TYPE.CNAME && signed.name.equals(name('al.example.'))
            ? zone.sign({ ...signed, rdatas: change(signed.rdatas) })
            : signed,
      });
    const two = odd((rdatas) => [...rdatas, name('text.example.').wire]);
    expect(await judge(two, 'al.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'alias-malformed', owner: 'al.example.', type: 'CNAME', records: 2 },
    });
    const answer: ResourceRecord[] = signedRecords(of, 'example.', {
      ...rrsetIn(of, 'example.', 'al.example. CNAME'),
      rdatas: [Uint8Array.of(3, 119)],
    });
    // Octets no decoder lets through, straight from an Ask.
    const { name: owner, type } = question('al.example. A');
    const raw = await judge(of, 'al.example. A', {
      ask: async (asked) => {
        const reply = await of.ask(asked);
        if (!reply.ok || !asked.name.equals(owner) || asked.type !== type) return reply;
        return { ...reply, message: { ...reply.message, answer } };
      },
    });
    expect(raw).toMatchObject({
      security: 'bogus',
      reason: { code: 'alias-malformed', owner: 'al.example.', type: 'CNAME', records: 1 },
    });
  });

  it('V84 a denial for another name of the chain is none for the last', async () => {
    const other = of.mutated(
      tampered('gone.example. A', (message) => ({
        ...message,
        authority: signedRecords(of, 'example.', denialAt(of, 'example.', 'al.example.')),
      })),
      tampered('nowhere.example. A', (message) => ({ ...message, authority: [] })),
    );
    expect(await judge(other, 'gone.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', zone: 'example.', name: 'nowhere.example.', missing: 'any denial record' },
    });
  });
});

describe('DNAME', () => {
  it.each([
    ['V85 to data', 'www.d.example. A', 'secure answer NOERROR', 'www.target.example.'],
    ['V86 not its own owner', 'd.example. A', 'secure nodata NOERROR', 'd.example.'],
    ['V86 its own owner has it', 'd.example. DNAME', 'secure answer NOERROR', 'd.example.'],
    ['V84 to a name that does not exist', 'no.d.example. A', 'secure nxdomain NXDOMAIN', 'no.target.example.'],
    ['V85 two labels deep', 'a.www.d.example. A', 'secure nxdomain NXDOMAIN', 'a.www.target.example.'],
    ['V85 into another zone', 'www.out.example. A', 'secure answer NOERROR', 'www.other.'],
    ['V36 V85 any type', 'www.d.example. ANY', 'secure answer NOERROR', 'www.target.example.'],
    ['V85 the CNAME it makes, asked for', 'www.d.example. CNAME', 'secure answer NOERROR', 'www.d.example.'],
  ])('%s', async (_, text, outcome, end) => {
    expect(await brief(of, text)).toBe(outcome);
    const judged = await judge(of, text);
    if (!text.endsWith('CNAME')) expect(judged.canonicalName.toString()).toBe(end);
  });

  it('V85 the CNAME beside it is worked out, not read', async () => {
    const asked = 'www.d.example. A';
    const target = question(asked);
    const forged = of.mutated(forgedSynthesis(target, 'www.unsigned.example.'));
    const outcome = await judge(forged, asked);
    expect(outcome.canonicalName.toString()).toBe('www.target.example.');
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(aliasesOf(outcome)).toEqual(['www.d.example. DNAME www.target.example. secure']);
    const without = of.mutated(
      tampered(asked, (message) => ({ ...message, answer: message.answer.filter(({ type }) => type !== TYPE.CNAME) })),
    );
    expect(await brief(without, asked)).toBe('secure answer NOERROR');
  });

  it('V85 the DNAME itself must be signed', async () => {
    const unsigned = of.mutated(missingSignature({ name: name('d.example.'), type: TYPE.DNAME }));
    expect(await judge(unsigned, 'www.d.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', zone: 'example.', owner: 'd.example.', type: 'DNAME' },
    });
  });

  it('V85 a DNAME that nobody has, above a name that exists, is bogus', async () => {
    const made = of.mutated(
      tampered('www.example. A', (message) => ({
        ...message,
        answer: records(`example. 300 IN DNAME unsigned.example.\nwww.unsigned.example. 300 IN A ${FORGED}`),
      })),
    );
    expect(await brief(made, 'www.example. A')).toBe('bogus signature-missing');
  });

  it('V86 a substitution of more than 255 octets is an error', async () => {
    const asked = `${'b'.repeat(60)}.${'c'.repeat(20)}.long.example. A`;
    const outcome = await judge(of, asked);
    expect(outcome).toMatchObject({
      security: 'bogus',
      reason: { code: 'dname-too-long', owner: 'long.example.', name: asked.split(' ')[0] },
    });
    expect(await brief(of, 'b.long.example. A')).toMatch(/^secure nxdomain/);
  });

  it('V61 V87 a name under it is not denied by its own record', async () => {
    const target = question('www.d.example. A');
    const denied = of.mutated(deniedUnderDname(target, name('d.example.')));
    expect(await judge(denied, 'www.d.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', zone: 'example.', name: 'www.d.example.', missing: 'name does not exist' },
    });
  });

  it('V85 a DNAME expanded from a wildcard is not believed', async () => {
    const wild = world({ 'example.': { records: '*.w DNAME other\nx.other A 192.0.2.1' } });
    const set = rrsetIn(wild, 'example.', '*.w.example. DNAME');
    const expanded = { ...wild.zone('example.').sign(set), name: name('a.w.example.') };
    const asked = 'x.a.w.example. A';
    const served = wild.mutated(
      tampered(asked, (message) => ({
        ...message,
        rcode: 0,
        answer: recordsOf(expanded, true),
        authority: signedRecords(wild, 'example.', denialAt(wild, 'example.', '*.w.example.')),
      })),
    );
    expect(await judge(served, asked)).toMatchObject({
      security: 'bogus',
      reason: {
        code: 'wildcard-unproven',
        zone: 'example.',
        name: 'a.w.example.',
        type: 'DNAME',
        wildcard: '*.w.example.',
      },
    });
  });

  it('V86 DNAME from the root, and to it', async () => {
    const top = world({
      'example.': { records: 'up DNAME .' },
      'other.': { records: '@ A 192.0.2.1' },
    });
    const outcome = await judge(top, 'other.up.example. A');
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(outcome.canonicalName.toString()).toBe('other.');
    expect(Name.root.isRoot()).toBe(true);
  });
});

describe('wildcards', () => {
  it.each([
    ['V81 an answer', 'x.w.example. A', 'secure answer NOERROR'],
    ['V81 two labels deep', 'y.x.w.example. A', 'secure answer NOERROR'],
    ['V81 by NSEC3', 'x.w.other. A', 'secure answer NOERROR'],
    ['V81 by NSEC3, two labels deep', 'y.x.w.other. A', 'secure answer NOERROR'],
    ['V72 in an opt-out span', 'x.w.hashed. A', 'insecure opt-out'],
    ['V84 without the type', 'x.w.example. MX', 'secure nodata NOERROR'],
    ['V71 without the type, by NSEC3', 'x.w.other. MX', 'secure nodata NOERROR'],
    ['V81 not over a name that exists', 'here.w.example. A', 'secure nodata NOERROR'],
    ['V81 nor below one', 'x.here.w.example. A', 'secure nxdomain NXDOMAIN'],
    ['V82 a CNAME', 'x.c.example. A', 'secure answer NOERROR'],
    ['V81 the wildcard itself asked for', '*.w.example. A', 'secure answer NOERROR'],
    ['V81 an asterisk below the wildcard', '*.x.w.example. A', 'secure answer NOERROR'],
  ])('%s', async (_, text, outcome) => {
    expect(await brief(of, text)).toBe(outcome);
  });

  it.each(['x.w.example. A', 'x.w.other. A'])('V81 %s without the denial of the name: bogus', async (text) => {
    const bare = of.mutated(tampered(text, (message) => ({ ...message, authority: [] })));
    const zone = text.includes('other') ? 'other.' : 'example.';
    expect(await judge(bare, text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'wildcard-unproven', zone, name: text.split(' ')[0], type: 'A', wildcard: `*.w.${zone}` },
    });
  });

  it.each([
    ['example.', 'here.w.example.', 'A'],
    ['hashed.', 'here.w.hashed.', 'A'],
  ])('V81 replayed in %s over a name that exists: bogus', async (apex, owner, type) => {
    const set = rrsetIn(of, apex, `*.w.${apex} ${type}`);
    const expanded = { ...of.zone(apex).sign(set), name: name(owner) };
    // With every denial record the zone has.
    const all = of
      .zone(apex)
      .denial!.chain()
      .flatMap((denial) => signedRecords(of, apex, denial));
    for (let i = 0; i < all.length; i += 2) {
      const replayed = of.mutated(
        tampered(`${owner} ${type}`, (message) => ({
          ...message,
          rcode: 0,
          answer: recordsOf(expanded, true),
          authority: all.slice(i, i + 8),
        })),
      );
      expect(await judge(replayed, `${owner} ${type}`)).toMatchObject({
        security: 'bogus',
        reason: { code: 'wildcard-unproven', wildcard: `*.w.${apex}` },
      });
    }
  });

  it('V81 over an empty non-terminal: bogus', async () => {
    const empty = world({ 'example.': { records: '*.w A 192.0.2.5\nx.ent.w A 192.0.2.6' } });
    const set = rrsetIn(empty, 'example.', '*.w.example. A');
    const expanded = { ...empty.zone('example.').sign(set), name: name('ent.w.example.') };
    const replayed = empty.mutated(
      tampered('ent.w.example. A', (message) => ({ ...message, rcode: 0, answer: recordsOf(expanded, true) })),
    );
    expect(await brief(empty, 'ent.w.example. A')).toBe('secure nodata NOERROR');
    expect(await brief(replayed, 'ent.w.example. A')).toBe('bogus wildcard-unproven');
  });

  it('V81 from a wildcard further up than the closest one: bogus', async () => {
    const nested = world({ 'example.': { records: '* A 192.0.2.5\n*.w A 192.0.2.6' } });
    const set = rrsetIn(nested, 'example.', '*.example. A');
    const expanded = { ...nested.zone('example.').sign(set), name: name('x.w.example.') };
    const replayed = nested.mutated(
      tampered('x.w.example. A', (message) => ({ ...message, answer: recordsOf(expanded, true) })),
    );
    expect(await brief(nested, 'x.w.example. A')).toBe('secure answer NOERROR');
    expect(await judge(replayed, 'x.w.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'wildcard-unproven', wildcard: '*.example.' },
    });
  });

  it('V88 RCODE says nothing: whatever it is, the proofs decide', async () => {
    for (const text of [
      'www.example. A',
      'text.example. A',
      'nope.example. A',
      'x.w.example. A',
      'x.w.other. MX',
      'no.other. A',
      'gone.example. A',
      'www.d.example. A',
      'www.unsigned.example. A',
      'x.ent.example. A',
      'ent.example. A',
    ]) {
      const sound = await judge(of, text);
      for (const rcode of [0, 3]) {
        const swapped = await judge(of.mutated(tampered(text, (message) => ({ ...message, rcode }))), text);
        expect([text, swapped.security, swapped.reason]).toEqual([text, sound.security, sound.reason]);
        if (sound.security === 'secure') {
          expect([text, swapped.rcode, swapped.result]).toEqual([text, sound.rcode, sound.result]);
        }
      }
    }
  });

  it('V88 the RCODE of an insecure answer is told as it came', async () => {
    expect((await judge(of, 'no.unsigned.example. A')).rcode).toBe('NXDOMAIN');
    expect((await judge(of, 'no.unsigned.example. A')).result).toBe('nxdomain');
    expect((await judge(of, 'www.unsigned.example. MX')).result).toBe('nodata');
  });
});

describe('chains whose verdict could be told in several ways', () => {
  it('V82 of two unsigned steps the first is told', async () => {
    const two = world({
      'example.': { records: 'al CNAME al.first' },
      'first.example.': { sign: 'unsigned', records: 'al CNAME www.second.example.' },
      'second.example.': { sign: 'unsigned', records: 'www A 192.0.2.1' },
    });
    expect(await judge(two, 'al.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'first.example.' },
      result: 'answer',
    });
  });

  it('V85 a forged DNAME above does not take the place of a signed CNAME', async () => {
    const forged = of.mutated(
      tampered('al.example. A', (message) => ({
        ...message,
        answer: [...records('example. 300 IN DNAME unsigned.example.'), ...message.answer],
      })),
    );
    const outcome = await judge(forged, 'al.example. A');
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(aliasesOf(outcome)).toEqual(['al.example. CNAME www.example. secure']);
  });

  it('V88 the RCODE of an unsigned answer is told as received, whatever the answer', async () => {
    const odd = of.mutated(tampered('www.unsigned.example. A', (message) => ({ ...message, rcode: 3 })));
    expect(await judge(odd, 'www.unsigned.example. A')).toMatchObject({
      security: 'insecure',
      result: 'answer',
      rcode: 'NXDOMAIN',
    });
  });

  it('the signatures relied on are told in order: answer, then denial', async () => {
    const told = (await judge(of, 'x.c.example. A')).signatures.map(({ zone, owner, type, valid }) => [
      zone,
      owner,
      type,
      valid,
    ]);
    expect(told).toEqual([
      ['example.', 'x.c.example.', 'CNAME', true],
      ['example.', expect.any(String), 'NSEC', true],
      ['example.', 'www.example.', 'A', true],
    ]);
    const missing = of.mutated(missingSignature({ name: name('www.example.'), type: TYPE.A }));
    expect((await judge(missing, 'www.example. A')).signatures).toEqual([]);
    expect((await judge(of, 'www.unsigned.example. A')).signatures).toEqual([]);
  });
});
