/** An OpenPGP key as plain values. `openpgp-reader.ts` makes it, and is the only file that knows the library. */
import type { KeyFault } from './openpgp-packets.ts';

/**
 * `valid` may be used at the time of the check · `revoked` by its owner · `expired` · `not yet` made, by its own date ·
 * `unbound`: no good signature of the owner's holds it together, as where it is by an algorithm nobody should trust.
 */
export type OpenPgpStatus = 'valid' | 'revoked' | 'expired' | 'not yet' | 'unbound';

export interface OpenPgpUserId {
  /** As it stands there, cut to a length; the key owner's text, to be escaped for display. */
  readonly text: string;
  /** What looks like a mail address in it; null where nothing does. */
  readonly email: string | null;
  readonly status: OpenPgpStatus;
}

export interface OpenPgpKeyPart {
  /** Hex, lower case. */
  readonly fingerprint: string;
  /** Hex; the low octets of a fingerprint of version 4. */
  readonly keyId: string;
  readonly version: number;
  /** As the library names it: `rsaEncryptSign`, `eddsaLegacy`, `ed25519`, `ecdh`. */
  readonly algorithm: string;
  readonly bits?: number;
  readonly curve?: string;
  /** Epoch seconds. */
  readonly created: number;
  /** Null: never, or nobody can say since nothing binds it. */
  readonly expires: number | null;
  readonly status: OpenPgpStatus;
}

export interface OpenPgpKey extends OpenPgpKeyPart {
  readonly userIds: readonly OpenPgpUserId[];
  /** Pictures and other attributes, which are not looked at. */
  readonly attributes: number;
  readonly subkeys: readonly OpenPgpKeyPart[];
  /** Fingerprint of the key or subkey that mail to the owner is encrypted to; null where there is none. */
  readonly encryptsTo: string | null;
  /** The key as text, for a file. */
  readonly armored: string;
}

export type OpenPgpReading =
  | { readonly ok: true; readonly key: OpenPgpKey }
  | { readonly ok: false; readonly fault: KeyFault };

/**
 * Reads one key as of `now` (epoch seconds), bounded whatever the octets are. Never rejects. Handed to the core, so
 * that the library is loaded only where there is a key to read.
 */
export type ReadOpenPgpKey = (octets: Uint8Array, now: number) => Promise<OpenPgpReading>;
