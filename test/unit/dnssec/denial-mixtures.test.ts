/** V53 to V74: messages with more than one way of denying in them, and records that could be read as of either kind. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { parseNsec, parseNsec3 } from '../../../src/dns/rdata.ts';
import { WireWriter } from '../../../src/dns/wire.ts';
import type { DenialKind } from '../../world/denial.ts';
import type { RRset } from '../../world/signer.ts';
import type { World } from '../../world/world.ts';
import { brief, denialAt, judge, question, signedRecords, tampered, world } from './judging.ts';

// So many names that no span covers much.
const RECORDS = ['*.w A 192.0.2.1', ...Array.from({ length: 30 }, (_, i) => `n${i} A 192.0.2.1`)].join('\n');

const having = (denial: DenialKind): World =>
  world({
    'example.': { denial, records: RECORDS },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.4' },
  });

const plain = having('nsec');
const hashed = having({ salt: 'aa' });
const repeated = having({ salt: 'aa', iterations: 2 });

const at = (of: World, owner: string): ResourceRecord[] =>
  signedRecords(of, 'example.', denialAt(of, 'example.', owner));
const proofIn = (of: World, text: string): ResourceRecord[] =>
  of.answer(question(text)).authority.filter(({ type }) => type !== TYPE.SOA);

/** The answer to one question with this authority section in place of its own, in both orders. */
function both(text: string, one: readonly ResourceRecord[], other: readonly ResourceRecord[]): World[] {
  return [
    [...one, ...other],
    [...other, ...one],
  ].map((authority) => plain.mutated(tampered(text, (message) => ({ ...message, authority }))));
}

describe('a whole proof beside a piece of another', () => {
  it.each([
    ['NSEC, beside a piece of an NSEC3 chain', plain, hashed],
    ['an NSEC3 chain, beside a piece of NSEC', hashed, plain],
    ['the chain of fewer iterations', hashed, repeated],
    ['the chain of more iterations', repeated, hashed],
  ])('V69 %s: no such name', async (_, whole, piece) => {
    const text = 'no.example. A';
    for (const owner of ['example.', 'n7.example.']) {
      for (const mixed of both(text, proofIn(whole, text), at(piece, owner))) {
        expect(await brief(mixed, text)).toBe('secure nxdomain NXDOMAIN');
      }
    }
  });

  it.each([
    ['NSEC, beside a piece of an NSEC3 chain', plain, hashed],
    ['an NSEC3 chain, beside a piece of NSEC', hashed, plain],
    ['the chain of fewer iterations', hashed, repeated],
    ['the chain of more iterations', repeated, hashed],
  ])('V69 V81 %s: an answer from a wildcard', async (_, whole, piece) => {
    const text = 'x.w.example. A';
    for (const mixed of both(text, proofIn(whole, text), at(piece, 'example.'))) {
      expect(await brief(mixed, text)).toBe('secure answer NOERROR');
    }
    for (const lacking of both(text, at(whole, 'n7.example.'), at(piece, 'example.'))) {
      expect(await brief(lacking, text)).toBe('bogus wildcard-unproven');
    }
  });

  it.each([
    ['fewer', hashed, repeated],
    ['more', repeated, hashed],
  ])('V53 V69 the chain of %s iterations shows an unsigned delegation', async (_, showing, other) => {
    const text = 'www.unsigned.example. A';
    for (const mixed of both(text, at(showing, 'unsigned.example.'), at(other, 'n7.example.'))) {
      const alone = mixed.mutated(
        tampered('unsigned.example. DS', (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
        tampered(text, (message) => ({ ...message, answer: [] })),
      );
      expect(await judge(alone, text)).toMatchObject({
        security: 'insecure',
        reason: { code: 'insecure-delegation', zone: 'unsigned.example.', parent: 'example.', proof: 'NSEC3' },
      });
    }
  });
});

describe('the iteration limit', () => {
  const text = 'no.example. A';
  const lacking = (iterations: number) => {
    const of = having({ iterations });
    return of.mutated(tampered(text, (message) => ({ ...message, authority: at(of, 'example.') })));
  };

  it('V74 a chain right at the limit that lacks a piece: bogus, not insecure', async () => {
    expect(await judge(lacking(50), text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', missing: 'next closer name' },
      result: 'none',
    });
  });

  it('V74 one above it: insecure, whatever it lacks', async () => {
    expect(await judge(lacking(51), text)).toMatchObject({
      security: 'insecure',
      reason: { code: 'nsec3-iterations', zone: 'example.', iterations: 51, limit: 50 },
      answers: [],
    });
  });
});

describe('records that read as of both kinds', () => {
  const nsec3With = (owner: RRset, nextHash: readonly number[], salt: readonly number[]): RRset => ({
    ...owner,
    rdatas: [new WireWriter().bytes(Uint8Array.of(1, 0, 0, 0, salt.length, ...salt, 20, ...nextHash)).finish()],
  });

  it('V69 an NSEC3 whose octets would do as an NSEC is an NSEC3', async () => {
    const of = world({ 'example.': { denial: { salt: 'aa' }, records: 'a.ent A 192.0.2.1' } });
    const text = 'ent.example. A';
    // Hash algorithm and flags as a name of one label, iterations as its root and a window, and so on.
    const odd = nsec3With(denialAt(of, 'example.', 'ent.example.'), [19, ...new Array<number>(19).fill(1)], [0xaa]);
    expect(parseNsec(odd.rdatas[0]!)).toBeDefined();
    expect(parseNsec3(odd.rdatas[0]!)?.types.types()).toEqual([]);
    const served = of.mutated(
      tampered(text, (message) => ({ ...message, authority: signedRecords(of, 'example.', odd) })),
    );
    expect(await brief(served, text)).toBe('secure nodata NOERROR');
  });

  it('V69 an NSEC with the octets of an NSEC3 proves nothing', async () => {
    const text = 'n1.example. TXT';
    const record = denialAt(hashed, 'example.', 'n1.example.');
    expect(parseNsec(record.rdatas[0]!)).toBe(undefined);
    const served = plain.mutated(
      tampered(text, (message) => ({
        ...message,
        authority: signedRecords(plain, 'example.', { ...record, type: TYPE.NSEC }),
      })),
    );
    expect(await judge(served, text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', missing: 'any denial record' },
    });
    // As an NSEC3 it does.
    const honest = plain.mutated(
      tampered(text, (message) => ({ ...message, authority: signedRecords(plain, 'example.', record) })),
    );
    expect(await brief(honest, text)).toBe('secure nodata NOERROR');
  });

  it('V69 an NSEC3 with the octets of an NSEC proves nothing', async () => {
    const text = 'n1.example. TXT';
    const record = denialAt(plain, 'example.', 'n1.example.');
    const served = plain.mutated(
      tampered(text, (message) => ({
        ...message,
        authority: signedRecords(plain, 'example.', { ...record, type: TYPE.NSEC3 }),
      })),
    );
    expect(await judge(served, text)).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', missing: 'any denial record' },
    });
  });
});
