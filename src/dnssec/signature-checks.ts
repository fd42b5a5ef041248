/**
 * The signature verifications of one validation: each made once, counted against the budget, and, where the replies
 * are in before the walk needs them, started ahead of it so that they run in parallel. A check made ahead proves
 * nothing by itself: the walk decides which keys count.
 */
import { CLASS_IN, TYPE } from '../dns/codes.ts';
import { canonicalRdata } from '../dns/layout.ts';
import type { Message, ResourceRecord } from '../dns/message.ts';
import { compareOctets } from '../dns/name.ts';
import { parseDnskey, type Rrsig } from '../dns/rdata.ts';
import { type RRset, RRsets } from '../dns/rrset.ts';
import { WireWriter } from '../dns/wire.ts';
import { isSupportedAlgorithm, type SignatureVerifier } from './algorithms.ts';
import { keyTag } from './key-tag.ts';
import type { Budget } from './limits.ts';
import { countedLabels, isZoneSigningKey, type ZoneKey } from './signature.ts';

/** Checks started ahead of need in one validation: a chain of five zones has nine. */
const MOST_AHEAD = 12;

export class SignatureChecks {
  readonly #verifier: SignatureVerifier;
  readonly #budget: Budget;
  readonly #started = new Map<Rrsig, Map<ZoneKey, Promise<boolean>>>();
  readonly #keys = new Map<RRset, readonly ZoneKey[]>();
  readonly #sections = new Map<readonly ResourceRecord[], RRsets>();
  readonly #keySets = new Map<string, RRset>();
  /** Signed data of which the signer's keys are not in yet. */
  readonly #unstarted = new Set<{ readonly rrset: RRset; readonly rrsig: Rrsig }>();
  #starting = false;
  #ahead = 0;

  constructor(verifier: SignatureVerifier, budget: Budget) {
    this.#verifier = verifier;
    this.#budget = budget;
  }

  /** Is `rrsig` the signature of `key` over `rrset`? Throws WorkLimitReached; rejects where the engine fails. */
  run(rrset: RRset, rrsig: Rrsig, key: ZoneKey): Promise<boolean> {
    const started = this.#started.get(rrsig)?.get(key);
    if (started !== undefined) return started;
    this.#budget.spendSignatureCheck();
    const check = this.#verifier.verify(key, rrsig.signature, signedData(rrset, rrsig));
    const ofSignature = this.#started.get(rrsig) ?? new Map<ZoneKey, Promise<boolean>>();
    this.#started.set(rrsig, ofSignature.set(key, check));
    return check;
  }

  /** The RRsets of a message's section, worked out once: signatures and keys are told apart by which object they are. */
  rrsetsOf(section: readonly ResourceRecord[]): RRsets {
    let rrsets = this.#sections.get(section);
    if (rrsets === undefined) {
      rrsets = new RRsets(section);
      this.#sections.set(section, rrsets);
    }
    return rrsets;
  }

  /** The keys in a DNSKEY RRset, worked out once. */
  keysIn(keySet: RRset): readonly ZoneKey[] {
    let keys = this.#keys.get(keySet);
    if (keys === undefined) {
      keys = keySet.rdatas
        .map(parseDnskey)
        .filter((key) => key !== undefined)
        .map((key) => ({ ...key, tag: keyTag(key.rdata) }));
      this.#keys.set(keySet, keys);
    }
    return keys;
  }

  /**
   * Starts the checks that a message just in allows, with those before it: each RRset's only signature by the only
   * key of its tag. Where there are several of either, which to try is the walk's to say, under its limits (KeyTrap).
   */
  notice(message: Message, allowSha1: boolean): void {
    for (const section of [message.answer, message.authority]) {
      for (const rrset of this.rrsetsOf(section).all()) {
        // Of more keys than the walk takes none is looked through, over and over, for each signature.
        const isKeySet = rrset.type === TYPE.DNSKEY && rrset.rdatas.length <= this.#budget.limits.recordsPerRrset;
        if (isKeySet) this.#keySets.set(rrset.name.key, rrset);
        const rrsig = rrset.signatures.length === 1 ? rrset.signatures[0] : undefined;
        if (rrsig === undefined || !isSupportedAlgorithm(rrsig.algorithm, allowSha1)) continue;
        if (rrsig.labels <= countedLabels(rrset.name)) this.#unstarted.add({ rrset, rrsig });
      }
    }
    void this.#startAhead();
  }

  /** One run at a time. Never rejects. */
  async #startAhead(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    for (let next = this.#nextStart(); next !== undefined; next = this.#nextStart()) {
      const { rrset, rrsig, key } = next;
      // Keys are imported by this thread and signatures checked by others: those must be at work while the next key
      // is read.
      await this.#verifier.prepare(key);
      if (this.#budget.signatureChecks >= this.#budget.limits.signatureChecks) break;
      // Whoever needs the result awaits it, and meets the failure there.
      this.run(rrset, rrsig, key).catch(() => {});
    }
    this.#starting = false;
  }

  #nextStart(): { rrset: RRset; rrsig: Rrsig; key: ZoneKey } | undefined {
    for (const signed of this.#unstarted) {
      const { rrset, rrsig } = signed;
      const keySet = this.#keySets.get(rrsig.signer.key);
      if (keySet === undefined) continue;
      this.#unstarted.delete(signed);
      const keys = this.keysIn(keySet).filter(
        (one) => one.tag === rrsig.keyTag && one.algorithm === rrsig.algorithm && isZoneSigningKey(one),
      );
      const key = keys.length === 1 ? keys[0] : undefined;
      if (key === undefined) continue;
      if (this.#ahead++ >= MOST_AHEAD) return undefined;
      return { rrset, rrsig, key };
    }
    return undefined;
  }
}

/**
 * What the signature is over (RFC 4035 section 5.3.2): the RRSIG's rdata without the signature, its signer
 * lower-cased, then each record in canonical form and order, with the original TTL and, for an expanded wildcard,
 * the wildcard as owner.
 */
export function signedData(rrset: RRset, rrsig: Rrsig): Uint8Array {
  const expanded = rrsig.labels < countedLabels(rrset.name);
  const owner = expanded ? rrset.name.ancestor(rrsig.labels).wildcardChild() : rrset.name;
  const rdatas = rrset.rdatas.map((rdata) => canonicalRdata(rrset.type, rdata)).sort(compareOctets);
  const octets = rdatas.reduce(
    (sum, rdata) => sum + owner.wire.length + 10 + rdata.length,
    18 + rrsig.signer.wire.length,
  );
  const writer = new WireWriter(octets);
  writer.bytes(rrsig.fixedPart).bytes(rrsig.signer.wire);
  rdatas.forEach((rdata, i) => {
    // Letter case may hide a duplicate until here (RFC 4034 section 6.3).
    if (i > 0 && compareOctets(rdata, rdatas[i - 1]!) === 0) return;
    writer.bytes(owner.wire).u16(rrset.type).u16(CLASS_IN).u32(rrsig.originalTtl).u16(rdata.length).bytes(rdata);
  });
  return writer.finish();
}
