/** A chain of replies to one question with the verdict it deserves, and how to judge a changed copy of it. */
import type { Ask, Reply } from '../../src/dns/ask.ts';
import { canonicalRdata } from '../../src/dns/layout.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import type { Name } from '../../src/dns/name.ts';
import type { SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import type { TrustAnchor } from '../../src/dnssec/anchors.ts';
import { type LookupOutcome, lookup } from '../../src/dnssec/lookup.ts';

export interface Chain {
  readonly title: string;
  readonly name: Name;
  readonly type: number;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  /** Octets of replies, by `questionKey`. */
  readonly replies: ReadonlyMap<string, Uint8Array>;
  /** Who answers what no reply is there for. */
  readonly beyond?: Ask;
}

export interface SoundChain extends Chain {
  readonly security: LookupOutcome['security'];
  readonly data: string;
}

export function questionKey(name: Name, type: number): string {
  return `${type} ${name.key}`;
}

/** Replies from octets; what does not decode is a malformed answer, as it would be over DoH. */
export function replay({ replies, beyond }: Pick<Chain, 'replies' | 'beyond'>): Ask {
  return async (question): Promise<Reply> => {
    const octets = replies.get(questionKey(question.name, question.type));
    if (octets === undefined) return beyond?.(question) ?? { ok: false, failure: { code: 'not-recorded' } };
    const decoded = decodeMessage(octets);
    if (decoded.ok) return { ok: true, resolver: 'fuzz', message: decoded.message };
    const { fault, offset } = decoded;
    return { ok: false, failure: { code: 'malformed', resolver: 'fuzz', fault, offset } };
  };
}

export function judge(chain: Chain, verifier: SignatureVerifier): Promise<LookupOutcome> {
  const { name, type, now, anchors } = chain;
  return lookup({
    name,
    type,
    now,
    anchors,
    verifier,
    ask: replay(chain),
    options: { allowSha1: true, speculate: false },
  });
}

/** What an outcome says there is, TTLs and letter case in names aside: what no change on the way may alter. */
export function dataOf({ result, canonicalName, answers }: LookupOutcome): string {
  const records = answers.map(
    ({ name, type, rdata }) => `${name} ${type} ${Buffer.from(canonicalRdata(type, rdata)).toString('hex')}`,
  );
  return [result, canonicalName.toString(), ...[...new Set(records)].sort()].join('\n');
}

/** The chain with its own verdict. */
export async function sound(chain: Chain, verifier: SignatureVerifier): Promise<SoundChain> {
  const outcome = await judge(chain, verifier);
  return { ...chain, security: outcome.security, data: dataOf(outcome) };
}

/** Records every octet that goes through, by question. */
export function recording(respond: (question: { name: Name; type: number }) => Uint8Array): {
  readonly ask: Ask;
  readonly replies: Map<string, Uint8Array>;
} {
  const replies = new Map<string, Uint8Array>();
  const live = replay({ replies });
  return {
    replies,
    ask: (question) => {
      const key = questionKey(question.name, question.type);
      if (!replies.has(key)) replies.set(key, respond(question));
      return live(question);
    },
  };
}
