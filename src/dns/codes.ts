/** Numbers the protocol assigns, and their mnemonics (IANA DNS parameters, as confirmed in the RFCs named). */

export const CLASS_IN = 1;

export const TYPE = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  RT: 21,
  SIG: 24,
  PX: 26,
  AAAA: 28,
  NXT: 30,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  A6: 38,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  NXNAME: 128,
  ANY: 255,
  URI: 256,
  CAA: 257,
} as const;

const MNEMONICS = new Map<number, string>(Object.entries(TYPE).map(([mnemonic, type]) => [type, mnemonic]));

/** `A`, `TLSA`, or `TYPE65280` for a number without a mnemonic (RFC 3597 section 5). */
export function typeMnemonic(type: number): string {
  return MNEMONICS.get(type) ?? `TYPE${type}`;
}

/** The type a mnemonic or `TYPEnnn` names, letter case aside; undefined where it names none. */
export function parseType(text: string): number | undefined {
  const upper = text.toUpperCase();
  if (Object.hasOwn(TYPE, upper)) return TYPE[upper as keyof typeof TYPE];
  const number = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  return number !== undefined && Number(number) <= 0xffff ? Number(number) : undefined;
}

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

const RCODE_MNEMONICS = new Map<number, string>(Object.entries(RCODE).map(([mnemonic, rcode]) => [rcode, mnemonic]));

/** `NOERROR`, `SERVFAIL`, or `RCODE23` for a number without a mnemonic. */
export function rcodeMnemonic(rcode: number): string {
  return RCODE_MNEMONICS.get(rcode) ?? `RCODE${rcode}`;
}

/** EDNS option codes (RFC 7830 section 3, RFC 8914 section 2). */
export const EDNS_OPTION = { PADDING: 12, EXTENDED_ERROR: 15 } as const;
