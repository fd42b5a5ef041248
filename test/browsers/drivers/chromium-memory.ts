/** What the extension's worker and its process take in Chromium, told by the DevTools protocol and by the kernel. */
import { readFileSync } from 'node:fs';
import type { CDPSession } from 'playwright-core';
import type { BackgroundCost } from './browser.ts';

const LIMIT_MS = 20_000;

/** `session`: one with the browser itself. The worker is woken by nothing here: it has to be awake. */
export async function chromiumCost(session: CDPSession, extensionOrigin: string): Promise<BackgroundCost> {
  const { targetInfos } = await session.send('Target.getTargets');
  const worker = targetInfos.find(
    ({ type, url }) => type === 'service_worker' && url.startsWith(`${extensionOrigin}/`),
  );
  if (worker === undefined) throw new Error("the extension's worker is not awake");
  const heap = await heapOf(session, worker.targetId);
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const own = processInfo.filter(({ type, id }) => type === 'renderer' && isExtensionProcess(id));
  if (own.length === 0) throw new Error('no process of an extension is there');
  return {
    heapOctets: heap,
    processOctets: own.reduce((sum, { id }) => sum + privateOctets(id), 0),
    processMs: own.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0),
  };
}

/** What lives in the worker's heap once what nobody holds is gone, and what its buffers hold beside it. */
async function heapOf(session: CDPSession, targetId: string): Promise<number> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  let lastId = 0;
  const send = <T>(method: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => reject(new Error(`${method} took longer than ${LIMIT_MS} ms`)), LIMIT_MS);
      const onMessage = (event: { sessionId: string; message: string }) => {
        if (event.sessionId !== sessionId) return;
        const answer = JSON.parse(event.message) as { id?: number; result?: T; error?: { message: string } };
        if (answer.id !== id) return;
        clearTimeout(timer);
        session.off('Target.receivedMessageFromTarget', onMessage);
        if (answer.error === undefined) resolve(answer.result as T);
        else reject(new Error(`${method}: ${answer.error.message}`));
      };
      session.on('Target.receivedMessageFromTarget', onMessage);
      const message = JSON.stringify({ id, method, params: {} });
      session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
  try {
    // Twice: what the first round frees may have held something else.
    await send('HeapProfiler.collectGarbage');
    await send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await send<{ usedSize: number; backingStorageSize?: number }>(
      'Runtime.getHeapUsage',
    );
    return usedSize + backingStorageSize;
  } finally {
    await session.send('Target.detachFromTarget', { sessionId });
  }
}

function isExtensionProcess(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--extension-process');
}

/** Memory of that process alone, shared libraries and files left out. */
function privateOctets(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm);
  return [...lines].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
