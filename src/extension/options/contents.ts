/** The table of contents of the options page, made from its own headings; parts that are not there are not in it. */
import { byId, element } from '../dom.ts';

export function fillContents(): void {
  const titles = [...document.querySelectorAll<HTMLElement>('main > section:not([hidden]) h2')];
  byId('contents', HTMLElement)
    .querySelector('ul')!
    .replaceChildren(
      ...titles.map((title) => element('li', {}, element('a', { href: `#${title.id}` }, title.textContent ?? ''))),
    );
}
