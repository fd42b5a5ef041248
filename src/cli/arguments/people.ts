/** Arguments of the commands about people: keys, certificates and payment instructions of a mail address. */
import {
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
import type { CommandName } from './usage.ts';

export type OpenPgpKeyInvocation = {
  readonly command: 'openpgpkey';
  readonly address: string;
  /** Where the key is written, as text. */
  readonly saveFile?: string;
} & ResolverOptions;

export type PeopleInvocation = OpenPgpKeyInvocation;

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
};

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
