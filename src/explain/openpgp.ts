/** Sentences for the OpenPGP keys of a mail address. */
import type { OpenPgpKey, OpenPgpKeyPart } from '../people/openpgp-key.ts';
import type { KeyFault } from '../people/openpgp-packets.ts';
import type { AddressMatch, OpenPgpKeyReason, OpenPgpKeyReport, OpenPgpRecord } from '../people/openpgpkey.ts';
import type { LinkState } from './chain.ts';
import { explainInput, type FindingsExplanation, findingsExplanation, type PhrasedItem } from './people.ts';
import { explainValidation, keyOf, unknownReason } from './validation.ts';
import { createWords, type Phrase, type Translate, type Words } from './words.ts';

export function explainOpenPgpKey(
  report: OpenPgpKeyReport,
  translate: Translate,
  options: { readonly locale?: string } = {},
): FindingsExplanation {
  const words = createWords(translate, options.locale ?? 'en');
  const parts = {
    headline: words.say(`openpgp_headline_${report.verdict}`, words.quote(report.address)),
    why: explainReason(report.reason, words),
    items: report.records.map((record) => itemOf(record, report.checkedAt, words)),
    notes: notesOn(report, words),
  };
  return findingsExplanation(report, parts, words);
}

function explainReason(reason: OpenPgpKeyReason, words: Words): Phrase {
  const { say } = words;
  switch (reason.code) {
    case 'key-found':
      return say(`openpgp_found_${keyOf(reason.userId)}`, fingerprint(reason.fingerprint));
    case 'key-not-valid':
      return say(`openpgp_key_${keyOf(reason.status)}`, fingerprint(reason.fingerprint));
    case 'key-unreadable':
      return explainKeyFault(reason.fault, words);
    case 'key-absent':
      return say('openpgp_absent');
    case 'address':
    case 'owner-too-long':
      return explainInput(reason, words);
    default:
      return explainValidation(reason, words);
  }
}

/** In groups of four digits, as people compare them. */
function fingerprint(hex: string): Phrase {
  return { text: (hex.toUpperCase().match(/.{1,4}/g) ?? []).join(' ') };
}

function explainKeyFault(fault: KeyFault, words: Words): Phrase {
  const { say, number } = words;
  switch (fault.code) {
    case 'empty':
    case 'armored':
    case 'base64':
    case 'secret-key':
    case 'unreadable':
      return say(`key_fault_${keyOf(fault.code)}`);
    case 'too-large':
      return say('key_fault_too_large', number(fault.octets), number(fault.limit));
    case 'not-a-key':
      return say('key_fault_not_a_key', number(fault.tag));
    case 'several-keys':
      return say('key_fault_several_keys', number(fault.keys));
    case 'bad-packet':
      return say('key_fault_bad_packet', number(fault.offset));
    case 'too-many-packets':
      return say('key_fault_too_many_packets', number(fault.limit));
    case 'number-too-long':
      return say('key_fault_number_too_long', number(fault.bits), number(fault.limit));
    default:
      return unknownReason(fault);
  }
}

/** Octets of a record nobody can read that are shown. */
const SHOWN_HEX = 64;

function itemOf(record: OpenPgpRecord, now: number, words: Words): PhrasedItem {
  const { say, number, quote } = words;
  switch (record.outcome) {
    case 'key':
      return { ...keyItem(record.key, now, words), state: stateOf(record.key, record.userId) };
    case 'unreadable':
    case 'not-read': {
      const why = record.outcome === 'unreadable' ? explainKeyFault(record.fault, words) : say('openpgp_not_read');
      const cut = record.hex.length > 2 * SHOWN_HEX ? `${record.hex.slice(0, 2 * SHOWN_HEX)}…` : record.hex;
      const octets = record.octets === 0 ? [] : [say('record_octets', number(record.octets), quote(cut))];
      return { state: 'open', title: say('openpgp_title_unreadable'), details: [why, ...octets] };
    }
  }
}

function stateOf({ status }: OpenPgpKey, userId: AddressMatch): LinkState {
  if (status === 'revoked') return 'broken';
  return status === 'valid' && userId !== 'none' ? 'good' : 'open';
}

function keyItem(key: OpenPgpKey, now: number, words: Words): Pick<PhrasedItem, 'title' | 'details'> {
  const { say, quote } = words;
  return {
    title: say('openpgp_title', fingerprint(key.fingerprint)),
    details: [
      partDetail('openpgp_part_primary', key, now, words),
      ...key.userIds.map(({ text, status }) => say(`openpgp_user_id_${keyOf(status)}`, quote(text))),
      ...(key.attributes > 0
        ? [words.sayPlural('openpgp_attributes', key.attributes, words.number(key.attributes))]
        : []),
      ...key.subkeys.map((subkey) => partDetail('openpgp_part_subkey', subkey, now, words)),
      key.encryptsTo === null
        ? say('openpgp_encrypts_to_none')
        : say('openpgp_encrypts_to', fingerprint(key.encryptsTo)),
    ],
  };
}

function partDetail(title: string, part: OpenPgpKeyPart, now: number, words: Words): Phrase {
  const { say, quote, date, distance } = words;
  const { created, expires, status } = part;
  const life =
    expires === null
      ? say('openpgp_life_open', date(created))
      : say('openpgp_life', date(created), date(expires), distance(expires, now));
  const state = say(`openpgp_status_${keyOf(status)}`);
  return say(title, quote(algorithmOf(part)), life, state);
}

/** What the library's names are called elsewhere; those not listed stay as they are. */
const CALLED: ReadonlyMap<string, string> = new Map([
  ...(['rsaEncryptSign', 'rsaEncrypt', 'rsaSign'] as const).map((rsa) => [rsa, 'RSA'] as const),
  ['elgamal', 'ElGamal'],
  ['dsa', 'DSA'],
  ['ecdh', 'ECDH'],
  ['ecdsa', 'ECDSA'],
  ['eddsaLegacy', 'EdDSA'],
  ['ed25519', 'Ed25519'],
  ['ed448', 'Ed448'],
  ['x25519', 'X25519'],
  ['x448', 'X448'],
  ['nistP256', 'P-256'],
  ['nistP384', 'P-384'],
  ['nistP521', 'P-521'],
  ['ed25519Legacy', 'Ed25519'],
  ['curve25519Legacy', 'Curve25519'],
]);

/** `RSA 3072`, `EdDSA Ed25519`. */
function algorithmOf({ algorithm, bits, curve }: OpenPgpKeyPart): string {
  const names = [algorithm, curve].flatMap((name) => (name === undefined ? [] : [CALLED.get(name) ?? name]));
  return [...names, ...(bits === undefined ? [] : [bits])].join(' ');
}

function notesOn({ records, address }: OpenPgpKeyReport, words: Words): Phrase[] {
  const { say, quote } = words;
  const keys = records.flatMap((record) => (record.outcome === 'key' ? [record] : []));
  return keys.flatMap(({ key, userId }) => [
    ...(userId === 'none' ? [say('openpgp_note_user_id', fingerprint(key.fingerprint), quote(address))] : []),
    ...(key.status === 'valid' && key.encryptsTo === null
      ? [say('openpgp_note_no_encryption', fingerprint(key.fingerprint))]
      : []),
  ]);
}
