/**
 * The choice of a resolver, for the first-run page and the options alike: a list with what has been published of each,
 * a URL of one's own, and a second resolver. It stores nothing and asks nobody.
 */
import { KNOWN_RESOLVERS, type KnownResolver } from '../../doh/resolvers.ts';
import { element } from '../dom.ts';
import type { Language } from '../language.ts';
import { judgePick, NOBODY, type Pick, pickFor, type ResolverChoice } from './choice.ts';
import { factsOf, resolverName, summarise } from './facts.ts';
import { OWN, ownField, say } from './own-field.ts';
import { secondChoice } from './second.ts';

export interface Chooser {
  readonly element: HTMLElement;
  show(choice: ResolverChoice): void;
  /** Undefined where something is missing or faulty, which is then said beside the field, and the field has the focus. */
  chosen(): ResolverChoice | undefined;
}

export interface ChooserSurroundings {
  readonly language: Language;
  /** The id of the heading that says what is chosen. */
  readonly labelledBy: string;
  /** Something else is picked or typed. */
  readonly changed: () => void;
}

export function resolverChooser({ language, labelledBy, changed }: ChooserSurroundings): Chooser {
  const { translate } = language;
  const listed = inAlphabet(KNOWN_RESOLVERS, language);
  const rows = listed.map((resolver, i) => listedRow(resolver, `resolver-${i}`, language));
  const own = ownField('resolver', 'resolverOwnLabel', language);
  const ownRadio = radio(OWN);
  const ownRow = element(
    'div',
    { class: 'resolver' },
    element('label', { class: 'choice' }, ownRadio, element('strong', {}, translate('resolverOwn'))),
    own.element,
  );
  const fault = element('p', { id: 'resolver-missing', class: 'fault', role: 'alert', hidden: '' });
  const second = secondChoice(listed, language);
  const radios = [...rows.map(({ input }) => input), ownRadio];

  const first = (): Pick => {
    const picked = radios.find(({ checked }) => checked)?.value;
    if (picked === undefined) return { kind: 'none' };
    return picked === OWN ? { kind: 'own', text: own.input.value } : { kind: 'listed', url: picked };
  };
  const showPicked = (): void => {
    for (const { input, facts } of rows) facts.hidden = !input.checked;
    own.element.hidden = !ownRadio.checked;
  };
  /** While somebody is typing, an empty field is no fault. */
  const sayOwn = (strict: boolean): void => {
    const judged = judgePick(first());
    own.say(ownRadio.checked && (strict || own.input.value.trim() !== '') ? judged : NOBODY);
    second.say(judged, strict);
  };
  const picked = (): void => {
    showPicked();
    say(fault, '');
    sayOwn(false);
    changed();
  };
  for (const one of radios) one.addEventListener('change', picked);
  // Whoever goes through the list by keyboard is not to be taken out of it.
  ownRadio.addEventListener('change', () => {
    if (!ownRadio.matches(':focus-visible')) own.input.focus();
  });
  own.input.addEventListener('input', picked);
  second.changed(picked);
  showPicked();

  return {
    element: element(
      'div',
      { class: 'chooser' },
      element(
        'fieldset',
        { id: 'resolvers', 'aria-labelledby': labelledBy, 'aria-describedby': 'resolvers-what resolver-missing' },
        element('p', { id: 'resolvers-what', class: 'quiet' }, translate('resolverOrder')),
        ...rows.map((row) => row.element),
        ownRow,
      ),
      fault,
      second.element,
    ),
    show: ({ resolverUrl, secondResolverUrl = '' }) => {
      const pick = pickFor(resolverUrl);
      for (const one of radios) one.checked = false;
      const value = pick.kind === 'none' ? undefined : pick.kind === 'own' ? OWN : pick.url;
      const found = radios.find((one) => one.value === value);
      if (found !== undefined) found.checked = true;
      own.input.value = pick.kind === 'own' ? pick.text : '';
      second.show(pickFor(secondResolverUrl));
      say(fault, '');
      showPicked();
      sayOwn(false);
    },
    chosen: () => {
      const judged = judgePick(first());
      sayOwn(true);
      if (judged.ok && judged.url === '') {
        say(fault, translate('resolverMissing'));
        radios[0]?.focus();
        return undefined;
      }
      if (!judged.ok) {
        own.input.focus();
        return undefined;
      }
      const other = second.judge(judged);
      if (!other.ok) {
        second.focus();
        return undefined;
      }
      return { resolverUrl: judged.url, ...(other.url !== '' && { secondResolverUrl: other.url }) };
    },
  };
}

/** The order is the alphabet's, so that it recommends nobody. */
function inAlphabet(resolvers: readonly KnownResolver[], language: Language): readonly KnownResolver[] {
  const { compare } = new Intl.Collator(language.locale);
  return resolvers.toSorted((a, b) => compare(resolverName(a, language), resolverName(b, language)));
}

function radio(value: string): HTMLInputElement {
  return element('input', { type: 'radio', name: 'resolver', value });
}

interface ListedRow {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly facts: HTMLElement;
}

function listedRow(resolver: KnownResolver, id: string, language: Language): ListedRow {
  const input = radio(resolver.url);
  input.setAttribute('aria-labelledby', `${id}-name`);
  input.setAttribute('aria-describedby', `${id}-summary`);
  const facts = factList(resolver, language);
  facts.hidden = true;
  const row = element(
    'div',
    { class: 'resolver' },
    element(
      'label',
      { class: 'choice' },
      input,
      element(
        'span',
        {},
        element('strong', { id: `${id}-name` }, resolverName(resolver, language)),
        element('span', { id: `${id}-summary`, class: 'summary quiet' }, summarise(resolver, language)),
      ),
    ),
    facts,
  );
  return { element: row, input, facts };
}

function factList(resolver: KnownResolver, language: Language): HTMLElement {
  return element(
    'dl',
    { class: 'resolver-facts' },
    ...factsOf(resolver, language).flatMap(({ label, text, source }) => [
      element('dt', {}, label),
      element('dd', {}, text, ...(source === undefined ? [] : [' ', sourceLink(source, language)])),
    ]),
  );
}

/** To a page of the operator's, opened by nobody but the person. */
function sourceLink(href: string, { translate }: Language): HTMLElement {
  const text = translate('resolverSource', new URL(href).hostname);
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);
}
