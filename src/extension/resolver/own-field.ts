/** A field for the URL of a resolver that no list names. */
import { element } from '../dom.ts';
import type { Language } from '../language.ts';
import type { Judgement } from './choice.ts';
import { publishedOn } from './facts.ts';

/** The value of what stands for a URL of one's own, in a list of URLs; no URL is like it. */
export const OWN = 'own';

export interface OwnField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  say(judged: Judgement): void;
}

export function ownField(id: string, label: string, { translate, locale }: Language): OwnField {
  const input = element('input', {
    id,
    type: 'url',
    inputmode: 'url',
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'none',
    placeholder: 'https://resolver.example/dns-query{?dns}',
    'aria-describedby': `${id}-fault ${id}-ended`,
  });
  const fault = element('p', { id: `${id}-fault`, class: 'fault', role: 'alert', hidden: '' });
  const ended = element('p', { id: `${id}-ended`, class: 'warning', role: 'status', hidden: '' });
  return {
    element: element('div', { class: 'own' }, element('label', { for: id }, translate(label)), input, fault, ended),
    input,
    say: (judged) => {
      input.setAttribute('aria-invalid', String(!judged.ok));
      say(fault, judged.ok ? '' : translate(`resolverFault_${judged.fault.replaceAll('-', '_')}`));
      const end = judged.ok ? judged.ended : undefined;
      say(ended, end === undefined ? '' : translate('resolverEnded', publishedOn(end, locale)));
    },
  };
}

/** An empty place takes no room. */
export function say(place: HTMLElement, words: string): void {
  place.textContent = words;
  place.hidden = words === '';
}
