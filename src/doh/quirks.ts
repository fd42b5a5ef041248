/**
 * What resolvers are known to leave out, asked for once more before it counts as bogus. Nothing here makes data any
 * truer: what comes of a second look goes through the whole validation again.
 */
import type { Ask, Reply, SecondLook } from '../dns/ask.ts';
import { TYPE } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { Name } from '../dns/name.ts';

export interface SecondLookOptions {
  /** As was asked before, with its cache. */
  readonly known: Ask;
  /** The same resolver without a cache between. */
  readonly anew: Ask;
  /** Another that the person chose, where there is one. */
  readonly other?: Ask;
}

/** Questions beyond those of the second walk itself: a few aliased names, each asked for again and by its CNAME. */
const MAX_EXTRA_QUESTIONS = 6;

export function createSecondLook(options: SecondLookOptions): SecondLook {
  return ({ code, owner, type }) => {
    // Everybody's data would fail by that clock.
    if (code === 'clock') return undefined;
    const alias = code === 'signature-missing' && type === 'CNAME' && owner !== undefined;
    return alias ? withAliasSignature(Name.parse(owner), options) : options.other;
  };
}

/**
 * Cloudflare and Quad9 are seen to return a CNAME without its RRSIG now and then. A second try mostly has it, else a
 * question for the CNAME itself, whose signatures are put beside the first answer; else another resolver may.
 */
function withAliasSignature(owner: Name, { known, anew, other }: SecondLookOptions): Ask {
  let left = MAX_EXTRA_QUESTIONS;
  let aliasAlone: Promise<Reply> | undefined;
  const extra = async (ask: () => Promise<Reply>): Promise<Reply | undefined> => {
    if (left === 0) return undefined;
    left--;
    return ask();
  };
  return async (question) => {
    const first = await known(question);
    if (!lacksSignature(first, owner)) return first;
    const second = await extra(() => anew(question));
    if (second?.ok && !lacksSignature(second, owner)) return second;
    const alone = await (aliasAlone ?? extra(() => (aliasAlone = anew({ name: owner, type: TYPE.CNAME }))));
    const signatures = alone?.ok ? alone.message.answer.filter((record) => coversAlias(record, owner)) : [];
    if (first.ok && signatures.length > 0) {
      const { message } = first;
      return { ...first, message: { ...message, answer: [...message.answer, ...signatures] } };
    }
    const elsewhere = other && (await extra(() => other(question)));
    return elsewhere?.ok && !lacksSignature(elsewhere, owner) ? elsewhere : first;
  };
}

function lacksSignature(reply: Reply, owner: Name): boolean {
  if (!reply.ok) return false;
  const { answer } = reply.message;
  const aliased = answer.some(({ type, name }) => type === TYPE.CNAME && name.equals(owner));
  return aliased && !answer.some((record) => coversAlias(record, owner));
}

/** An RRSIG at `owner` whose type covered (RFC 4034 section 3.1.1), the first two octets, is CNAME. */
function coversAlias({ type, name, rdata }: ResourceRecord, owner: Name): boolean {
  return type === TYPE.RRSIG && rdata[0] === 0 && rdata[1] === TYPE.CNAME && name.equals(owner);
}
