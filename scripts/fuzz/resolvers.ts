/**
 * Whole checks of sites, through a resolver that fails or lies: hangs, resets, comes late, answers twice, flips bits,
 * drops questions, strips signatures, swaps answers between names, replays what was signed long ago, or takes its
 * denials from elsewhere. Whatever it does, a verdict that claims something is the true one, and each check ends
 * within its time limit.
 */
import { createHash } from 'node:crypto';
import { checkSite } from '../../src/check.ts';
import type { CertificateEvidence } from '../../src/dane/evidence.ts';
import { TYPE } from '../../src/dns/codes.ts';
import { decodeMessage, encodeMessage, type Message } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import { parseAnchors, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { ZoneCache } from '../../src/dnssec/zone-cache.ts';
import { createCache } from '../../src/doh/cache.ts';
import type { Clock } from '../../src/doh/clock.ts';
import { createDoh, type Fetch } from '../../src/doh/doh.ts';
import type { SiteVerdict } from '../../src/report.ts';
import { createAuthority } from '../../test/world/authority.ts';
import { buildWorld, type World } from '../../test/world/world.ts';
import { type Random, randomFor } from './random.ts';
import { Tally } from './tally.ts';

export const FAULTS = [
  'none',
  'hangs',
  'resets',
  'late',
  'answers twice',
  'flips bits',
  'drops',
  'strips signatures',
  'swaps answers',
  'replays old data',
  'denials from elsewhere',
] as const;

type Fault = (typeof FAULTS)[number];

export interface ResolverRun {
  readonly seed: number;
  readonly cases: number;
  readonly from?: number;
  readonly progress?: (index: number) => void;
}

/** The resolver's time runs this much faster, so that a question's time limit of 5 s costs a few milliseconds. */
const FASTER = 250;
const TIMEOUT_MS = 5000;
/** Rounds and tries of a check, each within the time limit of its question; real milliseconds, on a busy machine. */
const CASE_LIMIT_MS = 10_000;
const AT_ONCE = 8;
const NOW = 1_795_348_800;
const DAY = 86_400;

const CLOCK: Clock = {
  now: () => performance.now() * FASTER,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms / FASTER);
    return () => clearTimeout(timer);
  },
};

interface Site {
  readonly host: string;
  readonly truth: SiteVerdict;
}

const SITES: readonly Site[] = [
  { host: 'www.verified.com', truth: 'verified' },
  { host: 'verified.nsec3.com', truth: 'verified' },
  { host: 'alias.verified.com', truth: 'verified' },
  { host: 'other.verified.com', truth: 'mismatch' },
  { host: 'plain.verified.com', truth: 'signed' },
  { host: 'any.wild.nsec3.com', truth: 'signed' },
  { host: 'www.unsigned.com', truth: 'insecure' },
];

/** Verdicts that claim nothing, and so may stand for any. */
const MODEST: readonly SiteVerdict[] = ['bogus', 'indeterminate'];

export async function fuzzResolvers({ seed, cases, from = 0, progress = () => {} }: ResolverRun): Promise<Tally> {
  const tally = new Tally();
  const scene = createScene();
  for (let next = from; next < from + cases; next += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, from + cases - next) }, async (_, i) => {
      const index = next + i;
      progress(index);
      const random = randomFor(seed, index);
      const fault = random.pick(FAULTS);
      const site = random.pick(SITES);
      const started = performance.now();
      try {
        const { verdict, reason } = await scene.check(site.host, fault, random);
        tally.count(`${fault}: ${site.truth} -> ${verdict}`);
        if (verdict !== site.truth && (fault === 'none' || !MODEST.includes(verdict))) {
          tally.fault(index, `${fault}: ${site.host} is ${site.truth}, not ${verdict} (${JSON.stringify(reason)})`);
        }
        if (reason.code === 'engine') tally.fault(index, `${fault}: an exception inside: ${reason.detail}`);
      } catch (error) {
        tally.fault(index, `${fault}: exception: ${error instanceof Error ? error.stack : String(error)}`);
      }
      const took = performance.now() - started;
      if (took > CASE_LIMIT_MS) tally.fault(index, `${fault}: took ${Math.round(took)} ms`);
    });
    await Promise.all(batch);
  }
  return tally;
}

function createScene() {
  const leaf = createAuthority({ now: NOW }).issue({ hosts: SITES.map(({ host }) => host) });
  const key = createHash('sha256').update(leaf.publicKeyInfo).digest('hex');
  const current = worldAt(NOW, `TLSA 3 1 1 ${key}`, `TLSA 3 1 1 ${'00'.repeat(32)}`);
  // What was true once, and its signatures have run out since: the keys of the sites were each other's.
  const past = worldAt(NOW - 90 * DAY, `TLSA 3 1 1 ${'00'.repeat(32)}`, `TLSA 3 1 1 ${key}`);
  const anchors = anchorsOf(current);
  const verifier = new SignatureVerifier();
  const evidence: CertificateEvidence = {
    kind: 'full chain',
    source: 'tls',
    pkix: 'valid',
    certificates: leaf.chain,
    obtainedAt: NOW,
  };
  return {
    check: (host: string, fault: Fault, random: Random) => {
      const fetch = faultyFetch(current, past, fault, random);
      const doh = createDoh({ url: 'https://resolver.example/dns-query', fetch, timeoutMs: TIMEOUT_MS, clock: CLOCK });
      return checkSite({
        host,
        port: 443,
        now: NOW,
        anchors,
        verifier,
        zoneCache: new ZoneCache(),
        ask: createCache(doh, { now: () => NOW }),
        certificate: async () => evidence,
      });
    },
  };
}

function worldAt(now: number, verified: string, other: string): World {
  return buildWorld(
    {
      'com.': { denial: 'nsec' },
      'verified.com.': {
        denial: 'nsec',
        records: `
          www              A     192.0.2.1
          _443._tcp.www    ${verified}
          other            A     192.0.2.2
          _443._tcp.other  ${other}
          plain            A     192.0.2.3
          alias            CNAME verified.nsec3.com.
        `,
      },
      'nsec3.com.': {
        denial: 'nsec3',
        records: `
          verified           A   192.0.2.4
          _443._tcp.verified ${verified}
          *.wild             A   192.0.2.5
        `,
      },
      'unsigned.com.': { sign: 'unsigned', records: `www A 192.0.2.6\n_443._tcp.www ${verified}` },
    },
    { now },
  );
}

function anchorsOf(world: World): readonly TrustAnchor[] {
  const parsed = parseAnchors(world.anchors());
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.fault}`);
  return parsed.anchors;
}

function faultyFetch(current: World, past: World, fault: Fault, random: Random): Fetch {
  return async (_url, { body, signal }) => {
    const query = new Uint8Array(body as ArrayBuffer);
    const sound = current.respond(query)!;
    switch (fault) {
      case 'hangs':
        return random.oneIn(3) ? never(signal) : response(sound);
      case 'resets':
        if (random.oneIn(3)) throw new TypeError('network error');
        return response(sound);
      case 'late':
        await new Promise((resolve) => CLOCK.after(random.below(2 * TIMEOUT_MS), () => resolve(undefined)));
        return response(sound);
      case 'answers twice':
        return response(random.oneIn(2) ? Uint8Array.of(...sound, ...sound) : sound);
      case 'flips bits':
        return response(sound.map((octet) => (random.oneIn(100) ? octet ^ (1 << random.below(8)) : octet)));
      case 'drops':
        return random.below(10) < 3 ? never(signal) : response(sound);
      case 'replays old data':
        return response(random.oneIn(2) ? past.respond(query)! : sound);
      case 'strips signatures':
      case 'swaps answers':
      case 'denials from elsewhere':
        return response(random.oneIn(2) ? lie(decoded(sound), fault, current, random) : sound);
      case 'none':
        return response(sound);
    }
  };
}

/** The names a liar's other answers are for. */
const ELSEWHERE: readonly (readonly [string, number])[] = SITES.flatMap(({ host }) => [
  [host, TYPE.A],
  [host, TYPE.DS],
  [`_443._tcp.${host}`, TYPE.TLSA],
  [`no.${host}`, TYPE.A],
]);

function lie(
  message: Message,
  fault: 'strips signatures' | 'swaps answers' | 'denials from elsewhere',
  world: World,
  random: Random,
): Uint8Array {
  if (fault === 'strips signatures') {
    const bare = (records: Message['answer']) =>
      records.filter(({ type }) => ![TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3].some((one) => one === type));
    return encodeMessage({ ...message, answer: bare(message.answer), authority: bare(message.authority) });
  }
  const [host, type] = random.pick(ELSEWHERE);
  const name = message.question[0]!.name.isRoot() ? message.question[0]!.name : Name.parse(host);
  const other = world.answer({ name, type: fault === 'swaps answers' ? message.question[0]!.type : type });
  const { rcode, answer, authority } = other;
  if (fault === 'denials from elsewhere') return encodeMessage({ ...message, answer: [], rcode, authority });
  // The other's data under this one's name, as who swaps answers would present it.
  const [asked] = message.question;
  const renamed = answer.map((record) => (record.name.equals(name) ? { ...record, name: asked!.name } : record));
  return encodeMessage({ ...message, rcode, answer: renamed, authority });
}

function decoded(octets: Uint8Array): Message {
  const result = decodeMessage(octets);
  if (!result.ok) throw new Error(`the world's own answer: ${result.fault}`);
  return result.message;
}

function response(octets: Uint8Array): Response {
  return new Response(new Uint8Array(octets), { headers: { 'content-type': 'application/dns-message' } });
}

/** Until it is called off. */
function never(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}
