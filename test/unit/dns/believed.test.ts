/** What a resolver says beside the records: none of it changes a verdict. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { Message } from '../../../src/dns/message.ts';
import { parseRecords } from '../../../src/dns/presentation.ts';
import { parseDnskey } from '../../../src/dns/rdata.ts';
import { isZoneSigningKey } from '../../../src/dnssec/signature.ts';
import { translateBy } from '../../../src/explain/catalogue.ts';
import { escapeForDisplay } from '../../../src/explain/words.ts';
import messages from '../../../src/locales/en/messages.json' with { type: 'json' };
import type { World } from '../../world/world.ts';
import { brief, everywhere, judge, name, tampered, world } from '../dnssec/judging.ts';

const sound = world({
  'example.': { records: 'www A 192.0.2.1' },
  'plain.': { sign: 'unsigned', records: 'www A 192.0.2.2' },
});
const broken = sound.mutated(
  tampered('www.example. A', (message) => ({ ...message, answer: parseRecords('www.example. A 192.0.2.66') })),
);

/** Questions and their verdicts in the two worlds. */
const VERDICTS = [
  [sound, 'www.example. A', 'secure answer NOERROR'],
  [sound, 'no.example. A', 'secure nxdomain NXDOMAIN'],
  [sound, 'www.example. AAAA', 'secure nodata NOERROR'],
  [sound, 'www.plain. A', 'insecure insecure-delegation'],
  [broken, 'www.example. A', 'bogus signature-missing'],
] as const;

/** `bogus`: how data that fails is told of where the change is one that explains it. */
async function expectVerdicts(change: (message: Message) => Message, bogus?: string): Promise<void> {
  for (const [of, question, verdict] of VERDICTS) {
    expect([question, await brief(of, question)]).toEqual([question, verdict]);
    const changed = verdict.startsWith('bogus') ? (bogus ?? verdict) : verdict;
    expect([question, await brief(of.mutated(everywhere(change)), question)]).toEqual([question, changed]);
  }
}

const withOptions = (message: Message, code: number, data: Uint8Array): Message => ({
  ...message,
  edns: { ...message.edns!, options: [{ code, data }] },
});

describe('what does not change a verdict', () => {
  it.each([true, false])('W32 AD, set to %s everywhere', (authenticData) =>
    expectVerdicts((message) => ({ ...message, authenticData })),
  );

  it.each([true, false])('W29 DO in the answer, set to %s', (dnssecOk) =>
    expectVerdicts((message) => ({ ...message, edns: { ...message.edns!, dnssecOk } })),
  );

  it('W28 EDNS options nobody knows, or no EDNS at all', async () => {
    await expectVerdicts((message) => withOptions(message, 65001, Uint8Array.of(1, 2, 3)));
    await expectVerdicts(({ edns: _edns, ...message }) => message);
  });

  it.each([0, 6, 7, 27, 29])('W34 the extended error %i', (code) =>
    expectVerdicts((message) => withOptions(message, 15, Uint8Array.of(0, code, 0x68, 0x69))),
  );

  it.each([15, 16, 17])('W34 H20 the extended error %i, which says why what fails does', (code) =>
    expectVerdicts((message) => withOptions(message, 15, Uint8Array.of(0, code, 0x68, 0x69)), 'bogus filtered'),
  );

  it.each([
    ['authoritative', { authoritative: true }],
    ['no recursion', { recursionAvailable: false, recursionDesired: false }],
    ['CD not repeated', { checkingDisabled: false }],
  ] as const)('the flags: %s', (_what, flags) => expectVerdicts((message) => ({ ...message, ...flags })));
});

describe('extended errors', () => {
  it('W34 W33 come with a failure as what the resolver says', async () => {
    const failing = sound.mutated(
      tampered('www.example. A', (message) => ({
        ...withOptions(message, 15, Uint8Array.of(0, 6, 0x1b, 0x5b, 0x32, 0x4a)),
        rcode: 2,
        answer: [],
      })),
    );
    const { security, reason } = await judge(failing, 'www.example. A');
    expect([security, reason]).toEqual([
      'indeterminate',
      {
        code: 'resolver-error',
        name: 'www.example.',
        type: 'A',
        rcode: 'SERVFAIL',
        extendedErrors: [{ code: 6, text: '\u001b[2J' }],
      },
    ]);
  });

  it('W34 have a text that is escaped before it is shown', () => {
    expect(escapeForDisplay('\u001b[2J\u202etxt\0')).toBe('\\u{1b}[2J\\u{202e}txt\\u{0}');
    expect(escapeForDisplay('plain <b>text</b>')).toBe('plain <b>text</b>');
  });

  it('W35 are known by their numbers: each of 0 to 30 has words of its own', () => {
    const translate = translateBy(messages);
    const known = Array.from({ length: 31 }, (_, code) => code);
    const words = known.map((code) => translate(`ede_${code}`));
    expect(new Set(words).size).toBe(known.length);
    for (const text of words) expect(text).toMatch(/\w/);
  });
});

/** The DS RRset of `example.` with one more in front, or that one alone, signed by the root. */
function withDs(change: (rdata: Uint8Array) => Uint8Array, beside: 'alone' | 'beside the sound one'): World {
  return sound.mutated({
    name: 'a DS that is none',
    does: 'What the test says.',
    breaks: 'nothing',
    rrset: (signed, parent) =>
      signed.type === TYPE.DS && signed.name.equals(name('example.'))
        ? parent.sign({
            ...signed,
            rdatas: [change(signed.rdatas[0]!), ...(beside === 'alone' ? [] : signed.rdatas)],
          })
        : signed,
  });
}

describe('records that count for nothing', () => {
  it.each([0, 1, 2, 4, 255])('W36 a DNSKEY of protocol %i verifies nothing', (protocol) => {
    const key = parseDnskey(sound.zone('example.').keys[0]!.rdata)!;
    expect(isZoneSigningKey(key)).toBe(true);
    expect(isZoneSigningKey({ ...key, protocol })).toBe(false);
  });

  it('W36 the reserved flag bits of a DNSKEY mean nothing', () => {
    const key = parseDnskey(sound.zone('example.').keys[0]!.rdata)!;
    expect(isZoneSigningKey({ ...key, flags: 0xff7f })).toBe(true);
    expect(isZoneSigningKey({ ...key, flags: 0xfeff })).toBe(false);
    expect(isZoneSigningKey({ ...key, flags: 0x0180 })).toBe(false);
  });

  it.each([
    ['an octet short', (rdata: Uint8Array) => rdata.subarray(0, -1)],
    ['an octet long', (rdata: Uint8Array) => Uint8Array.of(...rdata, 0)],
    ['as long as SHA-1 gives it', (rdata: Uint8Array) => rdata.subarray(0, 24)],
    ['empty', (rdata: Uint8Array) => rdata.subarray(0, 4)],
    ['of three octets in all', (rdata: Uint8Array) => rdata.subarray(0, 3)],
  ])('W38 a DS whose digest is %s', async (_what, change) => {
    // Alone it leaves no DS that could be checked; beside a sound one it does nothing.
    expect(await brief(withDs(change, 'alone'), 'www.example. A')).toBe('insecure unsupported-algorithms');
    expect(await brief(withDs(change, 'beside the sound one'), 'www.example. A')).toBe('secure answer NOERROR');
  });
});
