/**
 * What the person chose, as it lies in `storage.local` under the key `settings`: one plain JSON object of the shape
 * `Settings`. It is validated on each load; a stored value that is unusable is dropped and its default taken.
 */

import { MAX_NAME_OCTETS } from '../dns/name.ts';
import { parseAnchors } from '../dnssec/anchors.ts';
import { parseResolverUrl } from '../doh/resolver-url.ts';
import { MAX_EXCLUSIONS, parseExclusions } from './exclusions.ts';

export interface Settings {
  readonly version: 1;
  /** The resolver asked, see `parseResolverUrl`. Empty: nobody is asked. */
  readonly resolverUrl: string;
  /** Asked where the first one fails or is late; needs the same consent. Left out: none. */
  readonly secondResolverUrl?: string;
  /** Did the person choose the resolver themselves? Until then no question leaves the browser. */
  readonly consent: boolean;
  /** When pages are checked. Left out: `DEFAULT_CHECKING`. */
  readonly checking?: Checking;
  /** Are pages in private windows checked, too, so that the resolver hears of them? Left out: no. */
  readonly privateWindows?: boolean;
  /** May questions be asked at once that a longer walk might not need? Left out: yes (one round trip). */
  readonly speculate?: boolean;
  /**
   * May the certificate answer for itself before anybody is asked, where it carries a DNSSEC chain? Every page's
   * questions then wait for its certificate. Left out: no, only where asking leads to nothing.
   */
  readonly certificateFirst?: boolean;
  /** Own trust anchors, master-file lines of DS and DNSKEY, see `besideBuiltIn`. Empty: the built-in ones alone. */
  readonly anchors: string;
  /** May issuers be fetched from where a certificate says they are? Left out: yes. */
  readonly fetchIssuers?: boolean;
  /** Are the other hosts of a page checked, too? Left out: as the browser does best (`checksHosts`). */
  readonly checkHosts?: boolean;
  /** Chromium: when its debugger reads the certificate of a page. Left out: `DEFAULT_READING`. */
  readonly certificateReading?: CertificateReading;
  /** Domains the resolver never hears of, as `parseExclusions` gives them. Left out: `DEFAULT_EXCLUSIONS`. */
  readonly exclusions?: readonly string[];
  /** What comes of a page whose verdict is a contradiction. Left out: `DEFAULT_PROTECTION`. */
  readonly protection?: Protection;
  /** Firefox: how long a response may wait for its verdict, milliseconds. Left out: `DEFAULT_WAIT_LIMIT_MS`. */
  readonly waitLimitMs?: number;
  /** Firefox: what comes of a page whose verdict takes longer than that. Left out: `show`. */
  readonly whenLate?: WhenLate;
  /** Does protection count for what pages load from other hosts, too, where those are checked? Left out: no. */
  readonly protectHosts?: boolean;
  /** Does the inspector look at the endpoints of HTTPS records, too, after a draft (svcb-dane)? Left out: no. */
  readonly draftBindings?: boolean;
  /** Do signatures with SHA-1 (algorithms 5 and 7) count? Left out: no (RFC 9905 section 2). */
  readonly allowSha1?: boolean;
}

/** On each page, or on a page whose button the person clicks, so that the resolver hears of no other. */
export type Checking = 'each-page' | 'on-click';

export const CHECKINGS: readonly Checking[] = ['each-page', 'on-click'];

export const DEFAULT_CHECKING: Checking = 'each-page';

/**
 * When the certificate of a host with a secure, usable TLSA RRset is read through Chromium's debugger. In `never` and,
 * before the click, in `on-click` the verdict is `unread`.
 */
export type CertificateReading = 'each-load' | 'once-per-host' | 'on-click' | 'never';

export const CERTIFICATE_READINGS: readonly CertificateReading[] = ['each-load', 'once-per-host', 'on-click', 'never'];

/**
 * The bar is a nuisance, and few hosts cause it; a verdict about another connection than the one at hand is what an
 * attacker would wish for. So the default tells the whole truth, and whoever is bothered may choose less of it.
 */
export const DEFAULT_READING: CertificateReading = 'each-load';

/**
 * `show`: the verdict is shown, and nothing is stopped. `warn`: a page of ours in place of one that is `mismatch` or
 * `bogus`, with a way on. `block`: the same without the way.
 */
export type Protection = 'show' | 'warn' | 'block';

export const PROTECTIONS: readonly Protection[] = ['show', 'warn', 'block'];

export const DEFAULT_PROTECTION: Protection = 'show';

/** `hold`: it goes on waiting until its check ends, which it does within the time that questions have. */
export type WhenLate = 'show' | 'hold';

export const WHENS_LATE: readonly WhenLate[] = ['show', 'hold'];

/** Many times what a check takes; a resolver that needs longer is in trouble, and pages should not share it for long. */
export const DEFAULT_WAIT_LIMIT_MS = 3000;

/** Below the first nothing is ever found out; beyond the second Firefox may put the background to sleep (30 s, B13). */
export const WAIT_LIMITS_MS = { least: 100, most: 20_000 } as const;

export const SETTINGS_KEY = 'settings';

export const DEFAULT_SETTINGS: Settings = { version: 1, resolverUrl: '', consent: false, anchors: '' };

/** Text longer than this is no list of anchors anybody typed or pasted. */
export const MAX_ANCHORS_CHARACTERS = 65_536;

/** Which stored values could not be used. */
export type SettingsFault = 'not an object' | keyof Settings;

/** The usable part of what is stored, and what had to be dropped. */
export function readSettings(stored: unknown): { settings: Settings; faults: SettingsFault[] } {
  if (stored === undefined) return { settings: DEFAULT_SETTINGS, faults: [] };
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    return { settings: DEFAULT_SETTINGS, faults: ['not an object'] };
  }
  const fields = stored as Readonly<Record<string, unknown>>;
  // A later version may mean something else by the same names.
  if (fields['version'] !== 1) return { settings: DEFAULT_SETTINGS, faults: ['version'] };
  const faults: SettingsFault[] = [];
  const take = <Value>(key: keyof Settings, usable: (value: unknown) => value is Value, fallback: Value): Value => {
    const value = fields[key];
    if (value === undefined) return fallback;
    if (usable(value)) return value;
    faults.push(key);
    return fallback;
  };
  const resolverUrl = take('resolverUrl', isUsableResolverUrl, DEFAULT_SETTINGS.resolverUrl);
  // Consent was given to one resolver: it does not pass to another, nor outlive a value that had to be dropped.
  const consent = take('consent', isBoolean, DEFAULT_SETTINGS.consent) && resolverUrl !== '';
  const secondResolverUrl = take<string | undefined>('secondResolverUrl', isSecondResolver(resolverUrl), undefined);
  const checking = take<Checking | undefined>('checking', isChecking, undefined);
  const privateWindows = take<boolean | undefined>('privateWindows', isBoolean, undefined);
  const speculate = take<boolean | undefined>('speculate', isBoolean, undefined);
  const certificateFirst = take<boolean | undefined>('certificateFirst', isBoolean, undefined);
  const anchors = take('anchors', isUsableAnchors, DEFAULT_SETTINGS.anchors);
  const fetchIssuers = take<boolean | undefined>('fetchIssuers', isBoolean, undefined);
  const certificateReading = take<CertificateReading | undefined>('certificateReading', isReading, undefined);
  const draftBindings = take<boolean | undefined>('draftBindings', isBoolean, undefined);
  const allowSha1 = take<boolean | undefined>('allowSha1', isBoolean, undefined);
  const checkHosts = take<boolean | undefined>('checkHosts', isBoolean, undefined);
  const exclusions = take<readonly string[] | undefined>('exclusions', isUsableExclusions, undefined);
  const protection = take<Protection | undefined>('protection', isOneOf(PROTECTIONS), undefined);
  const waitLimitMs = take<number | undefined>('waitLimitMs', isWaitLimit, undefined);
  const whenLate = take<WhenLate | undefined>('whenLate', isOneOf(WHENS_LATE), undefined);
  const protectHosts = take<boolean | undefined>('protectHosts', isBoolean, undefined);
  const settings: Settings = {
    version: 1,
    resolverUrl,
    ...(secondResolverUrl !== undefined && { secondResolverUrl }),
    consent,
    ...(checking !== undefined && { checking }),
    ...(privateWindows !== undefined && { privateWindows }),
    ...(speculate !== undefined && { speculate }),
    ...(certificateFirst !== undefined && { certificateFirst }),
    anchors,
    ...(fetchIssuers !== undefined && { fetchIssuers }),
    ...(certificateReading !== undefined && { certificateReading }),
    ...(draftBindings !== undefined && { draftBindings }),
    ...(allowSha1 !== undefined && { allowSha1 }),
    ...(checkHosts !== undefined && { checkHosts }),
    ...(exclusions !== undefined && { exclusions }),
    ...(protection !== undefined && { protection }),
    ...(waitLimitMs !== undefined && { waitLimitMs }),
    ...(whenLate !== undefined && { whenLate }),
    ...(protectHosts !== undefined && { protectHosts }),
  };
  return { settings, faults };
}

/**
 * Firefox shows the certificates of all hosts; Chromium, as it comes, those of none but the page's own, so that a list
 * of the others would tell less than it seems to.
 */
export function checksHosts(settings: Settings, extensionRoot: string): boolean {
  return settings.checkHosts ?? extensionRoot.startsWith('moz-extension:');
}

/** Who may be asked, the first before the second; nobody before the person has chosen. */
export function resolversOf(settings: Settings): readonly string[] {
  if (!mayAsk(settings)) return [];
  const { resolverUrl, secondResolverUrl } = settings;
  return secondResolverUrl === undefined ? [resolverUrl] : [resolverUrl, secondResolverUrl];
}

/** The resolver hears nothing of what is visited in private, unless the person says otherwise. */
export function checksPrivateWindows(settings: Settings): boolean {
  return settings.privateWindows ?? false;
}

/** Are what pages load from other hosts stopped, too? Only where those hosts are checked at all. */
export function protectsHosts(settings: Settings, extensionRoot: string): boolean {
  const protects = (settings.protection ?? DEFAULT_PROTECTION) !== 'show' && settings.protectHosts === true;
  return protects && checksHosts(settings, extensionRoot);
}

/** May this resolver be asked? */
export function mayAsk(settings: Settings): boolean {
  return settings.consent && settings.resolverUrl !== '';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isOneOf<Value>(values: readonly Value[]): (value: unknown) => value is Value {
  return (value): value is Value => values.some((one) => one === value);
}

function isWaitLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= WAIT_LIMITS_MS.least && Number(value) <= WAIT_LIMITS_MS.most;
}

function isReading(value: unknown): value is CertificateReading {
  return CERTIFICATE_READINGS.some((reading) => reading === value);
}

function isChecking(value: unknown): value is Checking {
  return CHECKINGS.some((checking) => checking === value);
}

/** Another one than the first, which there must be. */
function isSecondResolver(first: string): (value: unknown) => value is string {
  return (value): value is string => {
    if (first === '' || !isUsableResolverUrl(value)) return false;
    const [one, other] = [parseResolverUrl(first), parseResolverUrl(value)];
    return one.ok && other.ok && one.resolver.post !== other.resolver.post;
  };
}

function isUsableResolverUrl(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || parseResolverUrl(value).ok);
}

function isUsableExclusions(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_EXCLUSIONS) return false;
  if (!value.every((one) => typeof one === 'string' && one.length <= MAX_NAME_OCTETS)) return false;
  const parsed = parseExclusions(value.join('\n'));
  // Exactly what the options page would have stored.
  return (
    parsed.ok && parsed.exclusions.length === value.length && parsed.exclusions.every((one, i) => one === value[i])
  );
}

function isUsableAnchors(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_ANCHORS_CHARACTERS) return false;
  return value.trim() === '' || parseAnchors(value).ok;
}
