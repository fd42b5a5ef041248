/** `chain` and `verify-chain`. */
import { tlsaOwner } from '../../dane/owner.ts';
import { TYPE } from '../../dns/codes.ts';
import {
  FLAG,
  noMore,
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
import { type LookupTarget, parseName, parseQueryType, parseSite } from './targets.ts';
import { type CommandName, UsageError } from './usage.ts';

export type ChainInvocation = {
  readonly command: 'chain';
  readonly target: LookupTarget;
  /** Where the chain is written. */
  readonly outputFile?: string;
  /** As hexadecimal text. */
  readonly hex: boolean;
} & ResolverOptions;

export interface VerifyChainInvocation {
  readonly command: 'verify-chain';
  /** `-` is standard input. */
  readonly file: string;
  /** Left out: what the chain has data of. */
  readonly subject?: LookupTarget;
  readonly certificateFile?: string;
  readonly pkixValid: boolean;
  readonly anchorsFile?: string;
  readonly allowSha1: boolean;
  readonly time?: number;
  readonly json: boolean;
}

export const CHAIN_PARSERS = {
  chain: (args, environment) => {
    const { batch: _, ...resolving } = RESOLVER_OPTIONS;
    const options = { ...resolving, output: { type: 'string', short: 'o' } as const, hex: FLAG };
    const { values, positionals } = parse('chain', args, options);
    const [first, type] = positionals;
    noMore('chain', positionals, 2);
    const text = required('chain', 'HOST', first);
    const { output } = texts(values);
    return {
      command: 'chain',
      ...resolverOptions('chain', values, environment),
      target: type === undefined ? siteRecords(text, 'chain') : lookupOf(text, type, 'chain'),
      hex: values['hex'] === true,
      ...(output !== undefined && { outputFile: output }),
    };
  },
  'verify-chain': (args) => {
    const { values, positionals } = parse('verify-chain', args, {
      host: TEXT,
      name: TEXT,
      type: TEXT,
      cert: TEXT,
      'pkix-valid': FLAG,
      anchors: TEXT,
      time: TEXT,
      'allow-sha1': FLAG,
      json: FLAG,
    });
    noMore('verify-chain', positionals, 1);
    const { host, name, type, cert, anchors, time } = texts(values);
    if (host !== undefined && name !== undefined) throw new UsageError('--host or --name, not both', 'verify-chain');
    if (type !== undefined && name === undefined) throw new UsageError('--type goes with --name', 'verify-chain');
    const named = name === undefined ? undefined : lookupOf(name, type ?? 'TLSA', 'verify-chain', '--name');
    const subject = host === undefined ? named : siteRecords(host, 'verify-chain');
    return {
      command: 'verify-chain',
      file: required('verify-chain', 'FILE', positionals[0]),
      pkixValid: values['pkix-valid'] === true,
      allowSha1: values['allow-sha1'] === true,
      json: values['json'] === true,
      ...(subject && { subject }),
      ...(cert !== undefined && { certificateFile: cert }),
      ...(anchors !== undefined && { anchorsFile: anchors }),
      ...(time !== undefined && { time: parseTime(time, 'verify-chain') }),
    };
  },
} satisfies Readonly<Record<string, Parser<ChainInvocation | VerifyChainInvocation>>>;

function lookupOf(name: string, type: string, command: CommandName, source = 'NAME'): LookupTarget {
  return {
    name: parseName(name, source, command),
    type: parseQueryType(type, source === 'NAME' ? 'TYPE' : '--type', command),
  };
}

/** The TLSA records of `HOST[:PORT]`. */
function siteRecords(text: string, command: CommandName): LookupTarget {
  const { host, port } = parseSite(text);
  const owner = host.startsWith('[') ? undefined : tlsaOwner(parseName(host, 'HOST', command), port);
  if (owner === undefined) throw new UsageError(`HOST ${text}: it can have no TLSA records`, command);
  return { name: owner, type: TYPE.TLSA };
}
