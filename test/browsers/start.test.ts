/** `npm start`, as a newcomer types it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { SiteResult } from '../../scripts/demo/result.ts';
import { DEMO_SITES } from '../world/demo-sites.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SIGINT_STATUS = 130;

let started: Started | undefined;
afterEach(async () => {
  await started?.end('SIGKILL');
  started = undefined;
});

describe('npm start', () => {
  test('--headless --json --screenshots: every site in both browsers, then the swapped certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'danelaw-shots-'));
    try {
      started = start(['--headless', '--json', '--screenshots', folder]);
      expect(await started.status).toBe(0);
      const lines = started.output().trim().split('\n');
      const results = lines.map((line) => JSON.parse(line) as SiteResult);
      for (const browser of ['firefox', 'chromium']) {
        const own = results.filter((result) => result.browser === browser);
        expect(own.map(({ site }) => new URL(site).hostname)).toEqual([
          ...DEMO_SITES.map(({ host }) => host),
          'verified.example',
        ]);
        expect(own.map(({ verdict }) => verdict)).toEqual([...DEMO_SITES.map(({ expected }) => expected), 'mismatch']);
        for (const result of own) {
          expect(Object.keys(result)).toEqual(['browser', 'site', 'expected', 'verdict', 'badge', 'title', 'ms']);
          expect(result.verdict).toBe(result.expected);
        }
        expect(own.at(0)?.badge).toBe('✓');
        expect(own.at(-1)?.badge).toBe('✗');
        const pictures = readdirSync(folder).filter((name) => name.startsWith(browser));
        for (const kind of ['page', 'popup']) {
          expect(pictures.filter((name) => name.endsWith(`-${kind}.png`))).toHaveLength(DEMO_SITES.length + 1);
        }
      }
      expect(results).toHaveLength(2 * (DEMO_SITES.length + 1));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each(['firefox', 'chromium'])(
    'with a window in %s: stays until Ctrl-C, and leaves nothing behind',
    async (browser) => {
      const temporary = mkdtempSync(join(tmpdir(), 'danelaw-start-'));
      const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith('danelaw-'));
      const screen = await startScreen();
      try {
        started = start(['--browser', browser], { DISPLAY: screen.display, TMPDIR: temporary });
        await expect.poll(() => started?.output(), { timeout: 180_000, interval: 250 }).toContain('Close the window');
        for (const { host } of DEMO_SITES) expect(started.output()).toContain(host);
        await sleep(1000);
        expect(started.running()).toBe(true);
        expect(leftovers()).not.toEqual([]);
        await started.end('SIGINT');
        expect(await started.status).toBe(SIGINT_STATUS);
        expect(leftovers()).toEqual([]);
      } finally {
        await started?.end('SIGKILL');
        await screen.end();
        rmSync(temporary, { recursive: true, force: true });
      }
    },
  );

  test('wrong usage ends at once with status 2 and the usage', async () => {
    started = start(['--browser', 'lynx']);
    expect(await started.status).toBe(2);
    expect(started.errors()).toContain('usage: npm start');
  });
});

interface Started {
  readonly status: Promise<number | null>;
  readonly output: () => string;
  readonly errors: () => string;
  readonly running: () => boolean;
  /** Sends the signal to the demo itself, and waits for its end. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

function start(words: readonly string[], surroundings: Readonly<Record<string, string>> = {}): Started {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...words], {
    cwd: ROOT,
    env: { ...env, ...surroundings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child, 'stdout');
  const errors = collect(child, 'stderr');
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  return {
    status,
    output,
    errors,
    running: () => child.exitCode === null && child.signalCode === null,
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await status;
    },
  };
}

/** A screen nobody sees; it picks its own number. */
async function startScreen(): Promise<{ display: string; end: () => Promise<void> }> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  const numbers = child.stdio[3];
  if (numbers === null || numbers === undefined) throw new Error('no pipe to Xvfb');
  const number = await Promise.race([
    new Promise<string>((resolve) => numbers.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))),
    ended.then(() => Promise.reject(new Error('Xvfb ended at once'))),
  ]);
  return {
    display: `:${number}`,
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[stream]?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return () => text;
}
