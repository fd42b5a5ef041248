/**
 * The page that takes the place of one that was stopped. All that it says comes from the background, by the tab it
 * stands in: its address holds a number that chance made, and means nothing in another tab. Web pages can neither open
 * nor frame it, since it is not web-accessible.
 */
import browser from '../browser.ts';
import { byId, displayable, element, foreign, translatePage } from '../dom.ts';
import { languageOf } from '../language.ts';
import type { Proceed, Proceeding, ProtectionRequest, StoppedView } from '../protection/messages.ts';
import { guardClicks } from './guard.ts';

const language = languageOf(browser.i18n);
const { translate } = language;

const place = {
  stopped: byId('stopped', HTMLElement),
  nothing: byId('nothing', HTMLElement),
  icon: byId('icon', HTMLImageElement),
  headline: byId('headline', HTMLElement),
  host: byId('host', HTMLElement),
  sentence: byId('sentence', HTMLElement),
  why: byId('why', HTMLElement),
  meaning: byId('meaning', HTMLElement),
  failed: byId('failed', HTMLElement),
  back: byId('back', HTMLButtonElement),
  again: byId('again', HTMLButtonElement),
  proceed: byId('proceed', HTMLElement),
  once: byId('once', HTMLButtonElement),
  session: byId('session', HTMLButtonElement),
  blocked: byId('blocked', HTMLElement),
  options: byId('options', HTMLButtonElement),
  facts: byId('facts', HTMLElement),
  chain: byId('chain', HTMLElement),
};

const stop = location.search.slice(1);
const ask = <Answer>(request: ProtectionRequest): Promise<Answer> => browser.runtime.sendMessage(request);

translatePage(translate);
render(await ask<StoppedView>({ kind: 'stopped', stop }));
document.documentElement.dataset['drawn'] = 'true';

function render(view: StoppedView): void {
  if (view.kind === 'nothing') {
    document.title = translate('warningNothing');
    place.nothing.hidden = false;
    return;
  }
  const { report, url, mayProceed } = view;
  const { headline, why } = language.explain(report);
  document.title = translate('warningTitle', displayable(report.host));
  place.icon.src = `../icons/${report.verdict}.svg`;
  place.headline.textContent = translate('warningHeadline');
  place.host.replaceChildren(element('strong', {}, foreign(new URL(url).host)));
  place.sentence.textContent = headline;
  place.why.textContent = why;
  place.meaning.textContent = translate(report.verdict === 'bogus' ? 'warningMeaningBogus' : 'warningMeaningMismatch');
  place.facts.replaceChildren(...factsOf(view));
  place.chain.replaceChildren(...chainOf(view));
  place.proceed.hidden = !mayProceed;
  place.blocked.hidden = mayProceed;
  place.stopped.hidden = false;
  place.back.addEventListener('click', () => ask({ kind: 'leave', stop, alone: history.length === 1 }));
  place.again.addEventListener('click', () => go('again'));
  place.once.addEventListener('click', () => go('once'));
  place.session.addEventListener('click', () => go('session'));
  place.options.addEventListener('click', () => browser.runtime.openOptionsPage());
  // Firefox would not show where the focus is before a key was pressed.
  place.back.focus({ focusVisible: true });
  guardClicks([place.once, place.session], {
    onFront: (act) => window.addEventListener('focus', act),
    onShown: (act) => document.addEventListener('visibilitychange', act),
    isShown: () => document.visibilityState === 'visible',
  });
}

async function go(how: Proceed): Promise<void> {
  const answer = await ask<Proceeding>({ kind: 'proceed', stop, how });
  // In place of this page, so that "back" does not lead here again.
  if (answer.kind === 'proceed') location.replace(answer.url);
  place.failed.hidden = answer.kind === 'proceed';
  place.failed.textContent = answer.kind === 'proceed' ? '' : translate('warningFailed');
}

type Stopped = Extract<StoppedView, { kind: 'stopped' }>;

function factsOf({ url, report, certificate }: Stopped): HTMLElement[] {
  const rows: [string, Node | string][] = [
    ['warningFactAddress', foreign(url)],
    ['warningFactCertificate', certificate === '' ? translate('warningFactUnseen') : element('code', {}, certificate)],
    [
      'factResolver',
      report.resolvers.length === 0 ? translate('factResolverNone') : foreign(report.resolvers.join(' ')),
    ],
    ['factChecked', language.date(report.checkedAt)],
  ];
  return rows.flatMap(([label, value]) => [element('dt', {}, translate(label)), element('dd', {}, value)]);
}

function chainOf({ report }: Stopped): HTMLElement[] {
  return language
    .explain(report)
    .chain.map(({ kind, state, title, details }) =>
      element(
        'li',
        { 'data-state': state },
        element('strong', { dir: 'auto' }, title),
        ' ',
        element('span', { class: 'state' }, translate(`link_${kind}_${state}`)),
        element('ul', {}, ...details.map((text) => element('li', { dir: 'auto' }, text))),
      ),
    );
}
