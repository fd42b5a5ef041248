/** Keys made for the test, whole and spoiled. GnuPG's keys are in test/servers. */
import { generateKey, type KeyOptions, readKey, readPrivateKey, reformatKey, revokeKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '../../../src/dns/encodings.ts';
import { keyFault } from '../../../src/people/openpgp-packets.ts';
import { readOpenPgpKey } from '../../../src/people/openpgp-reader.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;
const DAY = 86_400;

async function make(options: Partial<KeyOptions> = {}) {
  const { publicKey, privateKey } = await generateKey({
    userIDs: [{ name: 'Hugh', email: 'hugh@example.com' }],
    date: new Date((NOW - DAY) * 1000),
    ...options,
    format: 'object',
  });
  return { octets: publicKey.write(), publicKey, privateKey };
}

async function read(octets: Uint8Array, now = NOW) {
  const reading = await readOpenPgpKey(octets, now);
  if (!reading.ok) throw new Error(reading.fault.code);
  return reading.key;
}

/** A packet in the new format, with a length of five octets. */
function packet(tag: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  return Uint8Array.of(
    0xc0 | tag,
    255,
    length >>> 24,
    (length >>> 16) & 255,
    (length >>> 8) & 255,
    length & 255,
    ...body,
  );
}

const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('an OpenPGP key', () => {
  it('A19 is read from its octets: fingerprint, user ids, dates, algorithms', async () => {
    const { octets, publicKey } = await make({ keyExpirationTime: 30 * DAY });
    const key = await read(octets);
    expect(key).toMatchObject({
      fingerprint: publicKey.getFingerprint(),
      keyId: publicKey.getKeyID().toHex(),
      version: 4,
      algorithm: 'eddsaLegacy',
      curve: 'ed25519Legacy',
      created: NOW - DAY,
      expires: NOW + 29 * DAY,
      status: 'valid',
      userIds: [{ text: 'Hugh <hugh@example.com>', email: 'hugh@example.com', status: 'valid' }],
      attributes: 0,
      subkeys: [{ algorithm: 'ecdh', curve: 'curve25519Legacy', status: 'valid', expires: NOW + 29 * DAY }],
    });
    expect(key.encryptsTo).toBe(key.subkeys[0]!.fingerprint);
    expect((await readKey({ armoredKey: key.armored })).write()).toEqual(octets);
  });

  it('is valid from its making to its end', async () => {
    const { octets } = await make({ keyExpirationTime: 30 * DAY });
    const statusAt = async (now: number) => (await read(octets, now)).status;
    expect(await statusAt(NOW - 2 * DAY)).toBe('not yet');
    expect(await statusAt(NOW)).toBe('valid');
    expect(await statusAt(NOW + 31 * DAY)).toBe('expired');
    expect((await read(octets, NOW + 31 * DAY)).encryptsTo).toBeNull();
    expect(await read((await make()).octets, NOW + 3650 * DAY)).toMatchObject({ status: 'valid', expires: null });
  });

  it('is revoked where its owner said so', async () => {
    const { privateKey } = await make();
    const { publicKey } = await revokeKey({ key: privateKey, format: 'object', date: new Date(NOW * 1000) });
    expect(await read(publicKey.write(), NOW + 1)).toMatchObject({ status: 'revoked', encryptsTo: null });
  });

  it('has more user ids, each with a state of its own', async () => {
    const { privateKey } = await make();
    const more = await reformatKey({
      privateKey: await readPrivateKey({ armoredKey: privateKey.armor() }),
      userIDs: [{ email: 'hugh@example.com' }, { name: 'No address' }],
      date: new Date(NOW * 1000),
      format: 'object',
    });
    const { userIds } = await read(more.publicKey.write(), NOW + 1);
    expect(userIds).toEqual([
      { text: '<hugh@example.com>', email: 'hugh@example.com', status: 'valid' },
      { text: 'No address', email: null, status: 'valid' },
    ]);
  });

  it('stands for no user id that it did not sign, and is nothing without one', async () => {
    const [one, other] = [await make(), await make({ userIDs: [{ email: 'eve@example.com' }] })];
    // The other's user id with its signature, on this key.
    const [primary, ...rest] = one.publicKey.toPacketList();
    const foreign = other.publicKey.toPacketList().slice(1, 3);
    const list = one.publicKey.toPacketList();
    list.splice(0, list.length, primary!, ...foreign, ...rest);
    const mixed = await read(list.write());
    expect(mixed.userIds.map(({ email, status }) => [email, status])).toEqual([
      ['eve@example.com', 'unbound'],
      ['hugh@example.com', 'valid'],
    ]);
    list.splice(0, list.length, primary!, ...foreign);
    expect(await read(list.write())).toMatchObject({ status: 'unbound', encryptsTo: null, expires: null });
  });

  it('RSA, and version 6', async () => {
    const rsa = await read((await make({ type: 'rsa', rsaBits: 2048 })).octets);
    expect(rsa).toMatchObject({ algorithm: 'rsaEncryptSign', bits: 2048, status: 'valid' });
    const six = await read((await make({ type: 'curve25519', config: { v6Keys: true } })).octets);
    expect(six).toMatchObject({ version: 6, algorithm: 'ed25519', status: 'valid' });
    expect(six.fingerprint).toHaveLength(64);
  });
});

describe('what is no key', async () => {
  const { octets, privateKey, publicKey } = await make();
  const fault = async (octets: Uint8Array) => {
    const reading = await readOpenPgpKey(octets, NOW);
    return reading.ok ? undefined : reading.fault;
  };
  const text = (words: string) => new TextEncoder().encode(words);

  it('A19 neither armor nor base64 stands in the record', async () => {
    expect(await fault(text(publicKey.armor()))).toEqual({ code: 'armored' });
    expect(await fault(text(toBase64(octets)))).toEqual({ code: 'base64' });
  });

  it('is told by what it is', async () => {
    expect(await fault(new Uint8Array())).toEqual({ code: 'empty' });
    expect(await fault(privateKey.write())).toEqual({ code: 'secret-key' });
    expect(await fault(joined(octets, octets))).toEqual({ code: 'several-keys', keys: 2 });
    expect(await fault(text('hello'))).toEqual({ code: 'bad-packet', offset: 0 });
    expect(await fault(octets.subarray(0, -1))).toMatchObject({ code: 'bad-packet' });
    expect(await fault(joined(octets, Uint8Array.of(0)))).toEqual({ code: 'bad-packet', offset: octets.length });
    // A user id first, and a key packet that is none.
    expect(await fault(packet(13, text('Hugh')))).toEqual({ code: 'not-a-key', tag: 13 });
    expect(await fault(packet(6, text('Hugh')))).toEqual({ code: 'unreadable' });
  });

  it('compressed data, a bomb or not, is never unpacked', async () => {
    const bomb = packet(8, Uint8Array.of(2, 0x78, 0x9c, 0x63, 0x60, 0x18, 0x05));
    expect(await fault(bomb)).toEqual({ code: 'not-a-key', tag: 8 });
    expect(await fault(joined(octets, bomb))).toEqual({ code: 'not-a-key', tag: 8 });
    // Partial and indeterminate lengths.
    expect(await fault(Uint8Array.of(0xc6, 0xe1, 1, 2))).toEqual({ code: 'bad-packet', offset: 0 });
    expect(await fault(Uint8Array.of(0x9b, 1, 2, 3))).toEqual({ code: 'bad-packet', offset: 0 });
  });

  it('thousands of user ids are not looked at, and 250 are', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, i) => packet(13, text(`${i}`)));
    expect(await fault(joined(octets, ...ids(4000)))).toEqual({ code: 'too-many-packets', limit: 256 });
    expect((await read(joined(octets, ...ids(250)))).userIds).toHaveLength(251);
    expect(await fault(joined(octets, packet(60, new Uint8Array(70_000))))).toEqual({
      code: 'too-large',
      octets: octets.length + 70_006,
      limit: 65_535,
    });
  });

  it('numbers that take minutes are not reckoned with', async () => {
    const number = (bits: number) =>
      joined(Uint8Array.of(bits >>> 8, bits & 255), new Uint8Array(Math.ceil(bits / 8)).fill(0xff));
    const key = (algorithm: number, ...numbers: Uint8Array[]) =>
      packet(6, joined(Uint8Array.of(4, 0x60, 0, 0, 0, algorithm), ...numbers));
    expect(keyFault(key(1, number(16_384), number(17)))).toBeUndefined();
    expect(keyFault(key(1, number(16_385), number(17)))).toEqual({
      code: 'number-too-long',
      bits: 16_385,
      limit: 16_384,
    });
    expect(keyFault(key(1, number(2048), number(65)))).toEqual({ code: 'number-too-long', bits: 65, limit: 64 });
    expect(keyFault(key(17, number(4096), number(512), number(4096)))).toBeUndefined();
    expect(keyFault(key(17, number(4097), number(256)))).toMatchObject({ code: 'number-too-long', limit: 4096 });
    expect(keyFault(key(17, number(2048), number(513)))).toMatchObject({ code: 'number-too-long', limit: 512 });
    expect(
      keyFault(joined(octets, packet(14, joined(Uint8Array.of(4, 0, 0, 0, 0, 16), number(50_000))))),
    ).toMatchObject({
      code: 'number-too-long',
    });
  });

  it('is told in a moment, whichever octet is changed', async () => {
    for (let at = 0; at < octets.length; at += 5) {
      const changed = Uint8Array.from(octets);
      changed[at]! ^= 0x41;
      const reading = await readOpenPgpKey(changed, NOW);
      if (reading.ok) expect(reading.key.fingerprint).toMatch(/^[0-9a-f]{40,64}$/);
    }
  });
});
