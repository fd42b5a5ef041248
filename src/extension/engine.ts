/** What a check needs, made from the settings: whom to ask, and whom to trust. Made anew when they change. */

import type { FetchIssuer } from '../dane/issuer-fetch.ts';
import { classifyHost } from '../dane/owner.ts';
import type { Ask, SecondLook } from '../dns/ask.ts';
import { SignatureVerifier } from '../dnssec/algorithms.ts';
import { besideBuiltIn, parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../dnssec/anchors.ts';
import type { ValidationOptions } from '../dnssec/lookup.ts';
import { ZoneCache } from '../dnssec/zone-cache.ts';
import { type CacheOptions, createCache } from '../doh/cache.ts';
import { SYSTEM_CLOCK } from '../doh/clock.ts';
import { createDoh, type Fetch } from '../doh/doh.ts';
import { createHedged } from '../doh/hedge.ts';
import { createSecondLook } from '../doh/quirks.ts';
import type { OffReason } from '../report.ts';
import { createIssuerFetch } from './certificates/issuers.ts';
import { DEFAULT_EXCLUSIONS, isExcluded } from './exclusions.ts';
import { checksPrivateWindows, resolversOf, type Settings } from './settings.ts';

export interface Engine {
  readonly ask: Ask;
  /** What could not be had is worth another try. */
  readonly forgetFailures: () => void;
  /** Left out where nobody may be asked. */
  readonly secondLook?: SecondLook;
  readonly anchors: readonly TrustAnchor[];
  /** Keys imported by earlier checks. */
  readonly verifier: SignatureVerifier;
  /** Zones proven by earlier checks. */
  readonly zoneCache: ZoneCache;
  readonly options: ValidationOptions;
  /** Why the resolver must not hear of this host; undefined: it may. `asked`: the person asks for this check. */
  readonly refuses: (host: string, asked: boolean) => OffReason | undefined;
  /** Left out where the person does not want it. */
  readonly fetchIssuer?: FetchIssuer;
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
}

/** `initial`, `kept`: what an earlier engine was told, and who is to hear what this one is. */
export function createEngine(
  settings: Settings,
  { fetch, now }: Surroundings,
  { privately = false, ...kept }: EngineFor = {},
): Engine {
  const closed = privately && !checksPrivateWindows(settings);
  // Whatever else is overlooked: an engine that is not to ask has nobody to ask.
  const resolvers = closed ? [] : resolversOf(settings).map((url) => createDoh({ url, fetch }));
  const asks = resolvers.length > 0;
  const anew = asks ? createHedged(resolvers, { clock: SYSTEM_CLOCK }) : undefined;
  const ask = createCache(anew ?? askNobody, { now, ...kept });
  // Data that fails may be one resolver's own fault: the other one is asked first then.
  const other = resolvers.length > 1 && { other: createHedged(resolvers.toReversed(), { clock: SYSTEM_CLOCK }) };
  return {
    ask,
    forgetFailures: ask.forgetFailures,
    ...(anew !== undefined && { secondLook: createSecondLook({ known: ask, anew, ...other }) }),
    anchors: anchorsOf(settings.anchors),
    verifier: new SignatureVerifier(),
    zoneCache: new ZoneCache(),
    refuses: (host, asked) => {
      if (closed) return { code: 'private-window', host };
      if (isExcluded(host, settings.exclusions ?? DEFAULT_EXCLUSIONS)) return { code: 'excluded', host };
      // Of what is never asked about, or while there is nobody to ask, a click would come to nothing.
      const waits = settings.checking === 'on-click' && !asked && asks && classifyHost(host).kind === 'name';
      return waits ? { code: 'on-click', host } : undefined;
    },
    options: { allowSha1: settings.allowSha1 ?? false, speculate: settings.speculate ?? true },
    ...((settings.fetchIssuers ?? true) && asks && { fetchIssuer: createIssuerFetch(fetch) }),
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
