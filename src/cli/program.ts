/** `danelaw` from its arguments to its exit status. Nothing here touches the process, so tests run it as it is. */
import packageJson from '../../package.json' with { type: 'json' };
import { takeLanguage } from './arguments/language.ts';
import { UsageError } from './arguments/usage.ts';
import { type Invocation, parseArguments } from './arguments.ts';
import { runChain } from './chain.ts';
import { runCheck } from './check.ts';
import { runClient } from './client.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { commandHelp, HELP } from './help.ts';
import { runLookup } from './lookup.ts';
import { runMail } from './mail.ts';
import { runMatch } from './match.ts';
import { runOpenPgpKey } from './openpgpkey.ts';
import { runPay } from './pay.ts';
import { runProbe } from './probe.ts';
import { type Speech, speechIn } from './sentences.ts';
import { runService } from './service.ts';
import { runSmimea } from './smimea.ts';
import { escapeForTerminal } from './text.ts';
import { runTlsa } from './tlsa.ts';
import { runVerifyChain } from './verify-chain.ts';

/** What a program has of the world around it. */
export interface World {
  /** To standard output. */
  readonly write: (text: string) => void;
  /** Does anybody still read that? Left out: always. */
  readonly isRead?: () => boolean;
  /** To standard error. */
  readonly complain: (text: string) => void;
  /** Standard input; read only where asked for. */
  readonly input: AsyncIterable<string | Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Epoch seconds, with their fraction. */
  readonly now: () => number;
}

/** What a command has of it. */
export interface Surroundings extends World {
  /** For text; JSON, help and what is said of a wrong usage are in English. */
  readonly speech: Speech;
}

export async function runProgram(args: readonly string[], world: World): Promise<ExitStatus> {
  try {
    const { language, args: rest } = takeLanguage(args, world.environment);
    const invocation = parseArguments(rest, world.environment);
    return await perform(invocation, { ...world, speech: await speechIn(language) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const hint = error.command === undefined ? 'danelaw --help' : `danelaw ${error.command} --help`;
    world.complain(`danelaw: ${escapeForTerminal(error.message)}\nTry '${hint}'.\n`);
    return EXIT.usage;
  }
}

async function perform(invocation: Invocation, surroundings: Surroundings): Promise<ExitStatus> {
  switch (invocation.command) {
    case 'help':
      surroundings.write(invocation.about === undefined ? HELP : commandHelp(invocation.about));
      return EXIT.good;
    case 'version':
      surroundings.write(`danelaw ${packageJson.version}\n`);
      return EXIT.good;
    case 'lookup':
      return runLookup(invocation, surroundings);
    case 'check':
      return runCheck(invocation, surroundings);
    case 'match':
      return runMatch(invocation, surroundings);
    case 'mail':
      return runMail(invocation, surroundings);
    case 'srv':
    case 'xmpp':
      return runService(invocation, surroundings);
    case 'tlsa':
      return runTlsa(invocation, surroundings);
    case 'probe':
      return runProbe(invocation, surroundings);
    case 'openpgpkey':
      return runOpenPgpKey(invocation, surroundings);
    case 'smimea':
      return runSmimea(invocation, surroundings);
    case 'client':
      return runClient(invocation, surroundings);
    case 'pay':
      return runPay(invocation, surroundings);
    case 'chain':
      return runChain(invocation, surroundings);
    case 'verify-chain':
      return runVerifyChain(invocation, surroundings);
  }
}
