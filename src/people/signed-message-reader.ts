/**
 * S/MIME signatures of mail messages (RFC 8551 section 3.5): `multipart/signed` with a detached signature, and
 * `application/pkcs7-mime` with the content inside. MIME by postal-mime, CMS by `cms.ts`.
 */
import PostalMime, { type Email } from 'postal-mime';
import { verifySignedData } from './cms.ts';
import { MAX_MESSAGE_OCTETS } from './limits.ts';
import type { MessageFault, SignedMessage } from './signed-message.ts';

export async function readSignedMessage(octets: Uint8Array): Promise<SignedMessage> {
  const fail = (fault: MessageFault): SignedMessage => ({ ok: false, fault });
  if (octets.length > MAX_MESSAGE_OCTETS) {
    return fail({ code: 'too-large', octets: octets.length, limit: MAX_MESSAGE_OCTETS });
  }
  const email = await parse(octets);
  if (email === undefined || email.headers.length === 0) return fail({ code: 'malformed' });
  const type = headerOf(email, 'content-type');
  const kind = mediaType(type);
  if (kind === 'multipart/encrypted') return fail({ code: 'encrypted' });
  if (kind === 'multipart/signed') {
    if (!/pkcs7-signature/i.test(parameterOf(type, 'protocol') ?? '')) return fail({ code: 'openpgp' });
    const signed = firstPart(octets, parameterOf(type, 'boundary') ?? '');
    const signature = attachmentOf(email, 'application/pkcs7-signature', 'application/x-pkcs7-signature');
    if (signed === undefined || signature === undefined) return fail({ code: 'malformed' });
    return verified(email, signature, canonical(signed));
  }
  if (kind === 'application/pkcs7-mime' || kind === 'application/x-pkcs7-mime') {
    if (/enveloped/i.test(parameterOf(type, 'smime-type') ?? '')) return fail({ code: 'encrypted' });
    const signature = attachmentOf(email, kind);
    return signature === undefined ? fail({ code: 'malformed' }) : verified(email, signature, undefined);
  }
  return fail({ code: 'not-signed' });
}

async function verified(email: Email, signature: Uint8Array, content: Uint8Array | undefined): Promise<SignedMessage> {
  const result = await verifySignedData(signature, content);
  if (!result.ok) return result;
  const from = email.from?.address === undefined ? [] : [email.from.address];
  return { ok: true, certificates: result.certificates, signer: { from } };
}

/** The library throws on nesting and header sizes over its limits. */
async function parse(octets: Uint8Array): Promise<Email | undefined> {
  try {
    return await new PostalMime({ attachmentEncoding: 'arraybuffer', maxNestingDepth: 32 }).parse(octets);
  } catch {
    return undefined;
  }
}

function headerOf(email: Email, name: string): string {
  return email.headers.find(({ key }) => key === name)?.value ?? '';
}

function mediaType(header: string): string {
  return header.split(';', 1)[0]!.trim().toLowerCase();
}

/** A parameter of Content-Type (RFC 2045 section 5.1), quoted or not. */
function parameterOf(header: string, name: string): string | undefined {
  const pattern = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i');
  const [, quoted, bare] = pattern.exec(header) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}

function attachmentOf(email: Email, ...types: readonly string[]): Uint8Array | undefined {
  const found = email.attachments.find(({ mimeType }) => types.includes(mimeType.toLowerCase()));
  return found === undefined || typeof found.content === 'string' ? undefined : new Uint8Array(found.content);
}

/**
 * The octets of the first part, headers included, as they were signed (RFC 1847 section 2.1): between the line of the
 * first boundary and the line end before the second. A library that decodes parts has lost them.
 */
function firstPart(octets: Uint8Array, boundary: string): Uint8Array | undefined {
  if (boundary === '') return undefined;
  const text = latin1(octets);
  const escaped = boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const line = new RegExp(`(?:^|\\n)--${escaped}(--)?[ \\t]*(?=\\r?\\n|$)`, 'g');
  const first = line.exec(text);
  const start = first === null ? -1 : text.indexOf('\n', first.index + 1) + 1;
  const second = line.exec(text);
  if (first === null || second === null || start <= 0 || second.index < start) return undefined;
  const end = text[second.index - 1] === '\r' ? second.index - 1 : second.index;
  return octets.subarray(start, end);
}

/** Octets as characters of the same number, so that places in one are places in the other. */
function latin1(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 0x8000) text += String.fromCharCode(...octets.subarray(at, at + 0x8000));
  return text;
}

/** RFC 8551 section 3.1.1: lines end in CR LF when they are signed, whatever a file system made of them. */
function canonical(octets: Uint8Array): Uint8Array {
  const isBare = (octet: number, i: number) => octet === 0x0a && octets[i - 1] !== 0x0d;
  let bare = 0;
  for (let i = 0; i < octets.length; i++) if (isBare(octets[i]!, i)) bare++;
  if (bare === 0) return octets;
  const out = new Uint8Array(octets.length + bare);
  let at = 0;
  for (let i = 0; i < octets.length; i++) {
    if (isBare(octets[i]!, i)) out[at++] = 0x0d;
    out[at++] = octets[i]!;
  }
  return out;
}
