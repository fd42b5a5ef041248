/**
 * Where a service's TLSA records stand (RFC 6698 section 3), and which hosts can have any.
 *
 * Hosts come as the URL parser gives them: lower case, IDN in A-labels, IPv6 in brackets. Other text, as it may
 * reach the command line, is told apart here and never guessed at.
 */
import { Name, NameError } from '../dns/name.ts';

/** Transports that TLSA owner names know (RFC 6698 section 3), and what a draft has for HTTP/3 (svcb-dane). */
export type TransportProtocol = 'tcp' | 'udp' | 'sctp' | 'quic';

export type HostFault =
  | NameError['reason']
  | 'empty'
  | 'forbidden character'
  /** The last label is a number, so it is neither an IPv4 address nor a name (WHATWG URL, "ends in a number"). */
  | 'numeric top label';

export type HostClass =
  /** A domain name of two labels or more: the only kind of host that can have TLSA records worth asking for. */
  | { readonly kind: 'name'; readonly name: Name }
  /** No TLSA for addresses (D3; RFC 7672 section 2.2 for SMTP, policy for https). */
  | { readonly kind: 'address-literal' }
  /** `localhost`, `intranet`, `router.`: names of the local network, which the public DNS tells nothing about. */
  | { readonly kind: 'single-label' }
  | { readonly kind: 'bad-host'; readonly fault: HostFault };

export function classifyHost(host: string): HostClass {
  if (host === '' || host === '.') return { kind: 'bad-host', fault: 'empty' };
  if (isAddressLiteral(host)) return { kind: 'address-literal' };
  // A backslash would let `Name.parse` put a dot inside a label: no host has one.
  if (FORBIDDEN.test(host)) return { kind: 'bad-host', fault: 'forbidden character' };
  let name: Name;
  try {
    name = Name.parse(host);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return { kind: 'bad-host', fault: error.reason };
  }
  const last = host.replace(/\.$/, '').split('.').at(-1)!;
  if (/^(\d+|0x[0-9a-f]*)$/i.test(last)) return { kind: 'bad-host', fault: 'numeric top label' };
  return name.labelCount < 2 ? { kind: 'single-label' } : { kind: 'name', name };
}

/**
 * `_<port>._<protocol>.<base>` (RFC 6698 section 3): the port of the real connection in decimal without leading
 * zeros. Undefined where that name would be too long for the DNS, so that no record can stand there.
 */
export function tlsaOwner(base: Name, port: number, protocol: TransportProtocol = 'tcp'): Name | undefined {
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) throw new RangeError(`no port: ${port}`);
  try {
    return Name.fromLabels([ascii(`_${port}`), ascii(`_${protocol}`), ...base.labels()]);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return undefined;
  }
}

/** Forbidden domain code points of the URL standard, without those `Name.parse` refuses by itself. */
const FORBIDDEN = /[ #%/:<>?@[\\\]^|]/;

const IPV4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}\.?$/;

function isAddressLiteral(host: string): boolean {
  return IPV4.test(host) || isIpv6(host);
}

/** An IPv6 address, in brackets or not, a zone id included (RFC 4291 section 2.2, RFC 6874). */
function isIpv6(host: string): boolean {
  const inner = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const address = inner.replace(/%.*$/s, '');
  const halves = address.split('::');
  if (!address.includes(':') || halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)!;
  const embedded = last.at(-1)?.includes('.') ? last.pop()! : undefined;
  if (embedded !== undefined && !IPV4.test(embedded)) return false;
  const count = groups.flat().length + (embedded === undefined ? 0 : 2);
  if (!groups.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? count <= 7 : count === 8;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
