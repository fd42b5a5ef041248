/**
 * Sites whose certificate carries the signed records that name it, and of which DNS has said the same. For a day such
 * a certificate is believed by itself, and nobody is asked (`CheckInput.chains`): what the owner took back since is
 * noticed a day later at most, where the chain alone would count until its signatures run out.
 */
import { createSessionWriter, type SessionStorage } from '../session-writer.ts';

export interface Carriers {
  has(host: string, port: number, now: number): boolean;
  /** DNS was asked, and the certificate says the same. */
  agreed(host: string, port: number, now: number): void;
  forget(host: string, port: number): void;
}

/** For how long DNS is not asked again. */
export const AGREEMENT_LIFE_SECONDS = 86_400;
/** Certificates with a chain in them are few; the newest are remembered. */
export const MAX_CARRIERS = 256;
/** In `storage.session`. */
export const CARRIERS_KEY = 'carriers';

type Entry = readonly [place: string, until: number];

/** `initial`: the oldest first. `changed` hears of every change. */
export function createCarriers(
  initial: readonly Entry[] = [],
  changed: (entries: readonly Entry[]) => void = () => {},
): Carriers {
  const untils = new Map(initial);
  const tell = (): void => changed([...untils]);
  return {
    has: (host, port, now) => {
      const until = untils.get(placeOf(host, port));
      // Seen by a clock that was ahead, it would last too long.
      return until !== undefined && now < until && until <= now + AGREEMENT_LIFE_SECONDS;
    },
    agreed: (host, port, now) => {
      untils.delete(placeOf(host, port));
      untils.set(placeOf(host, port), now + AGREEMENT_LIFE_SECONDS);
      for (const place of untils.keys()) if (untils.size > MAX_CARRIERS) untils.delete(place);
      tell();
    },
    forget: (host, port) => {
      if (untils.delete(placeOf(host, port))) tell();
    },
  };
}

/** Those of ordinary windows, which outlive the background. Never rejects. */
export async function loadCarriers(storage: SessionStorage): Promise<Carriers> {
  let stored: unknown;
  try {
    stored = (await storage.get(CARRIERS_KEY))[CARRIERS_KEY];
  } catch (error) {
    // Nothing worse than a question.
    console.error('Danelaw: stored sites could not be read', error);
  }
  return kept(storage, Array.isArray(stored) ? stored.slice(0, MAX_CARRIERS).filter(isEntry) : []);
}

/** Of none, and what was stored goes. */
export function clearCarriers(storage: SessionStorage): Carriers {
  createSessionWriter(storage).put(CARRIERS_KEY, undefined);
  return kept(storage, []);
}

function kept(storage: SessionStorage, initial: readonly Entry[]): Carriers {
  return createCarriers(initial, (entries) => createSessionWriter(storage).put(CARRIERS_KEY, entries, true));
}

function placeOf(host: string, port: number): string {
  return `${host}:${port}`;
}

/** Guards against what another version wrote, not against an attacker: only the extension can write here. */
function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isSafeInteger(value[1]);
}
