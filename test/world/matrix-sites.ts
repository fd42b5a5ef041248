/** The sites of the matrix: one for each way of publishing TLSA, and beside most of them a wrong twin. */
import type { WorldDescription } from './world.ts';

/** Hex, of one certificate and its key. */
export interface Digests {
  readonly certificate: Forms;
  /** Of the SubjectPublicKeyInfo. */
  readonly key: Forms;
}

export interface Forms {
  readonly full: string;
  readonly sha256: string;
  readonly sha512: string;
}

/** What the records of a site are made of. */
export interface Material {
  readonly leaf: Digests;
  readonly intermediate: Digests;
  readonly root: Digests;
  /** A leaf and an intermediate that no site here has. */
  readonly otherLeaf: Digests;
  readonly otherIntermediate: Digests;
}

export interface MatrixSite {
  readonly host: string;
  /** TLSA at `_443._tcp` of the host, in presentation form. */
  readonly tlsa?: (material: Material) => readonly string[];
  /** The leaf says where its issuer can be fetched: at a host with a name, or at an address of this machine. */
  readonly issuer?: 'named' | 'loopback';
}

/** Where the authority's certificates are to be had, port 80. */
export const ISSUERS_HOST = 'issuers.example';
/** Plain HTTP. */
export const PLAIN_HOST = 'plain.example';

/** The bits of a P-256 key without what tells its algorithm: the last 65 octets of a SubjectPublicKeyInfo. */
const bareBits = (keyInfo: string) => keyInfo.slice(-2 * 65);

const leafSites: readonly MatrixSite[] = [
  { host: 'key-256.example', tlsa: ({ leaf }) => [`3 1 1 ${leaf.key.sha256}`] },
  { host: 'other-key-256.example', tlsa: ({ otherLeaf }) => [`3 1 1 ${otherLeaf.key.sha256}`] },
  { host: 'certificate-256.example', tlsa: ({ leaf }) => [`3 0 1 ${leaf.certificate.sha256}`] },
  { host: 'certificate-256-of-key.example', tlsa: ({ leaf }) => [`3 0 1 ${leaf.key.sha256}`] },
  { host: 'key-512.example', tlsa: ({ leaf }) => [`3 1 2 ${leaf.key.sha512}`] },
  { host: 'other-key-512.example', tlsa: ({ otherLeaf }) => [`3 1 2 ${otherLeaf.key.sha512}`] },
  { host: 'key-full.example', tlsa: ({ leaf }) => [`3 1 0 ${leaf.key.full}`] },
  { host: 'other-key-full.example', tlsa: ({ otherLeaf }) => [`3 1 0 ${otherLeaf.key.full}`] },
  { host: 'key-bits.example', tlsa: ({ leaf }) => [`3 1 0 ${bareBits(leaf.key.full)}`] },
  { host: 'pkix-key.example', tlsa: ({ leaf }) => [`1 1 1 ${leaf.key.sha256}`] },
  { host: 'other-pkix-key.example', tlsa: ({ otherLeaf }) => [`1 1 1 ${otherLeaf.key.sha256}`] },
];

const issuerSites: readonly MatrixSite[] = [
  { host: 'issuer.example', tlsa: ({ intermediate }) => [`2 1 1 ${intermediate.key.sha256}`], issuer: 'named' },
  { host: 'issuer-lone.example', tlsa: ({ intermediate }) => [`2 1 1 ${intermediate.key.sha256}`] },
  { host: 'issuer-of-leaf.example', tlsa: ({ leaf }) => [`2 1 1 ${leaf.key.sha256}`], issuer: 'named' },
  {
    host: 'other-issuer.example',
    tlsa: ({ otherIntermediate }) => [`2 1 1 ${otherIntermediate.key.sha256}`],
    issuer: 'named',
  },
  { host: 'root.example', tlsa: ({ root }) => [`2 0 1 ${root.certificate.sha256}`], issuer: 'named' },
  { host: 'root-lone.example', tlsa: ({ root }) => [`2 0 1 ${root.certificate.sha256}`] },
  { host: 'anchor.example', tlsa: ({ intermediate }) => [`2 0 0 ${intermediate.certificate.full}`] },
  { host: 'other-anchor.example', tlsa: ({ otherIntermediate }) => [`2 0 0 ${otherIntermediate.certificate.full}`] },
  { host: 'anchor-key.example', tlsa: ({ intermediate }) => [`2 1 0 ${intermediate.key.full}`] },
  {
    host: 'pkix-issuer.example',
    tlsa: ({ intermediate }) => [`0 0 1 ${intermediate.certificate.sha256}`],
    issuer: 'named',
  },
  { host: 'pkix-issuer-lone.example', tlsa: ({ intermediate }) => [`0 0 1 ${intermediate.certificate.sha256}`] },
  {
    host: 'other-pkix-issuer.example',
    tlsa: ({ otherIntermediate }) => [`0 0 1 ${otherIntermediate.certificate.sha256}`],
    issuer: 'named',
  },
  // A certificate must not make a browser knock at this machine, unless the page is of this machine itself.
  { host: 'loopback.example', tlsa: ({ intermediate }) => [`2 1 1 ${intermediate.key.sha256}`], issuer: 'loopback' },
  { host: 'local.test', tlsa: ({ intermediate }) => [`2 1 1 ${intermediate.key.sha256}`], issuer: 'loopback' },
];

const severalRecords: readonly MatrixSite[] = [
  {
    host: 'rollover.example',
    tlsa: ({ leaf, otherLeaf }) => [`3 1 1 ${otherLeaf.key.sha256}`, `3 1 1 ${leaf.key.sha256}`],
  },
  {
    host: 'weaker-fits.example',
    tlsa: ({ leaf, otherLeaf }) => [`3 1 1 ${leaf.key.sha256}`, `3 1 2 ${otherLeaf.key.sha512}`],
  },
  {
    host: 'stronger-fits.example',
    tlsa: ({ leaf, otherLeaf }) => [`3 1 1 ${otherLeaf.key.sha256}`, `3 1 2 ${leaf.key.sha512}`],
  },
  {
    host: 'unusable.example',
    tlsa: ({ leaf: { key } }) => [
      `4 1 1 ${key.sha256}`,
      `3 2 1 ${key.sha256}`,
      `3 1 9 ${key.sha256}`,
      `3 1 1 ${key.sha256.slice(2)}`,
    ],
  },
  {
    host: 'unknown-and-right.example',
    tlsa: ({ leaf: { key } }) => [`4 1 1 ${key.sha256}`, `3 1 1 ${key.sha256}`],
  },
  {
    host: 'unknown-and-wrong.example',
    tlsa: ({ leaf, otherLeaf }) => [`4 1 1 ${leaf.key.sha256}`, `3 1 1 ${otherLeaf.key.sha256}`],
  },
];

/** Their records, if any, stand in the zones themselves. */
const otherHosts = [
  'tlsa-alias.example',
  'tlsa-alias-unsigned.example',
  'alias.example',
  'alias-own.example',
  'alias-both.example',
  'alias-both-wrong.example',
  'alias-unsigned.example',
  'alias-unsigned-own.example',
  'ports.example',
  'one-port.example',
  'wildcard.example',
  'wildcard-hidden.example',
  'xn--bcher-kva.example',
  'silent.example',
  'unsigned.example',
  'old.example',
  'intranet',
] as const;

export const MATRIX_SITES: readonly MatrixSite[] = [
  ...leafSites,
  ...issuerSites,
  ...severalRecords,
  ...otherHosts.map((host) => ({ host })),
];

type MaterialOf = (host: string) => Material;

export function matrixZones(of: MaterialOf): WorldDescription {
  const right = (host: string) => `3 1 1 ${of(host).leaf.key.sha256}`;
  const wrong = (host: string) => `3 1 1 ${of(host).otherLeaf.key.sha256}`;
  const lines = (domain: string) =>
    [...leafSites, ...issuerSites, ...severalRecords]
      .filter(({ host }) => host.endsWith(`.${domain}`))
      .flatMap(({ host, tlsa }) => [
        `${host}. A 127.0.0.1`,
        ...(tlsa?.(of(host)) ?? []).map((rdata) => `_443._tcp.${host}. TLSA ${rdata}`),
      ])
      .join('\n');
  return {
    '.': { sign: 13 },
    'test.': { sign: 13, records: lines('test') },
    'example.': {
      sign: 13,
      denial: 'nsec3',
      records: `${lines('example')}\n${aliasLines(right, wrong)}\n${portLines(right, wrong)}`,
    },
    // Where aliases lead: a zone with other keys, and one with none.
    'hosting.example.': { sign: 15, records: hostingLines(right, wrong) },
    // All of it with SHA-1, which counts only where the person lets it.
    'old.example.': {
      sign: 5,
      records: `
        @ A 127.0.0.1
        _443._tcp TLSA ${right('old.example')}
      `,
    },
    'unsigned.example.': {
      sign: 'unsigned',
      records: `
        @ A 127.0.0.1
        target A 127.0.0.1
        _443._tcp.target TLSA ${wrong('alias-unsigned.example')}
        tlsa TLSA ${right('tlsa-alias-unsigned.example')}
      `,
    },
  };
}

type RecordOf = (host: string) => string;

function aliasLines(right: RecordOf, wrong: RecordOf): string {
  return `
tlsa-alias A 127.0.0.1
_443._tcp.tlsa-alias CNAME tlsa.hosting.example.
tlsa-alias-unsigned A 127.0.0.1
_443._tcp.tlsa-alias-unsigned CNAME tlsa.unsigned.example.
alias CNAME alias.hosting.example.
alias-own CNAME alias-own.hosting.example.
_443._tcp.alias-own TLSA ${right('alias-own.example')}
alias-both CNAME alias-both.hosting.example.
_443._tcp.alias-both TLSA ${wrong('alias-both.example')}
alias-both-wrong CNAME alias-both-wrong.hosting.example.
_443._tcp.alias-both-wrong TLSA ${right('alias-both-wrong.example')}
alias-unsigned CNAME target.unsigned.example.
alias-unsigned-own CNAME target.unsigned.example.
_443._tcp.alias-unsigned-own TLSA ${right('alias-unsigned-own.example')}
`;
}

function hostingLines(right: RecordOf, wrong: RecordOf): string {
  return `
tlsa TLSA ${right('tlsa-alias.example')}
alias A 127.0.0.1
_443._tcp.alias TLSA ${right('alias.example')}
alias-own A 127.0.0.1
alias-both A 127.0.0.1
_443._tcp.alias-both TLSA ${right('alias-both.example')}
alias-both-wrong A 127.0.0.1
_443._tcp.alias-both-wrong TLSA ${wrong('alias-both-wrong.example')}
`;
}

function portLines(right: RecordOf, wrong: RecordOf): string {
  return `
ports A 127.0.0.1
_443._tcp.ports TLSA ${wrong('ports.example')}
_8443._tcp.ports TLSA ${right('ports.example')}
one-port A 127.0.0.1
_443._tcp.one-port TLSA ${right('one-port.example')}
wildcard A 127.0.0.1
*._tcp.wildcard TLSA ${right('wildcard.example')}
wildcard-hidden A 127.0.0.1
*._tcp.wildcard-hidden TLSA ${right('wildcard-hidden.example')}
_443._tcp.wildcard-hidden TLSA ${wrong('wildcard-hidden.example')}
xn--bcher-kva A 127.0.0.1
_443._tcp.xn--bcher-kva TLSA ${right('xn--bcher-kva.example')}
silent A 127.0.0.1
`;
}
