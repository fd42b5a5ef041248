/** Which browsers this machine has that take an unpacked extension. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium as playwrightChromium } from 'playwright-core';
import type { BrowserName } from './browser.ts';

/** Google's own Chrome is left out: since release 137 it ignores --load-extension. */
const COMMANDS: Readonly<Record<BrowserName, readonly string[]>> = {
  firefox: ['firefox-esr', 'firefox'],
  chromium: ['chromium', 'chromium-browser'],
};

export function findBrowser(name: BrowserName): string | undefined {
  for (const command of COMMANDS[name]) {
    const path = findCommand(command);
    if (path !== undefined) return path;
  }
  // The one that `scripts/setup.sh` downloads where there is no package for it.
  if (name === 'chromium' && isExecutable(playwrightChromium.executablePath())) {
    return playwrightChromium.executablePath();
  }
  return undefined;
}

export function findCommand(command: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && isExecutable(join(folder, command))) return join(folder, command);
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
