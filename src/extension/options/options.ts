/** The options page: saved as you type, each fault beside its field; what is faulty is not saved. */

import { toHex } from '../../dns/encodings.ts';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../dnssec/anchors.ts';
import { showAccess } from '../access-view.ts';
import browser, { chromium } from '../browser.ts';
import { byId, displayable, element, foreign, translatePage } from '../dom.ts';
import { DEFAULT_EXCLUSIONS, parseExclusions } from '../exclusions.ts';
import { languageOf } from '../language.ts';
import type { ProtectionRequest } from '../protection/messages.ts';
import {
  checksHosts,
  DEFAULT_READING,
  DEFAULT_SETTINGS,
  MAX_ANCHORS_CHARACTERS,
  readSettings,
  SETTINGS_KEY,
  type Settings,
} from '../settings.ts';
import { type SettingsChanges, settingsStore } from '../settings-store.ts';
import { checkingSection } from './checking.ts';
import { privateWindowsSection } from './private-windows.ts';
import { protectionSection } from './protection.ts';
import { readingChoice } from './reading.ts';
import { resolverSection } from './resolver.ts';

const language = languageOf(browser.i18n);
const { translate } = language;
const store = settingsStore(browser.storage.local);

const place = {
  saved: byId('saved', HTMLElement),
  anchors: byId('anchors', HTMLTextAreaElement),
  anchorsFault: byId('anchors-fault', HTMLElement),
  usedTitle: byId('used-title', HTMLElement),
  used: byId('used', HTMLUListElement),
  exclusions: byId('exclusions', HTMLTextAreaElement),
  exclusionsFault: byId('exclusions-fault', HTMLElement),
  exclusionsDefault: byId('exclusions-default', HTMLButtonElement),
  hosts: byId('hosts', HTMLInputElement),
  issuers: byId('issuers', HTMLInputElement),
  sha1: byId('sha1', HTMLInputElement),
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

/** Typing is over when nothing came for so long: each save makes the background forget its cache. */
const TYPING_MS = 400;

const resolver = resolverSection({
  language,
  anchors: () => check()?.anchors,
  save: write,
});

translatePage(translate);
document.title = translate('optionsTitle');
fill(await store.read());
let typing: ReturnType<typeof setTimeout> | undefined;
for (const field of [place.anchors, place.exclusions]) {
  field.addEventListener('input', () => {
    check();
    clearTimeout(typing);
    typing = setTimeout(save, TYPING_MS);
  });
  field.addEventListener('change', () => {
    clearTimeout(typing);
    save();
  });
}
place.exclusionsDefault.addEventListener('click', () => {
  place.exclusions.value = DEFAULT_EXCLUSIONS.join('\n');
  save();
});
place.hosts.addEventListener('change', save);
place.issuers.addEventListener('change', save);
place.sha1.addEventListener('change', save);
browser.storage.onChanged.addListener((changes, area) => {
  if (area !== 'local' || !(SETTINGS_KEY in changes) || document.hasFocus()) return;
  fill(readSettings(changes[SETTINGS_KEY]?.newValue).settings);
});

function fill(settings: Settings): void {
  resolver.show(settings);
  place.anchors.value = settings.anchors;
  place.exclusions.value = (settings.exclusions ?? DEFAULT_EXCLUSIONS).join('\n');
  place.hosts.checked = checksHosts(settings, extensionRoot);
  place.issuers.checked = settings.fetchIssuers ?? true;
  place.sha1.checked = settings.allowSha1 ?? false;
  checking.show(settings);
  protection.show(settings);
  privateWindows.show(settings);
  reading.show(settings.certificateReading ?? DEFAULT_READING);
  check();
}

/** Shows what is wrong and what is in use; what the fields amount to, or undefined while one is faulty. */
function check(): SettingsChanges | undefined {
  const anchors = place.anchors.value;
  const own = anchors.trim() !== '';
  const parsedAnchors = own ? parseAnchors(anchors) : { ok: true as const, anchors: ROOT_ANCHORS };
  const tooLong = anchors.length > MAX_ANCHORS_CHARACTERS;
  const anchorsFault = tooLong
    ? translate('anchorsTooLong')
    : parsedAnchors.ok
      ? ''
      : translate('anchorsFault', String(parsedAnchors.line), displayable(parsedAnchors.fault));
  say(place.anchors, place.anchorsFault, anchorsFault);
  if (parsedAnchors.ok) showUsed(parsedAnchors.anchors, own);

  const exclusions = parseExclusions(place.exclusions.value);
  const exclusionsFault = exclusions.ok
    ? ''
    : translate(
        exclusions.fault === 'too many' ? 'exclusionsTooMany' : 'exclusionsNotADomain',
        String(exclusions.line),
      );
  say(place.exclusions, place.exclusionsFault, exclusionsFault);

  if (anchorsFault !== '' || !exclusions.ok) return undefined;
  const byDefault = exclusions.exclusions.toSorted().join() === DEFAULT_EXCLUSIONS.join();
  const hostsByDefault = place.hosts.checked === checksHosts(DEFAULT_SETTINGS, extensionRoot);
  const chosen = reading.chosen();
  return {
    anchors,
    exclusions: byDefault ? undefined : exclusions.exclusions,
    checkHosts: hostsByDefault ? undefined : place.hosts.checked,
    fetchIssuers: place.issuers.checked ? undefined : false,
    certificateReading: chosen === DEFAULT_READING ? undefined : chosen,
    allowSha1: place.sha1.checked ? true : undefined,
  };
}

function say(field: HTMLElement, faultPlace: HTMLElement, fault: string): void {
  field.setAttribute('aria-invalid', String(fault !== ''));
  faultPlace.textContent = fault;
  faultPlace.hidden = fault === '';
}

function showUsed(anchors: readonly TrustAnchor[], own: boolean): void {
  place.usedTitle.textContent = translate(own ? 'optionsAnchorsOwn' : 'optionsAnchorsBuiltIn');
  place.used.replaceChildren(
    ...anchors.map(({ name, keyTag, algorithm, digestType, digest }) =>
      element(
        'li',
        {},
        name.isRoot() ? translate('chainRoot') : foreign(name.toString()),
        `: ${translate('optionsAnchor', String(keyTag), String(algorithm), String(digestType))} `,
        element('code', {}, toHex(digest)),
      ),
    ),
  );
}

async function save(): Promise<void> {
  const changes = check();
  if (changes === undefined) sayUnsaved();
  else await write(changes);
}

async function write(changes: SettingsChanges): Promise<void> {
  await store.change(changes);
  place.saved.dataset['state'] = 'saved';
  place.saved.textContent = translate('optionsSaved');
}

function sayUnsaved(): void {
  place.saved.dataset['state'] = 'unsaved';
  place.saved.textContent = translate('optionsUnsaved');
}
