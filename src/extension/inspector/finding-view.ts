/** One lookup on the page: first under way, then what was found. Text only ever goes in as text, and not without end. */

import type { FoundItem } from '../../explain/people.ts';
import type { LinkState } from '../../explain.ts';
import { displayable, element } from '../dom.ts';
import type { Language } from '../language.ts';
import { drawParts } from '../picture/parts.ts';
import { copy } from '../popup/taking.ts';
import { saveFile } from '../saving.ts';
import type { Finding } from './finding.ts';
import { fileName } from './finding.ts';
import { findingText } from './finding-text.ts';
import { drawQr } from './qr.ts';

export interface FindingPlace {
  readonly element: HTMLElement;
  /** What was found takes the place of the waiting. */
  show(finding: Finding, further: Further | undefined): void;
}

export interface Further {
  /** A message's key. */
  readonly why: string;
  readonly command: string;
}

export interface FindingSurroundings {
  readonly language: Language;
  /** Unique on the page. */
  readonly id: string;
  readonly label: string;
  readonly subject: string;
  /** The octets of the signed records, RFC 9102; undefined where they cannot be had. */
  readonly prove: (proof: NonNullable<Finding['proof']>) => Promise<Uint8Array | undefined>;
}

/** Items and lines of one that are drawn; the copied report has them all. */
const MAX_ITEMS = 32;
const MAX_DETAILS = 48;

/** Beside words that say the same. */
const MARKS: Readonly<Record<LinkState, string>> = { good: '✓', open: '–', broken: '✗', unknown: '?' };

export function findingPlace(surroundings: FindingSurroundings): FindingPlace {
  const { language, id, label } = surroundings;
  const { translate } = language;
  const icon = element('img', { alt: '', width: '28', height: '28', src: '../icons/pending.svg' });
  const verdict = element('strong', { class: 'verdict' }, translate('inspectorPending'));
  const headline = element('h2', { id: `${id}-title`, dir: 'auto' }, label);
  const article = element(
    'article',
    { class: 'finding', 'data-look': 'pending', 'aria-labelledby': headline.id, 'aria-busy': 'true' },
    element('header', {}, icon, element('div', {}, element('p', { class: 'kind' }, label, ' ', verdict), headline)),
  );
  return {
    element: article,
    show: (finding, further) => {
      icon.src = `../icons/${finding.look}.svg`;
      verdict.textContent = translate(`inspectorVerdict_${finding.verdict}`);
      headline.textContent = displayable(finding.headline);
      article.dataset['look'] = finding.look;
      article.dataset['verdict'] = finding.verdict;
      article.append(...bodyOf(finding, further, surroundings));
      article.setAttribute('aria-busy', 'false');
    },
  };
}

function bodyOf(finding: Finding, further: Further | undefined, surroundings: FindingSurroundings): HTMLElement[] {
  const { language, id } = surroundings;
  const { translate } = language;
  const { why, notes, items, lines, advice, url } = finding;
  const isBroken = finding.look === 'bogus' || finding.look === 'mismatch';
  const parts: (HTMLElement | undefined)[] = [
    why === '' ? undefined : element('p', { class: 'why', dir: 'auto' }, displayable(why)),
    notes.length === 0 ? undefined : listOf(notes, 'notes', language),
    items.length === 0 ? undefined : itemList(items, language),
    finding.uri === undefined ? undefined : payment(finding.uri, surroundings),
    lines.length === 0 ? undefined : chains(lines, id, isBroken, language),
    advice.length === 0
      ? undefined
      : element(
          'details',
          {},
          element('summary', {}, element('h3', {}, translate('inspectorAdvice', language.number(advice.length)))),
          listOf(advice, 'advice', language),
        ),
    url === undefined
      ? undefined
      : element(
          'p',
          { class: 'further' },
          element('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, translate('inspectorOpenPage')),
        ),
    further === undefined
      ? undefined
      : element(
          'div',
          { class: 'further' },
          element('p', {}, translate(further.why)),
          element('pre', { class: 'data', tabindex: '0', dir: 'ltr' }, displayable(further.command)),
        ),
    taking(finding, surroundings),
  ];
  return parts.filter((part) => part !== undefined);
}

function listOf(texts: readonly string[], className: string, { translate, number }: Language): HTMLElement {
  const shown = texts.slice(0, MAX_DETAILS).map((text) => element('li', { dir: 'auto' }, displayable(text)));
  const left = texts.length - shown.length;
  const more = left > 0 ? [element('li', {}, translate('and_more', number(left)))] : [];
  return element('ul', { class: className }, ...shown, ...more);
}

function itemList(items: readonly FoundItem[], language: Language): HTMLElement {
  const { translate, number } = language;
  const open = items.length <= 2;
  const shown = items.slice(0, MAX_ITEMS).map(({ state, title, details }) => {
    const mark = element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[state]);
    const words = element('span', { class: 'aloud' }, `${translate(`inspectorState_${state}`)}: `);
    const named = element('span', { dir: 'auto' }, displayable(title));
    if (details.length === 0) {
      return element('li', { 'data-state': state }, element('span', { class: 'still' }), mark, ' ', words, named);
    }
    const attributes: Record<string, string> = open ? { open: '' } : {};
    const whole = element('details', attributes, element('summary', {}, mark, ' ', words, named));
    whole.append(listOf(details, 'details', language));
    return element('li', { 'data-state': state }, whole);
  });
  const left = items.length - shown.length;
  const more = left > 0 ? [element('li', {}, translate('and_more', number(left)))] : [];
  return element('ul', { class: 'items' }, ...shown, ...more);
}

function chains(lines: Finding['lines'], id: string, open: boolean, language: Language): HTMLElement {
  const drawn = lines.map((parts, i) => {
    const list = element('ol', { class: 'chain', id: `${id}-chain-${i}` });
    drawParts(list, parts, language);
    return list;
  });
  const attributes: Record<string, string> = open ? { class: 'chains', open: '' } : { class: 'chains' };
  const title = element('h3', {}, language.translate('popupChainTitle'));
  return element('details', attributes, element('summary', {}, title), ...drawn);
}

/** In text and as a code: nothing here opens it. */
function payment(uri: string, { language, label }: FindingSurroundings): HTMLElement {
  const { translate } = language;
  const done = element('span', { role: 'status', 'aria-live': 'polite' });
  const button = element('button', { type: 'button' }, translate('inspectorCopyUri'));
  button.addEventListener('click', async () => {
    done.textContent = ` ${translate(await copy(uri))}`;
  });
  const code = drawQr(uri, translate('inspectorQr', label));
  return element(
    'div',
    { class: 'pay' },
    element(
      'div',
      {},
      element('code', { dir: 'ltr' }, uri),
      code === undefined ? element('p', { class: 'quiet' }, translate('inspectorQrTooLong')) : undefined,
      button,
      done,
    ),
    code,
  );
}

function taking(finding: Finding, { language, label, subject, prove }: FindingSurroundings): HTMLElement {
  const { translate } = language;
  const done = element('p', { role: 'status', 'aria-live': 'polite' });
  const button = (key: string, act: () => Promise<string> | string) => {
    const made = element('button', { type: 'button', class: 'plain' }, translate(key));
    made.addEventListener('click', async () => {
      done.textContent = translate(await act());
    });
    return made;
  };
  // Of what fails, or was not found out, there is nothing to prove.
  const proof = finding.look === 'bogus' || finding.look === 'indeterminate' ? undefined : finding.proof;
  const saveProof = async (): Promise<string> => {
    const chain = proof && (await prove(proof));
    if (proof === undefined || chain === undefined || chain.length === 0) return 'inspectorNoProof';
    saveFile(`${fileName(proof.host)}.rfc9102`, 'application/octet-stream', chain);
    return 'takenSaved';
  };
  return element(
    'div',
    { class: 'taking' },
    button('popupCopy', () => copy(findingText(label, subject, finding, language))),
    button('popupCopyJson', () => copy(`${JSON.stringify(finding.json, null, 2)}\n`)),
    ...finding.files.map(({ label: key, name, type, content }) =>
      button(key, () => {
        saveFile(name, type, content);
        return 'inspectorSaved';
      }),
    ),
    proof === undefined ? undefined : button('popupSave', saveProof),
    done,
  );
}
