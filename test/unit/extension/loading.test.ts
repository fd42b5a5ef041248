/** What of a page that loads may be stored a moment later, and what must not wait. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createLoading } from '../../../src/extension/loading.ts';
import type { TabEvent } from '../../../src/extension/tab-state.ts';
import { GOOD, RIGHT, Scene, settled } from './scene.ts';

const request: TabEvent = { kind: 'request', requestId: 'r', url: GOOD, check: 'c', at: 1 };
const event = (kind: string) => ({ kind }) as TabEvent;

describe('a tab', () => {
  test('that loads: its certificate and its verdict may wait; that another page comes, or is there, may not', () => {
    const loading = createLoading({ flush: () => {} });
    loading.note(1, request);
    expect(['certificate', 'read', 'report'].map((kind) => loading.mayWait(1, event(kind)))).toEqual([
      true,
      true,
      true,
    ]);
    for (const kind of ['request', 'committed', 'failed', 'aborted', 'moved', 'reset', 'look']) {
      expect(loading.mayWait(1, event(kind))).toBe(false);
    }
    expect(loading.mayWait(2, event('report'))).toBe(false);
  });

  test.each(['there', 'aborted'])('whose page is %s: nothing waits', (how) => {
    const flush = vi.fn();
    const loading = createLoading({ flush });
    loading.note(1, request);
    if (how === 'there') loading.over(1);
    else loading.note(1, event('aborted'));
    expect(loading.has(1)).toBe(false);
    expect(loading.mayWait(1, event('report'))).toBe(false);
    expect(flush).toHaveBeenCalledTimes(how === 'there' ? 1 : 0);
  });
});

describe('B13 a background that ends while a page loads', () => {
  let scene: Scene;
  let sets: number;
  beforeEach(async () => {
    scene = new Scene();
    scene.openTab(1);
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.browser.fire('tabs.onUpdated', 1, { status: 'complete' });
    await scene.verdict(1, 'verified', GOOD);
    await settled();
    sets = scene.browser.writes;
  });

  test('has stored that the page before is over, and not yet what it found out', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd2');
    await settled();
    const { shown, pending } = scene.state(1)!;
    expect(pending).toBeUndefined();
    expect(shown).toMatchObject({ url: GOOD, documentId: 'd2' });
    expect(shown?.report).toBeUndefined();
    await scene.verdict(1, 'verified', GOOD);
  });

  test('writes a few times, and all of it when the page is there', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd2');
    await settled();
    scene.browser.fire('tabs.onUpdated', 1, { status: 'complete' });
    await settled();
    expect(scene.state(1)?.shown?.report?.verdict).toBe('verified');
    expect(scene.browser.writes - sets).toBeLessThanOrEqual(3);
  });

  test('and whoever looks at it has it stored at once', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd2');
    await settled();
    await scene.send({ kind: 'look', tab: 1 });
    await settled();
    expect(scene.state(1)?.shown?.report?.verdict).toBe('verified');
  });
});
