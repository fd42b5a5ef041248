/** What has been published of a resolver, in words: nothing is guessed, and what no source tells is said to be unknown. */
import type { KnownResolver, PublishedLogging } from '../../doh/resolvers.ts';
import type { Language } from '../language.ts';

export interface ResolverFact {
  readonly label: string;
  readonly text: string;
  /** Where it was published. */
  readonly source?: string;
}

type Words = Pick<Language, 'translate' | 'plural' | 'number' | 'locale'>;

export function resolverName({ name, variant }: KnownResolver, { translate }: Pick<Words, 'translate'>): string {
  return variant === undefined ? name : translate(`resolverName_${variant.replace(/[ ,]+/g, '_')}`, name);
}

/** The choice at a glance: operator, country, filtering, logging. */
export function summarise(resolver: KnownResolver, words: Words): string {
  const { translate } = words;
  const { operator, jurisdiction } = resolver;
  return [
    operator === 'unknown' ? translate('resolverOperatorUnknown') : operator,
    jurisdiction === 'unknown' ? translate('resolverCountryUnknown') : countryName(jurisdiction, words.locale),
    filteringOf(resolver, words),
    keepingOf(resolver.logging, words),
  ].join(' · ');
}

export function factsOf(resolver: KnownResolver, words: Words): readonly ResolverFact[] {
  const { translate } = words;
  const { operator, jurisdiction, clientSubnet, logging, asOf, url } = resolver;
  const unknown = translate('resolverUnknown');
  return [
    { label: translate('resolverAddress'), text: url },
    { label: translate('resolverOperator'), text: operator === 'unknown' ? unknown : operator },
    {
      label: translate('resolverCountry'),
      text: jurisdiction === 'unknown' ? unknown : countryName(jurisdiction, words.locale),
    },
    { label: translate('resolverFiltering'), text: filteringOf(resolver, words) },
    logging === 'unknown'
      ? { label: translate('resolverLogging'), text: unknown }
      : {
          label: translate('resolverLogging'),
          text: asOfText(keepingOf(logging, words), logging.asOf, words),
          source: logging.source,
        },
    {
      label: translate('resolverSubnet'),
      text: clientSubnet === 'unknown' ? unknown : translate(clientSubnet ? 'resolverSubnetYes' : 'resolverSubnetNo'),
    },
    { label: translate('resolverSees'), text: translate('resolverSeesWhat') },
    { label: translate('resolverListed'), text: publishedOn(asOf, words.locale) },
  ];
}

function filteringOf({ filtering }: KnownResolver, { translate }: Words): string {
  if (filtering.length === 0) return translate('resolverFiltersNothing');
  const kinds = filtering.map((kind) => translate(`resolverFilters_${kind.replaceAll(' ', '_')}`));
  return translate('resolverFilters', kinds.join(translate('list_separator')));
}

function keepingOf(logging: PublishedLogging | 'unknown', { translate, plural, number }: Words): string {
  if (logging === 'unknown') return translate('resolverKeepsUnknown');
  const { addresses } = logging;
  if (addresses === 'not kept') return translate('resolverKeepsNone');
  if (addresses === 'sampled') return translate('resolverKeepsSample');
  return plural('resolverKeepsHours', addresses.keptHours, number(addresses.keptHours));
}

function asOfText(text: string, asOf: string, { translate, locale }: Words): string {
  if (asOf === 'unknown') return translate('resolverUndated', text);
  return translate('resolverDated', text, publishedOn(asOf, locale));
}

/** ISO 3166-1 alpha-2 to the country's name in that language. */
export function countryName(code: string, locale: string): string {
  return new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(code) ?? code;
}

/** A year, a month or a day, as exact as it is written (`2025`, `2026-07`, `2024-03-27`). */
export function publishedOn(date: string, locale: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    year: 'numeric',
    ...(month !== undefined && { month: 'long' }),
    ...(day !== undefined && { day: 'numeric' }),
  }).format(Date.UTC(year!, (month ?? 1) - 1, day ?? 1));
}
