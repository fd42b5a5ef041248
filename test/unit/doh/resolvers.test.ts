import { describe, expect, it } from 'vitest';
import { parseResolverUrl } from '../../../src/doh/resolver-url.ts';
import { endOfService, findKnownResolver, KNOWN_RESOLVERS, type KnownResolver } from '../../../src/doh/resolvers.ts';

const found = (url: string) => {
  const known = findKnownResolver(url);
  if (known === undefined) throw new Error(`not listed: ${url}`);
  return known;
};

const titleOf = ({ name, variant }: KnownResolver) => `${name} ${variant ?? ''}`;

describe('the list of resolvers', () => {
  it.each(KNOWN_RESOLVERS.map((resolver) => [titleOf(resolver), resolver] as const))(
    'has a usable entry: %s',
    (_, one) => {
      const parsed = parseResolverUrl(one.url);
      expect(parsed.ok && parsed.resolver.post).toBe(one.url);
      expect(one.url).toMatch(/^https:/);
      expect(one.asOf).toMatch(/^20\d\d-\d\d$/);
      expect(one.jurisdiction).toMatch(/^([A-Z]{2}|unknown)$/);
      expect(one.name).not.toBe('');
      expect(findKnownResolver(one.url)).toBe(one);
      expect(endOfService(one.url)).toBeUndefined();
      if (one.logging !== 'unknown') {
        expect(new URL(one.logging.source).protocol).toBe('https:');
        expect(one.logging.asOf).toMatch(/^(20\d\d-\d\d-\d\d|unknown)$/);
      }
    },
  );

  it('has no name and no URL twice', () => {
    for (const told of [KNOWN_RESOLVERS.map(({ url }) => url), KNOWN_RESOLVERS.map(titleOf)]) {
      expect(new Set(told).size).toBe(KNOWN_RESOLVERS.length);
    }
  });

  it('H22 has Cloudflare, validating and unfiltered', () => {
    expect(found('https://cloudflare-dns.com/dns-query')).toMatchObject({ filtering: [], validates: true });
  });

  it('H23 has those of Cloudflare that filter', () => {
    expect(found('https://security.cloudflare-dns.com/dns-query').filtering).toEqual(['malware']);
    expect(found('https://family.cloudflare-dns.com/dns-query').filtering).toEqual(['malware', 'adult content']);
  });

  it('H24 has Google, and how long it says that it keeps addresses', () => {
    const { filtering, logging } = found('https://dns.google/dns-query');
    expect(filtering).toEqual([]);
    expect(logging).toMatchObject({ addresses: { keptHours: 48 }, asOf: '2016-04-01' });
  });

  it('H25 has the services of Quad9, with what each filters and passes on', () => {
    const of = (host: string) => {
      const { filtering, clientSubnet, jurisdiction } = found(`https://${host}.quad9.net/dns-query`);
      return [filtering.join(), clientSubnet, jurisdiction];
    };
    expect(of('dns')).toEqual(['malware', false, 'CH']);
    expect(of('dns10')).toEqual(['', false, 'CH']);
    expect(of('dns11')).toEqual(['malware', true, 'CH']);
    expect(of('dns12')).toEqual(['', true, 'CH']);
  });

  it('H26 has those of AdGuard, and not those of Mullvad, which ended', () => {
    expect(found('https://unfiltered.adguard-dns.com/dns-query').filtering).toEqual([]);
    expect(found('https://family.adguard-dns.com/dns-query').filtering).toContain('adult content');
    for (const host of ['dns.mullvad.net', 'base.dns.mullvad.net']) {
      expect(findKnownResolver(`https://${host}/dns-query`)).toBeUndefined();
      expect(endOfService(`https://${host}/dns-query`)).toBe('2026-11-02');
    }
  });

  it('H27 has the others that are listed as validating and unfiltered', () => {
    for (const url of [
      'https://unfiltered.joindns4.eu/dns-query',
      'https://wikimedia-dns.org/dns-query',
      'https://odvr.nic.cz/doh',
      'https://dns.digitale-gesellschaft.ch/dns-query',
      'https://anycast.dns.nextdns.io/dns-query',
      'https://freedns.controld.com/p0',
      'https://doh.appliedprivacy.net/query',
    ]) {
      expect(found(url)).toMatchObject({ filtering: [], validates: true });
    }
  });

  it('H28 knows that dns0.eu ended', () => {
    expect(findKnownResolver('https://dns0.eu/')).toBeUndefined();
    expect(endOfService('https://zero.dns0.eu/dns-query')).toBe('2025');
    expect(endOfService('https://notdns0.eu/')).toBeUndefined();
    expect(endOfService('no URL')).toBeUndefined();
  });

  it('knows a resolver in whatever form its URL is written', () => {
    expect(found(' https://DNS.google/dns-query{?dns}').name).toBe('Google');
    expect(findKnownResolver('https://dns.google/resolve')).toBeUndefined();
    expect(findKnownResolver('ftp://dns.google/')).toBeUndefined();
  });
});
