/**
 * The rdata that validation reads, as typed values. Each parser takes uncompressed wire rdata and gives undefined
 * for octets that are not exactly that structure; what such a record is worth is the caller's to say.
 */
import type { Name } from './name.ts';
import { WireFault, WireReader } from './wire.ts';

/** Runs a reader over the whole of `rdata`. */
function whole<T>(rdata: Uint8Array, read: (reader: WireReader) => T): T | undefined {
  const reader = new WireReader(rdata);
  try {
    const value = read(reader);
    reader.expectEnd();
    return value;
  } catch (error) {
    if (error instanceof WireFault) return undefined;
    throw error;
  }
}

/** RFC 4034 section 2.1. */
export interface Dnskey {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
  readonly rdata: Uint8Array;
}

/** Zone Key, RFC 4034 section 2.1.1; Secure Entry Point, same; Revoke, RFC 5011 section 2.1. */
export const DNSKEY_FLAG = { ZONE: 0x0100, REVOKE: 0x0080, SEP: 0x0001 } as const;

export function parseDnskey(rdata: Uint8Array): Dnskey | undefined {
  return whole(rdata, (reader) => ({
    flags: reader.u16(),
    protocol: reader.u8(),
    algorithm: reader.u8(),
    publicKey: reader.rest(),
    rdata,
  }));
}

/** RFC 4034 section 5.1. */
export interface Ds {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
}

export function parseDs(rdata: Uint8Array): Ds | undefined {
  return whole(rdata, (reader) => ({
    keyTag: reader.u16(),
    algorithm: reader.u8(),
    digestType: reader.u8(),
    digest: reader.rest(),
  }));
}

/** RFC 4034 section 3.1. Times are 32-bit serial numbers (RFC 1982), not plain epoch seconds. */
export interface Rrsig {
  readonly typeCovered: number;
  readonly algorithm: number;
  readonly labels: number;
  /** Seconds. */
  readonly originalTtl: number;
  readonly expiration: number;
  readonly inception: number;
  readonly keyTag: number;
  readonly signer: Name;
  readonly signature: Uint8Array;
  /** The rdata up to the signer's name: what is hashed before the name and the records. */
  readonly fixedPart: Uint8Array;
}

export function parseRrsig(rdata: Uint8Array): Rrsig | undefined {
  return whole(rdata, (reader) => ({
    typeCovered: reader.u16(),
    algorithm: reader.u8(),
    labels: reader.u8(),
    originalTtl: reader.u32(),
    expiration: reader.u32(),
    inception: reader.u32(),
    keyTag: reader.u16(),
    fixedPart: rdata.subarray(0, 18),
    signer: reader.name('no pointers'),
    signature: reader.rest(),
  }));
}

/** Which types a name has (RFC 4034 section 4.1.2). */
export class TypeBitmap {
  readonly #windows: ReadonlyMap<number, Uint8Array>;

  /**
   * Throws WireFault unless windows ascend and hold 1 to 32 octets, the last of them not zero (RFC 4034 section 4.1.2;
   * BIND refuses such, too). An empty bitmap is legal (RFC 6840 section 6.4).
   */
  constructor(reader: WireReader) {
    const windows = new Map<number, Uint8Array>();
    let previous = -1;
    while (reader.remaining > 0) {
      const window = reader.u8();
      const length = reader.u8();
      if (window <= previous || length < 1 || length > 32) throw reader.fault('bad rdata');
      const octets = reader.take(length);
      if (octets.at(-1) === 0) throw reader.fault('bad rdata');
      windows.set(window, octets);
      previous = window;
    }
    this.#windows = windows;
  }

  /** Bit n of window w is type 256w+n, bit 0 the most significant of the first octet. */
  has(type: number): boolean {
    const octet = this.#windows.get(type >>> 8)?.[(type & 0xff) >>> 3] ?? 0;
    return (octet & (0x80 >>> (type & 7))) !== 0;
  }

  types(): number[] {
    const types: number[] = [];
    for (const [window, octets] of this.#windows) {
      for (let bit = 0; bit < octets.length * 8; bit++) {
        if (this.has(window * 256 + bit)) types.push(window * 256 + bit);
      }
    }
    return types;
  }
}

/** RFC 4034 section 4.1. */
export interface Nsec {
  readonly next: Name;
  readonly types: TypeBitmap;
}

export function parseNsec(rdata: Uint8Array): Nsec | undefined {
  return whole(rdata, (reader) => ({ next: reader.name('no pointers'), types: new TypeBitmap(reader) }));
}

/** RFC 5155 section 3.2. `iterations` is the number of additional ones. */
export interface Nsec3 {
  readonly hashAlgorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly nextHash: Uint8Array;
  readonly types: TypeBitmap;
}

export function parseNsec3(rdata: Uint8Array): Nsec3 | undefined {
  return whole(rdata, (reader) => ({
    hashAlgorithm: reader.u8(),
    flags: reader.u8(),
    iterations: reader.u16(),
    salt: reader.characterString(),
    nextHash: reader.characterString(),
    types: new TypeBitmap(reader),
  }));
}

/** RFC 1035 section 3.3.13; what negative answers need of it. */
export interface Soa {
  readonly primary: Name;
  readonly serial: number;
  /** Seconds: the cap on negative TTLs (RFC 2308 section 4). */
  readonly minimum: number;
}

export function parseSoa(rdata: Uint8Array): Soa | undefined {
  return whole(rdata, (reader) => {
    const primary = reader.name('no pointers');
    reader.name('no pointers');
    const serial = reader.u32();
    reader.take(12);
    return { primary, serial, minimum: reader.u32() };
  });
}

/** The one name that CNAME, DNAME, NS and PTR rdata is. */
export function parseNameRdata(rdata: Uint8Array): Name | undefined {
  return whole(rdata, (reader) => reader.name('no pointers'));
}

/** RFC 1035 section 3.3.9. */
export interface Mx {
  readonly preference: number;
  /** The root where the domain takes no mail (RFC 7505 section 3). */
  readonly exchange: Name;
}

export function parseMx(rdata: Uint8Array): Mx | undefined {
  return whole(rdata, (reader) => ({ preference: reader.u16(), exchange: reader.name('no pointers') }));
}

/** RFC 2782. */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The root where the service is not offered. */
  readonly target: Name;
}

export function parseSrv(rdata: Uint8Array): Srv | undefined {
  return whole(rdata, (reader) => ({
    priority: reader.u16(),
    weight: reader.u16(),
    port: reader.u16(),
    target: reader.name('no pointers'),
  }));
}

/** RFC 1035 section 3.3.14: the strings of one record, one or more. */
export function parseTxt(rdata: Uint8Array): readonly Uint8Array[] | undefined {
  return whole(rdata, (reader) => {
    const strings = [reader.characterString()];
    while (reader.remaining > 0) strings.push(reader.characterString());
    return strings;
  });
}
