/** For the owner of a signed site that publishes nothing: the record to publish for the certificate in use. */
import type { Report } from '../../report.ts';
import { chromium } from '../browser.ts';
import { byId, element } from '../dom.ts';
import type { PublishableAnswer } from '../evidence/gather.ts';
import { send } from '../send.ts';

const place = {
  section: byId('owner', HTMLElement),
  records: byId('owner-records', HTMLElement),
  read: byId('owner-read', HTMLButtonElement),
  unseen: byId('owner-unseen', HTMLElement),
};
const details = place.section.querySelector('details')!;

/** Undefined: there is nothing to publish here. */
export function renderOwner(report: Report | undefined): void {
  const offered = report?.verdict === 'signed' && report.reason.code === 'tlsa-absent';
  place.section.hidden = !offered;
  if (!offered) details.open = false;
}

export function listenToOwner(tab: number): void {
  details.addEventListener('toggle', async () => {
    if (details.open) show(await send({ kind: 'publishable', tab }), chromium.debugger !== undefined);
  });
  place.read.addEventListener('click', async () => {
    place.read.disabled = true;
    show(await send({ kind: 'publishable-read', tab }), false);
    place.read.disabled = false;
  });
}

function show(answer: PublishableAnswer, mayRead: boolean): void {
  const seen = answer.kind === 'records';
  place.read.hidden = seen || !mayRead;
  place.unseen.hidden = seen || mayRead;
  // The most advisable alone: the others are in the command line's `tlsa`.
  const [first] = seen ? answer.records : [];
  if (!seen || first === undefined) {
    place.records.replaceChildren();
    return;
  }
  const { usage, selector, matchingType, data } = first;
  const line = `${answer.owner} IN TLSA ${usage} ${selector} ${matchingType} ${data}`;
  place.records.replaceChildren(element('pre', { class: 'data', tabindex: '0' }, line));
}
