/** Answers that a resolver makes up by its own policy, and says so. */
import { describe, expect, it } from 'vitest';
import { EDNS_OPTION, RCODE, TYPE } from '../../../src/dns/codes.ts';
import type { Message } from '../../../src/dns/message.ts';
import { judge, tampered, world } from './judging.ts';

const of = world({ 'example.': { records: 'www A 192.0.2.1\nalias CNAME www.example.' } });

/** As filters have it: an address that leads nowhere, no signatures, and an extended error. */
function forged(code: number | undefined, text = '') {
  return (message: Message): Message => ({
    ...message,
    answer: message.answer
      .filter(({ type }) => type === TYPE.A)
      .map((record) => ({ ...record, rdata: Uint8Array.of(0, 0, 0, 0) })),
    edns: {
      udpPayloadSize: 1232,
      version: 0,
      dnssecOk: true,
      options:
        code === undefined
          ? []
          : [{ code: EDNS_OPTION.EXTENDED_ERROR, data: Uint8Array.of(0, code, ...Buffer.from(text)) }],
    },
  });
}

describe('a filtered answer', () => {
  it.each([15, 16, 17])('H20 is bogus, with a reason of its own: extended error %i', async (code) => {
    const filtered = of.mutated(tampered('www.example. A', forged(code, 'no')));
    expect(await judge(filtered, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: {
        code: 'filtered',
        name: 'www.example.',
        extendedErrors: [{ code, text: 'no' }],
        because: { code: 'signature-missing', owner: 'www.example.', type: 'A' },
      },
      answers: [],
    });
  });

  it.each([undefined, 3, 14, 18])('H20 is plainly bogus without such an error: %s', async (code) => {
    const forging = of.mutated(tampered('www.example. A', forged(code)));
    expect(await judge(forging, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing' },
    });
  });

  it('H20 may be a name that is not there, or no answer at all', async () => {
    const gone = (message: Message): Message => ({ ...forged(17)(message), rcode: RCODE.NXDOMAIN, answer: [] });
    expect(await judge(of.mutated(tampered('www.example. A', gone)), 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'filtered', because: { code: 'denial-missing' } },
    });
    const refused = (message: Message): Message => ({ ...forged(15)(message), rcode: RCODE.REFUSED, answer: [] });
    expect(await judge(of.mutated(tampered('www.example. A', refused)), 'www.example. A')).toMatchObject({
      security: 'indeterminate',
      reason: { code: 'resolver-error', rcode: 'REFUSED', extendedErrors: [{ code: 15 }] },
    });
  });

  it('H20 softens nothing: what validates is secure whatever is said of it', async () => {
    const said = (message: Message): Message => ({ ...message, edns: forged(15)(message).edns! });
    expect(await judge(of.mutated(tampered('www.example. A', said)), 'www.example. A')).toMatchObject({
      security: 'secure',
      reason: { code: 'validated' },
    });
  });

  it('H20 is the reason of no name but its own and those below', async () => {
    const stripped = (message: Message): Message => ({
      ...message,
      answer: message.answer.filter(({ type }) => type !== TYPE.RRSIG),
    });
    // Asked ahead: that the DS of the name is filtered says something of it, another name's does not.
    for (const [question, code] of [
      ['www.example. DS', 'filtered'],
      ['example. DNSKEY', 'filtered'],
      ['other.example. A', 'signature-missing'],
    ] as const) {
      const said = (message: Message): Message => ({ ...message, edns: forged(15)(message).edns! });
      const both = of.mutated(tampered(question, said), tampered('www.example. A', stripped));
      expect((await judge(both, 'www.example. A')).reason.code).toBe(code);
    }
  });

  it('H20 is told at the end of an alias, too', async () => {
    const cut = (message: Message): Message => ({ ...message, answer: message.answer.slice(0, 2) });
    const filtered = of.mutated(tampered('alias.example. A', cut), tampered('www.example. A', forged(16)));
    expect(await judge(filtered, 'alias.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'filtered', name: 'www.example.' },
    });
  });
});
