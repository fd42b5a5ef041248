/**
 * The details of one tab's report, `?tab=ID`: its chain with all facts, every record it rests on, and the walk. Drawn
 * again when a newer report of the same site comes.
 */
import type { TraceStep } from '../../dnssec/outcome.ts';
import type { Report } from '../../report.ts';
import browser from '../browser.ts';
import { byId, displayable, element, translatePage } from '../dom.ts';
import { languageOf } from '../language.ts';
import { drawParts } from '../picture/parts.ts';
import { send } from '../send.ts';
import { isTabState, tabKey } from '../tabs.ts';
import { recordRows } from './tables.ts';
import { drawTimeline } from './timeline.ts';

const language = languageOf(browser.i18n);
const { translate, sayReason, number } = language;

const place = {
  sentence: byId('sentence', HTMLElement),
  why: byId('why', HTMLElement),
  content: byId('content', HTMLElement),
  chain: byId('chain', HTMLOListElement),
  timeline: {
    axis: byId('lives-axis', HTMLElement),
    lines: byId('lives', HTMLOListElement),
    what: byId('lives-what', HTMLElement),
    leftOut: byId('lives-more', HTMLElement),
  },
  records: byId('records', HTMLTableElement),
  recordsNone: byId('records-none', HTMLElement),
  trace: byId('trace', HTMLOListElement),
};

translatePage(translate);
const named = new URLSearchParams(location.search).get('tab') ?? '';
const tab = /^\d{1,10}$/.test(named) ? Number(named) : undefined;
let drawn: Report | undefined;
if (tab === undefined) showNone();
else await follow(tab);

/** Draws the tab's report, and again whenever a newer one of the same site comes; the tab may go elsewhere. */
async function follow(tab: number): Promise<void> {
  const key = tabKey(tab);
  browser.storage.onChanged.addListener((changes, area) => {
    const report = area === 'session' && key in changes ? reportIn(changes[key]?.newValue) : undefined;
    if (report !== undefined && isNewer(report)) show(tab, report);
  });
  const report = reportIn((await browser.storage.session.get(key))[key]);
  if (drawn !== undefined) return;
  if (report === undefined) showNone();
  else await show(tab, report);
}

function reportIn(stored: unknown): Report | undefined {
  return isTabState(stored) ? stored.shown?.report : undefined;
}

function isNewer(report: Report): boolean {
  if (drawn === undefined) return true;
  return report.host === drawn.host && report.port === drawn.port && JSON.stringify(report) !== JSON.stringify(drawn);
}

function showNone(): void {
  place.sentence.textContent = translate('detailsNone');
  place.why.textContent = translate('detailsNoneWhat');
}

async function show(tab: number, report: Report): Promise<void> {
  drawn = report;
  const { headline, why } = language.explain(report);
  document.title = `${displayable(report.host)} – Danelaw`;
  place.sentence.textContent = headline;
  place.why.textContent = why;
  drawParts(place.chain, language.picture(report), language, { open: true });
  drawTimeline(place.timeline, report, language);
  place.content.hidden = false;
  const answer = await send({ kind: 'evidence', tab });
  // A newer one has come, and draws itself.
  if (drawn !== report) return;
  const evidence = answer.kind === 'evidence' ? answer : { records: [], trace: [] };
  place.recordsNone.hidden = evidence.records.length > 0;
  place.records.hidden = evidence.records.length === 0;
  place.records.replaceChildren(...recordRows(evidence.records, language));
  place.trace.replaceChildren(...evidence.trace.map((step) => element('li', { dir: 'auto' }, sayStep(step))));
  document.body.dataset['ready'] = 'true';
}

function sayStep(step: TraceStep): string {
  switch (step.step) {
    case 'asked':
      return translate('traceAsked', step.type, nameOf(step.name), number(step.round));
    case 'zone':
      return translate('traceZone', nameOf(step.zone), sayReason(step.reason));
    case 'no zone cut':
      return translate('traceNoCut', nameOf(step.name), nameOf(step.zone));
    case 'records':
      return translate('traceRecords', step.type, nameOf(step.owner), sayReason(step.verdict.reason));
    case 'denial':
      return translate('traceDenial', step.type, nameOf(step.name), sayReason(step.verdict.reason));
    case 'alias':
      return translate('traceAlias', nameOf(step.owner), nameOf(step.target));
  }
}

/** Without the dot that closes it, among sentences; the root's own name is that dot, which nobody would take for one. */
function nameOf(name: string): string {
  return name === '.' ? translate('rootName') : displayable(name.replace(/(?<!\\)\.$/, ''));
}
