/** Draws the page's other hosts: how many there are and what is wrong with them, then one item a host, the worst first. */
import { byId, element, foreign } from '../dom.ts';
import { MAX_HOSTS } from '../hosts/host-list.ts';
import type { HostCounts, HostsView, HostView } from '../hosts/host-view.ts';
import type { Language } from '../language.ts';

const place = {
  line: byId('hosts-line', HTMLElement),
  section: byId('hosts-section', HTMLElement),
  all: byId('hosts-all', HTMLDetailsElement),
  count: byId('hosts-count', HTMLElement),
  hosts: byId('hosts', HTMLUListElement),
  more: byId('hosts-more', HTMLElement),
};

/** The list opens by itself for what the person should know; opened and closed by hand, it stays as it is. */
let touched = false;
place.all.querySelector('summary')?.addEventListener('click', () => {
  touched = true;
});

/** Undefined: the other hosts are not looked at, or the page is none that has any. */
export function renderHosts(view: HostsView | undefined, language: Language): void {
  place.section.hidden = view === undefined;
  const worst = view === undefined ? [] : contradictions(view.counts, language);
  place.line.hidden = worst.length === 0;
  // Set only where it changed: a screen reader reads it out each time.
  const line = worst.join(' ');
  if (place.line.textContent !== line) place.line.textContent = line;
  if (view === undefined) return;
  place.count.textContent = countWords(view.counts, language);
  place.hosts.replaceChildren(...hostItems(view.hosts, openOnes(), language));
  place.hosts.hidden = view.hosts.length === 0;
  place.more.textContent = closingWords(view, language);
  place.more.hidden = place.more.textContent === '';
  if (!touched) place.all.open = worst.length > 0;
}

function contradictions({ mismatch, bogus, total }: HostCounts, { plural, number }: Language): string[] {
  return [
    ...(mismatch > 0 ? [plural('hostsMismatch', mismatch, number(mismatch), number(total))] : []),
    ...(bogus > 0 ? [plural('hostsBogus', bogus, number(bogus), number(total))] : []),
  ];
}

function countWords({ total, pending }: HostCounts, { translate, plural, number }: Language): string {
  if (total === 0) return translate('hostsNone');
  return pending === 0 ? number(total) : plural('hostsPending', pending, number(total), number(pending));
}

function closingWords({ hosts, full, watched }: HostsView, { translate, number }: Language): string {
  if (full) return translate('hostsFull', number(MAX_HOSTS));
  if (!watched) return translate('hostsUnwatched');
  return hosts.length === 0 ? translate('hostsEmpty') : '';
}

/** Hosts whose reasons are being read. */
function openOnes(): Set<string> {
  const open = new Set<string>();
  for (const item of place.hosts.querySelectorAll('li[data-host]')) {
    if (item.querySelector('details')?.open) open.add(item.getAttribute('data-host')!);
  }
  return open;
}

function hostItems(hosts: readonly HostView[], open: ReadonlySet<string>, language: Language): HTMLLIElement[] {
  const focused = document.activeElement?.closest('li[data-host]')?.getAttribute('data-host');
  return hosts.map((host) => {
    const name = nameOf(host);
    const item = hostItem(host, name, language);
    const details = item.querySelector('details')!;
    details.open = open.has(name);
    // The list is drawn anew as results come in: whoever stands on a line of it goes on standing there.
    if (name === focused) queueMicrotask(() => details.querySelector('summary')?.focus());
    return item;
  });
}

function hostItem(view: HostView, name: string, { translate, sayReason, number }: Language): HTMLLIElement {
  const { look, report, certificates } = view;
  const icon = `../icons/${look === 'unchecked' ? 'off' : look}.svg`;
  const summary = element(
    'summary',
    {},
    element('span', { class: 'name' }, foreign(name)),
    ' ',
    element('span', { class: 'state' }, translate(`host_${look}`)),
  );
  const facts = element(
    'ul',
    { class: 'facts' },
    element('li', { dir: 'auto' }, report === undefined ? translate(`host_${look}`) : sayReason(report.reason)),
    certificates > 1 ? element('li', {}, translate('hostCertificates', number(certificates))) : undefined,
  );
  return element(
    'li',
    { 'data-host': name, 'data-look': look },
    element('img', { class: 'icon', alt: '', width: '18', height: '18', src: icon }),
    element('details', {}, summary, facts),
  );
}

function nameOf({ host, port }: HostView): string {
  return port === 443 ? host : `${host}:${port}`;
}
