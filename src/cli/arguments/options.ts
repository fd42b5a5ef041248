/** Options that several commands share, and the readers of their values. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Method } from '../../doh/doh.ts';
import { parseResolverUrl, type ResolverUrlFault } from '../../doh/resolver-url.ts';
import { type CommandName, UsageError } from './usage.ts';

/** Asked where nobody chose a resolver; `--help` says so. */
export const DEFAULT_RESOLVER = 'https://cloudflare-dns.com/dns-query';
const DEFAULT_TIMEOUT_MS = 5000;
/** More of them would be a survey, and each sees what is asked. */
const MAX_RESOLVERS = 8;

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
  /** May questions be asked at once that the walk might turn out not to need? */
  readonly speculate: boolean;
  readonly json: boolean;
  /** Tell what it cost. */
  readonly stats: boolean;
}

/** One target, or a file of them; `-` is standard input. */
export type OneOrBatch<Target> = { readonly target: Target } | { readonly batchFile: string };

export type Environment = Readonly<Record<string, string | undefined>>;
export type Parser<Invocation> = (args: readonly string[], environment: Environment) => Invocation;

export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean' } as const;
export const RESOLVER_OPTIONS = {
  resolver: { type: 'string', multiple: true } as const,
  method: TEXT,
  anchors: TEXT,
  time: TEXT,
  timeout: TEXT,
  ca: TEXT,
  cache: TEXT,
  batch: TEXT,
  'allow-sha1': FLAG,
  'no-speculation': FLAG,
  json: FLAG,
  stats: FLAG,
};

export type Values = Readonly<Record<string, unknown>>;

export function parse(
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
    const [, option] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(error.message) ?? [];
    if (option !== undefined)
      throw new UsageError(`${option}: a value is wanted, and what follows begins with -`, command);
    // Node's line names the argument; what follows its first sentence is advice for programmers.
    throw new UsageError(error.message.split(/\. |\n/, 1)[0]!.replace(/\.$/, ''), command);
  }
}

/** The options that take a text; an empty one is as good as none, and a mistake. */
export function texts(values: Values): Readonly<Record<string, string | undefined>> {
  const found = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  for (const [option, text] of found) if (text === '') throw new UsageError(`--${option} is empty`);
  return Object.fromEntries(found);
}

export function required(command: CommandName, option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${option} is missing`, command);
  return value;
}

export function noMore(command: CommandName, positionals: readonly string[], expected: number): void {
  const surplus = positionals[expected];
  if (surplus !== undefined) throw new UsageError(`one argument too many: ${surplus}`, command);
}

export function resolverOptions(command: CommandName, values: Values, environment: Environment): ResolverOptions {
  const { method, anchors, time, timeout, ca, cache } = texts(values);
  return {
    resolvers: parseResolvers(command, values['resolver'], environment['DANELAW_RESOLVER']),
    method: method === undefined ? 'POST' : parseMethod(method, command),
    timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : parseMilliseconds(timeout, command),
    allowSha1: values['allow-sha1'] === true,
    speculate: values['no-speculation'] !== true,
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

function parseMethod(text: string, command: CommandName): Method {
  const method = text.toUpperCase();
  if (method !== 'POST' && method !== 'GET') throw new UsageError(`--method ${text}: POST or GET`, command);
  return method;
}

export function parseTime(text: string, command: CommandName): number {
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
