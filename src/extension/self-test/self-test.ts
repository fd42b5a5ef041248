/**
 * Does validation work in this browser? A small built-in DNS is validated at a time of its own, and once more with
 * one thing wrong in it at a time, which has to be noticed. Nobody is asked.
 */
import { TYPE } from '../../dns/codes.ts';
import { fromBase64 } from '../../dns/encodings.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { Name } from '../../dns/name.ts';
import { parseRrsig } from '../../dns/rdata.ts';
import { ALGORITHM, SignatureVerifier } from '../../dnssec/algorithms.ts';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../dnssec/anchors.ts';
import { parseChain, verifyChain } from '../../dnssec/chain.ts';
import type { LookupOutcome } from '../../dnssec/lookup.ts';
import type { BogusReason, Security, ValidationReason } from '../../dnssec/outcome.ts';
import { CHAIN, CHAIN_ANCHOR, CHAIN_TIME } from './chain.ts';

export type SelfTestPart =
  /** A chain whose last zone is signed so holds, and with one bit of a signature or of the record changed it does not. */
  | { readonly kind: 'sound' | 'altered-signature' | 'altered-record'; readonly algorithm: number }
  | { readonly kind: SingleKind };

export type SingleKind = (typeof SINGLE_KINDS)[number];

export const SINGLE_KINDS = [
  'expired',
  'not-yet-valid',
  'missing-signature',
  'foreign-key',
  'denial-nsec',
  'denial-nsec3',
  'missing-denial',
] as const;

export interface SelfTestResult {
  readonly part: SelfTestPart;
  readonly passed: boolean;
  /** What came of it. */
  readonly security: Security;
  readonly reason: ValidationReason;
}

/** The built-in DNS, as it is judged. */
export interface SelfTestChain {
  readonly records: readonly ResourceRecord[];
  readonly anchors: readonly TrustAnchor[];
  /** Epoch seconds. */
  readonly now: number;
}

/** All that RFC 8624 and RFC 9905 leave to validate with. */
export const SELF_TEST_ALGORITHMS: readonly number[] = [
  ALGORITHM.RSASHA256,
  ALGORITHM.RSASHA512,
  ALGORITHM.ECDSAP256SHA256,
  ALGORITHM.ECDSAP384SHA384,
  ALGORITHM.ED25519,
  ALGORITHM.ED448,
];

export function builtInChain(): SelfTestChain {
  const octets = fromBase64(CHAIN);
  const parsed = octets && parseChain(octets);
  const anchors = parseAnchors(CHAIN_ANCHOR);
  if (!parsed?.ok || !anchors.ok) throw new Error('the built-in chain cannot be read');
  return { records: parsed.records, anchors: anchors.anchors, now: CHAIN_TIME };
}

/** One part after the other. */
export async function runSelfTest(chain: SelfTestChain, verifier = new SignatureVerifier()): Promise<SelfTestResult[]> {
  const results: SelfTestResult[] = [];
  for (const [part, run] of partsOf(chain)) {
    const { name, type, expected, ...changed } = run;
    const outcome = await verifyChain({ ...chain, ...changed, name: Name.parse(name), type, verifier });
    const { security, reason } = outcome;
    results.push({ part, passed: isExpected(outcome, expected), security, reason });
  }
  return results;
}

/** What a part looks up, in which DNS, and what has to come of it. */
interface Run extends Partial<SelfTestChain> {
  readonly name: string;
  readonly type: number;
  readonly expected: Expected;
}

type Expected = 'answer' | 'nxdomain' | BogusReason['code'];

function isExpected({ security, result, reason }: LookupOutcome, expected: Expected): boolean {
  if (expected === 'answer' || expected === 'nxdomain') return security === 'secure' && result === expected;
  return security === 'bogus' && reason.code === expected;
}

const FIRST = 13;
const YEARS = 10 * 365 * 24 * 3600;

function* partsOf({ records, now }: SelfTestChain): Generator<readonly [SelfTestPart, Run]> {
  for (const algorithm of SELF_TEST_ALGORITHMS) {
    const run = { name: ownerOf(algorithm), type: TYPE.TLSA };
    const alter = (covered: boolean) => altered(records, run.name, covered);
    yield [
      { kind: 'sound', algorithm },
      { ...run, expected: 'answer' },
    ];
    yield [
      { kind: 'altered-signature', algorithm },
      { ...run, records: alter(true), expected: 'signature-invalid' },
    ];
    yield [
      { kind: 'altered-record', algorithm },
      { ...run, records: alter(false), expected: 'signature-invalid' },
    ];
  }
  const run = { name: ownerOf(FIRST), type: TYPE.TLSA };
  const without = (covered: number) => records.filter((record) => !isSignatureOver(record, covered));
  const nowhere = `nowhere.algorithm-${FIRST}.`;
  const singles: Readonly<Record<SingleKind, Run>> = {
    expired: { ...run, now: now + YEARS, expected: 'signature-expired' },
    'not-yet-valid': { ...run, now: now - YEARS, expected: 'signature-not-yet-valid' },
    'missing-signature': { ...run, records: without(TYPE.TLSA), expected: 'signature-missing' },
    'foreign-key': { ...run, anchors: ROOT_ANCHORS, expected: 'anchor-mismatch' },
    'denial-nsec': { name: 'nowhere.', type: TYPE.TLSA, expected: 'nxdomain' },
    'denial-nsec3': { name: nowhere, type: TYPE.TLSA, expected: 'nxdomain' },
    'missing-denial': {
      name: nowhere,
      type: TYPE.TLSA,
      records: records.filter(({ type }) => type !== TYPE.NSEC3),
      expected: 'denial-missing',
    },
  };
  for (const kind of SINGLE_KINDS) yield [{ kind }, singles[kind]];
}

function ownerOf(algorithm: number): string {
  return `_443._tcp.algorithm-${algorithm}.`;
}

/** With one bit changed in the TLSA record of that name, or in the signature over it. */
function altered(records: readonly ResourceRecord[], owner: string, signature: boolean): readonly ResourceRecord[] {
  const name = Name.parse(owner);
  return records.map((record) => {
    if (!record.name.equals(name)) return record;
    const isMeant = signature ? isSignatureOver(record, TYPE.TLSA) : record.type === TYPE.TLSA;
    if (!isMeant) return record;
    // Neither the last octet of a signature nor its first: some of those are fixed by the form of it.
    const at = record.rdata.length - 8;
    return { ...record, rdata: record.rdata.with(at, record.rdata[at]! ^ 1) };
  });
}

function isSignatureOver({ type, rdata }: ResourceRecord, covered: number): boolean {
  return type === TYPE.RRSIG && parseRrsig(rdata)?.typeCovered === covered;
}
