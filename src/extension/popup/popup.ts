/**
 * The popup: the report of one tab. It draws first from the state the background has stored, and again whenever that
 * changes; `?tab=ID` names a tab other than the active one.
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
import { frameOf } from '../missed.ts';
import { send } from '../send.ts';
import { EMPTY_TAB } from '../tab-state.ts';
import { isTabState, tabKey } from '../tabs.ts';
import { WELCOME_PAGE } from '../welcome-page.ts';
import { chainItems } from './chain-view.ts';
import { renderHosts } from './hosts-view.ts';
import { checkLabel, offerOf, optionsLabel } from './offer.ts';
import { offersReading } from './reading.ts';

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
  notes: byId('notes', HTMLUListElement),
  chainSection: byId('chain-section', HTMLElement),
  chain: byId('chain', HTMLOListElement),
  facts: byId('facts', HTMLDListElement),
  read: byId('read', HTMLButtonElement),
  again: byId('again', HTMLButtonElement),
  options: byId('options', HTMLButtonElement),
};

translatePage(translate);
const tab = await tabOf(new URLSearchParams(location.search).get('tab'));
if (tab === undefined) {
  place.sentence.textContent = translate('popupNoTab');
  place.again.disabled = true;
} else {
  await show(tab);
}
place.options.addEventListener('click', async () => {
  if (place.options.dataset['opens'] === 'welcome') {
    await browser.tabs.create({ url: browser.runtime.getURL(WELCOME_PAGE) });
  } else await browser.runtime.openOptionsPage();
  window.close();
});

async function tabOf(named: string | null): Promise<number | undefined> {
  if (named !== null) return /^\d{1,10}$/.test(named) ? Number(named) : undefined;
  const [active] = await browser.tabs.query({ active: true, currentWindow: true });
  return active?.id;
}

async function show(tab: number): Promise<void> {
  let stored: Readonly<Record<string, unknown>> = {};
  const draw = async (): Promise<void> => {
    const drawn = stored;
    const frame = await frameOf(browser, tab);
    // What came meanwhile is drawn by itself.
    if (stored !== drawn) return;
    const [page, hosts] = [stored[tabKey(tab)], stored[hostsKey(tab)]];
    const state = isTabState(page) ? page : EMPTY_TAB;
    render(displayBeside(state, frame, now()));
    const isOfPage = isTabHosts(hosts) && isStoredOf(state, frame);
    renderHosts(viewHosts(isOfPage ? hosts : NO_HOSTS, now()), language);
  };
  browser.storage.onChanged.addListener((changes, area) => {
    const mine = Object.entries(changes).filter(([key]) => key === tabKey(tab) || key === hostsKey(tab));
    if (area !== 'session' || mine.length === 0) return;
    stored = { ...stored, ...Object.fromEntries(mine.map(([key, { newValue }]) => [key, newValue])) };
    draw();
  });
  stored = { ...(await browser.storage.session.get([tabKey(tab), hostsKey(tab)])), ...stored };
  await draw();
  place.read.addEventListener('click', () => send({ kind: 'read-certificate', tab }));
  place.again.addEventListener('click', () => send({ kind: 'check-again', tab }));
  await send({ kind: 'look', tab });
}

function render(display: Display): void {
  const look = display.kind === 'report' ? display.report.verdict : display.kind;
  place.header.dataset['look'] = look;
  place.header.dataset['loaded'] = String(display.kind !== 'report' || display.failure === undefined);
  place.icon.src = `../icons/${look === 'unchecked' ? 'off' : look}.svg`;
  if (display.kind === 'report') {
    renderReport(display.report, display.failure);
    return;
  }
  place.sentence.textContent = translate(display.kind === 'pending' ? 'popupPending' : 'popupUnchecked');
  place.host.replaceChildren(foreign(hostOf(display.url)));
  place.failure.hidden = true;
  place.read.hidden = true;
  place.why.textContent = '';
  place.chainSection.hidden = true;
  place.facts.hidden = true;
  place.notes.hidden = true;
}

function renderReport(report: Report, failure: LoadFailure | undefined): void {
  const { headline, why, notes, chain, provenance } = language.explain(report);
  const offer = offerOf(report);
  const unasked = offer === 'resolver';
  place.sentence.textContent = unasked ? translate('popupNoResolver') : headline;
  place.host.replaceChildren(
    foreign(report.port === 443 || report.port === 0 ? report.host : `${report.host}:${report.port}`),
  );
  // Where the verdict itself is that there was nothing to compare, it gives this reason.
  place.failure.hidden = failure === undefined || report.reason.code === 'certificate-unread';
  place.failure.textContent = failure === undefined ? '' : translate(`failure_${failure.replaceAll(' ', '_')}`);
  place.why.textContent = unasked ? translate('popupNoResolverWhy') : why;
  place.notes.replaceChildren(...notes.map((note) => element('li', {}, note)));
  place.notes.hidden = notes.length === 0;
  const items = unasked ? [] : chainItems(chain, language);
  keepOpen(place.chain, items);
  place.chain.replaceChildren(...items);
  place.chainSection.hidden = items.length === 0;
  place.facts.replaceChildren(...factsOf(report, provenance));
  place.facts.hidden = report.verdict === 'off' || unasked;
  place.options.dataset['opens'] = unasked ? 'welcome' : 'options';
  place.options.classList.toggle('main', offer === 'resolver' || offer === 'private windows');
  place.options.textContent = translate(optionsLabel(offer));
  place.read.hidden = chromium.debugger === undefined || !offersReading(report);
  place.again.classList.toggle('main', offer === 'check');
  place.again.textContent = translate(checkLabel(offer));
  place.again.hidden = offer !== 'check' && (unasked || report.verdict === 'off');
}

/** A link that was open stays open when the report is drawn again. */
function keepOpen(before: HTMLElement, items: readonly HTMLElement[]): void {
  const earlier = before.querySelectorAll('details');
  for (const [i, item] of items.entries()) {
    const details = item.querySelector('details');
    if (details !== null && earlier[i]?.open) details.open = true;
  }
}

function factsOf(report: Report, provenance: string | undefined): HTMLElement[] {
  const { checkedAt, resolvers, work } = report;
  const rows: [string, (Node | string)[]][] = [
    ...(provenance === undefined ? [] : [['factCertificate', [provenance]] as [string, string[]]]),
    ['factResolver', resolvers.length === 0 ? [translate('factResolverNone')] : resolvers.map(foreign)],
    ['factChecked', [language.date(checkedAt)]],
    ['factQuestions', [language.number(work.queries)]],
    ['factRounds', [language.number(work.roundTrips)]],
  ];
  return rows.flatMap(([label, value]) => [element('dt', {}, translate(label)), element('dd', {}, ...value)]);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
