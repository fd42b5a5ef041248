/** One door to both browsers. */
import type { BrowserName, BrowserUnderTest, LaunchOptions } from './browser.ts';
import { launchChromium } from './chromium.ts';
import { findBrowser } from './find.ts';
import { launchFirefox } from './firefox.ts';

/** Throws when the machine has no such browser, or it does not start. */
export async function launchBrowser(name: BrowserName, options: LaunchOptions): Promise<BrowserUnderTest> {
  const executable = findBrowser(name);
  if (executable === undefined) throw new Error(`no ${name} on this machine: scripts/setup.sh --browsers installs it`);
  return name === 'firefox' ? launchFirefox(executable, options) : launchChromium(executable, options);
}
