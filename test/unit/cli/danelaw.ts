/** Runs the command line inside the test, and keeps what it prints. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../src/cli/program.ts';

export interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  readonly input?: AsyncIterable<string> | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Epoch seconds; the real time where left out. */
  readonly now?: number;
}

export async function danelaw(args: readonly string[], circumstances: Circumstances = {}): Promise<Printed> {
  const { input = [], environment = {}, now } = circumstances;
  const printed = { stdout: '', stderr: '' };
  const status = await runProgram(args, {
    write: (text) => {
      printed.stdout += text;
    },
    complain: (text) => {
      printed.stderr += text;
    },
    input: (async function* () {
      yield* input;
    })(),
    environment,
    now: () => now ?? Date.now() / 1000,
  });
  return { status, ...printed };
}

/** A directory of files for one test file. */
export function createFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'danelaw-cli-'));
  return {
    directory,
    write: (name: string, text: string | Uint8Array): string => {
      const path = join(directory, name);
      writeFileSync(path, text);
      return path;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
