/**
 * An extension with Danelaw's own manifest that listens to the same events and does nothing: what a browser charges
 * for being listened to, whoever listens. Told questions, it sends them as a page begins and throws the answers away:
 * what the way to the resolver costs on this machine, whoever asks.
 */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeQuery, type Question } from '../../src/dns/message.ts';
import { type BrowserUnderTest, WELCOME_PATH } from '../../test/browsers/drivers/browser.ts';
import { temporaryFolder } from '../../test/browsers/drivers/processes.ts';

/** A folder beside which `folder`, the build for that browser, stays as it is. */
export function idleExtension(folder: string): string {
  const copy = temporaryFolder('idle');
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, 'background.js'), BACKGROUND);
  return copy;
}

/** The next page that begins sends these to the resolver. */
export function letAsk(browser: BrowserUnderTest, resolverUrl: string, questions: readonly Question[]): Promise<void> {
  const queries = questions.map((question) => Buffer.from(encodeQuery(question, { padTo: 128 })).toString('base64'));
  return browser.inExtension('await chrome.runtime.sendMessage(given);', { resolverUrl, queries });
}

/** Each page of the build is named like its folder. The drivers wait for it. */
const WELCOME = WELCOME_PATH.replace(/(\w+)\/$/, '$1/$1.html');

const BACKGROUND = `
const pages = { urls: ['http://*/*', 'https://*/*'], types: ['main_frame'] };
const rest = { urls: ['https://*/*'], types: ['sub_frame', 'stylesheet', 'script', 'image', 'font', 'xmlhttprequest'] };
const nothing = () => {};
let waiting = [];
let resolver = '';
chrome.runtime.onMessage.addListener(({ resolverUrl, queries }) => {
  resolver = resolverUrl;
  waiting = queries.map((query) => Uint8Array.from(atob(query), (octet) => octet.charCodeAt(0)));
});
const ask = async (body) => {
  const response = await fetch(resolver, {
    method: 'POST',
    headers: { 'content-type': 'application/dns-message', accept: 'application/dns-message' },
    body,
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  await response.arrayBuffer();
};
chrome.webRequest.onBeforeRequest.addListener(() => {
  for (const query of waiting.splice(0)) ask(query);
}, pages);
const isFirefox = chrome.runtime.getURL('').startsWith('moz-extension:');
chrome.runtime.onInstalled.addListener(() => chrome.tabs.create({ url: chrome.runtime.getURL('${WELCOME}') }));
for (const event of ['onErrorOccurred', 'onCompleted']) {
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
