/** The process itself: what no command can answer for must not end in a status that says something of a site. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';

it('ends with status 4 and one line where its output finds no room', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const run = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', '--version'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(run.stderr).toBe('danelaw: ENOSPC: no space left on device, write\n');
    expect(run.status).toBe(4);
  } finally {
    closeSync(full);
  }
});
