/** `lookup`, `check`, `match`, `tlsa` and `probe`. */
import type { Name } from '../../dns/name.ts';
import { type ProbeNames, PUBLIC_NAMES } from '../../probe.ts';
import {
  FLAG,
  noMore,
  type OneOrBatch,
  type Parser,
  parse,
  parseTime,
  RESOLVER_OPTIONS,
  type ResolverOptions,
  required,
  resolverOptions,
  TEXT,
  texts,
} from './options.ts';
import {
  type LookupTarget,
  parseHost,
  parseName,
  parsePort,
  parseQueryType,
  parseSite,
  type SiteTarget,
} from './targets.ts';
import { UsageError } from './usage.ts';

export type LookupInvocation = { readonly command: 'lookup'; readonly trace: boolean } & ResolverOptions &
  OneOrBatch<LookupTarget>;
export type CheckInvocation = {
  readonly command: 'check';
  /** Warn of what runs out within so many days. */
  readonly expiryDays?: number;
  /** May a chain inside the certificate answer before anybody is asked? */
  readonly certificateFirst: boolean;
  /** Look at the endpoints of HTTPS records, after a draft. */
  readonly bindings: boolean;
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

export type SiteInvocation = LookupInvocation | CheckInvocation | MatchInvocation | TlsaInvocation | ProbeInvocation;

export const SITE_PARSERS = {
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
    const { values, positionals } = parse('check', args, {
      ...RESOLVER_OPTIONS,
      connect: TEXT,
      'expiry-days': TEXT,
      'certificate-first': FLAG,
      'draft-svcb': FLAG,
    });
    const { batch, connect, 'expiry-days': days } = texts(values);
    const resolving = {
      ...resolverOptions('check', values, environment),
      bindings: values['draft-svcb'] === true,
      certificateFirst: values['certificate-first'] === true,
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
} satisfies Readonly<Record<string, Parser<SiteInvocation>>>;

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

function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`--expiry-days ${text}: days are wanted, 0 to 9999`, 'check');
  return Number(text);
}
