/** The OpenPGP keys published for a mail address (RFC 7929): found, proven, read, and compared with the address. */
import { TYPE } from '../dns/codes.ts';
import { fromHex, toHex } from '../dns/encodings.ts';
import { Name } from '../dns/name.ts';
import type { ValidationReason } from '../dnssec/outcome.ts';
import { type MailAddress, parseAddress } from './address.ts';
import { MAX_KEYS } from './limits.ts';
import type { OpenPgpKey, OpenPgpStatus, OpenPgpUserId, ReadOpenPgpKey } from './openpgp-key.ts';
import type { KeyFault } from './openpgp-packets.ts';
import { openPgpKeyOwner } from './owner.ts';
import {
  type Findings,
  findingsOf,
  type InputReason,
  type Judging,
  lookUpPublished,
  noFindings,
  type UnansweredVerdict,
} from './published.ts';

export interface OpenPgpKeyInput extends Judging {
  readonly address: string;
  /** Called for secure records only. Never rejects. */
  readonly readKey: ReadOpenPgpKey;
}

/**
 * `found` a secure record with a key that may be used now · `unusable` secure records, and no such key among them ·
 * `absent` proven: nothing published · `off` the text is no mail address; otherwise what DNSSEC says.
 */
export type OpenPgpKeyVerdict = 'found' | 'unusable' | UnansweredVerdict;

export type OpenPgpKeyReason =
  | { readonly code: 'key-found'; readonly fingerprint: string; readonly userId: AddressMatch }
  /** All records hold keys, and none of them is valid any more, or yet. The first one's. */
  | { readonly code: 'key-not-valid'; readonly fingerprint: string; readonly status: Exclude<OpenPgpStatus, 'valid'> }
  /** The first record's fault. */
  | { readonly code: 'key-unreadable'; readonly fault: KeyFault }
  | { readonly code: 'key-absent' }
  | InputReason
  | ValidationReason;

/** Does a user id of the key name the address? Letter by letter, or letter case aside (RFC 7929 section 4 folds none). */
export type AddressMatch = 'same' | 'other letter case' | 'none';

export type OpenPgpRecord = {
  readonly octets: number;
  /** The whole rdata. */
  readonly hex: string;
} & (
  | { readonly outcome: 'key'; readonly key: OpenPgpKey; readonly userId: AddressMatch }
  | { readonly outcome: 'unreadable'; readonly fault: KeyFault }
  /** More records than are read. */
  | { readonly outcome: 'not-read' }
);

export interface OpenPgpKeyReport extends Findings {
  /** As it is after reading, or as it was given where it is no address. */
  readonly address: string;
  /** Where the records stand; null where there is no such name. */
  readonly owner: string | null;
  readonly verdict: OpenPgpKeyVerdict;
  readonly reason: OpenPgpKeyReason;
  readonly records: readonly OpenPgpRecord[];
}

/** Never rejects: whatever goes wrong is a verdict with its reason. */
export async function checkOpenPgpKey(input: OpenPgpKeyInput): Promise<OpenPgpKeyReport> {
  const found = await findOpenPgpKeys(input);
  return 'rdatas' in found ? readFoundKeys(found, input.readKey) : found;
}

/** Secure records that nobody has read yet: plain values, as a report is. */
export interface FoundOpenPgpKeys extends Findings {
  readonly address: string;
  readonly owner: string;
  /** Hex. */
  readonly rdatas: readonly string[];
}

/** The first half of the check, for whoever has them read elsewhere. Never rejects. */
export async function findOpenPgpKeys(
  input: Omit<OpenPgpKeyInput, 'readKey'>,
): Promise<OpenPgpKeyReport | FoundOpenPgpKeys> {
  const parsed = parseAddress(input.address);
  if (!parsed.ok) {
    const reason = { code: 'address', fault: parsed.fault } as const;
    return { ...noFindings(input), address: input.address, owner: null, verdict: 'off', reason, records: [] };
  }
  const { address } = parsed;
  const owner = openPgpKeyOwner(address);
  if (owner === undefined) {
    const reason = { code: 'owner-too-long', address: address.text } as const;
    return { ...noFindings(input), address: address.text, owner: null, verdict: 'off', reason, records: [] };
  }
  const answered = await lookUpPublished(input, owner, TYPE.OPENPGPKEY);
  const facts = { ...findingsOf(answered.outcome, input), address: address.text, owner: owner.toString() };
  if (!answered.found) {
    const { verdict, reason } = answered;
    return { ...facts, verdict, reason: verdict === 'absent' ? { code: 'key-absent' } : reason, records: [] };
  }
  return { ...facts, rdatas: answered.rdatas.map(toHex) };
}

/** The second half. Never rejects. */
export async function readFoundKeys(
  { rdatas, ...facts }: FoundOpenPgpKeys,
  readKey: ReadOpenPgpKey,
): Promise<OpenPgpKeyReport> {
  // What follows the last `@` is a domain, and has none; the local part may, and is no text to be read again.
  const at = facts.address.lastIndexOf('@');
  const address = { localPart: facts.address.slice(0, at), domain: Name.parse(facts.address.slice(at + 1)) };
  const records: OpenPgpRecord[] = [];
  // One after the other: each may take a while, and a browser has other things to do.
  for (const hex of rdatas) {
    records.push(await readRecord(hex, records.length, { address, now: facts.checkedAt, readKey }));
  }
  return { ...facts, ...judge(records), records };
}

interface Reading extends Pick<OpenPgpKeyInput, 'readKey' | 'now'> {
  readonly address: Addressee;
}

type Addressee = Pick<MailAddress, 'localPart' | 'domain'>;

async function readRecord(hex: string, place: number, { address, readKey, now }: Reading): Promise<OpenPgpRecord> {
  const rdata = fromHex(hex) ?? new Uint8Array();
  const facts = { octets: rdata.length, hex };
  if (place >= MAX_KEYS) return { ...facts, outcome: 'not-read' };
  const reading = await readSafely(readKey, rdata, now);
  if (!reading.ok) return { ...facts, outcome: 'unreadable', fault: reading.fault };
  return { ...facts, outcome: 'key', key: reading.key, userId: matchUserIds(reading.key.userIds, address) };
}

/** The contract says never; a reader that breaks it could not read the key. */
async function readSafely(readKey: ReadOpenPgpKey, rdata: Uint8Array, now: number) {
  try {
    return await readKey(rdata, now);
  } catch {
    return { ok: false, fault: { code: 'unreadable' } } as const;
  }
}

/** Only user ids that the owner of the key stands for count. */
function matchUserIds(userIds: readonly OpenPgpUserId[], address: Addressee): AddressMatch {
  const named = userIds
    .filter(({ status, email }) => status === 'valid' && email !== null)
    .map(({ email }) => parseAddress(email!))
    .flatMap((parsed) => (parsed.ok ? [parsed.address] : []))
    .filter(({ domain }) => domain.equals(address.domain));
  if (named.some(({ localPart }) => localPart === address.localPart)) return 'same';
  const folded = address.localPart.toLowerCase();
  return named.some(({ localPart }) => localPart.toLowerCase() === folded) ? 'other letter case' : 'none';
}

const BY_MATCH: readonly AddressMatch[] = ['same', 'other letter case', 'none'];

function judge(records: readonly OpenPgpRecord[]): Pick<OpenPgpKeyReport, 'verdict' | 'reason'> {
  const keys = records.flatMap((record) => (record.outcome === 'key' ? [record] : []));
  const [best] = keys
    .filter(({ key }) => key.status === 'valid')
    .sort((a, b) => BY_MATCH.indexOf(a.userId) - BY_MATCH.indexOf(b.userId));
  if (best !== undefined) {
    const { key, userId } = best;
    return { verdict: 'found', reason: { code: 'key-found', fingerprint: key.fingerprint, userId } };
  }
  for (const { key } of keys) {
    if (key.status === 'valid') continue;
    return { verdict: 'unusable', reason: { code: 'key-not-valid', fingerprint: key.fingerprint, status: key.status } };
  }
  const unreadable = records.find((record) => record.outcome === 'unreadable');
  return {
    verdict: 'unusable',
    reason: { code: 'key-unreadable', fault: unreadable?.fault ?? { code: 'unreadable' } },
  };
}
