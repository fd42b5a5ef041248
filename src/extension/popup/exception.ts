/** Where what is shown was let through, the popup says so, until when, and takes it back upon a click. */
import browser from '../browser.ts';
import { byId } from '../dom.ts';
import type { Language } from '../language.ts';
import type { Exception } from '../protection/exceptions.ts';
import type { ProtectionRequest } from '../protection/messages.ts';

export interface ExceptionView {
  show(exception: Exception | undefined): void;
}

/** `said`: what happened upon the click. */
export function exceptionView({ translate, date }: Language, said: (words: string) => void): ExceptionView {
  const section = byId('exception', HTMLElement);
  const words = byId('exception-words', HTMLElement);
  let shown: Exception | undefined;
  let takenBack = false;
  byId('exception-remove', HTMLButtonElement).addEventListener('click', async () => {
    if (shown === undefined) return;
    takenBack = true;
    await browser.runtime.sendMessage({ kind: 'remove-exception', id: shown.id } satisfies ProtectionRequest);
    // The button is about to go.
    byId('again', HTMLButtonElement).focus();
  });
  return {
    show: (exception) => {
      // Said with the drawing that shows it gone: each drawing wipes what was said before.
      if (takenBack && exception === undefined) said(translate('popupExceptionRemoved'));
      takenBack = false;
      shown = exception;
      section.hidden = exception === undefined;
      words.textContent = exception === undefined ? '' : translate('popupException', date(exception.until));
    },
  };
}
