/**
 * Mail addresses as the owner names of keys need them (RFC 7929 section 3, RFC 8162 section 3): a local part of atoms
 * and quoted strings with dots between them (RFC 5322 section 3.4.1, RFC 6532 for letters beyond ASCII), an `@`, and a
 * domain of two labels or more, given in letters of any script or as A-labels. Comments and folding white space may
 * stand around words. No display name, no angle brackets, no address literals: each has a fault of its own.
 */
import { classifyHost, type HostFault } from '../dane/owner.ts';
import type { Name } from '../dns/name.ts';

/** Octets of a local part and of a whole address (RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3, without the brackets). */
const MAX_LOCAL_PART_OCTETS = 64;
const MAX_ADDRESS_OCTETS = 254;
/** Characters of text that are looked at: comments and folds come on top of an address. */
const MAX_TEXT = 2048;
/** Comments nest (RFC 5322 section 3.2.2). Nobody's do. */
const MAX_COMMENT_DEPTH = 8;

export interface MailAddress {
  /**
   * Without comments, folds and quoting, in Normalization Form C where it is more than ASCII (RFC 7929 section 3). No
   * case folding and no dropping of tags: `Hugh`, `hugh` and `hugh+tag` are three addresses (section 4).
   */
  readonly localPart: string;
  /** Its UTF-8: what is hashed. */
  readonly octets: Uint8Array;
  readonly domain: Name;
  /** `hugh@example.com`, for display: the local part as above, the domain in A-labels without the closing dot. */
  readonly text: string;
}

export type AddressFault =
  | { readonly code: 'empty' }
  | { readonly code: 'no-at' }
  | { readonly code: 'no-local-part' }
  | { readonly code: 'no-domain' }
  /** `Hugh <hugh@example.com>`: the address is what stands between the brackets. */
  | { readonly code: 'angle-brackets' }
  | { readonly code: 'second-at' }
  /** A dot at the beginning, at the end, or two in a row. */
  | { readonly code: 'stray-dot' }
  | { readonly code: 'open-quote' }
  | { readonly code: 'open-comment' }
  /** `at` counts characters from 1. */
  | { readonly code: 'unexpected-character'; readonly character: string; readonly at: number }
  /** Half of a surrogate pair: no text at all. */
  | { readonly code: 'not-text' }
  | { readonly code: 'local-part-too-long'; readonly octets: number; readonly limit: number }
  | { readonly code: 'too-long'; readonly octets: number; readonly limit: number }
  | { readonly code: 'address-literal'; readonly domain: string }
  | { readonly code: 'single-label'; readonly domain: string }
  | { readonly code: 'bad-domain'; readonly domain: string; readonly fault: HostFault };

export type ParsedAddress =
  | { readonly ok: true; readonly address: MailAddress }
  | { readonly ok: false; readonly fault: AddressFault };

/** Hostile text gives a fault, never an exception. */
export function parseAddress(text: string): ParsedAddress {
  const trimmed = text.trim();
  if (trimmed === '') return refuse({ code: 'empty' });
  if (trimmed.length > MAX_TEXT) {
    return refuse({ code: 'too-long', octets: encode(trimmed).length, limit: MAX_ADDRESS_OCTETS });
  }
  // Unpaired halves would be encoded as U+FFFD, and so two different texts would be one.
  if (/\p{Cs}/u.test(trimmed)) return refuse({ code: 'not-text' });
  if (/^[^"]*<[^<>]*>$/.test(trimmed)) return refuse({ code: 'angle-brackets' });
  const reader = new AddressReader(trimmed);
  try {
    const localPart = normalized(reader.localPart());
    const octets = encode(localPart);
    if (octets.length > MAX_LOCAL_PART_OCTETS) {
      return refuse({ code: 'local-part-too-long', octets: octets.length, limit: MAX_LOCAL_PART_OCTETS });
    }
    return withDomain(localPart, octets, reader.domain());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(error.fault);
  }
}

function withDomain(localPart: string, octets: Uint8Array, written: string): ParsedAddress {
  const domain = written.replace(/\.$/, '');
  if (domain === '') return refuse({ code: 'no-domain' });
  if (domain.startsWith('[')) return refuse({ code: 'address-literal', domain });
  const ascii = toAscii(domain);
  // URLs may have more in their hosts, and DNS in its names; no domain of mail is written so.
  if (/[^a-z0-9._-]/i.test(ascii)) return refuse({ code: 'bad-domain', domain, fault: 'forbidden character' });
  const host = classifyHost(ascii);
  switch (host.kind) {
    case 'address-literal':
    case 'single-label':
      return refuse({ code: host.kind, domain });
    case 'bad-host':
      return refuse({ code: 'bad-domain', domain, fault: host.fault });
    case 'name': {
      const shown = host.name.toString().replace(/\.$/, '');
      const total = octets.length + 1 + encode(shown).length;
      if (total > MAX_ADDRESS_OCTETS) return refuse({ code: 'too-long', octets: total, limit: MAX_ADDRESS_OCTETS });
      return { ok: true, address: { localPart, octets, domain: host.name, text: `${localPart}@${shown}` } };
    }
  }
}

/**
 * A domain in letters of its own as A-labels, by the URL parser, the one IDNA that browsers and Node share. What is
 * ASCII stays as it is: the parser would resolve `%41`, and take `0x7f.1` for an address.
 */
export function toAscii(domain: string): string {
  if (/^[\x20-\x7e]*$/.test(domain) || /[\x20-\x2c/:-@[-^`{-\x7f]/.test(domain)) return domain;
  const url = `https://${domain}/`;
  return URL.canParse(url) ? new URL(url).hostname : domain;
}

function refuse(fault: AddressFault): ParsedAddress {
  return { ok: false, fault };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** RFC 7929 section 3, step 1: NFC where there is more than ASCII. */
function normalized(text: string): string {
  return text.normalize('NFC');
}

/** Leaves the reader only as a value. */
class Refusal extends Error {
  readonly fault: AddressFault;
  constructor(fault: AddressFault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** RFC 5322 section 3.2.3, and everything beyond ASCII that is a visible character (RFC 6532 section 3.2). */
const ATEXT = /[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]|[^\p{ASCII}\p{C}\p{Z}]|\u200d/u;
/** Inside quotes: everything printable, space and tab. */
const QTEXT = /[\x20-\x7e\t]|[^\p{ASCII}\p{Cc}]/u;

class AddressReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  /** Up to the `@`, which is taken, too. */
  localPart(): string {
    if (!this.#characters.includes('@')) throw new Refusal({ code: 'no-at' });
    this.#skipCommentsAndFolds();
    if (this.#peek() === '@') throw new Refusal({ code: 'no-local-part' });
    let text = '';
    for (;;) {
      text += this.#word();
      this.#skipCommentsAndFolds();
      if (this.#peek() === '@') break;
      if (this.#peek() === undefined) throw new Refusal({ code: 'no-at' });
      if (this.#peek() !== '.') this.#refuseCharacter();
      text += '.';
      this.#at++;
      this.#skipCommentsAndFolds();
    }
    this.#at++;
    if (text === '') throw new Refusal({ code: 'no-local-part' });
    return text;
  }

  domain(): string {
    this.#skipCommentsAndFolds();
    let text = '';
    for (;;) {
      const character = this.#peek();
      if (character === undefined) return text;
      if (character === '@') throw new Refusal({ code: 'second-at' });
      if (character === '(' || /\s/.test(character)) {
        this.#skipCommentsAndFolds();
        // RFC 5322 section 4.4: white space around dots, as in the local part, and nowhere else.
        const next = this.#peek();
        if (next !== undefined && next !== '.' && !text.endsWith('.') && text !== '') this.#refuseCharacter();
        continue;
      }
      text += character;
      this.#at++;
    }
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #word(): string {
    const first = this.#peek();
    if (first === '"') return this.#quotedString();
    if (first === '.' || first === '@') throw new Refusal({ code: 'stray-dot' });
    let text = '';
    for (let next = first; next !== undefined && ATEXT.test(next); next = this.#peek()) {
      text += next;
      this.#at++;
    }
    if (text === '') this.#refuseCharacter();
    return text;
  }

  /** The quotes and the backslashes are no part of the address (RFC 5322 section 3.2.4). */
  #quotedString(): string {
    let text = '';
    this.#at++;
    for (;;) {
      let character = this.#peek();
      if (character === '"') break;
      if (character === '\\') {
        this.#at++;
        character = this.#peek();
      }
      if (character === undefined) throw new Refusal({ code: 'open-quote' });
      // A fold inside is the white space without its line end.
      if (character === '\r' || character === '\n') {
        this.#at++;
        continue;
      }
      if (!QTEXT.test(character)) this.#refuseCharacter();
      text += character;
      this.#at++;
    }
    this.#at++;
    return text;
  }

  #skipCommentsAndFolds(): void {
    let depth = 0;
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (next === '(') depth++;
      else if (next === ')' && depth > 0) depth--;
      else if (depth > 0 && next === '\\') this.#at++;
      else if (depth === 0 && !/[ \t\r\n]/.test(next)) return;
      if (depth > MAX_COMMENT_DEPTH) this.#refuseCharacter();
      this.#at++;
    }
    if (depth > 0) throw new Refusal({ code: 'open-comment' });
  }

  #refuseCharacter(): never {
    const character = this.#peek();
    if (character === undefined) throw new Refusal({ code: 'no-at' });
    throw new Refusal({ code: 'unexpected-character', character, at: this.#at + 1 });
  }
}
