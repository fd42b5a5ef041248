/** The keyword in the address bar (`dane`, as the manifest has it). Nothing is looked up, nor suggested, while somebody types. */
import type { Omnibox, Windows } from 'webextension-polyfill';
import { type OpeningBrowser, openInspector } from './opening.ts';

export interface OmniboxBrowser extends OpeningBrowser {
  /** Firefox for Android has neither. */
  readonly windows?: Pick<Windows.Static, 'getLastFocused'>;
  readonly omnibox?: Pick<Omnibox.Static, 'setDefaultSuggestion' | 'onInputEntered'>;
}

/** Registers its listener, synchronously. `description`: what Enter does; plain text. */
export function listenToOmnibox(browser: OmniboxBrowser, description: string): void {
  browser.omnibox?.setDefaultSuggestion({ description });
  browser.omnibox?.onInputEntered.addListener(async (text, where) => {
    const focused = await browser.windows?.getLastFocused();
    await openInspector(browser, { text, privately: focused?.incognito ?? true }, where);
  });
}
