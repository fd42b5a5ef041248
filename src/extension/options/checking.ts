/** The parts of the options about when pages are checked, and how many questions at a time that takes. */
import { byId } from '../dom.ts';
import { CHECKINGS, DEFAULT_CHECKING, type Settings } from '../settings.ts';
import type { SettingsChanges } from '../settings-store.ts';

export interface CheckingSection {
  show(settings: Settings): void;
}

export function checkingSection(save: (changes: SettingsChanges) => Promise<void>): CheckingSection {
  const fields = CHECKINGS.map((checking) => [checking, byId(`checking-${checking}`, HTMLInputElement)] as const);
  for (const [checking, field] of fields) {
    field.addEventListener('change', () => save({ checking: checking === DEFAULT_CHECKING ? undefined : checking }));
  }
  const ahead = byId('ahead', HTMLInputElement);
  ahead.addEventListener('change', () => save({ speculate: ahead.checked ? undefined : false }));
  const certificateFirst = byId('certificate-first', HTMLInputElement);
  certificateFirst.addEventListener('change', () =>
    save({ certificateFirst: certificateFirst.checked ? true : undefined }),
  );
  return {
    show: ({ checking = DEFAULT_CHECKING, speculate = true, certificateFirst: first = false }) => {
      ahead.checked = speculate;
      certificateFirst.checked = first;
      for (const [value, field] of fields) field.checked = value === checking;
    },
  };
}
