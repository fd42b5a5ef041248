/** Draws the chain of trust: one item a link, each opening to its facts. */
import type { ChainLink, LinkState } from '../../explain.ts';
import { element } from '../dom.ts';
import type { Language } from '../language.ts';

/** Told apart without colour. */
const MARKS: Readonly<Record<LinkState, string>> = { good: '✓', broken: '✗', open: '', unknown: '?' };

export function chainItems(chain: readonly ChainLink[], { translate }: Language): HTMLLIElement[] {
  // What does not hold is what the person came for.
  const firstBroken = chain.findIndex(({ state }) => state === 'broken');
  return chain.map(({ kind, state, title, details }, i) => {
    const summary = element(
      'summary',
      {},
      element('span', { class: 'name', dir: 'auto' }, title),
      ' ',
      element('span', { class: 'state' }, translate(`link_${kind}_${state}`)),
    );
    const facts = element('ul', { class: 'facts' }, ...details.map((text) => element('li', { dir: 'auto' }, text)));
    const link = element('details', {}, summary, facts);
    link.open = i === firstBroken;
    return element(
      'li',
      { 'data-state': state, 'data-link': kind },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[state]),
      link,
    );
  });
}
