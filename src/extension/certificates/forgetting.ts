/** When a kept certificate must not be relied on any more. */
import type { WebRequest } from 'webextension-polyfill';
import { type WindowsBrowser, whenPrivateWindowsEnd } from '../private-windows.ts';
import { targetOf } from '../site.ts';
import type { KeptCertificates } from './kept.ts';

/** As much of the browser as is used here. */
export interface ForgettingBrowser extends WindowsBrowser {
  readonly webRequest: { readonly onErrorOccurred: Pick<WebRequest.Static['onErrorOccurred'], 'addListener'> };
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
  whenPrivateWindowsEnd(browser, kept.forgetPrivate);
}
