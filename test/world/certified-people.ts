/** A world of people and clients with certificates in DNS, of every usage, and what must be said of each. */
import { createHash } from 'node:crypto';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import type { ClientReason, ClientVerdict } from '../../src/people/client.ts';
import { smimeaOwner } from '../../src/people/owner.ts';
import type { SmimeaReason, SmimeaVerdict } from '../../src/people/smimea.ts';
import { resolverFails } from './answer-mutations.ts';
import { flippedSignature } from './data-mutations.ts';
import { addressOf, recordsOf } from './people.ts';
import type { Smime, SmimePerson } from './smime.ts';
import { buildWorld, type World } from './world.ts';

/** What is shown: a certificate alone, with its issuer, or the signer of a message. */
export type Shown =
  | 'hugh'
  | 'eve'
  | 'hugh and root'
  | 'server and root'
  | 'message of hugh'
  | 'message of eve'
  | 'no message';

export interface SmimeaCase {
  readonly address: string;
  readonly shown?: Shown;
  readonly pkixValid?: true;
  readonly verdict: SmimeaVerdict;
  readonly code: SmimeaReason['code'];
}

export interface ClientCase {
  readonly name: string;
  readonly shown?: 'device' | 'device and root' | 'other';
  readonly pkixValid?: true;
  readonly verdict: ClientVerdict;
  readonly code: ClientReason['code'];
}

const digest = (octets: Uint8Array) => Uint8Array.from(createHash('sha256').update(octets).digest());
const record = (usage: number, selector: number, matching: number, data: Uint8Array) =>
  Uint8Array.from([usage, selector, matching, ...data]);

/** `device`: a certificate of a client, issued by the root. */
export function buildCertifiedWorld(now: number, { root, hugh }: Smime, device: SmimePerson): World {
  const people: readonly (readonly [address: string, rdata: Uint8Array])[] = [
    ['hugh@people.example', record(3, 1, 1, digest(hugh.spki))],
    ['whole@people.example', record(3, 0, 0, hugh.der)],
    ['issuer@people.example', record(2, 0, 1, digest(root.der))],
    ['hugh+issuer@people.example', record(2, 0, 1, digest(root.der))],
    ['pkix@people.example', record(1, 0, 1, digest(hugh.der))],
    ['pkix-issuer@people.example', record(0, 0, 1, digest(root.der))],
    ['garbage@people.example', record(3, 0, 0, Uint8Array.of(1, 2, 3))],
    ['hugh@unsigned.example', record(3, 1, 1, digest(hugh.spki))],
    ['hugh@broken.example', record(3, 1, 1, digest(hugh.spki))],
  ];
  const clients: readonly (readonly [name: string, rdata: Uint8Array])[] = [
    ['_smtp-client.device1.clients.example', record(3, 1, 1, digest(device.spki))],
    ['device1._device.clients.example', record(2, 0, 1, digest(root.der))],
    ['device1.clients.example', record(2, 1, 1, digest(root.spki))],
    ['other.clients.example', record(2, 1, 1, digest(root.spki))],
    ['pkix.clients.example', record(1, 1, 1, digest(device.spki))],
    ['odd.clients.example', record(9, 9, 9, Uint8Array.of(1))],
    ['device1.unsigned.example', record(3, 1, 1, digest(device.spki))],
    ['device1.broken.example', record(3, 1, 1, digest(device.spki))],
  ];
  const lines = [
    ...people.map(([text, rdata]) => recordsOf(smimeaOwner(addressOf(text))!, TYPE.SMIMEA, [rdata])),
    ...clients.map(([name, rdata]) => recordsOf(Name.parse(name), TYPE.TLSA, [rdata])),
  ];
  const of = (zone: string) => ({ records: lines.filter((line) => line.includes(`.${zone}. `)).join('\n') });
  const described = {
    'example.': {},
    'people.example.': of('people.example'),
    'clients.example.': of('clients.example'),
    'unsigned.example.': { sign: 'unsigned' as const, ...of('unsigned.example') },
    'broken.example.': of('broken.example'),
    'silent.example.': {},
  };
  return buildWorld(described, { now }).mutated(
    flippedSignature({ name: smimeaOwner(addressOf('hugh@broken.example'))!, type: TYPE.SMIMEA }),
    flippedSignature({ name: Name.parse('device1.broken.example'), type: TYPE.TLSA }),
    resolverFails(Name.parse('silent.example')),
  );
}

export const SMIMEA_CASES: readonly SmimeaCase[] = [
  { address: 'hugh@people.example', verdict: 'published', code: 'published' },
  { address: 'hugh@people.example', shown: 'hugh', verdict: 'verified', code: 'matched' },
  { address: 'hugh@people.example', shown: 'eve', verdict: 'mismatch', code: 'no-match' },
  { address: 'hugh@people.example', shown: 'message of hugh', verdict: 'verified', code: 'matched' },
  { address: 'hugh@people.example', shown: 'message of eve', verdict: 'mismatch', code: 'no-match' },
  { address: 'hugh@people.example', shown: 'no message', verdict: 'mismatch', code: 'message' },
  { address: 'whole@people.example', verdict: 'published', code: 'published' },
  { address: 'whole@people.example', shown: 'hugh', verdict: 'verified', code: 'matched' },
  // Usage 2 takes names into account, and usage 3 none (RFC 7671 sections 5.1 and 5.2).
  { address: 'issuer@people.example', shown: 'hugh and root', verdict: 'verified', code: 'matched' },
  { address: 'hugh+issuer@people.example', shown: 'hugh and root', verdict: 'mismatch', code: 'path-failed' },
  { address: 'issuer@people.example', shown: 'hugh', verdict: 'unread', code: 'issuer-unread' },
  { address: 'issuer@people.example', shown: 'server and root', verdict: 'mismatch', code: 'path-failed' },
  { address: 'pkix@people.example', shown: 'hugh', pkixValid: true, verdict: 'verified', code: 'matched' },
  { address: 'pkix@people.example', shown: 'hugh', verdict: 'unread', code: 'pkix-unknown' },
  {
    address: 'pkix-issuer@people.example',
    shown: 'hugh and root',
    pkixValid: true,
    verdict: 'verified',
    code: 'matched',
  },
  { address: 'pkix-issuer@people.example', shown: 'hugh and root', verdict: 'unread', code: 'pkix-unknown' },
  { address: 'garbage@people.example', shown: 'hugh', verdict: 'unusable', code: 'tlsa-unusable' },
  { address: 'nobody@people.example', shown: 'hugh', verdict: 'absent', code: 'smimea-absent' },
  { address: 'hugh@unsigned.example', shown: 'hugh', verdict: 'insecure', code: 'insecure-delegation' },
  { address: 'hugh@broken.example', shown: 'hugh', verdict: 'bogus', code: 'signature-invalid' },
  { address: 'hugh@silent.example', shown: 'hugh', verdict: 'indeterminate', code: 'resolver-error' },
  { address: 'hugh', shown: 'hugh', verdict: 'off', code: 'address' },
];

export const CLIENT_CASES: readonly ClientCase[] = [
  { name: '_smtp-client.device1.clients.example', verdict: 'published', code: 'published' },
  { name: '_smtp-client.device1.clients.example', shown: 'device', verdict: 'verified', code: 'matched' },
  { name: '_smtp-client.device1.clients.example', shown: 'other', verdict: 'mismatch', code: 'no-match' },
  { name: 'device1.clients.example', shown: 'device and root', verdict: 'verified', code: 'matched' },
  { name: 'device1.clients.example', shown: 'device', verdict: 'unread', code: 'issuer-unread' },
  // The certificate names device1.clients.example and device1._device.clients.example.
  { name: 'device1._device.clients.example', shown: 'device and root', verdict: 'verified', code: 'matched' },
  { name: 'other.clients.example', shown: 'device and root', verdict: 'mismatch', code: 'path-failed' },
  { name: 'pkix.clients.example', shown: 'device', verdict: 'unread', code: 'pkix-unknown' },
  { name: 'pkix.clients.example', shown: 'device', pkixValid: true, verdict: 'verified', code: 'matched' },
  { name: 'odd.clients.example', shown: 'device', verdict: 'unusable', code: 'tlsa-unusable' },
  { name: 'nobody.clients.example', shown: 'device', verdict: 'absent', code: 'client-absent' },
  { name: 'device1.unsigned.example', shown: 'device', verdict: 'insecure', code: 'insecure-delegation' },
  { name: 'device1.broken.example', shown: 'device', verdict: 'bogus', code: 'signature-invalid' },
  { name: 'device1.silent.example', shown: 'device', verdict: 'indeterminate', code: 'resolver-error' },
  { name: '_443._tcp.clients.example', shown: 'device', verdict: 'off', code: 'client-server-name' },
  { name: 'localhost', shown: 'device', verdict: 'off', code: 'client-name' },
  { name: '192.0.2.1', shown: 'device', verdict: 'off', code: 'client-name' },
  { name: 'a..example', shown: 'device', verdict: 'off', code: 'client-name' },
];
