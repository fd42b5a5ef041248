/** The options page: saved as you type, each fault beside its field; what is faulty is not saved. */

import { showAccess } from '../access-view.ts';
import browser, { chromium } from '../browser.ts';
import { byId, translatePage } from '../dom.ts';
import { DEFAULT_EXCLUSIONS, parseExclusions } from '../exclusions.ts';
import { languageOf } from '../language.ts';
import { touchesSettings } from '../managed.ts';
import type { ProtectionRequest } from '../protection/messages.ts';
import { send } from '../send.ts';
import { checksHosts, DEFAULT_READING, DEFAULT_SETTINGS, type Settings } from '../settings.ts';
import { type SettingsChanges, settingsStore } from '../settings-store.ts';
import { anchorsSection } from './anchors.ts';
import { cacheSection } from './cache.ts';
import { checkingSection } from './checking.ts';
import { fillContents } from './contents.ts';
import { showLocked } from './locked.ts';
import { privateWindowsSection } from './private-windows.ts';
import { protectionSection } from './protection.ts';
import { readingChoice } from './reading.ts';
import { resolverSection } from './resolver.ts';
import { selfTestSection } from './self-test.ts';
import { transferSection } from './transfer.ts';

const language = languageOf(browser.i18n);
const { translate } = language;
const store = settingsStore(browser.storage);

const place = {
  saved: byId('saved', HTMLElement),
  undo: byId('undo', HTMLButtonElement),
  exclusions: byId('exclusions', HTMLTextAreaElement),
  exclusionsFault: byId('exclusions-fault', HTMLElement),
  exclusionsDefault: byId('exclusions-default', HTMLButtonElement),
  hosts: byId('hosts', HTMLInputElement),
  issuers: byId('issuers', HTMLInputElement),
  sha1: byId('sha1', HTMLInputElement),
  draftBindings: byId('draft-bindings', HTMLInputElement),
};

const extensionRoot = browser.runtime.getURL('');
const reading = readingChoice({
  hasDebugger: chromium.debugger !== undefined,
  storage: browser.storage,
  translate,
  changed: () => save(),
});

showAccess({
  section: byId('access', HTMLElement),
  words: byId('access-words', HTMLElement),
  button: byId('access-allow', HTMLButtonElement),
  refused: byId('access-refused', HTMLElement),
  isFirefox: extensionRoot.startsWith('moz-extension:'),
  permissions: browser.permissions,
  // Each page that may yet be visited.
  needed: async () => [undefined],
  whenComplete: 'say so',
  translate,
});

const checking = checkingSection(write);

const privateWindows = privateWindowsSection({
  extension: browser.extension,
  isFirefox: extensionRoot.startsWith('moz-extension:'),
  translate,
  save: write,
});

const protection = protectionSection({
  language,
  storage: browser.storage,
  holds: extensionRoot.startsWith('moz-extension:'),
  save: write,
  unsaved: sayUnsaved,
  removeException: (id) => browser.runtime.sendMessage({ kind: 'remove-exception', id } satisfies ProtectionRequest),
});

/** Typing is over when nothing came for so long: each save makes the background check all pages anew. */
const TYPING_MS = 400;

/** Settings as they were before each change made here, the latest last. */
const past: Settings[] = [];
const MOST_UNDONE = 100;

transferSection({ language, read: async () => (await store.read()).own, replace });

cacheSection({
  language,
  storage: browser.storage,
  size: () => send({ kind: 'cache' }),
  clear: () => send({ kind: 'clear-cache' }),
});

selfTestSection(language);

const anchors = anchorsSection({ language, save: write });

const resolver = resolverSection({
  language,
  anchors: anchors.own,
  save: write,
});

translatePage(translate);
document.title = translate('optionsTitle');
await refill();
fillContents();
let typing: ReturnType<typeof setTimeout> | undefined;
place.exclusions.addEventListener('input', () => {
  check();
  clearTimeout(typing);
  typing = setTimeout(save, TYPING_MS);
});
place.exclusions.addEventListener('change', () => {
  clearTimeout(typing);
  save();
});
place.exclusionsDefault.addEventListener('click', () => {
  place.exclusions.value = DEFAULT_EXCLUSIONS.join('\n');
  save();
});
place.undo.addEventListener('click', undo);
place.hosts.addEventListener('change', save);
place.issuers.addEventListener('change', save);
place.sha1.addEventListener('change', save);
place.draftBindings.addEventListener('change', save);
browser.storage.onChanged.addListener((changes, area) => {
  if (touchesSettings(changes, area) && !document.hasFocus()) refill();
});

async function refill(): Promise<void> {
  const { settings, locked } = await store.read();
  fill(settings);
  showLocked(locked, translate);
}

function fill(settings: Settings): void {
  resolver.show(settings);
  anchors.show(settings);
  place.exclusions.value = (settings.exclusions ?? DEFAULT_EXCLUSIONS).join('\n');
  place.hosts.checked = checksHosts(settings, extensionRoot);
  place.issuers.checked = settings.fetchIssuers ?? true;
  place.sha1.checked = settings.allowSha1 ?? false;
  place.draftBindings.checked = settings.draftBindings ?? false;
  checking.show(settings);
  protection.show(settings);
  privateWindows.show(settings);
  reading.show(settings.certificateReading ?? DEFAULT_READING);
  check();
}

/** Shows what is wrong; what the fields amount to, or undefined while one is faulty. */
function check(): SettingsChanges | undefined {
  const exclusions = parseExclusions(place.exclusions.value);
  const exclusionsFault = exclusions.ok
    ? ''
    : translate(
        exclusions.fault === 'too many' ? 'exclusionsTooMany' : 'exclusionsNotADomain',
        String(exclusions.line),
      );
  say(place.exclusions, place.exclusionsFault, exclusionsFault);

  if (!exclusions.ok) return undefined;
  const byDefault = exclusions.exclusions.toSorted().join() === DEFAULT_EXCLUSIONS.join();
  const hostsByDefault = place.hosts.checked === checksHosts(DEFAULT_SETTINGS, extensionRoot);
  const chosen = reading.chosen();
  return {
    exclusions: byDefault ? undefined : exclusions.exclusions,
    checkHosts: hostsByDefault ? undefined : place.hosts.checked,
    fetchIssuers: place.issuers.checked ? undefined : false,
    certificateReading: chosen === DEFAULT_READING ? undefined : chosen,
    allowSha1: place.sha1.checked ? true : undefined,
    draftBindings: place.draftBindings.checked ? true : undefined,
  };
}

function say(field: HTMLElement, faultPlace: HTMLElement, fault: string): void {
  field.setAttribute('aria-invalid', String(fault !== ''));
  faultPlace.textContent = fault;
  faultPlace.hidden = fault === '';
}

async function save(): Promise<void> {
  const changes = check();
  if (changes === undefined) sayUnsaved();
  else await write(changes);
}

async function write(changes: SettingsChanges): Promise<void> {
  const { own } = await store.read();
  await store.change(changes);
  saySaved(own);
}

/** All settings at once, from a file or from before the last change. */
async function replace(settings: Settings): Promise<void> {
  const before = await store.replace(settings);
  await refill();
  saySaved(before);
}

function saySaved(before: Settings): void {
  past.push(before);
  past.splice(0, past.length - MOST_UNDONE);
  place.undo.hidden = false;
  place.saved.dataset['state'] = 'saved';
  place.saved.textContent = translate('optionsSaved');
}

/** Step by step back to what there was when the page was opened. */
async function undo(): Promise<void> {
  const before = past.pop();
  if (before === undefined) return;
  await store.replace(before);
  await refill();
  place.saved.dataset['state'] = 'saved';
  place.saved.textContent = translate('optionsUndone');
  place.undo.hidden = past.length === 0;
  // A button that is gone leaves the keyboard nowhere.
  if (place.undo.hidden) place.saved.focus();
}

function sayUnsaved(): void {
  place.saved.dataset['state'] = 'unsaved';
  place.saved.textContent = translate('optionsUnsaved');
}
