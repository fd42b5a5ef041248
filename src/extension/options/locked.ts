/** What an administrator has locked: its fields cannot be used, and say why. */
import { element } from '../dom.ts';
import type { Settings } from '../settings.ts';

const FIELDS = 'input, select, textarea, button';

/** What holds fields names their settings by `data-settings`; one that is locked locks all of them. */
export function showLocked(locked: ReadonlySet<keyof Settings>, translate: (key: string) => string): void {
  for (const section of document.querySelectorAll<HTMLElement>('[data-settings]')) {
    const isLocked = section.dataset['settings']!.split(' ').some((key) => locked.has(key as keyof Settings));
    const note = section.querySelector('.locked');
    if (!isLocked && note === null) continue;
    // Each time anew: what a list holds may have been drawn since.
    for (const field of section.querySelectorAll<HTMLInputElement>(FIELDS)) field.disabled = isLocked;
    if (isLocked && note !== null) continue;
    if (!isLocked) note?.remove();
    else (section.querySelector('h2') ?? section.firstElementChild)?.after(reason(translate('optionsLocked')));
  }
}

/** A span, since some of what holds fields may hold nothing else. */
function reason(words: string): HTMLElement {
  return element('span', { class: 'locked' }, words);
}
