/** What the resolver said: how long it counts through changes of settings, how much there is, and its clearing. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { CacheSize } from '../../../src/doh/cache.ts';
import { createEngine, knowsTheSame } from '../../../src/extension/engine.ts';
import { readSettings, type Settings } from '../../../src/extension/settings.ts';
import { GOOD, Scene, SETTINGS, START, settled, WORLD } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  scene.openTab(1);
  await settled();
  scene.visit(1, GOOD);
  await scene.verdict(1, 'verified', GOOD);
});

const size = () => scene.send({ kind: 'cache' }) as Promise<CacheSize>;
const storedAnswers = () => [...scene.browser.session.keys()].filter((key) => key.startsWith('dns:'));

/** Resolves when the page has been checked once more with these settings. */
async function changeTo(settings: object): Promise<void> {
  scene.seconds++;
  await scene.browser.setLocal({ settings });
  await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
}

describe('V100 a change of settings', () => {
  test.each([
    ['protection', { protection: 'warn' }],
    ['the waiting limit', { waitLimitMs: 500 }],
    ['when pages are checked', { checking: 'each-page' }],
    ['other hosts', { checkHosts: true }],
    ['private windows', { privateWindows: true }],
    ['questions ahead', { speculate: false }],
    ['fetching issuers', { fetchIssuers: false }],
    ['reading certificates', { certificateReading: 'never' }],
  ])('of %s asks nothing again, and the verdict is made anew', async (_, change) => {
    const asked = scene.questions;
    await changeTo({ ...SETTINGS, ...change });
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.questions).toBe(asked);
  });

  test.each([
    ['anchors', { anchors: `${SETTINGS.anchors}\nisland.test. DS 1 13 2 ${'ab'.repeat(32)}` }],
    ['the list of names never asked about', { exclusions: ['elsewhere.example'] }],
    ['whether SHA-1 counts', { allowSha1: true }],
    ['the second resolver', { secondResolverUrl: 'https://other.example/dns-query' }],
  ])('of %s asks for all of it again', async (_, change) => {
    const asked = scene.questions;
    await changeTo({ ...SETTINGS, ...change });
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.questions).toBe(2 * asked);
  });

  test('of the resolver throws the answers of the one before away', async () => {
    expect(storedAnswers()).not.toEqual([]);
    await changeTo({ ...SETTINGS, resolverUrl: 'https://other.example/dns-query' });
    expect(scene.questionsTo.get('https://other.example/dns-query')).toBeGreaterThan(0);
    await changeTo({ ...SETTINGS, resolverUrl: '', consent: false });
    await scene.until(() => expect(storedAnswers()).toEqual([]));
    expect((await size()).answers).toBe(0);
  });

  test('an answer on its way to the engine before is not kept', async () => {
    let open = () => {};
    scene.gate = new Promise((resolve) => {
      open = resolve;
    });
    scene.visit(1, 'https://plain.example/');
    await settled();
    await scene.browser.setLocal({ settings: { ...SETTINGS, resolverUrl: '', consent: false } });
    await settled();
    open();
    await scene.verdict(1, 'indeterminate');
    await settled();
    expect(storedAnswers()).toEqual([]);
  });
});

describe('what is kept', () => {
  test('is counted, and thrown away when the person says so', async () => {
    const before = await size();
    expect(before.answers).toBe(storedAnswers().length);
    expect(before.answers).toBeGreaterThan(3);
    expect(before.octets).toBeGreaterThan(500);
    expect(before).toMatchObject({ oldest: START, newest: START });
    expect(await scene.send({ kind: 'clear-cache' })).toEqual({ done: true });
    expect(await size()).toEqual({ answers: 0, octets: 0 });
    await scene.until(() => expect(storedAnswers()).toEqual([]));
    const asked = scene.questions;
    scene.seconds++;
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
    expect(scene.questions).toBe(2 * asked);
    expect(await size()).toMatchObject({ answers: before.answers, oldest: START + 1 });
  });

  test('of private windows is thrown away with the rest, and not counted', async () => {
    await changeTo({ ...SETTINGS, privateWindows: true });
    const before = await size();
    scene.openTab(2, false, true);
    scene.visit(2, GOOD);
    await scene.verdict(2, 'verified', GOOD);
    const asked = scene.questions;
    expect(await size()).toEqual(before);
    await scene.send({ kind: 'clear-cache' });
    await scene.send({ kind: 'check-again', tab: 2 });
    await scene.until(() => expect(scene.questions).toBeGreaterThan(asked));
  });

  test('of private windows outlives a change that does not touch it, and no other', async () => {
    const settings = { ...SETTINGS, privateWindows: true };
    await changeTo(settings);
    scene.openTab(2, false, true);
    scene.visit(2, GOOD);
    await scene.verdict(2, 'verified', GOOD);
    const asked = scene.questions;
    await changeTo({ ...settings, protection: 'warn' });
    await scene.send({ kind: 'check-again', tab: 2 });
    await scene.verdict(2, 'verified', GOOD);
    expect(scene.questions).toBe(asked);
    await changeTo(SETTINGS);
    await scene.send({ kind: 'check-again', tab: 2 });
    await scene.verdict(2, 'off', GOOD);
    expect(scene.questions).toBe(asked);
  });
});

test('an engine takes over what the one before was told, and nothing that follows from its settings', async () => {
  const settings = readSettings({ ...SETTINGS, privateWindows: true }).settings;
  const surroundings = { now: () => START, fetch };
  const first = createEngine(settings, surroundings);
  const changed: Settings = { ...settings, fetchIssuers: false, speculate: false };
  expect(knowsTheSame(settings, changed)).toBe(true);
  const second = createEngine(changed, surroundings, { before: first });
  expect(second).toMatchObject({ ask: first.ask, zoneCache: first.zoneCache, options: { speculate: false } });
  expect(second.fetchIssuer).toBeUndefined();
  expect(knowsTheSame(settings, { ...settings, anchors: WORLD.anchors().replace('.', 'a.') })).toBe(false);
});
