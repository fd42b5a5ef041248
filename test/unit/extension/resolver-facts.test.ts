/** H22 to H28: what is said of a listed resolver is what was published, and the unknown is said to be so. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KNOWN_RESOLVERS } from '../../../src/doh/resolvers.ts';
import { translateBy } from '../../../src/explain.ts';
import { languageOf } from '../../../src/extension/language.ts';
import { countryName, factsOf, publishedOn, resolverName, summarise } from '../../../src/extension/resolver/facts.ts';

const catalogue = Object.assign(
  {},
  ...['../../../src/extension/locales/en/messages.json', '../../../src/locales/en/messages.json'].map((path) =>
    JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')),
  ),
);
const translate = translateBy(catalogue);
const language = languageOf({ getMessage: (key, substitutions = []) => translate(key, ...substitutions) });
const named = (name: string) => KNOWN_RESOLVERS.find((one) => resolverName(one, language) === name)!;
const said = (name: string) =>
  Object.fromEntries(factsOf(named(name), language).map(({ label, text }) => [label, text]));

describe('a resolver in words', () => {
  test.each(KNOWN_RESOLVERS.map((one) => [resolverName(one, language), one] as const))(
    '%s: nothing is left empty',
    (_, resolver) => {
      const facts = factsOf(resolver, language);
      expect(facts).toHaveLength(8);
      for (const { label, text } of facts) {
        expect(label).not.toBe('');
        expect(text).toMatch(/\S/);
        expect(text).not.toMatch(/undefined|NaN|\$\d/);
      }
      expect(summarise(resolver, language).split(' · ')).toHaveLength(4);
    },
  );

  test('H22 with the source of what is kept, and when that was written', () => {
    const facts = factsOf(named('Cloudflare'), language);
    expect(facts.find(({ source }) => source !== undefined)).toEqual({
      label: 'Your address',
      text: 'keeps addresses of a random sample, as of March 27, 2024',
      source: 'https://developers.cloudflare.com/1.1.1.1/privacy/public-dns-resolver/',
    });
    expect(summarise(named('Cloudflare'), language)).toBe(
      'Cloudflare · United States · filters nothing · keeps addresses of a random sample',
    );
  });

  test('H24 with hours as a number', () => {
    expect(said('Google')['Your address']).toBe('keeps addresses for 48 hours at most, as of April 1, 2016');
  });

  test('H25 with what is passed on of the client’s address', () => {
    expect(said('Quad9')['Part of it, to others']).toBe('not passed on');
    expect(said('Quad9, passing client subnets on')['Part of it, to others']).toBe('passed on to the servers it asks');
    expect(said('Cloudflare')['Part of it, to others']).toBe('not known');
  });

  test('H26 with what is filtered, and what is not known', () => {
    expect(said('AdGuard, for families')).toMatchObject({
      Operator: 'AdGuard Software Limited',
      'Under the law of': 'Cyprus',
      Filtering: 'filters advertisements, adult content',
      'Your address': 'not known',
      'Listed so in': 'July 2026',
    });
  });

  test('H27 an undated policy is told as undated', () => {
    expect(said('Applied Privacy')['Your address']).toBe('keeps no addresses, in a text without a date');
    expect(said('Applied Privacy')['Under the law of']).toBe('not known');
  });

  test('countries and dates are those of the language, as exact as they were published', () => {
    expect(countryName('CH', 'de')).toBe('Schweiz');
    expect(publishedOn('2025', 'en')).toBe('2025');
    expect(publishedOn('2026-07', 'fr')).toBe('juillet 2026');
    expect(publishedOn('2026-11-02', 'nl')).toBe('2 november 2026');
  });
});
