/** Names, hosts and ports as people write them. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { parseType, TYPE } from '../../dns/codes.ts';
import { Name, NameError } from '../../dns/name.ts';
import { type CommandName, UsageError } from './usage.ts';

export interface LookupTarget {
  readonly name: Name;
  readonly type: number;
}

export interface SiteTarget {
  readonly host: string;
  readonly port: number;
  /** Where to connect instead of where the host's address is. */
  readonly connect?: { readonly address: string; readonly port: number };
}

/** `source` names the argument in what is said of it. */
export function parseName(text: string, source = 'NAME', command: CommandName = 'lookup'): Name {
  try {
    // An IDN in letters of its own; what is ASCII already may hold octets no host name has, and stays as it is.
    const ascii = /^[\x20-\x7e]*$/.test(text) ? text : domainToASCII(text);
    if (ascii === '') throw new UsageError(`${source} ${text}: not a domain name`, command);
    return Name.parse(ascii);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    throw new UsageError(`${source} ${text}: ${error.reason}`, command);
  }
}

/** Types that are no data one could ask for: OPT, NXNAME, and transfers and their signatures. */
const NOT_ASKED: readonly number[] = [0, TYPE.OPT, TYPE.NXNAME, 249, 250, 251, 252];

export function parseQueryType(text: string, source = 'TYPE', command: CommandName = 'lookup'): number {
  const type = parseType(text);
  if (type === undefined)
    throw new UsageError(`${source} ${text}: no such type; others go by number, TYPE65280`, command);
  if (NOT_ASKED.includes(type)) throw new UsageError(`${source} ${text}: not a type that can be looked up`, command);
  return type;
}

/** `HOST`, `HOST:PORT`, `[2001:db8::1]:PORT`; `connect` likewise, an address, by default at the same port. */
export function parseSite(text: string, connect?: string, defaultPort = 443): SiteTarget {
  const { host, port } = splitPort(text, 'HOST');
  const target = { host: parseHost(host, 'HOST', 'check'), port: port ?? defaultPort };
  if (connect === undefined) return target;
  const to = splitPort(connect, '--connect');
  const address = to.host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) throw new UsageError(`--connect ${connect}: not an IP address`, 'check');
  return { ...target, connect: { address, port: to.port ?? target.port } };
}

function splitPort(text: string, source: string): { host: string; port?: number } {
  if (text.includes('/')) {
    const { host } = URL.canParse(text) ? new URL(text) : { host: '' };
    const instead = host === '' ? '' : `: ${host}`;
    throw new UsageError(`${source} ${text}: a host and port is wanted, not a URL${instead}`, 'check');
  }
  // More than one colon without brackets is an IPv6 address by itself.
  if (isIP(text) === 6) return { host: `[${text}]` };
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (host === undefined || host === '') throw new UsageError(`${source} ${text}: a host, or host:port`, 'check');
  return port === undefined ? { host } : { host, port: parsePort(port, `${source} ${text}`, 'check') };
}

/** As the URL parser gives it: A-labels in lower case. What kind of host it is, the check itself finds out. */
export function parseHost(text: string, source: string, command: CommandName): string {
  const bare = text.replace(/\.$/, '');
  const url = `https://${bare}/`;
  if (bare === '' || /[\s/@:?#\\]/.test(bare.replace(/^\[.*\]$/, '')) || !URL.canParse(url)) {
    throw new UsageError(`${source} ${text}: not a host name`, command);
  }
  const { hostname } = new URL(url);
  if (hostname.startsWith('[')) return hostname;
  // URLs may have more; no name of a host or domain is written so.
  const [odd] = /[^a-z0-9._-]/.exec(hostname) ?? [];
  if (odd !== undefined) throw new UsageError(`${source} ${text}: no host has “${odd}” in its name`, command);
  parseName(hostname, source, command);
  return hostname;
}

export function parsePort(text: string, source: string, command: CommandName): number {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError(`${source}: a port is a number from 1 to 65535`, command);
  return port;
}
