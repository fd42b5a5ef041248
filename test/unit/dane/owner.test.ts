import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyHost, tlsaOwner } from '../../../src/dane/owner.ts';
import { Name } from '../../../src/dns/name.ts';

describe('TLSA owner names', () => {
  test.each([
    ['www.example.com', 443, 'tcp', '_443._tcp.www.example.com.'],
    ['mail.example.com', 25, 'tcp', '_25._tcp.mail.example.com.'],
    ['example.com', 8443, 'tcp', '_8443._tcp.example.com.'],
    ['example.com', 443, 'udp', '_443._udp.example.com.'],
    ['example.com', 1, 'sctp', '_1._sctp.example.com.'],
    ['xn--bcher-kva.example', 65535, 'tcp', '_65535._tcp.xn--bcher-kva.example.'],
  ] as const)('D1 %s port %d %s', (base, port, protocol, owner) => {
    expect(tlsaOwner(Name.parse(base), port, protocol)?.toString()).toBe(owner);
  });

  test('D1 the protocol is tcp where none is given', () => {
    expect(tlsaOwner(Name.parse('a.example'), 443)?.toString()).toBe('_443._tcp.a.example.');
  });

  test('D2 a port outside 0 to 65535 is a mistake of the caller', () => {
    for (const port of [-1, 65536, 4.5, Number.NaN]) {
      expect(() => tlsaOwner(Name.parse('a.example'), port)).toThrow(new RangeError(`no port: ${port}`));
    }
    expect(tlsaOwner(Name.parse('a.example'), 0)?.toString()).toBe('_0._tcp.a.example.');
  });

  test('D1 a base that leaves no room for the two labels has no owner name', () => {
    const base = (last: number) => Name.parse([...Array(3).fill('a'.repeat(63)), 'b'.repeat(last)].join('.'));
    // _443 and _tcp take 10 octets: 255 - 10 = 245 is the longest base.
    expect(base(51).wire.length).toBe(245);
    expect(tlsaOwner(base(51), 443)?.wire.length).toBe(255);
    expect(tlsaOwner(base(52), 443)).toBeUndefined();
  });
});

describe('host classes', () => {
  test.each([
    'example.com',
    'a.b.c.example.',
    'xn--bcher-kva.example',
    '1.2.3.4.example',
    '_x.example',
    'a.c0m',
    'a.c5',
    'a.5c',
    'a.0xg',
  ])('a name: %s', (host) => {
    expect(classifyHost(host)).toEqual({ kind: 'name', name: Name.parse(host) });
  });

  test.each([
    '127.0.0.1',
    '1.2.3.4.',
    '255.255.255.255',
    '[::1]',
    '::1',
    '::',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:7:8',
  ])('D3 an address literal: %s', (host) => {
    expect(classifyHost(host)).toEqual({ kind: 'address-literal' });
  });

  test.each(['localhost', 'router', 'localhost.', 'com'])('a single label: %s', (host) => {
    expect(classifyHost(host)).toEqual({ kind: 'single-label' });
  });

  test.each([
    ['', 'empty'],
    ['.', 'empty'],
    ['a..b', 'empty label'],
    ['.a.b', 'empty label'],
    ['bücher.example', 'not ASCII'],
    ['a\u0000b.example', 'not ASCII'],
    [`${'a'.repeat(64)}.example`, 'label too long'],
    [`${`${'a'.repeat(60)}.`.repeat(5)}example`, 'name too long'],
    ['a\\.b.example', 'forbidden character'],
    ['a b.example', 'forbidden character'],
    ['example.com:443', 'forbidden character'],
    ['user@example.com', 'forbidden character'],
    ['[1.2.3.4]', 'forbidden character'],
    ['1::2::3', 'forbidden character'],
    ['1:2:3:4:5:6:7', 'forbidden character'],
    ['1:2::3:4::5:6:7:8', 'forbidden character'],
    ['1:2:3:4::5:6:7:8', 'forbidden character'],
    ['[::12', 'forbidden character'],
    ['1::1]', 'forbidden character'],
    ['a.12', 'numeric top label'],
    ['a.12.', 'numeric top label'],
    ['a.0X', 'numeric top label'],
    ['1.2.3', 'numeric top label'],
    ['256.1.1.1', 'numeric top label'],
    ['example.0x1f', 'numeric top label'],
    ['7', 'numeric top label'],
  ])('no host: %j is %s', (host, fault) => {
    expect(classifyHost(host)).toEqual({ kind: 'bad-host', fault });
  });

  test('addresses are told as the platform tells them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,30}$/)), (host) => {
        if (isIP(host) !== 0) expect(classifyHost(host).kind).toBe('address-literal');
        else if (!host.endsWith('.')) expect(classifyHost(host).kind).not.toBe('address-literal');
      }),
      { numRuns: 2000 },
    );
  });

  test('any text ends in a class, never in a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (host) => {
        expect(['name', 'address-literal', 'single-label', 'bad-host']).toContain(classifyHost(host).kind);
      }),
      { numRuns: 2000 },
    );
  });
});
