/** A world of services found by SRV, XMPP first: each outcome of RFC 7673, with what a check of it must come to. */
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import type { ServiceReason, ServiceVerdict, Treatment } from '../../src/services/report.ts';
import { servfail } from './answer-mutations.ts';
import { flippedSignature } from './data-mutations.ts';
import type { Mutation } from './mutation.ts';
import type { WorldDescription } from './world.ts';

export interface ServiceCase {
  readonly name: string;
  readonly verdict: ServiceVerdict;
  readonly reason: ServiceReason['code'];
  readonly peers: readonly `${string} ${Treatment}`[];
  /** The verdict with connections to servers that all show the same good certificate, where that differs. */
  readonly connected?: ServiceVerdict;
}

export const SERVICE_CASES: readonly ServiceCase[] = [
  {
    name: '_xmpp-client._tcp.chat.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['xmpp.chat.example verify'],
    connected: 'verified',
  },
  {
    name: '_xmpps-client._tcp.chat.example',
    verdict: 'published',
    reason: 'all-published',
    peers: ['wrong.chat.example verify'],
    connected: 'mismatch',
  },
  {
    name: '_xmpp-server._tcp.chat.example',
    verdict: 'partial',
    reason: 'some-published',
    peers: ['xmpp.chat.example verify', 'bare.chat.example usual rules'],
  },
  { name: '_xmpps-server._tcp.chat.example', verdict: 'none', reason: 'not-offered', peers: [] },
  { name: '_imaps._tcp.chat.example', verdict: 'none', reason: 'srv-absent', peers: [] },
  {
    name: '_imap._tcp.chat.example',
    verdict: 'signed',
    reason: 'none-published',
    peers: ['bare.chat.example usual rules'],
  },
  {
    name: '_pop3._tcp.chat.example',
    verdict: 'insecure',
    reason: 'insecure-delegation',
    peers: ['host.free.example usual rules'],
  },
  { name: '_submission._tcp.chat.example', verdict: 'bogus', reason: 'signature-invalid', peers: [] },
  {
    name: '_ldaps._tcp.chat.example',
    verdict: 'bogus',
    reason: 'signature-invalid',
    peers: ['false.chat.example skip'],
  },
  {
    name: '_sip._udp.chat.example',
    verdict: 'indeterminate',
    reason: 'resolver-error',
    peers: ['silent.chat.example skip'],
  },
  {
    name: '_xmpp-client._tcp.free.example',
    verdict: 'insecure',
    reason: 'insecure-delegation',
    peers: ['xmpp.chat.example usual rules'],
  },
  { name: '_imap._tcp.lost.chat.example', verdict: 'none', reason: 'no-server', peers: ['nowhere.chat.example skip'] },
  { name: 'chat.example', verdict: 'off', reason: 'not-a-service-name', peers: [] },
];

export interface ServiceKeys {
  readonly port: number;
  /** SHA-256, hex. */
  readonly key: string;
  readonly otherKey: string;
}

export function serviceZones({ port, key, otherKey }: ServiceKeys): WorldDescription {
  const at = `_${port}._tcp`;
  return {
    'example.': { denial: 'nsec3' },
    'chat.example.': {
      denial: 'nsec3',
      records: `
        _xmpp-client._tcp  SRV 0 5 ${port} xmpp
        _xmpps-client._tcp SRV 0 5 ${port} wrong
        _xmpp-server._tcp  SRV 5 5 ${port} xmpp
        _xmpp-server._tcp  SRV 9 5 ${port} bare
        _xmpps-server._tcp SRV 0 0 0 .
        _imap._tcp         SRV 0 1 ${port} bare
        _pop3._tcp         SRV 0 1 ${port} host.free.example.
        _submission._tcp   SRV 0 1 ${port} xmpp
        _ldaps._tcp        SRV 0 1 ${port} false
        _sip._udp          SRV 0 1 ${port} silent
        _imap._tcp.lost    SRV 0 1 ${port} nowhere
        xmpp        A 127.0.0.1
        ${at}.xmpp  TLSA 3 1 1 ${key}
        wrong       A 127.0.0.1
        ${at}.wrong TLSA 3 1 1 ${otherKey}
        bare        A 127.0.0.1
        false       A 127.0.0.1
        ${at}.false TLSA 3 1 1 ${key}
        silent      A 127.0.0.1
        _${port}._udp.silent TLSA 3 1 1 ${key}
      `,
    },
    'free.example.': {
      sign: 'unsigned',
      records: `
        _xmpp-client._tcp SRV 0 5 ${port} xmpp.chat.example.
        host         A 127.0.0.1
        ${at}.host   TLSA 3 1 1 ${key}
      `,
    },
  };
}

export function serviceMutations(port: number): Mutation[] {
  const at = (name: string, type: number) => ({ name: Name.parse(name), type });
  return [
    flippedSignature(at('_submission._tcp.chat.example', TYPE.SRV)),
    flippedSignature(at(`_${port}._tcp.false.chat.example`, TYPE.TLSA)),
    servfail(at(`_${port}._udp.silent.chat.example`, TYPE.TLSA)),
  ];
}
