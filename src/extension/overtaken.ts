/**
 * Navigations whose request was followed by another one of the same tab before either showed its document. Firefox may
 * yet show what the earlier request brings, and drop the later one, so their certificates are not thrown away.
 */
import type { StoredEvidence } from './certificates/stored.ts';
import type { TabState, Visit } from './tab-state.ts';

/** Requests of one tab that follow each other before the first of them shows its document. */
export const MAX_OVERTAKEN = 4;

export function withOvertaken({ overtaken: _before, ...state }: TabState, overtaken: readonly Visit[]): TabState {
  return overtaken.length === 0 ? state : { ...state, overtaken };
}

/** The state as it is, where no overtaken navigation is meant. */
export function ofOvertaken(state: TabState, isIt: (visit: Visit) => boolean, evidence: StoredEvidence): TabState {
  if (state.overtaken?.some(isIt) !== true) return state;
  return { ...state, overtaken: state.overtaken.map((visit) => (isIt(visit) ? { ...visit, evidence } : visit)) };
}

/** Is another document on its way? One that failed may leave an error page, or nothing. */
export function isLeaving({ pending, overtaken = [] }: TabState): boolean {
  return [pending, ...overtaken].some((visit) => visit !== undefined && visit.evidence?.kind !== 'none');
}
