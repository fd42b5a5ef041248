/**
 * SSHFP (RFC 4255), IPSECKEY (RFC 4025), CAA (RFC 8659), SVCB and HTTPS (RFC 9460) as plain values, ready for JSON.
 * Undefined for other types, and for octets that are not exactly the type's structure.
 */
import { formatIpv4, formatIpv6 } from './address.ts';
import { TYPE } from './codes.ts';
import { toBase64, toHex } from './encodings.ts';
import { formatServiceValue, readServiceParameters, serviceKeyName } from './svcb.ts';
import { WireFault, WireReader } from './wire.ts';

export type DecodedRecord =
  | {
      readonly type: 'SSHFP';
      readonly algorithm: number;
      readonly fingerprintType: number;
      /** Hex. */
      readonly fingerprint: string;
      /** Is it as long as its type's digests are? */
      readonly wellFormed: boolean;
    }
  | {
      readonly type: 'IPSECKEY';
      readonly precedence: number;
      readonly algorithm: number;
      readonly gateway: IpsecGateway;
      /** Base64; empty where there is none. */
      readonly key: string;
    }
  | {
      readonly type: 'CAA';
      readonly critical: boolean;
      /** In lower case. */
      readonly tag: string;
      readonly value: string;
    }
  | {
      readonly type: 'SVCB' | 'HTTPS';
      /** Priority 0: another name for the service, and the parameters are to be passed over. */
      readonly mode: 'alias' | 'service';
      readonly priority: number;
      /** In presentation form; `.`: the owner itself, and in alias mode no such service. */
      readonly target: string;
      /** Values as text, in the forms of RFC 9460. */
      readonly parameters: readonly { readonly key: string; readonly value: string }[];
    };

/** RFC 4025 section 2.3. */
export type IpsecGateway =
  | { readonly kind: 'none' }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

export function decodeRecord(type: number, rdata: Uint8Array): DecodedRecord | undefined {
  const reader = new WireReader(rdata);
  try {
    const decoded = decode(type, reader);
    reader.expectEnd();
    return decoded;
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    return undefined;
  }
}

function decode(type: number, reader: WireReader): DecodedRecord | undefined {
  switch (type) {
    case TYPE.SSHFP:
      return readSshfp(reader);
    case TYPE.IPSECKEY:
      return readIpseckey(reader);
    case TYPE.CAA:
      return readCaa(reader);
    case TYPE.SVCB:
      return { type: 'SVCB', ...readService(reader) };
    case TYPE.HTTPS:
      return { type: 'HTTPS', ...readService(reader) };
    default:
      return undefined;
  }
}

/** Octets of SHA-1 (RFC 4255 section 3.1.2) and SHA-256 (RFC 6594 section 4.1.2). */
const FINGERPRINT_OCTETS: ReadonlyMap<number, number> = new Map([
  [1, 20],
  [2, 32],
]);

function readSshfp(reader: WireReader): DecodedRecord {
  const algorithm = reader.u8();
  const fingerprintType = reader.u8();
  const fingerprint = reader.rest();
  const wellFormed = fingerprint.length === (FINGERPRINT_OCTETS.get(fingerprintType) ?? fingerprint.length);
  return { type: 'SSHFP', algorithm, fingerprintType, fingerprint: toHex(fingerprint), wellFormed };
}

function readIpseckey(reader: WireReader): DecodedRecord {
  const precedence = reader.u8();
  const gatewayType = reader.u8();
  const algorithm = reader.u8();
  const gateway = readGateway(gatewayType, reader);
  return { type: 'IPSECKEY', precedence, algorithm, gateway, key: toBase64(reader.rest()) };
}

/** RFC 4025 section 2.5: a name is there uncompressed. */
function readGateway(gatewayType: number, reader: WireReader): IpsecGateway {
  switch (gatewayType) {
    case 0:
      return { kind: 'none' };
    case 1:
      return { kind: 'address', address: formatIpv4(reader.take(4)) };
    case 2:
      return { kind: 'address', address: formatIpv6(reader.take(16)) };
    case 3:
      return { kind: 'name', name: reader.name('no pointers').toString() };
    default:
      throw reader.fault('bad rdata');
  }
}

/** RFC 8659 section 4.1. */
function readCaa(reader: WireReader): DecodedRecord {
  const flags = reader.u8();
  const tag = asciiOf(reader.characterString());
  if (!/^[A-Za-z0-9]+$/.test(tag)) throw reader.fault('bad rdata');
  return { type: 'CAA', critical: (flags & 0x80) !== 0, tag: tag.toLowerCase(), value: asciiOf(reader.rest()) };
}

function asciiOf(octets: Uint8Array): string {
  return String.fromCharCode(...octets.subarray(0, 1024));
}

function readService(reader: WireReader) {
  const priority = reader.u16();
  const target = reader.name('no pointers').toString();
  const parameters = readServiceParameters(reader).map(({ key, value }) => ({
    key: serviceKeyName(key),
    value: formatServiceValue(key, value),
  }));
  return { mode: priority === 0 ? ('alias' as const) : ('service' as const), priority, target, parameters };
}
