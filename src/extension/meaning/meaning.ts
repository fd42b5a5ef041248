/** The page that says what each colour and sign of the toolbar button means, and what to do about it. */
import { SITE_VERDICTS } from '../../report.ts';
import browser from '../browser.ts';
import { byId, element, translatePage } from '../dom.ts';
import { languageOf } from '../language.ts';
import { BADGES, FOOTNOTE, type ToolbarLook } from '../toolbar.ts';

const { translate } = languageOf(browser.i18n);

/** RFC 2606 section 3: nobody's site. */
const EXAMPLE = 'example.org';

const LOOKS: readonly ToolbarLook[] = [...SITE_VERDICTS, 'pending'];

translatePage(translate);
document.title = translate('meaningTitle');
byId('meanings', HTMLUListElement).replaceChildren(...LOOKS.map(meaningOf));
byId('marks', HTMLElement).replaceChildren(...markOf('(✓)', 'meaningEarlier'), ...markOf(FOOTNOTE, 'meaningOthers'));

function meaningOf(look: ToolbarLook): HTMLElement {
  const { text, colour } = BADGES[look];
  const badge = element('span', { class: 'badge' }, text);
  badge.style.background = colour;
  return element(
    'li',
    { id: look },
    element(
      'div',
      { class: 'button', 'aria-hidden': 'true' },
      element('img', { alt: '', width: '32', height: '32', src: `../icons/${look}.svg` }),
      text === '' ? undefined : badge,
    ),
    element(
      'div',
      {},
      element('h2', {}, translate(`host_${look}`)),
      // What the popup says of such a site, in its own words.
      element('p', {}, translate(look === 'pending' ? 'popupPending' : `headline_${look}`, EXAMPLE)),
      element('p', { class: 'quiet' }, translate(`meaning_${look}`)),
    ),
  );
}

function markOf(mark: string, key: string): HTMLElement[] {
  return [element('dt', {}, mark), element('dd', {}, translate(key))];
}
