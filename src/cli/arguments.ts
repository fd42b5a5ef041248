/**
 * Arguments to a typed invocation. Every fault is a `UsageError` of one line that names the argument; nothing is
 * guessed, and an option of another command is refused. Each command has its reader in `arguments/`.
 */
import { CHAIN_PARSERS, type ChainInvocation, type VerifyChainInvocation } from './arguments/chains.ts';
import type { Environment, Parser } from './arguments/options.ts';
import { PEOPLE_PARSERS, type PeopleInvocation } from './arguments/people.ts';
import { SERVICE_PARSERS, type ServiceInvocation } from './arguments/services.ts';
import { SITE_PARSERS, type SiteInvocation } from './arguments/sites.ts';
import { COMMANDS, type CommandName, UsageError } from './arguments/usage.ts';

export type Invocation =
  | { readonly command: 'help'; readonly about?: CommandName }
  | { readonly command: 'version' }
  | SiteInvocation
  | PeopleInvocation
  | ServiceInvocation
  | ChainInvocation
  | VerifyChainInvocation;

const PARSERS: Readonly<Record<CommandName, Parser<Invocation>>> = {
  ...SITE_PARSERS,
  ...PEOPLE_PARSERS,
  ...SERVICE_PARSERS,
  ...CHAIN_PARSERS,
};

export function parseArguments(args: readonly string[], environment: Environment): Invocation {
  const [first, ...rest] = args;
  if (first === undefined) throw new UsageError(`a command is missing: ${COMMANDS.join(', ')}`);
  if (first === '--version' || first === '-V') return { command: 'version' };
  if (first === '--help' || first === '-h' || first === 'help') {
    const [about] = rest;
    if (about !== undefined && !isCommand(about)) throw new UsageError(noSuchCommand(about));
    return { command: 'help', ...(about !== undefined && { about }) };
  }
  if (!isCommand(first)) {
    throw new UsageError(first.startsWith('-') ? `a command comes before ${first}` : noSuchCommand(first));
  }
  if (rest.includes('--help') || rest.includes('-h')) return { command: 'help', about: first };
  return PARSERS[first](rest, environment);
}

function noSuchCommand(text: string): string {
  return `no such command: ${text}; there are ${COMMANDS.join(', ')}`;
}

function isCommand(text: string): text is CommandName {
  return COMMANDS.some((command) => command === text);
}
