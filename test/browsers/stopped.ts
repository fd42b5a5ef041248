/** What a tab shows where a page was stopped, and the ways on from there. */
import { expect } from 'vitest';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';

export interface Warning {
  readonly host: string;
  readonly why: string;
  readonly title: string;
  /** Is there a way on? */
  readonly proceed: boolean;
}

const LIMIT_MS = 12_000;

export function stoppedPages(browser: BrowserUnderTest) {
  const root = `${browser.extensionOrigin}/warning/warning.html`;
  const isWarning = async (tab: Tab) => (await tab.url()).startsWith(`${root}?`);
  const drawn = (tab: Tab) =>
    tab.evaluate<string>('return document.documentElement.dataset.drawn ?? ""').catch(() => '');
  return {
    root,
    isWarning,
    /** Goes there, wherever that ends: a page that is stopped is no page that loads. */
    open: (tab: Tab, url: string) => tab.open(url).catch(() => undefined),
    /** Waits for our page in the place of another. */
    warned: async (tab: Tab): Promise<Warning> => {
      await expect.poll(() => isWarning(tab), { timeout: LIMIT_MS }).toBe(true);
      await expect.poll(() => drawn(tab), { timeout: LIMIT_MS }).toBe('true');
      return tab.evaluate<Warning>(
        `const at = (selector) => document.querySelector(selector);
        const { title } = document;
        return { host: at('#host').textContent, why: at('#why').textContent, proceed: !at('#proceed').hidden, title };`,
      );
    },
    /** Presses a button of it, once it can be pressed. */
    press: async (tab: Tab, button: 'back' | 'again' | 'once' | 'session') => {
      await expect
        .poll(() => tab.evaluate<boolean>('return document.querySelector(given)?.disabled ?? true', `#${button}`), {
          timeout: LIMIT_MS,
        })
        .toBe(false);
      await tab.click(`#${button}`);
    },
    at: (tab: Tab, url: string) => expect.poll(() => tab.url().catch(() => ''), { timeout: LIMIT_MS }).toBe(url),
  };
}
