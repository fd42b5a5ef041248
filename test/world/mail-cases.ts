/** A world of mail: a domain for each outcome of RFC 7672, with what a check of it must come to. */
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import type { ServiceReason, ServiceVerdict, Treatment } from '../../src/services/report.ts';
import { servfail } from './answer-mutations.ts';
import { flippedSignature } from './data-mutations.ts';
import type { Mutation } from './mutation.ts';
import type { WorldDescription } from './world.ts';

export interface MailCase {
  readonly domain: string;
  readonly verdict: ServiceVerdict;
  readonly reason: ServiceReason['code'];
  /** `host treatment`, the preferred first. */
  readonly peers: readonly `${string} ${Treatment}`[];
  /** The verdict with connections to servers that all show the same good certificate, where that differs. */
  readonly connected?: ServiceVerdict;
}

export const MAIL_CASES: readonly MailCase[] = [
  {
    domain: 'good.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['mx1.post.example verify', 'mx2.post.example verify'],
    connected: 'verified',
  },
  {
    domain: 'wrong.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['wrongmx.post.example verify'],
    connected: 'mismatch',
  },
  {
    domain: 'half.post.example',
    verdict: 'partial',
    reason: 'some-published',
    peers: ['mx1.post.example verify', 'bare.post.example opportunistic'],
  },
  {
    domain: 'bare.post.example',
    verdict: 'signed',
    reason: 'none-published',
    peers: ['bare.post.example opportunistic'],
  },
  { domain: 'pkix.post.example', verdict: 'signed', reason: 'none-published', peers: ['pkixmx.post.example encrypt'] },
  {
    domain: 'issuer.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['issuermx.post.example verify'],
    connected: 'verified',
  },
  { domain: 'null.post.example', verdict: 'none', reason: 'null-mx', peers: [] },
  {
    domain: 'notnull.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['mx1.post.example verify'],
    connected: 'verified',
  },
  {
    domain: 'itself.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['itself.post.example verify'],
    connected: 'verified',
  },
  { domain: 'nothing.post.example', verdict: 'none', reason: 'no-server', peers: ['nothing.post.example skip'] },
  { domain: 'absent.post.example', verdict: 'none', reason: 'domain-absent', peers: [] },
  {
    domain: 'aliasmx.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['amx.post.example verify'],
    connected: 'verified',
  },
  {
    domain: 'aliasown.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['ownmx.post.example verify'],
    connected: 'verified',
  },
  {
    domain: 'aliasout.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['outmx.post.example verify'],
    connected: 'verified',
  },
  {
    domain: 'aliased.post.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['mx1.post.example verify', 'mx2.post.example verify'],
    connected: 'verified',
  },
  {
    domain: 'out.post.example',
    verdict: 'insecure',
    reason: 'insecure-delegation',
    peers: ['host.open.example opportunistic'],
  },
  {
    domain: 'open.example',
    verdict: 'insecure',
    reason: 'insecure-delegation',
    peers: ['mx1.post.example verify'],
  },
  { domain: 'falsehost.post.example', verdict: 'bogus', reason: 'signature-invalid', peers: ['bmx.post.example skip'] },
  {
    domain: 'falsehalf.post.example',
    verdict: 'partial',
    reason: 'some-published',
    peers: ['mx1.post.example verify', 'bmx.post.example skip'],
  },
  { domain: 'falsemx.post.example', verdict: 'bogus', reason: 'signature-invalid', peers: [] },
  {
    domain: 'silent.post.example',
    verdict: 'indeterminate',
    reason: 'resolver-error',
    peers: ['smx.post.example skip'],
  },
  { domain: 'address.post.example', verdict: 'none', reason: 'no-server', peers: ['192.0.2.1 skip'] },
  {
    domain: 'many.post.example',
    verdict: 'partial',
    reason: 'too-many-peers',
    peers: Array.from({ length: 12 }, (_, i) => `m${String(i + 10)}.many.post.example verify` as const),
  },
  { domain: '[192.0.2.1]', verdict: 'off', reason: 'address-literal', peers: [] },
  { domain: 'localhost', verdict: 'off', reason: 'single-label', peers: [] },
];

export interface MailKeys {
  readonly port: number;
  /** Where the servers are; 127.0.0.1 where left out. */
  readonly address?: string;
  /** SHA-256, hex: of the key that the servers have, of one that none has, of the issuer's certificate. */
  readonly key: string;
  readonly otherKey: string;
  readonly issuer: string;
}

export function mailZones({ port, address = '127.0.0.1', key, otherKey, issuer }: MailKeys): WorldDescription {
  const smtp = `_${port}._tcp`;
  const good = `TLSA 3 1 1 ${key}`;
  const manyRecords = Array.from({ length: 14 }, (_, i) => `m${i + 10}.many`).flatMap((host) => [
    `many MX 10 ${host}`,
    `${host} A ${address}`,
    `${smtp}.${host} ${good}`,
  ]);
  return {
    'example.': { denial: 'nsec3' },
    'post.example.': {
      denial: 'nsec3',
      records: `
        good            MX 10 mx1
        good            MX 20 mx2
        _mta-sts.good   TXT "v=STSv1; id=20261122;"
        _smtp._tls.good TXT "v=TLSRPTv1; rua=mailto:tls@good.post.example,https://tls.post.example/v1"
        mx1             A ${address}
        ${smtp}.mx1     ${good}
        mx2             A ${address}
        mx2             AAAA ::1
        ${smtp}.mx2     TLSA 3 1 1 ${otherKey}
        ${smtp}.mx2     ${good}
        wrong           MX 10 wrongmx
        _mta-sts.wrong  TXT "v=STSv1; id=1"
        _mta-sts.wrong  TXT "v=STSv1; id=2"
        wrongmx         A ${address}
        ${smtp}.wrongmx TLSA 3 1 1 ${otherKey}
        half            MX 10 mx1
        half            MX 20 bare
        _mta-sts.half   TXT "v=STSv1; id=not good"
        _mta-sts.half   TXT "something else"
        _smtp._tls.half TXT "v=TLSRPTv1; rua=nowhere"
        bare            MX 10 bare
        bare            A ${address}
        pkix            MX 10 pkixmx
        pkixmx          A ${address}
        ${smtp}.pkixmx  TLSA 1 1 1 ${key}
        issuer          MX 10 issuermx
        issuermx        A ${address}
        ${smtp}.issuermx TLSA 2 0 1 ${issuer}
        null            MX 0 .
        notnull         MX 0 .
        notnull         MX 10 mx1
        itself          A ${address}
        ${smtp}.itself  ${good}
        nothing         TXT "no host"
        aliasmx         MX 10 amx
        amx             CNAME mx1
        aliasown        MX 10 ownmx
        ownmx           CNAME bare
        ${smtp}.ownmx   ${good}
        aliasout        MX 10 outmx
        outmx           CNAME host.open.example.
        ${smtp}.outmx   ${good}
        aliased         CNAME good
        out             MX 10 host.open.example.
        falsehost       MX 10 bmx
        falsehalf       MX 10 mx1
        falsehalf       MX 20 bmx
        bmx             A ${address}
        ${smtp}.bmx     ${good}
        falsemx         MX 10 mx1
        silent          MX 10 smx
        smx             A ${address}
        ${smtp}.smx     ${good}
        address         MX 10 192.0.2.1.
        ${manyRecords.join('\n        ')}
      `,
    },
    'open.example.': {
      sign: 'unsigned',
      records: `
        @            MX 10 mx1.post.example.
        host         A ${address}
        ${smtp}.host ${good}
      `,
    },
  };
}

export function mailMutations(port: number): Mutation[] {
  const at = (name: string, type: number) => ({ name: Name.parse(name), type });
  return [
    flippedSignature(at(`_${port}._tcp.bmx.post.example`, TYPE.TLSA)),
    flippedSignature(at('falsemx.post.example', TYPE.MX)),
    servfail(at(`_${port}._tcp.smx.post.example`, TYPE.TLSA)),
  ];
}
