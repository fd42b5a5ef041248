/**
 * A part of popup and options: says where access to sites is missing, with a button that asks the browser for it, and
 * what else there is to do where the person, or the browser, says no.
 */
import type { Permissions } from 'webextension-polyfill';
import { type AccessApi, ALL_SITES, patternOf, requestAllSites } from './access.ts';

export interface AccessView {
  readonly section: HTMLElement;
  readonly words: HTMLElement;
  readonly button: HTMLButtonElement;
  /** Says what came of the button where nothing did. */
  readonly refused: HTMLElement;
  readonly isFirefox: boolean;
  readonly permissions: AccessApi & Pick<Permissions.Static, 'request'>;
  /** URLs without which nothing here can be checked; undefined among them: one that the browser does not tell. */
  readonly needed: () => Promise<readonly (string | undefined)[]>;
  /** Is there anything to show where nothing is missing? */
  readonly whenComplete: 'hide' | 'say so';
  readonly translate: (key: string) => string;
}

/** Resolves once it is drawn for the first time. */
export function showAccess(view: AccessView): Promise<void> {
  const { section, words, button, refused, isFirefox, permissions, needed, whenComplete, translate } = view;
  const draw = async (): Promise<void> => {
    const missing = await isMissing(permissions, await needed());
    section.hidden = !missing && whenComplete === 'hide';
    words.dataset['state'] = missing ? 'off' : 'on';
    words.textContent = translate(missing ? 'accessMissing' : 'accessComplete');
    button.hidden = !missing;
    if (!missing) refused.hidden = true;
  };
  button.addEventListener('click', async () => {
    refused.hidden = true;
    const given = await requestAllSites(permissions);
    if (!given) refused.textContent = translate(isFirefox ? 'accessNotGivenFirefox' : 'accessNotGivenChromium');
    refused.hidden = given;
    // The browser's question may have stood over it, or the page ended at the button.
    if (!given) refused.scrollIntoView({ block: 'nearest' });
  });
  permissions.onAdded.addListener(draw);
  permissions.onRemoved.addListener(draw);
  return draw();
}

async function isMissing(
  permissions: Pick<Permissions.Static, 'contains'>,
  needed: readonly (string | undefined)[],
): Promise<boolean> {
  if (await permissions.contains({ origins: [ALL_SITES] })) return false;
  const reached = await Promise.all(
    needed.map((url) => url !== undefined && permissions.contains({ origins: [patternOf(url)] })),
  );
  return reached.includes(false);
}
