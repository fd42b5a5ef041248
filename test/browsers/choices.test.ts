/** Boxes on the options page, ticked as a person ticks them: what is stored, and what the next visit makes of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Matrix, startMatrix } from '../world/matrix.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { visit, waitForVerdict } from './drivers/extension.ts';
import { expectSeen, INSECURE, ISSUER_UNREAD, matched, noMatch } from './expectations.ts';
import { CHROMIUM_FEATURE, FIREFOX, launchTarget } from './targets.ts';

let matrix: Matrix;
beforeAll(async () => {
  matrix = await startMatrix();
});
afterAll(() => matrix.close());

describe.each([FIREFOX, CHROMIUM_FEATURE])('$label', (target) => {
  let browser: BrowserUnderTest;
  let options: Tab;
  let page: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: matrix.hosts,
      ports: matrix.ports,
      authorityPem: matrix.authorityPem,
      resolver: { resolverUrl: matrix.resolverUrl, anchors: matrix.anchorsText },
    });
    options = await browser.openTab();
    page = await browser.openTab();
    await options.open(`${browser.extensionOrigin}/options/options.html`);
  });
  afterAll(() => browser?.close());

  /** Ticks it, and waits until that is stored. */
  const tick = async (box: string, stored: object) => {
    await options.click(box);
    await expect.poll(() => settings(browser)).toMatchObject(stored);
  };
  const expectVisit = async (url: string, expected: Parameters<typeof expectSeen>[2]) =>
    expectSeen(await visit(browser, page, url), new URL(url), expected);

  test('V38 signatures with SHA-1 count once the box is ticked, and no longer once it is not', async () => {
    const url = 'https://old.example/';
    await expectVisit(url, INSECURE);
    expect(await isTicked(options, '#sha1')).toBe(false);
    await tick('#sha1', { allowSha1: true });
    await expectVisit(url, matched(3, 1, 1, 0));
    await options.reload();
    await expect.poll(() => isTicked(options, '#sha1')).toBe(true);
    await options.click('#sha1');
    await expect.poll(async () => (await settings(browser))?.allowSha1).toBeUndefined();
    await expectVisit(url, INSECURE);
  });

  test('B26 the option for private windows says that the browser keeps the extension out of them', async () => {
    await options.reload();
    const state = () => options.evaluate("return { ...document.querySelector('#private-state').dataset }.state ?? ''");
    await expect.poll(state).toBe('off');
    const words = await options.evaluate<string>("return document.querySelector('#private-state').textContent");
    expect(words).toContain(target === FIREFOX ? '“Run in Private Windows”' : '“Allow in Incognito”');
    expect(await isTicked(options, '#private')).toBe(false);
    await tick('#private', { privateWindows: true });
    await options.click('#private');
    await expect.poll(async () => (await settings(browser))?.privateWindows).toBeUndefined();
  });

  test('questions are asked at once until the box is unticked, and then come to the same verdict in more rounds', async () => {
    const url = 'https://issuer.example/nowhere';
    const ahead = await visit(browser, page, url);
    expect(ahead.report?.work.roundTrips).toBe(1);
    expect(await isTicked(options, '#ahead')).toBe(true);
    await tick('#ahead', { speculate: false });
    const careful = await visit(browser, page, url);
    expect(careful.verdict).toBe(ahead.verdict);
    expect(careful.report?.work.roundTrips).toBeGreaterThan(1);
    await options.click('#ahead');
    await expect.poll(async () => (await settings(browser))?.speculate).toBeUndefined();
  });

  test('D48 nobody is asked about a site whose certificate carries the answer, once the box is ticked', async () => {
    const host = 'key-256.example';
    await matrix.carryChain(host);
    const about = () => matrix.questions().filter((name) => name.includes(host)).length;
    expect(await isTicked(options, '#certificate-first')).toBe(false);
    await tick('#certificate-first', { certificateFirst: true });
    const before = about();
    const own = await visit(browser, page, `https://${host}/own`);
    expectSeen(own, new URL(`https://${host}/own`), matched(3, 1, 1, 0));
    expect(own.report).toMatchObject({
      resolvers: [],
      work: { queries: 0 },
      notes: [{ code: 'chain-answered', instead: false }],
    });
    expect(about()).toBe(before);
    // A site without goes by DNS all the same, and so does this one once the box is not ticked.
    await expectVisit('https://other-key-256.example/', noMatch());
    await options.click('#certificate-first');
    await expect.poll(async () => (await settings(browser))?.certificateFirst).toBeUndefined();
    const byDns = await visit(browser, page, `https://${host}/dns`);
    expectSeen(byDns, new URL(`https://${host}/dns`), matched(3, 1, 1, 0));
    expect(byDns.report?.notes).toEqual([{ code: 'chain-agrees' }]);
    const asked = about();
    expect(asked).toBeGreaterThan(before);
    // Once DNS has said the same, the certificate is believed by itself.
    const believed = await visit(browser, page, `https://${host}/believed`);
    expectSeen(believed, new URL(`https://${host}/believed`), matched(3, 1, 1, 0));
    expect(believed.report).toMatchObject({
      resolvers: [],
      work: { queries: 0 },
      notes: [{ code: 'chain-answered', instead: false }],
    });
    // Whoever asks anew hears what DNS says.
    await browser.inExtension("await chrome.runtime.sendMessage({ kind: 'check-again', tab: given });", page.id);
    await expect
      .poll(async () => (await waitForVerdict(browser, page)).report?.notes)
      .toEqual([{ code: 'chain-agrees' }]);
  });

  test('D37 the draft for HTTPS records is off until the box is ticked', async () => {
    expect(await isTicked(options, '#draft-bindings')).toBe(false);
    await tick('#draft-bindings', { draftBindings: true });
    await options.click('#draft-bindings');
    await expect.poll(async () => (await settings(browser))?.draftBindings).toBeUndefined();
  });

  if (target === CHROMIUM_FEATURE) {
    test.each([
      ['https://issuer.example/', matched(2, 1, 1, 1)],
      ['https://root.example/', matched(2, 0, 1, 2)],
      ['https://pkix-issuer.example/', matched(0, 0, 1, 1)],
    ])(
      'D32 the issuers of %s are fetched while the box is ticked, and nobody is asked once it is not',
      async (url, verified) => {
        const fetches = () => matrix.requests.filter((request) => request.endsWith('.der')).length;
        const fetched = { ...verified, fetched: ['issuers.example', 'issuers.example'] };
        await expectVisit(url, fetched);
        const before = fetches();
        expect(before).toBeGreaterThan(0);
        await tick('#issuers', { fetchIssuers: false });
        await expectVisit(url, ISSUER_UNREAD);
        expect(fetches()).toBe(before);
        await options.click('#issuers');
        await expect.poll(async () => (await settings(browser))?.fetchIssuers).toBeUndefined();
        await expectVisit(url, fetched);
      },
    );
  }
});

interface Stored {
  readonly allowSha1?: boolean;
  readonly fetchIssuers?: boolean;
  readonly privateWindows?: boolean;
  readonly speculate?: boolean;
  readonly certificateFirst?: boolean;
  readonly draftBindings?: boolean;
}

function settings(browser: BrowserUnderTest): Promise<Stored | null> {
  return browser.inExtension("return (await chrome.storage.local.get('settings')).settings ?? null;");
}

function isTicked(options: Tab, box: string): Promise<boolean> {
  return options.evaluate('return document.querySelector(given).checked', box);
}
