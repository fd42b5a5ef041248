/** The door to the network: what is made of answers that are none, and of an Ask that breaks its word. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ask, TransportFailure } from '../../../src/dns/ask.ts';
import { EDNS_OPTION, TYPE } from '../../../src/dns/codes.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { lookup } from '../../../src/dnssec/lookup.ts';
import { anchorsFrom, judge, NOW, name, question, tampered, verifier, world } from './judging.ts';

const of = world({ 'example.': { records: 'www A 192.0.2.1' } });

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
beforeEach(() => void unhandled.splice(0));
afterAll(() => void process.off('unhandledRejection', note));

describe('V1 answers that are none', () => {
  const failures: readonly TransportFailure[] = [
    { code: 'unreachable', resolver: 'https://r/', detail: 'x' },
    { code: 'timeout', resolver: 'https://r/', limitMs: 5 },
    { code: 'http-status', resolver: 'https://r/', status: 502 },
    { code: 'truncated', resolver: 'https://r/' },
    { code: 'no-resolver' },
  ];

  it.each(failures)('V1 V3 $code, wherever it happens: indeterminate, never insecure', async (failure) => {
    for (const text of ['www.example. A', 'example. DS', 'example. DNSKEY', '. DNSKEY']) {
      const failing = question(text);
      const ask: Ask = (asked) =>
        asked.name.equals(failing.name) && asked.type === failing.type
          ? Promise.resolve({ ok: false, failure })
          : of.ask(asked);
      const outcome = await judge(of, 'www.example. A', { ask });
      expect(outcome).toMatchObject({
        security: 'indeterminate',
        reason: { code: 'no-answer', name: text.split(' ')[0], type: text.split(' ')[1], failure },
        result: 'none',
        answers: [],
        validUntil: outcome.validUntil,
      });
    }
  });

  it('V1 nobody who answered is nobody to name', async () => {
    const outcome = await judge(of, 'www.example. A', {
      ask: async () => ({ ok: false, failure: { code: 'unreachable', resolver: 'https://r/', detail: 'x' } }),
    });
    expect(outcome.resolvers).toEqual([]);
    expect(outcome.zones).toEqual([]);
  });

  it.each([
    [1, 'FORMERR'],
    [2, 'SERVFAIL'],
    [4, 'NOTIMP'],
    [5, 'REFUSED'],
    [16, 'BADVERS'],
    [23, 'RCODE23'],
  ])('V88 RCODE %i is %s, with what the resolver says of it', async (rcode, mnemonic) => {
    const saying = of.mutated(
      tampered('www.example. A', (message) => ({
        ...message,
        rcode,
        edns: {
          udpPayloadSize: 1232,
          version: 0,
          dnssecOk: true,
          options: [{ code: EDNS_OPTION.EXTENDED_ERROR, data: Uint8Array.of(0, 22, 0x68, 0x69) }],
        },
      })),
    );
    expect(await judge(saying, 'www.example. A')).toMatchObject({
      security: 'indeterminate',
      reason: {
        code: 'resolver-error',
        name: 'www.example.',
        type: 'A',
        rcode: mnemonic,
        extendedErrors: [{ code: 22, text: 'hi' }],
      },
      rcode: expect.any(String),
    });
  });
});

describe('an Ask or an engine that breaks its word', () => {
  const input = { ...question('www.example. A'), now: NOW, anchors: anchorsFrom(of.anchors()), verifier };

  it.each([true, false])(
    'rejects or throws: indeterminate, and nothing left unhandled (ahead: %s)',
    async (speculate) => {
      for (const ask of [
        () => Promise.reject(new Error('broken')),
        (): never => {
          throw new Error('broken');
        },
      ]) {
        expect(await lookup({ ...input, ask, options: { speculate } })).toMatchObject({
          security: 'indeterminate',
          reason: { code: 'engine', detail: 'Error: broken' },
          result: 'none',
          answers: [],
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(unhandled).toEqual([]);
    },
  );

  it('a verifier that fails: indeterminate, never bogus', async () => {
    const broken = new SignatureVerifier();
    broken.verify = () => Promise.reject(new DOMException('no such thing', 'InvalidStateError'));
    for (const speculate of [true, false]) {
      expect(await lookup({ ...input, ask: of.ask, verifier: broken, options: { speculate } })).toMatchObject({
        security: 'indeterminate',
        reason: { code: 'engine', detail: 'InvalidStateError: no such thing' },
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(unhandled).toEqual([]);
  });
});

describe('what an outcome tells of the way', () => {
  it('the walk, step by step', async () => {
    const { trace } = await judge(of, 'www.example. A', { speculate: false });
    expect(trace).toEqual([
      { step: 'asked', name: 'www.example.', type: 'A', round: 1 },
      { step: 'asked', name: '.', type: 'DNSKEY', round: 2 },
      { step: 'asked', name: 'example.', type: 'DS', round: 2 },
      { step: 'asked', name: 'example.', type: 'DNSKEY', round: 2 },
      { step: 'zone', zone: '.', security: 'secure', reason: { code: 'validated' } },
      { step: 'zone', zone: 'example.', security: 'secure', reason: { code: 'validated' } },
      {
        step: 'records',
        owner: 'www.example.',
        type: 'A',
        verdict: { security: 'secure', reason: { code: 'validated' } },
      },
    ]);
  });

  it('aliases, names without a cut and denials on it', async () => {
    const more = world({ 'example.': { records: 'al CNAME no.sub' } });
    const { trace } = await judge(more, 'al.example. A', { speculate: false });
    expect(trace.slice(-3)).toEqual([
      {
        step: 'records',
        owner: 'al.example.',
        type: 'CNAME',
        verdict: { security: 'secure', reason: { code: 'validated' } },
      },
      { step: 'alias', owner: 'al.example.', target: 'no.sub.example.' },
      {
        step: 'denial',
        name: 'no.sub.example.',
        type: 'A',
        verdict: { security: 'secure', reason: { code: 'validated' } },
      },
    ]);
  });

  it('the zones with DS, keys and signatures', async () => {
    const { zones, resolvers, name: asked, type } = await judge(of, 'www.example. A');
    const [ksk, zsk] = of.zone('example.').keys;
    expect([asked.toString(), type]).toEqual(['www.example.', TYPE.A]);
    expect(resolvers).toEqual(['https://world.example/dns-query']);
    expect(zones[1]).toEqual({
      zone: 'example.',
      security: 'secure',
      reason: { code: 'validated' },
      ds: [{ keyTag: ksk!.keyTag, algorithm: 13, digestType: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      anchored: false,
      keys: expect.arrayContaining([
        { keyTag: ksk!.keyTag, algorithm: 13, flags: 257, revoked: false, entryPoint: true },
        { keyTag: zsk!.keyTag, algorithm: 13, flags: 256, revoked: false, entryPoint: false },
      ]),
      signatures: [
        expect.objectContaining({ zone: '.', owner: 'example.', type: 'DS', algorithm: 13, valid: true }),
        expect.objectContaining({
          zone: 'example.',
          owner: 'example.',
          type: 'DNSKEY',
          keyTag: ksk!.keyTag,
          valid: true,
        }),
      ],
    });
  });

  it('a zone that failed, with what is known of it', async () => {
    const failing = of.mutated(tampered('example. DNSKEY', (message) => ({ ...message, rcode: 2, answer: [] })));
    const { zones } = await judge(failing, 'www.example. A');
    expect(zones.map(({ zone, security, anchored }) => [zone, security, anchored])).toEqual([
      ['.', 'secure', true],
      ['example.', 'indeterminate', false],
    ]);
    expect(zones[1]).toMatchObject({ keys: [], signatures: [], ds: [{ algorithm: 13 }] });
    expect(name(zones[1]!.zone).labelCount).toBe(1);
  });
});
