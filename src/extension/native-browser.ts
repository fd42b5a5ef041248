/**
 * What stands in the place of webextension-polyfill in the build for Firefox, whose own API is the one that it makes:
 * its script is a third of the popup's.
 */
import type { Browser } from 'webextension-polyfill';

export default (globalThis as unknown as { readonly browser: Browser }).browser;
