/** The options page: saved as you type, each fault beside its field; what is faulty is not saved. */

import { toHex } from '../../dns/encodings.ts';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../dnssec/anchors.ts';
import { parseResolverUrl } from '../../doh/resolver-url.ts';
import browser, { chromium } from '../browser.ts';
import { byId, displayable, element, foreign, translatePage } from '../dom.ts';
import { DEFAULT_EXCLUSIONS, parseExclusions } from '../exclusions.ts';
import { languageOf } from '../language.ts';
import type { ResolverTest } from '../messages.ts';
import { send } from '../send.ts';
import {
  checksHosts,
  DEFAULT_READING,
  DEFAULT_SETTINGS,
  MAX_ANCHORS_CHARACTERS,
  readSettings,
  SETTINGS_KEY,
  type Settings,
} from '../settings.ts';
import { readingChoice } from './reading.ts';

const { translate, number, sayReason } = languageOf(browser.i18n);

const place = {
  saved: byId('saved', HTMLElement),
  resolver: byId('resolver', HTMLInputElement),
  resolverFault: byId('resolver-fault', HTMLElement),
  resolverState: byId('resolver-state', HTMLElement),
  test: byId('test', HTMLButtonElement),
  testResult: byId('test-result', HTMLElement),
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

/** Typing is over when nothing came for so long: each save makes the background forget its cache. */
const TYPING_MS = 400;

translatePage(translate);
document.title = translate('optionsTitle');
fill(readSettings((await browser.storage.local.get(SETTINGS_KEY))[SETTINGS_KEY]).settings);
let typing: ReturnType<typeof setTimeout> | undefined;
for (const field of [place.resolver, place.anchors, place.exclusions]) {
  field.addEventListener('input', () => {
    check();
    place.testResult.textContent = '';
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
place.test.addEventListener('click', test);
browser.storage.onChanged.addListener((changes, area) => {
  if (area !== 'local' || !(SETTINGS_KEY in changes) || document.hasFocus()) return;
  fill(readSettings(changes[SETTINGS_KEY]?.newValue).settings);
});

function fill(settings: Settings): void {
  place.resolver.value = settings.resolverUrl;
  place.anchors.value = settings.anchors;
  place.exclusions.value = (settings.exclusions ?? DEFAULT_EXCLUSIONS).join('\n');
  place.hosts.checked = checksHosts(settings, extensionRoot);
  place.issuers.checked = settings.fetchIssuers ?? true;
  place.sha1.checked = settings.allowSha1 ?? false;
  reading.show(settings.certificateReading ?? DEFAULT_READING);
  check();
}

/** Shows what is wrong and what is in use; the settings that the fields amount to, or undefined while one is faulty. */
function check(): Settings | undefined {
  const resolverUrl = place.resolver.value.trim();
  const parsedUrl = resolverUrl === '' ? undefined : parseResolverUrl(resolverUrl);
  const urlFault =
    parsedUrl === undefined || parsedUrl.ok ? '' : translate(`resolverFault_${parsedUrl.fault.replaceAll('-', '_')}`);
  say(place.resolver, place.resolverFault, urlFault);
  place.resolverState.textContent = resolverUrl === '' ? translate('optionsResolverNone') : '';

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

  if (urlFault !== '' || anchorsFault !== '' || !exclusions.ok) return undefined;
  const byDefault = exclusions.exclusions.toSorted().join() === DEFAULT_EXCLUSIONS.join();
  // Whoever types a resolver here has chosen it.
  return {
    version: 1,
    resolverUrl,
    consent: resolverUrl !== '',
    anchors,
    ...(!byDefault && { exclusions: exclusions.exclusions }),
    ...(place.hosts.checked !== checksHosts(DEFAULT_SETTINGS, extensionRoot) && { checkHosts: place.hosts.checked }),
    ...(!place.issuers.checked && { fetchIssuers: false }),
    ...(reading.chosen() !== DEFAULT_READING && { certificateReading: reading.chosen() }),
    ...(place.sha1.checked && { allowSha1: true }),
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
  const settings = check();
  if (settings === undefined) {
    place.saved.dataset['state'] = 'unsaved';
    place.saved.textContent = translate('optionsUnsaved');
    return;
  }
  await browser.storage.local.set({ [SETTINGS_KEY]: settings });
  place.saved.dataset['state'] = 'saved';
  place.saved.textContent = translate('optionsSaved');
}

async function test(): Promise<void> {
  const settings = check();
  if (settings === undefined || settings.resolverUrl === '') {
    showResult('bad', translate(settings === undefined ? 'testUnusable' : 'optionsResolverNone'));
    return;
  }
  place.test.disabled = true;
  showResult('', translate('testRunning'));
  try {
    const { resolverUrl, anchors } = settings;
    const result = await send({ kind: 'test-resolver', resolverUrl, anchors });
    showResult(result.kind === 'answered' && result.security === 'secure' ? 'good' : 'bad', wordsFor(result));
  } finally {
    place.test.disabled = false;
  }
}

function showResult(result: 'good' | 'bad' | '', words: string): void {
  place.testResult.dataset['result'] = result;
  place.testResult.textContent = words;
}

function wordsFor(result: ResolverTest): string {
  if (result.kind === 'unusable') return translate('testUnusable');
  const { zone, security, reason, ms } = result;
  const name = zone === '.' ? translate('chainRoot') : displayable(zone);
  if (security === 'secure') return translate('testGood', name, number(Math.round(ms)));
  return translate('testBad', number(Math.round(ms)), sayReason(reason));
}
