/** What validator tests share: worlds asked by text, verdicts to compare, and the pieces to check one RRset alone. */

import type { Ask } from '../../../src/dns/ask.ts';
import { parseType, TYPE } from '../../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRdata, parseRecords } from '../../../src/dns/presentation.ts';
import { type RRset, RRsets } from '../../../src/dns/rrset.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { parseAnchors, type TrustAnchor } from '../../../src/dnssec/anchors.ts';
import { Budget, DEFAULT_LIMITS, type Limits } from '../../../src/dnssec/limits.ts';
import { type LookupOutcome, lookup, type ValidationOptions } from '../../../src/dnssec/lookup.ts';
import type { SignatureContext } from '../../../src/dnssec/signature.ts';
import { SignatureChecks } from '../../../src/dnssec/signature-checks.ts';
import type { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import { generator } from '../../world/harmless-mutations.ts';
import type { Mutation } from '../../world/mutation.ts';
import { recordsOf, type SignedRRset, type RRset as WorldRRset } from '../../world/signer.ts';
import { buildWorld, type World, type WorldDescription } from '../../world/world.ts';

/** Signature times are made for this moment: 2026-11-22 12:00 UTC. */
export const NOW = 1_795_348_800;
export const HOUR = 3600;
export const DAY = 86_400;
export const WEEK = 7 * DAY;

/** One verifier for all tests of a file, so that each key is imported once. */
export const verifier = new SignatureVerifier();

export function world(description: WorldDescription): World {
  return buildWorld(description, { now: NOW });
}

/** `www.example. A` */
export function question(text: string): Question {
  const [name, type] = text.split(' ');
  return { name: Name.parse(name!), type: parseType(type!)! };
}

export function name(text: string): Name {
  return Name.parse(text);
}

export function anchorsFrom(text: string): readonly TrustAnchor[] {
  const parsed = parseAnchors(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.fault}`);
  return parsed.anchors;
}

export interface Circumstances extends ValidationOptions {
  readonly now?: number;
  readonly anchors?: readonly TrustAnchor[];
  /** In place of the world's own. */
  readonly ask?: Ask;
  readonly zoneCache?: ZoneCache;
}

/** The verdict on `www.example. A` in a world, from the world's own root on. */
export function judge(of: World, text: string, circumstances: Circumstances = {}): Promise<LookupOutcome> {
  const { now = NOW, anchors = anchorsFrom(of.anchors()), ask = of.ask, zoneCache, ...options } = circumstances;
  return lookup({ ...question(text), ask, now, anchors, verifier, options, ...(zoneCache && { zoneCache }) });
}

/** `secure answer NOERROR`, `bogus signature-missing`, …: the state, and what is most worth telling of it. */
export function inBrief(outcome: LookupOutcome): string {
  const { security, result, rcode, reason } = outcome;
  return security === 'secure' ? `secure ${result} ${rcode}` : `${security} ${reason.code}`;
}

export async function brief(of: World, text: string, circumstances: Circumstances = {}): Promise<string> {
  return inBrief(await judge(of, text, circumstances));
}

/** The replies to one question changed, as by somebody on the way. */
export function tampered(text: string, change: (message: Message, of: World) => Message): Mutation {
  const target = question(text);
  return {
    name: `${text} tampered with`,
    does: 'What the test says.',
    breaks: 'nothing',
    message: (message, asked, of) =>
      asked.name.equals(target.name) && asked.type === target.type ? change(message, of) : message,
  };
}

/** Every reply changed. */
export function everywhere(change: (message: Message, asked: Question, of: World) => Message): Mutation {
  return { name: 'every reply tampered with', does: 'What the test says.', breaks: 'nothing', message: change };
}

/** An RRset of a zone, signed by it, as records. */
export function signedRecords(of: World, apex: string, rrset: WorldRRset | undefined): ResourceRecord[] {
  if (rrset === undefined) throw new RangeError(`no such RRset in ${apex}`);
  return recordsOf(of.zone(apex).sign(rrset), true);
}

/** The RRset at `www.example. A` in the zone that has it. */
export function rrsetIn(of: World, apex: string, text: string): WorldRRset {
  const { name: owner, type } = question(text);
  const found = of.zone(apex).rrset(owner, type);
  if (found === undefined) throw new RangeError(`no ${text} in ${apex}`);
  return found;
}

/** The NSEC or NSEC3 of a name in a zone's chain. */
export function denialAt(of: World, apex: string, owner: string): WorldRRset {
  const found = of.zone(apex).denial?.at(Name.parse(owner));
  if (found === undefined) throw new RangeError(`${apex} has no denial record at ${owner}`);
  return found;
}

/** Records from master-file lines. */
export function records(text: string): ResourceRecord[] {
  return parseRecords(text);
}

export function rdata(type: string, text: string): Uint8Array {
  return parseRdata(parseType(type)!, text);
}

/** A world's signed RRset as the validator reads it off a message. */
export function received(signed: SignedRRset): RRset {
  const found = new RRsets(recordsOf(signed, true)).get(signed.name, signed.type);
  if (found === undefined) throw new RangeError(`no RRset ${signed.name}`);
  return found;
}

export function contextAt(
  now: number,
  {
    limits = DEFAULT_LIMITS,
    allowSha1 = false,
    tolerance = 0,
  }: { limits?: Limits; allowSha1?: boolean; tolerance?: number } = {},
): SignatureContext {
  const budget = new Budget(limits);
  return { now, clockToleranceSeconds: tolerance, allowSha1, budget, checks: new SignatureChecks(verifier, budget) };
}

export function withoutSignatures(section: readonly ResourceRecord[]): ResourceRecord[] {
  return section.filter(({ type }) => type !== TYPE.RRSIG);
}

/** In an order that depends on the seed alone; the first seeds give each order of two. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = generator(Math.imul(seed, 0x9e3779b1));
  next();
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
