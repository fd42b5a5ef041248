/**
 * Reading and writing octets in network order. The reader accepts only what lies inside its bounds and throws
 * `WireFault` on the first octet that does not fit; `decodeMessage` and the rdata parsers catch it at their edge,
 * so it never reaches their callers.
 */
import { MAX_LABEL_OCTETS, MAX_NAME_OCTETS, Name } from './name.ts';

export type WireFaultCode =
  | 'cut short'
  | 'octets left over'
  | 'reserved label type'
  | 'pointer not backwards'
  | 'too many pointers'
  | 'pointer not allowed here'
  | 'name too long'
  | 'more than one OPT'
  | 'OPT not at the root'
  | 'message too long'
  | 'bad rdata';

/** Octets that are not the structure they should be. Internal to `dns`: it never leaves its functions. */
export class WireFault extends Error {
  readonly code: WireFaultCode;
  readonly offset: number;
  constructor(code: WireFaultCode, offset: number) {
    super(`${code} at octet ${offset}`);
    this.name = 'WireFault';
    this.code = code;
    this.offset = offset;
  }
}

/** As many as a name can have labels (RFC 1035 section 2.3.4): nobody who shortens names needs more. */
const MAX_POINTERS = 127;

export class WireReader {
  readonly octets: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(octets: Uint8Array, offset = 0, end = octets.length) {
    this.octets = octets;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  fault(code: WireFaultCode): WireFault {
    return new WireFault(code, this.offset);
  }

  u8(): number {
    if (this.offset + 1 > this.end) throw this.fault('cut short');
    return this.octets[this.offset++]!;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  /** A view of the next `count` octets, not a copy. */
  take(count: number): Uint8Array {
    if (this.offset + count > this.end) throw this.fault('cut short');
    this.offset += count;
    return this.octets.subarray(this.offset - count, this.offset);
  }

  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  /** One character-string: a length octet and that many octets (RFC 1035 section 3.3). */
  characterString(): Uint8Array {
    return this.take(this.u8());
  }

  expectEnd(): void {
    if (this.remaining !== 0) throw this.fault('octets left over');
  }

  /** A name, in canonical (lower-cased) form. */
  name(pointers: 'pointers' | 'no pointers'): Name {
    return Name.fromLabels(this.labels(pointers));
  }

  /**
   * A name's labels with the sender's letter case (RFC 1035 section 4.1.4). A pointer must lead to before the
   * start of the run of labels it ends, so every name comes to an end; and a message of thousands of names, each
   * led through thousands of pointers, costs no more than `MAX_POINTERS` a name.
   */
  labels(pointers: 'pointers' | 'no pointers'): Uint8Array[] {
    const labels: Uint8Array[] = [];
    let total = 1;
    let at = this.offset;
    let runStart = at;
    let jumps = 0;
    const limit = () => (jumps > 0 ? this.octets.length : this.end);
    for (;;) {
      if (at >= limit()) throw this.fault('cut short');
      const length = this.octets[at]!;
      if (length === 0) {
        if (jumps === 0) this.offset = at + 1;
        return labels;
      }
      if (length <= MAX_LABEL_OCTETS) {
        if (at + 1 + length > limit()) throw this.fault('cut short');
        total += 1 + length;
        if (total > MAX_NAME_OCTETS) throw this.fault('name too long');
        labels.push(this.octets.subarray(at + 1, at + 1 + length));
        at += 1 + length;
      } else if (length >= 0xc0) {
        if (pointers === 'no pointers') throw this.fault('pointer not allowed here');
        if (at + 2 > limit()) throw this.fault('cut short');
        const target = (length & 0x3f) * 0x100 + this.octets[at + 1]!;
        if (target >= runStart) throw this.fault('pointer not backwards');
        if (jumps === 0) this.offset = at + 2;
        if (++jumps > MAX_POINTERS) throw this.fault('too many pointers');
        at = runStart = target;
      } else {
        throw this.fault('reserved label type');
      }
    }
  }
}

/** Grows as it is written to. */
export class WireWriter {
  #octets: Uint8Array;
  #length = 0;

  /** `capacity`: octets to make room for at once. */
  constructor(capacity = 64) {
    this.#octets = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#octets.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#octets.length * 2));
      grown.set(this.#octets);
      this.#octets = grown;
    }
    return start;
  }

  u8(value: number): this {
    // First the room, then the array: growing replaces it.
    const at = this.#reserve(1);
    this.#octets[at] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value & 0xff);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  bytes(octets: Uint8Array): this {
    const at = this.#reserve(octets.length);
    this.#octets.set(octets, at);
    return this;
  }

  /** Labels with their letter case kept, uncompressed, and the root's octet. */
  labels(labels: readonly Uint8Array[]): this {
    for (const label of labels) this.u8(label.length).bytes(label);
    return this.u8(0);
  }

  finish(): Uint8Array {
    return this.#length === this.#octets.length ? this.#octets : this.#octets.slice(0, this.#length);
  }
}
