/**
 * Public resolvers, with what their operators and lists of them have published, each as of when it was read. Nothing
 * here was measured (`probe` does that), and nothing is a recommendation. What no source tells is `unknown`: it is to be
 * said so, and never to be guessed.
 */
import { parseResolverUrl } from './resolver-url.ts';

export type Unknown = 'unknown';

export interface KnownResolver {
  readonly name: string;
  /** Which of the operator's services by that name, where there are several. */
  readonly variant?: ResolverVariant;
  readonly url: string;
  readonly operator: string | Unknown;
  /** Whose law the operator is under, ISO 3166-1 alpha-2. */
  readonly jurisdiction: string | Unknown;
  /** What it answers falsely, or not at all, by its own policy. */
  readonly filtering: readonly ('malware' | 'adult content' | 'advertisements')[];
  /** Does it validate for those who do not? Ours needs no more than that it passes signatures on. */
  readonly validates: boolean | Unknown;
  /** Does it pass a part of the client's address on to the servers it asks (RFC 7871)? */
  readonly clientSubnet: boolean | Unknown;
  readonly logging: PublishedLogging | Unknown;
  /** When its name, filtering and flags stood like this in a public list: year and month. */
  readonly asOf: string;
}

export type ResolverVariant =
  | 'for families'
  | 'passing client subnets on'
  | 'unfiltered'
  | 'unfiltered, passing client subnets on'
  | 'without an account'
  | 'without malware';

/** What the operator says of the addresses questions come from; the names asked for are seen by any of them. */
export interface PublishedLogging {
  readonly addresses:
    | 'not kept'
    /** But for a random sample of the traffic. */
    | 'sampled'
    /** For so many hours at most. */
    | { readonly keptHours: number };
  readonly source: string;
  /** The date of the page, or of the version of it that was read. */
  readonly asOf: string;
}

const CLOUDFLARE_LOGGING: PublishedLogging = {
  addresses: 'sampled',
  source: 'https://developers.cloudflare.com/1.1.1.1/privacy/public-dns-resolver/',
  asOf: '2024-03-27',
};
const QUAD9_LOGGING: PublishedLogging = {
  addresses: 'not kept',
  source: 'https://quad9.net/privacy/policy/',
  asOf: '2021-02-17',
};

const LISTED = '2026-07';

const CLOUDFLARE = {
  operator: 'Cloudflare',
  jurisdiction: 'US',
  clientSubnet: 'unknown',
  asOf: LISTED,
} as const;
const QUAD9 = {
  operator: 'Quad9 Foundation',
  jurisdiction: 'CH',
  validates: true,
  logging: QUAD9_LOGGING,
  asOf: LISTED,
} as const;
const ADGUARD = {
  operator: 'AdGuard Software Limited',
  jurisdiction: 'CY',
  validates: 'unknown',
  clientSubnet: 'unknown',
  logging: 'unknown',
  asOf: LISTED,
} as const;
/** Of a list of resolvers that validate and filter nothing. */
const UNFILTERED = { filtering: [], validates: true, clientSubnet: 'unknown', asOf: LISTED } as const;

export const KNOWN_RESOLVERS: readonly KnownResolver[] = [
  {
    ...CLOUDFLARE,
    name: 'Cloudflare',
    url: 'https://cloudflare-dns.com/dns-query',
    filtering: [],
    validates: true,
    logging: CLOUDFLARE_LOGGING,
  },
  {
    ...CLOUDFLARE,
    name: 'Cloudflare',
    variant: 'without malware',
    url: 'https://security.cloudflare-dns.com/dns-query',
    filtering: ['malware'],
    validates: 'unknown',
    logging: 'unknown',
  },
  {
    ...CLOUDFLARE,
    name: 'Cloudflare',
    variant: 'for families',
    url: 'https://family.cloudflare-dns.com/dns-query',
    filtering: ['malware', 'adult content'],
    validates: 'unknown',
    logging: 'unknown',
  },
  {
    name: 'Google',
    url: 'https://dns.google/dns-query',
    operator: 'Google',
    jurisdiction: 'US',
    filtering: [],
    validates: 'unknown',
    clientSubnet: 'unknown',
    logging: {
      addresses: { keptHours: 48 },
      source: 'https://developers.google.com/speed/public-dns/archive/privacy-20160401',
      asOf: '2016-04-01',
    },
    asOf: LISTED,
  },
  {
    ...QUAD9,
    name: 'Quad9',
    url: 'https://dns.quad9.net/dns-query',
    filtering: ['malware'],
    clientSubnet: false,
  },
  {
    ...QUAD9,
    name: 'Quad9',
    variant: 'unfiltered',
    url: 'https://dns10.quad9.net/dns-query',
    filtering: [],
    validates: 'unknown',
    clientSubnet: false,
  },
  {
    ...QUAD9,
    name: 'Quad9',
    variant: 'passing client subnets on',
    url: 'https://dns11.quad9.net/dns-query',
    filtering: ['malware'],
    validates: 'unknown',
    clientSubnet: true,
  },
  {
    ...QUAD9,
    name: 'Quad9',
    variant: 'unfiltered, passing client subnets on',
    url: 'https://dns12.quad9.net/dns-query',
    filtering: [],
    validates: 'unknown',
    clientSubnet: true,
  },
  {
    ...ADGUARD,
    name: 'AdGuard',
    url: 'https://dns.adguard-dns.com/dns-query',
    filtering: ['advertisements'],
  },
  {
    ...ADGUARD,
    name: 'AdGuard',
    variant: 'unfiltered',
    url: 'https://unfiltered.adguard-dns.com/dns-query',
    filtering: [],
  },
  {
    ...ADGUARD,
    name: 'AdGuard',
    variant: 'for families',
    url: 'https://family.adguard-dns.com/dns-query',
    filtering: ['advertisements', 'adult content'],
  },
  {
    ...UNFILTERED,
    name: 'DNS4EU',
    variant: 'unfiltered',
    url: 'https://unfiltered.joindns4.eu/dns-query',
    operator: 'Whalebone',
    jurisdiction: 'CZ',
    logging: 'unknown',
  },
  {
    ...UNFILTERED,
    name: 'Wikimedia DNS',
    url: 'https://wikimedia-dns.org/dns-query',
    operator: 'Wikimedia Foundation',
    jurisdiction: 'unknown',
    logging: 'unknown',
  },
  {
    ...UNFILTERED,
    name: 'CZ.NIC ODVR',
    url: 'https://odvr.nic.cz/doh',
    operator: 'CZ.NIC',
    jurisdiction: 'CZ',
    logging: 'unknown',
  },
  {
    ...UNFILTERED,
    name: 'Digitale Gesellschaft',
    url: 'https://dns.digitale-gesellschaft.ch/dns-query',
    operator: 'Digitale Gesellschaft',
    jurisdiction: 'CH',
    logging: 'unknown',
  },
  {
    ...UNFILTERED,
    name: 'NextDNS',
    variant: 'without an account',
    url: 'https://anycast.dns.nextdns.io/dns-query',
    operator: 'NextDNS',
    jurisdiction: 'US',
    logging: { addresses: 'not kept', source: 'https://nextdns.io/privacy', asOf: 'unknown' },
  },
  {
    ...UNFILTERED,
    name: 'Control D',
    variant: 'unfiltered',
    url: 'https://freedns.controld.com/p0',
    operator: 'Control D',
    jurisdiction: 'unknown',
    logging: 'unknown',
  },
  {
    ...UNFILTERED,
    name: 'Applied Privacy',
    url: 'https://doh.appliedprivacy.net/query',
    operator: 'Foundation for Applied Privacy',
    jurisdiction: 'unknown',
    logging: { addresses: 'not kept', source: 'https://applied-privacy.net/de/privacy-policy/', asOf: 'unknown' },
  },
];

/** Services that are no more, by the end of their host names. */
const ENDED: readonly { readonly host: string; readonly ended: string }[] = [
  // https://mullvad.net/en/blog/shutting-down-our-public-encrypted-dns-servers-and-sponsoring-quad9-instead
  { host: 'dns.mullvad.net', ended: '2026-11-02' },
  { host: 'dns0.eu', ended: '2025' },
];

/** Of a resolver's URL as a person wrote it; undefined for one that no list names. */
export function findKnownResolver(text: string): KnownResolver | undefined {
  const parsed = parseResolverUrl(text);
  return parsed.ok ? KNOWN_RESOLVERS.find(({ url }) => url === parsed.resolver.post) : undefined;
}

/** When the service at this URL came to its end, a year or a day; undefined where nothing of the kind is known. */
export function endOfService(text: string): string | undefined {
  const parsed = parseResolverUrl(text);
  if (!parsed.ok) return undefined;
  const { hostname } = new URL(parsed.resolver.post);
  return ENDED.find(({ host }) => hostname === host || hostname.endsWith(`.${host}`))?.ended;
}
