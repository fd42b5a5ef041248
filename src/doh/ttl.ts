/** The lifetimes a message carries. */
import type { Reply } from '../dns/ask.ts';
import { RCODE, TYPE } from '../dns/codes.ts';
import type { Message, ResourceRecord } from '../dns/message.ts';

/** The message as it reads `seconds` later: every TTL less by that much, none below 0. */
export function withTtlsReducedBy(message: Message, seconds: number): Message {
  if (seconds <= 0) return message;
  const aged = (records: readonly ResourceRecord[]) =>
    records.map((record) => ({ ...record, ttl: Math.max(0, record.ttl - seconds) }));
  return {
    ...message,
    answer: aged(message.answer),
    authority: aged(message.authority),
    additional: aged(message.additional),
  };
}

/** The reply as it would read `seconds` later, the resolver's clock included. */
export function agedReply(reply: Reply, seconds: number): Reply {
  if (!reply.ok || seconds <= 0) return reply;
  const { resolverTime } = reply;
  return {
    ...reply,
    message: withTtlsReducedBy(reply.message, seconds),
    ...(resolverTime !== undefined && { resolverTime: resolverTime + seconds }),
  };
}

/**
 * How long, in seconds, a message may be kept: the smallest TTL of its records, and for an answer that something
 * is not there the SOA's MINIMUM as well (RFC 2308 section 5). 0 where it may not be kept at all.
 */
export function lifetimeSeconds(message: Message): number {
  if (message.rcode !== RCODE.NOERROR && message.rcode !== RCODE.NXDOMAIN) return 0;
  const soa = message.authority.find((record) => record.type === TYPE.SOA);
  // RFC 2308 section 5: without an SOA a negative answer is not cached.
  if (soa === undefined && isNegative(message)) return 0;
  const records = [...message.answer, ...message.authority, ...message.additional];
  const smallest = records.reduce((least, { ttl }) => Math.min(least, ttl), Number.POSITIVE_INFINITY);
  const lifetime = soa === undefined ? smallest : Math.min(smallest, soaMinimum(soa));
  return Number.isFinite(lifetime) ? lifetime : 0;
}

/** No record of the type asked for, at the end of an alias chain or at all. */
function isNegative(message: Message): boolean {
  const type = message.question[0]?.type;
  if (message.rcode === RCODE.NXDOMAIN) return true;
  return !message.answer.some((record) => type === TYPE.ANY || record.type === type);
}

/** The MINIMUM field, the last four octets (RFC 1035 section 3.3.13); the decoder has checked the structure. */
function soaMinimum({ rdata }: ResourceRecord): number {
  return new DataView(rdata.buffer, rdata.byteOffset, rdata.byteLength).getUint32(rdata.length - 4);
}
