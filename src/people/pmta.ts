/**
 * PMTA rdata, as the code that was deployed has it (Armory, after draft-wiley-paymentassoc-00, which expired in 2015
 * without a type number): network selector, preference and URI length, two octets each, the URI, an octet for the kind
 * of data, and data to the end. Experimental: records of older demonstrations have other octets.
 */
import { toHex } from '../dns/encodings.ts';

/** The type number Armory used, of the range for private use. */
export const ARMORY_PMTA_TYPE = 65_337;

export type PmtaNetwork = 'bitcoin' | 'bitcoin-test' | 'other';

export interface Pmta {
  readonly network: PmtaNetwork;
  readonly networkSelector: number;
  readonly preference: number;
  /** ASCII, and empty where there is none. */
  readonly uri: string;
  readonly dataType: number;
  /** Hex. */
  readonly data: string;
  /** Data of type 0 is an address: as text, where it is text. */
  readonly address: string | null;
}

const NETWORKS: ReadonlyMap<number, PmtaNetwork> = new Map([
  [1, 'bitcoin-test'],
  [2, 'bitcoin'],
]);

/** Undefined for octets that are not exactly this structure. */
export function parsePmta(rdata: Uint8Array): Pmta | undefined {
  if (rdata.length < 7) return undefined;
  const u16 = (at: number) => rdata[at]! * 0x100 + rdata[at + 1]!;
  const end = 6 + u16(4);
  const dataType = rdata[end];
  const uri = asciiOf(rdata.subarray(6, end));
  if (dataType === undefined || uri === undefined) return undefined;
  const data = rdata.subarray(end + 1);
  return {
    network: NETWORKS.get(u16(0)) ?? 'other',
    networkSelector: u16(0),
    preference: u16(2),
    uri,
    dataType,
    data: toHex(data),
    address: dataType === 0 && data.length > 0 ? (asciiOf(data) ?? null) : null,
  };
}

function asciiOf(octets: Uint8Array): string | undefined {
  const text = String.fromCharCode(...octets.subarray(0, 2048));
  return octets.length <= 2048 && /^[!-~]*$/.test(text) ? text : undefined;
}
