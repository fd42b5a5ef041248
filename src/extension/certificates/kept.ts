/**
 * Certificates read once per host and browser session: in `storage.session` (memory of the browser, gone with it),
 * those of private windows in the background's own memory and until the last private window closes. Each stands for
 * one host and port, and for nothing else.
 */
import type { CertificateEvidence } from '../../dane/evidence.ts';
import { isStoredEvidence, restoreEvidence, type StoredEvidence, storeEvidence } from './stored.ts';

type Seen = Exclude<CertificateEvidence, { kind: 'none' }>;

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly private: boolean;
}

export interface KeptCertificates {
  /** As it was read: `obtainedAt` is when. */
  find(place: Place): Promise<Seen | undefined>;
  keep(place: Place, evidence: Seen): Promise<void>;
  /** In private windows and others alike. */
  forget(host: string, port: number): Promise<void>;
  forgetPrivate(): void;
}

/** As much of `storage.session` as is used here. */
export interface KeptStorage {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

export const KEPT_KEY = 'kept';
/** Hosts with signed TLSA records are few; the newest are kept (storage.session holds 10 MB for all, B14). */
export const MAX_KEPT = 32;
/** Characters of base64: a chain of a handful of large certificates. More is read again each time. */
export const MAX_KEPT_CHARACTERS = 65_536;

interface Entry {
  readonly place: string;
  readonly evidence: StoredEvidence;
}

export function keptCertificates(storage: KeptStorage): KeptCertificates {
  let ofPrivate: readonly Entry[] = [];
  // One at a time: each reads what the one before has written. None of them rejects.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn;
    return turn;
  };
  const load = async (): Promise<readonly Entry[]> => {
    const stored = (await storage.get(KEPT_KEY))[KEPT_KEY];
    return Array.isArray(stored) ? stored.slice(0, MAX_KEPT).filter(isEntry) : [];
  };
  const change = (act: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> =>
    inTurn(async () => {
      try {
        const entries = await load();
        const changed = act(entries);
        if (changed !== entries) await storage.set({ [KEPT_KEY]: changed });
      } catch (error) {
        // Nothing worse than another read.
        console.error('Danelaw: a certificate could not be kept', error);
      }
    });
  return {
    find: (place) =>
      inTurn(async () => {
        try {
          const entries = place.private ? ofPrivate : await load();
          const found = entries.find((entry) => entry.place === textOf(place));
          return found === undefined ? undefined : restored(found.evidence);
        } catch (error) {
          console.error('Danelaw: kept certificates could not be read', error);
          return undefined;
        }
      }),
    keep: async (place, evidence) => {
      const entry = { place: textOf(place), evidence: storeEvidence(evidence) };
      if (entry.evidence.kind === 'none' || sizeOf(entry.evidence.certificates) > MAX_KEPT_CHARACTERS) return;
      if (place.private) ofPrivate = withEntry(ofPrivate, entry);
      else await change((entries) => withEntry(entries, entry));
    },
    forget: async (host, port) => {
      const place = textOf({ host, port });
      ofPrivate = without(ofPrivate, place);
      await change((entries) => without(entries, place));
    },
    forgetPrivate: () => {
      ofPrivate = [];
    },
  };
}

function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  return [entry, ...without(entries, entry.place)].slice(0, MAX_KEPT);
}

/** The very same list where nothing is to be left out. */
function without(entries: readonly Entry[], place: string): readonly Entry[] {
  return entries.some((entry) => entry.place === place) ? entries.filter((entry) => entry.place !== place) : entries;
}

function textOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}

function sizeOf(certificates: readonly string[]): number {
  return certificates.reduce((sum, text) => sum + text.length, 0);
}

function restored(stored: StoredEvidence): Seen | undefined {
  const evidence = restoreEvidence(stored);
  return evidence.kind === 'none' ? undefined : evidence;
}

/** Guards against what another version wrote, not against an attacker: only the extension can write here. */
function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { place, evidence } = value as { place?: unknown; evidence?: unknown };
  return typeof place === 'string' && isStoredEvidence(evidence);
}
