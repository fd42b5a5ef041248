/**
 * A validated lookup: one question, its alias chain followed, each answer and denial authenticated in the zone it
 * comes from (RFC 4035 section 5). The verdict is the worst of the steps.
 */
import type { Ask } from '../dns/ask.ts';
import { CLASS_IN, RCODE, rcodeMnemonic, TYPE, typeMnemonic } from '../dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../dns/message.ts';
import { Name, NameError } from '../dns/name.ts';
import { parseNameRdata } from '../dns/rdata.ts';
import type { RRset, RRsets } from '../dns/rrset.ts';
import { SignatureVerifier } from './algorithms.ts';
import type { TrustAnchor } from './anchors.ts';
import { judgeDenial } from './denial.ts';
import { Budget, DEFAULT_LIMITS, type Limits, WorkLimitReached } from './limits.ts';
import type {
  BogusReason,
  Security,
  SignatureView,
  TraceStep,
  ValidationReason,
  Verdict,
  ZoneStep,
} from './outcome.ts';
import { type Known, plan, planSigned, planUnsigned, planZone } from './plan.ts';
import { Questions } from './questions.ts';
import { type SignatureContext, verifyRRset } from './signature.ts';
import { SignatureChecks } from './signature-checks.ts';
import { ZoneCache } from './zone-cache.ts';
import { pathOf, type Zone, Zones } from './zones.ts';

export interface ValidationOptions {
  /** Count algorithms 5 and 7 as supported (RFC 9905 section 2 does not). Default false. */
  readonly allowSha1?: boolean;
  /** How far the clock may be off at either end of a signature's life. Default 60; PowerDNS allows as much at inception. */
  readonly clockToleranceSeconds?: number;
  readonly limits?: Limits;
  /**
   * Ask for what the walk will likely need before it is known that it does: fewer rounds, more questions. Default true.
   */
  readonly speculate?: boolean;
}

export interface ValidatorInput {
  readonly ask: Ask;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  readonly options?: ValidationOptions;
  /** Keys imported earlier; a new one by default. */
  readonly verifier?: SignatureVerifier;
  /** Zones proven earlier with the same anchors and options. */
  readonly zoneCache?: ZoneCache;
}

export interface Alias {
  readonly owner: Name;
  readonly target: Name;
  readonly kind: 'CNAME' | 'DNAME';
  readonly security: Security;
}

export interface LookupOutcome {
  readonly name: Name;
  readonly type: number;
  readonly security: Security;
  readonly reason: ValidationReason;
  readonly result: 'answer' | 'nodata' | 'nxdomain' | 'none';
  /** From the proofs where they are secure, as received where nothing is proven. */
  readonly rcode: string;
  /** The last RRset of the chain; only where secure or insecure. */
  readonly rrset: RRset | undefined;
  /** Alias records and the last RRset, in order; only where secure or insecure. */
  readonly answers: readonly ResourceRecord[];
  readonly aliases: readonly Alias[];
  /** Where the alias chain ends. */
  readonly canonicalName: Name;
  /** Every zone relied on, root first. */
  readonly zones: readonly ZoneStep[];
  readonly signatures: readonly SignatureView[];
  /** Epoch seconds: when the first piece of evidence runs out. */
  readonly validUntil: number;
  readonly trace: readonly TraceStep[];
  readonly work: WorkDone;
  readonly resolvers: readonly string[];
}

export interface WorkDone {
  readonly queries: number;
  readonly roundTrips: number;
  readonly signatureChecks: number;
  readonly nsec3Hashes: number;
}

export function sumOfWork(one: WorkDone, other: WorkDone): WorkDone {
  return {
    queries: one.queries + other.queries,
    roundTrips: one.roundTrips + other.roundTrips,
    signatureChecks: one.signatureChecks + other.signatureChecks,
    nsec3Hashes: one.nsec3Hashes + other.nsec3Hashes,
  };
}

/** One step of a chain, authenticated. */
interface Authenticated {
  readonly verdict: Verdict;
  readonly result?: 'nodata' | 'nxdomain' | 'none';
  readonly zone: Zone | undefined;
  readonly signatures: readonly SignatureView[];
  readonly validUntil: number;
}

const SEVERITY: Record<Security, number> = { secure: 0, insecure: 1, indeterminate: 2, bogus: 3 };

const SECURE: Verdict = { security: 'secure', reason: { code: 'validated' } };

/** Seconds a resolver's clock must differ from ours before a failure on time is put down to the clock. */
const CLOCK_DOUBT_SECONDS = 300;

/** One lookup with a validator of its own. Never rejects. */
export function lookup(input: ValidatorInput & { name: Name; type: number }): Promise<LookupOutcome> {
  return new Validator(input).lookup(input.name, input.type);
}

/** Validates lookups that belong together: they share questions, zones and one budget. */
export class Validator {
  readonly #input: ValidatorInput;
  readonly #context: SignatureContext;
  readonly #budget: Budget;
  readonly #questions: Questions;
  readonly #zones: Zones;
  readonly #trace: TraceStep[] = [];
  readonly #speculate: boolean;
  readonly #known: Known = (name) => this.#zones.known(name);

  constructor(input: ValidatorInput) {
    const { options = {} } = input;
    this.#input = input;
    this.#speculate = options.speculate ?? true;
    this.#budget = new Budget(options.limits ?? DEFAULT_LIMITS);
    this.#context = {
      now: input.now,
      clockToleranceSeconds: options.clockToleranceSeconds ?? 60,
      allowSha1: options.allowSha1 ?? false,
      budget: this.#budget,
      checks: new SignatureChecks(input.verifier ?? new SignatureVerifier(), this.#budget),
    };
    const trace = (step: TraceStep) => this.#trace.push(step);
    const { checks, allowSha1 } = this.#context;
    this.#questions = new Questions(input.ask, this.#budget, trace, (message) => checks.notice(message, allowSha1));
    this.#zones = new Zones(this.#questions, input.anchors, this.#context, trace, input.zoneCache);
  }

  get work(): WorkDone {
    const { signatureChecks, nsec3Hashes } = this.#budget;
    return { queries: this.#questions.asked, roundTrips: this.#questions.rounds, signatureChecks, nsec3Hashes };
  }

  get resolvers(): readonly string[] {
    return [...this.#questions.resolvers];
  }

  /** Asks at once for all that `lookup` of these will likely need. */
  prefetch(questions: readonly Question[]): void {
    if (this.#speculate) this.#askAhead(plan(questions, this.#known));
  }

  #askAhead(questions: readonly Question[]): void {
    for (const { name, type } of questions) this.#questions.prefetch(name, type);
  }

  /**
   * `endOfAliases` is told where the alias chain of the first reply leads, before any of it is proven: the moment to
   * ask ahead for more. Never rejects.
   */
  async lookup(name: Name, type: number, endOfAliases?: (end: Name) => void): Promise<LookupOutcome> {
    const chain = new Chain(name, type);
    if (isUnaskable(type)) {
      chain.fail({ security: 'indeterminate', reason: { code: 'unaskable-type', type: typeMnemonic(type) } });
      return chain.outcome(this.#trace, this.work, this.resolvers);
    }
    this.prefetch([{ name, type }]);
    try {
      await this.#follow(chain, endOfAliases);
    } catch (error) {
      chain.fail(failureOf(error));
    }
    const outcome = chain.outcome(this.#trace, this.work, this.resolvers);
    return this.#nameFilter(await this.#doubtClock(outcome));
  }

  /** Data that fails where the resolver says that it filters the name is a filter's work: bogus, and no attack. */
  #nameFilter(outcome: LookupOutcome): LookupOutcome {
    if (outcome.security !== 'bogus') return outcome;
    const { name, canonicalName } = outcome;
    const found = this.#questions.filtered.find(
      (filtered) => name.isAtOrBelow(filtered.name) || canonicalName.isAtOrBelow(filtered.name),
    );
    if (found === undefined) return outcome;
    const facts = { name: found.name.toString(), extendedErrors: found.notices };
    return { ...outcome, reason: { code: 'filtered', ...facts, because: outcome.reason as BogusReason } };
  }

  /** Does the resolver's clock alone explain a signature that is out of its time? Then the reason says so. */
  async #doubtClock(outcome: LookupOutcome): Promise<LookupOutcome> {
    const { reason } = outcome;
    const { now } = this.#context;
    const resolverTime = this.#questions.resolverTime;
    if (reason.code !== 'signature-expired' && reason.code !== 'signature-not-yet-valid') return outcome;
    if (resolverTime === undefined || Math.abs(resolverTime - now) <= CLOCK_DOUBT_SECONDS) return outcome;
    const then = await lookup({
      ...this.#input,
      ask: this.#questions.replay(),
      // What is proven at one time is not at another.
      zoneCache: new ZoneCache(),
      now: resolverTime,
      name: outcome.name,
      type: outcome.type,
    });
    if (then.security !== 'secure') return outcome;
    return { ...outcome, reason: { code: 'clock', now, resolverTime, because: reason } };
  }

  async #follow(chain: Chain, endOfAliases?: (end: Name) => void): Promise<void> {
    const { type } = chain;
    let answered = await this.#questions.get(chain.owner, type);
    if (answered.ok) this.#askAheadOfAliases(chain, answered.message, endOfAliases);
    let askedFor = chain.owner;
    for (;;) {
      if (!answered.ok) return chain.fail({ security: 'indeterminate', reason: answered.reason });
      const { message } = answered;
      const { owner } = chain;
      chain.rcode = message.rcode;
      const answers = this.#context.checks.rrsetsOf(message.answer);
      const alias = findAlias(answers, owner, this.#zones.anchoredLabels(owner));
      const asked =
        type === TYPE.ANY ? answers.at(owner) : [answers.get(owner, type)].filter((set) => set !== undefined);
      // The CNAME made from a DNAME is nobody's answer, not even to a question for it (RFC 6672 section 5.3.1).
      const found = alias?.kind === 'DNAME' ? asked.filter((set) => set.type !== TYPE.CNAME) : asked;
      if (found.length > 0) {
        // RFC 6840 section 4.2: with ANY, every RRset must validate.
        for (const rrset of found) chain.add(await this.#authenticate(rrset, message), rrset);
        return chain.end('answer', found.at(-1));
      }
      if (alias !== undefined) {
        const authenticated = await this.#authenticate(alias.rrset, message);
        chain.add(authenticated, alias.rrset);
        if (chain.failed) return;
        const target = targetOf(alias, owner);
        if (target === 'malformed') return chain.fail(malformedAlias(alias.rrset));
        if (target === 'too long') return chain.fail(tooLong(alias.rrset, owner));
        this.#trace.push({ step: 'alias', owner: owner.toString(), target: target.toString() });
        if (type === TYPE.CNAME) return chain.end('answer', alias.rrset);
        chain.follow(alias.kind, target, authenticated.verdict.security, this.#budget.limits.aliases);
        if (chain.failed) return;
        continue;
      }
      // A message for another name of the chain may deny this one too; if not, it is worth a question of its own.
      const elsewhere = !askedFor.equals(owner);
      const silent = message.authority.length === 0;
      const denied = elsewhere && silent ? undefined : await this.#authenticateDenial(owner, type, message);
      if (denied === undefined || (elsewhere && denied.verdict.security === 'bogus')) {
        askedFor = owner;
        this.prefetch([{ name: owner, type }]);
        answered = await this.#questions.get(owner, type);
        continue;
      }
      chain.add(denied);
      const result = denied.result ?? (message.rcode === RCODE.NXDOMAIN ? 'nxdomain' : 'nodata');
      return chain.end(result, undefined);
    }
  }

  /** The names a reply leads to are known before they are proven: what they take is asked for in the same round. */
  #askAheadOfAliases(chain: Chain, message: Message, endOfAliases?: (end: Name) => void): void {
    const answers = this.#context.checks.rrsetsOf(message.answer);
    let end = chain.owner;
    for (let i = 0; i < this.#budget.limits.aliases; i++) {
      const alias = findAlias(answers, end, this.#zones.anchoredLabels(end));
      const target = alias && targetOf(alias, end);
      if (!(target instanceof Name)) break;
      end = target;
      if (this.#speculate) this.#askAhead(plan([{ name: end, type: chain.type }], this.#known).slice(1));
    }
    if (!end.equals(chain.owner)) endOfAliases?.(end);
  }

  /** One RRset of an answer, in the zone that signed it or, unsigned, in the zone it is in. */
  async #authenticate(rrset: RRset, message: Message): Promise<Authenticated> {
    const { name, type } = rrset;
    const authenticated = await this.#firstTrusted(
      rrset.signatures.map((rrsig) => rrsig.signer),
      name,
      type,
      async (zone, validUntil) => {
        const verified = await verifyRRset(rrset, zone.name, zone.keys, this.#context);
        if (!verified.valid) return this.#failed({ security: 'bogus', reason: verified.reason }, zone);
        const own: Authenticated = {
          verdict: SECURE,
          zone,
          signatures: [verified.view],
          validUntil: Math.min(validUntil, verified.validUntil),
        };
        if (verified.wildcard === undefined) return own;
        // RFC 4035 section 5.3.4: an expanded wildcard needs proof that the name itself does not exist. A DNAME is
        // not expanded (RFC 6672 section 3.3 leaves it undefined), so none is believed.
        if (type === TYPE.DNAME) {
          const facts = { zone: zone.name.toString(), name: name.toString(), type: 'DNAME' };
          const wildcard = verified.wildcard.toString();
          return this.#failed({ security: 'bogus', reason: { code: 'wildcard-unproven', ...facts, wildcard } }, zone);
        }
        const proof = await judgeDenial(message, zone, name, type, this.#context, verified.wildcard);
        return {
          ...own,
          verdict: proof.verdict,
          signatures: [...own.signatures, ...proof.signatures],
          validUntil: Math.min(own.validUntil, proof.validUntil),
        };
      },
    );
    this.#trace.push({
      step: 'records',
      owner: name.toString(),
      type: typeMnemonic(type),
      verdict: authenticated.verdict,
    });
    // A secure RRset's own life is in there already; an unsigned one has just its TTL.
    return { ...authenticated, validUntil: Math.min(authenticated.validUntil, this.#context.now + rrset.ttl) };
  }

  async #authenticateDenial(name: Name, type: number, message: Message): Promise<Authenticated> {
    const authority = this.#context.checks.rrsetsOf(message.authority);
    const denials = [...authority.ofType(TYPE.NSEC), ...authority.ofType(TYPE.NSEC3)];
    const signers = denials.flatMap((rrset) => rrset.signatures.map((rrsig) => rrsig.signer));
    const authenticated = await this.#firstTrusted(signers, name, type, async (zone, validUntil) => {
      const judged = await judgeDenial(message, zone, name, type, this.#context);
      if (judged.verdict.security === 'bogus') {
        // The zone's records deny nothing here. That is right where an unsigned delegation lies between: its parent
        // signed what there is to know.
        const within = await this.#zones.reach(type === TYPE.DS && !name.isRoot() ? name.parent() : name);
        if (within.zone.security === 'insecure') return this.#untrusted(within.zone, within.validUntil);
      }
      return {
        verdict: judged.verdict,
        ...(judged.verdict.security === 'secure' && { result: judged.result }),
        zone,
        signatures: judged.signatures,
        validUntil: Math.min(validUntil, judged.validUntil),
      };
    });
    this.#trace.push({
      step: 'denial',
      name: name.toString(),
      type: typeMnemonic(type),
      verdict: authenticated.verdict,
    });
    return authenticated;
  }

  /**
   * Tries the zones that signed something, deepest first, and takes the most trusted result. A signer counts only
   * where the walk from the closest anchor finds a zone of exactly that name (RFC 4035 section 5.3.1); for DS it must
   * be above the owner. Without any such signer the zone the name is in decides: data there should have been signed.
   */
  async #firstTrusted(
    signers: readonly Name[],
    name: Name,
    type: number,
    judge: (zone: Zone & { security: 'secure' }, validUntil: number) => Promise<Authenticated>,
  ): Promise<Authenticated> {
    const parentOnly = type === TYPE.DS && !name.isRoot();
    const within = parentOnly ? name.parent() : name;
    const anchored = this.#zones.anchoredLabels(within);
    const unique = [...new Map(signers.map((signer) => [signer.key, signer])).values()];
    const above = unique
      .filter((signer) => within.isAtOrBelow(signer) && signer.labelCount >= anchored)
      .sort((a, b) => b.labelCount - a.labelCount);
    const { signers: limit } = this.#budget.limits;
    const candidates = above.slice(0, limit);
    const results: Authenticated[] = [];
    this.#askAhead(
      this.#speculate ? candidates.flatMap((signer) => planZone(signer, this.#known)) : this.#needed(candidates[0]),
    );
    for (const signer of candidates) {
      const { zone, validUntil } = await this.#zones.reach(signer);
      if (zone.security !== 'secure') results.push(this.#untrusted(zone, validUntil));
      else if (zone.name.equals(signer)) results.push(await judge(zone, validUntil));
      else results.push(this.#wrongSigner(zone, name, type, signer));
      if (results.at(-1)!.verdict.security === 'secure') break;
    }
    if (results.length === 0) {
      // Nothing signed: somewhere on the way there is a delegation without DS, or something is wrong.
      const guessed = () => planZone(within, this.#known).filter((asked) => asked.type === TYPE.DS);
      this.#askAhead(this.#speculate ? guessed() : planUnsigned(within, this.#known));
      const { zone, validUntil } = await this.#zones.reach(within);
      if (zone.security !== 'secure') return this.#untrusted(zone, validUntil);
      const [stranger] = unique;
      return stranger === undefined ? judge(zone, validUntil) : this.#wrongSigner(zone, name, type, stranger);
    }
    const best = results.reduce((one, next) =>
      SEVERITY[next.verdict.security] < SEVERITY[one.verdict.security] ? next : one,
    );
    // One of those not looked into may be the right one.
    const failed = SEVERITY[best.verdict.security] >= SEVERITY.indeterminate;
    if (failed && above.length > candidates.length) throw new WorkLimitReached('signers', limit);
    return best;
  }

  /** Who is tried first is needed; the others may not be. */
  #needed(signer: Name | undefined): Question[] {
    return signer === undefined ? [] : planSigned(signer, this.#known);
  }

  #wrongSigner(zone: Zone, name: Name, type: number, signer: Name): Authenticated {
    const facts = { zone: zone.name.toString(), owner: name.toString(), type: typeMnemonic(type) };
    return this.#failed(
      { security: 'bogus', reason: { code: 'wrong-signer', ...facts, signer: signer.toString() } },
      zone,
    );
  }

  #untrusted(zone: Exclude<Zone, { security: 'secure' }>, validUntil: number): Authenticated {
    return { verdict: zone.verdict, zone, signatures: [], validUntil };
  }

  #failed(verdict: Verdict, zone: Zone): Authenticated {
    return { verdict, zone, signatures: [], validUntil: this.#context.now };
  }
}

/** The chain from the question's name to where it ends, and the worst of its steps. */
class Chain {
  readonly name: Name;
  readonly type: number;
  owner: Name;
  rcode = 0;
  #verdict: Verdict = SECURE;
  #result: LookupOutcome['result'] = 'none';
  #rrset: RRset | undefined;
  #validUntil = Number.POSITIVE_INFINITY;
  readonly #rrsets: RRset[] = [];
  readonly #aliases: Alias[] = [];
  readonly #zones = new Map<string, ZoneStep>();
  readonly #signatures: SignatureView[] = [];

  constructor(name: Name, type: number) {
    this.name = name;
    this.type = type;
    this.owner = name;
  }

  get failed(): boolean {
    return SEVERITY[this.#verdict.security] >= SEVERITY.indeterminate;
  }

  fail(verdict: Verdict): void {
    if (SEVERITY[verdict.security] > SEVERITY[this.#verdict.security]) this.#verdict = verdict;
  }

  add(step: Authenticated, rrset?: RRset): void {
    this.fail(step.verdict);
    if (rrset !== undefined) this.#rrsets.push(rrset);
    for (const zone of step.zone ? pathOf(step.zone) : []) this.#zones.set(zone.zone, zone);
    this.#signatures.push(...step.signatures);
    this.#validUntil = Math.min(this.#validUntil, step.validUntil);
  }

  follow(kind: Alias['kind'], target: Name, security: Security, limit: number): void {
    this.#aliases.push({ owner: this.owner, target, kind, security });
    this.owner = target;
    if (target.equals(this.name) || this.#aliases.some((alias) => alias.owner.equals(target))) {
      this.fail({ security: 'indeterminate', reason: { code: 'alias-loop', name: target.toString() } });
    } else if (this.#aliases.length > limit) throw new WorkLimitReached('aliases', limit);
  }

  end(result: LookupOutcome['result'], rrset: RRset | undefined): void {
    this.#result = result;
    this.#rrset = rrset;
  }

  outcome(trace: readonly TraceStep[], work: WorkDone, resolvers: readonly string[]): LookupOutcome {
    const { security, reason } = this.#verdict;
    const proven = security === 'secure' ? (this.#result === 'nxdomain' ? RCODE.NXDOMAIN : RCODE.NOERROR) : this.rcode;
    return {
      name: this.name,
      type: this.type,
      security,
      reason,
      result: this.failed ? 'none' : this.#result,
      rcode: rcodeMnemonic(proven),
      rrset: this.failed ? undefined : this.#rrset,
      answers: this.failed ? [] : this.#rrsets.flatMap(recordsOf),
      aliases: this.#aliases,
      canonicalName: this.owner,
      zones: [...this.#zones.values()],
      signatures: this.#signatures,
      validUntil: Number.isFinite(this.#validUntil) ? this.#validUntil : 0,
      trace: [...trace],
      work,
      resolvers,
    };
  }
}

function recordsOf(rrset: RRset): ResourceRecord[] {
  return rrset.rdatas.map((rdata) => ({ name: rrset.name, type: rrset.type, class: CLASS_IN, ttl: rrset.ttl, rdata }));
}

/** An exception becomes a reason: a limit by its name, all else as the engine's. */
function failureOf(error: unknown): Verdict {
  if (error instanceof WorkLimitReached) {
    const { limit, allowed } = error;
    return { security: 'indeterminate', reason: { code: 'work-limit', limit, allowed } };
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { security: 'indeterminate', reason: { code: 'engine', detail } };
}

interface FoundAlias {
  readonly kind: Alias['kind'];
  readonly rrset: RRset;
}

/**
 * The alias at `owner`: its own CNAME, or the DNAME above it, of `least` labels or more. A CNAME without signatures beside such a DNAME is
 * synthesized and never read: the DNAME is verified and the target worked out anew (RFC 6672 section 5.3.1).
 */
function findAlias(answers: RRsets, owner: Name, least: number): FoundAlias | undefined {
  const cname = answers.get(owner, TYPE.CNAME);
  if (cname !== undefined && cname.signatures.length > 0) return { kind: 'CNAME', rrset: cname };
  for (let count = owner.labelCount - 1; count >= least; count--) {
    const dname = answers.get(owner.ancestor(count), TYPE.DNAME);
    if (dname !== undefined) return { kind: 'DNAME', rrset: dname };
  }
  return cname && { kind: 'CNAME', rrset: cname };
}

function targetOf({ kind, rrset }: FoundAlias, owner: Name): Name | 'malformed' | 'too long' {
  const [rdata] = rrset.rdatas;
  // RFC 2181 section 10.1: one CNAME a name; RFC 6672 section 2.4: one DNAME.
  const target = rrset.rdatas.length === 1 && rdata ? parseNameRdata(rdata) : undefined;
  if (target === undefined) return 'malformed';
  if (kind === 'CNAME') return target;
  const kept = owner.labels().slice(0, owner.labelCount - rrset.name.labelCount);
  try {
    return Name.fromLabels([...kept, ...target.labels()]);
  } catch (error) {
    if (error instanceof NameError) return 'too long';
    throw error;
  }
}

function malformedAlias(rrset: RRset): Verdict {
  const facts = { owner: rrset.name.toString(), type: typeMnemonic(rrset.type), records: rrset.rdatas.length };
  return { security: 'bogus', reason: { code: 'alias-malformed', ...facts } };
}

function tooLong(rrset: RRset, owner: Name): Verdict {
  const facts = { owner: rrset.name.toString(), name: owner.toString() };
  return { security: 'bogus', reason: { code: 'dname-too-long', ...facts } };
}

/**
 * Is there no zone that could have data of this type? RRSIGs are never validated themselves (RFC 4035 section 2.2);
 * 128 to 255 are for questions and messages (RFC 6895 section 3.1), of which ANY alone has an answer; NXNAME, one of
 * them, must not be asked for (RFC 9824 section 3.5).
 */
function isUnaskable(type: number): boolean {
  return type === TYPE.RRSIG || type === TYPE.OPT || (type >= TYPE.NXNAME && type < TYPE.ANY);
}
