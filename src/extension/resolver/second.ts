/** The choice of a second resolver, asked beside the first one and so told the same names. */
import type { KnownResolver } from '../../doh/resolvers.ts';
import { element } from '../dom.ts';
import type { Language } from '../language.ts';
import { type Judgement, judgeSecond, NOBODY, type Pick } from './choice.ts';
import { resolverName, summarise } from './facts.ts';
import { OWN, ownField, say } from './own-field.ts';

export interface SecondChoice {
  readonly element: HTMLElement;
  show(pick: Pick): void;
  judge(first: Judgement): Judgement;
  say(first: Judgement, strict: boolean): void;
  changed(listener: () => void): void;
  focus(): void;
}

/** Folded away while there is none: most need no second one. */
export function secondChoice(listed: readonly KnownResolver[], language: Language): SecondChoice {
  const { translate } = language;
  const select = element(
    'select',
    { id: 'second', 'aria-describedby': 'second-what second-facts' },
    element('option', { value: '' }, translate('secondNone')),
    ...listed.map((one) => element('option', { value: one.url }, resolverName(one, language))),
    element('option', { value: OWN }, translate('resolverOwn')),
  );
  const facts = element('p', { id: 'second-facts', class: 'quiet' });
  const own = ownField('second-own', 'resolverOwnLabel', language);
  const same = element('p', { id: 'second-fault', class: 'fault', role: 'alert', hidden: '' });
  const folded = element(
    'details',
    { id: 'second-choice' },
    element('summary', {}, translate('secondTitle')),
    element('p', { id: 'second-what' }, translate('secondWhat')),
    element('label', { for: 'second' }, translate('secondLabel')),
    select,
    facts,
    own.element,
    same,
  );
  const pick = (): Pick => {
    if (select.value === '') return { kind: 'none' };
    return select.value === OWN ? { kind: 'own', text: own.input.value } : { kind: 'listed', url: select.value };
  };
  const showPicked = (): void => {
    own.element.hidden = select.value !== OWN;
    const resolver = listed.find(({ url }) => url === select.value);
    facts.textContent = resolver === undefined ? '' : summarise(resolver, language);
  };
  showPicked();
  return {
    element: folded,
    show: (shown) => {
      select.value = shown.kind === 'own' ? OWN : shown.kind === 'listed' ? shown.url : '';
      own.input.value = shown.kind === 'own' ? shown.text : '';
      folded.open = shown.kind !== 'none';
      showPicked();
    },
    judge: (first) => judgeSecond(pick(), first),
    say: (first, strict) => {
      const isOwn = select.value === OWN;
      const judged = judgeSecond(pick(), first);
      own.say(isOwn && (strict || own.input.value.trim() !== '') ? judged : NOBODY);
      // Of a resolver on the list nothing else can be wrong.
      say(same, isOwn || judged.ok ? '' : translate(`resolverFault_${judged.fault.replaceAll('-', '_')}`));
      select.setAttribute('aria-invalid', String(!isOwn && !judged.ok));
    },
    changed: (listener) => {
      select.addEventListener('change', () => {
        showPicked();
        listener();
        if (select.value === OWN) own.input.focus();
      });
      own.input.addEventListener('input', listener);
    },
    focus: () => {
      folded.open = true;
      (select.value === OWN ? own.input : select).focus();
    },
  };
}
