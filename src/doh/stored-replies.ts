/**
 * A reply as plain JSON, to lie in storage or a file, and back. A message is kept as the octets of its wire form, so
 * that the way back is the decoder's, and whoever changed the store can do no more than a resolver could: what comes
 * out is validated like any answer. What is not exactly such a value comes back as undefined, and is asked for anew.
 */
import type { Reply, TransportFailure } from '../dns/ask.ts';
import { fromBase64, toBase64 } from '../dns/encodings.ts';
import { decodeMessage, encodeMessage, MAX_MESSAGE_OCTETS } from '../dns/message.ts';
import type { WireFaultCode } from '../dns/wire.ts';

export type StoredReply =
  | {
      /** Base64 of the message, TTLs as they were when it was stored. */
      readonly message: string;
      readonly resolver: string;
      /** Epoch seconds. */
      readonly resolverTime?: number;
    }
  | { readonly failure: TransportFailure };

/** Characters of base64 that the longest message takes. */
const MAX_MESSAGE_CHARACTERS = Math.ceil(MAX_MESSAGE_OCTETS / 3) * 4;
/** Texts of a stored value: a URL, or what an engine says of a lost connection. */
const MAX_TEXT_CHARACTERS = 4096;

export function storeReply(reply: Reply): StoredReply {
  if (!reply.ok) return { failure: reply.failure };
  const { message, resolver, resolverTime } = reply;
  return {
    message: toBase64(encodeMessage(message)),
    resolver,
    ...(resolverTime !== undefined && { resolverTime }),
  };
}

export function restoreReply(value: unknown): Reply | undefined {
  if (!isObject(value)) return undefined;
  if ('failure' in value) {
    const failure = restoreFailure(value['failure']);
    return failure && { ok: false, failure };
  }
  const { message: text, resolver, resolverTime } = value;
  if (typeof text !== 'string' || text.length > MAX_MESSAGE_CHARACTERS || !isText(resolver)) return undefined;
  if (resolverTime !== undefined && !isCount(resolverTime)) return undefined;
  const octets = fromBase64(text);
  const decoded = octets && decodeMessage(octets);
  if (!decoded?.ok) return undefined;
  const { message } = decoded;
  // What the exchange itself makes sure of before anything is kept.
  if (!message.response || message.opcode !== 0 || message.truncated || message.question.length !== 1) return undefined;
  return { ok: true, message, resolver, ...(resolverTime !== undefined && { resolverTime }) };
}

/** Field by field, so that nothing else comes along. */
function restoreFailure(value: unknown): TransportFailure | undefined {
  if (!isObject(value)) return undefined;
  const { code, resolver } = value;
  if (code === 'no-resolver' || code === 'not-recorded') return { code };
  if (!isText(resolver)) return undefined;
  switch (code) {
    case 'redirected':
    case 'empty':
    case 'not-a-response':
    case 'truncated':
      return { code, resolver };
    case 'unreachable': {
      const { detail } = value;
      return isText(detail) ? { code, resolver, detail } : undefined;
    }
    case 'timeout': {
      const { limitMs } = value;
      return isCount(limitMs) ? { code, resolver, limitMs } : undefined;
    }
    case 'http-status': {
      const { status, retryAfterSeconds } = value;
      if (!isCount(status)) return undefined;
      if (retryAfterSeconds === undefined) return { code, resolver, status };
      return isCount(retryAfterSeconds) ? { code, resolver, status, retryAfterSeconds } : undefined;
    }
    case 'content-type': {
      const { contentType } = value;
      return isText(contentType) ? { code, resolver, contentType } : undefined;
    }
    case 'too-large': {
      const { limitOctets } = value;
      return isCount(limitOctets) ? { code, resolver, limitOctets } : undefined;
    }
    case 'malformed': {
      const { fault, offset } = value;
      return isFaultCode(fault) && isCount(offset) ? { code, resolver, fault, offset } : undefined;
    }
    case 'wrong-question': {
      const { answered } = value;
      return isText(answered) ? { code, resolver, answered } : undefined;
    }
    default:
      return undefined;
  }
}

/** A record of all codes, so that the compiler misses none. */
const FAULT_CODES: Readonly<Record<WireFaultCode, true>> = {
  'cut short': true,
  'octets left over': true,
  'reserved label type': true,
  'pointer not backwards': true,
  'too many pointers': true,
  'pointer not allowed here': true,
  'name too long': true,
  'more than one OPT': true,
  'OPT not at the root': true,
  'message too long': true,
  'bad rdata': true,
};

function isFaultCode(value: unknown): value is WireFaultCode {
  return typeof value === 'string' && Object.hasOwn(FAULT_CODES, value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT_CHARACTERS;
}

/** A whole number from 0 on: a time, a length, a status. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
