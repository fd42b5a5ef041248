/**
 * What the popup needs once it is painted, and no sooner: a script of its own, loaded after the first paint, or before
 * it where the first paint cannot do without.
 */
import { exceptionInForce } from '../protection/in-force.ts';
import { showPageAccess } from './access.ts';
import { inspectPage } from './inspect.ts';
import { reportJson, reportText } from './report-text.ts';
import { copy, saveProof } from './taking.ts';

export const later = { exceptionInForce, showPageAccess, inspectPage, reportJson, reportText, copy, saveProof };
export type Later = typeof later;
