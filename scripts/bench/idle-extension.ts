/**
 * An extension with Danelaw's own manifest that listens to the same events and does nothing: what a browser charges
 * for being listened to, whoever listens.
 */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WELCOME_PATH } from '../../test/browsers/drivers/browser.ts';
import { temporaryFolder } from '../../test/browsers/drivers/processes.ts';

/** A folder beside which `folder`, the build for that browser, stays as it is. */
export function idleExtension(folder: string): string {
  const copy = temporaryFolder('idle');
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, 'background.js'), BACKGROUND);
  return copy;
}

/** Each page of the build is named like its folder. The drivers wait for it. */
const WELCOME = WELCOME_PATH.replace(/(\w+)\/$/, '$1/$1.html');

const BACKGROUND = `
const pages = { urls: ['http://*/*', 'https://*/*'], types: ['main_frame'] };
const rest = { urls: ['https://*/*'], types: ['sub_frame', 'stylesheet', 'script', 'image', 'font', 'xmlhttprequest'] };
const nothing = () => {};
const isFirefox = chrome.runtime.getURL('').startsWith('moz-extension:');
chrome.runtime.onInstalled.addListener(() => chrome.tabs.create({ url: chrome.runtime.getURL('${WELCOME}') }));
for (const event of ['onBeforeRequest', 'onErrorOccurred', 'onCompleted']) {
  chrome.webRequest[event].addListener(nothing, pages);
}
for (const filter of isFirefox ? [pages, rest] : [pages]) {
  chrome.webRequest.onHeadersReceived.addListener(nothing, filter, ...(isFirefox ? [['blocking']] : []));
}
for (const event of ['onCommitted', 'onErrorOccurred', 'onReferenceFragmentUpdated', 'onHistoryStateUpdated']) {
  chrome.webNavigation[event].addListener(nothing);
}
for (const event of ['onActivated', 'onUpdated', 'onRemoved', 'onReplaced']) chrome.tabs[event].addListener(nothing);
`;
