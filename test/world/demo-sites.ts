/** The cases of the demo world: which sites there are, and the zones that make each what it is. */
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import type { SiteVerdict } from '../../src/report.ts';
import { resolverFails } from './answer-mutations.ts';
import type { Leaf } from './authority.ts';
import { flippedSignature } from './data-mutations.ts';
import type { Mutation } from './mutation.ts';
import type { WorldDescription } from './world.ts';

export interface DemoSiteDescription {
  readonly host: string;
  readonly scheme?: 'http';
  readonly expected: SiteVerdict;
  readonly title: string;
  readonly explanation: string;
  /** What the page tells of the zone. */
  readonly facts: readonly (readonly [term: string, value: string])[];
}

export const DEMO_SITES: readonly DemoSiteDescription[] = [
  {
    host: 'verified.example',
    expected: 'verified',
    title: 'The certificate its owner published',
    explanation:
      'DNSSEC leads from the root to a TLSA record, and the key of this certificate is the one it names. Swap the certificate, and this page turns into a mismatch.',
    facts: [
      ['TLSA', '3 1 1: the key, by SHA-256'],
      ['zone', 'ECDSA P-256, NSEC'],
    ],
  },
  {
    host: 'mismatch.example',
    expected: 'mismatch',
    title: 'Another certificate than the published one',
    explanation:
      'The certificate is valid and the browser is content, but the signed TLSA record names another key: this is what a wrongly issued certificate looks like.',
    facts: [
      ['TLSA', '3 1 1, for a key that is not here'],
      ['zone', 'RSA/SHA-256, NSEC3'],
    ],
  },
  {
    host: 'signed.example',
    expected: 'signed',
    title: 'Signed, and nothing published',
    explanation: 'The zone is signed, and signed records prove that its owner publishes no TLSA for this port.',
    facts: [
      ['TLSA', 'proven not to exist'],
      ['zone', 'Ed25519, NSEC3'],
    ],
  },
  {
    host: 'insecure.example',
    expected: 'insecure',
    title: 'Not signed at all',
    explanation:
      'Its parent proves, signed, that this zone has no DNSSEC. There is a TLSA record, but anybody could have put it there, so it counts for nothing.',
    facts: [
      ['TLSA', '3 1 1, unsigned'],
      ['zone', 'no DNSSEC: delegated in an NSEC3 opt-out span'],
    ],
  },
  {
    host: 'bogus.example',
    expected: 'bogus',
    title: 'A broken signature',
    explanation: 'The signature over the TLSA record does not fit it: somebody changed one or the other on the way.',
    facts: [
      ['TLSA', '3 1 1, one bit of its signature flipped'],
      ['zone', 'ECDSA P-384, NSEC'],
    ],
  },
  {
    host: 'unreachable.example',
    expected: 'indeterminate',
    title: 'The resolver has no answer',
    explanation:
      'The zone is signed, but the resolver fails for every name in it. Nothing is known, so nothing is claimed.',
    facts: [
      ['resolver', 'SERVFAIL'],
      ['zone', 'ECDSA P-256, NSEC'],
    ],
  },
  {
    host: 'plain.example',
    scheme: 'http',
    expected: 'off',
    title: 'Not encrypted',
    explanation: 'This page came over plain HTTP: there is no certificate, and nothing to check.',
    facts: [['zone', 'RSA/SHA-512, NSEC']],
  },
  {
    host: 'wildcard.sites.demo',
    expected: 'verified',
    title: 'A wildcard for every port',
    explanation:
      'One TLSA record at *._tcp answers for all ports, with signed proof that this port has no record of its own.',
    facts: [
      ['TLSA', '3 1 2 at *._tcp: the key, by SHA-512'],
      ['zone', 'Ed448, NSEC3 with salt'],
    ],
  },
  {
    host: 'alias.demo',
    expected: 'verified',
    title: 'Published under another name',
    explanation: 'The TLSA name is an alias that leads into another zone, with other keys; each step is validated.',
    facts: [
      ['TLSA', '3 0 1, behind a CNAME'],
      ['zone', 'RSA/SHA-512, NSEC; the target: Ed25519, NSEC3'],
    ],
  },
  {
    host: 'authority.demo',
    expected: 'verified',
    title: 'Pinned on top of the usual rules',
    explanation:
      'Usage 1: the browser must accept the certificate by its own rules, and the record must name it besides.',
    facts: [
      ['TLSA', '1 1 1'],
      ['zone', 'RSA/SHA-256, NSEC'],
    ],
  },
];

export interface DemoKeys {
  readonly port: number;
  readonly leaf: (host: string) => Leaf;
  /** SHA-256 of a key that no site has, hex. */
  readonly otherKey: string;
  readonly digest: (hash: 'sha256' | 'sha512', octets: Uint8Array) => string;
}

/** Two top-level domains, and a zone with keys and proofs of its own for each site. */
export function demoZones({ port, leaf, otherKey, digest }: DemoKeys): WorldDescription {
  const keyOf = (host: string, hash: 'sha256' | 'sha512' = 'sha256') => digest(hash, leaf(host).publicKeyInfo);
  const certificateOf = (host: string) => digest('sha256', leaf(host).chain[0]!);
  const service = `_${port}._tcp`;
  return {
    '.': { sign: 8, denial: 'nsec' },
    'example.': { sign: 13, denial: { optOut: true } },
    'demo.': { sign: 8, denial: 'nsec' },
    'verified.example.': {
      sign: 13,
      denial: 'nsec',
      records: `
        @ A 127.0.0.1
        ${service} TLSA 3 1 1 ${keyOf('verified.example')}
      `,
    },
    'mismatch.example.': {
      sign: 8,
      denial: 'nsec3',
      records: `
        @ A 127.0.0.1
        ${service} TLSA 3 1 1 ${otherKey}
      `,
    },
    'signed.example.': { sign: 15, denial: 'nsec3', records: '@ A 127.0.0.1' },
    'insecure.example.': {
      sign: 'unsigned',
      records: `
        @ A 127.0.0.1
        ${service} TLSA 3 1 1 ${keyOf('insecure.example')}
      `,
    },
    'bogus.example.': {
      sign: 14,
      denial: 'nsec',
      records: `
        @ A 127.0.0.1
        ${service} TLSA 3 1 1 ${keyOf('bogus.example')}
      `,
    },
    'unreachable.example.': {
      sign: 13,
      records: `
        @ A 127.0.0.1
        ${service} TLSA 3 1 1 ${keyOf('unreachable.example')}
      `,
    },
    'plain.example.': { sign: 10, denial: 'nsec', records: '@ A 127.0.0.1' },
    'sites.demo.': {
      sign: 16,
      denial: { salt: 'd0e1', iterations: 0 },
      records: `
        wildcard        A 127.0.0.1
        *._tcp.wildcard TLSA 3 1 2 ${keyOf('wildcard.sites.demo', 'sha512')}
      `,
    },
    'alias.demo.': {
      sign: 10,
      denial: 'nsec',
      records: `
        @ A 127.0.0.1
        ${service} CNAME tlsa.published.demo.
      `,
    },
    'published.demo.': {
      sign: 15,
      denial: 'nsec3',
      records: `tlsa TLSA 3 0 1 ${certificateOf('alias.demo')}`,
    },
    'authority.demo.': {
      sign: 8,
      denial: 'nsec',
      records: `
        @ A 127.0.0.1
        ${service} TLSA 1 1 1 ${keyOf('authority.demo')}
      `,
    },
  };
}

export function demoMutations(port: number): Mutation[] {
  return [
    flippedSignature({ name: Name.parse(`_${port}._tcp.bogus.example`), type: TYPE.TLSA }),
    resolverFails(Name.parse('unreachable.example')),
  ];
}
