/** What the demo needs before it starts: the build, and a browser. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserName } from '../../test/browsers/drivers/browser.ts';
import { findBrowser } from '../../test/browsers/drivers/find.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function extensionFolder(name: BrowserName): string {
  return join(ROOT, 'dist', name === 'firefox' ? 'firefox' : 'chrome');
}

/** Throws when the build fails. Its output goes to standard error: standard output is the demo's. */
export async function build(): Promise<void> {
  const status = await runProgram('npm', ['run', '--silent', 'build'], 120_000);
  if (status !== 0) throw new Error('the build failed');
}

export function browsersFound(wanted?: BrowserName): BrowserName[] {
  const names: readonly BrowserName[] = wanted === undefined ? ['firefox', 'chromium'] : [wanted];
  return names.filter((name) => findBrowser(name) !== undefined);
}

/** Runs the set-up script of the tests, which says what it installs, or which line to run where it may not. */
export async function installBrowsers(): Promise<void> {
  console.error('demo: there is no browser here that I can use; installing one with scripts/setup.sh --browsers');
  await runProgram('bash', ['scripts/setup.sh', '--browsers'], 900_000);
}

function runProgram(program: string, programArguments: readonly string[], limitMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: ROOT,
      // Descriptor 2: what it prints goes where our own remarks go.
      stdio: ['ignore', 2, 2],
      timeout: limitMs,
    });
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
}
