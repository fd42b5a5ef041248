/**
 * DANE at the endpoints that HTTPS records name (RFC 9460), after a draft (draft-ietf-dnsop-svcb-dane): TLSA below the
 * target and its port, `_quic` for HTTP/3. Shown beside the verdict and no part of it: which endpoint a browser went
 * to is not told, and browsers know the server by the origin's name alone (RFC 9460 section 9.4).
 */
import type { CertificateEvidence } from '../dane/evidence.ts';
import { tlsaOwner } from '../dane/owner.ts';
import { judgeTlsa, usableTlsa } from '../dane/tlsa.ts';
import { TYPE } from '../dns/codes.ts';
import { type DecodedRecord, decodeRecord } from '../dns/decoded.ts';
import { Name, NameError } from '../dns/name.ts';
import type { RRset } from '../dns/rrset.ts';
import type { LookupOutcome, Validator } from '../dnssec/lookup.ts';
import type { BindingsView, EndpointView } from '../report.ts';

/** AliasMode records followed one after the other (RFC 9460 section 2.4.2 leaves the number open). */
const MAX_ALIAS_STEPS = 4;
/** Endpoints that are looked at, the most wanted first; each costs up to six lookups. */
const MAX_ENDPOINTS = 4;

export interface BindingsInput {
  readonly validator: Validator;
  readonly host: Name;
  readonly port: number;
  /** Epoch seconds. */
  readonly now: number;
  /** Called only where an endpoint has usable records. Never rejects. */
  readonly certificate: () => Promise<CertificateEvidence>;
}

interface Endpoint {
  readonly priority: number;
  readonly target: Name;
  readonly port: number;
  readonly transports: readonly EndpointView['transport'][];
}

/** Never rejects: `lookup` does not. */
export async function findBindings(input: BindingsInput): Promise<BindingsView> {
  const { validator, host, port } = input;
  let name = queryName(host, port);
  if (name === undefined) return { result: 'none', endpoints: [], leftOut: 0 };
  for (let step = 0; step <= MAX_ALIAS_STEPS; step++) {
    const outcome = await validator.lookup(name, TYPE.HTTPS);
    const { security, reason, rrset, canonicalName } = outcome;
    // Draft, "Security Considerations": nothing is relied on that an insecure step led to.
    if (security !== 'secure') return { result: 'not secure', security, reason, endpoints: [], leftOut: 0 };
    if (rrset === undefined) {
      if (step === 0) return { result: 'none', endpoints: [], leftOut: 0 };
      // RFC 9460 section 3: the end of the aliases is the one endpoint, as the scheme has it.
      return viewEndpoints([{ priority: 0, target: canonicalName, port, transports: ['tcp'] }], input);
    }
    const records = decodedIn(rrset);
    // RFC 9460 section 2.4.1: beside an alias other records are ignored.
    const alias = records.find(({ mode }) => mode === 'alias');
    if (alias === undefined) return viewEndpoints(endpointsIn(records, canonicalName, port), input);
    // Section 2.5.1: no service here.
    if (alias.target === '.') return { result: 'unavailable', endpoints: [], leftOut: 0 };
    name = Name.parse(alias.target);
  }
  return { result: 'too many aliases', endpoints: [], leftOut: 0 };
}

/** RFC 9460 section 9.1. Undefined where the name would be too long. */
function queryName(host: Name, port: number): Name | undefined {
  if (port === 443) return host;
  try {
    return Name.fromLabels([...Name.parse(`_${port}._https`).labels(), ...host.labels()]);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return undefined;
  }
}

type ServiceRecord = Extract<DecodedRecord, { type: 'SVCB' | 'HTTPS' }>;

function decodedIn({ rdatas }: RRset): ServiceRecord[] {
  return rdatas.flatMap((rdata) => {
    const decoded = decodeRecord(TYPE.HTTPS, rdata);
    return decoded?.type === 'HTTPS' ? [decoded] : [];
  });
}

function endpointsIn(records: readonly ServiceRecord[], owner: Name, defaultPort: number): Endpoint[] {
  return [...records]
    .sort((a, b) => a.priority - b.priority || (a.target < b.target ? -1 : 1))
    .flatMap(({ priority, target, parameters }) => {
      const parameter = (key: string) => parameters.find((one) => one.key === key)?.value;
      // RFC 9460 section 8: a record that demands what nobody here knows is passed over.
      if (
        parameter('mandatory')
          ?.split(',')
          .some((key) => key.startsWith('key'))
      )
        return [];
      const port = Number(parameter('port') ?? defaultPort);
      if (port === 0) return [];
      const named = parameter('alpn')?.split(',') ?? [];
      // Section 7.1.2: HTTP over TCP goes without saying, unless said otherwise.
      const overTcp = parameter('no-default-alpn') === undefined || named.some((protocol) => protocol !== 'h3');
      const transports = [...(named.includes('h3') ? ['quic' as const] : []), ...(overTcp ? ['tcp' as const] : [])];
      // Section 2.5.2: "." is the owner.
      return [{ priority, target: target === '.' ? owner : Name.parse(target), port, transports }];
    });
}

async function viewEndpoints(endpoints: readonly Endpoint[], input: BindingsInput): Promise<BindingsView> {
  const views: EndpointView[] = [];
  for (const endpoint of endpoints.slice(0, MAX_ENDPOINTS)) {
    const address = await input.validator.lookup(endpoint.target, TYPE.A);
    for (const transport of endpoint.transports) views.push(await viewEndpoint(endpoint, transport, address, input));
  }
  return { result: 'endpoints', endpoints: views, leftOut: Math.max(0, endpoints.length - MAX_ENDPOINTS) };
}

async function viewEndpoint(
  { priority, target, port }: Endpoint,
  transport: EndpointView['transport'],
  address: LookupOutcome,
  { validator, host, now, certificate }: BindingsInput,
): Promise<EndpointView> {
  const facts = { priority, target: textOf(target), port, transport };
  const { security, reason, aliases, canonicalName } = address;
  const owner = tlsaOwner(target, port, transport)?.toString() ?? '';
  if (security === 'bogus' || security === 'indeterminate') {
    return { ...facts, owner, state: 'not secure', security, reason, tlsa: [] };
  }
  // RFC 7671 section 7: the end of an alias chain first, where it is secure throughout, then the target itself.
  const bases = security === 'secure' && aliases.length > 0 ? [canonicalName, target] : [target];
  for (const base of bases) {
    const name = tlsaOwner(base, port, transport);
    if (name === undefined) continue;
    const found = await validator.lookup(name, TYPE.TLSA);
    if (found.security !== 'secure') {
      const { security: state, reason: why } = found;
      return { ...facts, owner: name.toString(), state: 'not secure', security: state, reason: why, tlsa: [] };
    }
    if (found.rrset === undefined) continue;
    const records = found.rrset.rdatas;
    const evidence = usableTlsa(records).usable.length > 0 ? await certificate() : NONE;
    const text = textOf(host);
    const { verdict, tlsa } = await judgeTlsa({ records, evidence, base: text, host: text, now });
    return { ...facts, owner: name.toString(), state: 'published', fits: verdict, tlsa };
  }
  return { ...facts, owner, state: 'absent', tlsa: [] };
}

const NONE: CertificateEvidence = { kind: 'none', why: 'not needed' };

function textOf(name: Name): string {
  return name.toString().replace(/\.$/, '');
}
