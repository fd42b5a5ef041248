/**
 * A world for the inspector: mail and services as in their own worlds, and people, clients and other records in few
 * zones of their own, one for each way in which a lookup can end.
 */
import { createHash } from 'node:crypto';
import { generateKey } from 'openpgp';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { bip353Owner, openPgpKeyOwner, smimeaOwner } from '../../src/people/owner.ts';
import { resolverFails } from './answer-mutations.ts';
import { createAuthority } from './authority.ts';
import { flippedSignature } from './data-mutations.ts';
import { mailMutations, mailZones } from './mail-cases.ts';
import { addressOf, recordsOf } from './people.ts';
import { serviceMutations, serviceZones } from './service-cases.ts';
import { buildWorld, type World } from './world.ts';

export interface InspectedWorld {
  readonly world: World;
  /** What is typed, and what it must come to: the kind of each finding with its verdict, in order. */
  readonly cases: readonly InspectedCase[];
}

export interface InspectedCase {
  readonly text: string;
  readonly findings: readonly string[];
}

const DAY = 86_400;
const MAIL_PORT = 25;
const CHAT_PORT = 5222;
/** Octets of a record that is no key: as much as one message carries. */
const HUGE_OCTETS = 40_000;

/** Every case of whole words; what a bare domain leads to is told in `BARE`. */
const CASES: readonly InspectedCase[] = [
  {
    text: 'folk.example',
    findings: bare('unread', 'none', 'none', 'published', 'answer', 'answer', 'answer', 'nothing'),
  },
  { text: 'https://www.folk.example/path?query', findings: ['site unread'] },
  { text: 'www.folk.example:8443', findings: ['site signed'] },
  { text: 'www.broken.example:443', findings: ['site bogus'] },
  { text: 'host.open.example:25', findings: ['site insecure'] },
  { text: 'www.silent.example:443', findings: ['site indeterminate'] },
  { text: 'intern.test:443', findings: ['site off'] },
  { text: 'good.post.example', findings: bare('signed', 'published', 'none', 'absent', ...nothing()) },
  { text: 'falsemx.post.example', findings: bare('signed', 'bogus', 'none', 'absent', ...nothing()) },
  { text: 'chat.example', findings: bare('signed', 'none', 'partial', 'absent', ...nothing()) },
  { text: '_xmpp-client._tcp.chat.example', findings: ['service published'] },
  { text: '_submission._tcp.chat.example', findings: ['service bogus'] },
  { text: '_imap._tcp.chat.example', findings: ['service signed'] },
  { text: 'hugh@folk.example', findings: person('found', 'published', 'payable', 'none') },
  { text: '"hugh"@folk.example', findings: person('found', 'published', 'payable', 'none') },
  { text: 'nobody@folk.example', findings: person('absent', 'absent', 'absent', 'none') },
  { text: 'garbage@folk.example', findings: person('unusable', 'unusable', 'refused', 'none') },
  { text: 'huge@folk.example', findings: person('unusable', 'absent', 'absent', 'none') },
  { text: 'hugh@broken.example', findings: person('bogus', 'absent', 'absent', 'none') },
  { text: 'hugh@open.example', findings: person('insecure', 'insecure', 'insecure', 'insecure') },
  { text: '\u20bfhugh@folk.example', findings: ['payment payable'] },
  { text: '_smtp-client.device1.folk.example', findings: ['client published'] },
  { text: 'folk.example CAA', findings: ['records answer'] },
  { text: 'folk.example TYPE44', findings: ['records answer'] },
  { text: '_443._udp.folk.example', findings: ['records nothing'] },
  { text: 'www.broken.example TLSA', findings: ['records nothing'] },
  { text: '_443._tcp.www.broken.example IN TLSA 3 1 1 00', findings: ['records bogus'] },
  { text: 'host.open.example A', findings: ['records insecure'] },
  { text: 'missing.folk.example A', findings: ['records nothing'] },
];

function bare(site: string, mail: string, xmpp: string, client: string, ...records: readonly string[]): string[] {
  const others = records.map((verdict) => `records ${verdict}`);
  return [`site ${site}`, `mail ${mail}`, `xmpp ${xmpp}`, `client ${client}`, ...others];
}

function nothing(): string[] {
  return ['nothing', 'nothing', 'nothing', 'nothing'];
}

function person(openpgpkey: string, smimea: string, payment: string, mail: string): string[] {
  return [`openpgpkey ${openpgpkey}`, `smimea ${smimea}`, `payment ${payment}`, `mail ${mail}`];
}

/** `now`: epoch seconds. */
export async function buildInspectedWorld(now: number): Promise<InspectedWorld> {
  const authority = createAuthority({ now });
  const leaf = authority.issue({ hosts: ['www.folk.example'] });
  const digest = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
  const key = digest(leaf.publicKeyInfo);
  const otherKey = digest(authority.root);
  const { publicKey } = await generateKey({
    userIDs: [{ name: 'Hugh', email: 'hugh@folk.example' }],
    date: new Date((now - 60 * DAY) * 1000),
    format: 'object',
  });
  const hugh = publicKey.write();
  const openPgp = (address: string, octets: Uint8Array) =>
    recordsOf(openPgpKeyOwner(addressOf(address))!, TYPE.OPENPGPKEY, [octets]);
  const smimea = (address: string, octets: readonly number[]) =>
    recordsOf(smimeaOwner(addressOf(address))!, TYPE.SMIMEA, [Uint8Array.from(octets)]);
  const pay = (address: string, text: string) => `${bip353Owner(addressOf(address))} TXT "${text}"`;
  const world = buildWorld(
    {
      ...mailZones({ port: MAIL_PORT, key, otherKey, issuer: digest(authority.intermediate) }),
      ...serviceZones({ port: CHAT_PORT, key, otherKey }),
      'folk.example.': {
        denial: 'nsec3',
        records: [
          '@ A 192.0.2.1',
          `_443._tcp TLSA 3 1 1 ${key}`,
          `@ TLSA 3 1 1 ${key}`,
          '@ MX 0 .',
          '@ CAA 0 issue "ca.example; accounturi=https://ca.example/1"',
          '@ CAA 128 iodef "mailto:caa@folk.example"',
          '@ HTTPS 1 . alpn=h2,h3 port=443',
          `@ SSHFP 4 2 ${digest(leaf.chain[0]!)}`,
          'www A 192.0.2.2',
          'draft A 192.0.2.4',
          'draft HTTPS 1 svc4 alpn=h2,h3 port=8443',
          'svc4 A 192.0.2.5',
          `_8443._quic.svc4 TLSA 3 1 1 ${key}`,
          `_8443._tcp.svc4 TLSA 2 0 1 ${digest(authority.intermediate)}`,
          `_443._tcp.www TLSA 3 1 1 ${key}`,
          `_443._tcp.www TLSA 2 0 1 ${digest(authority.intermediate)}`,
          `_smtp-client.device1 TLSA 3 1 1 ${key}`,
          openPgp('hugh@folk.example', hugh),
          openPgp('garbage@folk.example', new TextEncoder().encode('<b>no key</b>')),
          // A packet of compressed data, and much more of it.
          openPgp(
            'huge@folk.example',
            Uint8Array.from([0xc8, ...Array.from({ length: HUGE_OCTETS }, (_, i) => i % 251)]),
          ),
          smimea('hugh@folk.example', [3, 0, 0, ...leaf.chain[0]!]),
          smimea('garbage@folk.example', [9, 9, 9, 1, 2, 3]),
          pay('hugh@folk.example', 'bitcoin:bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l?amount=0.015&label=Hugh'),
          pay('garbage@folk.example', 'bitcoin:?req-nothing=1'),
        ].join('\n'),
      },
      'broken.example.': {
        records: [
          '@ MX 0 .',
          'www A 192.0.2.3',
          `_443._tcp.www TLSA 3 1 1 ${key}`,
          openPgp('hugh@broken.example', hugh),
        ].join('\n'),
      },
      'silent.example.': {},
    },
    { now },
  ).mutated(
    ...mailMutations(MAIL_PORT),
    ...serviceMutations(CHAT_PORT),
    flippedSignature({ name: Name.parse('_443._tcp.www.broken.example'), type: TYPE.TLSA }),
    flippedSignature({ name: openPgpKeyOwner(addressOf('hugh@broken.example'))!, type: TYPE.OPENPGPKEY }),
    resolverFails(Name.parse('silent.example')),
  );
  return { world, cases: CASES };
}
