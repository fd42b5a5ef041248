/** H18: resolvers that can and cannot do what a validation needs, each imitated over a sound world. */
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../src/dns/ask.ts';
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { type ProbeProgress, type ProbeReport, type ProbeStep, PUBLIC_NAMES, probeResolver } from '../../src/probe.ts';
import { flippedSignature } from '../world/data-mutations.ts';
import { anchorsFrom, NOW, question, verifier, world } from './dnssec/judging.ts';

const sound = world({
  'com.': { denial: { optOut: true } },
  'unsigned.com.': { sign: 'unsigned', records: 'www A 192.0.2.1' },
  'example.': {
    records: `
      www            A 192.0.2.1
      _443._tcp.www  TLSA 3 1 1 ${'ab'.repeat(32)}
      broken         A 192.0.2.1
    `,
  },
}).mutated(flippedSignature(question('broken.example. A')));

const names = {
  signed: Name.parse('com'),
  unsigned: Name.parse('unsigned.com'),
  tlsa: Name.parse('_443._tcp.www.example'),
  bogus: Name.parse('broken.example'),
};

type Change = (message: Message, question: Question) => Message;

function probe(change: Change = (message) => message, more: Partial<Parameters<typeof probeResolver>[0]> = {}) {
  let now = 0;
  const asked: string[] = [];
  const ask: Ask = async (asking) => {
    asked.push(`${asking.name} ${asking.type}`);
    now += 10 * asked.length;
    const reply = await sound.ask(asking);
    return reply.ok ? { ...reply, message: change(reply.message, asking) } : reply;
  };
  const report = probeResolver({
    ask,
    now: NOW,
    clock: () => now,
    anchors: anchorsFrom(sound.anchors()),
    names,
    verifier,
    ...more,
  });
  return { report, asked };
}

const works = ({ steps }: ProbeReport) =>
  Object.fromEntries(steps.map(({ capability, works: state }) => [capability, state]));
const FULL: Record<ProbeStep['capability'], ProbeStep['works']> = {
  'zone-keys': 'yes',
  'signed-delegation': 'yes',
  'unsigned-delegation': 'yes',
  tlsa: 'yes',
  'bogus-data': 'yes',
};
const without =
  (...types: number[]): Change =>
  (message) => {
    const kept = (records: readonly ResourceRecord[]) => records.filter(({ type }) => !types.includes(type));
    return { ...message, answer: kept(message.answer), authority: kept(message.authority) };
  };

describe('the probe of a resolver', () => {
  it('H18 finds all in one that passes everything on', async () => {
    const { report, asked } = probe();
    const found = await report;
    expect(found).toMatchObject({ version: 1, result: 'full', resolvers: ['https://world.example/dns-query'] });
    expect(works(found)).toEqual(FULL);
    expect(found.steps.map(({ name, type }) => `${name} ${type}`)).toEqual([
      '. DNSKEY',
      'com. DS',
      'unsigned.com. DS',
      '_443._tcp.www.example. TLSA',
      'broken.example. A',
    ]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    // Each question once, but for those that take the time.
    expect(new Set(asked.slice(0, -5)).size).toBe(asked.length - 5);
    expect(asked.length).toBeLessThan(30);
  });

  it('H18 measures single questions, and takes the one in the middle', async () => {
    const { report, asked } = probe();
    const { latency } = await report;
    const [first] = [asked.length - 4];
    expect(latency).toEqual({ median: 10 * (first! + 2), slowest: 10 * (first! + 4), questions: 5 });
  });

  it('H18 misses signatures', async () => {
    const found = await probe(without(TYPE.RRSIG)).report;
    expect(found.result).toBe('lacking');
    expect(works(found)).toMatchObject({ 'zone-keys': 'no', 'signed-delegation': 'no', tlsa: 'no' });
    expect(found.steps[0]!.reason).toMatchObject({ code: 'signature-missing' });
  });

  it('H18 misses proofs of unsigned delegations', async () => {
    const found = await probe(without(TYPE.NSEC3)).report;
    expect(found.result).toBe('lacking');
    expect(works(found)).toEqual({ ...FULL, 'unsigned-delegation': 'no' });
  });

  it('H18 misses the DS of a TLD', async () => {
    const found = await probe((message, { type }) =>
      type === TYPE.DS ? { ...message, rcode: RCODE.NXDOMAIN, answer: [], authority: [] } : message,
    ).report;
    expect(found.result).toBe('lacking');
    expect(works(found)['signed-delegation']).toBe('no');
  });

  it('H18 misses TLSA records', async () => {
    const found = await probe((message, { type }) =>
      type === TYPE.TLSA ? { ...message, rcode: RCODE.REFUSED, answer: [], authority: [] } : message,
    ).report;
    expect(found.result).toBe('lacking');
    expect(works(found)).toEqual({ ...FULL, tlsa: 'no' });
  });

  it('H18 misses data that fails, where the resolver validates in spite of CD=1', async () => {
    const found = await probe((message, { name, type }) =>
      type === TYPE.A && name.equals(names.bogus) ? { ...message, rcode: RCODE.SERVFAIL, answer: [] } : message,
    ).report;
    expect(found.result).toBe('enough');
    expect(works(found)).toEqual({ ...FULL, 'bogus-data': 'no' });
    expect(found.steps.at(-1)!.reason).toMatchObject({ code: 'resolver-error', rcode: 'SERVFAIL' });
  });

  it('H18 draws no conclusion from a name that is not what it was taken for', async () => {
    const wrong = {
      signed: names.unsigned,
      unsigned: names.signed,
      tlsa: Name.parse('www.example'),
      bogus: Name.parse('www.example'),
    };
    const found = await probe(undefined, { names: wrong }).report;
    expect(found.result).toBe('unclear');
    expect(works(found)).toEqual({
      'zone-keys': 'yes',
      'signed-delegation': 'unclear',
      'unsigned-delegation': 'unclear',
      tlsa: 'unclear',
      'bogus-data': 'unclear',
    });
  });

  it('H18 is not begun twice where nobody answers', async () => {
    let asked = 0;
    const ask: Ask = async () => {
      asked++;
      return { ok: false, failure: { code: 'timeout', resolver: 'r', limitMs: 5 } };
    };
    const found = await probe(undefined, { ask }).report;
    expect(found).toMatchObject({ result: 'silent', resolvers: [] });
    expect(found).not.toHaveProperty('latency');
    expect(Object.values(works(found))).toEqual(['no', 'untried', 'untried', 'untried', 'untried']);
    expect(found.steps[0]!.reason).toMatchObject({ code: 'no-answer', failure: { code: 'timeout' } });
    expect(asked).toBeLessThan(5);
  });

  it('H18 starts from whatever zone is trusted', async () => {
    const { report, asked } = probe(undefined, { anchors: anchorsFrom(sound.anchors('example.')) });
    const found = await report;
    expect(found.steps[0]).toMatchObject({ name: 'example.', type: 'DNSKEY', works: 'yes' });
    // And what is not below it cannot be judged.
    expect(works(found)).toEqual({
      'zone-keys': 'yes',
      'signed-delegation': 'untried',
      'unsigned-delegation': 'untried',
      tlsa: 'yes',
      'bogus-data': 'yes',
    });
    expect(found.steps[1]).toMatchObject({ name: 'com.', untried: 'outside-anchors' });
    expect(found.result).toBe('unclear');
    expect(asked.filter((question) => question.startsWith('com.') || question.includes('.com.'))).toEqual([]);
  });

  it('H18 does not ask a zone for its own DS where nothing above it is trusted', async () => {
    const found = await probe(undefined, { anchors: anchorsFrom(sound.anchors('com.')) }).report;
    expect(works(found)).toEqual({
      'zone-keys': 'yes',
      'signed-delegation': 'untried',
      'unsigned-delegation': 'yes',
      tlsa: 'untried',
      'bogus-data': 'untried',
    });
  });

  it('H18 tells how far it is, step by step', async () => {
    const told: ProbeProgress[] = [];
    const found = await probe(undefined, { progress: (progress) => told.push(progress) }).report;
    expect(told.map(({ kind }) => kind)).toEqual([...found.steps.flatMap(() => ['trying', 'tried']), 'timing']);
    expect(told.flatMap((one) => (one.kind === 'tried' ? [one.step] : []))).toEqual(found.steps);
    expect(told[0]).toEqual({ kind: 'trying', capability: 'zone-keys', name: '.', type: 'DNSKEY' });
  });

  it('H18 has names of the public DNS for its own', () => {
    expect(Object.values(PUBLIC_NAMES).map(String)).toEqual([
      'com.',
      'google.com.',
      '_443._tcp.www.huque.com.',
      'www.dnssec-failed.org.',
    ]);
  });
});
