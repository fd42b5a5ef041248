/** What a check needs, made from the settings: whom to ask, and whom to trust. Made anew when they change. */

import type { FetchIssuer } from '../dane/issuer-fetch.ts';
import { classifyHost } from '../dane/owner.ts';
import type { Ask, SecondLook } from '../dns/ask.ts';
import { SignatureVerifier } from '../dnssec/algorithms.ts';
import { besideBuiltIn, parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../dnssec/anchors.ts';
import type { ValidationOptions } from '../dnssec/lookup.ts';
import { ZoneCache } from '../dnssec/zone-cache.ts';
import { type CacheOptions, type CacheSize, createCache } from '../doh/cache.ts';
import { SYSTEM_CLOCK } from '../doh/clock.ts';
import { createDoh, type Fetch } from '../doh/doh.ts';
import { createHedged } from '../doh/hedge.ts';
import { createSecondLook } from '../doh/quirks.ts';
import type { OffReason } from '../report.ts';
import { type Carriers, createCarriers } from './certificates/carriers.ts';
import { createIssuerFetch } from './certificates/issuers.ts';
import { DEFAULT_EXCLUSIONS, isExcluded } from './exclusions.ts';
import { checksPrivateWindows, resolversOf, type Settings } from './settings.ts';

export interface Engine extends Known {
  readonly anchors: readonly TrustAnchor[];
  readonly options: ValidationOptions;
  /** Why the resolver must not hear of this host; undefined: it may. `asked`: the person asks for this check. */
  readonly refuses: (host: string, asked: boolean) => OffReason | undefined;
  /** May a chain inside the certificate answer before anybody is asked? */
  readonly certificateFirst: boolean;
  /** Does the inspector look at the endpoints of HTTPS records, too? */
  readonly draftBindings: boolean;
  /** Left out where the person does not want it. */
  readonly fetchIssuer?: FetchIssuer;
}

/** What an engine asks, and what it has been told so far. */
export interface Known {
  readonly ask: Ask;
  /** What could not be had is worth another try. */
  readonly forgetFailures: () => void;
  /** Of the answers kept. */
  readonly size: () => CacheSize;
  /** Left out where nobody may be asked. */
  readonly secondLook?: SecondLook;
  /** Keys imported by earlier checks. */
  readonly verifier: SignatureVerifier;
  /** Zones proven by earlier checks. */
  readonly zoneCache: ZoneCache;
  /** Sites of which DNS said what their certificates say themselves. */
  readonly carriers: Carriers;
}

export interface Surroundings {
  readonly fetch: Fetch;
  /** Epoch seconds. */
  readonly now: () => number;
}

/** Whom an engine serves. */
export interface EngineFor extends Pick<CacheOptions, 'initial' | 'kept'> {
  /** Private windows. */
  readonly privately?: boolean;
  /** Left out: none so far, and none that outlive it. */
  readonly carriers?: Carriers;
  /** An engine made for settings that `knowsTheSame` says nothing against: what it was told counts on. */
  readonly before?: Known;
}

/** `initial`, `kept`: what an earlier engine was told, and who is to hear what this one is. */
export function createEngine(
  settings: Settings,
  { fetch, now }: Surroundings,
  { privately = false, before, carriers = createCarriers(), ...kept }: EngineFor = {},
): Engine {
  const closed = privately && !checksPrivateWindows(settings);
  // Whatever else is overlooked: an engine that is not to ask has nobody to ask.
  const resolvers = closed ? [] : resolversOf(settings);
  const asks = resolvers.length > 0;
  return {
    ...(before === undefined ? { ...knowNothing(resolvers, { fetch, now }, kept), carriers } : knownOf(before)),
    anchors: anchorsOf(settings.anchors),
    refuses: (host, asked) => {
      if (closed) return { code: 'private-window', host };
      if (isExcluded(host, settings.exclusions ?? DEFAULT_EXCLUSIONS)) return { code: 'excluded', host };
      // Of what is never asked about, or while there is nobody to ask, a click would come to nothing.
      const waits = settings.checking === 'on-click' && !asked && asks && classifyHost(host).kind === 'name';
      return waits ? { code: 'on-click', host } : undefined;
    },
    options: { allowSha1: settings.allowSha1 ?? false, speculate: settings.speculate ?? true },
    certificateFirst: settings.certificateFirst ?? false,
    draftBindings: settings.draftBindings ?? false,
    ...((settings.fetchIssuers ?? true) && asks && { fetchIssuer: createIssuerFetch(fetch) }),
  };
}

/**
 * V100: where another resolver is asked, where another key or signature is trusted, or where the list of names that
 * are nobody's business is another one, nothing that was told before counts. All else leaves the answers alone.
 */
export function knowsTheSame(before: Settings, after: Settings): boolean {
  const grounds = (settings: Settings) =>
    JSON.stringify([
      resolversOf(settings),
      settings.anchors,
      settings.exclusions ?? DEFAULT_EXCLUSIONS,
      settings.allowSha1 ?? false,
    ]);
  return grounds(before) === grounds(after);
}

/** Without what an engine has beside. */
function knownOf({ ask, forgetFailures, size, secondLook, verifier, zoneCache, carriers }: Known): Known {
  return { ask, forgetFailures, size, ...(secondLook && { secondLook }), verifier, zoneCache, carriers };
}

function knowNothing(
  urls: readonly string[],
  { fetch, now }: Surroundings,
  kept: Pick<CacheOptions, 'initial' | 'kept'>,
): Omit<Known, 'carriers'> {
  const resolvers = urls.map((url) => createDoh({ url, fetch }));
  const anew = resolvers.length > 0 ? createHedged(resolvers, { clock: SYSTEM_CLOCK }) : undefined;
  const ask = createCache(anew ?? askNobody, { now, ...kept });
  // Data that fails may be one resolver's own fault: the other one is asked first then.
  const other = resolvers.length > 1 && { other: createHedged(resolvers.toReversed(), { clock: SYSTEM_CLOCK }) };
  return {
    ask,
    forgetFailures: ask.forgetFailures,
    size: ask.size,
    ...(anew !== undefined && { secondLook: createSecondLook({ known: ask, anew, ...other }) }),
    verifier: new SignatureVerifier(),
    zoneCache: new ZoneCache(),
  };
}

/** Until the person has chosen a resolver, nothing leaves the browser. */
const askNobody: Ask = async () => ({ ok: false, failure: { code: 'no-resolver' } });

/** The person's own beside the built-in ones. Throws TypeError on text that `readSettings` lets not pass. */
export function anchorsOf(text: string): readonly TrustAnchor[] {
  if (text.trim() === '') return ROOT_ANCHORS;
  const parsed = parseAnchors(text);
  if (!parsed.ok) throw new TypeError(`line ${parsed.line}: ${parsed.fault}`);
  return besideBuiltIn(parsed.anchors);
}
