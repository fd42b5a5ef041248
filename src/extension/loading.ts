/**
 * Tabs that are loading a page: what becomes known of it meanwhile is stored together, a moment later. Not what says that
 * the page before is over, since what is stored of that must never pass for the next one's.
 */
import type { SessionWriter } from './session-writer.ts';
import type { TabEvent } from './tab-state.ts';

export interface Loading {
  has(tab: number): boolean;
  note(tab: number, event: TabEvent): void;
  /** May what that event changed be stored a moment later? */
  mayWait(tab: number, event: TabEvent): boolean;
  /** The page is there, or the tab has gone. */
  over(tab: number): void;
  /** Somebody is about to look at what is stored. */
  flush(): void;
}

export function createLoading(writer: Pick<SessionWriter, 'flush'>): Loading {
  const loading = new Set<number>();
  return {
    has: (tab) => loading.has(tab),
    note: (tab, { kind }) => {
      if (kind === 'request') loading.add(tab);
      if (kind === 'aborted') loading.delete(tab);
    },
    mayWait: (tab, { kind }) => loading.has(tab) && LATER.has(kind),
    over: (tab) => {
      if (loading.delete(tab)) writer.flush();
    },
    flush: writer.flush,
  };
}

/** Without them the next background checks the page anew. */
const LATER: ReadonlySet<TabEvent['kind']> = new Set(['certificate', 'read', 'report']);
