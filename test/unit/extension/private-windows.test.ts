/** Private windows: not checked unless the person says so, and then apart from all others. */
import { beforeEach, describe, expect, test } from 'vitest';
import { GOOD, NOTHING, RIGHT, Scene, SETTINGS, settled, WRONG } from './scene.ts';

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.openTab(1);
});

describe('private windows', () => {
  const dns = () => [...scene.browser.session.keys()].filter((key) => key.startsWith('dns:'));
  beforeEach(async () => {
    await scene.browser.setLocal({ settings: { ...SETTINGS, privateWindows: true, checkHosts: true } });
  });

  test('are not checked unless the person says so: nobody is asked, of pages or their hosts, by whatever event', async () => {
    await scene.browser.setLocal({ settings: { ...SETTINGS, checkHosts: true } });
    scene.openTab(7, true, true);
    scene.visit(7, GOOD, RIGHT.chain, 'p1');
    await scene.verdict(7, 'off');
    expect(scene.state(7)?.shown?.report?.reason).toEqual({ code: 'private-window', host: 'good.example' });
    expect(scene.browser.toolbar.get(7)).toMatchObject({ badge: '', title: 'title_off_private good.example' });
    scene.loads(7, 'p1', 'wrong.example');
    await scene.hostsAre(7, 'wrong.example off');
    for (const kind of ['look', 'check-again', 'read-certificate']) await scene.send({ kind, tab: 7 });
    scene.browser.fire('tabs.onActivated', { tabId: 7 });
    await scene.verdict(7, 'off');
    scene.startBackground();
    await settled();
    await scene.verdict(7, 'off');
    expect(scene.questions).toBe(0);
    expect(scene.reads).toBe(0);
    // Ordinary windows beside it are.
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    const asked = scene.questions;
    await scene.browser.setLocal({ settings: { ...SETTINGS, privateWindows: true, checkHosts: true } });
    await scene.send({ kind: 'look', tab: 7 });
    await scene.verdict(7, 'verified');
    expect(scene.questions).toBeGreaterThan(asked);
  });

  test('what they ask is theirs alone, in memory only, and gone with the last of them', async () => {
    scene.openTab(7, true, true);
    scene.visit(7, GOOD);
    await scene.verdict(7, 'verified');
    await settled();
    expect(dns()).toEqual([]);
    const asked = scene.questions;
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    expect(scene.questions).toBe(2 * asked);
    scene.openTab(8, true, true);
    scene.visit(8, GOOD, WRONG.chain);
    await scene.verdict(8, 'mismatch');
    expect(scene.questions).toBe(2 * asked);
    const close = async (tab: number) => {
      scene.browser.tabs.delete(tab);
      scene.browser.fire('tabs.onRemoved', tab, {});
      scene.browser.fire('windows.onRemoved', tab);
      await settled();
    };
    await close(7);
    scene.visit(8, GOOD);
    await scene.verdict(8, 'verified');
    expect(scene.questions).toBe(2 * asked);
    await close(8);
    scene.openTab(9, true, true);
    scene.visit(9, GOOD);
    await scene.verdict(9, 'verified');
    expect(scene.questions).toBe(3 * asked);
  });

  test('verdicts of other hosts found in them are not lent to other windows', async () => {
    scene.openTab(7, true, true);
    scene.visit(7, NOTHING, RIGHT.chain, 'p1');
    await scene.verdict(7, 'signed');
    scene.loads(7, 'p1', 'good.example');
    await scene.hostsAre(7, 'good.example verified');
    const asked = scene.questions;
    scene.visit(1, NOTHING, RIGHT.chain, 'd1');
    await scene.verdict(1, 'signed');
    scene.loads(1, 'd1', 'good.example');
    await scene.hostsAre(1, 'good.example verified');
    expect(scene.questions).toBe(2 * asked);
  });
});
