/** What one process keeps for all its lookups: connections, caches by resolver, imported keys. */
import type { Ask } from '../dns/ask.ts';
import { SignatureVerifier } from '../dnssec/algorithms.ts';
import type { TrustAnchor } from '../dnssec/anchors.ts';
import { createCache } from '../doh/cache.ts';
import { createDoh } from '../doh/doh.ts';
import { type CommandName, parseResolver, type ResolverOptions } from './arguments.ts';
import type { BatchLine } from './batch.ts';
import { createHttpClient } from './fetch.ts';
import { anchorsIn, readAnchors, readRoots } from './inputs.ts';
import type { Surroundings } from './program.ts';

export interface Session {
  /** Root certificates for sites as well; undefined: Node's own. */
  readonly roots: readonly string[] | undefined;
  readonly verifier: SignatureVerifier;
  /** What the command line itself says. */
  readonly terms: Terms;
  /** What a line of a batch says, and of what it does not speak the command line. */
  readonly termsOf: (line: BatchLine) => Terms;
  readonly close: () => void;
}

/** Whom to ask, when it is, and what to trust, for one lookup. */
export interface Terms {
  readonly ask: Ask;
  /** Epoch seconds, whole. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
}

export async function openSession(
  options: ResolverOptions & { readonly command: CommandName },
  { now }: Surroundings,
): Promise<Session> {
  const { command, resolver, timeoutMs, time } = options;
  const [anchors, roots] = await Promise.all([
    readAnchors(options.anchorsFile, command),
    readRoots(options.caFile, command),
  ]);
  const client = createHttpClient(roots === undefined ? {} : { ca: roots });
  const asks = new Map<string, Ask>();
  const askOf = (url: string): Ask => {
    const known = asks.get(url);
    if (known !== undefined) return known;
    const ask = createCache(createDoh({ url, fetch: client.fetch, timeoutMs }), { now });
    asks.set(url, ask);
    return ask;
  };
  return {
    roots,
    verifier: new SignatureVerifier(),
    get terms() {
      return { ask: askOf(resolver), now: time ?? Math.floor(now()), anchors };
    },
    termsOf: (line) => {
      const url = line.text('resolver');
      const text = line.text('anchors');
      return {
        ask: askOf(url === undefined ? resolver : parseResolver(url, '"resolver"', command)),
        now: line.number('time') ?? time ?? Math.floor(now()),
        anchors: text === undefined ? anchors : anchorsIn(text, '"anchors"', command),
      };
    },
    close: client.close,
  };
}
