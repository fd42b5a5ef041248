/**
 * The part of the options about trust anchors: the built-in ones, and the person's own, each added by pasting its line
 * and removed by a button beside it. What is faulty is named by line, and none of what was pasted is taken then.
 */

import { toHex } from '../../dns/encodings.ts';
import type { Name } from '../../dns/name.ts';
import { isSupportedAlgorithm } from '../../dnssec/algorithms.ts';
import {
  type AnchorCode,
  formatAnchor,
  isSameAnchor,
  parseAnchors,
  ROOT_ANCHORS,
  type TrustAnchor,
} from '../../dnssec/anchors.ts';
import { byId, element, foreign } from '../dom.ts';
import type { Language } from '../language.ts';
import { MAX_ANCHORS_CHARACTERS, type Settings } from '../settings.ts';
import type { SettingsChanges } from '../settings-store.ts';

export interface AnchorsSection {
  show(settings: Settings): void;
  /** The person's own as they are stored. */
  own(): string;
}

export interface AnchorsSurroundings {
  readonly language: Language;
  readonly save: (changes: SettingsChanges) => Promise<void>;
}

/** What keeps pasted lines from being added; `line` is 0 where it is none of them. */
export interface AnchorFault {
  readonly line: number;
  readonly code: AnchorCode | 'algorithm' | 'built-in' | 'there-already' | 'twice' | 'too-many';
}

export function anchorsSection({ language, save }: AnchorsSurroundings): AnchorsSection {
  const { translate } = language;
  const field = byId('anchors', HTMLTextAreaElement);
  const fault = byId('anchors-fault', HTMLElement);
  const rootNote = byId('anchors-root', HTMLElement);
  const add = byId('anchors-add', HTMLButtonElement);
  const said = byId('anchors-said', HTMLElement);
  const builtInUse = byId('built-in-use', HTMLElement);
  const list = byId('own-anchors', HTMLUListElement);
  const none = byId('own-anchors-none', HTMLElement);
  let own: readonly TrustAnchor[] = [];

  byId('built-in-anchors', HTMLUListElement).replaceChildren(
    ...ROOT_ANCHORS.map((anchor) => element('li', {}, factsOf(anchor, language))),
  );

  const look = (adding = false): readonly TrustAnchor[] => {
    const pasted = readPasted(field.value, own);
    // Nothing typed is no fault until somebody wants to add it.
    const isFaulty = !pasted.ok && (adding || field.value.trim() !== '');
    say(isFaulty ? wordsFor(pasted.fault, translate) : '');
    const anchors = pasted.ok ? pasted.anchors : [];
    rootNote.hidden = !anchors.some(({ name }) => name.isRoot());
    return anchors;
  };
  const say = (words: string): void => {
    field.setAttribute('aria-invalid', String(words !== ''));
    fault.textContent = words;
    fault.hidden = words === '';
  };
  const store = async (changed: readonly TrustAnchor[]): Promise<void> => {
    own = changed;
    draw();
    await save({ anchors: changed.map(formatAnchor).join('\n') });
  };
  const remove = async (anchor: TrustAnchor): Promise<void> => {
    const at = own.indexOf(anchor);
    const name = nameOf(anchor, translate);
    await store(own.filter((one) => one !== anchor));
    said.replaceChildren(...around(translate('optionsAnchorRemoved', HOLE), name));
    // The button that was pressed is gone: the keyboard goes on from the next one, or from where one is added.
    const buttons = list.querySelectorAll('button');
    (buttons[Math.min(at, buttons.length - 1)] ?? field).focus();
  };
  const draw = (): void => {
    list.replaceChildren(
      ...own.map((anchor) => {
        const button = element(
          'button',
          {
            type: 'button',
            'aria-label': translate('optionsAnchorRemoveOne', String(anchor.keyTag), plainName(anchor, translate)),
          },
          translate('optionsAnchorRemove'),
        );
        button.addEventListener('click', () => remove(anchor));
        return element('li', {}, factsOf(anchor, language), button);
      }),
    );
    list.hidden = own.length === 0;
    none.hidden = own.length > 0;
    const replaced = own.some(({ name }) => name.isRoot());
    builtInUse.dataset['state'] = replaced ? 'off' : 'on';
    builtInUse.textContent = translate(replaced ? 'optionsAnchorsReplaced' : 'optionsAnchorsInUse');
  };

  field.addEventListener('input', () => {
    said.textContent = '';
    look();
  });
  add.addEventListener('click', async () => {
    field.focus();
    const anchors = look(true);
    if (anchors.length === 0) return;
    field.value = '';
    rootNote.hidden = true;
    await store([...own, ...anchors]);
    said.textContent = language.plural('optionsAnchorsAdded', anchors.length, language.number(anchors.length));
  });

  return {
    show: ({ anchors }) => {
      const parsed = parseAnchors(anchors);
      own = parsed.ok ? parsed.anchors : [];
      draw();
      look();
    },
    own: () => own.map(formatAnchor).join('\n'),
  };
}

export type Pasted =
  | { readonly ok: true; readonly anchors: readonly TrustAnchor[] }
  | { readonly ok: false; readonly fault: AnchorFault };

/** The anchors in pasted text; `own`: those there already. */
export function readPasted(text: string, own: readonly TrustAnchor[]): Pasted {
  const refuse = (line: number, code: AnchorFault['code']): Pasted => ({ ok: false, fault: { line, code } });
  if (text.length > MAX_ANCHORS_CHARACTERS) return refuse(0, 'too-many');
  const parsed = parseAnchors(text);
  if (!parsed.ok) return refuse(parsed.line, parsed.code);
  const { anchors, lines } = parsed;
  for (const [i, anchor] of anchors.entries()) {
    const line = lines[i]!;
    const isThere = (others: readonly TrustAnchor[]) => others.some((one) => isSameAnchor(one, anchor));
    // What nobody here can check would leave the zone without an anchor that counts.
    if (!isSupportedAlgorithm(anchor.algorithm, true)) return refuse(line, 'algorithm');
    if (isThere(own)) return refuse(line, 'there-already');
    if (isThere(anchors.slice(0, i))) return refuse(line, 'twice');
    // Alone it would put the other built-in one out of use, which nobody means who pastes what is there.
    if (isThere(ROOT_ANCHORS)) return refuse(line, 'built-in');
  }
  const all = [...own, ...anchors].map(formatAnchor).join('\n');
  return all.length > MAX_ANCHORS_CHARACTERS ? refuse(0, 'too-many') : { ok: true, anchors };
}

function wordsFor({ line, code }: AnchorFault, translate: Language['translate']): string {
  return translate(`anchorFault_${code.replaceAll('-', '_')}`, String(line));
}

/** Stands in a sentence for what only an element can show. */
const HOLE = '\u{fffc}';

function around(sentence: string, piece: Node | string): (Node | string)[] {
  const [before = '', after = ''] = sentence.split(HOLE);
  return [before, piece, after];
}

function nameOf({ name }: TrustAnchor, translate: Language['translate']): Node | string {
  return name.isRoot() ? translate('chainRoot') : foreign(withoutDot(name));
}

function plainName({ name }: TrustAnchor, translate: Language['translate']): string {
  return name.isRoot() ? translate('chainRoot') : withoutDot(name);
}

/** As people write names; none but the root is without one at its end. */
function withoutDot(name: Name): string {
  return name.toString().slice(0, -1);
}

function factsOf(anchor: TrustAnchor, language: Language): HTMLElement {
  const { translate, algorithm, digest, day } = language;
  const { keyTag, validFrom, validUntil } = anchor;
  const dates = [
    ...(validFrom === undefined ? [] : [translate('optionsAnchorFrom', day(validFrom))]),
    ...(validUntil === undefined ? [] : [translate('optionsAnchorUntil', day(validUntil))]),
    ...(validFrom !== undefined && validUntil === undefined ? [translate('optionsAnchorNoEnd')] : []),
  ];
  const numbers = [
    `${algorithm(anchor.algorithm)} (${anchor.algorithm})`,
    `${digest(anchor.digestType)} (${anchor.digestType})`,
  ];
  return element(
    'div',
    {},
    element('strong', anchor.name.isRoot() ? { class: 'sentence' } : {}, nameOf(anchor, translate)),
    element('p', {}, translate('optionsAnchor', String(keyTag), ...numbers)),
    dates.length === 0 ? undefined : element('p', { class: 'quiet' }, dates.join(' ')),
    element('code', {}, toHex(anchor.digest).toUpperCase()),
  );
}
