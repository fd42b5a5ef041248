/** The part of the options about the resolver: who is asked, and whether they can do what a check needs. */
import { parseResolverUrl } from '../../doh/resolver-url.ts';
import { byId, displayable } from '../dom.ts';
import type { Language } from '../language.ts';
import type { ResolverTest } from '../messages.ts';
import { send } from '../send.ts';
import type { Settings } from '../settings.ts';
import type { SettingsChanges } from '../settings-store.ts';

export interface ResolverSection {
  show(settings: Settings): void;
}

export interface ResolverSurroundings {
  readonly language: Language;
  /** The anchors in the form; undefined while they are faulty. */
  readonly anchors: () => string | undefined;
  readonly save: (changes: SettingsChanges) => Promise<void>;
  /** What is in the fields cannot be saved. */
  readonly unsaved: () => void;
  /** Typing is over when nothing came for so long. */
  readonly typingMs: number;
}

export function resolverSection({ language, anchors, save, unsaved, typingMs }: ResolverSurroundings): ResolverSection {
  const { translate } = language;
  const field = byId('resolver', HTMLInputElement);
  const fault = byId('resolver-fault', HTMLElement);
  const state = byId('resolver-state', HTMLElement);
  const test = byId('test', HTMLButtonElement);
  const result = byId('test-result', HTMLElement);
  let typing: ReturnType<typeof setTimeout> | undefined;

  /** The resolver in the field, empty for none; undefined while it is faulty. */
  const check = (): string | undefined => {
    const text = field.value.trim();
    const parsed = text === '' ? undefined : parseResolverUrl(text);
    const found = parsed === undefined || parsed.ok ? '' : `resolverFault_${parsed.fault.replaceAll('-', '_')}`;
    field.setAttribute('aria-invalid', String(found !== ''));
    fault.textContent = found === '' ? '' : translate(found);
    fault.hidden = found === '';
    state.textContent = text === '' ? translate('optionsResolverNone') : '';
    return found === '' ? text : undefined;
  };
  const store = async (): Promise<void> => {
    clearTimeout(typing);
    const resolverUrl = check();
    // Whoever types a resolver here has chosen it.
    if (resolverUrl === undefined) unsaved();
    else await save({ resolverUrl, consent: resolverUrl !== '' });
  };
  const showResult = (kind: 'good' | 'bad' | '', words: string): void => {
    result.dataset['result'] = kind;
    result.textContent = words;
  };

  field.addEventListener('input', () => {
    check();
    showResult('', '');
    clearTimeout(typing);
    typing = setTimeout(store, typingMs);
  });
  field.addEventListener('change', store);
  test.addEventListener('click', async () => {
    const [resolverUrl, trusted] = [check(), anchors()];
    if (resolverUrl === undefined || trusted === undefined || resolverUrl === '') {
      showResult('bad', translate(resolverUrl === '' ? 'optionsResolverNone' : 'testUnusable'));
      return;
    }
    test.disabled = true;
    showResult('', translate('testRunning'));
    try {
      const told = await send({ kind: 'test-resolver', resolverUrl, anchors: trusted });
      const good = told.kind === 'answered' && told.security === 'secure';
      showResult(good ? 'good' : 'bad', wordsFor(told, language));
    } finally {
      test.disabled = false;
    }
  });
  return {
    show: ({ resolverUrl }) => {
      field.value = resolverUrl;
      check();
    },
  };
}

function wordsFor(result: ResolverTest, { translate, number, sayReason }: Language): string {
  if (result.kind === 'unusable') return translate('testUnusable');
  const { zone, security, reason, ms } = result;
  const name = zone === '.' ? translate('chainRoot') : displayable(zone);
  if (security === 'secure') return translate('testGood', name, number(Math.round(ms)));
  return translate('testBad', number(Math.round(ms)), sayReason(reason));
}
