/** Firefox, stock and headless or not, over Marionette. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BackgroundCost,
  type BrowserUnderTest,
  type LaunchOptions,
  NO_ID,
  type PageOutcome,
  type Tab,
  WELCOME_LIMIT_MS,
  WELCOME_PATH,
} from './browser.ts';
import { FIREFOX_COST } from './firefox-memory.ts';
import { extensionIdOf, writePreferences } from './firefox-preferences.ts';
import { ANSWER_QUESTION } from './firefox-question.ts';
import { connectMarionette, type Marionette, MarionetteError } from './marionette.ts';
import { removeFolder, startProcess, temporaryFolder } from './processes.ts';

/** Fixed, so that the address of the extension's pages is known beforehand. */
const EXTENSION_UUID = '6d61d3a5-2f0e-4f5c-9c3c-64616e656c61';
const EXTENSION_ORIGIN = `moz-extension://${EXTENSION_UUID}`;
/** A page of the extension's origin with its APIs and none of its scripts. */
const DESK_URL = `${EXTENSION_ORIGIN}/manifest.json`;
const START_LIMIT_MS = 45_000;
const PAGE_LIMIT_MS = 20_000;
const QUIT_LIMIT_MS = 10_000;
const QUESTION_LIMIT_MS = 5000;
/** The key under which WebDriver hands over an element. */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf';

export async function launchFirefox(executable: string, options: LaunchOptions): Promise<BrowserUnderTest> {
  const profile = temporaryFolder('firefox');
  writePreferences(profile, EXTENSION_UUID, options);
  const firefox = startProcess(
    executable,
    [
      ...(options.headless ? ['--headless'] : []),
      ...['--no-remote', '--new-instance', '--profile', profile],
      ...['--marionette', '--remote-allow-system-access', 'about:blank'],
    ],
    { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1', MOZ_HEADLESS_WIDTH: '1100', MOZ_HEADLESS_HEIGHT: '800' },
  );
  let marionette: Marionette | undefined;
  const end = async () => {
    marionette?.close();
    await firefox.finish(0);
    removeFolder(profile);
  };
  try {
    const port = await readPort(profile, firefox.ended, firefox.errors);
    marionette = await connectMarionette(port);
    const session = (await marionette.send(
      'WebDriver:NewSession',
      { capabilities: { alwaysMatch: { timeouts: { pageLoad: PAGE_LIMIT_MS, script: PAGE_LIMIT_MS } } } },
      START_LIMIT_MS,
    )) as { capabilities: { browserVersion: string } };
    await trustAuthority(marionette, options.authorityPem);
    const extensionId = await installExtension(marionette, options);
    const facts = { version: session.capabilities.browserVersion, extensionId };
    return await driveFirefox(marionette, facts, firefox.ended, async () => {
      await marionette?.send('Marionette:Quit', { flags: ['eForceQuit'] }, QUIT_LIMIT_MS).catch(ignoreClosed);
      await firefox.finish(QUIT_LIMIT_MS);
      await end();
    });
  } catch (error) {
    await end();
    throw new Error(`Firefox did not start: ${firefox.errors().trim().slice(-500)}`, { cause: error });
  }
}

async function driveFirefox(
  marionette: Marionette,
  { version, extensionId }: { readonly version: string; readonly extensionId: string | undefined },
  closed: Promise<void>,
  quit: () => Promise<void>,
): Promise<BrowserUnderTest> {
  // Marionette has one current window: choosing it and acting in it must not be torn apart.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act, act);
    last = turn.catch(() => undefined);
    return turn;
  };
  const inWindow = <T>(handle: string, act: () => Promise<T>, focus = false): Promise<T> =>
    inTurn(async () => {
      // Without `focus` the tab the browser shows stays the one it shows.
      await marionette.send('WebDriver:SwitchToWindow', { handle, focus });
      return act();
    });
  /** What hands do, they do in the tab in front. */
  const inFront = <T>(handle: string, act: () => Promise<T>): Promise<T> => inWindow(handle, act, true);

  let desk: string | undefined;
  let over: Promise<void> | undefined;

  const navigate = async (url: string): Promise<PageOutcome> => {
    try {
      await marionette.send('WebDriver:Navigate', { url }, PAGE_LIMIT_MS + 5000);
      return { loaded: true };
    } catch (error) {
      if (!(error instanceof MarionetteError)) throw error;
      // The address of Firefox's error page names the error, as in about:neterror?e=dnsNotFound&…
      return { loaded: false, error: /about:\w+error\?e=(\w+)/.exec(error.message)?.[1] ?? error.kind };
    }
  };
  const run = async <T>(body: string, given: unknown): Promise<T> =>
    resultValue<T>(
      await marionette.send('WebDriver:ExecuteScript', {
        script: `const given = arguments[0]; return (async () => { ${body} })();`,
        args: [given ?? null],
      }),
    );
  const openWindow = async (focus: boolean): Promise<string> => {
    // The current window may have been closed: a new one can only be asked for from one that lives.
    const [living] = (await marionette.send('WebDriver:GetWindowHandles')) as string[];
    await marionette.send('WebDriver:SwitchToWindow', { handle: living, focus: false });
    const { handle } = (await marionette.send('WebDriver:NewWindow', { type: 'tab', focus })) as { handle: string };
    await marionette.send('WebDriver:SwitchToWindow', { handle, focus });
    return handle;
  };
  const openDesk = (): Promise<string> =>
    inTurn(async () => {
      if (desk !== undefined) return desk;
      desk = await openWindow(false);
      await marionette.send('WebDriver:Navigate', { url: DESK_URL });
      return desk;
    });

  const strike = async (actions: readonly KeyAction[]): Promise<void> => {
    await marionette.send('WebDriver:PerformActions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  };

  const tabOf = (handle: string, id: number): Tab => {
    const element = async (selector: string): Promise<string> => {
      const found = await marionette.send('WebDriver:FindElement', { using: 'css selector', value: selector });
      return resultValue<Record<string, string>>(found)[ELEMENT_KEY] as string;
    };
    return {
      id,
      open: (url) => inWindow(handle, () => navigate(url)),
      reload: () =>
        inWindow(handle, async () => {
          await marionette.send('WebDriver:Refresh', {}, PAGE_LIMIT_MS + 5000);
          return { loaded: true };
        }),
      back: () => inWindow(handle, async () => void (await marionette.send('WebDriver:Back', {}, PAGE_LIMIT_MS))),
      forward: () => inWindow(handle, async () => void (await marionette.send('WebDriver:Forward', {}, PAGE_LIMIT_MS))),
      url: () => inWindow(handle, async () => resultValue<string>(await marionette.send('WebDriver:GetCurrentURL'))),
      evaluate: (body, given) => inWindow(handle, () => run(body, given)),
      type: (selector, text) =>
        inFront(handle, async () => {
          const id = await element(selector);
          await marionette.send('WebDriver:ElementClear', { id });
          await marionette.send('WebDriver:ElementSendKeys', { id, text });
        }),
      click: (selector) =>
        inFront(handle, async () => {
          await marionette.send('WebDriver:ElementClick', { id: await element(selector) });
        }),
      press: (key) =>
        inFront(handle, async () => {
          const [last, ...held] = key.split('+').reverse() as [string, ...string[]];
          const value = KEYS[last]!;
          await strike([
            ...held.map((name) => ({ type: 'keyDown' as const, value: KEYS[name]! })),
            ...stroke(value),
            ...held.map((name) => ({ type: 'keyUp' as const, value: KEYS[name]! })),
          ]);
        }),
      write: (text) => inFront(handle, () => strike([...text].flatMap(stroke))),
      present: ({ width, height, scheme, forcedColours = false, print = false }) =>
        inFront(handle, async () => {
          await marionette.send('WebDriver:SetWindowRect', { width: WIDE_WINDOW, height: TALL_WINDOW });
          await marionette.send('Marionette:SetContext', { value: 'chrome' });
          try {
            // A window has a least width; the page in it has none.
            const script = `const [width, height, dark, forced, print] = arguments;
              Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', dark ? 0 : 1);
              Services.prefs.setIntPref('browser.display.document_color_use', forced ? 2 : 0);
              const { style, browsingContext } = gBrowser.selectedBrowser;
              Object.assign(style, { flex: 'none', width: width + 'px', height: height + 'px' });
              browsingContext.mediumOverride = print ? 'print' : '';`;
            const args = [width, height, scheme === 'dark', forcedColours, print];
            await marionette.send('WebDriver:ExecuteScript', { script, args });
          } finally {
            await marionette.send('Marionette:SetContext', { value: 'content' });
          }
          await run(
            `const [width, height] = given;
            const deadline = performance.now() + 5000;
            const fits = () => innerWidth === width && innerHeight === height;
            while (!fits() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));`,
            [width, height],
          );
        }),
      screenshot: (path, selector) =>
        inWindow(handle, async () => {
          if (selector === undefined) {
            writeScreenshot(path, await marionette.send('WebDriver:TakeScreenshot', { full: false }));
            return;
          }
          // An element higher than the window would be cut at the top.
          const { height } = (await marionette.send('WebDriver:GetWindowRect', {})) as { height: number };
          await marionette.send('WebDriver:SetWindowRect', { height: TALL_WINDOW });
          const id = await element(selector);
          writeScreenshot(path, await marionette.send('WebDriver:TakeScreenshot', { id }));
          await marionette.send('WebDriver:SetWindowRect', { height });
        }),
      close: () => inWindow(handle, async () => void (await marionette.send('WebDriver:CloseWindow'))),
    };
  };

  return {
    name: 'firefox',
    version,
    extensionOrigin: extensionId === undefined ? '' : EXTENSION_ORIGIN,
    openTab: async () => {
      if (extensionId === undefined) return inTurn(async () => tabOf(await openWindow(true), NO_ID));
      await openDesk();
      return inTurn(async () => {
        const handle = await openWindow(true);
        // A page of the extension's may ask for its own tab's id, which then stays the tab's.
        await marionette.send('WebDriver:Navigate', { url: DESK_URL });
        const id = await run<number>('return (await chrome.tabs.getCurrent()).id;', null);
        await marionette.send('WebDriver:Navigate', { url: 'about:blank' });
        return tabOf(handle, id);
      });
    },
    inExtension: async (body, given) => {
      const handle = await openDesk();
      return inWindow(handle, () => run(body, given));
    },
    closeDesk: () =>
      inTurn(async () => {
        if (desk === undefined) return;
        await marionette.send('WebDriver:SwitchToWindow', { handle: desk, focus: false });
        await marionette.send('WebDriver:CloseWindow');
        desk = undefined;
      }),
    stopWorker: () =>
      inTurn(async () => {
        await marionette.send('Marionette:SetContext', { value: 'chrome' });
        try {
          // What Firefox itself does to an event page that has been idle (dom.extensions background idle timeout).
          const script = `const { extension } = WebExtensionPolicy.getByID(arguments[0]);
            return extension.terminateBackground().then(() => extension.backgroundState === 'stopped');`;
          return resultValue<boolean>(
            await marionette.send('WebDriver:ExecuteScript', { script, args: [extensionId] }),
          );
        } finally {
          await marionette.send('Marionette:SetContext', { value: 'content' });
        }
      }),
    acceptCertificate: (host, port, certificate) =>
      inTurn(async () => {
        await marionette.send('Marionette:SetContext', { value: 'chrome' });
        try {
          // What the error page's own button does, for as long as the browser runs.
          const script = `const [host, port, base64] = arguments;
            const database = Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB);
            const overrides = Cc['@mozilla.org/security/certoverride;1'].getService(Ci.nsICertOverrideService);
            const certificate = database.constructX509FromBase64(base64);
            overrides.rememberValidityOverride(host, port, {}, certificate, true);
            return overrides.hasMatchingOverride(host, port, {}, certificate, {});`;
          const base64 = Buffer.from(certificate).toString('base64');
          const answer = await marionette.send('WebDriver:ExecuteScript', { script, args: [host, port, base64] });
          return resultValue<boolean>(answer);
        } finally {
          await marionette.send('Marionette:SetContext', { value: 'content' });
        }
      }),
    typeAddress: (text, enter) =>
      inTurn(async () => {
        await marionette.send('Marionette:SetContext', { value: 'chrome' });
        try {
          await marionette.send('WebDriver:ExecuteScript', { script: 'gURLBar.focus(); gURLBar.select();', args: [] });
          await strike([...text].flatMap(stroke));
          if (enter !== undefined) await strike(stroke(KEYS['Enter']!));
        } finally {
          await marionette.send('Marionette:SetContext', { value: 'content' });
        }
        return true;
      }),
    backgroundCost: () =>
      inTurn(async () => {
        await marionette.send('Marionette:SetContext', { value: 'chrome' });
        try {
          const asked = { script: FIREFOX_COST, args: [EXTENSION_ORIGIN] };
          return resultValue<BackgroundCost>(await marionette.send('WebDriver:ExecuteScript', asked));
        } finally {
          await marionette.send('Marionette:SetContext', { value: 'content' });
        }
      }),
    answerQuestion: (answer) =>
      inTurn(async () => {
        await marionette.send('Marionette:SetContext', { value: 'chrome' });
        try {
          const asked = { script: ANSWER_QUESTION, args: [answer, QUESTION_LIMIT_MS] };
          return resultValue<string | null>(await marionette.send('WebDriver:ExecuteScript', asked)) ?? undefined;
        } finally {
          await marionette.send('Marionette:SetContext', { value: 'content' });
        }
      }),
    windowScreenshot: (path) =>
      inTurn(async () => {
        await marionette.send('Marionette:SetContext', { value: 'chrome' });
        try {
          const png = resultValue<string>(await marionette.send('WebDriver:TakeScreenshot', { full: false }));
          writeFileSync(path, Buffer.from(png, 'base64'));
        } finally {
          await marionette.send('Marionette:SetContext', { value: 'content' });
        }
        return true;
      }),
    closed,
    close: () => {
      over ??= quit();
      return over;
    },
  };
}

/** The id it got; undefined where there is none to install. */
async function installExtension(marionette: Marionette, options: LaunchOptions): Promise<string | undefined> {
  const { extensionFolder, privateWindows, decided } = options;
  if (extensionFolder === undefined) return undefined;
  if (privateWindows === true) await allowPrivateWindows(marionette, extensionFolder);
  const installed = await marionette.send('Addon:Install', { path: extensionFolder, temporary: true });
  if (decided !== true) await awaitWelcome(marionette);
  return resultValue<string>(installed);
}

/** The authority goes into the certificate database of this profile, through the browser itself. */
async function trustAuthority(marionette: Marionette, pem: string): Promise<void> {
  await marionette.send('Marionette:SetContext', { value: 'chrome' });
  await marionette.send('WebDriver:ExecuteScript', {
    script: `Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB)
      .addCertFromBase64(arguments[0], 'CT,,');`,
    args: [pem.replace(/-----[^-]+-----|\s/g, '')],
  });
  await marionette.send('Marionette:SetContext', { value: 'content' });
}

/** Before it is installed: let in later, it would be started anew, and its first page with it. */
async function allowPrivateWindows(marionette: Marionette, extensionFolder: string): Promise<void> {
  await marionette.send('Marionette:SetContext', { value: 'chrome' });
  await marionette.send('WebDriver:ExecuteScript', {
    script: `const { ExtensionPermissions } = ChromeUtils.importESModule(
        'resource://gre/modules/ExtensionPermissions.sys.mjs');
      return ExtensionPermissions.add(arguments[0], {
        permissions: ['internal:privateBrowsingAllowed'], origins: [] }).then(() => true);`,
    args: [extensionIdOf(extensionFolder)],
  });
  await marionette.send('Marionette:SetContext', { value: 'content' });
}

/**
 * The extension opens its first-run page when it is installed. A tab that Marionette opens at the same moment may be
 * taken for that page's, so nothing else is opened before it is there.
 */
async function awaitWelcome(marionette: Marionette): Promise<void> {
  await marionette.send('Marionette:SetContext', { value: 'chrome' });
  const isThere = resultValue<boolean>(
    await marionette.send('WebDriver:ExecuteScript', {
      script: `return (async () => {
        const isThere = () => gBrowser.tabs.some(({ linkedBrowser }) =>
          linkedBrowser.currentURI.spec.startsWith(arguments[0]) && !linkedBrowser.webProgress.isLoadingDocument);
        const deadline = Date.now() + arguments[1];
        while (!isThere() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
        return isThere();
      })();`,
      args: [`${EXTENSION_ORIGIN}${WELCOME_PATH}`, WELCOME_LIMIT_MS],
    }),
  );
  await marionette.send('Marionette:SetContext', { value: 'content' });
  if (!isThere) throw new Error('the extension did not open its first-run page when it was installed');
}

/** Firefox takes a free port and writes it into its profile. */
async function readPort(profile: string, ended: Promise<void>, errors: () => string): Promise<number> {
  const path = join(profile, 'MarionetteActivePort');
  const deadline = Date.now() + START_LIMIT_MS;
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  while (Date.now() < deadline) {
    if (gone) throw new Error(`Firefox ended at once: ${errors()}`);
    const port = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
    if (port > 0) return port;
    await sleep(30);
  }
  throw new Error(`Firefox opened no Marionette port within ${START_LIMIT_MS} ms`);
}

function resultValue<T>(result: unknown): T {
  return (result as { value: T }).value;
}

/** Quitting may close the connection before its reply is read. */
function ignoreClosed(error: Error): void {
  if (!error.message.startsWith('Marionette:')) throw error;
}

/** Pixels: higher than any popup, wider than any page is looked at. */
const TALL_WINDOW = 2000;
const WIDE_WINDOW = 1400;

/** By WebDriver's code points (section 17.4.2). */
const KEYS: Readonly<Record<string, string>> = {
  Tab: '\u{e004}',
  Shift: '\u{e008}',
  Enter: '\u{e007}',
  Space: ' ',
  Escape: '\u{e00c}',
  ArrowUp: '\u{e013}',
  ArrowDown: '\u{e015}',
};

interface KeyAction {
  readonly type: 'keyDown' | 'keyUp';
  readonly value: string;
}

function stroke(value: string): KeyAction[] {
  return [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
}

function writeScreenshot(path: string, answer: unknown): void {
  writeFileSync(path, Buffer.from(resultValue<string>(answer), 'base64'));
}
