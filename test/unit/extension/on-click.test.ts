/** Checks on a click alone: no question leaves before it, whatever the browser tells of. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BAD, GOOD, NOTHING, RIGHT, Scene, SETTINGS, START, settled } from './scene.ts';

const ON_CLICK = { ...SETTINGS, checking: 'on-click', checkHosts: true };

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  scene.openTab(1);
  await scene.browser.setLocal({ settings: ON_CLICK });
  await settled();
});

const waits = (tab: number) => scene.until(() => expect(scene.state(tab)?.shown?.report?.reason.code).toBe('on-click'));

describe('before the click', () => {
  test('nobody is asked: pages, redirects, tabs restored or brought forward, alarms, a new background, other hosts', async () => {
    const first = scene.request(1, BAD);
    scene.request(1, GOOD, first);
    scene.certificate(1, first, RIGHT.chain);
    scene.commit(1, GOOD, { documentId: 'd1' });
    await waits(1);
    expect(scene.browser.toolbar.get(1)).toMatchObject({ badge: '', title: 'title_off_waiting good.example' });
    scene.loads(1, 'd1', 'wrong.example');
    await scene.hostsAre(1, 'wrong.example off');
    // A tab from before the extension ran, as after a restart.
    scene.browser.tabs.set(2, { url: GOOD, active: false });
    scene.browser.fire('tabs.onActivated', { tabId: 2 });
    await waits(2);
    await scene.send({ kind: 'look', tab: 1 });
    scene.seconds += 100_000;
    scene.browser.fire('alarms.onAlarm', { name: 'expiry' });
    scene.navigationError(1, GOOD, 'net::ERR_CERT_AUTHORITY_INVALID');
    await settled();
    scene.startBackground();
    await settled();
    await waits(1);
    await scene.browser.setLocal({ settings: { ...ON_CLICK, allowSha1: true } });
    await scene.send({ kind: 'look', tab: 1 });
    await waits(1);
    expect(scene.questions).toBe(0);
    expect(scene.reads).toBe(0);
  });

  test('what would not be checked after it says so at once; and without a resolver that comes first', async () => {
    scene.visit(1, 'http://good.example/');
    await scene.until(() => expect(scene.state(1)?.shown?.report?.reason.code).toBe('not-https'));
    scene.visit(1, 'https://192.0.2.1/');
    await scene.until(() => expect(scene.state(1)?.shown?.report?.reason.code).toBe('address-literal'));
    scene.visit(1, 'https://printer.local/');
    await scene.until(() => expect(scene.state(1)?.shown?.report?.reason.code).toBe('excluded'));
    await scene.browser.setLocal({ settings: { ...ON_CLICK, consent: false } });
    scene.visit(1, GOOD);
    await scene.verdict(1, 'indeterminate');
    expect(scene.questions).toBe(0);
  });
});

describe('the click', () => {
  test('checks the page with its own certificate, and the hosts it has loaded from so far', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await waits(1);
    scene.loads(1, 'd1', 'wrong.example', RIGHT.chain);
    await scene.hostsAre(1, 'wrong.example off');
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.verdict(1, 'verified');
    await scene.hostsAre(1, 'wrong.example verified');
    // What the page loads later waits for the next click.
    const asked = scene.questions;
    scene.loads(1, 'd1', 'plain.example');
    await scene.hostsAre(1, 'wrong.example verified', 'plain.example off');
    expect(scene.questions).toBe(asked);
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.hostsAre(1, 'wrong.example verified', 'plain.example signed');
  });

  test('is for that document: the same page loaded anew waits again, and other tabs do', async () => {
    scene.visit(1, GOOD);
    await waits(1);
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.verdict(1, 'verified');
    const asked = scene.questions;
    scene.openTab(2);
    scene.visit(2, NOTHING);
    await waits(2);
    scene.visit(1, GOOD);
    await waits(1);
    expect(scene.questions).toBe(asked);
  });

  test('does not ask again by itself when the verdict runs out', async () => {
    scene.visit(1, GOOD);
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.verdict(1, 'verified');
    const asked = scene.questions;
    await scene.send({ kind: 'look', tab: 1 });
    await scene.verdict(1, 'verified');
    scene.seconds = START + 3600;
    scene.browser.fire('alarms.onAlarm', { name: 'expiry' });
    await waits(1);
    expect(scene.questions).toBe(asked);
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.verdict(1, 'verified');
    expect(scene.questions).toBeGreaterThan(asked);
  });

  test('outlives the background that died in the middle of the check', async () => {
    let open = () => {};
    scene.gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    scene.visit(1, GOOD);
    await waits(1);
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.until(() => expect(scene.state(1)?.shown?.asked).toBe(true));
    scene.startBackground();
    open();
    await scene.verdict(1, 'verified');
  });

  test('by the keyboard does the same', async () => {
    scene.visit(1, GOOD);
    await waits(1);
    scene.browser.fire('commands.onCommand', 'something-else');
    await settled();
    await waits(1);
    scene.browser.fire('commands.onCommand', 'check-page');
    await scene.verdict(1, 'verified');
  });
});

test('switched back, pages are checked by themselves again', async () => {
  scene.visit(1, GOOD);
  await waits(1);
  await scene.browser.setLocal({ settings: SETTINGS });
  await scene.verdict(1, 'verified');
  await scene.browser.setLocal({ settings: ON_CLICK });
  await waits(1);
});
