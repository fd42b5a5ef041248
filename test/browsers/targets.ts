/** The browsers the tests run in, each the stock one unless its label says more. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BrowserName, BrowserUnderTest } from './drivers/browser.ts';
import { configure, launchWithExtension } from './drivers/extension.ts';

export interface Target {
  readonly label: string;
  readonly name: BrowserName;
  readonly securityInfoFeature?: true;
}

export const FIREFOX: Target = { label: 'Firefox', name: 'firefox' };
export const CHROMIUM: Target = { label: 'Chromium', name: 'chromium' };
/** chrome://flags/#web-request-security-info */
export const CHROMIUM_FEATURE: Target = {
  label: 'Chromium with WebRequestSecurityInfo',
  name: 'chromium',
  securityInfoFeature: true,
};

export const STOCK: readonly Target[] = [FIREFOX, CHROMIUM];
export const ALL: readonly Target[] = [...STOCK, CHROMIUM_FEATURE];

export interface Surroundings {
  readonly hosts: readonly string[];
  /** Ports of URLs, and where to connect in their place. */
  readonly ports?: Readonly<Record<number, number>>;
  readonly authorityPem: string;
  readonly privateWindows?: true;
  readonly otherExtensions?: readonly string[];
  /** See `LaunchOptions`. */
  readonly asks?: true;
  /** See `LaunchOptions`. */
  readonly language?: string;
  /** See `LaunchOptions`. */
  readonly proxyPort?: number;
  /** Left out: nobody has been chosen yet. */
  readonly resolver?: { readonly resolverUrl: string; readonly anchors: string };
}

export async function launchTarget(target: Target, surroundings: Surroundings): Promise<BrowserUnderTest> {
  const {
    hosts,
    ports = {},
    authorityPem,
    privateWindows = false,
    asks = false,
    otherExtensions = [],
    proxyPort,
    language,
    resolver,
  } = surroundings;
  const extensionFolder = fileURLToPath(
    new URL(`../../dist/${target.name === 'firefox' ? 'firefox' : 'chrome'}`, import.meta.url),
  );
  if (!existsSync(`${extensionFolder}/manifest.json`)) throw new Error('no dist/: run `npm run build` first');
  const browser = await launchWithExtension(target.name, {
    extensionFolder,
    hosts,
    ports,
    authorityPem,
    headless: true,
    privateWindows,
    asks,
    otherExtensions,
    proxyPort,
    language,
    securityInfoFeature: target.securityInfoFeature ?? false,
  });
  if (resolver !== undefined) await configure(browser, resolver);
  return browser;
}
