/**
 * DER (X.690 section 10), as far as certificates use it: low tag numbers, definite lengths in their shortest form,
 * primitive strings, canonical BOOLEAN, INTEGER, NULL, OBJECT IDENTIFIER and BIT STRING. All else is refused:
 * indefinite and long-winded lengths, constructed strings, octets left over. Depth and number of elements are bounded.
 *
 * Contents are views of the octets given, never a re-encoding: what TLSA compares must be the sender's own octets.
 */

import { MAX_DER_DEPTH, MAX_DER_ELEMENTS } from './limits.ts';

export type DerFaultCode =
  | 'cut short'
  | 'octets left over'
  /** Indefinite length, a length not in its shortest form, a constructed string, a non-canonical value: BER only. */
  | 'not DER'
  /** Valid DER, and another element than the structure has here. */
  | 'unexpected element'
  | 'nested too deep'
  | 'too many elements';

/** Octets that are not the structure they should be. Internal to `dane`: its functions catch it at their edge. */
export class DerFault extends Error {
  readonly code: DerFaultCode;
  constructor(code: DerFaultCode) {
    super(code);
    this.name = 'DerFault';
    this.code = code;
  }
}

/** Identifier octets (X.690 section 8.1.2). */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

const CONSTRUCTED = 0x20;

export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  /** Identifier, length and contents. */
  readonly whole: Uint8Array;
}

export class DerReader {
  readonly #octets: Uint8Array;
  #offset = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get done(): boolean {
    return this.#offset === this.#octets.length;
  }

  /** The next element's identifier octet; undefined at the end. */
  peek(): number | undefined {
    return this.#octets[this.#offset];
  }

  /** The next element, which must have the tag where one is given. */
  next(tag?: number): DerElement {
    const start = this.#offset;
    const identifier = this.#octet();
    // X.509 uses no tag number above 30, the only ones with more than one identifier octet.
    if ((identifier & 0x1f) === 0x1f) throw new DerFault('unexpected element');
    const length = this.#length();
    const contentsAt = this.#offset;
    if (length > this.#octets.length - contentsAt) throw new DerFault('cut short');
    this.#offset = contentsAt + length;
    if (tag !== undefined && identifier !== tag) throw new DerFault('unexpected element');
    return {
      tag: identifier,
      contents: this.#octets.subarray(contentsAt, this.#offset),
      whole: this.#octets.subarray(start, this.#offset),
    };
  }

  /** The next element if it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.peek() === tag ? this.next(tag) : undefined;
  }

  expectEnd(): void {
    if (!this.done) throw new DerFault('octets left over');
  }

  #octet(): number {
    const octet = this.#octets[this.#offset];
    if (octet === undefined) throw new DerFault('cut short');
    this.#offset++;
    return octet;
  }

  /** X.690 sections 8.1.3 and 10.1: definite, and in as few octets as can be. */
  #length(): number {
    const first = this.#octet();
    if (first < 0x80) return first;
    if (first === 0x80) throw new DerFault('not DER');
    // Four octets of length are beyond any limit here; the shift below would overflow.
    if (first > 0x83) throw new DerFault('cut short');
    let length = 0;
    for (let i = first & 0x7f; i > 0; i--) length = (length << 8) | this.#octet();
    const shortest = length < 0x80 ? 0 : length < 0x100 ? 0x81 : length < 0x10000 ? 0x82 : 0x83;
    if (first !== shortest) throw new DerFault('not DER');
    return length;
  }
}

/** The one element the octets consist of, checked throughout. Throws DerFault. */
export function readDer(octets: Uint8Array, tag?: number): DerElement {
  const reader = new DerReader(octets);
  const element = reader.next(tag);
  reader.expectEnd();
  const budget = { elements: MAX_DER_ELEMENTS };
  checkElement(element, 1, budget);
  return element;
}

function checkElement(element: DerElement, depth: number, budget: { elements: number }): void {
  if (depth > MAX_DER_DEPTH) throw new DerFault('nested too deep');
  if (--budget.elements < 0) throw new DerFault('too many elements');
  if ((element.tag & CONSTRUCTED) === 0) {
    checkPrimitive(element);
    return;
  }
  // Of the universal class, DER constructs SEQUENCE and SET only; a string in pieces is BER.
  if (element.tag < 0x40 && element.tag !== TAG.SEQUENCE && element.tag !== TAG.SET) throw new DerFault('not DER');
  const reader = new DerReader(element.contents);
  while (!reader.done) checkElement(reader.next(), depth + 1, budget);
}

function checkPrimitive({ tag, contents }: DerElement): void {
  const first = contents[0];
  switch (tag) {
    // X.690 section 8.1.5: end-of-contents, which only indefinite lengths need.
    case 0:
    case TAG.SEQUENCE & ~CONSTRUCTED:
    case TAG.SET & ~CONSTRUCTED:
      throw new DerFault('not DER');
    case TAG.BOOLEAN:
      // X.690 section 11.1: TRUE is all ones.
      if (contents.length !== 1 || (first !== 0 && first !== 0xff)) throw new DerFault('not DER');
      return;
    case TAG.INTEGER: {
      // X.690 section 8.3.2: the first nine bits are not all alike.
      if (first === undefined) throw new DerFault('not DER');
      const second = contents[1];
      if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
        throw new DerFault('not DER');
      }
      return;
    }
    case TAG.NULL:
      if (contents.length !== 0) throw new DerFault('not DER');
      return;
    case TAG.BIT_STRING:
      checkBitString(contents);
      return;
    case TAG.OBJECT_IDENTIFIER:
      checkObjectIdentifier(contents);
      return;
    default:
      return;
  }
}

/**
 * X.690 sections 8.6.2 and 11.2.1: at most seven unused bits, all zero, none in an empty string. For BIT STRINGs with
 * a tag of their own, which nothing else tells as such.
 */
export function checkBitString(contents: Uint8Array): void {
  const unused = contents[0];
  if (unused === undefined || unused > 7 || (contents.length === 1 && unused !== 0)) throw new DerFault('not DER');
  if (contents.length > 1 && (contents.at(-1)! & ((1 << unused) - 1)) !== 0) throw new DerFault('not DER');
}

/** X.690 section 8.19: every arc ends, and none begins with a padding octet. */
function checkObjectIdentifier(contents: Uint8Array): void {
  let arcStarts = true;
  for (const octet of contents) {
    if (arcStarts && octet === 0x80) throw new DerFault('not DER');
    arcStarts = octet < 0x80;
  }
  if (contents.length === 0 || !arcStarts) throw new DerFault('not DER');
}

/** Dotted decimal of an OBJECT IDENTIFIER's contents. Arcs may be longer than 32 bits. */
export function objectIdentifierText(contents: Uint8Array): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of contents) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 40n ? 0n : arc < 80n ? 1n : 2n;
      arcs.push(root, arc - root * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join('.');
}

/** The octets of a BIT STRING without unused bits, as keys and signatures are. Throws DerFault on others. */
export function bitStringOctets({ contents }: DerElement): Uint8Array {
  if (contents[0] !== 0) throw new DerFault('unexpected element');
  return contents.subarray(1);
}

/** An unsigned INTEGER's octets without the sign octet. Throws DerFault where it is negative. */
export function unsignedOctets({ contents }: DerElement): Uint8Array {
  if (contents[0]! >= 0x80) throw new DerFault('unexpected element');
  return contents[0] === 0 && contents.length > 1 ? contents.subarray(1) : contents;
}

/**
 * Epoch seconds of a Time (RFC 5280 section 4.1.2.5): UTCTime `YYMMDDHHMMSSZ` for 1950 to 2049 or GeneralizedTime
 * `YYYYMMDDHHMMSSZ`, nothing else. Throws DerFault.
 */
export function timeSeconds({ tag, contents }: DerElement): number {
  const text = String.fromCharCode(...contents.subarray(0, 16));
  const pattern = tag === TAG.UTC_TIME ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : GENERALIZED;
  const fields = tag === TAG.UTC_TIME || tag === TAG.GENERALIZED_TIME ? pattern.exec(text) : null;
  if (fields === null) throw new DerFault('unexpected element');
  const [year, month, day, hour, minute, second] = fields.slice(1).map(Number) as [number, ...number[]];
  const fullYear = tag === TAG.UTC_TIME ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month! - 1, day!);
  date.setUTCHours(hour!, minute!, second!);
  // A month 13 or a 30 February would have been carried over into another date.
  const read = date.toISOString().replace(/\.\d+Z$/, 'Z');
  const written = `${String(fullYear).padStart(4, '0')}-${fields[2]}-${fields[3]}T${fields[4]}:${fields[5]}:${fields[6]}Z`;
  if (read !== written) throw new DerFault('unexpected element');
  return date.getTime() / 1000;
}

const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
