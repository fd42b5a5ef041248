/**
 * The state of every tab: in memory while the background lives, and in `storage.session` under `tab:ID`, so that it
 * outlives the background.
 */
import { fromBase64 } from '../dns/encodings.ts';
import { SITE_VERDICTS } from '../report.ts';
import { createSessionWriter, type SessionStorage } from './session-writer.ts';
import { EMPTY_TAB, type TabState } from './tab-state.ts';

/** One state a tab. */
export interface States<State> {
  /** Resolves once the stored state is read; never rejects. */
  readonly ready: Promise<void>;
  get(tab: number): State;
  /** `soon`: what the next background would do without may wait to be stored. */
  set(tab: number, state: State, soon?: boolean): void;
  remove(tab: number): void;
  all(): IterableIterator<[number, State]>;
  /** Resolves when everything set so far is stored. For tests. */
  written(): Promise<void>;
}

export function tabKey(tab: number): string {
  return `tab:${tab}`;
}

export function createTabs(storage: SessionStorage): States<TabState> {
  return createStates(storage, { key: tabKey, empty: EMPTY_TAB, isState: isTabState });
}

export interface KindOfState<State> {
  /** Where a tab's state lies: some text, and the tab's number at its end. */
  readonly key: (tab: number) => string;
  readonly empty: State;
  readonly isState: (value: unknown) => value is State;
}

export function createStates<State>(storage: SessionStorage, kind: KindOfState<State>): States<State> {
  const states = new Map<number, State>();
  const writer = createSessionWriter(storage);
  const load = async (): Promise<void> => {
    try {
      for (const [key, value] of Object.entries(await storage.get(null))) {
        const tab = Number(/\d+$/.exec(key)?.[0]);
        if (key === kind.key(tab) && kind.isState(value)) states.set(tab, value);
      }
    } catch (error) {
      console.error('Danelaw: tab state could not be read', error);
    }
  };

  return {
    ready: load(),
    get: (tab) => states.get(tab) ?? kind.empty,
    set: (tab, state, soon) => {
      if (states.get(tab) === state) return;
      states.set(tab, state);
      writer.put(kind.key(tab), state, soon);
    },
    remove: (tab) => {
      if (states.delete(tab)) writer.put(kind.key(tab), undefined);
    },
    all: () => states.entries(),
    written: writer.written,
  };
}

/**
 * Is it a state this version wrote? Only the extension can write here, so this guards against other versions and
 * broken storage, not against an attacker.
 */
export function isTabState(value: unknown): value is TabState {
  if (!isObject(value) || value['version'] !== 1 || !Array.isArray(value['past'])) return false;
  return (
    isVisitOrNone(value['shown']) &&
    isVisitOrNone(value['pending']) &&
    (value['overtaken'] === undefined || (Array.isArray(value['overtaken']) && value['overtaken'].every(isVisit))) &&
    value['past'].every(
      (document) => isObject(document) && typeof document['url'] === 'string' && isEvidence(document['evidence']),
    )
  );
}

function isVisitOrNone(value: unknown): boolean {
  return value === undefined || isVisit(value);
}

function isVisit(value: unknown): boolean {
  if (!isObject(value) || typeof value['url'] !== 'string') return false;
  const isTextOrNone = (field: unknown) => field === undefined || typeof field === 'string';
  return (
    isTextOrNone(value['check']) &&
    isTextOrNone(value['requestId']) &&
    isTextOrNone(value['documentId']) &&
    (value['committedAt'] === undefined || typeof value['committedAt'] === 'number') &&
    (value['evidence'] === undefined || isEvidence(value['evidence'])) &&
    (value['report'] === undefined || isReport(value['report']))
  );
}

export function isEvidence(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value['kind'] === 'none') return typeof value['why'] === 'string';
  return Array.isArray(value['certificates']) && value['certificates'].every(isBase64);
}

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && fromBase64(value) !== undefined;
}

export function isReport(value: unknown): boolean {
  return (
    isObject(value) &&
    value['version'] === 1 &&
    SITE_VERDICTS.some((verdict) => verdict === value['verdict']) &&
    typeof value['validUntil'] === 'number' &&
    typeof value['checkedAt'] === 'number' &&
    isObject(value['reason']) &&
    isObject(value['certificate']) &&
    Array.isArray(value['zones'])
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
