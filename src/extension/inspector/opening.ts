/**
 * Opening the inspector with something to look up. What is in its address (`inspector.html#example.com`) comes from
 * anywhere: a bookmark, another program, another extension. So it is shown in the field, and nobody is asked until
 * somebody presses the button. (Web pages cannot even open it: it is not web-accessible.) What the person typed after
 * the keyword in the address bar, or pressed in the popup, was asked for already: it comes by `storage.session`, which
 * only the extension can write to, under a number used once.
 */
import type { Storage, Tabs } from 'webextension-polyfill';
import { MAX_QUERY_CHARACTERS } from './lookups.ts';

const INSPECTOR_PAGE = 'inspector/inspector.html';

interface Asked {
  readonly text: string;
  /** It was asked for in a private window. */
  readonly privately: boolean;
}

type Session = Pick<Storage.StorageArea, 'get' | 'set' | 'remove'>;
type Where = 'currentTab' | 'newForegroundTab' | 'newBackgroundTab';

export interface OpeningBrowser {
  readonly storage: { readonly session: Session };
  readonly tabs: Pick<Tabs.Static, 'create' | 'update'>;
  readonly runtime: { readonly getURL: (path: string) => string };
}

/** Longer text than any query comes cut, and is then refused as too long. */
export async function openInspector(
  browser: OpeningBrowser,
  { text, privately }: Asked,
  where: Where = 'newForegroundTab',
): Promise<void> {
  const id = crypto.randomUUID();
  const asked: Asked = { text: text.slice(0, MAX_QUERY_CHARACTERS + 1), privately };
  await browser.storage.session.set({ [keyOf(id)]: asked });
  const url = `${browser.runtime.getURL(INSPECTOR_PAGE)}?asked=${id}`;
  // Chromium shows pages of extensions in no private window, and opens an ordinary one for it.
  if (where === 'currentTab' && !privately) await browser.tabs.update({ url });
  else await browser.tabs.create({ url, active: where !== 'newBackgroundTab' });
}

/** What the page was opened with, once: whoever loads its address again finds nothing. */
export async function takeAsked(session: Session, id: string | null): Promise<Asked | undefined> {
  if (id === null || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
  const key = keyOf(id);
  const { [key]: stored } = await session.get(key);
  await session.remove(key);
  const { text, privately } = (stored ?? {}) as Partial<Asked>;
  return typeof text === 'string' && typeof privately === 'boolean' ? { text, privately } : undefined;
}

function keyOf(id: string): string {
  return `inspect:${id}`;
}

/** What stands behind the `#` of the page's address. */
export function fragmentText(hash: string): string {
  const text = hash.replace(/^#/, '').slice(0, 3 * MAX_QUERY_CHARACTERS);
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
