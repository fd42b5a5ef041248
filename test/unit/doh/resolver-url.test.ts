import { describe, expect, it } from 'vitest';
import { parseResolverUrl } from '../../../src/doh/resolver-url.ts';

const fault = (text: string) => {
  const result = parseResolverUrl(text);
  return result.ok ? 'taken' : result.fault;
};
const taken = (text: string) => {
  const result = parseResolverUrl(text);
  if (!result.ok) throw new Error(`${text}: ${result.fault}`);
  return result.resolver;
};

describe('a resolver URL', () => {
  it.each([
    ['https://dns.example/dns-query', 'https://dns.example/dns-query'],
    [' https://dns.example ', 'https://dns.example/'],
    ['https://DNS.example:8443/x?y=1', 'https://dns.example:8443/x?y=1'],
    ['https://[2001:db8::1]/dns-query', 'https://[2001:db8::1]/dns-query'],
  ])('may be %s', (text, post) => {
    expect(taken(text).post).toBe(post);
  });

  it.each(['http://127.0.0.1:8053/dns-query', 'http://127.9.9.9/', 'http://[::1]:80/q', 'http://localhost:1/q'])(
    'H1 may be http on loopback: %s',
    (text) => {
      expect(fault(text)).toBe('taken');
    },
  );

  it.each([
    'http://dns.example/dns-query',
    'http://10.0.0.1/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    'http://128.0.0.1/',
    'http://[::2]/',
  ])('H1 may not be http elsewhere: %s', (text) => {
    expect(fault(text)).toBe('http-not-loopback');
  });

  it.each([
    ['', 'not-a-url'],
    ['dns.example', 'not-a-url'],
    ['https:dns.example', 'not-a-url'],
    ['https:///dns.example', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['https://dns.example:99999/', 'not-a-url'],
    ['ftp://dns.example/', 'scheme'],
    ['javascript://x', 'scheme'],
    ['https://user:secret@dns.example/', 'credentials'],
    ['https://dns.example/#x', 'fragment'],
    ['https://dns.example/#', 'fragment'],
    ['https://dns.example/{dns}', 'template'],
    ['https://dns.example/{?dns,id}', 'template'],
    ['https://dns.example/{?dns}/more', 'template'],
    ['https://dns.example/?a=1{?dns}', 'template'],
    ['https://dns.example/{&dns}', 'template'],
  ])('may not be "%s": %s', (text, expected) => {
    expect(fault(text)).toBe(expected);
  });

  it('H9 puts the example of RFC 8484 section 4.1.1 together', () => {
    const dns = 'AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB';
    const expected = `https://dnsserver.example.net/dns-query?dns=${dns}`;
    expect(taken('https://dnsserver.example.net/dns-query{?dns}').get(dns)).toBe(expected);
    expect(taken('https://dnsserver.example.net/dns-query').get(dns)).toBe(expected);
  });

  it('keeps the template in its text and gives the origin for a host permission', () => {
    const resolver = taken('https://dns.example:8443/q{?dns}');
    expect(resolver.text).toBe('https://dns.example:8443/q{?dns}');
    expect(resolver.post).toBe('https://dns.example:8443/q');
    expect(resolver.origin).toBe('https://dns.example:8443');
    expect(taken('https://dns.example/?a=1{&dns}').get('X')).toBe('https://dns.example/?a=1&dns=X');
    expect(taken('https://dns.example/?a=1').get('X')).toBe('https://dns.example/?a=1&dns=X');
  });
});
