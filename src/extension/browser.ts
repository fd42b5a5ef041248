/**
 * The browser's extension API. The one importer of webextension-polyfill: in Firefox it is the native `browser`, in
 * Chromium `chrome` with promises. What only Chromium has is `chromium`.
 */
import browser from 'webextension-polyfill';

export default browser;

/** Chromium's own namespace, for what the polyfill does not know: `debugger`, `scripting` by document. */
export const chromium: typeof chrome = globalThis.chrome;
