/**
 * The walk down the tree: from the closest trust anchor, delegation by delegation, to the zone a name is in
 * (RFC 4035 section 5). Every step is proven: a secure cut by a signed DS, an insecure one and the lack of one by a
 * signed denial. Missing data is bogus or indeterminate, never "unsigned".
 */
import { TYPE } from '../dns/codes.ts';
import { toHex } from '../dns/encodings.ts';
import type { Message } from '../dns/message.ts';
import { equalOctets, type Name } from '../dns/name.ts';
import { DNSKEY_FLAG, type Ds, parseDs } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { digest, digestLength, isSha1Algorithm, isSupportedAlgorithm, isUsableKey } from './algorithms.ts';
import type { TrustAnchor } from './anchors.ts';
import { judgeDenial } from './denial.ts';
import { WorkLimitReached } from './limits.ts';
import type { KeyFacts, SignatureView, TraceStep, Verdict, ZoneStep } from './outcome.ts';
import type { KnownName } from './plan.ts';
import type { Questions } from './questions.ts';
import { isZoneSigningKey, type SignatureContext, verifyRRset, type ZoneKey } from './signature.ts';
import type { ZoneCache } from './zone-cache.ts';

export interface SecureZone {
  readonly security: 'secure';
  readonly name: Name;
  readonly keys: readonly ZoneKey[];
  readonly step: ZoneStep;
  readonly parent?: SecureZone;
}

/** A zone cut below which nothing is secure, or a step that failed. */
export interface UntrustedZone {
  readonly security: 'insecure' | 'bogus' | 'indeterminate';
  readonly name: Name;
  readonly verdict: Exclude<Verdict, { security: 'secure' }>;
  readonly step: ZoneStep;
  readonly parent?: SecureZone;
}

export type Zone = SecureZone | UntrustedZone;

/** The zone a name is in, as far as it is proven, and until when (epoch seconds). */
export interface Reached {
  readonly zone: Zone;
  readonly validUntil: number;
}

/** An anchor has no TTL; what follows from it alone is looked at anew after a day. */
const ANCHOR_LIFE_SECONDS = 86_400;

/** Root first. */
export function pathOf(zone: Zone): ZoneStep[] {
  return [...(zone.parent ? pathOf(zone.parent) : []), zone.step];
}

export class Zones {
  readonly #questions: Questions;
  readonly #anchors: readonly TrustAnchor[];
  readonly #context: SignatureContext;
  readonly #trace: (step: TraceStep) => void;
  readonly #cache: ZoneCache | undefined;
  readonly #reached = new Map<string, Promise<Reached>>();

  constructor(
    questions: Questions,
    anchors: readonly TrustAnchor[],
    context: SignatureContext,
    trace: (step: TraceStep) => void,
    cache: ZoneCache | undefined,
  ) {
    this.#questions = questions;
    this.#anchors = anchors;
    this.#context = context;
    this.#trace = trace;
    this.#cache = cache;
  }

  /** The deepest zone at or above `name`. Rejects with WorkLimitReached only. */
  reach(name: Name): Promise<Reached> {
    const known = this.#reached.get(name.key);
    if (known !== undefined) return known;
    const cached = this.#cache?.get(name, this.#context.now);
    const reached = cached ? Promise.resolve(cached) : this.#stepAndKeep(name);
    this.#reached.set(name.key, reached);
    return reached;
  }

  async #stepAndKeep(name: Name): Promise<Reached> {
    const reached = await this.#step(name);
    this.#cache?.put(name, reached, this.#context.now);
    return reached;
  }

  /** What earlier lookups proved of `name`, and the anchors. */
  known(name: Name): KnownName {
    const zone = this.#cache?.get(name, this.#context.now)?.zone;
    if (zone?.security === 'secure') {
      return { kind: 'secure', zone: zone.name, delegates: this.#cache!.delegates(zone.name) };
    }
    if (zone !== undefined) return { kind: 'insecure' };
    return { kind: this.#anchorsAt(name).length > 0 ? 'anchored' : 'unknown' };
  }

  /**
   * How many labels the deepest anchor at or above `name` has. No zone above it speaks for `name`: an anchor is put there
   * because those are unsigned, or not to be relied on (RFC 4033 section 2, "island of security").
   */
  anchoredLabels(name: Name): number {
    return this.#anchors.reduce(
      (most, anchor) => (name.isAtOrBelow(anchor.name) ? Math.max(most, anchor.name.labelCount) : most),
      0,
    );
  }

  #anchorsAt(name: Name): readonly TrustAnchor[] {
    return this.#anchors.filter((anchor) => anchor.name.equals(name));
  }

  async #step(name: Name): Promise<Reached> {
    const anchors = this.#anchorsAt(name);
    if (anchors.length > 0) return this.#enterByAnchor(name, anchors);
    if (name.isRoot()) {
      const verdict = { security: 'indeterminate', reason: { code: 'no-anchor', name: name.toString() } } as const;
      return { zone: this.#untrusted(name, verdict, undefined), validUntil: this.#context.now };
    }
    const above = await this.reach(name.parent());
    if (above.zone.security !== 'secure') return above;
    const reached = await this.#delegation(name, above.zone);
    return { zone: reached.zone, validUntil: Math.min(above.validUntil, reached.validUntil) };
  }

  /** What the parent zone says of a delegation at `name` (RFC 4035 section 5.2). */
  async #delegation(name: Name, parent: SecureZone): Promise<Reached> {
    const { now } = this.#context;
    const answered = await this.#questions.get(name, TYPE.DS);
    if (!answered.ok) {
      const verdict = { security: 'indeterminate', reason: answered.reason } as const;
      return { zone: this.#untrusted(name, verdict, parent), validUntil: now };
    }
    const { message } = answered;
    const answers = this.#context.checks.rrsetsOf(message.answer);
    const dsSet = answers.get(name, TYPE.DS);
    if (dsSet !== undefined) return this.#enterByDs(name, dsSet, parent);
    const alias = answers.get(name, TYPE.CNAME);
    if (alias !== undefined && alias.signatures.length > 0) return this.#noCutByAlias(name, alias, message, parent);
    for (let count = name.labelCount - 1; count >= parent.name.labelCount; count--) {
      const dname = answers.get(name.ancestor(count), TYPE.DNAME);
      // RFC 6672 section 2.4: nothing exists below a DNAME, so no delegation does.
      if (dname !== undefined) return this.#noCutByAlias(name, dname, message, parent);
    }
    if (alias !== undefined) return this.#noCutByAlias(name, alias, message, parent);
    return this.#noDs(name, message, parent);
  }

  /** An alias or a DNAME above stands where a delegation would: there is none (RFC 1034 section 3.6.2, RFC 6672 section 2.4). */
  async #noCutByAlias(name: Name, alias: RRset, message: Message, parent: SecureZone): Promise<Reached> {
    const verified = await verifyRRset(alias, parent.name, parent.keys, this.#context);
    if (!verified.valid) return this.#bogus(name, verified.reason, parent);
    if (verified.wildcard === undefined) return this.#noCut(name, parent, verified.validUntil);
    return this.#noDs(name, message, parent, verified.wildcard);
  }

  /** The denial of DS at `name`, or, where an alias was expanded from `wildcard`, of `name` itself. */
  async #noDs(name: Name, message: Message, parent: SecureZone, wildcard?: Name): Promise<Reached> {
    const judged = await judgeDenial(message, parent, name, TYPE.DS, this.#context, wildcard);
    if (judged.verdict.security === 'bogus') return this.#bogus(name, judged.verdict.reason, parent);
    if (judged.verdict.security === 'insecure') {
      return { zone: this.#untrusted(name, judged.verdict, parent), validUntil: judged.validUntil };
    }
    if (!judged.delegation) return this.#noCut(name, parent, judged.validUntil);
    const reason = {
      code: 'insecure-delegation',
      zone: name.toString(),
      parent: parent.name.toString(),
      proof: judged.kind,
    } as const;
    return { zone: this.#untrusted(name, { security: 'insecure', reason }, parent), validUntil: judged.validUntil };
  }

  async #enterByDs(name: Name, dsSet: RRset, parent: SecureZone): Promise<Reached> {
    const verified = await verifyRRset(dsSet, parent.name, parent.keys, this.#context);
    if (!verified.valid) return this.#bogus(name, verified.reason, parent);
    if (verified.wildcard !== undefined) {
      // A delegation is never expanded from a wildcard (RFC 4592 section 4.2).
      const wildcard = verified.wildcard.toString();
      const facts = { zone: parent.name.toString(), name: name.toString(), type: 'DS', wildcard };
      return this.#bogus(name, { code: 'wildcard-unproven', ...facts }, parent);
    }
    const all = dsSet.rdatas.map(parseDs).filter((ds) => ds !== undefined);
    const usable = this.#usableDs(all);
    if (usable.length === 0) {
      const verdict = { security: 'insecure', reason: this.#unsupported(name, all) } as const;
      const zone = this.#untrusted(name, verdict, parent, all, [verified.view]);
      return { zone, validUntil: verified.validUntil };
    }
    const entered = await this.#enter(name, usable, parent, verified.view, false);
    return { zone: entered.zone, validUntil: Math.min(verified.validUntil, entered.validUntil) };
  }

  async #enterByAnchor(name: Name, anchors: readonly TrustAnchor[]): Promise<Reached> {
    const { now } = this.#context;
    // RFC 9718 section 2.2: outside its dates an anchor is none. No dates: open-ended.
    const current = anchors.filter(
      ({ validFrom, validUntil }) => now >= (validFrom ?? now) && now <= (validUntil ?? now),
    );
    const usable = this.#usableDs(current, 'keep SHA-1');
    const unsupported = ({ algorithm, digestType }: Ds) =>
      !isSupportedAlgorithm(algorithm, this.#context.allowSha1) || digestLength(digestType) === 0;
    if (current.length > 0 && current.every(unsupported)) {
      // As with a DS set of the same (RFC 4035 section 5.2).
      const verdict = { security: 'insecure', reason: this.#unsupported(name, current) } as const;
      return { zone: this.#untrusted(name, verdict, undefined, current), validUntil: now + ANCHOR_LIFE_SECONDS };
    }
    return this.#enter(name, usable, undefined, undefined, true);
  }

  /**
   * DS whose algorithm and digest are both ours, and of the digest's length (RFC 4035 section 5.2). SHA-1 digests
   * are ignored beside SHA-256 ones (RFC 4509 section 3).
   */
  #usableDs<T extends Ds>(all: readonly T[], sha1: 'ignore SHA-1' | 'keep SHA-1' = 'ignore SHA-1'): T[] {
    const supported = all.filter(
      (ds) =>
        isSupportedAlgorithm(ds.algorithm, this.#context.allowSha1) &&
        digestLength(ds.digestType) > 0 &&
        ds.digest.length === digestLength(ds.digestType),
    );
    const stronger = supported.filter((ds) => ds.digestType !== 1);
    return sha1 === 'ignore SHA-1' && stronger.length > 0 ? stronger : supported;
  }

  /** From DS records (or anchors) to the zone's keys: RFC 4035 section 5.2, RFC 6840 section 5.11. */
  async #enter(
    name: Name,
    dsSet: readonly Ds[],
    parent: SecureZone | undefined,
    dsSignature: SignatureView | undefined,
    anchored: boolean,
  ): Promise<Reached> {
    const { limits } = this.#context.budget;
    const answered = await this.#questions.get(name, TYPE.DNSKEY);
    if (!answered.ok) {
      const verdict = { security: 'indeterminate', reason: answered.reason } as const;
      return { zone: this.#untrusted(name, verdict, parent, dsSet), validUntil: this.#context.now };
    }
    const keySet = this.#context.checks.rrsetsOf(answered.message.answer).get(name, TYPE.DNSKEY);
    if (keySet === undefined) {
      return this.#bogus(name, { code: 'dnskey-missing', zone: name.toString() }, parent, dsSet);
    }
    if (keySet.rdatas.length > limits.recordsPerRrset) {
      throw new WorkLimitReached('records per RRset', limits.recordsPerRrset);
    }
    const keys = this.#context.checks.keysIn(keySet);
    // KeyTrap: the number of DS tried is capped; the first that works ends the search (RFC 6840 section 5.11).
    const tried = dsSet.slice(0, limits.dsRecords);
    const entryKeys = keys.filter((key) => isZoneSigningKey(key) && tried.some((ds) => vouchesFor(ds, key, name)));
    const facts = keyFacts(keys, entryKeys);
    const usable = entryKeys.some(isUsableKey);
    // What counts as unsigned has to be proven: a good key left out of the reply must not leave just the weak ones.
    const unmatched = usable ? [] : tried.filter((ds) => !entryKeys.some((key) => vouchesFor(ds, key, name)));
    if (!usable && tried.length < dsSet.length) throw new WorkLimitReached('DS records', limits.dsRecords);
    if (entryKeys.length === 0 || unmatched.length > 0) {
      const keyTags = unmatched.map((ds) => ds.keyTag);
      const zone = name.toString();
      return anchored
        ? this.#bogus(name, { code: 'anchor-mismatch', zone, keyTags }, parent, dsSet, facts)
        : this.#bogus(
            name,
            { code: 'ds-mismatch', zone, parent: parent!.name.toString(), keyTags },
            parent,
            dsSet,
            facts,
          );
    }
    if (!usable) {
      // Every DS speaks of a key that is proven to be the zone's, and of a size or form that is not supported.
      const verdict = { security: 'insecure', reason: this.#unsupported(name, dsSet) } as const;
      const zone = this.#untrusted(name, verdict, parent, dsSet, dsSignature ? [dsSignature] : [], facts);
      return { zone, validUntil: this.#context.now + keySet.ttl };
    }
    const verified = await verifyRRset(keySet, name, entryKeys, this.#context);
    if (!verified.valid) return this.#bogus(name, verified.reason, parent, dsSet, facts);
    const signatures = [...(dsSignature ? [dsSignature] : []), verified.view];
    const step: ZoneStep = {
      zone: name.toString(),
      security: 'secure',
      reason: { code: 'validated' },
      ds: dsFacts(dsSet),
      anchored,
      keys: facts,
      signatures,
    };
    const zone: SecureZone = {
      security: 'secure',
      name,
      keys: keys.filter((key) => isZoneSigningKey(key) && isSupportedAlgorithm(key.algorithm, this.#context.allowSha1)),
      step,
      ...(parent && { parent }),
    };
    this.#trace({ step: 'zone', zone: name.toString(), security: 'secure', reason: step.reason });
    return { zone, validUntil: verified.validUntil };
  }

  #unsupported(name: Name, dsSet: readonly Ds[]) {
    const algorithms = [...new Set(dsSet.map((ds) => ds.algorithm))];
    return {
      code: 'unsupported-algorithms',
      zone: name.toString(),
      algorithms,
      digestTypes: [...new Set(dsSet.map((ds) => ds.digestType))],
      sha1: !this.#context.allowSha1 && algorithms.some(isSha1Algorithm),
    } as const;
  }

  #noCut(name: Name, zone: SecureZone, validUntil: number): Reached {
    this.#trace({ step: 'no zone cut', name: name.toString(), zone: zone.name.toString() });
    return { zone, validUntil };
  }

  #bogus(
    name: Name,
    reason: Extract<Verdict, { security: 'bogus' }>['reason'],
    parent: SecureZone | undefined,
    dsSet: readonly Ds[] = [],
    keys: readonly KeyFacts[] = [],
  ): Reached {
    const zone = this.#untrusted(name, { security: 'bogus', reason }, parent, dsSet, [], keys);
    return { zone, validUntil: this.#context.now };
  }

  #untrusted(
    name: Name,
    verdict: UntrustedZone['verdict'],
    parent: SecureZone | undefined,
    dsSet: readonly Ds[] = [],
    signatures: readonly SignatureView[] = [],
    keys: readonly KeyFacts[] = [],
  ): UntrustedZone {
    const { security, reason } = verdict;
    this.#trace({ step: 'zone', zone: name.toString(), security, reason });
    const step: ZoneStep = {
      zone: name.toString(),
      security,
      reason,
      ds: dsFacts(dsSet),
      anchored: parent === undefined,
      keys,
      signatures,
    };
    return { security, name, verdict, step, ...(parent && { parent }) };
  }
}

/**
 * RFC 4035 section 5.2: tag, algorithm and digest all fit, the digest being over the owner name and the DNSKEY rdata
 * (RFC 4034 section 5.1.4).
 */
function vouchesFor(ds: Ds, key: ZoneKey, zone: Name): boolean {
  if (ds.keyTag !== key.tag || ds.algorithm !== key.algorithm) return false;
  const data = new Uint8Array(zone.wire.length + key.rdata.length);
  data.set(zone.wire);
  data.set(key.rdata, zone.wire.length);
  const computed = digest(ds.digestType, data);
  return computed !== undefined && equalOctets(computed, ds.digest);
}

function keyFacts(keys: readonly ZoneKey[], entryKeys: readonly ZoneKey[]): KeyFacts[] {
  return keys.map((key) => ({
    keyTag: key.tag,
    algorithm: key.algorithm,
    flags: key.flags,
    revoked: (key.flags & DNSKEY_FLAG.REVOKE) !== 0,
    entryPoint: entryKeys.includes(key),
  }));
}

function dsFacts(dsSet: readonly Ds[]): ZoneStep['ds'] {
  return dsSet.map(({ keyTag: tag, algorithm, digestType, digest: octets }) => ({
    keyTag: tag,
    algorithm,
    digestType,
    digest: toHex(octets),
  }));
}
