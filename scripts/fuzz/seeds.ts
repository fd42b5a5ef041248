/** What is mutated: recorded chains of the real DNS where they are at hand, and chains of worlds of our own. */
import { existsSync, readFileSync } from 'node:fs';
import { parseType, TYPE } from '../../src/dns/codes.ts';
import { encodeQuery } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import { parseAnchors, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { lookup } from '../../src/dnssec/lookup.ts';
import { buildWorld, type WorldDescription } from '../../test/world/world.ts';
import { type Chain, questionKey, recording, type SoundChain, sound } from './chain.ts';

const FOLDER = new URL('../../../shared/vectors/real/', import.meta.url);

export interface Seeds {
  readonly chains: readonly SoundChain[];
  /** Each reply of each chain, and of the recordings that are none. */
  readonly messages: readonly Uint8Array[];
  /** What is missing, if anything, in one line. */
  readonly remark?: string;
}

/** Throws where the recordings are not at hand and have to be. */
export async function loadSeeds({ required }: { required: boolean }): Promise<Seeds> {
  const present = existsSync(FOLDER);
  const remark = 'fuzz: ../shared/vectors/real is not here; the seeds are those of test/world alone';
  if (!present && required) throw new Error(remark);
  const verifier = new SignatureVerifier();
  const recordings = present ? [...dnsjava(), ...single()] : [];
  const candidates = [...recordings, ...(await worldChains())];
  const chains: SoundChain[] = [];
  for (const chain of candidates) {
    const judged = await sound(chain, verifier);
    if (judged.security === 'secure' || judged.security === 'insecure') chains.push(judged);
  }
  const octets = [...candidates.flatMap(({ replies }) => [...replies.values()]), ...(present ? unjudged() : [])];
  const messages = [...new Map(octets.map((each) => [Buffer.from(each).toString('latin1'), each])).values()];
  return { chains, messages, ...(!present && { remark }) };
}

interface RecordedMessage {
  readonly kind?: string;
  readonly qname: string;
  readonly qtype: number;
  readonly wire_b64: string;
}

interface Recording {
  readonly recording: string;
  readonly date: string;
  readonly expected: { readonly query: string } | null;
  readonly messages: readonly RecordedMessage[];
}

/** The root keys of the recordings' times (RFC 9718 section 2.3). */
const ROOT = anchorsOf(`
. DS 19036 8 2 49AAC11D7B6F6446702E54A1607371607A1A41855200FD2CE1CDDE32F24E8FB5
. DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
`);

function anchorsOf(text: string): readonly TrustAnchor[] {
  const parsed = parseAnchors(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.fault}`);
  return parsed.anchors;
}

function jsonLines<T>(file: string): T[] {
  const lines = readFileSync(new URL(file, FOLDER), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

const octetsOf = ({ wire_b64 }: RecordedMessage) => Uint8Array.from(Buffer.from(wire_b64, 'base64'));

function repliesOf(messages: readonly RecordedMessage[]): Map<string, Uint8Array> {
  return new Map(messages.map((message) => [questionKey(Name.parse(message.qname), message.qtype), octetsOf(message)]));
}

const epoch = (date: string) => Math.floor(Date.parse(date) / 1000);

function dnsjava(): Chain[] {
  return jsonLines<Recording>('dnsjava-recordings.jsonl').flatMap(({ recording, date, expected, messages }) => {
    if (expected === null) return [];
    const [name, type] = expected.query.split('/');
    const chain = { title: recording, name: Name.parse(name!), type: parseType(type!)!, now: epoch(date) };
    return [{ ...chain, anchors: ROOT, replies: repliesOf(messages) }];
  });
}

/** Replies of recordings that carry no verdict. */
function unjudged(): Uint8Array[] {
  return jsonLines<Recording>('dnsjava-recordings.jsonl')
    .filter(({ expected }) => expected === null)
    .flatMap(({ messages }) => messages.map(octetsOf));
}

function single(): Chain[] {
  const files = [
    ['d3-cloudflare.com-A-20260421.jsonl', 'cloudflare.com', TYPE.A, '2026-04-21T16:00:32Z'],
    ['d3-prettysafe.xyz-A-nxdomain-optout-20260421.jsonl', 'prettysafe.xyz', TYPE.DS, '2026-04-21T16:00:32Z'],
    ['dnsprovejs-_ens.matoken.live-TXT-20210215.jsonl', '_ens.matoken.live', TYPE.TXT, '2021-02-15T12:00:00Z'],
  ] as const;
  return files.map(([file, name, type, date]) => {
    const messages = jsonLines<RecordedMessage>(file).filter(({ wire_b64 }) => wire_b64 !== undefined);
    return { title: file, name: Name.parse(name), type, now: epoch(date), anchors: ROOT, replies: repliesOf(messages) };
  });
}

const NOW = 1_795_348_800;

const recordsLeadingTo = (other: string) => `
  www    A     192.0.2.1
  www    A     192.0.2.2
  www    MX    10 Mail.Other.
  *.w    TXT   "expanded"
  a.ent  A     192.0.2.3
  alias  CNAME www
  away   CNAME www.${other}
  wild   CNAME x.w
  dn     DNAME www.${other}
  dn2    DNAME ${other}
  _443._tcp.www TLSA 3 1 1 ${'00'.repeat(32)}
`;
const QUESTIONS = [
  ['www', TYPE.A],
  ['www', TYPE.AAAA],
  ['_443._tcp.www', TYPE.TLSA],
  ['no', TYPE.A],
  ['no.ent', TYPE.A],
  ['ent', TYPE.A],
  ['x.w', TYPE.TXT],
  ['x.y.w', TYPE.A],
  ['alias', TYPE.A],
  ['away', TYPE.A],
  ['wild', TYPE.TXT],
  ['x.dn', TYPE.TXT],
  ['www.dn2', TYPE.A],
  ['www.plain', TYPE.A],
  ['www.sub', TYPE.A],
  ['no.sub', TYPE.DS],
] as const;

/**
 * A zone of every kind of denial, with a signed and an unsigned child, beside another zone to lead to. No two worlds
 * share a name or a root key: what one says would otherwise be good evidence in the other.
 */
const WORLDS: readonly WorldDescription[] = (
  [
    { denial: 'nsec', sign: 13 },
    { denial: 'nsec3', sign: 15 },
    { denial: { optOut: true, salt: 'aabb', iterations: 3 }, sign: 8 },
    { denial: 'compact', sign: 13 },
    { denial: { online: 'compact nsec3' }, sign: 13 },
    { denial: { online: 'minimal nsec' }, sign: 14 },
    { denial: { online: 'minimal nsec3' }, sign: 10 },
  ] as const
).map((zone, i) => ({
  '.': { sign: [{ algorithm: 13, role: 'csk', label: `root of world ${i}` }] },
  [zoneOfWorld(i)]: { ...zone, records: recordsLeadingTo(`other${i}.`) },
  [`sub.${zoneOfWorld(i)}`]: { denial: zone.denial, records: 'www A 192.0.2.4' },
  [`plain.${zoneOfWorld(i)}`]: { sign: 'unsigned', records: 'www A 192.0.2.5' },
  [`other${i}.`]: { records: 'www A 192.0.2.9\nx.www TXT "below"\n* TXT "any"' },
}));

function zoneOfWorld(i: number): string {
  return `example${i}.`;
}

async function worldChains(): Promise<Chain[]> {
  const chains: Chain[] = [];
  for (const [i, description] of WORLDS.entries()) {
    const world = buildWorld(description, { now: NOW });
    const anchors = anchorsOf(world.anchors());
    const respond = (question: { name: Name; type: number }) => world.respond(encodeQuery(question))!;
    for (const [label, type] of QUESTIONS) {
      const name = Name.parse(`${label}.${zoneOfWorld(i)}`);
      const { ask, replies } = recording(respond);
      await lookup({ name, type, ask, now: NOW, anchors, options: { speculate: false } });
      chains.push({ title: `world ${i}: ${name} ${type}`, name, type, now: NOW, anchors, replies, beyond: world.ask });
    }
  }
  return chains;
}
