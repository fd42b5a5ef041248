/** What an administrator has locked: its fields cannot be used, and say why. */
import { element } from '../dom.ts';
import type { Settings } from '../settings.ts';

const FIELDS = 'input, select, textarea, button';

/** What holds fields names their settings by `data-settings`; one that is locked locks all of them. */
export function showLocked(locked: ReadonlySet<keyof Settings>, translate: (key: string) => string): void {
  for (const section of document.querySelectorAll<HTMLElement>('[data-settings]')) {
    const isLocked = section.dataset['settings']!.split(' ').some((key) => locked.has(key as keyof Settings));
    // What lies within and names settings of its own is looked at by itself.
    const own = <Found extends Element>(selector: string) =>
      [...section.querySelectorAll<Found>(selector)].filter((one) => one.closest('[data-settings]') === section);
    const [note] = own('.locked');
    if (!isLocked && note === undefined) continue;
    // Each time anew: what a list holds may have been drawn since.
    for (const field of own<HTMLInputElement>(FIELDS)) field.disabled = isLocked;
    if (!isLocked) note?.remove();
    else if (note === undefined) {
      (own('h2')[0] ?? section.firstElementChild)?.after(reason(translate('optionsLocked')));
    }
  }
}

/** A span, since some of what holds fields may hold nothing else. */
function reason(words: string): HTMLElement {
  return element('span', { class: 'locked' }, words);
}
