/** Building page content. Text only ever goes in as text: there is no way in here to write markup. */
import { escapeForDisplay } from '../explain.ts';

export type Child = Node | string | undefined;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** The same for the elements of a drawing. */
export function drawn<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** The element of the page's own markup with that id; the page and its script are made for each other. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} with the id ${id}`);
  return found;
}

/** Text that came from outside (DNS, certificates, URLs), kept from reordering or hiding what stands around it. */
export function foreign(text: string): HTMLElement {
  return element('bdi', { class: 'foreign' }, displayable(text));
}

const MAX_CHARACTERS = 500;

/** Characters that would not show as themselves, or change the direction of text, as their codes; long text is cut. */
export function displayable(text: string): string {
  const shown = escapeForDisplay(text);
  return shown.length > MAX_CHARACTERS ? `${shown.slice(0, MAX_CHARACTERS)}…` : shown;
}

/** Fills every element that names a message with the message's text. */
export function translatePage(translate: (key: string) => string): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-message]')) {
    place.textContent = translate(place.dataset['message']!);
  }
  // Those of the catalogue in force: the browser's own language may be one there is no catalogue for.
  document.documentElement.lang = translate('catalogueLanguage');
  document.documentElement.dir = translate('catalogueDirection');
}
