/**
 * A world of people: mail addresses with keys, each published in another way, and what must be said of each. The keys
 * are made for it, so it takes a moment.
 */
import { generateKey, revokeKey } from 'openpgp';
import { TYPE, typeMnemonic } from '../../src/dns/codes.ts';
import { toHex } from '../../src/dns/encodings.ts';
import type { Name } from '../../src/dns/name.ts';
import { type MailAddress, parseAddress } from '../../src/people/address.ts';
import type { OpenPgpKeyReason, OpenPgpKeyVerdict } from '../../src/people/openpgpkey.ts';
import { openPgpKeyOwner } from '../../src/people/owner.ts';
import { resolverFails } from './answer-mutations.ts';
import { flippedSignature } from './data-mutations.ts';
import { buildWorld, type World } from './world.ts';

export interface OpenPgpCase {
  readonly address: string;
  readonly verdict: OpenPgpKeyVerdict;
  readonly code: OpenPgpKeyReason['code'];
}

export interface PeopleWorld {
  readonly world: World;
  readonly openPgpCases: readonly OpenPgpCase[];
}

const DAY = 86_400;

/** `now`: epoch seconds. */
export async function buildPeopleWorld(now: number): Promise<PeopleWorld> {
  const openPgp = await openPgpRecords(now);
  const records = [...openPgp].map(([text, rdatas]) => recordsOf(openPgpOwner(text), TYPE.OPENPGPKEY, rdatas));
  const in_ = (zone: string) => records.filter((lines) => lines.includes(`.${zone}. `)).join('\n');
  const described = {
    'example.': {},
    'people.example.': { records: in_('people.example') },
    'hashed.example.': { denial: 'nsec3' as const },
    'unsigned.example.': { sign: 'unsigned' as const, records: in_('unsigned.example') },
    'broken.example.': { records: in_('broken.example') },
    'silent.example.': { records: in_('silent.example') },
  };
  const world = buildWorld(described, { now }).mutated(
    flippedSignature({ name: openPgpOwner('hugh@broken.example'), type: TYPE.OPENPGPKEY }),
    resolverFails(openPgpOwner('hugh@silent.example').ancestor(2)),
  );
  return { world, openPgpCases: OPENPGP_CASES };
}

const OPENPGP_CASES: readonly OpenPgpCase[] = [
  { address: 'hugh@people.example', verdict: 'found', code: 'key-found' },
  { address: '"hugh"@people.example', verdict: 'found', code: 'key-found' },
  { address: 'Upper.Case@people.example', verdict: 'found', code: 'key-found' },
  { address: 'ju\u0308rgen@people.example', verdict: 'found', code: 'key-found' },
  { address: 'another@people.example', verdict: 'found', code: 'key-found' },
  { address: 'two@people.example', verdict: 'found', code: 'key-found' },
  { address: 'revoked@people.example', verdict: 'unusable', code: 'key-not-valid' },
  { address: 'expired@people.example', verdict: 'unusable', code: 'key-not-valid' },
  { address: 'garbage@people.example', verdict: 'unusable', code: 'key-unreadable' },
  { address: 'bomb@people.example', verdict: 'unusable', code: 'key-unreadable' },
  { address: 'armored@people.example', verdict: 'unusable', code: 'key-unreadable' },
  { address: 'nobody@people.example', verdict: 'absent', code: 'key-absent' },
  { address: 'HUGH@people.example', verdict: 'absent', code: 'key-absent' },
  { address: 'hugh@hashed.example', verdict: 'absent', code: 'key-absent' },
  { address: 'hugh@unsigned.example', verdict: 'insecure', code: 'insecure-delegation' },
  { address: 'hugh@broken.example', verdict: 'bogus', code: 'signature-invalid' },
  { address: 'hugh@silent.example', verdict: 'indeterminate', code: 'resolver-error' },
  { address: 'hugh', verdict: 'off', code: 'address' },
];

async function openPgpRecords(now: number): Promise<Map<string, readonly Uint8Array[]>> {
  const key = async (email: string, options: { lasts?: number } = {}) => {
    const made = await generateKey({
      userIDs: [{ email }],
      date: new Date((now - 60 * DAY) * 1000),
      ...(options.lasts !== undefined && { keyExpirationTime: options.lasts }),
      format: 'object',
    });
    return { octets: made.publicKey.write(), ...made };
  };
  const hugh = (await key('hugh@people.example')).octets;
  const revoked = (await key('revoked@people.example')).privateKey;
  const { publicKey } = await revokeKey({ key: revoked, date: new Date((now - DAY) * 1000), format: 'object' });
  return new Map([
    ['hugh@people.example', [hugh]],
    ['Upper.Case@people.example', [(await key('upper.case@people.example')).octets]],
    ['j\u00fcrgen@people.example', [(await key('j\u00fcrgen@people.example')).octets]],
    ['another@people.example', [hugh]],
    ['two@people.example', [Uint8Array.of(1, 2, 3), (await key('two@people.example')).octets]],
    ['revoked@people.example', [publicKey.write()]],
    ['expired@people.example', [(await key('expired@people.example', { lasts: 30 * DAY })).octets]],
    ['garbage@people.example', [new TextEncoder().encode('no key at all')]],
    // A packet of compressed data.
    ['bomb@people.example', [Uint8Array.of(0xc8, 4, 2, 0x78, 0x9c, 0x63)]],
    ['armored@people.example', [new TextEncoder().encode(publicKey.armor())]],
    ['hugh@unsigned.example', [hugh]],
    ['hugh@broken.example', [hugh]],
    ['hugh@silent.example', [hugh]],
  ]);
}

function openPgpOwner(text: string): Name {
  return openPgpKeyOwner(addressOf(text))!;
}

export function addressOf(text: string): MailAddress {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new RangeError(`${text}: ${parsed.fault.code}`);
  return parsed.address;
}

/** Master-file lines in the form every type takes. */
export function recordsOf(owner: Name, type: number, rdatas: readonly Uint8Array[]): string {
  return rdatas.map((rdata) => `${owner} ${typeMnemonic(type)} \\# ${rdata.length} ${toHex(rdata)}`).join('\n');
}
