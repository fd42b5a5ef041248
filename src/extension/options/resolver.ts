/**
 * The part of the options about the resolver. Unlike the rest of the page it is not saved as it is filled in: to be
 * asked from now on is what a person consents to, and that takes a button that says so.
 */
import { findKnownResolver } from '../../doh/resolvers.ts';
import { requestAccess } from '../access.ts';
import browser from '../browser.ts';
import { byId, displayable, element } from '../dom.ts';
import type { Language } from '../language.ts';
import { urlsOf } from '../resolver/choice.ts';
import { resolverChooser } from '../resolver/chooser.ts';
import { resolverName } from '../resolver/facts.ts';
import { trialView } from '../resolver/trial-view.ts';
import type { Settings } from '../settings.ts';
import type { SettingsChanges } from '../settings-store.ts';

export interface ResolverSection {
  show(settings: Settings): void;
}

export interface ResolverSurroundings {
  readonly language: Language;
  /** The person's own. */
  readonly anchors: () => string;
  readonly save: (changes: SettingsChanges) => Promise<void>;
}

export function resolverSection({ language, anchors, save }: ResolverSurroundings): ResolverSection {
  const { translate } = language;
  const state = byId('resolver-state', HTMLElement);
  const folded = byId('resolver-change', HTMLDetailsElement);
  const summary = folded.querySelector('summary')!;
  const fault = byId('resolver-refused', HTMLElement);
  const use = byId('resolver-use', HTMLButtonElement);
  const stop = byId('resolver-stop', HTMLButtonElement);
  const chooser = resolverChooser({ language, labelledBy: 'resolver-title', changed: () => trial.clear() });
  const trial = trialView({
    language,
    request: () => {
      // A field in a folded part could show no fault.
      const wasOpen = folded.open;
      folded.open = true;
      const choice = chooser.chosen();
      if (choice === undefined) return { fault: 'trialNeedsChoice' };
      folded.open = wasOpen;
      return { resolverUrls: urlsOf(choice), anchors: anchors() };
    },
  });
  byId('resolver-choice', HTMLElement).append(chooser.element);
  byId('resolver-trial', HTMLElement).append(trial.element);

  const showState = (settings: Chosen): void => {
    const asking = settings.consent && settings.resolverUrl !== '';
    const urls = [settings.resolverUrl, settings.secondResolverUrl ?? ''].filter((url) => url !== '');
    const names = urls.map((url) => element('bdi', {}, nameOf(url, language)));
    state.dataset['state'] = asking ? 'on' : 'off';
    summary.textContent = translate(asking ? 'resolverChangeOther' : 'resolverChange');
    if (!asking) state.textContent = translate('optionsResolverNone');
    else {
      const label = element('strong', {}, translate('resolverInUse'));
      state.replaceChildren(
        label,
        ' ',
        ...names.flatMap((name, i) => (i === 0 ? [name] : [translate('list_separator'), name])),
      );
    }
    stop.hidden = !asking;
    folded.open = !asking;
  };
  use.addEventListener('click', async () => {
    folded.open = true;
    const choice = chooser.chosen();
    if (choice === undefined) return;
    const { resolverUrl, secondResolverUrl } = choice;
    const allowed = await requestAccess(browser.permissions, urlsOf(choice));
    fault.textContent = allowed ? '' : translate('accessRefused');
    fault.hidden = allowed;
    if (!allowed) return;
    const changes = { resolverUrl, secondResolverUrl, consent: true };
    await save(changes);
    showState(changes);
    summary.focus();
  });
  stop.addEventListener('click', async () => {
    trial.clear();
    const changes = { resolverUrl: '', secondResolverUrl: undefined, consent: false };
    await save(changes);
    chooser.show(changes);
    showState(changes);
    use.focus();
  });
  return {
    show: (settings) => {
      chooser.show(settings);
      showState(settings);
    },
  };
}

type Chosen = Pick<Settings, 'resolverUrl' | 'consent'> & { readonly secondResolverUrl?: string | undefined };

/** A resolver of the list by its name, too: its URL alone says little. */
function nameOf(url: string, words: Pick<Language, 'translate'>): string {
  const listed = findKnownResolver(url);
  return listed === undefined ? displayable(url) : `${resolverName(listed, words)} (${displayable(url)})`;
}
