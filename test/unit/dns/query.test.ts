import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, encodeQuery, type Message } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { formatRdata } from '../../../src/dns/presentation.ts';
import { name } from './arbitraries.ts';
import { concat, hex, wireName } from './octets.ts';

function decoded(octets: Uint8Array): Message {
  const result = decodeMessage(octets);
  if (!result.ok) throw new Error(`${result.fault} at ${result.offset}`);
  return result.message;
}

const question = { name: Name.parse('www.example.com'), type: 1 };

describe('a query', () => {
  it('H2 H13 W29 W30 is these octets', () => {
    const padding = 128 - (12 + 17 + 4 + 11 + 4);
    expect(encodeQuery(question)).toEqual(
      concat(
        // Id 0, RD and CD, one question, one additional record.
        hex('0000 0110 0001 0000 0000 0001'),
        wireName('www.example.com'),
        hex('0001 0001'),
        // OPT with room for 4096 octets, DO, and the padding option.
        hex('00 0029 1000 00 00 8000'),
        [0, padding + 4],
        [0, 12, 0, padding],
        new Uint8Array(padding),
      ),
    );
  });

  it('W29 sets DO', () => {
    expect(decoded(encodeQuery(question)).edns?.dnssecOk).toBe(true);
    expect(decoded(encodeQuery(question, { padTo: 0 })).edns?.dnssecOk).toBe(true);
  });

  it('W30 W31 sets CD, so that no SERVFAIL hides data that failed somebody else', () => {
    fc.assert(
      fc.property(name, fc.nat(65535), fc.constantFrom(0, 128, 468), (name, type, padTo) => {
        const message = decoded(encodeQuery({ name, type }, { padTo }));
        expect(message.checkingDisabled).toBe(true);
        expect(message.question).toEqual([{ name, type, class: 1 }]);
      }),
    );
  });

  it('W32 does not ask for AD, and is a query of opcode 0 with RD', () => {
    expect(decoded(encodeQuery(question))).toMatchObject({
      id: 0,
      response: false,
      opcode: 0,
      authoritative: false,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      rcode: 0,
      answer: [],
      authority: [],
      additional: [],
    });
  });

  it('V13 carries no key tags, and nothing but padding', () => {
    expect(decoded(encodeQuery(question)).edns?.options.map(({ code }) => code)).toEqual([12]);
    expect(decoded(encodeQuery(question, { padTo: 0 })).edns?.options).toEqual([]);
  });

  it('H13 H14 is padded with zeros to a multiple of 128 octets, the option counted', () => {
    fc.assert(
      fc.property(name, (name) => {
        const octets = encodeQuery({ name, type: 52 });
        expect(octets.length % 128).toBe(0);
        const padding = decoded(octets).edns!.options[0]!.data;
        expect(padding.length).toBeLessThan(128);
        expect(padding.every((octet) => octet === 0)).toBe(true);
      }),
    );
  });

  it('H13 needs no padding where it fits by itself', () => {
    // 12 header, 4 question, 11 OPT and 4 option octets leave 97 for the name.
    const fits = Name.fromLabels([new Uint8Array(63).fill(0x61), new Uint8Array(31).fill(0x61)]);
    expect(fits.wire).toHaveLength(97);
    expect(encodeQuery({ name: fits, type: 1 })).toHaveLength(128);
    expect(decoded(encodeQuery({ name: fits, type: 1 })).edns!.options[0]!.data).toHaveLength(0);
    expect(encodeQuery({ name: Name.parse(`a.${fits}`), type: 1 })).toHaveLength(256);
  });

  it('H7 takes another payload size and block', () => {
    const message = decoded(encodeQuery(question, { padTo: 468, udpPayloadSize: 1232 }));
    expect(message.edns?.udpPayloadSize).toBe(1232);
    expect(encodeQuery(question, { padTo: 468 })).toHaveLength(468);
    expect(encodeQuery(question, { padTo: 1 })).toHaveLength(48);
    expect(encodeQuery(question, { padTo: 0 })).toHaveLength(44);
  });
});

describe('T5 the examples of RFC 8484', () => {
  const fromUrl = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'));

  it('H9 section 4.1.1, GET: www.example.com A', () => {
    const octets = fromUrl('AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB');
    expect(octets).toHaveLength(33);
    const message = decoded(octets);
    expect(message).toMatchObject({ id: 0, response: false, recursionDesired: true, checkingDisabled: false });
    expect(message.question).toEqual([{ name: Name.parse('www.example.com'), type: 1, class: 1 }]);
    expect(message.edns).toBeUndefined();
    expect(encodeMessage(message)).toEqual(octets);
  });

  it('H9 section 4.1.1, a name that tells base64url from base64', () => {
    const octets = fromUrl(
      'AAABAAABAAAAAAAAAWE-NjJjaGFyYWN0ZXJsYWJlbC1tYWtlcy1iYXNlNjR1cmwtZGlzdGluY3QtZnJvbS1zdGFuZGFyZC1iYXNlNjQHZXhhbXBsZQNjb20AAAEAAQ',
    );
    expect(octets).toHaveLength(94);
    const message = decoded(octets);
    expect(message.question[0]!.name.toString()).toBe(
      'a.62characterlabel-makes-base64url-distinct-from-standard-base64.example.com.',
    );
    expect(encodeMessage(message)).toEqual(octets);
  });

  it('H9 section 4.2.2, the answer', () => {
    const octets = hex(`
      0000 8180 0001 0001 0000 0000 03 777777 07 6578616d706c65 03 636f6d 00 001c 0001
      c00c 001c 0001 00000e7d 0010 20010db8abcd00120001000200030004`);
    expect(octets).toHaveLength(61);
    const message = decoded(octets);
    expect(message).toMatchObject({ response: true, recursionAvailable: true, rcode: 0 });
    const [answer] = message.answer;
    expect(answer).toMatchObject({ type: 28, class: 1, ttl: 3709 });
    expect(answer!.name.toString()).toBe('www.example.com.');
    expect(formatRdata(28, answer!.rdata)).toBe('2001:db8:abcd:12:1:2:3:4');
  });
});
