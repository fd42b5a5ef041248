/**
 * What to ask at once, so that a walk finds all its answers in one round trip. A guess costs a question too many or a
 * second round, never a verdict: the walk asks for whatever it still lacks.
 */
import { TYPE } from '../dns/codes.ts';
import { toCharacters } from '../dns/encodings.ts';
import type { Question } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';

/** What is known of a name before anything is asked. */
export type KnownName =
  | { readonly kind: 'unknown' }
  /** A trust anchor vouches for its keys, which are not known yet. */
  | { readonly kind: 'anchored' }
  /** In, or at the apex of, `zone`, whose keys are proven. */
  | { readonly kind: 'secure'; readonly zone: Name; readonly delegates: boolean }
  /** At or below a proven insecure delegation. */
  | { readonly kind: 'insecure' };

export type Known = (name: Name) => KnownName;

/**
 * The questions themselves, and DS and DNSKEY for each name on the way to them that may be a zone and is not known.
 * Where the way begins in a zone deep in the tree that has delegated nothing so far, nothing is asked for the names in
 * it: most likely they are its own.
 */
export function plan(questions: readonly Question[], known: Known): Question[] {
  return unique(questions.flatMap((question) => [question, ...planWalk(question.name, known, 'a name')]));
}

/** The same for the way to `signer` alone, which signed something and so is most likely a zone. */
export function planZone(signer: Name, known: Known): Question[] {
  return unique(planWalk(signer, known, 'a zone'));
}

/**
 * Without guesses, once an answer says who signed it: what the walk to `signer` takes as long as each step of it holds.
 * Names on the way that are no zones have no keys, so keys are asked for at the end alone.
 */
export function planSigned(signer: Name, known: Known): Question[] {
  const { keys, delegations } = unknownOnTheWay(signer, known);
  return [...keys, ...delegations, ...(delegations.length > 0 ? [{ name: signer, type: TYPE.DNSKEY }] : [])];
}

/** Without guesses, where nobody signed: somewhere on the way a delegation is insecure, most likely not the last one. */
export function planUnsigned(name: Name, known: Known): Question[] {
  const { keys, delegations } = unknownOnTheWay(name, known);
  return [...keys, ...delegations.slice(0, 1)];
}

/**
 * The keys of the closest anchor, where the way begins there, and DS of all names below it. Nothing below a proven
 * insecure delegation, or without any anchor.
 */
function unknownOnTheWay(name: Name, known: Known): { keys: readonly Question[]; delegations: readonly Question[] } {
  const delegations: Question[] = [];
  for (let count = name.labelCount; count >= 0; count--) {
    const ancestor = name.ancestor(count);
    const { kind } = known(ancestor);
    if (kind === 'secure') return { keys: [], delegations };
    if (kind === 'anchored') return { keys: [{ name: ancestor, type: TYPE.DNSKEY }], delegations };
    if (kind === 'insecure') break;
    delegations.unshift({ name: ancestor, type: TYPE.DS });
  }
  return { keys: [], delegations: [] };
}

function planWalk(name: Name, known: Known, target: 'a name' | 'a zone'): Question[] {
  const questions: Question[] = [];
  for (let count = name.labelCount; count >= 0; count--) {
    const ancestor = name.ancestor(count);
    const what = known(ancestor);
    // Below a proven insecure delegation there is nothing to prove.
    if (what.kind === 'insecure') return [];
    if (what.kind === 'secure') {
      return target === 'a zone' || what.delegates || isRegistry(what.zone) ? questions : [];
    }
    if (isLikelyZone(ancestor)) {
      // `www` is a host and hardly ever a zone: its DS is asked for, its keys only once it turns out to have some.
      if (target === 'a zone' || !isHostLabel(ancestor)) questions.unshift({ name: ancestor, type: TYPE.DNSKEY });
      if (what.kind !== 'anchored') questions.unshift({ name: ancestor, type: TYPE.DS });
    }
    // The closest enclosing anchor is where the walk starts.
    if (what.kind === 'anchored') break;
  }
  return questions;
}

/** The root and what is right below it do little else than delegate. */
function isRegistry(zone: Name): boolean {
  return zone.labelCount <= 1;
}

/** Labels with an underscore are attributes of a name, and hardly ever zones (RFC 8552). */
function isLikelyZone(name: Name): boolean {
  return name.isRoot() || name.label(0)[0] !== 0x5f;
}

function isHostLabel(name: Name): boolean {
  return !name.isRoot() && toCharacters(name.label(0)) === 'www';
}

function unique(questions: readonly Question[]): Question[] {
  return [...new Map(questions.map((question) => [`${question.type} ${question.name.key}`, question])).values()];
}
