/** The world's answers against those of NSD, which serves the same signed zones: the same records, proofs included. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseType, rcodeMnemonic, TYPE } from '../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { formatRecord } from '../../src/dns/presentation.ts';
import type { DenialKind } from '../world/denial.ts';
import { masterFile } from '../world/master-file.ts';
import { buildWorld } from '../world/world.ts';
import { type NsdServer, startNsd } from './daemons.ts';
import { askOverUdp, createRoom, type Room } from './harness.ts';
import { inParallel } from './parallel.ts';

const RECORDS = `
  www        A     192.0.2.1
  www        TXT   "here"
  *.wild     TXT   "expanded"
  own.wild   TXT   "own"
  a.b.deep   A     192.0.2.2
  *.b.deep   A     192.0.2.3
  alias      CNAME www
  dangling   CNAME nothing
  star       CNAME x.wild
  *.aliases  CNAME www
  moved      DNAME deep
  odd\\.dot  TXT   "a dot in a label"
  \\000\\255 TXT   "octets"
  un.signed  NS    ns.elsewhere.
  un.signed2 NS    ns.elsewhere.
  secure     NS    ns.elsewhere.
  secure     DS    4711 13 2 0000000000000000000000000000000000000000000000000000000000000000
`;

/**
 * None below the DNAME: NSD adds denials there that belong elsewhere, since resolvers ask for the target anew. And no
 * wildcard as such: NSD adds the record of its closest encloser, which proves nothing more.
 */
const LABELS = [
  'www',
  'nothing',
  'a.b.nothing',
  'x.www',
  'wild',
  'x.wild',
  'x.y.wild',
  'own.wild',
  'x.own.wild',
  'deep',
  'b.deep',
  'a.b.deep',
  'x.b.deep',
  'x.a.b.deep',
  'alias',
  'dangling',
  'star',
  'x.aliases',
  'moved',
  'odd\\.dot',
  'odd.dot',
  '\\000\\255',
  '\\000\\254',
];
const TYPES = ['A', 'TXT', 'MX', 'CNAME', 'DNAME', 'DS'];

const DENIALS: readonly (readonly [string, DenialKind])[] = [
  ['nsec.', 'nsec'],
  ['nsec3.', 'nsec3'],
  ['salted.', { salt: 'c0ffee', iterations: 7 }],
  ['optout.', { optOut: true }],
];

const world = buildWorld(
  Object.fromEntries(DENIALS.map(([apex, denial]) => [apex, { sign: 13, denial, records: RECORDS } as const])),
  { now: Math.floor(Date.now() / 1000) },
);

let room: Room;
let nsd: NsdServer;
beforeAll(async () => {
  room = await createRoom();
  const zones = DENIALS.map(([apex]) => [apex, masterFile(world, world.zone(apex), 'signed')] as const);
  nsd = await startNsd(room, new Map(zones));
});
afterAll(() => room.stop());

/** What a validator reads of an answer: RCODE, and both sections as sets. */
function essence({ rcode, answer, authority }: Message): string {
  const lines = (records: readonly ResourceRecord[]) => [...new Set(records.map(formatRecord))].sort().join('\n');
  // NSD adds the zone's NS to positive answers.
  const isNs = ({ type, rdata }: ResourceRecord) =>
    type === TYPE.NS || (type === TYPE.RRSIG && rdata[0] === 0 && rdata[1] === TYPE.NS);
  return `${rcodeMnemonic(rcode)}\n${lines(answer)}\n--\n${lines(authority.filter((record) => !isNs(record)))}`;
}

async function differences(questions: readonly Question[]): Promise<string[]> {
  const found = await inParallel(8, questions, async (question) => {
    const theirs = await askOverUdp(nsd.port, question);
    const ours = essence(world.answer(question));
    const other = theirs === undefined ? 'no answer' : essence(theirs);
    return ours === other ? undefined : `${question.name} ${question.type}\nours: ${ours}\nNSD: ${other}\n`;
  });
  return found.filter((difference) => difference !== undefined);
}

describe.each(DENIALS)('%s', (apex) => {
  const ask = (label: string, type: string): Question => ({
    name: Name.parse(label === '@' ? apex : `${label}.${apex}`),
    type: parseType(type)!,
  });

  it('answers and denials are those of NSD, record for record', async () => {
    const questions = LABELS.flatMap((label) => TYPES.map((type) => ask(label, type)));
    expect(await differences(questions)).toEqual([]);
  });

  it('so are those at the apex and for the DS of delegations', async () => {
    const questions = [
      ...['SOA', 'NS', 'DNSKEY', 'NSEC3PARAM', 'A', 'TLSA'].map((type) => ask('@', type)),
      ...['secure', 'un.signed', 'un.signed2'].map((label) => ask(label, 'DS')),
      // Names that exist for an unsigned delegation alone. Of DS there, NSD leaves out the opt-out span.
      ...['signed', 'signed2'].map((label) => ask(label, 'A')),
    ];
    expect(await differences(questions)).toEqual([]);
  });
});
