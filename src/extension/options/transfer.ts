/**
 * The part of the options that writes all settings to a file and takes them from one. A file is looked through before
 * anything changes: who would be asked and whom it makes trusted is said, and only the button takes it.
 */
import { byId, displayable } from '../dom.ts';
import type { Language } from '../language.ts';
import { resolversOf, type Settings } from '../settings.ts';
import { type FileFault, MAX_FILE_CHARACTERS, readSettingsFile, writeSettingsFile } from '../settings-file.ts';

export interface TransferSurroundings {
  readonly language: Pick<Language, 'translate'>;
  readonly read: () => Promise<Settings>;
  readonly replace: (settings: Settings) => Promise<void>;
}

const FILE_NAME = 'danelaw-settings.json';

export function transferSection({ language: { translate }, read, replace }: TransferSurroundings): void {
  const file = byId('settings-file', HTMLInputElement);
  const fault = byId('settings-file-fault', HTMLElement);
  const found = byId('settings-found', HTMLElement);
  const foundWhat = byId('settings-found-what', HTMLElement);
  const foundAnchors = byId('settings-found-anchors', HTMLElement);
  let offered: Settings | undefined;

  const offer = (settings: Settings | undefined): void => {
    offered = settings;
    found.hidden = settings === undefined;
    if (settings === undefined) return;
    const asked = resolversOf(settings).map(displayable).join(translate('list_separator'));
    foundWhat.textContent = translate(asked === '' ? 'optionsFileAsksNobody' : 'optionsFileAsks', asked);
    foundAnchors.hidden = settings.anchors.trim() === '';
  };
  const refuse = (words: string): void => {
    fault.textContent = words;
    fault.hidden = words === '';
    file.setAttribute('aria-invalid', String(words !== ''));
  };

  byId('settings-save', HTMLButtonElement).addEventListener('click', async () => {
    const url = URL.createObjectURL(new Blob([writeSettingsFile(await read())], { type: 'application/json' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: FILE_NAME });
    link.click();
    URL.revokeObjectURL(url);
  });
  file.addEventListener('change', async () => {
    offer(undefined);
    refuse('');
    const [chosen] = file.files ?? [];
    if (chosen === undefined) return;
    // A character has an octet at least: what is longer than that need not be read to be refused.
    const text = chosen.size > MAX_FILE_CHARACTERS * 4 ? ' '.repeat(MAX_FILE_CHARACTERS + 1) : await chosen.text();
    const result = readSettingsFile(text);
    if (!result.ok) refuse(wordsFor(result.fault, translate));
    else offer(result.settings);
  });
  byId('settings-take', HTMLButtonElement).addEventListener('click', async () => {
    if (offered !== undefined) await replace(offered);
    offer(undefined);
    file.value = '';
    file.focus();
  });
  byId('settings-leave', HTMLButtonElement).addEventListener('click', () => {
    offer(undefined);
    file.value = '';
    file.focus();
  });
}

function wordsFor(fault: FileFault, translate: Language['translate']): string {
  switch (fault.code) {
    case 'too-long':
      return translate('fileFault_too_long');
    case 'not-json':
      return translate('fileFault_not_json');
    case 'not-settings':
      return translate('fileFault_not_settings');
    case 'version':
      return translate('fileFault_version', displayable(fault.version));
    case 'unknown-setting':
      return translate('fileFault_unknown_setting', displayable(fault.key));
    case 'bad-value':
      return translate('fileFault_bad_value', displayable(fault.key));
  }
}
