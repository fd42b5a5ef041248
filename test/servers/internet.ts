/**
 * A small private internet: zones signed by BIND, served by NSD, resolved by Unbound. What each zone is for stands
 * beside it; `cases.ts` has what every validator must say of the names in it.
 */

import { makeKeys, type SigningPlan, signZone, type ZoneKeys } from './bind-signer.ts';
import { type LoopbackCertificate, makeCertificate, startNsd, startUnbound, type UnboundServer } from './daemons.ts';
import { bindAnchors } from './delv.ts';
import { createRoom, type Room } from './harness.ts';

export interface ZonePlan {
  /** Left out: not signed. */
  readonly signing?: SigningPlan;
  /** The DS in the parent: of the zone's keys, none, of a key the zone does not have, or of an algorithm nobody knows. */
  readonly delegation?: 'keys' | 'none' | 'other key' | 'unknown algorithm';
  /** Master-file lines, names relative to the zone. */
  readonly records?: string;
  /** Changes the signed zone, one record a line. */
  readonly spoil?: (lines: string[]) => string[];
}

/** Data every ordinary zone has. */
const ORDINARY = `
@            A     192.0.2.1
@            MX    10 mail
www          A     192.0.2.2
www          AAAA  2001:db8::2
_443._tcp.www  TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
text         TXT   "one string" "and; another"
alias        CNAME www
alias2       CNAME alias
loop1        CNAME loop2
loop2        CNAME loop1
dangling     CNAME nowhere
*.wild       A     192.0.2.3
*.wild       TXT   "from a wildcard"
exists.wild  A     192.0.2.4
*.wildalias  CNAME www
below.an.empty.non-terminal A 192.0.2.5
generic      TYPE65280 \\# 4 0a0b0c0d
`;

const PAST = { from: '20260801000000', until: '20260901000000' };
const FUTURE = { from: '20360801000000', until: '20360901000000' };

export const ZONES: ReadonlyMap<string, ZonePlan> = new Map<string, ZonePlan>([
  ['.', { signing: { algorithm: 8, keys: 'split' } }],
  ['example.', { signing: { algorithm: 13, keys: 'split' } }],
  ['hashed.', { signing: { algorithm: 8, nsec3: {} } }],
  ['optout.', { signing: { algorithm: 13, nsec3: { salt: 'c0ffee', iterations: 5, optOut: true } } }],

  // One zone an algorithm; NSEC and NSEC3 in turn.
  ['rsa256.example.', { signing: { algorithm: 8, keys: 'split' }, records: ORDINARY }],
  ['rsa512.example.', { signing: { algorithm: 10, nsec3: { salt: 'ab', iterations: 3 } }, records: ORDINARY }],
  ['p256.example.', { signing: { algorithm: 13, nsec3: {} }, records: ORDINARY }],
  ['p384.example.', { signing: { algorithm: 14 }, records: ORDINARY }],
  ['ed25519.example.', { signing: { algorithm: 15, nsec3: {} }, records: ORDINARY }],
  ['ed448.example.', { signing: { algorithm: 16 }, records: ORDINARY }],
  ['below.hashed.', { signing: { algorithm: 13 }, records: ORDINARY }],
  ['below.optout.', { signing: { algorithm: 15, nsec3: { iterations: 1 } }, records: ORDINARY }],

  // Aliases from zone to zone.
  [
    'alias.example.',
    {
      signing: { algorithm: 13 },
      records: `
to-secure    CNAME www.p256.example.
to-insecure  CNAME www.unsigned.example.
to-bogus     CNAME www.flipped.example.
to-nothing   CNAME nowhere.p256.example.
old          DNAME p256.example.
olde         DNAME unsigned.example.
`,
    },
  ],

  // Without signatures, and proven so: by NSEC, by NSEC3, by an opt-out span.
  ['unsigned.example.', { records: ORDINARY }],
  ['unsigned.hashed.', { records: ORDINARY }],
  ['unsigned.optout.', { records: ORDINARY }],
  ['below.unsigned.example.', { signing: { algorithm: 13 }, records: ORDINARY }],
  ['spans.example.', { signing: { algorithm: 13, nsec3: { optOut: true } }, records: ORDINARY }],
  ['unknown.example.', { signing: { algorithm: 13 }, delegation: 'unknown algorithm', records: ORDINARY }],

  // Wrong, each in one way.
  ['flipped.example.', { signing: { algorithm: 13 }, records: ORDINARY, spoil: flipSignature('www', 'A') }],
  ['flippedkey.example.', { signing: { algorithm: 15 }, records: ORDINARY, spoil: flipSignature('apex', 'DNSKEY') }],
  ['expired.example.', { signing: { algorithm: 13, signatures: PAST }, records: ORDINARY }],
  ['early.example.', { signing: { algorithm: 13, signatures: FUTURE }, records: ORDINARY }],
  ['wrongds.example.', { signing: { algorithm: 13 }, delegation: 'other key', records: ORDINARY }],
  ['stripped.example.', { delegation: 'other key', records: ORDINARY }],
  [
    'nodenial.example.',
    {
      signing: { algorithm: 13 },
      records: ORDINARY,
      // Every NSEC loses its signature: what exists is sound, what does not cannot be proven.
      spoil: (lines) => lines.filter((line) => !/\sRRSIG\s+NSEC\s/.test(line)),
    },
  ],
]);

/** Turns one bit in the middle of the signatures over an RRset; `owner` is the first label, `apex` the zone itself. */
function flipSignature(owner: string, type: string): (lines: string[]) => string[] {
  return (lines) => {
    let flipped = 0;
    const result = lines.map((line) => {
      // owner, TTL, class, RRSIG, covered, algorithm, labels, TTL, expiration, inception, tag, signer, signature
      const fields = line.split(/\s+/);
      const [name, , , recordType, covered] = fields;
      const signer = fields[11];
      const isOwner = owner === 'apex' ? name === signer : name === `${owner}.${signer}`;
      if (recordType !== 'RRSIG' || covered !== type || !isOwner) return line;
      const octets = Buffer.from(fields.slice(12).join(''), 'base64');
      octets[octets.length >> 1]! ^= 1;
      flipped++;
      return [...fields.slice(0, 12), octets.toString('base64')].join(' ');
    });
    if (flipped === 0) throw new Error(`no signature over ${owner} ${type} to flip`);
    return result;
  };
}

export interface Internet {
  readonly room: Room;
  /** Master-file lines of DS for the root. */
  readonly anchors: string;
  /** The same in a file, and as delv takes it. */
  readonly anchorFile: string;
  readonly delvAnchorFile: string;
  readonly certificate: LoopbackCertificate;
  readonly authorityPort: number;
  /** Fetches and does not judge; its DNS over HTTPS has TLS under `certificate`. */
  readonly courier: UnboundServer;
  /** Judges for itself, from the same anchors; DNS over plain HTTP/2. */
  readonly validator: UnboundServer;
  readonly stop: () => Promise<void>;
}

/** `certificate`: the resolver's; one of its own where left out. */
export async function startInternet(
  zones: ReadonlyMap<string, ZonePlan> = ZONES,
  certificate?: LoopbackCertificate,
): Promise<Internet> {
  const room = await createRoom();
  try {
    const signed = await signZones(room, zones);
    const [authority, tls] = await Promise.all([startNsd(room, signed.files), certificate ?? makeCertificate(room)]);
    const anchors = `${signed.rootDs.join('\n')}\n`;
    const resolver = { zones: zones.keys(), authorityPort: authority.port };
    const courier = await startUnbound(room, { ...resolver, name: 'courier', tls });
    const validator = await startUnbound(room, { ...resolver, zones: zones.keys(), name: 'validator', anchors });
    return {
      room,
      anchors,
      anchorFile: await room.write('root.anchors', anchors),
      delvAnchorFile: await room.write('delv.anchors', bindAnchors(signed.rootDs)),
      certificate: tls,
      authorityPort: authority.port,
      courier,
      validator,
      stop: room.stop,
    };
  } catch (error) {
    await room.stop();
    throw error;
  }
}

async function signZones(
  room: Room,
  zones: ReadonlyMap<string, ZonePlan>,
): Promise<{ files: Map<string, string>; rootDs: readonly string[] }> {
  const keys = new Map<string, ZoneKeys>();
  await Promise.all(
    [...zones].map(async ([apex, { signing, delegation }]) => {
      // A DS for an unsigned zone needs a key too, one that nobody ever sees.
      if (signing || delegation === 'other key')
        keys.set(apex, await makeKeys(room, apex, signing ?? { algorithm: 13 }));
    }),
  );
  const files = new Map<string, string>();
  await Promise.all(
    [...zones].map(async ([apex, plan]) => {
      const children = [...zones].filter(([child]) => child !== apex && parentOf(child, zones) === apex);
      const delegations = children.map(([child, childPlan]) => delegationLines(child, childPlan, keys.get(child)));
      const text = `$TTL 300
$ORIGIN ${apex}
@ SOA ns hostmaster 1 3600 900 604800 60
@ NS ns
ns A 127.0.0.1
${plan.records ?? ''}
${delegations.join('\n')}`;
      files.set(apex, plan.signing ? await signed(text, keys.get(apex)!, plan) : text);
    }),
  );
  return { files, rootDs: keys.get('.')!.dsLines };
}

async function signed(text: string, keys: ZoneKeys, plan: ZonePlan): Promise<string> {
  const result = await signZone(text, keys, plan.signing!);
  return plan.spoil ? plan.spoil(result.split('\n')).join('\n') : result;
}

function parentOf(apex: string, zones: ReadonlyMap<string, ZonePlan>): string {
  let rest = apex;
  do {
    rest = rest.slice(rest.indexOf('.') + 1);
  } while (rest !== '' && !zones.has(rest));
  return rest === '' ? '.' : rest;
}

function delegationLines(child: string, plan: ZonePlan, keys: ZoneKeys | undefined): string {
  const { delegation = plan.signing ? 'keys' : 'none' } = plan;
  const lines = [`${child} NS ns.${child}`, `ns.${child} A 127.0.0.1`];
  if (delegation === 'none') return lines.join('\n');
  const ds = keys!.dsLines.map((line) => {
    const fields = /^(.*\sDS)\s+(\d+)\s+(\d+)\s+(\d+)\s+(.+)$/.exec(line)!;
    const [, head, keyTag, algorithm, digestType, digest] = fields;
    if (delegation === 'unknown algorithm') return `${head} ${keyTag} 253 ${digestType} ${digest}`;
    // Another key: the same tag even, and a digest that is not its own.
    if (delegation === 'other key') return `${head} ${keyTag} ${algorithm} ${digestType} ${'ab'.repeat(32)}`;
    return line;
  });
  return [...lines, ...ds].join('\n');
}
