/** What one process keeps for all its lookups: connections, caches by resolver, imported keys, proven zones. */
import type { Ask, SecondLook } from '../dns/ask.ts';
import { SignatureVerifier } from '../dnssec/algorithms.ts';
import type { TrustAnchor } from '../dnssec/anchors.ts';
import { ZoneCache } from '../dnssec/zone-cache.ts';
import { createCache } from '../doh/cache.ts';
import { SYSTEM_CLOCK } from '../doh/clock.ts';
import { createDoh } from '../doh/doh.ts';
import { createHedged } from '../doh/hedge.ts';
import { createSecondLook } from '../doh/quirks.ts';
import { parseResolver, type ResolverOptions } from './arguments/options.ts';
import type { CommandName } from './arguments/usage.ts';
import type { BatchLine } from './batch.ts';
import { openCacheFile } from './cache-file.ts';
import { createHttpClient } from './fetch.ts';
import { anchorsIn, readAnchors, readRoots } from './inputs.ts';
import type { Surroundings } from './program.ts';
import { StatsCounter } from './stats.ts';

export interface Session {
  /** Root certificates for sites as well; undefined: Node's own. */
  readonly roots: readonly string[] | undefined;
  readonly verifier: SignatureVerifier;
  /** What the command line itself says. */
  readonly terms: Terms;
  /** What a line of a batch says, and of what it does not speak the command line. */
  readonly termsOf: (line: BatchLine) => Terms;
  /** One resolver, with no cache and no other beside it. */
  readonly askDirectly: (url: string) => Ask;
  /** Undefined where nobody wants it counted. */
  readonly stats: StatsCounter | undefined;
  /** Ends the connections, and writes the cache file where there is one. */
  readonly close: () => Promise<void>;
}

/** Whom to ask, when it is, and what to trust, for one lookup. */
export interface Terms extends Door {
  /** Epoch seconds, whole. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  readonly zoneCache?: ZoneCache;
}

interface Door {
  readonly ask: Ask;
  readonly secondLook: SecondLook;
}

/** Zones proven from the anchors and resolvers of a batch's lines; a batch may name others in every line. */
const MAX_ZONE_CACHES = 16;

export async function openSession(
  options: ResolverOptions & { readonly command: CommandName },
  surroundings: Surroundings,
): Promise<Session> {
  const { now } = surroundings;
  const { command, resolvers, method, timeoutMs, time } = options;
  const [anchors, roots] = await Promise.all([
    readAnchors(options.anchorsFile, command),
    readRoots(options.caFile, command),
  ]);
  const file =
    options.cacheFile === undefined ? undefined : await openCacheFile(options.cacheFile, command, surroundings);
  const client = createHttpClient(roots === undefined ? {} : { ca: roots });
  const stats = options.stats ? new StatsCounter() : undefined;
  // What is known of a resolver, as that it wants to be left alone, holds whoever else is asked beside it.
  const dohOf = memoized((url): Ask => {
    const fetch = stats?.countTraffic(url, client.fetch) ?? client.fetch;
    return createDoh({ url, fetch, timeoutMs, method });
  });
  const doorOf = memoized((urls): Door => {
    const list = urls.split(' ');
    const passing = (asks: readonly Ask[]) => {
      const hedged = createHedged(asks, { clock: SYSTEM_CLOCK });
      return stats?.countPassedOn(hedged) ?? hedged;
    };
    const counted = (ask: Ask) => stats?.countQuestions(ask) ?? ask;
    const asks = list.map(dohOf);
    const anew = passing(asks);
    const known = counted(createCache(file?.over(anew, list) ?? anew, { now }));
    const other = asks.length > 1 && { other: counted(passing([...asks].reverse())) };
    return { ask: known, secondLook: createSecondLook({ known, anew: counted(anew), ...other }) };
  });
  const zoneCaches = new Map<string, ZoneCache>();
  /** A cache belongs to one set of anchors, options and resolvers; the options are the process's. */
  const zoneCacheOf = (urls: string, anchorsText: string): ZoneCache => {
    const key = `${urls}\n${anchorsText}`;
    const cache = zoneCaches.get(key) ?? new ZoneCache();
    zoneCaches.delete(key);
    zoneCaches.set(key, cache);
    if (zoneCaches.size > MAX_ZONE_CACHES) zoneCaches.delete(zoneCaches.keys().next().value!);
    return cache;
  };
  const resolversText = resolvers.join(' ');
  return {
    roots,
    verifier: new SignatureVerifier(),
    askDirectly: dohOf,
    stats,
    get terms() {
      return { ...doorOf(resolversText), now: time ?? Math.floor(now()), anchors };
    },
    termsOf: (line) => {
      const url = line.text('resolver');
      const text = line.text('anchors');
      const own = line.number('time');
      const urls = url === undefined ? resolversText : parseResolver(url, '"resolver"', command);
      return {
        ...doorOf(urls),
        now: own ?? time ?? Math.floor(now()),
        anchors: text === undefined ? anchors : anchorsIn(text, '"anchors"', command),
        // What is proven at one time is not at another.
        ...(own === undefined && { zoneCache: zoneCacheOf(urls, text ?? '') }),
      };
    },
    close: async () => {
      client.close();
      await file?.save();
    },
  };
}

/** URLs hold no spaces: a list of them with spaces between is a key. */
function memoized<Made>(create: (key: string) => Made): (key: string) => Made {
  const known = new Map<string, Made>();
  return (key) => {
    const made = known.get(key) ?? create(key);
    known.set(key, made);
    return made;
  };
}
