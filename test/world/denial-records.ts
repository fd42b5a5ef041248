/** NSEC and NSEC3 rdata taken apart and put together otherwise, for records that lie. */
import { TYPE } from '../../src/dns/codes.ts';
import type { Name } from '../../src/dns/name.ts';
import { encodeTypeBitmap } from '../../src/dns/presentation.ts';
import { TypeBitmap } from '../../src/dns/rdata.ts';
import { WireReader, WireWriter } from '../../src/dns/wire.ts';
import type { RRset } from './signer.ts';

/** The types a denial record says its name has. */
export function typesOf(rrset: RRset): number[] {
  const rdata = rrset.rdatas[0]!;
  return new TypeBitmap(new WireReader(rdata, bitmapOffset(rrset.type, rdata))).types();
}

/** The same record with another type bitmap. */
export function withTypes(rrset: RRset, types: readonly number[]): RRset {
  const rdata = rrset.rdatas[0]!;
  const head = rdata.subarray(0, bitmapOffset(rrset.type, rdata));
  return { ...rrset, rdatas: [Uint8Array.of(...head, ...encodeTypeBitmap(types))] };
}

/** The same NSEC with another next name. */
export function withNextName(rrset: RRset, next: Name): RRset {
  const bitmap = encodeTypeBitmap(typesOf(rrset));
  return { ...rrset, rdatas: [new WireWriter().bytes(next.wire).bytes(bitmap).finish()] };
}

/** The same NSEC3 with another number of iterations, its hashes as they were. */
export function withIterations(rrset: RRset, iterations: number): RRset {
  const rdata = rrset.rdatas[0]!;
  return {
    ...rrset,
    rdatas: [Uint8Array.of(...rdata.subarray(0, 2), iterations >>> 8, iterations & 0xff, ...rdata.subarray(4))],
  };
}

function bitmapOffset(type: number, rdata: Uint8Array): number {
  const reader = new WireReader(rdata);
  if (type === TYPE.NSEC) reader.labels('no pointers');
  else {
    reader.take(4);
    reader.characterString();
    reader.characterString();
  }
  return reader.offset;
}
