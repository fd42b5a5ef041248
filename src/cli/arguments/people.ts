/** Arguments of the commands about people: keys, certificates and payment instructions of a mail address. */
import { ARMORY_PMTA_TYPE } from '../../people/pmta.ts';
import {
  FLAG,
  noMore,
  type Parser,
  parse,
  RESOLVER_OPTIONS,
  type ResolverOptions,
  required,
  resolverOptions,
  TEXT,
  texts,
} from './options.ts';
import { type CommandName, UsageError } from './usage.ts';

export type OpenPgpKeyInvocation = {
  readonly command: 'openpgpkey';
  readonly address: string;
  /** Where the key is written, as text. */
  readonly saveFile?: string;
} & ResolverOptions;

export type PayInvocation = {
  readonly command: 'pay';
  readonly address: string;
  /** Look for PMTA records of this type instead. */
  readonly pmtaType?: number;
  /** Records to judge instead of asking. */
  readonly proofFile?: string;
} & ResolverOptions;

export type SmimeaInvocation = {
  readonly command: 'smimea';
  readonly address: string;
  readonly certificateFile?: string;
  readonly messageFile?: string;
  readonly pkixValid: boolean;
  /** Where published certificates are written, in PEM. */
  readonly saveFile?: string;
} & ResolverOptions;

export type ClientInvocation = {
  readonly command: 'client';
  readonly name: string;
  readonly chainFile?: string;
  readonly pkixValid: boolean;
} & ResolverOptions;

export type PeopleInvocation = OpenPgpKeyInvocation | SmimeaInvocation | PayInvocation | ClientInvocation;

export const PEOPLE_PARSERS: Readonly<Record<PeopleInvocation['command'], Parser<PeopleInvocation>>> = {
  openpgpkey: (args, environment) => {
    const { values, positionals } = parse('openpgpkey', args, { ...resolving(), save: TEXT });
    const { save } = texts(values);
    return {
      command: 'openpgpkey',
      ...resolverOptions('openpgpkey', values, environment),
      address: onlyPositional('openpgpkey', positionals, 'ADDRESS'),
      ...(save !== undefined && { saveFile: save }),
    };
  },
  smimea: (args, environment) => {
    const options = { ...resolving(), cert: TEXT, message: TEXT, 'pkix-valid': FLAG, save: TEXT };
    const { values, positionals } = parse('smimea', args, options);
    const { cert, message, save } = texts(values);
    if (cert !== undefined && message !== undefined) {
      throw new UsageError('--cert or --message, not both', 'smimea');
    }
    return {
      command: 'smimea',
      ...resolverOptions('smimea', values, environment),
      address: onlyPositional('smimea', positionals, 'ADDRESS'),
      pkixValid: values['pkix-valid'] === true,
      ...(cert !== undefined && { certificateFile: cert }),
      ...(message !== undefined && { messageFile: message }),
      ...(save !== undefined && { saveFile: save }),
    };
  },
  client: (args, environment) => {
    const { values, positionals } = parse('client', args, { ...resolving(), chain: TEXT, 'pkix-valid': FLAG });
    const { chain } = texts(values);
    return {
      command: 'client',
      ...resolverOptions('client', values, environment),
      name: onlyPositional('client', positionals, 'NAME'),
      pkixValid: values['pkix-valid'] === true,
      ...(chain !== undefined && { chainFile: chain }),
    };
  },
  pay: (args, environment) => {
    const { values, positionals } = parse('pay', args, { ...resolving(), 'pmta-type': TEXT, proof: TEXT });
    const { 'pmta-type': pmtaType, proof } = texts(values);
    return {
      command: 'pay',
      ...resolverOptions('pay', values, environment),
      address: onlyPositional('pay', positionals, 'ADDRESS'),
      ...(pmtaType !== undefined && { pmtaType: parseTypeNumber(pmtaType) }),
      ...(proof !== undefined && { proofFile: proof }),
    };
  },
};

/** Numbers of types; those of questions and of EDNS are no data. */
function parseTypeNumber(text: string): number {
  const type = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (type < 1 || type > 65_534 || (type >= 128 && type <= 255) || type === 41) {
    throw new UsageError(`--pmta-type ${text}: the number of a type is wanted, e.g. ${ARMORY_PMTA_TYPE}`, 'pay');
  }
  return type;
}

/** Those of a lookup but for batches. */
function resolving() {
  const { batch: _, ...options } = RESOLVER_OPTIONS;
  return options;
}

/** What is given may be empty: the check itself says what it lacks. */
function onlyPositional(command: CommandName, positionals: readonly string[], name: string): string {
  noMore(command, positionals, 1);
  return required(command, name, positionals[0]);
}
