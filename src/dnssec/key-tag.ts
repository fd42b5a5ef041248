/**
 * The key tag of a DNSKEY (RFC 4034 Appendix B): the sum of its rdata's octet pairs with the carries folded in once.
 * It is a filter, never an identity.
 */
export function keyTag(rdata: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < rdata.length; i++) sum += i & 1 ? rdata[i]! : rdata[i]! << 8;
  sum += sum >>> 16;
  return sum & 0xffff;
}
