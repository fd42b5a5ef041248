/** Where what is published for a mail address stands. Undefined where the name would be too long for the DNS. */
import { sha224, sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../dns/encodings.ts';
import { Name, NameError } from '../dns/name.ts';
import type { MailAddress } from './address.ts';

/** Octets of the SHA-256 digest that make the label (RFC 7929 section 3, RFC 8162 section 3). */
const HASH_OCTETS = 28;

/** 56 hex digits of the local part's hash. */
export function localPartHash({ octets }: Pick<MailAddress, 'octets'>): string {
  return toHex(sha256(octets).subarray(0, HASH_OCTETS));
}

/** RFC 7929 section 3. */
export function openPgpKeyOwner(address: MailAddress): Name | undefined {
  return below(address, localPartHash(address), '_openpgpkey');
}

/** RFC 8162 section 3. */
export function smimeaOwner(address: MailAddress): Name | undefined {
  return below(address, localPartHash(address), '_smimecert');
}

/** As Armory's code has it: SHA-224, which is another digest than SHA-256 cut, and as long. */
export function pmtaOwner(address: MailAddress): Name | undefined {
  return below(address, toHex(sha224(address.octets)), '_pmta');
}

/** BIP-353: the user's name stands there as it is, and a dot in it parts labels, as in the wallets that ask. */
export function bip353Owner(address: MailAddress): Name | undefined {
  return below(address, ...address.localPart.split('.'), 'user', '_bitcoin-payment');
}

function below({ domain }: MailAddress, ...labels: readonly string[]): Name | undefined {
  const octets = labels.map((label) => new TextEncoder().encode(label));
  try {
    return Name.fromLabels([...octets, ...domain.labels()]);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return undefined;
  }
}
