/** One door to both browsers. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserName, BrowserUnderTest, LaunchOptions } from './browser.ts';
import { launchChromium } from './chromium.ts';
import { findBrowser } from './find.ts';
import { launchFirefox } from './firefox.ts';
import { removeFolder, temporaryFolder } from './processes.ts';

/** Throws when the machine has no such browser, or it does not start. */
export async function launchBrowser(name: BrowserName, options: LaunchOptions): Promise<BrowserUnderTest> {
  const executable = findBrowser(name);
  if (executable === undefined) throw new Error(`no ${name} on this machine: scripts/setup.sh --browsers installs it`);
  const launch = name === 'firefox' ? launchFirefox : launchChromium;
  if (options.extensionFolder === undefined) return launch(executable, options);
  // A copy: the next build may replace the folder while this browser still reads from it.
  const copy = temporaryFolder('extension');
  cpSync(options.extensionFolder, copy, { recursive: true });
  if (options.language !== undefined) leaveLanguage(copy, options.language);
  try {
    const browser = await launch(executable, { ...options, extensionFolder: copy });
    void browser.closed.then(() => removeFolder(copy));
    return browser;
  } catch (error) {
    removeFolder(copy);
    throw error;
  }
}

function leaveLanguage(folder: string, language: string): void {
  const locales = join(folder, '_locales');
  for (const other of readdirSync(locales)) if (other !== language) rmSync(join(locales, other), { recursive: true });
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...manifest, default_locale: language }));
}
