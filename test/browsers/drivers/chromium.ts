/** Chromium, stock or with one feature switched on, headless or not, through Playwright. */
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import {
  type BrowserUnderTest,
  type LaunchOptions,
  NO_ID,
  type PageOutcome,
  type Tab,
  WELCOME_LIMIT_MS,
  WELCOME_PATH,
} from './browser.ts';
import { chromiumCost } from './chromium-memory.ts';
import { findCommand } from './find.ts';
import { removeFolder, temporaryFolder } from './processes.ts';

const START_LIMIT_MS = 45_000;
const PAGE_LIMIT_MS = 20_000;
const CLOSE_LIMIT_MS = 10_000;

export async function launchChromium(executable: string, options: LaunchOptions): Promise<BrowserUnderTest> {
  // Chromium reads the authorities it trusts from the NSS database of the home folder, so it gets one of its own.
  const home = temporaryFolder('chromium');
  let context: BrowserContext | undefined;
  try {
    const trust = await trustAuthority(home, options.authorityPem);
    writeProfile(home, options);
    context = await launchContext(executable, home, trust, options);
    const extensionOrigin = options.extensionFolder === undefined ? '' : await awaitExtension(context, options);
    return driveChromium(context, extensionOrigin, home);
  } catch (error) {
    await context?.close();
    removeFolder(home);
    throw new Error('Chromium did not start', { cause: error });
  }
}

async function launchContext(
  executable: string,
  home: string,
  trust: readonly string[],
  options: LaunchOptions,
): Promise<BrowserContext> {
  const { hosts, ports = {}, extensionFolder, otherExtensions = [] } = options;
  const extensions = [...(extensionFolder === undefined ? [] : [extensionFolder]), ...otherExtensions];
  const loading = [`--disable-extensions-except=${extensions.join(',')}`, `--load-extension=${extensions.join(',')}`];
  const mapping = [
    // The first rule that fits counts, so those with a port come first.
    ...hosts.flatMap((host) => Object.entries(ports).map(([port, real]) => `MAP ${host}:${port} 127.0.0.1:${real}`)),
    ...hosts.map((host) => `MAP ${host} 127.0.0.1`),
  ];
  const launch = (sandbox: boolean) =>
    chromium.launchPersistentContext(join(home, 'profile'), {
      executablePath: executable,
      headless: options.headless,
      timeout: START_LIMIT_MS,
      chromiumSandbox: sandbox,
      // In a window the page follows its size; without one it is given one.
      viewport: options.headless ? { width: 1100, height: 800 } : null,
      // On Linux the language is the environment's, elsewhere the argument's.
      env: {
        ...(process.env as Record<string, string>),
        HOME: home,
        ...(options.language !== undefined && { LANGUAGE: options.language }),
      },
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      // Playwright's own arguments switch off what is under test (extensions, the back/forward cache) or look odd.
      ignoreDefaultArgs: ['--disable-extensions', '--disable-back-forward-cache', '--enable-automation'],
      args: [
        ...(extensions.length > 0 ? loading : []),
        // Nothing but the demo's hosts resolves: no traffic of the browser's own leaves the machine.
        `--host-resolver-rules=${[...mapping, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost'].join(', ')}`,
        ...(options.proxyPort === undefined
          ? []
          : [`--proxy-server=http://127.0.0.1:${options.proxyPort}`, '--proxy-bypass-list=<-loopback>']),
        ...['--disable-gpu', '--disable-quic', '--no-first-run', '--no-default-browser-check'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
        // On a machine with little /dev/shm (a container) tabs would crash.
        '--disable-dev-shm-usage',
        ...(options.language === undefined ? [] : [`--lang=${options.language}`]),
        ...(options.securityInfoFeature === true ? ['--enable-features=WebRequestSecurityInfo'] : []),
        ...trust,
      ],
    });
  // The sandbox of Chromium does not work for root, nor where the system forbids user namespaces.
  if (process.getuid?.() === 0) return launch(false);
  try {
    return await launch(true);
  } catch (error) {
    if (!String(error).includes('No usable sandbox')) throw error;
    return launch(false);
  }
}

function driveChromium(context: BrowserContext, extensionOrigin: string, home: string): BrowserUnderTest {
  context.setDefaultTimeout(PAGE_LIMIT_MS);
  const deskUrl = `${extensionOrigin}/manifest.json`;
  let desk: Promise<Page> | undefined;
  let over: Promise<void> | undefined;
  const closed = new Promise<void>((resolve) => {
    context.once('close', () => resolve());
  });

  const openDesk = (): Promise<Page> => {
    desk ??= context.newPage().then(async (page) => {
      page.once('close', () => {
        desk = undefined;
      });
      await page.goto(deskUrl);
      return page;
    });
    return desk;
  };

  return {
    name: 'chromium',
    version: context.browser()?.version() ?? 'unknown',
    extensionOrigin,
    openTab: async () => {
      const page = await context.newPage();
      if (extensionOrigin === '') return tabOf(page, NO_ID);
      // A page of the extension's may ask for its own tab's id, which then stays the tab's.
      await page.goto(deskUrl);
      const id = await run<number>(page, 'return (await chrome.tabs.getCurrent()).id;', null);
      await page.goto('about:blank');
      await page.bringToFront();
      return tabOf(page, id);
    },
    inExtension: async (body, given) => {
      // A new tab takes the focus: give it back to the tab that had it.
      const fresh = desk === undefined;
      const page = await openDesk();
      if (fresh) await run(page, GIVE_FOCUS_BACK, null);
      return run(page, body, given);
    },
    closeDesk: async () => {
      if (desk !== undefined) await (await desk).close();
    },
    stopWorker: async () => {
      const session = await context.browser()?.newBrowserCDPSession();
      if (session === undefined) return false;
      try {
        const { targetInfos } = await session.send('Target.getTargets');
        const worker = targetInfos.find(
          ({ type, url }) => type === 'service_worker' && url.startsWith(`${extensionOrigin}/`),
        );
        if (worker === undefined) return false;
        return (await session.send('Target.closeTarget', { targetId: worker.targetId })).success;
      } finally {
        await session.detach();
      }
    },
    acceptCertificate: async () => false,
    typeAddress: async () => false,
    backgroundCost: async () => {
      const session = await context.browser()?.newBrowserCDPSession();
      if (session === undefined) throw new Error('Chromium has gone');
      try {
        return await chromiumCost(session, extensionOrigin);
      } finally {
        await session.detach();
      }
    },
    answerQuestion: async () => undefined,
    windowScreenshot: async () => false,
    closed,
    close: () => {
      over ??= (async () => {
        const timer = setTimeout(() => void context.browser()?.close(), CLOSE_LIMIT_MS);
        await context.close();
        clearTimeout(timer);
        removeFolder(home);
      })();
      return over;
    },
  };
}

/** The origin of the extension, once it has started. */
async function awaitExtension(context: BrowserContext, { decided }: LaunchOptions): Promise<string> {
  const worker =
    context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: START_LIMIT_MS }));
  const extensionOrigin = `chrome-extension://${new URL(worker.url()).host}`;
  if (decided !== true) await awaitWelcome(context, extensionOrigin);
  return extensionOrigin;
}

/**
 * The extension opens its first-run page when it is installed, and Chromium takes the blank tab in front for it: no
 * other is opened before that has happened.
 */
async function awaitWelcome(context: BrowserContext, extensionOrigin: string): Promise<void> {
  const deadline = Date.now() + WELCOME_LIMIT_MS;
  for (;;) {
    const page = context.pages().find((candidate) => candidate.url().startsWith(`${extensionOrigin}${WELCOME_PATH}`));
    if (page !== undefined) return page.waitForLoadState('load', { timeout: WELCOME_LIMIT_MS });
    if (Date.now() > deadline) throw new Error('the extension did not open its first-run page when it was installed');
    await sleep(25);
  }
}

/** The tab used before the one this runs in gets the focus. */
const GIVE_FOCUS_BACK = `
  const own = await chrome.tabs.getCurrent();
  const others = (await chrome.tabs.query({ windowId: own.windowId })).filter((tab) => tab.id !== own.id);
  others.sort((a, b) => b.lastAccessed - a.lastAccessed);
  if (own.active && others[0] !== undefined) await chrome.tabs.update(others[0].id, { active: true });`;

function tabOf(page: Page, id: number): Tab {
  const load = async (act: () => Promise<unknown>): Promise<PageOutcome> => {
    try {
      await act();
      return { loaded: true };
    } catch (error) {
      // The page's own trouble (a certificate refused, a name not found) is an outcome; ours is not.
      const fault = /net::ERR_\w+/.exec(String(error))?.[0];
      if (fault === undefined) throw error;
      return { loaded: false, error: fault };
    }
  };
  return {
    id,
    open: (url) => load(() => page.goto(url)),
    reload: () => load(() => page.reload()),
    // A page from the back/forward cache fires no load event.
    back: async () => void (await page.goBack({ waitUntil: 'commit' })),
    forward: async () => void (await page.goForward({ waitUntil: 'commit' })),
    url: async () => page.url(),
    evaluate: (body, given) => run(page, body, given),
    type: async (selector, text) => {
      await page.bringToFront();
      const field = page.locator(selector);
      await field.fill('');
      await field.pressSequentially(text);
    },
    click: async (selector) => {
      await page.bringToFront();
      await page.locator(selector).click();
    },
    press: async (key) => {
      await page.bringToFront();
      await page.keyboard.press(key);
    },
    write: async (text) => {
      await page.bringToFront();
      await page.keyboard.type(text);
    },
    present: async ({ width, height, scheme, forcedColours = false, print = false }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({
        colorScheme: scheme,
        forcedColors: forcedColours ? 'active' : 'none',
        media: print ? 'print' : 'screen',
      });
    },
    screenshot: async (path, selector) => {
      const png = selector === undefined ? await page.screenshot() : await page.locator(selector).screenshot();
      writeFileSync(path, png);
    },
    close: () => page.close(),
  };
}

function run<T>(page: Page, body: string, given: unknown): Promise<T> {
  // The text is the test's own; `evaluate` takes it as an expression.
  return page.evaluate<T>(`(async (given) => { ${body} })(${JSON.stringify(given ?? null)})`);
}

/**
 * Chromium hides the buttons of new extensions in a menu until they are pinned, keeps extensions out of private windows
 * until they are let in, and looks for three seconds for a captive portal before it says that it refuses a certificate;
 * the profile can say all of that beforehand.
 */
function writeProfile(home: string, options: LaunchOptions): void {
  const preferences = { alternate_error_pages: { enabled: false }, ...extensionPreferences(options) };
  const folder = join(home, 'profile', 'Default');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Preferences'), JSON.stringify(preferences));
}

function extensionPreferences({ extensionFolder, privateWindows }: LaunchOptions): object {
  if (extensionFolder === undefined) return {};
  const id = chromiumExtensionId(extensionFolder);
  const settings = privateWindows === true ? { settings: { [id]: { incognito: true } } } : {};
  return { extensions: { pinned_extensions: [id], ...settings } };
}

/** An unpacked extension without a key is named by its path: 128 bits of SHA-256, hex digits written a to p. */
export function chromiumExtensionId(folder: string): string {
  const digits = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

/**
 * Puts the authority into `$HOME/.pki/nssdb`. Where certutil is missing, Chromium is told instead to pass over errors
 * of chains with this very key, which ends the same for the pages but says less of certificate checking.
 */
async function trustAuthority(home: string, pem: string): Promise<readonly string[]> {
  const certutil = findCommand('certutil');
  if (certutil === undefined) {
    const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
    const hash = createHash('sha256').update(key).digest('base64');
    return [`--ignore-certificate-errors-spki-list=${hash}`];
  }
  const database = join(home, '.pki', 'nssdb');
  const file = join(home, 'authority.pem');
  mkdirSync(database, { recursive: true });
  writeFileSync(file, pem);
  const run = promisify(execFile);
  await run(certutil, ['-d', `sql:${database}`, '-N', '--empty-password'], { timeout: START_LIMIT_MS });
  await run(certutil, ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'authority', '-i', file], {
    timeout: START_LIMIT_MS,
  });
  return [];
}
