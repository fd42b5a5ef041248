/** Where the browser keeps the page, or the resolver, from the extension, the popup says so and asks for access. */
import { showAccess } from '../access-view.ts';
import browser from '../browser.ts';
import { byId } from '../dom.ts';
import { resolversOf } from '../settings.ts';
import { settingsStore } from '../settings-store.ts';

/** Resolves once it is drawn. */
export function showPageAccess(tab: number, translate: (key: string) => string): Promise<void> {
  return showAccess({
    section: byId('access', HTMLElement),
    words: byId('access-words', HTMLElement),
    button: byId('access-allow', HTMLButtonElement),
    refused: byId('access-refused', HTMLElement),
    isFirefox: browser.runtime.getURL('').startsWith('moz-extension:'),
    permissions: browser.permissions,
    needed: async () => {
      const [url, { settings }] = await Promise.all([urlOf(tab), settingsStore(browser.storage).read()]);
      return [url, ...resolversOf(settings)];
    },
    whenComplete: 'hide',
    translate,
  });
}

/** Undefined where the browser does not tell, or the tab has gone. */
async function urlOf(tab: number): Promise<string | undefined> {
  try {
    return (await browser.tabs.get(tab)).url;
  } catch (error) {
    console.info('Danelaw: the tab has gone', error);
    return undefined;
  }
}
