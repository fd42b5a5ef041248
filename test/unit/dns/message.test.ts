import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import {
  decodeMessage,
  type EdnsOption,
  encodeMessage,
  extendedErrors,
  MAX_MESSAGE_OCTETS,
  type Message,
  type ResourceRecord,
  writeRecord,
} from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { WireWriter } from '../../../src/dns/wire.ts';
import { name } from './arbitraries.ts';
import { ascii, concat, hex, u16, wireName } from './octets.ts';

const QUESTION = concat(wireName('www.example.com'), hex('0001 0001'));

/** A message's octets: header with `flags` and the counts, then `body`. */
function octetsOf(flags: number, counts: readonly number[], ...body: readonly Uint8Array[]): Uint8Array {
  return concat(hex('abcd'), u16(flags), ...counts.map(u16), ...body);
}

function record(owner: Uint8Array, type: number, ttl: string, rdata: Uint8Array, recordClass = 1): Uint8Array {
  return concat(owner, u16(type), u16(recordClass), hex(ttl), u16(rdata.length), rdata);
}

function decoded(octets: Uint8Array): Message {
  const result = decodeMessage(octets);
  if (!result.ok) throw new Error(`${result.fault} at ${result.offset}`);
  return result.message;
}

function faultOf(octets: Uint8Array) {
  const result = decodeMessage(octets);
  return result.ok ? 'no fault' : { fault: result.fault, offset: result.offset };
}

const A = record(hex('c00c'), TYPE.A, '00000e10', hex('c0000201'));
const OPT = record(hex('00'), TYPE.OPT, '00008000', new Uint8Array(), 1232);

describe('a message', () => {
  const whole = octetsOf(0x8180, [1, 1, 1, 1], QUESTION, A, A, OPT);

  it('W1 is cut short wherever it ends too early', () => {
    expect(decodeMessage(whole).ok).toBe(true);
    for (let length = 0; length < whole.length; length++) {
      expect(faultOf(whole.subarray(0, length))).toMatchObject({ fault: 'cut short' });
    }
    expect(faultOf(new Uint8Array())).toEqual({ fault: 'cut short', offset: 0 });
    expect(faultOf(whole.subarray(0, 11))).toEqual({ fault: 'cut short', offset: 11 });
    expect(faultOf(whole.subarray(0, 12))).toEqual({ fault: 'cut short', offset: 12 });
  });

  it('W1 has a header of 12 octets', () => {
    expect(decoded(octetsOf(0, [0, 0, 0, 0]))).toEqual({
      id: 0xabcd,
      response: false,
      opcode: 0,
      authoritative: false,
      truncated: false,
      recursionDesired: false,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
      rcode: 0,
      question: [],
      answer: [],
      authority: [],
      additional: [],
    });
  });

  it.each([0, 1, 2, 3])('W1 has as many records as count %i says, no fewer and no more', (section) => {
    const counts = [1, 1, 1, 1];
    counts[section] = 2;
    expect(faultOf(concat(octetsOf(0x8180, counts), whole.subarray(12)))).toMatchObject({ fault: 'cut short' });
    counts[section] = 0xffff;
    expect(faultOf(concat(octetsOf(0x8180, counts), whole.subarray(12))).valueOf()).not.toBe('no fault');
    counts[section] = 0;
    expect(faultOf(concat(octetsOf(0x8180, counts), whole.subarray(12)))).not.toBe('no fault');
  });

  it('W1 ends with its last record', () => {
    expect(faultOf(concat(whole, [0]))).toEqual({ fault: 'octets left over', offset: whole.length });
  });

  it('W1 has its records in the sections counted', () => {
    const b = record(hex('c00c'), TYPE.A, '00000001', hex('c0000202'));
    const c = record(hex('c00c'), TYPE.A, '00000002', hex('c0000203'));
    const message = decoded(octetsOf(0x8180, [1, 1, 1, 2], QUESTION, A, b, c, A));
    const ttls = (section: readonly ResourceRecord[]) => section.map(({ ttl }) => ttl);
    expect([message.answer, message.authority, message.additional].map(ttls)).toEqual([[3600], [1], [2, 3600]]);
    expect(message.question).toEqual([{ name: Name.parse('www.example.com'), type: 1, class: 1 }]);
    expect(message.answer[0]).toEqual({
      name: Name.parse('www.example.com'),
      type: 1,
      class: 1,
      ttl: 3600,
      rdata: hex('c0000201'),
    });
  });

  it('has at most 65,535 octets', () => {
    const filled = (length: number) => {
      const rdata = new Uint8Array(length - 12 - 11);
      return octetsOf(0, [0, 1, 0, 0], record(hex('00'), 65280, '00000000', rdata));
    };
    expect(MAX_MESSAGE_OCTETS).toBe(65_535);
    expect(filled(65_535)).toHaveLength(65_535);
    expect(decoded(filled(65_535)).answer).toHaveLength(1);
    expect(faultOf(concat(filled(65_535), [0]))).toEqual({ fault: 'message too long', offset: 65_535 });
  });

  it.each([
    ['response', 0x8000],
    ['authoritative', 0x0400],
    ['truncated', 0x0200],
    ['recursionDesired', 0x0100],
    ['recursionAvailable', 0x0080],
    ['authenticData', 0x0020],
    ['checkingDisabled', 0x0010],
  ] as const)('has a bit %s', (flag, bit) => {
    const flags = [
      'response',
      'authoritative',
      'truncated',
      'recursionDesired',
      'recursionAvailable',
      'authenticData',
      'checkingDisabled',
    ] as const;
    const only = decoded(octetsOf(bit, [0, 0, 0, 0]));
    const but = decoded(octetsOf(0xfff0 & ~bit, [0, 0, 0, 0]));
    expect(flags.filter((each) => only[each])).toEqual([flag]);
    expect(flags.filter((each) => !but[each])).toEqual([flag]);
    expect([only.opcode, only.rcode, but.opcode, but.rcode]).toEqual([0, 0, 15, 0]);
    expect(encodeMessage(only).subarray(2, 4)).toEqual(Uint8Array.from(u16(bit)));
  });

  it('has an opcode and an RCODE of four bits', () => {
    const message = decoded(octetsOf(0x7805, [0, 0, 0, 0]));
    expect([message.opcode, message.rcode, message.response]).toEqual([15, 5, false]);
    expect(decoded(octetsOf(0x2000, [0, 0, 0, 0])).opcode).toBe(4);
    expect(encodeMessage({ ...message, opcode: 4, rcode: 3 }).subarray(2, 4)).toEqual(hex('2003'));
  });

  it('W24 has TTLs of 31 bits: one with the top bit set counts as 0', () => {
    const ttl = (text: string) =>
      decoded(octetsOf(0, [0, 1, 0, 0], record(hex('00'), TYPE.A, text, hex('c0000201')))).answer[0]!.ttl;
    expect(['00000000', '00000001', '7fffffff', '80000000', '80000001', 'ffffffff'].map(ttl)).toEqual([
      0, 1, 0x7fffffff, 0, 0, 0,
    ]);
  });

  it('W15 has names in lower case, W6 and what pointers lead to', () => {
    const cname = record(hex('c00c'), TYPE.CNAME, '00000001', hex('03 46746f c010'));
    const message = decoded(octetsOf(0x8180, [1, 1, 0, 0], concat(wireName('WWW.Example'), hex('0001 0001')), cname));
    expect(message.question[0]!.name.toString()).toBe('www.example.');
    expect(message.answer[0]!.name.toString()).toBe('www.example.');
    expect(message.answer[0]!.rdata).toEqual(wireName('Fto.Example'));
  });

  it('W5 is malformed where rdata does not end as its length says', () => {
    const a = (length: number, rdata: string) =>
      octetsOf(0, [0, 1, 0, 0], concat(hex('00 0001 0001 00000000'), u16(length), hex(rdata)));
    expect(faultOf(a(4, 'c0000201'))).toBe('no fault');
    expect(faultOf(a(3, 'c00002'))).toEqual({ fault: 'cut short', offset: 23 });
    expect(faultOf(a(5, 'c000020101'))).toEqual({ fault: 'octets left over', offset: 27 });
    expect(faultOf(a(5, 'c0000201'))).toEqual({ fault: 'cut short', offset: 23 });
    expect(faultOf(a(3, 'c0000201')).valueOf()).toMatchObject({ fault: 'cut short' });
  });

  it('W7 is malformed where a name that may not be compressed is', () => {
    const dname = record(hex('c00c'), TYPE.DNAME, '00000001', hex('c00c'));
    const octets = octetsOf(0x8180, [1, 1, 0, 0], QUESTION, dname);
    expect(faultOf(octets)).toEqual({ fault: 'pointer not allowed here', offset: octets.length - 2 });
  });
});

describe('EDNS', () => {
  const withOpt = (opt: Uint8Array, flags = 0x8180) => octetsOf(flags, [1, 0, 0, 1], QUESTION, opt);

  it('W26 is a record at the root: payload size, extended RCODE, version, DO', () => {
    const opt = record(hex('00'), TYPE.OPT, '01 02 8000', hex('000a 0002 beef 000c 0000'), 4096);
    const message = decoded(withOpt(opt));
    expect(message.edns).toEqual({
      udpPayloadSize: 4096,
      version: 2,
      dnssecOk: true,
      options: [
        { code: 10, data: hex('beef') },
        { code: 12, data: new Uint8Array() },
      ],
    });
    expect(message.additional).toEqual([]);
  });

  it('W26 has DO in the highest of its 16 bits, the others are left out of account', () => {
    const dnssecOk = (ttl: string) =>
      decoded(withOpt(record(hex('00'), TYPE.OPT, ttl, new Uint8Array(), 512))).edns!.dnssecOk;
    expect(['00008000', '00007fff', '00000000', '0000ffff', '00004000'].map(dnssecOk)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it('W26 may stand anywhere among the additional records, which it does not count among', () => {
    for (const order of [
      [OPT, A, A],
      [A, OPT, A],
      [A, A, OPT],
    ]) {
      const message = decoded(octetsOf(0x8180, [1, 0, 0, 3], QUESTION, ...order));
      expect(message.additional.map(({ type }) => type)).toEqual([TYPE.A, TYPE.A]);
      expect(message.edns?.udpPayloadSize).toBe(1232);
    }
    expect(decoded(octetsOf(0x8180, [1, 0, 0, 1], QUESTION, A))).not.toHaveProperty('edns');
  });

  it('W26 stands there once: a second is a format error', () => {
    const two = octetsOf(0x8180, [1, 0, 0, 2], QUESTION, OPT, OPT);
    expect(faultOf(two)).toEqual({ fault: 'more than one OPT', offset: two.length });
  });

  it.each([
    ['answer', [1, 1, 0, 0]],
    ['authority', [1, 0, 1, 0]],
  ])('W26 does not stand in the %s section', (_section, counts) => {
    const octets = octetsOf(0x8180, counts, QUESTION, OPT);
    expect(faultOf(octets)).toEqual({ fault: 'more than one OPT', offset: octets.length });
  });

  it('W26 stands at the root only', () => {
    const octets = withOpt(record(hex('c00c'), TYPE.OPT, '00008000', new Uint8Array(), 1232));
    expect(faultOf(octets)).toEqual({ fault: 'OPT not at the root', offset: octets.length });
  });

  it('W27 adds eight bits to the RCODE', () => {
    const rcode = (extended: string, flags: number) =>
      decoded(withOpt(record(hex('00'), TYPE.OPT, `${extended}008000`, new Uint8Array(), 512), flags)).rcode;
    expect(rcode('00', 0x8183)).toBe(3);
    expect(rcode('01', 0x8180)).toBe(16);
    expect(rcode('01', 0x8187)).toBe(0x17);
    expect(rcode('ff', 0x818f)).toBe(4095);
  });

  it('W28 may have options nobody knows', () => {
    const opt = record(hex('00'), TYPE.OPT, '00008000', hex('fde9 0003 010203 0003 0000'), 512);
    const message = decoded(withOpt(opt));
    expect(message.edns!.options.map(({ code }) => code)).toEqual([65001, 3]);
    expect(message.rcode).toBe(0);
    expect(extendedErrors(message)).toEqual([]);
  });

  it('W5 is read where it stands, in octets that are part of others', () => {
    const octets = withOpt(record(hex('00'), TYPE.OPT, '00008000', hex('000a 0002 beef'), 512));
    const within = concat(hex('ffffffffff'), octets, hex('ff')).subarray(5, 5 + octets.length);
    expect(decoded(within)).toEqual(decoded(octets));
    expect(decoded(within).edns!.options).toEqual([{ code: 10, data: hex('beef') }]);
    const cut = withOpt(record(hex('00'), TYPE.OPT, '00008000', hex('000a 0002 be'), 512));
    expect(faultOf(concat(hex('ffffffffff'), cut).subarray(5))).toEqual(faultOf(cut));
  });

  it('W5 has options that are whole', () => {
    const start = 12 + QUESTION.length + 11;
    const faultWith = (options: string) => faultOf(withOpt(record(hex('00'), TYPE.OPT, '00008000', hex(options), 512)));
    expect(faultWith('000a 0002 be')).toEqual({ fault: 'cut short', offset: start + 4 });
    expect(faultWith('000a 00')).toEqual({ fault: 'cut short', offset: start + 3 });
    expect(faultWith('000a 0001 be 00')).toEqual({ fault: 'cut short', offset: start + 6 });
    expect(faultWith('000a 0001 be')).toBe('no fault');
  });
});

describe('extended errors', () => {
  const empty = decoded(octetsOf(0x8182, [0, 0, 0, 0]));
  const errorsOf = (...options: EdnsOption[]) =>
    extendedErrors({ ...empty, edns: { udpPayloadSize: 512, version: 0, dnssecOk: true, options } });
  const ede = (data: string, text = ''): EdnsOption => ({ code: 15, data: concat(hex(data), ascii(text)) });

  it('W33 are a code of two octets and a text', () => {
    expect(errorsOf(ede('0006', 'signature expired'))).toEqual([{ code: 6, text: 'signature expired' }]);
    expect(errorsOf(ede('0016'))).toEqual([{ code: 22, text: '' }]);
    expect(errorsOf(ede('c001', 'x'))).toEqual([{ code: 0xc001, text: 'x' }]);
    expect(errorsOf(ede('0106', 'x'))).toEqual([{ code: 0x106, text: 'x' }]);
  });

  it('W33 may be several, in order, among other options', () => {
    expect(
      errorsOf({ code: 10, data: hex('000f') }, ede('0001', 'a'), { code: 12, data: hex('0000') }, ede('0002')),
    ).toEqual([
      { code: 1, text: 'a' },
      { code: 2, text: '' },
    ]);
  });

  it('W33 may have a NUL at the end of the text, which is UTF-8', () => {
    expect(errorsOf(ede('000f 6162 00'))).toEqual([{ code: 15, text: 'ab' }]);
    expect(errorsOf(ede('000f 6162 0000'))).toEqual([{ code: 15, text: 'ab' }]);
    expect(errorsOf(ede('000f 61 00 62'))).toEqual([{ code: 15, text: 'a\0b' }]);
    expect(errorsOf(ede('000f c3bc'))).toEqual([{ code: 15, text: '\u00fc' }]);
    expect(errorsOf(ede('000f ff'))).toEqual([{ code: 15, text: '\ufffd' }]);
  });

  it('W33 of fewer than two octets are none', () => {
    expect(errorsOf(ede('00'))).toEqual([]);
    expect(errorsOf(ede(''))).toEqual([]);
    expect(extendedErrors(empty)).toEqual([]);
  });

  it('W33 come with any RCODE', () => {
    for (const rcode of [0, 2, 3, 5, 16]) {
      const edns = { udpPayloadSize: 512, version: 0, dnssecOk: true, options: [ede('0011')] };
      const message = decoded(encodeMessage({ ...empty, rcode, edns }));
      expect([message.rcode, extendedErrors(message)]).toEqual([rcode, [{ code: 17, text: '' }]]);
    }
  });
});

describe('a message that is written', () => {
  it('has records with uncompressed names', () => {
    const writer = new WireWriter();
    writeRecord(writer, { name: Name.parse('a.b'), type: 65280, class: 3, ttl: 0x01020304, rdata: hex('0506') });
    expect(writer.finish()).toEqual(hex('01 61 01 62 00 ff00 0003 01020304 0002 0506'));
  });

  it('has class IN in a question that names none', () => {
    const empty = decoded(octetsOf(0, [0, 0, 0, 0]));
    const octets = encodeMessage({ ...empty, question: [{ name: Name.root, type: 2 }] });
    expect(octets).toEqual(hex('abcd 0000 0001 0000 0000 0000 00 0002 0001'));
    expect(encodeMessage({ ...empty, question: [{ name: Name.root, type: 2, class: 3 }] }).at(-1)).toBe(3);
  });

  it('W26 W27 has its OPT last', () => {
    const empty = decoded(octetsOf(0, [0, 0, 0, 0]));
    const one = { name: Name.root, type: 65280, class: 1, ttl: 0, rdata: new Uint8Array() };
    const edns = { udpPayloadSize: 1232, version: 1, dnssecOk: true, options: [{ code: 10, data: hex('aa') }] };
    expect(encodeMessage({ ...empty, rcode: 0xabc, additional: [one], edns })).toEqual(
      hex('abcd 000c 0000 0000 0000 0002 00 ff00 0001 00000000 0000 00 0029 04d0 ab 01 8000 0005 000a 0001 aa'),
    );
    expect(encodeMessage({ ...empty, edns: { ...edns, dnssecOk: false, options: [] } }).subarray(-6)).toEqual(
      hex('00 01 0000 0000'),
    );
  });

  const opaque = fc.record({
    name,
    type: fc.constantFrom(0, TYPE.DS, TYPE.DNSKEY, TYPE.NSEC3, TYPE.TLSA, TYPE.CAA, 731, 65280, 65535),
    class: fc.constantFrom(1, 3, 255),
    ttl: fc.oneof(fc.nat(86_400), fc.constant(0x7fffffff)),
    rdata: fc.uint8Array({ maxLength: 40 }),
  });
  const named = fc
    .record({ name, type: fc.constantFrom(TYPE.NS, TYPE.CNAME, TYPE.DNAME, TYPE.PTR, TYPE.NSEC), target: name })
    .map(({ target, ...rest }) => ({ ...rest, class: 1, ttl: 60, rdata: target.wire }));
  const record = fc.oneof(opaque, named);
  const records = fc.array(record, { maxLength: 4 });
  const flags = Object.fromEntries(
    [
      'response',
      'authoritative',
      'truncated',
      'recursionDesired',
      'recursionAvailable',
      'authenticData',
      'checkingDisabled',
    ].map((flag) => [flag, fc.boolean()]),
  );
  const edns = fc.record({
    udpPayloadSize: fc.nat(65535),
    version: fc.nat(255),
    dnssecOk: fc.boolean(),
    options: fc.array(fc.record({ code: fc.nat(65535), data: fc.uint8Array({ maxLength: 20 }) }), { maxLength: 3 }),
  });
  const plain = fc.record({
    ...flags,
    id: fc.nat(65535),
    opcode: fc.nat(15),
    rcode: fc.nat(15),
    question: fc.array(fc.record({ name, type: fc.nat(65535), class: fc.nat(65535) }), { maxLength: 2 }),
    answer: records,
    authority: records,
    additional: records,
  }) as unknown as fc.Arbitrary<Message>;
  const message = fc.oneof(
    plain,
    fc.tuple(plain, edns, fc.nat(4095)).map(([rest, edns, rcode]) => ({ ...rest, edns, rcode })),
  );

  it('reads as what was written', () => {
    fc.assert(
      fc.property(message, (written) => {
        const octets = encodeMessage(written);
        expect(decoded(octets)).toEqual(written);
        expect(encodeMessage(decoded(octets))).toEqual(octets);
      }),
      { numRuns: 300 },
    );
  });

  it('W1 reads, whatever the octets are, as a message or a fault', () => {
    fc.assert(
      fc.property(
        message,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        (written, edits, cut) => {
          const octets = encodeMessage(written);
          for (const [at, value] of edits) octets[at % octets.length] = value;
          const result = decodeMessage(octets.subarray(0, octets.length - (cut % 3)));
          if (result.ok) expect(decodeMessage(encodeMessage(result.message)).ok).toBe(true);
          else expect(result.offset).toBeLessThanOrEqual(octets.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
