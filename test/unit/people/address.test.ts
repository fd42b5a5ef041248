import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressFault, parseAddress } from '../../../src/people/address.ts';

function local(text: string): string {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.fault)}`);
  return parsed.address.localPart;
}

function whole(text: string): string {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed.address.text : parsed.fault.code;
}

describe('the local part', () => {
  it.each([
    ['hugh@example.com', 'hugh'],
    ['"hugh"@example.com', 'hugh'],
    ['"a.b"@example.com', 'a.b'],
    ['a.b@example.com', 'a.b'],
    ['"a\\.b"@example.com', 'a.b'],
    ['a . b@example.com', 'a.b'],
    ['a (one (two)) .(three)\r\n b@example.com', 'a.b'],
    ['(before) hugh (after) @example.com', 'hugh'],
    ['"with space"@example.com', 'with space'],
    ['"with\\ space"@example.com', 'with space'],
    ['"fol\r\n ded"@example.com', 'fol ded'],
    ['"quote\\"d"@example.com', 'quote"d'],
    ['"back\\\\slash"@example.com', 'back\\slash'],
    ['"(no comment)"@example.com', '(no comment)'],
    ['"at@sign"@example.com', 'at@sign'],
    ['first."second third".fourth@example.com', 'first.second third.fourth'],
    ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~"],
    ['\u{1f9c0}@example.com', '\u{1f9c0}'],
    ['\u{1f468}\u200d\u{1f469}@example.com', '\u{1f468}\u200d\u{1f469}'],
  ])('A16 of %j is %j', (text, expected) => {
    expect(local(text)).toBe(expected);
  });

  it('A16 is in Normalization Form C where it is more than ASCII', () => {
    expect(local('ju\u0308rgen@example.com')).toBe('j\u00fcrgen');
    expect(local('"\u212b"@example.com')).toBe('\u00c5');
  });

  it('A17 keeps its letter case, its dots and its tag', () => {
    expect(['Hugh', 'hugh', 'h.ugh', 'hugh+tag'].map((name) => local(`${name}@example.com`))).toEqual([
      'Hugh',
      'hugh',
      'h.ugh',
      'hugh+tag',
    ]);
  });

  it('A18 is encoded as UTF-8, nothing percent-encoded', () => {
    const parsed = parseAddress('r\u00e9mi%20x@example.com');
    expect(parsed.ok && [...parsed.address.octets]).toEqual([0x72, 0xc3, 0xa9, 0x6d, 0x69, 0x25, 0x32, 0x30, 0x78]);
  });
});

describe('the domain', () => {
  it.each([
    ['A18 in A-labels and lower case', 'hugh@B\u00dccher.Example', 'hugh@xn--bcher-kva.example'],
    ['with its closing dot', 'hugh@example.com.', 'hugh@example.com'],
    ['with comments around it', 'hugh@ (here) example.com (there)', 'hugh@example.com'],
    ['with white space around its dots', 'hugh@example . com', 'hugh@example.com'],
    ['with an underscore', 'hugh@_mail.example.com', 'hugh@_mail.example.com'],
    ['given in A-labels', 'hugh@xn--bcher-kva.example', 'hugh@xn--bcher-kva.example'],
    ['with an emoji', 'hugh@\u{1f9c0}.example', 'hugh@xn--tu9h.example'],
  ])('%s', (_, text, expected) => {
    expect(whole(text)).toBe(expected);
  });
});

const FAULTS: readonly [text: string, fault: AddressFault][] = [
  ['', { code: 'empty' }],
  ['  \t', { code: 'empty' }],
  ['hugh', { code: 'no-at' }],
  ['hugh.example.com', { code: 'no-at' }],
  ['"hugh@example.com"', { code: 'no-at' }],
  ['@example.com', { code: 'no-local-part' }],
  ['""@example.com', { code: 'no-local-part' }],
  ['(only a comment)@example.com', { code: 'no-local-part' }],
  ['hugh@', { code: 'no-domain' }],
  ['hugh@.', { code: 'no-domain' }],
  ['Hugh <hugh@example.com>', { code: 'angle-brackets' }],
  ['<hugh@example.com>', { code: 'angle-brackets' }],
  ['hugh@example@com', { code: 'second-at' }],
  ['.hugh@example.com', { code: 'stray-dot' }],
  ['hugh.@example.com', { code: 'stray-dot' }],
  ['hu..gh@example.com', { code: 'stray-dot' }],
  ['"hugh@example.com', { code: 'open-quote' }],
  ['"hugh@example.com\\', { code: 'open-quote' }],
  ['(hugh@example.com', { code: 'open-comment' }],
  ['hu gh@example.com', { code: 'unexpected-character', character: 'g', at: 4 }],
  ['hu,gh@example.com', { code: 'unexpected-character', character: ',', at: 3 }],
  ['hu\u0000gh@example.com', { code: 'unexpected-character', character: '\u0000', at: 3 }],
  ['"hu\u0007gh"@example.com', { code: 'unexpected-character', character: '\u0007', at: 4 }],
  ['hu\u202egh@example.com', { code: 'unexpected-character', character: '\u202e', at: 3 }],
  ['hugh@exam ple.com', { code: 'unexpected-character', character: 'p', at: 11 }],
  ['hu\ud83dgh@example.com', { code: 'not-text' }],
  [`${'a'.repeat(300)}@example.com`, { code: 'local-part-too-long', octets: 300, limit: 64 }],
  [`${'\u00e9'.repeat(33)}@example.com`, { code: 'local-part-too-long', octets: 66, limit: 64 }],
  ['hugh@[192.0.2.1]', { code: 'address-literal', domain: '[192.0.2.1]' }],
  ['hugh@192.0.2.1', { code: 'address-literal', domain: '192.0.2.1' }],
  ['hugh@localhost', { code: 'single-label', domain: 'localhost' }],
  ['hugh@exa%41mple.com', { code: 'bad-domain', domain: 'exa%41mple.com', fault: 'forbidden character' }],
  ['hugh@folk,example', { code: 'bad-domain', domain: 'folk,example', fault: 'forbidden character' }],
  ['hugh@example..com', { code: 'bad-domain', domain: 'example..com', fault: 'empty label' }],
  ['hugh@a\\.b.com', { code: 'bad-domain', domain: 'a\\.b.com', fault: 'forbidden character' }],
  [`hugh@${'a'.repeat(64)}.com`, { code: 'bad-domain', domain: `${'a'.repeat(64)}.com`, fault: 'label too long' }],
];

describe('what is no address', () => {
  it.each(FAULTS)('%j', (text, fault) => {
    expect(parseAddress(text)).toEqual({ ok: false, fault });
  });

  it('takes 64 octets before the @ and 254 in all, and not one more', () => {
    const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(58)}.com`;
    expect(parseAddress(`${'h'.repeat(63)}@${domain}`)).toMatchObject({ ok: true });
    expect(parseAddress(`${'h'.repeat(64)}@${domain}`)).toEqual({
      ok: false,
      fault: { code: 'too-long', octets: 255, limit: 254 },
    });
    expect(local(`${'h'.repeat(64)}@example.com`)).toHaveLength(64);
  });

  it('is told at once, however long', () => {
    expect(parseAddress(`${'('.repeat(1_000_000)}@example.com`)).toMatchObject({ fault: { code: 'too-long' } });
    expect(parseAddress(`${'('.repeat(2000)}@example.com`)).toMatchObject({ fault: { code: 'unexpected-character' } });
  });

  it('never throws, and what it takes it takes again', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.emailAddress());
    fc.assert(
      fc.property(text, (candidate) => {
        const parsed = parseAddress(candidate);
        if (!parsed.ok) return;
        const { localPart, domain } = parsed.address;
        const quoted = `"${localPart.replace(/["\\]/g, '\\$&')}"@${domain}`;
        expect(parseAddress(quoted)).toEqual(parsed);
      }),
    );
  });
});
