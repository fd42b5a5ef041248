/** Firefox for Android has a part of the API only: the background starts there, and does what it can. */
import { expect, test } from 'vitest';
import { FakeBrowser } from './fake-browser.ts';
import { GOOD, Scene, SETTINGS, settled } from './scene.ts';

/** Of what the background uses, by MDN's tables of compatibility. */
const LACKING = ['windows', 'commands', 'omnibox', 'storage.managed', 'tabs.onReplaced'];

function androidScene(): Scene {
  const browser = new FakeBrowser();
  browser.lacks = LACKING;
  return new Scene(browser);
}

test('the background starts, and a page gets its verdict', async () => {
  const scene = androidScene();
  scene.openTab(1);
  scene.visit(1, GOOD);
  await scene.verdict(1, 'verified');
});

test('what private tabs asked is forgotten with the last of them', async () => {
  const scene = androidScene();
  await scene.browser.setLocal({ settings: { ...SETTINGS, privateWindows: true } });
  scene.openTab(7, true, true);
  scene.visit(7, GOOD);
  await scene.verdict(7, 'verified');
  const asked = scene.questions;
  scene.browser.tabs.delete(7);
  scene.browser.fire('tabs.onRemoved', 7, {});
  await settled();
  scene.openTab(8, true, true);
  scene.visit(8, GOOD);
  await scene.verdict(8, 'verified');
  expect(scene.questions).toBe(2 * asked);
});
