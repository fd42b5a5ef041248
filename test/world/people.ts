/**
 * A world of people: mail addresses with keys, each published in another way, and what must be said of each. The keys
 * are made for it, so it takes a moment.
 */
import { generateKey, revokeKey } from 'openpgp';
import { TYPE, typeMnemonic } from '../../src/dns/codes.ts';
import { toHex } from '../../src/dns/encodings.ts';
import { Name } from '../../src/dns/name.ts';
import { type MailAddress, parseAddress } from '../../src/people/address.ts';
import type { OpenPgpKeyReason, OpenPgpKeyVerdict } from '../../src/people/openpgpkey.ts';
import { bip353Owner, openPgpKeyOwner, pmtaOwner } from '../../src/people/owner.ts';
import type { PaymentReason, PaymentVerdict } from '../../src/people/payment.ts';
import { ARMORY_PMTA_TYPE } from '../../src/people/pmta.ts';
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
  readonly paymentCases: readonly PaymentCase[];
}

export interface PaymentCase {
  readonly address: string;
  readonly pmtaType?: number;
  readonly verdict: PaymentVerdict;
  readonly code: PaymentReason['code'];
}

const DAY = 86_400;

/** `now`: epoch seconds. */
export async function buildPeopleWorld(now: number): Promise<PeopleWorld> {
  const openPgp = await openPgpRecords(now);
  const records = [
    ...[...openPgp].map(([text, rdatas]) => recordsOf(openPgpOwner(text), TYPE.OPENPGPKEY, rdatas)),
    ...PAYMENT_TEXTS.map(([text, strings]) => `${bip353Owner(addressOf(text))} TXT ${strings}`),
    ...PMTA_RECORDS.map(([text, rdata]) => recordsOf(pmtaOwner(addressOf(text))!, ARMORY_PMTA_TYPE, [rdata])),
  ];
  const in_ = (zone: string) => records.filter((lines) => lines.includes(`.${zone}. `)).join('\n');
  const described = {
    'example.': {},
    'people.example.': { records: in_('people.example') },
    'hashed.example.': { denial: 'nsec3' as const },
    'unsigned.example.': { sign: 'unsigned' as const, records: in_('unsigned.example') },
    'broken.example.': { records: in_('broken.example') },
    'silent.example.': { records: in_('silent.example') },
    // RSA with SHA-1, which BIP-353 never takes.
    'sha1.example.': { sign: 7 as const, denial: 'nsec3' as const, records: in_('sha1.example') },
  };
  const world = buildWorld(described, { now }).mutated(
    flippedSignature({ name: openPgpOwner('hugh@broken.example'), type: TYPE.OPENPGPKEY }),
    flippedSignature({ name: bip353Owner(addressOf('hugh@broken.example'))!, type: TYPE.TXT }),
    resolverFails(Name.parse('silent.example')),
  );
  return { world, openPgpCases: OPENPGP_CASES, paymentCases: PAYMENT_CASES };
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

const BC1 = 'bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l';

const PAYMENT_TEXTS: readonly (readonly [address: string, strings: string])[] = [
  ['hugh@people.example', `"bitcoin:${BC1}?amount=0.015&label=Hugh"`],
  // One text in several strings, beside a text about something else.
  ['parts@people.example', '"bitcoin:?sp=sp1q" "xyz&lno=lno1x"'],
  ['parts@people.example', '"hello"'],
  ['first.last@people.example', `"BITCOIN:?BC=${BC1.toUpperCase()}"`],
  ['alias@people.example', '"hello"'],
  ['two@people.example', `"bitcoin:${BC1}"`],
  ['two@people.example', '"BitCoin:?lightning=lnbc1x"'],
  ['future@people.example', `"bitcoin:${BC1}?req-time=now"`],
  ['hugh@unsigned.example', `"bitcoin:${BC1}"`],
  ['hugh@broken.example', `"bitcoin:${BC1}"`],
  ['hugh@sha1.example', `"bitcoin:${BC1}"`],
];

/** Network, preference, length of the URI, URI, kind of data, data. */
function pmta(network: number, uri: string, data: string): Uint8Array {
  return Uint8Array.from([0, network, 0, 1, 0, uri.length, ...Buffer.from(uri), 0, ...Buffer.from(data)]);
}

const PMTA_RECORDS: readonly (readonly [address: string, rdata: Uint8Array])[] = [
  ['hugh@people.example', pmta(2, 'https://pay.example/hugh', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2')],
  ['old@people.example', Uint8Array.of(1, 2, 3, 4)],
];

const PAYMENT_CASES: readonly PaymentCase[] = [
  { address: 'hugh@people.example', verdict: 'payable', code: 'payment-found' },
  { address: '\u20bfhugh@people.example', verdict: 'payable', code: 'payment-found' },
  { address: 'parts@people.example', verdict: 'payable', code: 'payment-found' },
  { address: 'first.last@people.example', verdict: 'payable', code: 'payment-found' },
  { address: 'two@people.example', verdict: 'refused', code: 'payment-several' },
  { address: 'future@people.example', verdict: 'refused', code: 'payment-uri' },
  { address: 'alias@people.example', verdict: 'absent', code: 'payment-absent' },
  { address: 'nobody@people.example', verdict: 'absent', code: 'payment-absent' },
  { address: 'hugh@unsigned.example', verdict: 'insecure', code: 'insecure-delegation' },
  { address: 'hugh@sha1.example', verdict: 'insecure', code: 'unsupported-algorithms' },
  { address: 'hugh@broken.example', verdict: 'bogus', code: 'signature-invalid' },
  { address: 'hugh@silent.example', verdict: 'indeterminate', code: 'resolver-error' },
  { address: 'j\u00fcrgen@people.example', verdict: 'off', code: 'payment-user' },
  { address: '\u{1f9c0}@people.example', verdict: 'off', code: 'payment-user' },
  { address: 'hugh', verdict: 'off', code: 'address' },
  { address: 'hugh@people.example', pmtaType: ARMORY_PMTA_TYPE, verdict: 'payable', code: 'payment-found' },
  { address: 'old@people.example', pmtaType: ARMORY_PMTA_TYPE, verdict: 'refused', code: 'payment-unreadable' },
  { address: 'nobody@people.example', pmtaType: ARMORY_PMTA_TYPE, verdict: 'absent', code: 'payment-absent' },
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
