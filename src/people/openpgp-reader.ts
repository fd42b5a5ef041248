/** OpenPGP keys by OpenPGP.js, behind `openpgp-packets.ts`, which lets nothing through that could cost much. */
import { type Key, type PublicKey, readKey, type Subkey, type User } from 'openpgp';
import { MAX_USER_ID } from './limits.ts';
import type { OpenPgpKeyPart, OpenPgpReading, OpenPgpStatus, OpenPgpUserId } from './openpgp-key.ts';
import { keyFault } from './openpgp-packets.ts';

export async function readOpenPgpKey(octets: Uint8Array, now: number): Promise<OpenPgpReading> {
  const fault = keyFault(octets);
  if (fault !== undefined) return { ok: false, fault };
  const key = await attempt(() => readKey({ binaryKey: octets }));
  if (key === undefined || key.isPrivate()) return { ok: false, fault: { code: 'unreadable' } };
  const at = new Date(now * 1000);
  const users = key.users.filter((user) => user.userID !== null);
  const encryptsTo = await attempt(() => key.getEncryptionKey(undefined, at));
  return {
    ok: true,
    key: {
      ...partOf(key),
      expires: secondsOf(await attempt(() => key.getExpirationTime())),
      status: await statusOfKey(key, at),
      userIds: await Promise.all(users.map((user) => userIdOf(user, at))),
      attributes: key.users.length - users.length,
      subkeys: await Promise.all(key.subkeys.map((subkey) => subkeyOf(subkey, at))),
      encryptsTo: encryptsTo === undefined ? null : encryptsTo.getFingerprint(),
      armored: key.armor(),
    },
  };
}

/**
 * The library tells everything by exceptions of one class with a sentence: what is wrong is found out by asking for
 * each fact by itself, and none of the sentences is shown.
 */
async function attempt<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

function partOf(part: Key | Subkey): Omit<OpenPgpKeyPart, 'expires' | 'status'> {
  const { algorithm, bits, curve } = part.getAlgorithmInfo();
  return {
    fingerprint: part.getFingerprint(),
    keyId: part.getKeyID().toHex(),
    version: part.keyPacket.version,
    algorithm,
    ...(bits !== undefined && { bits }),
    ...(curve !== undefined && { curve }),
    created: Math.floor(part.getCreationTime().getTime() / 1000),
  };
}

/** A date, `Infinity` for never, null for nobody knows. */
function secondsOf(time: Date | number | null | undefined): number | null {
  return time instanceof Date ? Math.floor(time.getTime() / 1000) : null;
}

async function statusOfKey(key: PublicKey, at: Date): Promise<OpenPgpStatus> {
  if (key.getCreationTime() > at) return 'not yet';
  if (await isRevoked(() => key.isRevoked(undefined, undefined, at))) return 'revoked';
  if ((await attempt(async () => (await key.verifyPrimaryKey(at)) ?? true)) === true) return 'valid';
  return isPast(await attempt(() => key.getExpirationTime()), at) ? 'expired' : 'unbound';
}

async function subkeyOf(subkey: Subkey, at: Date): Promise<OpenPgpKeyPart> {
  const expires = await attempt(() => subkey.getExpirationTime(at));
  const ever = expires ?? (await attempt(() => subkey.getExpirationTime(null as unknown as Date)));
  return { ...partOf(subkey), expires: secondsOf(ever), status: await statusOfSubkey(subkey, at, ever) };
}

async function statusOfSubkey(
  subkey: Subkey,
  at: Date,
  expires: Date | number | null | undefined,
): Promise<OpenPgpStatus> {
  if (subkey.getCreationTime() > at) return 'not yet';
  if ((await attempt(() => subkey.verify(at))) !== undefined) return 'valid';
  const [binding] = subkey.bindingSignatures;
  if (binding && (await isRevoked(() => subkey.isRevoked(binding, subkey.keyPacket, at)))) return 'revoked';
  return isPast(expires, at) ? 'expired' : 'unbound';
}

async function userIdOf(user: User, at: Date): Promise<OpenPgpUserId> {
  const { userID, email } = user.userID!;
  return {
    text: userID.slice(0, MAX_USER_ID),
    email: email === '' ? null : email,
    status: await statusOfUser(user, at),
  };
}

async function statusOfUser(user: User, at: Date): Promise<OpenPgpStatus> {
  if ((await attempt(() => user.verify(at))) === true) return 'valid';
  const [certification] = user.selfCertifications;
  if (certification && (await isRevoked(() => user.isRevoked(certification, undefined, at)))) return 'revoked';
  return certification?.isExpired(at) ? 'expired' : 'unbound';
}

async function isRevoked(ask: () => Promise<boolean>): Promise<boolean> {
  return (await attempt(ask)) === true;
}

function isPast(time: Date | number | null | undefined, at: Date): boolean {
  return time instanceof Date && time <= at;
}
