/** Small pieces of messages. */
import { EDNS_OPTION } from '../../src/dns/codes.ts';
import type { EdnsOption } from '../../src/dns/message.ts';

/** An extended DNS error (RFC 8914 section 2). */
export function extendedError(code: number, text: string): EdnsOption {
  const encoded = new TextEncoder().encode(text);
  return { code: EDNS_OPTION.EXTENDED_ERROR, data: Uint8Array.of(code >>> 8, code & 0xff, ...encoded) };
}
