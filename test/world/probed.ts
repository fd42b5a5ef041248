/**
 * A private root under which stand the public names that a resolver's trial asks for, and resolvers over it: one that
 * passes everything on, and those that do not.
 */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import { decodeMessage, encodeMessage, type Message, type ResourceRecord } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { flippedSignature } from './data-mutations.ts';
import { type DohExchange, startDohServer } from './doh-server.ts';
import { buildWorld } from './world.ts';

/** How a resolver treats what it is asked for. */
export type Treatment =
  | 'sound'
  /** No signatures and no proofs, as from a resolver that knows nothing of DNSSEC. */
  | 'strips'
  /** Blocks TLSA, and says so (RFC 8914 section 4.18). */
  | 'filters'
  /** Validates in spite of CD=1, and keeps back what fails. */
  | 'keeps-back'
  | 'hangs';

export interface ProbedWorld {
  /** Master-file DS lines of the root. */
  readonly anchorsText: string;
  /** Of another of its zones. */
  anchorsOf(apex: string): string;
  url(treatment: Treatment): string;
  /** Every question that any of them was asked, in the order it came. */
  readonly log: readonly DohExchange[];
  close(): Promise<void>;
}

const BROKEN = Name.parse('www.dnssec-failed.org');

/** `now`: epoch seconds, for which the zones are signed. */
export async function startProbedWorld(now: number): Promise<ProbedWorld> {
  const world = buildWorld(
    {
      'com.': { denial: { optOut: true } },
      'google.com.': { sign: 'unsigned', records: 'www A 192.0.2.1' },
      'huque.com.': { records: `_443._tcp.www TLSA 3 1 1 ${'ab'.repeat(32)}` },
      'org.': {},
      'dnssec-failed.org.': { records: 'www A 192.0.2.1' },
    },
    { now },
  ).mutated(flippedSignature({ name: BROKEN, type: TYPE.A }));
  const treated = (change: (message: Message) => Message) => (query: Uint8Array) => {
    const octets = world.respond(query);
    const decoded = octets && decodeMessage(octets);
    return decoded?.ok ? encodeMessage(change(decoded.message)) : octets;
  };
  const responders: Readonly<Record<Treatment, (query: Uint8Array) => Uint8Array | undefined>> = {
    sound: (query) => world.respond(query),
    strips: treated(withoutSignatures),
    filters: treated((message) => (isAbout(message, TYPE.TLSA) ? blocked(message) : message)),
    'keeps-back': treated((message) => (isAbout(message, TYPE.A, BROKEN) ? failing(message) : message)),
    hangs: () => undefined,
  };
  const treatments = Object.keys(responders) as Treatment[];
  const servers = new Map(
    await Promise.all(
      treatments.map(async (treatment) => {
        const server = await startDohServer({
          respond: responders[treatment],
          ...(treatment === 'hangs' && { fault: () => 'hang' as const }),
        });
        return [treatment, server] as const;
      }),
    ),
  );
  return {
    anchorsText: world.anchors(),
    anchorsOf: (apex) => world.anchors(apex),
    url: (treatment) => servers.get(treatment)!.url,
    get log() {
      return [...servers.values()].flatMap(({ log }) => log).sort((a, b) => a.askedAt - b.askedAt);
    },
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

function isAbout({ question: [asked] }: Message, type: number, name?: Name): boolean {
  return asked?.type === type && (name === undefined || asked.name.equals(name));
}

function withoutSignatures(message: Message): Message {
  const gone: readonly number[] = [TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3];
  const kept = (records: readonly ResourceRecord[]) => records.filter(({ type }) => !gone.includes(type));
  return { ...message, answer: kept(message.answer), authority: kept(message.authority) };
}

function failing(message: Message): Message {
  return { ...message, rcode: RCODE.SERVFAIL, answer: [], authority: [] };
}

const EXTENDED_ERROR = 15;
const BLOCKED = Uint8Array.of(0, 15);

function blocked(message: Message): Message {
  return {
    ...failing(message),
    rcode: RCODE.NXDOMAIN,
    edns: {
      udpPayloadSize: 1232,
      version: 0,
      dnssecOk: true,
      ...message.edns,
      options: [{ code: EXTENDED_ERROR, data: BLOCKED }],
    },
  };
}
