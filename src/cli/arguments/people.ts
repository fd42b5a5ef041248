/** Arguments of the commands about people: keys, certificates and payment instructions of a mail address. */
import { ARMORY_PMTA_TYPE } from '../../people/pmta.ts';
import {
  FLAG,
  noMore,
  type OneOrBatch,
  type Parser,
  parse,
  RESOLVER_OPTIONS,
  type ResolverOptions,
  required,
  resolverOptions,
  TEXT,
  texts,
  type Values,
} from './options.ts';
import { type CommandName, UsageError } from './usage.ts';

export type OpenPgpKeyInvocation = {
  readonly command: 'openpgpkey';
  /** Where the key is written, as text; of one address only. */
  readonly saveFile?: string;
} & ResolverOptions &
  OneOrBatch<AddressTarget>;

export interface AddressTarget {
  /** As it was given: the check itself says what it lacks. */
  readonly address: string;
}

export type PayInvocation = {
  readonly command: 'pay';
  /** Look for PMTA records of this type instead. */
  readonly pmtaType?: number;
  /** Records to judge instead of asking; of one address only. */
  readonly proofFile?: string;
} & ResolverOptions &
  OneOrBatch<AddressTarget>;

export interface SmimeaTarget extends AddressTarget {
  readonly certificateFile?: string;
  readonly messageFile?: string;
}

export type SmimeaInvocation = {
  readonly command: 'smimea';
  readonly pkixValid: boolean;
  /** Where published certificates are written, in PEM; of one address only. */
  readonly saveFile?: string;
} & ResolverOptions &
  OneOrBatch<SmimeaTarget>;

export interface ClientTarget {
  readonly name: string;
  readonly chainFile?: string;
}

export type ClientInvocation = {
  readonly command: 'client';
  readonly pkixValid: boolean;
} & ResolverOptions &
  OneOrBatch<ClientTarget>;

export type PeopleInvocation = OpenPgpKeyInvocation | SmimeaInvocation | PayInvocation | ClientInvocation;

export const PEOPLE_PARSERS: Readonly<Record<PeopleInvocation['command'], Parser<PeopleInvocation>>> = {
  openpgpkey: (args, environment) => {
    const { values, positionals } = parse('openpgpkey', args, { ...RESOLVER_OPTIONS, save: TEXT });
    const { save } = texts(values);
    return {
      command: 'openpgpkey',
      ...resolverOptions('openpgpkey', values, environment),
      ...(save !== undefined && { saveFile: save }),
      ...oneOrBatch('openpgpkey', values, positionals, 'ADDRESS', ['save'], (address) => ({ address })),
    };
  },
  smimea: (args, environment) => {
    const options = { ...RESOLVER_OPTIONS, cert: TEXT, message: TEXT, 'pkix-valid': FLAG, save: TEXT };
    const { values, positionals } = parse('smimea', args, options);
    const { cert, message, save } = texts(values);
    notBoth(cert, message);
    return {
      command: 'smimea',
      ...resolverOptions('smimea', values, environment),
      pkixValid: values['pkix-valid'] === true,
      ...(save !== undefined && { saveFile: save }),
      ...oneOrBatch('smimea', values, positionals, 'ADDRESS', ['cert', 'message', 'save'], (address) =>
        smimeaTarget(address, cert, message),
      ),
    };
  },
  client: (args, environment) => {
    const { values, positionals } = parse('client', args, { ...RESOLVER_OPTIONS, chain: TEXT, 'pkix-valid': FLAG });
    const { chain } = texts(values);
    return {
      command: 'client',
      ...resolverOptions('client', values, environment),
      pkixValid: values['pkix-valid'] === true,
      ...oneOrBatch('client', values, positionals, 'NAME', ['chain'], (name) => clientTarget(name, chain)),
    };
  },
  pay: (args, environment) => {
    const { values, positionals } = parse('pay', args, { ...RESOLVER_OPTIONS, 'pmta-type': TEXT, proof: TEXT });
    const { 'pmta-type': pmtaType, proof } = texts(values);
    return {
      command: 'pay',
      ...resolverOptions('pay', values, environment),
      ...(pmtaType !== undefined && { pmtaType: parseTypeNumber(pmtaType) }),
      ...(proof !== undefined && { proofFile: proof }),
      ...oneOrBatch('pay', values, positionals, 'ADDRESS', ['proof'], (address) => ({ address })),
    };
  },
};

export function smimeaTarget(address: string, cert: string | undefined, message: string | undefined): SmimeaTarget {
  notBoth(cert, message);
  return {
    address,
    ...(cert !== undefined && { certificateFile: cert }),
    ...(message !== undefined && { messageFile: message }),
  };
}

function notBoth(cert: string | undefined, message: string | undefined): void {
  if (cert !== undefined && message !== undefined) throw new UsageError('--cert or --message, not both', 'smimea');
}

export function clientTarget(name: string, chain: string | undefined): ClientTarget {
  return { name, ...(chain !== undefined && { chainFile: chain }) };
}

/** Numbers of types; those of questions and of EDNS are no data. */
function parseTypeNumber(text: string): number {
  const type = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (type < 1 || type > 65_534 || (type >= 128 && type <= 255) || type === 41) {
    throw new UsageError(`--pmta-type ${text}: the number of a type is wanted, e.g. ${ARMORY_PMTA_TYPE}`, 'pay');
  }
  return type;
}

/** What is wrong with what is given, the check itself says. `ofOne`: options that are about one target. */
function oneOrBatch<Target>(
  command: CommandName,
  values: Values,
  positionals: readonly string[],
  name: string,
  ofOne: readonly string[],
  targetOf: (text: string) => Target,
): OneOrBatch<Target> {
  const { batch } = texts(values);
  if (batch === undefined) {
    noMore(command, positionals, 1);
    const text = required(command, name, positionals[0]);
    if (text.trim() === '') throw new UsageError(`${name} is empty`, command);
    return { target: targetOf(text) };
  }
  noMore(command, positionals, 0);
  const single = ofOne.find((option) => values[option] !== undefined);
  if (single !== undefined) throw new UsageError(`--${single} is for one of them, not for a batch`, command);
  return { batchFile: batch };
}
