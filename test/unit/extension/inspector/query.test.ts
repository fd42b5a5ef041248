/** What can be typed into the inspector, and what it means. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Query, readQuery } from '../../../../src/extension/inspector/query.ts';
import { parseAddress } from '../../../../src/people/address.ts';

/** Each lookup as its kind and what it is of. */
function told(query: Query): string[] {
  if (!query.ok) return [`${query.fault.code}${query.suggestion === undefined ? '' : ` → ${query.suggestion}`}`];
  return query.lookups.map((lookup) => Object.values(lookup).join(' '));
}

const DOMAIN = (name: string) => [
  `site ${name} 443`,
  `mail ${name}`,
  `xmpp ${name}`,
  `client ${name}`,
  ...[257, 65, 44, 45].map((type) => `records ${name}. ${type}`),
];
const PERSON = (address: string, domain: string) => [
  `openpgpkey ${address}`,
  `smimea ${address}`,
  `payment ${address}`,
  `mail ${domain}`,
];

describe('what is typed means', () => {
  test.each<[text: string, lookups: string[]]>([
    ['example.com', DOMAIN('example.com')],
    [' Example.COM. ', DOMAIN('example.com')],
    ['example.com/', DOMAIN('example.com')],
    ['//example.com', DOMAIN('example.com')],
    ['bücher.example', DOMAIN('xn--bcher-kva.example')],
    ['example.com:993', ['site example.com 993']],
    ['https://example.com', ['site example.com 443']],
    ['https://hugh:secret@example.com:8443/path?q#f', ['site example.com 8443']],
    ['HTTP://example.com:8080/', ['site example.com 443']],
    ['imaps://mail.example.com', ['site mail.example.com 993']],
    ['hugh@example.com', PERSON('hugh@example.com', 'example.com')],
    ['mailto:hugh%2Btag@example.com?subject=x', PERSON('hugh+tag@example.com', 'example.com')],
    ['"hugh two"@example.com', PERSON('"hugh two"@example.com', 'example.com')],
    ['"a@b"@example.com', PERSON('"a@b"@example.com', 'example.com')],
    ['hugh(comment)@example.com', PERSON('hugh(comment)@example.com', 'example.com')],
    ['\u{1f9c0}@example.com', PERSON('\u{1f9c0}@example.com', 'example.com')],
    ['hugh@bücher.example', PERSON('hugh@bücher.example', 'xn--bcher-kva.example')],
    ['\u20bfhugh@example.com', ['payment hugh@example.com']],
    ['xmpp:hugh@example.com/phone', ['xmpp example.com']],
    ['_443._tcp.www.example.com', ['site www.example.com 443']],
    ['_25._tcp.MX.example.com.', ['site mx.example.com 25']],
    ['_443._udp.www.example.com', ['records _443._udp.www.example.com. 52']],
    ['_443._quic.www.example.com', ['records _443._quic.www.example.com. 52']],
    ['_0443._tcp.www.example.com', ['records _0443._tcp.www.example.com. 52']],
    ['_imap._tcp.example.com', ['service _imap._tcp.example.com']],
    ['_sip._udp.example.com', ['service _sip._udp.example.com']],
    ['abc._openpgpkey.example.com', ['records abc._openpgpkey.example.com. 61']],
    ['abc._smimecert.example.com', ['records abc._smimecert.example.com. 53']],
    ['hugh.user._bitcoin-payment.example.com', ['records hugh.user._bitcoin-payment.example.com. 16']],
    ['_mta-sts.example.com', ['records _mta-sts.example.com. 16']],
    ['_smtp._tls.example.com', ['records _smtp._tls.example.com. 16']],
    ['_8443._https.example.com', ['records _8443._https.example.com. 65']],
    ['_smtp-client.device1.example.com', ['client _smtp-client.device1.example.com']],
    ['device1._device.example.com', ['client device1._device.example.com']],
    ['example.com CAA', ['records example.com. 257']],
    ['CAA example.com', ['records example.com. 257']],
    ['example.com IN TYPE52', ['records example.com. 52']],
    ['_443._tcp.example.com. 3600 IN TLSA 3 1 1 abcd', ['records _443._tcp.example.com. 52']],
    ['. DNSKEY', ['records . 48']],
    ['odd\\.name.example.com TXT', ['records odd\\.name.example.com. 16']],
  ])('%j', (text, lookups) => {
    expect(told(readQuery(text))).toEqual(lookups);
  });

  test('a chain, in hex of any form, or in a certificate', () => {
    const octets = 'ab'.repeat(40);
    for (const text of [octets, `0x${octets}`, octets.toUpperCase(), octets.replace(/(..)/g, '$1:'), `${octets}\n`]) {
      const query = readQuery(text);
      expect(query).toMatchObject({ ok: true, meaning: 'chain' });
      expect(told(query)).toEqual([`chain ${Buffer.alloc(40, 0xab).toString('base64')}`]);
    }
    expect(readQuery('-----BEGIN CERTIFICATE-----MAA=-----END CERTIFICATE-----')).toMatchObject({ meaning: 'chain' });
    // As long as a label at most, it is a name.
    expect(told(readQuery('ab'.repeat(31)))).toEqual(['single-label']);
    expect(told(readQuery(`${octets}a`))).toEqual(['chain-hex']);
  });
});

describe('what means nothing gets a fault, and a suggestion where one is at hand', () => {
  test.each<[text: string, fault: string]>([
    ['', 'empty'],
    ['   ', 'empty'],
    ['\ud800', 'not-text'],
    ['x'.repeat(2049), 'too-long'],
    ['\u{1f9c0}'.repeat(1500), 'too-long'],
    ['example', 'single-label'],
    ['localhost:8443', 'single-label'],
    ['192.0.2.1', 'ip-address'],
    ['2001:db8::1', 'ip-address'],
    ['[2001:db8::1]:443', 'ip-address'],
    ['https://[2001:db8::1]/', 'ip-address'],
    ['example,com', 'bad-name → example.com'],
    ['example..com', 'bad-name → example.com'],
    ['.example.com', 'bad-name → example.com'],
    ['"example.com"', 'bad-name → example.com'],
    ['exa mple.com', 'type'],
    ['example.com TLAS', 'type'],
    ['example.com AXFR', 'type'],
    ['example.com TYPE252', 'unaskable-type'],
    ['example.com ANY', 'unaskable-type'],
    [`${'x'.repeat(64)}.example`, 'bad-name'],
    [`${'x'.repeat(60)}.${'y.'.repeat(100)}example`, 'bad-name'],
    [`${'_x.'.repeat(90)}example`, 'bad-name'],
    ['example.com:0', 'port'],
    ['example.com:65536', 'port'],
    ['example.com:imap', 'port'],
    ['ftp://example.com', 'scheme'],
    ['javascript://example.com', 'scheme'],
    ['$(id).example', 'bad-name'],
    ['<b>.example', 'bad-name'],
    ['hugh@', 'address'],
    ['@example.com', 'address'],
    ['hugh@example', 'address'],
    ['hugh@@example.com', 'address'],
    ['"hugh@example.com', 'address → hugh@example.com'],
    ['hugh@example,com', 'address → hugh@example.com'],
    ['Hugh <hugh@example.com>', 'address → hugh@example.com'],
    ['hugh@192.0.2.1', 'address'],
    [`${'h'.repeat(300)}@example.com`, 'address'],
    ['xmpp:hugh', 'single-label'],
  ])('%j', (text, fault) => {
    expect(told(readQuery(text))).toEqual([fault]);
  });
});

test('never throws, takes every address that is one, and suggests only what it takes', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'a._@:/ <>"\\[]1') })),
      (text) => {
        const query = readQuery(text);
        if (!query.ok && query.suggestion !== undefined) expect(readQuery(query.suggestion).ok).toBe(true);
        if (query.ok && query.meaning === 'address') {
          for (const lookup of query.lookups)
            if ('address' in lookup) expect(parseAddress(lookup.address).ok).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
