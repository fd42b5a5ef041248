/**
 * When stock Chromium's debugger is used, as the person chose: its bar moves every page down, so the choice is theirs.
 *
 * Where certificates are read once per host, a read one is kept and may later confirm a page of the same host and
 * port without a look at its connection. Such a verdict says so. It is kept only if it was confirmed and the browser
 * trusted it, and a check that it does not confirm reads anew: an alarm is always about the connection at hand.
 */
import type { CertificateReading } from '../settings.ts';
import { targetOf } from '../site.ts';
import type { DebuggerReader } from './chromium-debugger.ts';
import type { SecurityInfoFeature } from './chromium-security-info.ts';
import type { KeptCertificates, Place } from './kept.ts';
import type { ActiveSource, ShownDocument } from './source.ts';

export interface ReadingSurroundings {
  readonly reader: DebuggerReader;
  readonly kept: KeptCertificates;
  readonly reading: () => Promise<CertificateReading>;
  readonly feature: () => Promise<SecurityInfoFeature>;
  /** Rejects where the tab has gone. */
  readonly isPrivate: (tab: number) => Promise<boolean>;
  /** Epoch seconds. */
  readonly now: () => number;
}

export function chromiumReading(surroundings: ReadingSurroundings): ActiveSource {
  const { reader, kept, reading, feature, isPrivate, now } = surroundings;
  return {
    read: async (document, wish, signal) => {
      const place = await placeOf(document, isPrivate);
      if (place === undefined) return { kind: 'none', why: 'tab closed' };
      const chosen = await reading();
      if (chosen === 'never') return { kind: 'none', why: 'reading switched off' };
      if (wish === 'by hand') return reader.read(document, signal);
      if (chosen === 'on-click') return { kind: 'none', why: 'on click only' };
      // The browser shows certificates as they come, and this document came without one: no bar for that unasked.
      if ((await feature()) === 'on') return { kind: 'none', why: 'no connection seen' };
      if (chosen === 'once-per-host' && wish === 'automatic') {
        const earlier = await kept.find(place);
        if (earlier !== undefined) return { ...earlier, obtainedAt: now(), readAt: earlier.obtainedAt };
      }
      return reader.read(document, signal);
    },
    judged: async (document, evidence, confirmed) => {
      if (evidence.kind === 'none' || evidence.readAt !== undefined) return;
      const place = await placeOf(document, isPrivate);
      if (place === undefined) return;
      // After an alarm, or an exception made by hand, nothing of earlier times may speak for that host.
      if (!confirmed || evidence.pkix !== 'valid') await kept.forget(place.host, place.port);
      // One that no page had a connection to does not speak for the pages to come.
      else if (evidence.newConnection !== true && (await reading()) === 'once-per-host')
        await kept.keep(place, evidence);
    },
  };
}

async function placeOf(
  { tab, url }: ShownDocument,
  isPrivate: ReadingSurroundings['isPrivate'],
): Promise<Place | undefined> {
  const { host, port } = targetOf(url);
  try {
    return { host, port, private: await isPrivate(tab) };
  } catch (error) {
    console.debug('Danelaw: the tab has gone', error);
    return undefined;
  }
}
