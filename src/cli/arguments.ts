/**
 * Arguments to a typed invocation. Every fault is a `UsageError` of one line that names the argument; nothing is
 * guessed, and an option of another command is refused.
 */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { parseType, TYPE } from '../dns/codes.ts';
import { Name, NameError } from '../dns/name.ts';
import type { Method } from '../doh/doh.ts';
import { parseResolverUrl, type ResolverUrlFault } from '../doh/resolver-url.ts';
import { type ProbeNames, PUBLIC_NAMES } from '../probe.ts';

export const COMMANDS = ['lookup', 'check', 'match', 'tlsa', 'probe'] as const;
export type CommandName = (typeof COMMANDS)[number];

/** Asked where nobody chose a resolver; `--help` says so. */
export const DEFAULT_RESOLVER = 'https://cloudflare-dns.com/dns-query';
const DEFAULT_TIMEOUT_MS = 5000;
/** More of them would be a survey, and each sees what is asked. */
const MAX_RESOLVERS = 8;

/** The caller's fault, in one line. */
export class UsageError extends Error {
  readonly command: CommandName | undefined;
  constructor(message: string, command?: CommandName) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** How to ask and how to judge. */
export interface ResolverOptions {
  /** Whom to ask, the first before the second; at least one. */
  readonly resolvers: readonly string[];
  readonly method: Method;
  /** Left out: the built-in root anchors. */
  readonly anchorsFile?: string;
  /** Epoch seconds. Left out: now. */
  readonly time?: number;
  /** For each question. */
  readonly timeoutMs: number;
  /** Where replies are kept from one run to the next. */
  readonly cacheFile?: string;
  /** Further root certificates, for the resolver and for the site. */
  readonly caFile?: string;
  readonly allowSha1: boolean;
  readonly json: boolean;
  /** Tell what it cost. */
  readonly stats: boolean;
}

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

/** One target, or a file of them; `-` is standard input. */
type OneOrBatch<Target> = { readonly target: Target } | { readonly batchFile: string };

export type LookupInvocation = { readonly command: 'lookup'; readonly trace: boolean } & ResolverOptions &
  OneOrBatch<LookupTarget>;
export type CheckInvocation = {
  readonly command: 'check';
  /** Warn of what runs out within so many days. */
  readonly expiryDays?: number;
} & ResolverOptions &
  OneOrBatch<SiteTarget>;

export interface MatchInvocation {
  readonly command: 'match';
  readonly host: string;
  readonly chainFile: string;
  readonly tlsaFile: string;
  readonly pkixValid: boolean;
  readonly time?: number;
  readonly json: boolean;
}

export interface TlsaInvocation {
  readonly command: 'tlsa';
  readonly certificateFile: string;
  readonly host?: string;
  readonly port: number;
  readonly json: boolean;
}

export type ProbeInvocation = {
  readonly command: 'probe';
  readonly resolver: string;
  readonly names: ProbeNames;
} & ResolverOptions;

export type Invocation =
  | { readonly command: 'help'; readonly about?: CommandName }
  | { readonly command: 'version' }
  | LookupInvocation
  | CheckInvocation
  | MatchInvocation
  | TlsaInvocation
  | ProbeInvocation;

export function parseArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Invocation {
  const [first, ...rest] = args;
  if (first === undefined) throw new UsageError(`a command is missing: ${COMMANDS.join(', ')}`);
  if (first === '--version' || first === '-V') return { command: 'version' };
  if (first === '--help' || first === '-h' || first === 'help') {
    const [about] = rest;
    if (about !== undefined && !isCommand(about)) throw new UsageError(`no such command: ${about}`);
    return { command: 'help', ...(about !== undefined && { about }) };
  }
  if (!isCommand(first)) {
    throw new UsageError(first.startsWith('-') ? `a command comes before ${first}` : `no such command: ${first}`);
  }
  if (rest.includes('--help') || rest.includes('-h')) return { command: 'help', about: first };
  return PARSERS[first](rest, environment);
}

function isCommand(text: string): text is CommandName {
  return COMMANDS.some((command) => command === text);
}

type Parser = (args: readonly string[], environment: Readonly<Record<string, string | undefined>>) => Invocation;

const PARSERS: Readonly<Record<CommandName, Parser>> = {
  lookup: (args, environment) => {
    const { values, positionals } = parse('lookup', args, { ...RESOLVER_OPTIONS, trace: FLAG });
    const resolving = resolverOptions('lookup', values, environment);
    const trace = values['trace'] === true;
    const { batch } = texts(values);
    if (batch !== undefined) {
      noMore('lookup', positionals, 0);
      return { command: 'lookup', trace, ...resolving, batchFile: batch };
    }
    const [name, type] = positionals;
    if (name === undefined) throw new UsageError('NAME is missing', 'lookup');
    if (type === undefined) throw new UsageError('TYPE is missing, e.g. TLSA', 'lookup');
    noMore('lookup', positionals, 2);
    return { command: 'lookup', trace, ...resolving, target: { name: parseName(name), type: parseQueryType(type) } };
  },
  check: (args, environment) => {
    const { values, positionals } = parse('check', args, { ...RESOLVER_OPTIONS, connect: TEXT, 'expiry-days': TEXT });
    const { batch, connect, 'expiry-days': days } = texts(values);
    const resolving = {
      ...resolverOptions('check', values, environment),
      ...(days !== undefined && { expiryDays: parseDays(days) }),
    };
    if (batch !== undefined) {
      noMore('check', positionals, 0);
      if (connect !== undefined) throw new UsageError('--connect stands in each line of a batch', 'check');
      return { command: 'check', ...resolving, batchFile: batch };
    }
    const [site] = positionals;
    if (site === undefined) throw new UsageError('HOST is missing', 'check');
    noMore('check', positionals, 1);
    return { command: 'check', ...resolving, target: parseSite(site, connect) };
  },
  match: (args) => {
    const options = { host: TEXT, chain: TEXT, tlsa: TEXT, 'pkix-valid': FLAG, time: TEXT, json: FLAG };
    const { values, positionals } = parse('match', args, options);
    noMore('match', positionals, 0);
    const { host, chain, tlsa, time } = texts(values);
    return {
      command: 'match',
      host: parseHost(required('match', '--host', host), '--host', 'match'),
      chainFile: required('match', '--chain', chain),
      tlsaFile: required('match', '--tlsa', tlsa),
      pkixValid: values['pkix-valid'] === true,
      json: values['json'] === true,
      ...(time !== undefined && { time: parseTime(time, 'match') }),
    };
  },
  tlsa: (args) => {
    const { values, positionals } = parse('tlsa', args, { host: TEXT, port: TEXT, json: FLAG });
    const [certificateFile] = positionals;
    if (certificateFile === undefined) throw new UsageError('CERT.pem is missing', 'tlsa');
    noMore('tlsa', positionals, 1);
    const { host, port } = texts(values);
    return {
      command: 'tlsa',
      certificateFile,
      port: port === undefined ? 443 : parsePort(port, '--port', 'tlsa'),
      json: values['json'] === true,
      ...(host !== undefined && { host: parseHost(host, '--host', 'tlsa') }),
    };
  },
  probe: (args, environment) => {
    const { values, positionals } = parse('probe', args, PROBE_OPTIONS);
    noMore('probe', positionals, 0);
    const resolving = resolverOptions('probe', values, environment);
    const [resolver, another] = resolving.resolvers;
    if (resolver === undefined || another !== undefined) throw new UsageError('one resolver at a time', 'probe');
    const given = texts(values);
    const nameOf = (option: keyof ProbeNames): Name => {
      const text = given[option];
      return text === undefined ? PUBLIC_NAMES[option] : parseName(text, `--${option}`, 'probe');
    };
    const names = {
      signed: nameOf('signed'),
      unsigned: nameOf('unsigned'),
      tlsa: nameOf('tlsa'),
      bogus: nameOf('bogus'),
    };
    return { command: 'probe', ...resolving, resolver, names };
  },
};

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const RESOLVER_OPTIONS = {
  resolver: { type: 'string', multiple: true } as const,
  method: TEXT,
  anchors: TEXT,
  time: TEXT,
  timeout: TEXT,
  ca: TEXT,
  cache: TEXT,
  batch: TEXT,
  'allow-sha1': FLAG,
  json: FLAG,
  stats: FLAG,
};

const PROBE_OPTIONS = {
  resolver: RESOLVER_OPTIONS.resolver,
  method: TEXT,
  anchors: TEXT,
  time: TEXT,
  timeout: TEXT,
  ca: TEXT,
  'allow-sha1': FLAG,
  json: FLAG,
  signed: TEXT,
  unsigned: TEXT,
  tlsa: TEXT,
  bogus: TEXT,
};

type Values = Readonly<Record<string, unknown>>;

function parse(
  command: CommandName,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): { values: Values; positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS')) {
      throw error;
    }
    // Node's line names the argument; what follows its first sentence is advice for programmers.
    throw new UsageError(error.message.split(/\. |\n/, 1)[0]!.replace(/\.$/, ''), command);
  }
}

/** The options that take a text; an empty one is as good as none, and a mistake. */
function texts(values: Values): Readonly<Record<string, string | undefined>> {
  const found = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  for (const [option, text] of found) if (text === '') throw new UsageError(`--${option} is empty`);
  return Object.fromEntries(found);
}

function required(command: CommandName, option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${option} is missing`, command);
  return value;
}

function noMore(command: CommandName, positionals: readonly string[], expected: number): void {
  const surplus = positionals[expected];
  if (surplus !== undefined) throw new UsageError(`one argument too many: ${surplus}`, command);
}

function resolverOptions(
  command: CommandName,
  values: Values,
  environment: Readonly<Record<string, string | undefined>>,
): ResolverOptions {
  const { method, anchors, time, timeout, ca, cache } = texts(values);
  return {
    resolvers: parseResolvers(command, values['resolver'], environment['DANELAW_RESOLVER']),
    method: method === undefined ? 'POST' : parseMethod(method, command),
    timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : parseMilliseconds(timeout, command),
    allowSha1: values['allow-sha1'] === true,
    json: values['json'] === true,
    stats: values['stats'] === true,
    ...(anchors !== undefined && { anchorsFile: anchors }),
    ...(time !== undefined && { time: parseTime(time, command) }),
    ...(ca !== undefined && { caFile: ca }),
    ...(cache !== undefined && { cacheFile: cache }),
  };
}

/** Those of the options, else those of the environment with spaces between, else the default. Named twice is once. */
function parseResolvers(command: CommandName, options: unknown, environment = ''): readonly string[] {
  const named = Array.isArray(options) ? options.filter((text) => typeof text === 'string') : [];
  if (named.includes('')) throw new UsageError('--resolver is empty', command);
  const inherited = environment.split(/\s+/).filter((text) => text !== '');
  const [texts, source] = named.length > 0 ? [named, '--resolver'] : [inherited, 'DANELAW_RESOLVER'];
  const chosen = texts.length > 0 ? texts : [DEFAULT_RESOLVER];
  const resolvers = [...new Set(chosen.map((text) => parseResolver(text, source, command)))];
  if (resolvers.length > MAX_RESOLVERS) throw new UsageError(`${source}: ${MAX_RESOLVERS} resolvers at most`, command);
  return resolvers;
}

const RESOLVER_FAULTS: Readonly<Record<ResolverUrlFault, string>> = {
  'not-a-url': 'it is not a URL like https://dns.example/dns-query',
  scheme: 'it is neither https nor, on this machine, http',
  'http-not-loopback': 'http is for loopback addresses only; use https',
  credentials: 'it has a user name or password',
  fragment: 'it has a #fragment',
  template: 'only {?dns}, or {&dns} behind a query, may stand at its end',
};

export function parseResolver(text: string, source: string, command?: CommandName): string {
  const parsed = parseResolverUrl(text);
  if (!parsed.ok) throw new UsageError(`${source} ${text}: ${RESOLVER_FAULTS[parsed.fault]}`, command);
  return parsed.resolver.text;
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

export function parseQueryType(text: string, source = 'TYPE'): number {
  const type = parseType(text);
  if (type === undefined)
    throw new UsageError(`${source} ${text}: no such type; others go by number, TYPE65280`, 'lookup');
  if (NOT_ASKED.includes(type)) throw new UsageError(`${source} ${text}: not a type that can be looked up`, 'lookup');
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
  if (text.includes('/')) throw new UsageError(`${source} ${text}: a host and port, not a URL`, 'check');
  // More than one colon without brackets is an IPv6 address by itself.
  if (isIP(text) === 6) return { host: `[${text}]` };
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (host === undefined || host === '') throw new UsageError(`${source} ${text}: a host, or host:port`, 'check');
  return port === undefined ? { host } : { host, port: parsePort(port, `${source} ${text}`, 'check') };
}

/** As the URL parser gives it: A-labels in lower case. What kind of host it is, the check itself finds out. */
function parseHost(text: string, source: string, command: CommandName): string {
  const bare = text.replace(/\.$/, '');
  const url = `https://${bare}/`;
  if (bare === '' || /[\s/@:?#\\]/.test(bare.replace(/^\[.*\]$/, '')) || !URL.canParse(url)) {
    throw new UsageError(`${source} ${text}: not a host name`, command);
  }
  const { hostname } = new URL(url);
  if (!hostname.startsWith('[')) parseName(hostname, source, command);
  return hostname;
}

export function parsePort(text: string, source: string, command: CommandName): number {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError(`${source}: a port is a number from 1 to 65535`, command);
  return port;
}

function parseMethod(text: string, command: CommandName): Method {
  const method = text.toUpperCase();
  if (method !== 'POST' && method !== 'GET') throw new UsageError(`--method ${text}: POST or GET`, command);
  return method;
}

function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`--expiry-days ${text}: days are wanted, 0 to 9999`, 'check');
  return Number(text);
}

function parseTime(text: string, command: CommandName): number {
  if (!/^\d{1,11}$/.test(text)) {
    throw new UsageError(`--time ${text}: seconds since 1970 are wanted, e.g. 1764000000`, command);
  }
  return Number(text);
}

function parseMilliseconds(text: string, command: CommandName): number {
  const milliseconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (milliseconds < 1) throw new UsageError(`--timeout ${text}: milliseconds are wanted, 1 to 999999`, command);
  return milliseconds;
}
