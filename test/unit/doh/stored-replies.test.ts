import { describe, expect, it } from 'vitest';
import type { Reply, TransportFailure } from '../../../src/dns/ask.ts';
import { RCODE, TYPE } from '../../../src/dns/codes.ts';
import { encodeMessage, type Message } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { restoreReply, storeReply } from '../../../src/doh/stored-replies.ts';
import { addressRecord, QUESTION, response, soaRecord } from './messages.ts';

const RESOLVER = 'https://dns.example/dns-query';
const answered = (changes: Partial<Message> = {}): Reply => ({
  ok: true,
  resolver: RESOLVER,
  resolverTime: 1_764_000_000,
  message: response({ question: [{ ...QUESTION, class: 1 }], ...changes }),
});
/** Through JSON text, as storage and files have it. */
const through = (reply: Reply) => restoreReply(JSON.parse(JSON.stringify(storeReply(reply))));
const octets = (message: Message) => [...encodeMessage(message)];

const FAILURES: readonly TransportFailure[] = [
  { code: 'unreachable', resolver: RESOLVER, detail: 'connection reset' },
  { code: 'timeout', resolver: RESOLVER, limitMs: 5000 },
  { code: 'http-status', resolver: RESOLVER, status: 503 },
  { code: 'http-status', resolver: RESOLVER, status: 429, retryAfterSeconds: 30 },
  { code: 'redirected', resolver: RESOLVER },
  { code: 'content-type', resolver: RESOLVER, contentType: '' },
  { code: 'empty', resolver: RESOLVER },
  { code: 'too-large', resolver: RESOLVER, limitOctets: 65_535 },
  { code: 'malformed', resolver: RESOLVER, fault: 'cut short', offset: 17 },
  { code: 'not-a-response', resolver: RESOLVER },
  { code: 'wrong-question', resolver: RESOLVER, answered: 'a.example. A' },
  { code: 'truncated', resolver: RESOLVER },
  { code: 'no-resolver' },
  { code: 'not-recorded' },
];

describe('a stored reply', () => {
  it.each<[string, Partial<Message>]>([
    ['an answer', { answer: [addressRecord(300), addressRecord(0x7fffffff)] }],
    ['a denial', { rcode: RCODE.NXDOMAIN, answer: [], authority: [soaRecord(60, 30)] }],
    [
      'an extended RCODE and an extended error',
      {
        rcode: 23,
        edns: { udpPayloadSize: 1232, version: 0, dnssecOk: true, options: [{ code: 15, data: Uint8Array.of(0, 15) }] },
      },
    ],
    ['a name of odd octets', { question: [{ name: Name.parse('a\\.b\\000.example'), type: TYPE.TLSA, class: 1 }] }],
    ['all flags', { authoritative: true, authenticData: true, checkingDisabled: false }],
  ])('comes back as it was: %s', (_, changes) => {
    const reply = answered(changes);
    const restored = through(reply);
    if (!reply.ok || !restored?.ok) throw new Error('not restored');
    expect(octets(restored.message)).toEqual(octets(reply.message));
    expect(restored.message).toMatchObject({
      rcode: reply.message.rcode,
      question: [{ type: reply.message.question[0]!.type }],
    });
    expect({ ...restored, message: 0 }).toEqual({ ...reply, message: 0 });
  });

  it('may have no clock', () => {
    const { resolverTime: _, ...reply } = answered() as Extract<Reply, { ok: true }>;
    expect(through(reply)).not.toHaveProperty('resolverTime');
  });

  it.each(FAILURES)('comes back as it was: $code', (failure) => {
    expect(through({ ok: false, failure })).toEqual({ ok: false, failure });
  });

  const stored = storeReply(answered()) as Record<string, unknown>;
  const messageOf = (changes: Partial<Message>) => storeReply(answered(changes));
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'AAAA'],
    ['a list', []],
    ['no message', { resolver: RESOLVER }],
    ['a message that is no text', { ...stored, message: [0, 1] }],
    ['a message that is no base64', { ...stored, message: '!!!!' }],
    ['a message cut short', { ...stored, message: String(stored['message']).slice(0, 40) }],
    ['a message with more behind it', { ...stored, message: `${String(stored['message']).replace(/=+$/, '')}AAAA` }],
    ['a message longer than any', { ...stored, message: 'A'.repeat(87_384) }],
    ['no resolver', { ...stored, resolver: undefined }],
    ['a resolver that is no text', { ...stored, resolver: 7 }],
    ['a resolver without end', { ...stored, resolver: 'x'.repeat(4097) }],
    ['a clock that is no time', { ...stored, resolverTime: 1.5 }],
    ['a clock before 1970', { ...stored, resolverTime: -1 }],
    ['a query', messageOf({ response: false })],
    ['another opcode', messageOf({ opcode: 5 })],
    ['a truncated message', messageOf({ truncated: true })],
    ['no question', messageOf({ question: [] })],
    ['two questions', messageOf({ question: [QUESTION, QUESTION] })],
    ['a failure that is no object', { failure: 'timeout' }],
    ['a failure without a code', { failure: { resolver: RESOLVER } }],
    ['a failure nobody knows', { failure: { code: 'verified', resolver: RESOLVER } }],
    ['a failure of nobody', { failure: { code: 'empty' } }],
    [
      'a failure of an unknown fault',
      { failure: { code: 'malformed', resolver: RESOLVER, fault: 'constructor', offset: 1 } },
    ],
    ['a fault without a place', { failure: { code: 'malformed', resolver: RESOLVER, fault: 'cut short' } }],
    ['a limit that is no number', { failure: { code: 'timeout', resolver: RESOLVER, limitMs: '5' } }],
    ['a status that is none', { failure: { code: 'http-status', resolver: RESOLVER, status: -1 } }],
    [
      'a pause that is none',
      { failure: { code: 'http-status', resolver: RESOLVER, status: 429, retryAfterSeconds: 'x' } },
    ],
    ['a length that is none', { failure: { code: 'too-large', resolver: RESOLVER } }],
    ['a detail that is no text', { failure: { code: 'unreachable', resolver: RESOLVER, detail: {} } }],
    ['a content type that is no text', { failure: { code: 'content-type', resolver: RESOLVER, contentType: null } }],
    ['another question that is no text', { failure: { code: 'wrong-question', resolver: RESOLVER, answered: 1 } }],
  ])('does not come back from %s', (_, value) => {
    expect(restoreReply(value)).toBeUndefined();
  });

  it('brings nothing along that is not part of a reply', () => {
    const failure = { code: 'empty', resolver: RESOLVER, verdict: 'verified' };
    expect(restoreReply({ failure })).toEqual({ ok: false, failure: { code: 'empty', resolver: RESOLVER } });
    expect(Object.keys(restoreReply({ ...stored, verdict: 'verified' })!).sort()).toEqual([
      'message',
      'ok',
      'resolver',
      'resolverTime',
    ]);
  });
});
