/**
 * The popup: the report of one tab. It draws first from the state the background has stored, and again whenever that
 * changes; `?tab=ID` names a tab other than the active one. Between the click and the first paint stands nothing but
 * what that paint needs: the tab, what is stored of it, and the words. The rest is `later.ts`.
 */
import type { LoadFailure } from '../../dane/evidence.ts';
import type { Report } from '../../report.ts';
import browser, { chromium } from '../browser.ts';
import { type Display, displayBeside, isStoredOf } from '../display.ts';
import { byId, element, foreign, translatePage } from '../dom.ts';
import { NO_HOSTS } from '../hosts/host-list.ts';
import { viewHosts } from '../hosts/host-view.ts';
import { hostsKey, isTabHosts } from '../hosts/stored-hosts.ts';
import { languageOf } from '../language.ts';
import { frameOf, type ShownFrame } from '../missed.ts';
import { drawParts } from '../picture/parts.ts';
import { EXCEPTIONS_KEY } from '../protection/exception-store.ts';
import { send } from '../send.ts';
import { EMPTY_TAB } from '../tab-state.ts';
import { isTabState, tabKey } from '../tabs.ts';
import { WELCOME_PAGE } from '../welcome-page.ts';
import { renderAbout } from './about-view.ts';
import { exceptionView } from './exception.ts';
import { renderHosts } from './hosts-view.ts';
import type { Later } from './later.ts';
import { nextStepOf } from './next-step.ts';
import { checkLabel, offerOf, optionsLabel } from './offer.ts';
import { listenToOwner, renderOwner } from './owner-view.ts';
import { offersReading } from './reading.ts';
import type { Taken } from './taking.ts';

const language = languageOf(browser.i18n);
const { translate } = language;
const now = () => Math.floor(Date.now() / 1000);

const place = {
  header: byId('verdict', HTMLElement),
  icon: byId('icon', HTMLImageElement),
  sentence: byId('sentence', HTMLElement),
  host: byId('host', HTMLElement),
  failure: byId('failure', HTMLElement),
  why: byId('why', HTMLElement),
  next: byId('next', HTMLElement),
  notes: byId('notes', HTMLUListElement),
  chainSection: byId('chain-section', HTMLElement),
  chain: byId('chain', HTMLOListElement),
  read: byId('read', HTMLButtonElement),
  again: byId('again', HTMLButtonElement),
  options: byId('options', HTMLButtonElement),
  details: byId('details', HTMLButtonElement),
  taking: byId('taking', HTMLElement),
  copy: byId('copy', HTMLButtonElement),
  copyJson: byId('copy-json', HTMLButtonElement),
  save: byId('save', HTMLButtonElement),
  inspect: byId('inspect', HTMLButtonElement),
  done: byId('done', HTMLElement),
};

const exception = exceptionView(language, (words) => {
  place.done.textContent = words;
});

/** Of a page that is not on any screen. */
const UNSEEN_MS = 100;

/** The URL whose report is drawn, and the report. */
let drawnFor: string | undefined;
let drawn: Report | undefined;

const named = new URLSearchParams(location.search).get('tab');
// The browser looks for the answer while the page gets its words.
const finding = tabOf(named);
translatePage(translate);
document.documentElement.classList.toggle('in-tab', named !== null);
place.options.addEventListener('click', async () => {
  if (place.options.dataset['opens'] === 'welcome') {
    await browser.tabs.create({ url: browser.runtime.getURL(WELCOME_PAGE) });
  } else await browser.runtime.openOptionsPage();
  window.close();
});
const tab = await finding;
if (tab === undefined) {
  place.sentence.textContent = translate('popupNoTab');
  place.again.disabled = true;
  document.body.classList.remove('blank');
} else {
  await show(tab);
}

interface NamedTab {
  readonly id: number;
  /** Undefined where the browser does not tell, or was not asked. */
  readonly url?: string;
  /** Undefined where the tab has gone. */
  readonly incognito?: boolean;
}

async function tabOf(named: string | null): Promise<NamedTab | undefined> {
  if (named !== null) return /^\d{1,10}$/.test(named) ? tabNamed(Number(named)) : undefined;
  const [{ id, url, incognito = false } = {}] = await browser.tabs.query({ active: true, currentWindow: true });
  return id === undefined ? undefined : { id, incognito, ...(url !== undefined && { url }) };
}

async function tabNamed(id: number): Promise<NamedTab> {
  try {
    const { incognito } = await browser.tabs.get(id);
    return { id, incognito };
  } catch (error) {
    console.info('Danelaw: the tab has gone', error);
    return { id };
  }
}

async function show({ id: tab, url, incognito }: NamedTab): Promise<void> {
  const keys = [tabKey(tab), hostsKey(tab), EXCEPTIONS_KEY];
  let stored: Readonly<Record<string, unknown>> = {};
  let later: Later | undefined;
  const stateStored = () => {
    const page = stored[tabKey(tab)];
    return isTabState(page) ? page : EMPTY_TAB;
  };
  const draw = (frame: ShownFrame | undefined): void => {
    const [state, hosts] = [stateStored(), stored[hostsKey(tab)]];
    render(displayBeside(state, frame, now()));
    const shown = isStoredOf(state, frame) ? state.shown : undefined;
    exception.show(later?.exceptionInForce(stored[EXCEPTIONS_KEY], shown, incognito, now()));
    const isOfPage = isTabHosts(hosts) && isStoredOf(state, frame);
    renderHosts(viewHosts(isOfPage ? hosts : NO_HOSTS, now()), language);
    // All at once: nobody sees the page before there is something to read in it.
    document.body.classList.remove('blank');
  };
  const look = async (): Promise<void> => {
    const before = stored;
    const [frame] = await Promise.all([frameOf(browser, tab), loadLater()]);
    // What came meanwhile is drawn by itself.
    if (stored === before) draw(frame);
  };
  const loadLater = async (): Promise<Later> => (later = await loading());
  browser.storage.onChanged.addListener((changes, area) => {
    const mine = Object.entries(changes).filter(([key]) => keys.includes(key));
    if (area !== 'session' || mine.length === 0) return;
    stored = { ...stored, ...Object.fromEntries(mine.map(([key, { newValue }]) => [key, newValue])) };
    look();
  });
  const reading = browser.storage.session.get(keys);
  listen(tab, loadLater);
  stored = { ...(await reading), ...stored };
  const before = stored;
  // Which pages were let through, if any, takes digests to find out.
  if (hasItems(stored[EXCEPTIONS_KEY])) await loadLater();
  // The tab's URL came with the tab, and is enough for a first paint: the frame tells more only where the same page
  // was loaded anew and the background missed it. Without one, access is missing, and the popup has to say so.
  if (url === undefined) await (await loadLater()).showPageAccess(tab, translate);
  else if (stored === before) {
    draw({ url });
    await painted();
  }
  const looking = frameOf(browser, tab);
  const { showPageAccess } = await loadLater();
  if (url !== undefined) showPageAccess(tab, translate);
  const frame = await looking;
  const isTold = url !== undefined && isStoredOf(stateStored(), { url }) === isStoredOf(stateStored(), frame);
  if (stored === before && !isTold) draw(frame);
  await send({ kind: 'look', tab });
}

function listen(tab: number, loadLater: () => Promise<Later>): void {
  place.read.addEventListener('click', () => send({ kind: 'read-certificate', tab }));
  place.again.addEventListener('click', () => send({ kind: 'check-again', tab }));
  listenToOwner(tab);
  place.details.addEventListener('click', async () => {
    await browser.tabs.create({ url: browser.runtime.getURL(`details/details.html?tab=${tab}`) });
    window.close();
  });
  const take = (button: HTMLButtonElement, act: (later: Later, report: Report) => Promise<Taken>) =>
    button.addEventListener('click', async () => {
      if (drawn !== undefined) place.done.textContent = translate(await act(await loadLater(), drawn));
    });
  take(place.copy, ({ copy, reportText }, report) => copy(reportText(report, language)));
  take(place.copyJson, ({ copy, reportJson }, report) => copy(reportJson(report)));
  take(place.save, ({ saveProof }, report) => saveProof(tab, report));
  // There is room for a picture alone: its words are told and shown on pointing.
  for (const attribute of ['aria-label', 'title']) place.inspect.setAttribute(attribute, translate('popupInspect'));
  place.inspect.addEventListener('click', async () => {
    await (await loadLater()).inspectPage(tab, drawnFor ?? '');
    window.close();
  });
}

/** The build leaves this one import to the browser. */
async function loading(): Promise<Later> {
  return (await import('./later.ts')).later;
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Resolves after the next paint; soon, where nothing is painted since nobody sees it. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, UNSEEN_MS);
  });
}

function render(display: Display): void {
  const look = display.kind === 'report' ? display.report.verdict : display.kind;
  place.header.dataset['look'] = look;
  place.header.dataset['loaded'] = String(display.kind !== 'report' || display.failure === undefined);
  place.icon.src = `../icons/${look === 'unchecked' ? 'off' : look}.svg`;
  // Checked again: what is there stays where it is, marked as past, so that nothing jumps twice.
  const isAgain = display.kind === 'pending' && display.url === drawnFor;
  document.body.classList.toggle('past', isAgain);
  if (display.kind === 'report') renderReport(display);
  else if (isAgain) renderAgain();
  else renderNone(display);
}

function renderAgain(): void {
  // Shorter words take as much room as those before and after them.
  place.header.style.minHeight = `${place.header.offsetHeight}px`;
  place.sentence.textContent = translate('popupPending');
}

function renderNone({ kind, url }: Extract<Display, { kind: 'pending' | 'unchecked' }>): void {
  drawnFor = undefined;
  drawn = undefined;
  place.taking.hidden = true;
  place.details.hidden = true;
  renderOwner(undefined);
  place.header.style.minHeight = '';
  place.sentence.textContent = translate(kind === 'pending' ? 'popupPending' : 'popupUnchecked');
  place.host.replaceChildren(foreign(URL.canParse(url) ? new URL(url).host : ''));
  place.host.hidden = false;
  place.failure.hidden = true;
  place.read.hidden = true;
  place.why.textContent = '';
  renderNext(undefined);
  place.chainSection.hidden = true;
  renderAbout(undefined, undefined, language);
  place.notes.hidden = true;
}

function renderReport({ report, failure, url }: { report: Report; failure?: LoadFailure; url: string }): void {
  drawnFor = url;
  drawn = report;
  place.taking.hidden = report.verdict === 'off' || report.zones.length === 0;
  place.done.textContent = '';
  renderOwner(report);
  place.header.style.minHeight = '';
  const { headline, why, notes, provenance } = language.explain(report);
  const offer = offerOf(report);
  const unasked = offer === 'resolver';
  place.details.hidden = report.verdict === 'off' || unasked;
  place.sentence.textContent = unasked ? translate('popupNoResolver') : headline;
  place.host.replaceChildren(foreign(report.port === 0 ? report.host : `${report.host}:${report.port}`));
  // The sentence names the host.
  place.host.hidden = !unasked && (report.port === 443 || report.port === 0);
  // Where the verdict itself is that there was nothing to compare, it gives this reason.
  place.failure.hidden = failure === undefined || report.reason.code === 'certificate-unread';
  place.failure.textContent = failure === undefined ? '' : translate(`failure_${failure.replaceAll(' ', '_')}`);
  place.why.textContent = unasked ? translate('popupNoResolverWhy') : why;
  renderNext(nextStepOf(report));
  place.notes.replaceChildren(...notes.map((note) => element('li', {}, note)));
  place.notes.hidden = notes.length === 0;
  const parts = unasked ? [] : language.picture(report);
  drawParts(place.chain, parts, language);
  place.chainSection.hidden = parts.length === 0;
  renderAbout(report.verdict === 'off' || unasked ? undefined : report, provenance, language);
  place.options.dataset['opens'] = unasked ? 'welcome' : 'options';
  place.options.classList.toggle('main', offer === 'resolver' || offer === 'private windows');
  place.options.textContent = translate(optionsLabel(offer));
  place.read.hidden = chromium.debugger === undefined || !offersReading(report);
  place.again.classList.toggle('main', offer === 'check');
  place.again.textContent = translate(checkLabel(offer));
  place.again.hidden = offer !== 'check' && (unasked || report.verdict === 'off');
}

function renderNext(key: string | undefined): void {
  place.next.textContent = key === undefined ? '' : translate(key);
  place.next.hidden = key === undefined;
}
