/** Processes and folders that must not outlive this one. Killed outright, it leaves folders behind, but no process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCommand } from './find.ts';

const running = new Set<ChildProcess>();
const folders = new Set<string>();

process.on('exit', () => {
  for (const child of running) killGroup(child);
  for (const folder of folders) removeFolder(folder);
});

export interface OwnProcess {
  readonly pid: number;
  /** Settles when it has ended. */
  readonly ended: Promise<void>;
  /** The last of what it wrote to standard error. */
  readonly errors: () => string;
  /** Waits so long for it to end by itself, then ends it and its children. */
  readonly finish: (graceMs: number) => Promise<void>;
}

/** Starts a program in a process group of its own, so that its children can be ended with it. */
export function startProcess(
  command: string,
  commandArguments: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): OwnProcess {
  // setpriv (util-linux): the kernel ends it with us, even if we are killed outright.
  const setpriv = findCommand('setpriv');
  const [program, programArguments] =
    setpriv === undefined
      ? [command, commandArguments]
      : [setpriv, ['--pdeathsig', 'KILL', command, ...commandArguments]];
  const child = spawn(program, programArguments, { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env });
  running.add(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      errors += String(error);
      resolve();
    });
  }).then(() => {
    running.delete(child);
  });
  return {
    pid: child.pid ?? -1,
    ended,
    errors: () => errors,
    finish: async (graceMs) => {
      const timer = setTimeout(() => killGroup(child), graceMs);
      await ended;
      clearTimeout(timer);
      // The leader is gone; helper processes of its group may still be on their way out.
      killGroup(child);
    },
  };
}

export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `danelaw-${purpose}-`));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  // A browser's last helper may still write its cache while we remove it.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.delete(folder);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: the whole group has ended already, which is what is wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
