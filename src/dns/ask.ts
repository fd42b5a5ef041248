/**
 * The core's only door to the network: a question goes out, a reply or a typed failure comes back. `doh` makes an
 * `Ask`; tests make their own. An `Ask` never rejects.
 */
import type { Message, Question } from './message.ts';
import type { WireFaultCode } from './wire.ts';

export type Ask = (question: Question) => Promise<Reply>;

export type Reply =
  | {
      readonly ok: true;
      readonly message: Message;
      /** Who answered, as the user knows them: the resolver's URL. */
      readonly resolver: string;
      /** The resolver's own clock, epoch seconds, where it told it (HTTP Date). */
      readonly resolverTime?: number;
    }
  | { readonly ok: false; readonly failure: TransportFailure };

/** Why no DNS answer came. None of them says anything about the name asked for. */
export type TransportFailure =
  /** No connection, TLS failure, or reset. */
  | { readonly code: 'unreachable'; readonly resolver: string; readonly detail: string }
  | { readonly code: 'timeout'; readonly resolver: string; readonly limitMs: number }
  | {
      readonly code: 'http-status';
      readonly resolver: string;
      readonly status: number;
      /** How long the resolver wants to be left alone (Retry-After, RFC 9110 section 10.2.3). */
      readonly retryAfterSeconds?: number;
    }
  | { readonly code: 'redirected'; readonly resolver: string }
  | { readonly code: 'content-type'; readonly resolver: string; readonly contentType: string }
  | { readonly code: 'empty'; readonly resolver: string }
  | { readonly code: 'too-large'; readonly resolver: string; readonly limitOctets: number }
  | { readonly code: 'malformed'; readonly resolver: string; readonly fault: WireFaultCode; readonly offset: number }
  /** No response at all, another opcode, or not one question (W9). */
  | { readonly code: 'not-a-response'; readonly resolver: string }
  /** The answer repeats another question than ours (RFC 5452 section 9.1). */
  | { readonly code: 'wrong-question'; readonly resolver: string; readonly answered: string }
  /** TC=1: incomplete, and so no evidence of anything (W10). */
  | { readonly code: 'truncated'; readonly resolver: string }
  /** Nobody has been chosen to ask. */
  | { readonly code: 'no-resolver' }
  /** A recording or a cache in offline use has no such answer. */
  | { readonly code: 'not-recorded' };

/**
 * Before data is called bogus: another way to ask, where there is one that may come to other data. `reason` is why it
 * failed, of which this room knows no more than that.
 */
export type SecondLook = (reason: SuspectReason) => Ask | undefined;

export interface SuspectReason {
  readonly code: string;
  /** The RRset that failed, its owner in presentation form, its type as a mnemonic. */
  readonly owner?: string;
  readonly type?: string;
}
