/**
 * The part of the options about protection: what becomes of pages whose verdict is a contradiction, how long a page may
 * wait for its verdict, and what the person has let through, to be taken back.
 */
import type { Storage } from 'webextension-polyfill';
import { byId, element, foreign } from '../dom.ts';
import type { Language } from '../language.ts';
import { EXCEPTIONS_KEY, readExceptions } from '../protection/exception-store.ts';
import { type Exception, live } from '../protection/exceptions.ts';
import {
  DEFAULT_PROTECTION,
  DEFAULT_WAIT_LIMIT_MS,
  PROTECTIONS,
  type Settings,
  WAIT_LIMITS_MS,
  WHENS_LATE,
} from '../settings.ts';
import type { SettingsChanges } from '../settings-store.ts';

export interface ProtectionSurroundings {
  readonly language: Language;
  readonly storage: Pick<Storage.Static, 'session' | 'onChanged'>;
  /** Can this browser hold a page until its verdict is there? */
  readonly holds: boolean;
  readonly save: (changes: SettingsChanges) => Promise<void>;
  readonly unsaved: () => void;
  readonly removeException: (id: string) => Promise<unknown>;
}

export interface ProtectionSection {
  show(settings: Settings): void;
}

export function protectionSection(surroundings: ProtectionSurroundings): ProtectionSection {
  const { language, storage, holds, save, unsaved, removeException } = surroundings;
  const { translate, number } = language;
  const modes = PROTECTIONS.map((mode) => [mode, byId(`protection-${mode}`, HTMLInputElement)] as const);
  const lates = WHENS_LATE.map((late) => [late, byId(`late-${late}`, HTMLInputElement)] as const);
  const hosts = byId('protect-hosts', HTMLInputElement);
  const waiting = byId('protection-waiting', HTMLFieldSetElement);
  const limit = byId('wait-limit', HTMLInputElement);
  const limitFault = byId('wait-limit-fault', HTMLElement);
  const how = byId('protection-how', HTMLElement);
  const list = byId('exceptions', HTMLElement);
  const none = byId('exceptions-none', HTMLElement);

  how.textContent = translate(holds ? 'optionsProtectionFirefox' : 'optionsProtectionChromium');
  waiting.hidden = !holds;
  limit.min = String(WAIT_LIMITS_MS.least / 1000);
  limit.max = String(WAIT_LIMITS_MS.most / 1000);

  const follow = (mode: string | undefined): void => {
    const protects = mode !== undefined && mode !== 'show';
    hosts.disabled = !protects;
    waiting.disabled = !protects;
  };
  for (const [mode, field] of modes) {
    field.addEventListener('change', () => {
      follow(mode);
      save({ protection: mode === DEFAULT_PROTECTION ? undefined : mode });
    });
  }
  for (const [late, field] of lates) {
    field.addEventListener('change', () => save({ whenLate: late === 'show' ? undefined : late }));
  }
  hosts.addEventListener('change', () => save({ protectHosts: hosts.checked ? true : undefined }));
  limit.addEventListener('input', () => {
    const ms = Math.round(limit.valueAsNumber * 1000);
    const fits = ms >= WAIT_LIMITS_MS.least && ms <= WAIT_LIMITS_MS.most;
    limit.setAttribute('aria-invalid', String(!fits));
    limitFault.hidden = fits;
    limitFault.textContent = fits
      ? ''
      : translate('optionsWaitFault', number(WAIT_LIMITS_MS.least / 1000), number(WAIT_LIMITS_MS.most / 1000));
    if (fits) save({ waitLimitMs: ms === DEFAULT_WAIT_LIMIT_MS ? undefined : ms });
    else unsaved();
  });

  const showExceptions = (stored: unknown): void => {
    const exceptions = live(readExceptions(stored), Math.floor(Date.now() / 1000));
    list.replaceChildren(...exceptions.map((one) => itemOf(one, language, removeException)));
    list.hidden = exceptions.length === 0;
    none.hidden = exceptions.length > 0;
  };
  storage.session.get(EXCEPTIONS_KEY).then((stored) => showExceptions(stored[EXCEPTIONS_KEY]));
  storage.onChanged.addListener((changes, area) => {
    if (area === 'session' && EXCEPTIONS_KEY in changes) showExceptions(changes[EXCEPTIONS_KEY]?.newValue);
  });

  return {
    show: (settings) => {
      const { protection = DEFAULT_PROTECTION, whenLate = 'show' } = settings;
      for (const [mode, field] of modes) field.checked = mode === protection;
      for (const [late, field] of lates) field.checked = late === whenLate;
      hosts.checked = settings.protectHosts ?? false;
      limit.value = String((settings.waitLimitMs ?? DEFAULT_WAIT_LIMIT_MS) / 1000);
      limit.setAttribute('aria-invalid', 'false');
      limitFault.hidden = true;
      follow(protection);
    },
  };
}

function itemOf(
  exception: Exception,
  { translate, date }: Language,
  remove: (id: string) => Promise<unknown>,
): HTMLElement {
  const { id, host, port, verdict, certificate, until } = exception;
  const name = port === 443 ? host : `${host}:${port}`;
  const button = element(
    'button',
    { type: 'button', 'aria-label': translate('optionsExceptionRemoveHost', name) },
    translate('optionsExceptionRemove'),
  );
  button.addEventListener('click', () => remove(id));
  const facts = [
    translate(verdict === 'bogus' ? 'optionsExceptionBogus' : 'optionsExceptionMismatch'),
    ...(exception.private ? [translate('optionsExceptionPrivate')] : []),
    translate('optionsExceptionUntil', date(until)),
  ];
  return element(
    'li',
    {},
    element(
      'div',
      {},
      element('strong', {}, foreign(name)),
      element('p', {}, facts.join(' ')),
      element(
        'p',
        { class: 'quiet' },
        translate('warningFactCertificate'),
        ': ',
        certificate === '' ? translate('warningFactUnseen') : element('code', {}, certificate),
      ),
    ),
    button,
  );
}
