/** What every validator must say of the names in `internet.ts`, by hand from the RFCs. */
import type { Security } from '../../src/dnssec/outcome.ts';

export type Validator = 'unbound' | 'delv';

export interface Case {
  readonly name: string;
  readonly type: string;
  readonly security: Security;
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  /** Records of the type asked for. */
  readonly answers: number;
  /** Why a validator named here judges otherwise, and is right to by its own policy. */
  readonly except?: Partial<Record<Validator, { readonly security: Security; readonly why: string }>>;
}

/** One secure zone an algorithm and kind of denial. */
const SIGNED = [
  'rsa256.example',
  'rsa512.example',
  'p256.example',
  'p384.example',
  'ed25519.example',
  'ed448.example',
  'below.hashed',
  'below.optout',
];
const UNSIGNED = [
  'unsigned.example',
  'unsigned.hashed',
  'unsigned.optout',
  'below.unsigned.example',
  'unknown.example',
];
/** Zones in which nothing can be believed. */
const BROKEN = ['flippedkey.example', 'expired.example', 'early.example', 'wrongds.example', 'stripped.example'];

/** Questions every ordinary zone can be asked. */
function ordinary(zone: string, security: Security): Case[] {
  const found = (owner: string, type: string, answers = 1): Case => ({
    name: owner === '@' ? `${zone}.` : `${owner}.${zone}.`,
    type,
    security,
    rcode: 'NOERROR',
    answers,
  });
  const noData = (owner: string, type: string) => found(owner, type, 0);
  const noName = (owner: string, type: string): Case => ({ ...found(owner, type, 0), rcode: 'NXDOMAIN' });
  return [
    found('@', 'SOA'),
    found('@', 'MX'),
    found('www', 'A'),
    found('www', 'AAAA'),
    found('_443._tcp.www', 'TLSA'),
    found('text', 'TXT'),
    found('generic', 'TYPE65280'),
    found('alias', 'A'),
    found('alias2', 'A'),
    found('alias2', 'CNAME'),
    found('any.wild', 'A'),
    found('one.more.wild', 'A'),
    found('exists.wild', 'A'),
    found('any.wildalias', 'AAAA'),
    noData('www', 'TLSA'),
    noData('@', 'AAAA'),
    noData('alias2', 'MX'),
    noData('any.wild', 'MX'),
    noData('exists.wild', 'TXT'),
    noData('an.empty.non-terminal', 'A'),
    noData('non-terminal', 'TLSA'),
    noName('nowhere', 'A'),
    noName('_443._tcp.nowhere', 'TLSA'),
    noName('below.www', 'A'),
    noName('above.exists.wild', 'A'),
    noName('dangling', 'A'),
  ];
}

const spoiled: Case[] = [
  // One signature flipped: the RRset it covers is bogus, its neighbours are not.
  { name: 'www.flipped.example.', type: 'A', security: 'bogus', rcode: 'NOERROR', answers: 1 },
  { name: 'alias.flipped.example.', type: 'A', security: 'bogus', rcode: 'NOERROR', answers: 1 },
  { name: 'www.flipped.example.', type: 'AAAA', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'nowhere.flipped.example.', type: 'A', security: 'secure', rcode: 'NXDOMAIN', answers: 0 },
  ...BROKEN.flatMap((zone): Case[] => [
    { name: `www.${zone}.`, type: 'A', security: 'bogus', rcode: 'NOERROR', answers: 1 },
    { name: `_443._tcp.www.${zone}.`, type: 'TLSA', security: 'bogus', rcode: 'NOERROR', answers: 1 },
    { name: `www.${zone}.`, type: 'TLSA', security: 'bogus', rcode: 'NOERROR', answers: 0 },
    { name: `nowhere.${zone}.`, type: 'A', security: 'bogus', rcode: 'NXDOMAIN', answers: 0 },
    { name: `${zone}.`, type: 'DS', security: 'secure', rcode: 'NOERROR', answers: 1 },
  ]),
  { name: 'www.nodenial.example.', type: 'A', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'www.nodenial.example.', type: 'TLSA', security: 'bogus', rcode: 'NOERROR', answers: 0 },
  { name: 'nowhere.nodenial.example.', type: 'A', security: 'bogus', rcode: 'NXDOMAIN', answers: 0 },
  { name: 'any.wild.nodenial.example.', type: 'A', security: 'bogus', rcode: 'NOERROR', answers: 1 },
];

const aliases: Case[] = [
  { name: 'to-secure.alias.example.', type: 'A', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'to-insecure.alias.example.', type: 'A', security: 'insecure', rcode: 'NOERROR', answers: 1 },
  { name: 'to-bogus.alias.example.', type: 'A', security: 'bogus', rcode: 'NOERROR', answers: 1 },
  { name: 'to-nothing.alias.example.', type: 'A', security: 'secure', rcode: 'NXDOMAIN', answers: 0 },
  { name: 'www.old.alias.example.', type: 'A', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'alias2.old.alias.example.', type: 'A', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'nowhere.old.alias.example.', type: 'A', security: 'secure', rcode: 'NXDOMAIN', answers: 0 },
  { name: '_443._tcp.www.old.alias.example.', type: 'TLSA', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'old.alias.example.', type: 'A', security: 'secure', rcode: 'NOERROR', answers: 0 },
  { name: 'old.alias.example.', type: 'DNAME', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'www.olde.alias.example.', type: 'A', security: 'insecure', rcode: 'NOERROR', answers: 1 },
];

/**
 * RFC 5155 section 9.2: what rests on an opt-out span is not authenticated, since unsigned names may hide in it.
 * delv calls a denial validated when its signatures are.
 */
const BY_SPAN = {
  delv: { security: 'secure', why: 'BIND counts the signatures over a denial, not the opt-out flag in it' },
} as const;

const optOut: Case[] = [
  { name: 'www.spans.example.', type: 'A', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'www.spans.example.', type: 'TLSA', security: 'secure', rcode: 'NOERROR', answers: 0 },
  { name: 'any.wild.spans.example.', type: 'A', security: 'insecure', rcode: 'NOERROR', answers: 1 },
  { name: 'any.wild.spans.example.', type: 'MX', security: 'insecure', rcode: 'NOERROR', answers: 0, except: BY_SPAN },
  { name: 'nowhere.spans.example.', type: 'A', security: 'insecure', rcode: 'NXDOMAIN', answers: 0, except: BY_SPAN },
  { name: 'dangling.spans.example.', type: 'A', security: 'insecure', rcode: 'NXDOMAIN', answers: 0, except: BY_SPAN },
  { name: 'nowhere.optout.', type: 'A', security: 'insecure', rcode: 'NXDOMAIN', answers: 0, except: BY_SPAN },
  { name: 'unsigned.optout.', type: 'DS', security: 'insecure', rcode: 'NOERROR', answers: 0, except: BY_SPAN },
];

const delegations: Case[] = [
  { name: '.', type: 'DNSKEY', security: 'secure', rcode: 'NOERROR', answers: 2 },
  { name: 'example.', type: 'DS', security: 'secure', rcode: 'NOERROR', answers: 1 },
  { name: 'unsigned.example.', type: 'DS', security: 'secure', rcode: 'NOERROR', answers: 0 },
  { name: 'unsigned.hashed.', type: 'DS', security: 'secure', rcode: 'NOERROR', answers: 0 },
  { name: 'nowhere.example.', type: 'A', security: 'secure', rcode: 'NXDOMAIN', answers: 0 },
  { name: 'nowhere.hashed.', type: 'A', security: 'secure', rcode: 'NXDOMAIN', answers: 0 },
  { name: 'nowhere.', type: 'A', security: 'secure', rcode: 'NXDOMAIN', answers: 0 },
];

export const CASES: readonly Case[] = [
  ...SIGNED.flatMap((zone) => ordinary(zone, 'secure')),
  ...UNSIGNED.flatMap((zone) => ordinary(zone, 'insecure')),
  ...spoiled,
  ...aliases,
  ...optOut,
  ...delegations,
];
