/**
 * Round trips of a site's lookups, as the resolver's server counts them: every answer is held back `DELAY_MS`, and a
 * round ends when the first answer of it goes out. Ours beside `@relaycorp/dnssec`, over the same HTTP/2 connection.
 */
import { type DnssecAlgorithm, dnssecLookUp, Question, SecurityStatus } from '@relaycorp/dnssec';
import { checkSite } from '../../src/check.ts';
import { createHttpClient } from '../../src/cli/fetch.ts';
import type { Ask } from '../../src/dns/ask.ts';
import { parseType } from '../../src/dns/codes.ts';
import { encodeMessage } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { parseAnchors, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { ZoneCache } from '../../src/dnssec/zone-cache.ts';
import { createCache } from '../../src/doh/cache.ts';
import { createDoh } from '../../src/doh/doh.ts';
import { createAuthority } from '../../test/world/authority.ts';
import { type DohServer, startDohServer } from '../../test/world/doh-server.ts';
import { buildWorld } from '../../test/world/world.ts';

export const DELAY_MS = 50;
/** Runs of everything, of which the median time is told; the first meets code that has never run. */
const RUNS = 7;

export interface RoundsRow {
  readonly case: string;
  /** The most of all runs. */
  readonly questions: number;
  readonly rounds: number;
  /** The median of all runs. */
  readonly ms: number;
}

const SITE = 'www.example.com';
const TLSA = `TLSA 3 1 1 ${'ab'.repeat(32)}`;

export async function measureRounds(): Promise<RoundsRow[]> {
  const now = Math.floor(Date.now() / 1000);
  const world = buildWorld(
    {
      'com.': {},
      'example.com.': { records: `www A 192.0.2.1\n_443._tcp.www ${TLSA}\nmail A 192.0.2.2\n_443._tcp.mail ${TLSA}` },
      'other.com.': { records: `www A 192.0.2.3\n_443._tcp.www ${TLSA}` },
      'net.': {},
      'host.net.': { records: `cdn A 192.0.2.4\n_443._tcp.cdn ${TLSA}` },
      'alias.com.': { records: 'www CNAME cdn.host.net.' },
    },
    { now },
  );
  const authority = createAuthority({ now });
  const leaf = authority.issue({ hosts: ['localhost'], addresses: ['127.0.0.1'] });
  const server = await startDohServer({
    respond: (query) => world.respond(query),
    tls: { cert: leaf.certPem, key: leaf.keyPem },
    delayMs: DELAY_MS,
  });
  const client = createHttpClient({ ca: [authority.rootPem] });
  try {
    const parsed = parseAnchors(world.anchors());
    if (!parsed.ok) throw new Error(`anchors: ${parsed.fault}`);
    const { anchors } = parsed;
    const ask = createDoh({ url: server.url, fetch: client.fetch });
    // The connection itself is not what is counted.
    await ask({ name: Name.root, type: parseType('NS')! });
    const ours = async (name: string, site: string, kept: Kept) =>
      measured(server, name, async () => {
        const report = await checkSite({
          host: site,
          port: 443,
          now,
          anchors,
          ask: kept.ask,
          zoneCache: kept.zoneCache,
          certificate: async () => ({ kind: 'none', why: 'connection failed' }),
        });
        const [, tlsa] = report.lookups;
        if (tlsa?.type !== 'TLSA' || tlsa.security !== 'secure') throw new Error(`${name}: ${report.verdict}`);
      });
    const fresh = (): Kept => ({ ask: createCache(ask, { now: () => now }), zoneCache: new ZoneCache() });
    const peer = peerResolver(client.fetch, server.url, anchors);
    const runs: RoundsRow[][] = [];
    for (let run = 0; run < RUNS; run++) {
      const warm = fresh();
      runs.push([
        await ours('cold', SITE, warm),
        await ours('again, all cached', SITE, warm),
        await ours('another host of a known zone', 'mail.example.com', warm),
        await ours('another zone of a known TLD', 'www.other.com', warm),
        await ours('cold, behind an alias into another TLD', 'www.alias.com', fresh()),
        await measured(server, '@relaycorp/dnssec, TLSA alone, cold', () => peer(`_443._tcp.${SITE}.`)),
      ]);
    }
    return runs[0]!.map((row, i) =>
      inAll(
        row,
        runs.map((run) => run[i]!),
      ),
    );
  } finally {
    client.close();
    await server.close();
  }
}

function inAll(row: RoundsRow, runs: readonly RoundsRow[]): RoundsRow {
  const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    ...row,
    questions: Math.max(...runs.map(({ questions }) => questions)),
    rounds: Math.max(...runs.map(({ rounds }) => rounds)),
    ms: times[times.length >> 1]!,
  };
}

interface Kept {
  readonly ask: Ask;
  readonly zoneCache: ZoneCache;
}

async function measured(server: DohServer, name: string, work: () => Promise<void>): Promise<RoundsRow> {
  const before = server.log.length;
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const exchanges = server.log.slice(before).sort((a, b) => a.askedAt - b.askedAt);
  let rounds = 0;
  let over = Number.NEGATIVE_INFINITY;
  for (const { askedAt, answeredAt = Number.POSITIVE_INFINITY } of exchanges) {
    if (askedAt < over) {
      over = Math.min(over, answeredAt);
      continue;
    }
    rounds++;
    over = answeredAt;
  }
  return { case: name, questions: exchanges.length, rounds, ms };
}

function peerResolver(fetch: Parameters<typeof createDoh>[0]['fetch'], url: string, anchors: readonly TrustAnchor[]) {
  const ask = createDoh({ url, fetch });
  const trustAnchors = anchors.map(({ keyTag, algorithm, digestType, digest }) => ({
    keyTag,
    algorithm: algorithm as DnssecAlgorithm,
    digestType,
    digest: Buffer.from(digest),
  }));
  return async (name: string) => {
    const resolver = async (question: Question) => {
      const reply = await ask({ name: Name.parse(question.name), type: question.typeId });
      if (!reply.ok) throw new Error(reply.failure.code);
      return Buffer.from(encodeMessage(reply.message));
    };
    const result = await dnssecLookUp(new Question(name, 52), resolver, { trustAnchors });
    if (result.status !== SecurityStatus.SECURE) throw new Error(`@relaycorp/dnssec: ${result.status}`);
  };
}
