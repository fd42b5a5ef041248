/** The chain of trust, part by part from the root down, each a button that opens to its facts. */
import type { PictureFacts, PicturePart } from '../../explain.ts';
import { element } from '../dom.ts';
import type { Language } from '../language.ts';
import { drawLife, drawPart } from './drawing.ts';

/**
 * Draws the parts into `list`, in place of those there. A part that was open stays open. `open`: all parts are, and
 * there is nothing to press.
 */
export function drawParts(
  list: HTMLElement,
  parts: readonly PicturePart[],
  language: Language,
  { open = false }: { readonly open?: boolean } = {},
): void {
  const before = [...list.children].map(
    (item) => item.querySelector('button')?.getAttribute('aria-expanded') === 'true',
  );
  const focused = [...list.children].findIndex((item) => item.contains(document.activeElement));
  list.replaceChildren(
    ...parts.map((part, i) => partItem(part, `${list.id}-${i}`, i === 0, before[i] ?? false, open, language)),
  );
  // Drawn anew as results come in: whoever stands on a part goes on standing there.
  if (focused >= 0) list.children[focused]?.querySelector('button')?.focus({ preventScroll: true });
}

function partItem(
  part: PicturePart,
  id: string,
  first: boolean,
  wasOpen: boolean,
  allOpen: boolean,
  { translate }: Language,
): HTMLLIElement {
  const { kind, state, link, title, brief, life, facts } = part;
  // The record itself is sound: it is the certificate that is not the one it speaks of.
  const unfit = kind === 'tlsa' && state === 'broken' && link === 'good';
  const words = [
    element(
      'span',
      { class: 'line' },
      element('span', { class: 'name', dir: 'auto' }, title),
      ' ',
      element('span', { class: 'state' }, translate(unfit ? 'link_tlsa_unfit' : `link_${kind}_${state}`)),
    ),
    ' ',
    element('span', { class: 'line' }, element('span', { class: 'brief', dir: 'auto' }, brief), life && drawLife(life)),
  ];
  const panel = element('div', { class: 'facts', id: `${id}-facts` }, ...facts.map(factsOf));
  const item = element('li', { 'data-state': state, 'data-link': link, 'data-kind': kind }, drawPart(part, first));
  if (allOpen) {
    item.append(element('p', { class: 'part' }, ...words), panel);
    return item;
  }
  const button = element('button', { type: 'button', class: 'part', 'aria-controls': panel.id }, ...words);
  const set = (open: boolean) => {
    button.setAttribute('aria-expanded', String(open));
    panel.hidden = !open;
  };
  set(wasOpen);
  button.addEventListener('click', () => set(panel.hidden !== false));
  item.append(button, panel);
  return item;
}

function factsOf({ title, details }: PictureFacts): HTMLElement {
  return element(
    'div',
    {},
    title === undefined ? undefined : element('p', { class: 'name', dir: 'auto' }, title),
    element('ul', {}, ...details.map((text) => element('li', { dir: 'auto' }, text))),
  );
}
