/** The part of the options about Chromium's debugger: when it may read a certificate, and whether it is needed at all. */
import type { Storage } from 'webextension-polyfill';
import { FEATURE_KEY } from '../certificates/chromium-security-info.ts';
import { byId } from '../dom.ts';
import { CERTIFICATE_READINGS, type CertificateReading, DEFAULT_READING } from '../settings.ts';

export interface ReadingChoice {
  show(reading: CertificateReading): void;
  chosen(): CertificateReading;
}

export interface ReadingSurroundings {
  /** Does this browser have a debugger to read with? */
  readonly hasDebugger: boolean;
  readonly storage: Pick<Storage.Static, 'session' | 'onChanged'>;
  readonly translate: (key: string) => string;
  readonly changed: () => void;
}

/** Without a debugger there is nothing to choose, and the part stays hidden. */
export function readingChoice({ hasDebugger, storage, translate, changed }: ReadingSurroundings): ReadingChoice {
  const section = byId('reading', HTMLElement);
  const feature = byId('reading-feature', HTMLElement);
  const fields = CERTIFICATE_READINGS.map(
    (reading) => [reading, byId(`reading-${reading}`, HTMLInputElement)] as const,
  );
  section.hidden = !hasDebugger;
  for (const [, field] of fields) field.addEventListener('change', changed);

  const sayFeature = (found: unknown): void => {
    feature.dataset['state'] = found === 'on' ? 'on' : 'off';
    feature.textContent = translate(found === 'on' ? 'optionsReadingNotNeeded' : 'optionsReadingFlag');
  };
  if (hasDebugger) {
    storage.session.get(FEATURE_KEY).then((stored) => sayFeature(stored[FEATURE_KEY]));
    storage.onChanged.addListener((changes, area) => {
      if (area === 'session' && FEATURE_KEY in changes) sayFeature(changes[FEATURE_KEY]?.newValue);
    });
  }
  return {
    show: (reading) => {
      for (const [value, field] of fields) field.checked = value === reading;
    },
    chosen: () => fields.find(([, field]) => field.checked)?.[0] ?? DEFAULT_READING,
  };
}
