/**
 * The first-run page: what is sent to whom, the choice of resolver and of when to ask, and a button. Nothing on it is
 * picked beforehand, and before *Start checking* nothing is stored, so that no question can leave (B24).
 */
import { requestAllSites } from '../access.ts';
import browser from '../browser.ts';
import { byId, displayable, element, translatePage } from '../dom.ts';
import { languageOf } from '../language.ts';
import { touchesSettings } from '../managed.ts';
import { urlsOf } from '../resolver/choice.ts';
import { resolverChooser } from '../resolver/chooser.ts';
import { trialView } from '../resolver/trial-view.ts';
import { CHECKINGS, mayAsk } from '../settings.ts';
import { settingsStore } from '../settings-store.ts';
import { allowsBrowsingActivity } from './access.ts';

const language = languageOf(browser.i18n);
const { translate } = language;
const store = settingsStore(browser.storage);
const isFirefox = browser.runtime.getURL('').startsWith('moz-extension:');

const place = {
  title: byId('title', HTMLElement),
  soFar: byId('so-far', HTMLElement),
  sent: byId('sent', HTMLOListElement),
  form: byId('form', HTMLElement),
  whenMissing: byId('when-missing', HTMLElement),
  startFault: byId('start-fault', HTMLElement),
  outcome: byId('outcome', HTMLElement),
  outcomeTitle: byId('outcome-title', HTMLElement),
  outcomeWhat: byId('outcome-what', HTMLElement),
  again: byId('again', HTMLButtonElement),
};
const checkings = CHECKINGS.map((checking) => byId(`checking-${checking}`, HTMLInputElement));

const chooser = resolverChooser({ language, labelledBy: 'who-title', changed: () => trial.clear() });
const { anchors } = (await store.read()).settings;
const trial = trialView({
  language,
  request: () => {
    const choice = chooser.chosen();
    return choice === undefined ? { fault: 'trialNeedsChoice' } : { resolverUrls: urlsOf(choice), anchors };
  },
});

translatePage(translate);
place.sent.append(
  ...[
    translate('welcomeSent1'),
    translate(isFirefox ? 'welcomeSent2Hosts' : 'welcomeSent2'),
    translate(isFirefox ? 'welcomeSent3' : 'welcomeSent3Issuers'),
    translate('welcomeSent4'),
    translate('welcomeSent5'),
  ].map((sentence) => element('li', {}, sentence)),
);
byId('resolver-choice', HTMLElement).append(chooser.element);
byId('resolver-trial', HTMLElement).append(trial.element);
for (const one of checkings) one.addEventListener('change', () => show(place.whenMissing, false));
byId('start', HTMLButtonElement).addEventListener('click', start);
byId('later', HTMLButtonElement).addEventListener('click', () => {
  trial.clear();
  showOutcome('later', translate('welcomeLaterTitle'), translate('welcomeLaterWhat'));
});
byId('options', HTMLButtonElement).addEventListener('click', () => browser.runtime.openOptionsPage());
place.again.addEventListener('click', () => {
  showForm();
  byId('who-title', HTMLElement).scrollIntoView();
});
browser.storage.onChanged.addListener((changes, area) => {
  if (touchesSettings(changes, area)) showWhetherChosen();
});
await showWhetherChosen();

/** Somebody may have been chosen already, here or in the options of another tab. */
async function showWhetherChosen(): Promise<void> {
  const { settings } = await store.read();
  if (mayAsk(settings)) {
    const chosen = settings.resolverUrl;
    const what = settings.checking === 'on-click' ? 'welcomeStartedOnClick' : 'welcomeStartedEachPage';
    showOutcome('started', translate('welcomeStartedTitle', displayable(chosen)), translate(what));
  } else if (place.outcome.hidden || place.outcome.dataset['outcome'] === 'started') showForm();
}

async function start(): Promise<void> {
  const choice = chooser.chosen();
  const checking = CHECKINGS.find((_, i) => checkings[i]!.checked);
  show(place.whenMissing, checking === undefined);
  // The first thing that is missing has the focus.
  if (choice === undefined) return;
  if (checking === undefined) {
    checkings[0]?.focus();
    return;
  }
  // Before anything is waited for: a browser that asks the person does so in answer to the click alone.
  const hosts = requestAllSites(browser.permissions);
  const fault = !(await hosts)
    ? 'welcomeNoHosts'
    : (await allowsBrowsingActivity(browser.permissions))
      ? undefined
      : 'welcomeNoDataCollection';
  place.startFault.textContent = fault === undefined ? '' : translate(fault);
  show(place.startFault, fault !== undefined);
  if (fault !== undefined) return;
  trial.clear();
  const { resolverUrl, secondResolverUrl } = choice;
  await store.change({ resolverUrl, secondResolverUrl, checking, consent: true });
}

function showForm(): void {
  showTitle(false);
  show(place.form, true);
  show(place.outcome, false);
}

function showOutcome(outcome: 'started' | 'later', title: string, what: string): void {
  const acted = !place.form.hidden;
  showTitle(outcome === 'started');
  show(place.form, false);
  show(place.outcome, true);
  show(place.again, outcome === 'later');
  place.outcome.dataset['outcome'] = outcome;
  place.outcomeTitle.textContent = title;
  place.outcomeWhat.textContent = what;
  // What was pressed is gone: whoever reads by ear is taken to what came of it.
  if (acted) place.outcomeTitle.focus();
}

function showTitle(started: boolean): void {
  const title = translate(started ? 'welcomeTitleStarted' : 'welcomeTitle');
  document.title = title;
  place.title.textContent = title;
  show(place.soFar, !started);
}

function show(part: HTMLElement, shown: boolean): void {
  part.hidden = !shown;
}
