/**
 * Domain names as validated, canonical bytes.
 *
 * A `Name` exists only in canonical form (RFC 4034 section 6.2): uncompressed, octets 0x41-0x5A in lower case,
 * every other octet untouched. Labels hold any octet, a dot included, so names are compared by label and never
 * by the text they print as. Where the sender's letter case matters (NSEC next names, RFC 6840 section 5.1),
 * the record's rdata keeps it.
 */
import { toCharacters } from './encodings.ts';

/** Octets of the longest name, length octets and root included (RFC 1035 section 2.3.4). */
export const MAX_NAME_OCTETS = 255;
/** Octets of the longest label (RFC 1035 section 2.3.4). */
export const MAX_LABEL_OCTETS = 63;

const ASTERISK = 0x2a;

/** A caller gave text that is no domain name. `reason` names what is wrong with it. */
export class NameError extends Error {
  readonly reason: 'empty label' | 'label too long' | 'name too long' | 'bad escape' | 'not ASCII';
  constructor(reason: NameError['reason'], text: string) {
    super(`${reason}: ${text}`);
    this.name = 'NameError';
    this.reason = reason;
  }
}

/** ASCII lower case of one octet; octets above 0x7F stay as they are (RFC 4034 section 6.2). */
export function lowercaseOctet(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}

export class Name {
  /** Uncompressed, lower-cased wire form, the root octet included. Not to be written to. */
  readonly wire: Uint8Array;
  /** The wire form as a string of octets: equal names have equal keys, and only they. */
  readonly key: string;
  /** Number of labels, the root not counted. */
  readonly labelCount: number;
  /** Offset in `wire` of each label's length octet, the root's last. */
  readonly #offsets: readonly number[];
  /** Its presentation form, once somebody asked for it. */
  #text: string | undefined;

  private constructor(wire: Uint8Array, offsets: readonly number[]) {
    this.wire = wire;
    this.#offsets = offsets;
    this.labelCount = offsets.length - 1;
    this.key = toCharacters(wire);
  }

  static readonly root = new Name(new Uint8Array(1), [0]);

  /** From labels, leftmost first. Throws NameError on an empty or oversized one. */
  static fromLabels(labels: readonly Uint8Array[]): Name {
    const total = labels.reduce((sum, label) => sum + label.length + 1, 1);
    if (total > MAX_NAME_OCTETS) throw new NameError('name too long', `${total} octets`);
    const wire = new Uint8Array(total);
    const offsets: number[] = [];
    let at = 0;
    for (const label of labels) {
      if (label.length === 0) throw new NameError('empty label', '');
      if (label.length > MAX_LABEL_OCTETS) throw new NameError('label too long', `${label.length} octets`);
      offsets.push(at);
      wire[at++] = label.length;
      for (const octet of label) wire[at++] = lowercaseOctet(octet);
    }
    offsets.push(at);
    return new Name(wire, offsets);
  }

  /** From presentation form, see `parseLabels`. Throws NameError. */
  static parse(text: string): Name {
    return Name.fromLabels(parseLabels(text));
  }

  /** The i-th label's octets, leftmost first, lower-cased. */
  label(i: number): Uint8Array {
    const offset = this.#offsets[i];
    if (offset === undefined || i >= this.labelCount) throw new RangeError(`no label ${i}`);
    return this.wire.subarray(offset + 1, offset + 1 + this.wire[offset]!);
  }

  labels(): Uint8Array[] {
    const labels: Uint8Array[] = [];
    for (let i = 0; i < this.labelCount; i++) labels.push(this.label(i));
    return labels;
  }

  /** The name of the rightmost `count` labels: itself or an ancestor. */
  ancestor(count: number): Name {
    if (count < 0 || count > this.labelCount) throw new RangeError(`no ancestor of ${count} labels`);
    if (count === this.labelCount) return this;
    const first = this.labelCount - count;
    const from = this.#offsets[first]!;
    return new Name(
      this.wire.subarray(from),
      this.#offsets.slice(first).map((offset) => offset - from),
    );
  }

  /** One label less; the root has no parent, and asking for it is a caller's error. */
  parent(): Name {
    return this.ancestor(this.labelCount - 1);
  }

  /** This name with one more label on the left. Throws NameError where it gets too long. */
  child(label: Uint8Array): Name {
    return Name.fromLabels([label, ...this.labels()]);
  }

  /** `*.` + this name (RFC 4592 section 2.1.1). Throws NameError where it gets too long. */
  wildcardChild(): Name {
    return this.child(Uint8Array.of(ASTERISK));
  }

  isRoot(): boolean {
    return this.labelCount === 0;
  }

  /** Is the leftmost label a lone asterisk (RFC 4592 section 2.1.1)? */
  isWildcard(): boolean {
    return this.labelCount > 0 && this.wire[0] === 1 && this.wire[1] === ASTERISK;
  }

  equals(other: Name): boolean {
    return this.key === other.key;
  }

  /** Is this name `ancestor` itself or anywhere below it? Compared label by label. */
  isAtOrBelow(ancestor: Name): boolean {
    const extra = this.labelCount - ancestor.labelCount;
    return extra >= 0 && this.key.slice(this.#offsets[extra]) === ancestor.key;
  }

  isBelow(ancestor: Name): boolean {
    return this.labelCount > ancestor.labelCount && this.isAtOrBelow(ancestor);
  }

  /** How many labels the two have in common, counted from the root. */
  commonLabels(other: Name): number {
    const most = Math.min(this.labelCount, other.labelCount);
    for (let count = 0; count < most; count++) {
      if (compareOctets(this.label(this.labelCount - 1 - count), other.label(other.labelCount - 1 - count)) !== 0) {
        return count;
      }
    }
    return most;
  }

  /** Canonical DNS name order (RFC 4034 section 6.1): negative, zero or positive. */
  compare(other: Name): number {
    const common = this.commonLabels(other);
    if (common === this.labelCount || common === other.labelCount) return this.labelCount - other.labelCount;
    return compareOctets(this.label(this.labelCount - 1 - common), other.label(other.labelCount - 1 - common));
  }

  /** Presentation form, lower-cased, with the closing dot. */
  toString(): string {
    this.#text ??= formatLabels(this.labels());
    return this.#text;
  }
}

/** Labels as text with the closing dot; octets outside printable ASCII as `\DDD` (RFC 4343 section 2.1). */
export function formatLabels(labels: readonly Uint8Array[]): string {
  if (labels.length === 0) return '.';
  return labels.map((label) => `${escapeOctets(label, '."\\();@$')}.`).join('');
}

/**
 * Labels from presentation form (RFC 1035 section 5.1), letter case kept: dots part labels, `\.` is a dot in one,
 * `\DDD` an octet; a closing dot may be there or not. Only printable ASCII: an IDN host comes as A-labels.
 * Throws NameError on text that is none; lengths are `Name.fromLabels`' to check.
 */
export function parseLabels(text: string): Uint8Array[] {
  if (text === '.') return [];
  if (text === '') throw new NameError('empty label', text);
  if (/[^ -~]/.test(text)) throw new NameError('not ASCII', text);
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  const endLabel = () => {
    if (label.length === 0) throw new NameError('empty label', text);
    labels.push(Uint8Array.from(label));
    label = [];
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) endLabel();
    else if (code === 0x5c) {
      const escaped = /^(?:(\d{3})|([^\d]))/.exec(text.slice(i + 1));
      const octet = escaped?.[1] !== undefined ? Number(escaped[1]) : escaped?.[2]?.charCodeAt(0);
      if (octet === undefined || octet > 255) throw new NameError('bad escape', text);
      label.push(octet);
      i += escaped![0].length;
    } else label.push(code);
  }
  if (label.length > 0) endLabel();
  return labels;
}

/** Octets as presentation text: those in `special` behind a backslash, the unprintable and space as `\DDD`. */
export function escapeOctets(octets: Uint8Array, special: string): string {
  let text = '';
  for (const octet of octets) {
    const character = String.fromCharCode(octet);
    if (octet <= 0x20 || octet > 0x7e) text += `\\${String(octet).padStart(3, '0')}`;
    else text += special.includes(character) ? `\\${character}` : character;
  }
  return text;
}

/** Unsigned octet strings in order, a prefix first (RFC 4034 sections 6.1, 6.3). */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareOctets(a, b) === 0;
}
