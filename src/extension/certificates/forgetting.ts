/** When a kept certificate must not be relied on any more. */
import type { Tabs, WebRequest, Windows } from 'webextension-polyfill';
import { targetOf } from '../site.ts';
import type { KeptCertificates } from './kept.ts';

/** As much of the browser as is used here. */
export interface ForgettingBrowser {
  readonly webRequest: { readonly onErrorOccurred: Pick<WebRequest.Static['onErrorOccurred'], 'addListener'> };
  readonly windows: { readonly onRemoved: Pick<Windows.Static['onRemoved'], 'addListener'> };
  readonly tabs: Pick<Tabs.Static, 'query'>;
}

/** Registers its listeners, synchronously. */
export function forgetWhereDoubtful(browser: ForgettingBrowser, kept: KeptCertificates): void {
  // The browser itself refused a certificate of that host: whatever was seen before, the next page gets a new look.
  browser.webRequest.onErrorOccurred.addListener(
    ({ url, error }) => {
      if (!/^net::ERR_(CERT|SSL)_/.test(error)) return;
      const { host, port } = targetOf(url);
      kept.forget(host, port);
    },
    { urls: ['https://*/*'], types: ['main_frame'] },
  );
  browser.windows.onRemoved.addListener(async () => {
    const tabs = await browser.tabs.query({});
    if (!tabs.some(({ incognito }) => incognito)) kept.forgetPrivate();
  });
}
