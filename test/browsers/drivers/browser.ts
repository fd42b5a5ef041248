/** What tests and the demo ask of a browser, whichever it is: tabs, pages, and what its toolbar shows. */
export type BrowserName = 'firefox' | 'chromium';

/** What the extension shows when it is installed; a launched browser shows it, in its only tab. */
export const WELCOME_PATH = '/welcome/';
export const WELCOME_LIMIT_MS = 15_000;

export interface LaunchOptions {
  /**
   * The unpacked extension, as the build leaves it. Left out: the browser alone, to be compared with; nothing that
   * needs a page of the extension's works there, and its tabs have no id.
   */
  readonly extensionFolder?: string;
  /** Hosts that resolve to 127.0.0.1. In Chromium nothing else resolves at all. */
  readonly hosts: readonly string[];
  /** Ports of URLs of these hosts, and the ports of this machine that are connected to in their place. */
  readonly ports?: Readonly<Record<number, number>>;
  /** PEM of the authority the browser is to trust for web sites. */
  readonly authorityPem: string;
  readonly headless: boolean;
  /** No first-run page comes: an administrator has chosen in the person's place. */
  readonly decided?: boolean;
  /** The person lets the extension into private windows. */
  readonly privateWindows?: boolean;
  /** Firefox asks the person before it gives the extension more access, and waits for `answerQuestion`. */
  readonly asks?: boolean;
  /** Of this machine: everything goes through that proxy, the browser's own requests and those to 127.0.0.1 included. */
  readonly proxyPort?: number | undefined;
  /**
   * The language asked of the browser, and the only one that the extension has: whether the browser would choose it by
   * itself depends on what is installed beside it.
   */
  readonly language?: string | undefined;
  /** Chromium only: folders of unpacked extensions that are there, too. */
  readonly otherExtensions?: readonly string[];
  /** Chromium only: switch on the feature WebRequestSecurityInfo (chrome://flags/#web-request-security-info). */
  readonly securityInfoFeature?: boolean;
}

export interface BrowserUnderTest {
  readonly name: BrowserName;
  readonly version: string;
  /** `moz-extension://…` or `chrome-extension://…`, no slash at the end; empty in a browser alone. */
  readonly extensionOrigin: string;
  /** A new tab, with the focus, at a blank page unless told otherwise. */
  readonly openTab: () => Promise<Tab>;
  /**
   * Runs the body of an async function in a page of the extension's origin that runs none of the extension's own
   * scripts; `chrome.*` returns promises there in both browsers. The value given is named `given` in the body.
   */
  readonly inExtension: <T>(body: string, given?: unknown) => Promise<T>;
  /** Closes the page `inExtension` runs in; the next call opens it anew. */
  readonly closeDesk: () => Promise<void>;
  /** Ends the background worker as the browser does after idle time. False where the browser has no such worker. */
  readonly stopWorker: () => Promise<boolean>;
  /**
   * Lets a site's certificate (DER) through as a person does on the error page, until the browser ends. False where
   * that cannot be done from outside.
   */
  readonly acceptCertificate: (host: string, port: number, certificate: Uint8Array) => Promise<boolean>;
  /**
   * Types into the address bar of the window in front, key by key. False where nothing but hands can do that. `enter`:
   * and presses Enter.
   */
  readonly typeAddress: (text: string, enter?: 'enter') => Promise<boolean>;
  /** What the background, which has to be awake, and the process it runs in take now. On Linux. */
  readonly backgroundCost: () => Promise<BackgroundCost>;
  /**
   * Answers what the browser itself asks the person about access for the extension, once it asks; `dismiss` is neither
   * yes nor no. Gives what it asked; undefined where no question came, or where it is a window that no driver reaches.
   */
  readonly answerQuestion: (answer: 'allow' | 'refuse' | 'dismiss') => Promise<string | undefined>;
  /** PNG of the whole window, toolbar included. False where the browser gives no such picture of itself. */
  readonly windowScreenshot: (path: string) => Promise<boolean>;
  /** Settles when the browser is gone, by whoever's hand. */
  readonly closed: Promise<void>;
  /** Ends the browser and removes its profile. Safe to call twice. */
  readonly close: () => Promise<void>;
}

export interface BackgroundCost {
  /** Of the background page or worker alone, after a collection. */
  readonly heapOctets: number;
  /** Of the process of the extension's pages and background, what it shares with others left out. */
  readonly processOctets: number;
  /** Processor time of that process since it started. */
  readonly processMs: number;
}

export const NO_ID = -1;

export type PageOutcome = { readonly loaded: true } | { readonly loaded: false; readonly error: string };

export interface Tab {
  /** The id the browser's own `tabs` API gives it; `NO_ID` in a browser alone. */
  readonly id: number;
  readonly open: (url: string) => Promise<PageOutcome>;
  readonly reload: () => Promise<PageOutcome>;
  /** Both wait until the page that comes is there; it may come from the back/forward cache. */
  readonly back: () => Promise<void>;
  readonly forward: () => Promise<void>;
  readonly url: () => Promise<string>;
  /** Runs the body of an async function in the page. The value given is named `given` in the body. */
  readonly evaluate: <T>(body: string, given?: unknown) => Promise<T>;
  /** Types into a field, key by key, in place of what it held. Like `click`, it brings the tab to the front. */
  readonly type: (selector: string, text: string) => Promise<void>;
  readonly click: (selector: string) => Promise<void>;
  /** Keys as a person presses them, in whatever has the focus. */
  readonly press: (key: Key) => Promise<void>;
  /** Types letters into whatever has the focus. */
  readonly write: (text: string) => Promise<void>;
  /** Shows the page in a window of that size, to somebody with these wishes, until told otherwise. */
  readonly present: (presentation: Presentation) => Promise<void>;
  /** PNG of what the page shows, or of one element of it. */
  readonly screenshot: (path: string, selector?: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export type Key = 'Tab' | 'Shift+Tab' | 'Enter' | 'Space' | 'Escape' | 'ArrowUp' | 'ArrowDown';

export interface Presentation {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  /** The colours of the system alone. */
  readonly forcedColours?: boolean;
  /** The document is rendered for paper. */
  readonly print?: boolean;
}

/** What the toolbar button shows for a tab, as the browser itself tells it. */
export interface Toolbar {
  readonly badge: string;
  readonly title: string;
}

export function readToolbar(browser: BrowserUnderTest, tab: Tab): Promise<Toolbar> {
  return browser.inExtension<Toolbar>(
    `const [badge, title] = await Promise.all([chrome.action.getBadgeText(given), chrome.action.getTitle(given)]);
    return { badge, title };`,
    { tabId: tab.id },
  );
}

export async function activateTab(browser: BrowserUnderTest, tab: Tab): Promise<void> {
  await browser.inExtension('await chrome.tabs.update(given, { active: true });', tab.id);
}

export async function activeTabId(browser: BrowserUnderTest): Promise<number | undefined> {
  return browser.inExtension('return (await chrome.tabs.query({ active: true, currentWindow: true }))[0]?.id;');
}
