/**
 * Stops the background exactly at an await. A copy of the built extension gets a few lines in front of its background
 * script: every call that leaves the script (the browser's API, `fetch`, the reading of a body, WebCrypto, a timer)
 * asks a server of the test's before it is made and once more before its result is handed back. That server lets all
 * pass but the one that a test names, and whatever comes after it. So at that moment the world has seen exactly what
 * the background did up to there, and nothing moves any more until the browser is told to end it.
 *
 * Between two such places the script changes nothing but its own memory, which dies with it. So dying at all of them
 * is dying at every await.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { listen } from '../world/listening.ts';
import { removeFolder, temporaryFolder } from './drivers/processes.ts';

/** The nth gate that is passed, from 1, or the nth for that. */
export type Place = number | { readonly what: string; readonly nth: number };

export interface StopPoints {
  /** The extension with those lines in front. */
  readonly extensionFolder: string;
  /**
   * From now on places are counted, from 1, and the background is held at that one. Resolves with what is held, such as
   * `before storage.session.set`, when it is. A background that has passed a gate while none was armed has no gates any
   * more.
   */
  arm(place: Place): Promise<string>;
  /** Resolves when the background has nothing under way, and has begun nothing for a moment. To be called once armed. */
  atRest(): Promise<void>;
  /** Holds no more, and lets go what was held. Returns what was passed since it was armed, in order. */
  disarm(): readonly string[];
  close(): Promise<void>;
}

/** What the browser has to tell of its own accord comes within that. */
const MOMENT_MS = 100;
const REST_LIMIT_MS = 30_000;
/** In the place of what a gate is for. */
const AT_REST = 'at-rest';
/** The answer after which a background asks no more. */
const OPEN_FOR_GOOD = 205;

export async function startStopPoints(builtExtension: string): Promise<StopPoints> {
  let passed: string[] = [];
  let held: http.ServerResponse[] = [];
  let holdAt: Place | undefined;
  let isHolding = false;
  let reached: (what: string) => void = () => {};
  let isAtRest = false;
  const server = http.createServer((request, response) => {
    const what = decodeURIComponent((request.url ?? '').slice(1));
    request.resume();
    if (holdAt === undefined) {
      response.writeHead(OPEN_FOR_GOOD).end();
      return;
    }
    isAtRest = what === AT_REST;
    if (isAtRest) {
      response.writeHead(204).end();
      return;
    }
    passed.push(what);
    const isThere = isHolding || isAt(holdAt, passed);
    if (!isThere) {
      response.writeHead(204).end();
      return;
    }
    held.push(response);
    if (!isHolding) reached(what);
    isHolding = true;
  });
  const { port, close } = await listen(server);
  const extensionFolder = temporaryFolder('stop-points');
  cpSync(builtExtension, extensionFolder, { recursive: true });
  const script = join(extensionFolder, 'background.js');
  writeFileSync(script, `${gatesAt(`http://127.0.0.1:${port}/`)}${readFileSync(script, 'utf8')}`);
  return {
    extensionFolder,
    arm: (place) => {
      passed = [];
      isAtRest = false;
      isHolding = false;
      holdAt = place;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    atRest: async () => {
      const limit = performance.now() + REST_LIMIT_MS;
      for (let before = -1; !isAtRest || before !== passed.length; ) {
        if (performance.now() > limit) throw new Error(`still at work: ${passed.slice(-5)}`);
        before = passed.length;
        await sleep(MOMENT_MS);
      }
    },
    disarm: () => {
      holdAt = undefined;
      reached = () => {};
      for (const response of held) response.writeHead(OPEN_FOR_GOOD).end();
      held = [];
      return passed;
    },
    close: async () => {
      removeFolder(extensionFolder);
      await close();
    },
  };
}

function isAt(place: Place, passed: readonly string[]): boolean {
  if (typeof place === 'number') return passed.length === place;
  return passed.at(-1) === place.what && passed.filter((what) => what === place.what).length === place.nth;
}

/** What runs before the background script, in its global scope. */
function gatesAt(url: string): string {
  const source = readFileSync(fileURLToPath(new URL('gates.ts', import.meta.url)), 'utf8');
  return transformSync(source, {
    loader: 'ts',
    format: 'iife',
    define: { GATES_URL: JSON.stringify(url), AT_REST: JSON.stringify(AT_REST) },
  }).code;
}
