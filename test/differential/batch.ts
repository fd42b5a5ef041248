/**
 * Some worlds at once, under one root: signed, spoiled, served by NSD (or question by question by `test/world`),
 * resolved by a real Unbound, and judged by us over its DNS over HTTPS with CD=1 and by Unbound itself with CD=0.
 */
import { join } from 'node:path';
import { createHttpClient } from '../../src/cli/fetch.ts';
import type { Ask, Reply } from '../../src/dns/ask.ts';
import { RCODE, typeMnemonic } from '../../src/dns/codes.ts';
import { extendedErrors, type Question } from '../../src/dns/message.ts';
import { formatRecord } from '../../src/dns/presentation.ts';
import { SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import { parseAnchors, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { type LookupOutcome, lookup } from '../../src/dnssec/lookup.ts';
import { createDoh, type Fetch } from '../../src/doh/doh.ts';
import { startNsd, startUnbound } from '../servers/daemons.ts';
import { bindAnchors, whatDelvSays } from '../servers/delv.ts';
import { createRoom, type Room } from '../servers/harness.ts';
import { inParallel } from '../servers/parallel.ts';
import { type DnsServer, startDnsServer } from '../world/dns-server.ts';
import { recordsOf, type SignedRRset } from '../world/signer.ts';
import { buildWorld, type World } from '../world/world.ts';
import type { Zone } from '../world/zone.ts';
import { type Choices, chooseForWorld } from './choices.ts';
import { TO_THE_SECOND } from './mutations.ts';
import { describeWorlds, planWorld, type Signer, type WorldPlan } from './plan.ts';
import { signZone } from './signers.ts';

export interface Judgement {
  readonly plan: WorldPlan;
  readonly choices: Choices;
  readonly question: Question;
  readonly ours: LookupOutcome;
  /** What the question got with CD=1. */
  readonly reply: Reply;
  readonly unbound: UnboundVerdict;
  /** The first time the verdicts differed. */
  readonly askedAgain: boolean;
  /** Only for some, and never where the very second matters. */
  readonly delv?: 'secure' | 'insecure' | 'bogus';
}

export interface UnboundVerdict {
  readonly security: 'secure' | 'insecure' | 'bogus' | 'no answer';
  readonly rcode: number;
  /** Its own words for what was wrong. */
  readonly explanation: string;
}

export interface BatchResult {
  readonly judgements: readonly Judgement[];
  /** Zones by who signed them. */
  readonly signed: Readonly<Record<Signer, number>>;
  /** What BIND or ldns would not sign. */
  readonly refusals: readonly string[];
  /** Mutations that found nothing to change. */
  readonly idleMutations: readonly string[];
  /** Worlds whose zones NSD would not serve, and why. */
  readonly unserved: readonly string[];
}

export interface BatchOptions {
  readonly seed: string;
  readonly worlds: readonly number[];
  /** One question in so many goes to delv as well; 0: none. */
  readonly delvOneIn: number;
}

const SIGNERS_AT_ONCE = 3;
const WORLDS_AT_ONCE = 6;

/** As `runBatch`; worlds in which NSD refuses a zone are left out, and told. */
export async function runWorlds(options: BatchOptions): Promise<BatchResult> {
  const { worlds } = options;
  try {
    return await runBatch(options);
  } catch (error) {
    if (!(error instanceof NotServed)) throw error;
    const { message } = error;
    // NSD names the zone where it can; where it has crashed the batch is halved until the world stands alone.
    const named = worlds.filter((number) => new RegExp(`zone \\S*\\bw${number}\\. file .* errors`).test(message));
    if (worlds.length === 1) return nothingServed(`world ${worlds[0]}: ${message}`);
    const known = named.length > 0 && named.length < worlds.length;
    const parts = known
      ? [worlds.filter((number) => !named.includes(number))]
      : [worlds.slice(0, worlds.length >> 1), worlds.slice(worlds.length >> 1)];
    let result = known ? nothingServed(`worlds ${named.join(', ')}: ${message}`) : nothingServed();
    for (const part of parts) result = together(result, await runWorlds({ ...options, worlds: part }));
    return result;
  }
}

function nothingServed(...unserved: string[]): BatchResult {
  const signed = { BIND: 0, ldns: 0, world: 0, nobody: 0 };
  return { judgements: [], signed, refusals: [], idleMutations: [], unserved };
}

function together(first: BatchResult, second: BatchResult): BatchResult {
  const signed = { ...first.signed };
  for (const signer of Object.keys(signed) as Signer[]) signed[signer] += second.signed[signer];
  return {
    judgements: [...first.judgements, ...second.judgements],
    signed,
    refusals: [...first.refusals, ...second.refusals],
    idleMutations: [...first.idleMutations, ...second.idleMutations],
    unserved: [...first.unserved, ...second.unserved],
  };
}

/** NSD did not come up with these zones. */
class NotServed extends Error {}

async function runBatch({ seed, worlds, delvOneIn }: BatchOptions): Promise<BatchResult> {
  const now = Math.floor(Date.now() / 1000);
  const plans = worlds.map((number) => planWorld(seed, number));
  const world = buildWorld({ '.': { sign: 13 }, ...describeWorlds(plans) }, { now });
  const chosen = new Map(plans.map((plan) => [plan, chooseForWorld(plan, world)]));
  const room = await createRoom();
  const closing: (() => unknown)[] = [room.stop];
  try {
    const prepared = await prepareZones(room, world, plans, chosen);
    const online = await serveOnline(world, plans, chosen);
    closing.unshift(online.close);
    const nsd = await startNsd(room, prepared.files).catch((error: Error) => {
      throw new NotServed(error.message);
    });
    const anchors = world.anchors();
    const unbound = await startUnbound(room, {
      zones: prepared.files.keys(),
      authorityPort: nsd.port,
      anchors,
      server: unboundSettings(now, plans, online.port),
    });
    const client = createHttpClient();
    closing.unshift(client.close);
    const door = (fetch: Fetch) => persistent(createDoh({ url: unbound.url, fetch, timeoutMs: 10_000 }));
    const courier = door(client.fetch);
    const judgeAt = door(withoutCd(client.fetch));
    const parsed = parseAnchors(anchors);
    if (!parsed.ok) throw new Error(parsed.fault);
    const delvAnchors = await room.write('delv.anchors', bindAnchors(anchors.trim().split('\n')));
    let count = 0;
    const judgements = await inParallel(WORLDS_AT_ONCE, plans, async (plan) => {
      const choices = chosen.get(plan)!;
      const ask = remembering(courier);
      const verifier = new SignatureVerifier();
      const judged: Judgement[] = [];
      for (const question of choices.questions) {
        const judge = async (asking: Ask) => {
          const ours = await judgeOurselves(plan, question, asking, now, parsed.anchors, verifier);
          return { ours, reply: await asking(question), unbound: unboundVerdict(await judgeAt(question)) };
        };
        const first = await judge(ask);
        const differed = first.ours.security !== first.unbound.security;
        // While it judges, Unbound may come upon better data than it gave us; then both look at that.
        const { ours, reply, unbound: theirs } = differed ? await judge(remembering(courier)) : first;
        const differs = ours.security !== theirs.security;
        const askDelv = delvOneIn > 0 && (differs || ++count % delvOneIn === 0);
        const third =
          askDelv && !TO_THE_SECOND.includes(choices.mutation?.name ?? '')
            ? (await whatDelvSays(unbound.port, delvAnchors, question)).security
            : undefined;
        judged.push({
          plan,
          choices,
          question,
          ours,
          reply,
          unbound: theirs,
          askedAgain: differed,
          ...(third && { delv: third }),
        });
      }
      return judged;
    });
    const { signed, refusals, idleMutations } = prepared;
    return { judgements: judgements.flat(), signed, refusals, idleMutations, unserved: [] };
  } finally {
    for (const close of closing) await close();
  }
}

function judgeOurselves(
  plan: WorldPlan,
  { name, type }: Question,
  ask: Ask,
  now: number,
  anchors: readonly TrustAnchor[],
  verifier: SignatureVerifier,
): Promise<LookupOutcome> {
  const options = { clockToleranceSeconds: 0, allowSha1: plan.sha1 };
  return lookup({ ask, now, anchors, options, verifier, name, type });
}

/** With CD=0: SERVFAIL for bogus data, AD for secure data. */
function unboundVerdict(reply: Reply): UnboundVerdict {
  if (!reply.ok) return { security: 'no answer', rcode: -1, explanation: JSON.stringify(reply.failure) };
  const { message } = reply;
  const explanation = extendedErrors(message)
    .map(({ code, text }) => `EDE ${code} ${text}`)
    .join('; ');
  const { rcode } = message;
  if (rcode === RCODE.SERVFAIL) return { security: 'bogus', rcode, explanation };
  return { security: message.authenticData ? 'secure' : 'insecure', rcode, explanation };
}

/** Questions of one world that repeat are asked once. */
function remembering(ask: Ask): Ask {
  const known = new Map<string, Promise<Reply>>();
  return (question) => {
    const key = `${question.type} ${question.name.key}`;
    const reply = known.get(key) ?? ask(question);
    known.set(key, reply);
    return reply;
  };
}

/** A lost connection says nothing about a name, so the question goes out again. */
function persistent(ask: Ask): Ask {
  return async (question) => {
    let reply = await ask(question);
    for (let again = 0; again < 2 && !reply.ok && reply.failure.code === 'unreachable'; again++) {
      reply = await ask(question);
    }
    return reply;
  };
}

const CD_BIT = 0x10;

/** Sends queries with the CD bit cleared, so that the resolver judges. */
function withoutCd(fetch: Fetch): Fetch {
  return (url, init) => {
    const body = (init.body as Uint8Array).slice() as Uint8Array<ArrayBuffer>;
    body[3]! &= ~CD_BIT;
    return fetch(url, { ...init, body });
  };
}

interface PreparedZones {
  readonly files: ReadonlyMap<string, string>;
  readonly signed: Record<Signer, number>;
  readonly refusals: string[];
  readonly idleMutations: string[];
}

/** Master files of every zone that NSD serves, the root's among them. */
async function prepareZones(
  room: Room,
  world: World,
  plans: readonly WorldPlan[],
  chosen: ReadonlyMap<WorldPlan, Choices>,
): Promise<PreparedZones> {
  const files = new Map<string, string>();
  const signed: Record<Signer, number> = { BIND: 0, ldns: 0, world: 0, nobody: 0 };
  const refusals: string[] = [];
  const root = { zone: world.zone('.'), signer: 'world' as const };
  const planned = plans
    .filter((plan) => !plan.online)
    .flatMap((plan) => plan.zones.map(({ apex, signer }) => ({ zone: world.zone(apex.toString()), signer })));
  const touched = new Set<Choices>();
  const mutations = [...chosen.values()].filter((choices) => choices.mutation?.rrset !== undefined);
  let number = 0;
  await inParallel(SIGNERS_AT_ONCE, [root, ...planned], async ({ zone, signer }) => {
    const result = await signZone(join(room.directory, `sign-${number++}`), world, zone, signer);
    if (result.refused !== undefined) refusals.push(result.refused);
    signed[result.refused === undefined ? signer : 'world']++;
    const rrsets = result.rrsets.flatMap((rrset) => spoiled(rrset, zone, world, mutations, touched));
    files.set(zone.apex.toString(), masterText(rrsets));
    return undefined;
  });
  for (const plan of plans) if (plan.online) signed.world += plan.zones.length;
  const idleMutations = plans
    .filter((plan) => !plan.online)
    .map((plan) => chosen.get(plan)!)
    .filter((choices) => choices.mutation !== undefined && !touched.has(choices))
    .map(({ mutation, target }) => `${mutation!.name} of ${target!.name} ${typeMnemonic(target!.type)}`);
  return { files, signed, refusals, idleMutations };
}

/** The RRset as the mutations of its world leave it; none or one. */
function spoiled(
  rrset: SignedRRset,
  zone: Zone,
  world: World,
  mutations: readonly Choices[],
  touched: Set<Choices>,
): SignedRRset[] {
  let current = rrset;
  for (const choices of mutations) {
    const changed = choices.mutation!.rrset!(current, zone, world);
    if (changed !== current) touched.add(choices);
    if (changed === undefined) return [];
    current = changed;
  }
  return [current];
}

/**
 * NSD takes the dot after an escaped backslash for escaped as well, so that octet goes by its number, and so does
 * NXNAME, which is younger than NSD is here.
 */
function masterText(rrsets: readonly SignedRRset[]): string {
  const numbered = (line: string) =>
    line.replace(/\\(\d{3}|.)/g, (whole, octet) => (octet === '\\' ? '\\092' : whole)).replace(/ NXNAME\b/, ' TYPE128');
  const lines = rrsets.flatMap((rrset) => recordsOf(rrset, true)).map(formatRecord);
  return `${lines.map(numbered).join('\n')}\n`;
}

/** Worlds whose answers are made as they are asked for: signed on the fly, or by a server that lies. */
async function serveOnline(
  world: World,
  plans: readonly WorldPlan[],
  chosen: ReadonlyMap<WorldPlan, Choices>,
): Promise<DnsServer> {
  const mutations = plans.flatMap((plan) => (plan.online ? (chosen.get(plan)!.mutation ?? []) : []));
  const mutated = world.mutated(...mutations);
  // Unbound asks a forwarder without CD first; what is broken must come all the same.
  return startDnsServer((query) => mutated.respond(query.with(3, query[3]! | CD_BIT)));
}

/** The clock and the limits that are ours, and nothing that makes one answer depend on another. */
function unboundSettings(now: number, plans: readonly WorldPlan[], onlinePort: number): string {
  const date = new Date(now * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
  const forwards = plans
    .filter((plan) => plan.online)
    .map(({ top }) => `forward-zone:\n  name: "${top}"\n  forward-addr: 127.0.0.1@${onlinePort}`);
  return `  val-override-date: "${date}"
  val-sig-skew-min: 0
  val-sig-skew-max: 0
  val-nsec3-keysize-iterations: "1024 50 2048 50 4096 50"
  harden-below-nxdomain: no
  edns-buffer-size: 1232
  num-queries-per-thread: 2048
  incoming-num-tcp: 50
  http-max-streams: 500
${forwards.join('\n')}`;
}
