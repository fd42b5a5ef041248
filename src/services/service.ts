/**
 * DANE for services found by SRV (RFC 7673): are the SRV records signed, what does each target publish below the port
 * and protocol they name, and what would a client that follows DANE do with it.
 */
import { offReport } from '../check.ts';
import { classifyHost, type TransportProtocol } from '../dane/owner.ts';
import { TYPE } from '../dns/codes.ts';
import { toCharacters } from '../dns/encodings.ts';
import { Name, NameError } from '../dns/name.ts';
import { parseSrv, type Srv } from '../dns/rdata.ts';
import { type LookupOutcome, sumOfWork } from '../dnssec/lookup.ts';
import { adviseOnList } from './advice.ts';
import { MAX_PEERS } from './limits.ts';
import { serviceRules, textOf } from './peer.ts';
import { type Candidate, Gathering, judgePeers, type PeersInput, refusalAmong } from './peers.ts';
import type { PeerReport, ServiceReason, ServiceReport, ServiceVerdict, XmppReport } from './report.ts';

export interface ServiceInput extends PeersInput {
  /** The owner of the SRV records: `_service._proto.domain`. */
  readonly name: string;
}

/** Never rejects: whatever goes wrong is a verdict with its reason. */
export async function checkService(input: ServiceInput): Promise<ServiceReport> {
  const asked = parseServiceName(input.name);
  if (asked === undefined) return offService(input);
  const report = await new ServiceCheck(input, asked).run();
  const ask = report.verdict === 'bogus' ? input.secondLook?.(report.reason) : undefined;
  if (ask === undefined) return report;
  const again = await new ServiceCheck({ ...input, ask }, asked).run();
  const better = again.verdict === 'bogus' || again.verdict === 'indeterminate' ? report : again;
  return { ...better, work: sumOfWork(report.work, again.work) };
}

/** RFC 6120 section 3.2.1, and XEP-0368 for TLS from the start. */
const XMPP_SERVICES = ['xmpp-client', 'xmpps-client', 'xmpp-server', 'xmpps-server'];

/** The four services of an XMPP domain, clients' and servers', after STARTTLS and by TLS from the start. */
export async function checkXmpp(
  input: Omit<PeersInput, 'connect'> & { readonly domain: string },
  /** How to connect to the servers of one service, by the owner of its SRV records. */
  connecting: (name: string) => Pick<PeersInput, 'connect'> = () => ({}),
): Promise<XmppReport> {
  const names = XMPP_SERVICES.map((service) => `_${service}._tcp.${input.domain}`);
  const services = await Promise.all(names.map((name) => checkService({ ...input, ...connecting(name), name })));
  return { version: 1, domain: services[0]!.domain, verdict: worstOf(services), services };
}

/** Of the two services that have one; those with TLS from the start are found by SRV alone (XEP-0368). */
const FALLBACK_PORTS: ReadonlyMap<string, number> = new Map([
  ['xmpp-client', 5222],
  ['xmpp-server', 5269],
]);

/** What an XMPP domain comes to: the gravest of its services; one that is not offered counts only where none is. */
const BY_GRAVITY: readonly ServiceVerdict[] = [
  ...(['bogus', 'mismatch', 'indeterminate', 'unread', 'insecure', 'signed', 'partial'] as const),
  ...(['published', 'verified', 'none', 'off'] as const),
];

function worstOf(services: readonly ServiceReport[]): ServiceVerdict {
  return BY_GRAVITY.find((verdict) => services.some((service) => service.verdict === verdict))!;
}

interface AskedService {
  readonly name: Name;
  readonly service: string;
  readonly protocol: TransportProtocol;
  readonly domain: Name;
}

const PROTOCOLS: readonly TransportProtocol[] = ['tcp', 'udp', 'sctp'];

/** RFC 2782: `_service._proto.domain`. Undefined for other text. */
function parseServiceName(text: string): AskedService | undefined {
  let name: Name;
  try {
    name = Name.parse(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return undefined;
  }
  if (name.labelCount < 3) return undefined;
  const [service, transport] = [name.label(0), name.label(1)].map(toCharacters) as [string, string];
  const protocol = PROTOCOLS.find((known) => transport === `_${known}`);
  // RFC 6335 section 5.1.
  if (protocol === undefined || !/^_[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(service)) return undefined;
  const domain = name.ancestor(name.labelCount - 2);
  const kind = classifyHost(textOf(domain)).kind;
  return kind === 'name' ? { name, service: service.slice(1), protocol, domain } : undefined;
}

function offService(input: ServiceInput): ServiceReport {
  const { name, now } = input;
  const { checkedAt, validUntil, work } = offReport({ host: name, port: 0, now }, { code: 'bad-host', host: name });
  return {
    version: 1,
    name,
    service: '',
    protocol: '',
    domain: name,
    verdict: 'off',
    reason: { code: 'not-a-service-name', name },
    checkedAt,
    validUntil,
    listSecurity: 'indeterminate',
    peers: [],
    leftOut: 0,
    lookups: [],
    zones: [],
    advice: [],
    resolvers: [],
    work,
  };
}

class ServiceCheck {
  readonly #input: ServiceInput;
  readonly #asked: AskedService;
  readonly #gathering: Gathering;

  constructor(input: ServiceInput, asked: AskedService) {
    this.#input = input;
    this.#asked = asked;
    this.#gathering = new Gathering(input);
  }

  async run(): Promise<ServiceReport> {
    const { name, service, protocol, domain } = this.#asked;
    const srv = await this.#gathering.lookup(name, TYPE.SRV);
    const found = this.#judgeSrv(srv);
    const candidates = 'candidates' in found ? found.candidates : [];
    const named = await this.#gathering.peers(
      candidates,
      serviceRules(protocol, srv.security === 'secure' ? undefined : 'list-unsigned'),
    );
    const { verdict, reason } = 'candidates' in found ? this.#judge(srv, named, candidates.length) : found;
    const peers = reason.code === 'srv-absent' ? await this.#unnamed() : named;
    return {
      version: 1,
      name: textOf(name),
      service,
      protocol,
      domain: textOf(domain),
      verdict,
      reason,
      listSecurity: srv.security,
      peers,
      leftOut: candidates.length - Math.min(candidates.length, MAX_PEERS),
      advice: [...this.#gathering.advice, ...adviseOnList(peers)],
      ...this.#gathering.summary(verdict),
    };
  }

  #judgeSrv(
    srv: LookupOutcome,
  ): { candidates: readonly Candidate[] } | { verdict: ServiceVerdict; reason: ServiceReason } {
    // RFC 7673 section 3.1: no connection where the answer fails, or none is to be had.
    if (srv.security === 'bogus' || srv.security === 'indeterminate') {
      return { verdict: srv.security, reason: srv.reason };
    }
    const records = (srv.rrset?.rdatas ?? []).map(parseSrv).filter((record) => record !== undefined);
    if (records.length === 0) return { verdict: 'none', reason: { code: 'srv-absent' } };
    // RFC 2782: a target of "." says that the service is not there.
    const real = records.filter(({ target }) => !target.isRoot());
    if (real.length === 0) return { verdict: 'none', reason: { code: 'not-offered' } };
    return { candidates: inOrder(real).map((record) => this.#candidate(record, srv)) };
  }

  /**
   * RFC 6120 section 3.2.2: where there is no SRV record at all, clients of XMPP try the domain itself at the usual
   * port. DANE has no part in that (RFC 7673 section 3.1), and whether the service is there at all, nobody has said.
   */
  async #unnamed(): Promise<PeerReport[]> {
    const { service, protocol, domain } = this.#asked;
    const port = protocol === 'tcp' ? FALLBACK_PORTS.get(service) : undefined;
    if (port === undefined) return [];
    const served = textOf(domain);
    const itself = { host: domain, port, otherNames: [served], targetIsProven: true, serverName: served };
    const peers = await this.#gathering.peers([itself], serviceRules(protocol, 'list-absent'));
    return peers.filter(({ addresses }) => addresses.length > 0);
  }

  #candidate({ priority, weight, port, target }: Srv, { security }: LookupOutcome): Candidate {
    const { service, domain } = this.#asked;
    const served = textOf(domain);
    // RFC 7673 section 4.1: both names where the SRV records are signed, else the service's domain alone.
    return {
      host: target,
      port,
      preference: priority,
      weight,
      otherNames: [served],
      targetIsProven: security === 'secure',
      // XMPP tells TLS the domain of the address (RFC 6120 section 5.4.3.1, XEP-0368), others the host.
      ...(service.startsWith('xmpp') && { serverName: served }),
    };
  }

  #judge(srv: LookupOutcome, peers: readonly PeerReport[], total: number) {
    if (srv.security === 'insecure') {
      const refusal = refusalAmong(peers);
      if (refusal !== undefined) return { verdict: 'mismatch', reason: refusal } as const;
      return { verdict: 'insecure', reason: srv.reason } as const;
    }
    return judgePeers(peers, { total, connected: this.#input.connect !== undefined });
  }
}

/** The lowest priority first, of equal ones the heaviest (RFC 2782), then by name and port; the same one once. */
function inOrder(records: readonly Srv[]): Srv[] {
  const sorted = [...records].sort(
    (a, b) => a.priority - b.priority || b.weight - a.weight || a.target.compare(b.target) || a.port - b.port,
  );
  return sorted.filter(
    ({ target, port }, i) => sorted.findIndex((other) => other.target.equals(target) && other.port === port) === i,
  );
}
