/**
 * What can be had from a resolver: the capabilities a validation rests on, each tried with one lookup and judged like
 * any other, and how long it takes to answer. The resolver's own word counts for nothing here either: what it passes
 * on is proven, or it is not there.
 */
import type { Ask, Reply } from './dns/ask.ts';
import { TYPE, typeMnemonic } from './dns/codes.ts';
import type { Question } from './dns/message.ts';
import { Name } from './dns/name.ts';
import type { SignatureVerifier } from './dnssec/algorithms.ts';
import type { TrustAnchor } from './dnssec/anchors.ts';
import { type LookupOutcome, lookup, type ValidationOptions } from './dnssec/lookup.ts';
import type { ValidationReason } from './dnssec/outcome.ts';
import { ZoneCache } from './dnssec/zone-cache.ts';

export interface ProbeInput {
  /** Straight to the resolver: with a cache in between it would be the cache that is probed. */
  readonly ask: Ask;
  /** Epoch seconds. */
  readonly now: number;
  /** Milliseconds from some fixed moment on; never set back. */
  readonly clock: () => number;
  readonly anchors: readonly TrustAnchor[];
  readonly names?: ProbeNames;
  readonly options?: ValidationOptions;
  readonly verifier?: SignatureVerifier;
  /** Told as it goes. */
  readonly progress?: (progress: ProbeProgress) => void;
}

export type ProbeProgress =
  | { readonly kind: 'trying'; readonly capability: Capability; readonly name: string; readonly type: string }
  | { readonly kind: 'tried'; readonly step: ProbeStep }
  | { readonly kind: 'timing' };

/**
 * Names with what each step needs. They are public DNS's, so another root needs others, and where no root is trusted
 * those that lie below no anchor are not tried.
 */
export interface ProbeNames {
  /** A signed delegation. */
  readonly signed: Name;
  /** A delegation without DS, from a zone that proves it by NSEC3. */
  readonly unsigned: Name;
  /** Owner of a signed TLSA RRset. */
  readonly tlsa: Name;
  /** Has addresses whose signatures are broken on purpose. */
  readonly bogus: Name;
}

export const PUBLIC_NAMES: ProbeNames = {
  signed: Name.parse('com'),
  // Of the largest zone with opt-out, and of an owner who does not sign.
  unsigned: Name.parse('google.com'),
  tlsa: Name.parse('_443._tcp.www.huque.com'),
  bogus: Name.parse('www.dnssec-failed.org'),
};

export type Capability = 'zone-keys' | 'signed-delegation' | 'unsigned-delegation' | 'tlsa' | 'bogus-data';

export interface ProbeStep {
  readonly capability: Capability;
  readonly name: string;
  readonly type: string;
  /** `unclear`: the name was not what it was taken for, so that nothing follows. */
  readonly works: 'yes' | 'no' | 'unclear' | 'untried';
  /** Why it was not tried: nobody answered before, or no trust anchor leads to the name. */
  readonly untried?: 'no-answer' | 'outside-anchors';
  /** What the lookup ended in; left out where it was not made. */
  readonly reason?: ValidationReason;
}

export interface ProbeReport {
  readonly version: 1;
  /** Who answered. */
  readonly resolvers: readonly string[];
  /**
   * `full`: all of it. `enough`: sites can be checked, and one whose data fails cannot be told from one that could not
   * be looked up. `lacking`: sites cannot be checked. `unclear`: a name was not what it was taken for. `silent`: nobody
   * answered.
   */
  readonly result: 'full' | 'enough' | 'lacking' | 'unclear' | 'silent';
  readonly steps: readonly ProbeStep[];
  /** Of single questions, one after the other; left out where none was answered. Milliseconds. */
  readonly latency?: { readonly median: number; readonly slowest: number; readonly questions: number };
}

/** An odd number, so that there is one in the middle. */
const LATENCY_QUESTIONS = 5;

/** Never rejects. */
export async function probeResolver(input: ProbeInput): Promise<ProbeReport> {
  const { names = PUBLIC_NAMES, anchors, progress = () => {} } = input;
  const prober = new Prober(input);
  const zone = zoneOf(anchors);
  const steps: ProbeStep[] = [];
  for (const [capability, name, type, judge] of plan(zone, names)) {
    const question = { capability, name: name.toString(), type: typeMnemonic(type) };
    const untried = prober.silent ? 'no-answer' : leadTo(anchors, name, type) ? undefined : 'outside-anchors';
    if (untried === undefined) progress({ kind: 'trying', ...question });
    const step: ProbeStep =
      untried === undefined
        ? { ...question, ...(await prober.judge(name, type, judge)) }
        : { ...question, works: 'untried', untried };
    steps.push(step);
    progress({ kind: 'tried', step });
  }
  if (!prober.silent) progress({ kind: 'timing' });
  const latency = prober.silent ? undefined : await prober.measure({ name: zone, type: TYPE.SOA });
  return {
    version: 1,
    resolvers: prober.resolvers,
    result: prober.silent ? 'silent' : resultOf(steps),
    steps,
    ...(latency && { latency }),
  };
}

function zoneOf(anchors: readonly TrustAnchor[]): Name {
  return anchors[0]?.name ?? Name.root;
}

/** A DS RRset is its parent's (RFC 4035 section 2.4), which the anchor of the zone itself does not lead to. */
function leadTo(anchors: readonly TrustAnchor[], name: Name, type: number): boolean {
  return anchors.some((anchor) => (type === TYPE.DS ? name.isBelow(anchor.name) : name.isAtOrBelow(anchor.name)));
}

type Judge = (outcome: LookupOutcome) => 'yes' | 'no' | 'unclear';

function plan(zone: Name, names: ProbeNames): readonly (readonly [Capability, Name, number, Judge])[] {
  return [
    ['zone-keys', zone, TYPE.DNSKEY, isProven],
    ['signed-delegation', names.signed, TYPE.DS, isProven],
    ['unsigned-delegation', names.unsigned, TYPE.DS, isDenied],
    ['tlsa', names.tlsa, TYPE.TLSA, isProven],
    ['bogus-data', names.bogus, TYPE.A, isPassedOn],
  ];
}

/** Data and its signatures came through. */
function isProven({ security, result }: LookupOutcome): 'yes' | 'no' | 'unclear' {
  if (security === 'secure' && result === 'answer') return 'yes';
  // Proven not to be there, or proven unsigned: the fault is the name's.
  return security === 'secure' || security === 'insecure' ? 'unclear' : 'no';
}

/** The proof came through, with opt-out or without. */
function isDenied({ security, result, reason }: LookupOutcome): 'yes' | 'no' | 'unclear' {
  const optOut = reason.code === 'opt-out' || reason.code === 'insecure-delegation';
  if ((security === 'secure' && result === 'nodata') || (security === 'insecure' && optOut)) return 'yes';
  return security === 'secure' || security === 'insecure' ? 'unclear' : 'no';
}

/** CD=1 gives data that fails to those who validate themselves (RFC 6840 section 5.9). */
function isPassedOn({ security }: LookupOutcome): 'yes' | 'no' | 'unclear' {
  if (security === 'bogus') return 'yes';
  return security === 'indeterminate' ? 'no' : 'unclear';
}

function resultOf(steps: readonly ProbeStep[]): ProbeReport['result'] {
  const needed = steps.filter(({ capability }) => capability !== 'bogus-data');
  if (needed.some(({ works }) => works === 'no')) return 'lacking';
  if (steps.some(({ works }) => works !== 'yes' && works !== 'no')) return 'unclear';
  return steps.every(({ works }) => works === 'yes') ? 'full' : 'enough';
}

class Prober {
  readonly #input: ProbeInput;
  readonly #zoneCache = new ZoneCache();
  readonly #replies = new Map<string, Promise<Reply>>();
  readonly #resolvers = new Set<string>();
  #asked = 0;
  #answered = 0;

  constructor(input: ProbeInput) {
    this.#input = input;
  }

  /** Was somebody asked, and nobody answered? */
  get silent(): boolean {
    return this.#asked > 0 && this.#answered === 0;
  }

  get resolvers(): readonly string[] {
    return [...this.#resolvers];
  }

  async judge(name: Name, type: number, judge: Judge): Promise<Pick<ProbeStep, 'works' | 'reason'>> {
    const { now, anchors, options, verifier } = this.#input;
    const outcome = await lookup({
      name,
      type,
      now,
      anchors,
      ask: this.#askOnce,
      zoneCache: this.#zoneCache,
      ...(options && { options }),
      ...(verifier && { verifier }),
    });
    return { works: judge(outcome), reason: outcome.reason };
  }

  /** One after the other, so that none waits for another. */
  async measure(question: Question): Promise<ProbeReport['latency']> {
    const times: number[] = [];
    for (let i = 0; i < LATENCY_QUESTIONS; i++) {
      const askedAt = this.#input.clock();
      const reply = await this.#ask(question);
      if (reply.ok) times.push(this.#input.clock() - askedAt);
    }
    if (times.length === 0) return undefined;
    times.sort((a, b) => a - b);
    return { median: times[times.length >>> 1]!, slowest: times.at(-1)!, questions: times.length };
  }

  /** The steps share their questions. */
  readonly #askOnce: Ask = (question) => {
    const key = `${question.type} ${question.name.key}`;
    const reply = this.#replies.get(key) ?? this.#ask(question);
    this.#replies.set(key, reply);
    return reply;
  };

  readonly #ask: Ask = async (question) => {
    const reply = await this.#input.ask(question);
    this.#asked++;
    if (reply.ok) {
      this.#answered++;
      this.#resolvers.add(reply.resolver);
    }
    return reply;
  };
}
