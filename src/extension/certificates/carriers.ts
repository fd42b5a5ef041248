/**
 * Sites whose certificate carries the signed records that name it, and of which DNS has said the same. For a day that
 * certificate is believed by itself, and nobody is asked (`CheckInput.chains`): what the owner took back since is
 * noticed a day later at most, where the chain alone would count until its signatures run out. No other certificate of
 * the site is: it may be one whose records the owner took back before, with a chain of that time.
 */

import type { CertificateEvidence } from '../../dane/evidence.ts';
import { associationData, MATCHING } from '../../dane/tlsa-record.ts';
import { toHex } from '../../dns/encodings.ts';
import { createSessionWriter, type SessionStorage } from '../session-writer.ts';
import { isObject } from '../tabs.ts';

export interface Carriers {
  /** As `leafDigest`: the certificate of which DNS has said the same; undefined where it has of none. */
  believed(host: string, port: number, now: number): string | undefined;
  /** DNS was asked, and the certificate with that digest says the same. */
  agreed(host: string, port: number, digest: string, now: number): void;
  forget(host: string, port: number): void;
}

/** For how long DNS is not asked again. */
export const AGREEMENT_LIFE_SECONDS = 86_400;
/** Certificates with a chain in them are few; the newest are remembered. */
export const MAX_CARRIERS = 256;
/** In `storage.session`. */
export const CARRIERS_KEY = 'carriers';

type Entry = readonly [place: string, agreement: Agreement];

interface Agreement {
  readonly digest: string;
  /** Epoch seconds. */
  readonly until: number;
}

/** SHA-256 of the site's own certificate, hex; empty where none was shown. */
export function leafDigest(evidence: CertificateEvidence): string {
  const leaf = evidence.kind === 'none' ? undefined : evidence.certificates[0];
  return leaf === undefined ? '' : toHex(associationData(leaf, MATCHING.SHA2_256));
}

/** `initial`: the oldest first. `changed` hears of every change. */
export function createCarriers(
  initial: readonly Entry[] = [],
  changed: (entries: readonly Entry[]) => void = () => {},
): Carriers {
  const agreements = new Map(initial);
  const tell = (): void => changed([...agreements]);
  return {
    believed: (host, port, now) => {
      const { digest, until } = agreements.get(placeOf(host, port)) ?? { digest: undefined, until: 0 };
      // Seen by a clock that was ahead, it would last too long.
      return now < until && until <= now + AGREEMENT_LIFE_SECONDS ? digest : undefined;
    },
    agreed: (host, port, digest, now) => {
      agreements.delete(placeOf(host, port));
      agreements.set(placeOf(host, port), { digest, until: now + AGREEMENT_LIFE_SECONDS });
      for (const place of agreements.keys()) if (agreements.size > MAX_CARRIERS) agreements.delete(place);
      tell();
    },
    forget: (host, port) => {
      if (agreements.delete(placeOf(host, port))) tell();
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
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string' || !isObject(value[1])) return false;
  const { digest, until } = value[1];
  return typeof digest === 'string' && Number.isSafeInteger(until);
}
