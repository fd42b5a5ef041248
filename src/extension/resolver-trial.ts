/**
 * The Test button: what can be had from a resolver (`probe.ts`), asked by the background and told to the page step by
 * step. A trial ends when the page closes its connection, and has a time of its own however long the steps take.
 */
import type { Runtime } from 'webextension-polyfill';
import type { Ask, Reply } from '../dns/ask.ts';
import { SignatureVerifier } from '../dnssec/algorithms.ts';
import { createDoh } from '../doh/doh.ts';
import { parseResolverUrl } from '../doh/resolver-url.ts';
import { probeResolver } from '../probe.ts';
import { anchorsOf, type Surroundings } from './engine.ts';
import { isOwnPage, parseTrialRequest, TRIAL_CONNECTION, type TrialMessage, type TrialRequest } from './messages.ts';
import { readSettings } from './settings.ts';

/** Six steps of a resolver that is slow at all of them; nobody watches longer. */
const LIMIT_MS = 30_000;

export function listenToTrials(
  runtime: Pick<Runtime.Static, 'onConnect' | 'id' | 'getURL'>,
  surroundings: Surroundings,
): void {
  runtime.onConnect.addListener((connection) => {
    const extension = { id: runtime.id, root: runtime.getURL('') };
    if (connection.name !== TRIAL_CONNECTION || !isOwnPage(connection.sender ?? {}, extension)) return;
    const closed = new AbortController();
    connection.onDisconnect.addListener(() => closed.abort());
    const tell = (message: TrialMessage) => {
      if (!closed.signal.aborted) connection.postMessage(message);
    };
    let begun = false;
    connection.onMessage.addListener((message: unknown) => {
      const request = parseTrialRequest(message);
      // One trial a connection: two would mix what they tell.
      if (request === undefined || begun) return;
      begun = true;
      runTrial(request, { ...surroundings, signal: closed.signal, tell });
    });
  });
}

export interface TrialSurroundings extends Surroundings {
  /** Calls it off. */
  readonly signal: AbortSignal;
  readonly tell: (message: TrialMessage) => void;
  readonly limitMs?: number;
}

/** Never rejects. The last message told is a `report` or `unusable`. */
export async function runTrial(
  { resolverUrl, anchors }: TrialRequest,
  { fetch, now, signal, tell, limitMs = LIMIT_MS }: TrialSurroundings,
): Promise<void> {
  if (!parseResolverUrl(resolverUrl).ok) {
    tell({ kind: 'unusable', field: 'resolverUrl' });
    return;
  }
  if (readSettings({ version: 1, anchors }).faults.length > 0) {
    tell({ kind: 'unusable', field: 'anchors' });
    return;
  }
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const ask = createDoh({
    url: resolverUrl,
    fetch: (url, init) =>
      fetch(url, { ...init, signal: AbortSignal.any([over, ...(init.signal ? [init.signal] : [])]) }),
  });
  const report = await probeResolver({
    ask: until(over, ask, { ok: false, failure: { code: 'timeout', resolver: resolverUrl, limitMs } }),
    now: now(),
    clock: () => performance.now(),
    anchors: anchorsOf(anchors),
    verifier: new SignatureVerifier(),
    progress: tell,
  });
  tell({ kind: 'report', report });
}

/** From then on every question, those under way included, ends in that reply. */
function until(over: AbortSignal, ask: Ask, late: Reply): Ask {
  const end = new Promise<Reply>((resolve) => {
    over.addEventListener('abort', () => resolve(late), { once: true });
  });
  return async (question) => (over.aborted ? late : Promise.race([end, ask(question)]));
}
