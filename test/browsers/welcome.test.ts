/** The first-run page and the test of resolvers, clicked through: who is asked what, and from when on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import type { DohExchange } from '../world/doh-server.ts';
import { type ProbedWorld, startProbedWorld, type Treatment } from '../world/probed.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, popupPath, popupShown, visit } from './drivers/extension.ts';
import { launchTarget, STOCK } from './targets.ts';

let world: DemoWorld;
let probed: ProbedWorld;
beforeAll(async () => {
  world = await startDemoWorld();
  probed = await startProbedWorld(world.now);
});
afterAll(() => Promise.all([world?.close(), probed?.close()]));

const TRIAL = { timeout: 25_000 };

/** Tests of one browser build on one another: from the installation on. */
describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let welcome: Tab;
  let page: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem });
    welcome = await browser.openTab();
    page = await browser.openTab();
  });
  afterAll(() => browser?.close());

  const asked = () => world.log.length + probed.log.length;
  const open = async () => {
    await welcome.open(`${browser.extensionOrigin}/welcome/welcome.html`);
    // What it shows depends on what is stored.
    await expect.poll(async () => (await isShown('#form')) || (await isShown('#outcome'))).toBe(true);
  };
  const text = (selector: string) =>
    welcome.evaluate<string>('return document.querySelector(given)?.textContent.trim() ?? ""', selector);
  const isShown = (selector: string) =>
    welcome.evaluate<boolean>(
      'return document.querySelector(given)?.checkVisibility({ checkVisibilityCSS: true }) ?? false',
      selector,
    );
  const focused = () => welcome.evaluate<string>('return document.activeElement.id || document.activeElement.name');
  const trialResult = () =>
    welcome.evaluate<string>("return document.querySelector('#test-result').dataset.result ?? ''");
  const typeOwn = async (url: string) => {
    await welcome.click('#resolvers input[value="own"]');
    await welcome.type('#resolver', url);
  };
  const settings = () =>
    browser.inExtension<Record<string, unknown> | null>(
      "return (await chrome.storage.local.get('settings')).settings ?? null;",
    );
  /** Anchors alone: nobody is chosen. */
  const trust = (anchors: string) =>
    browser.inExtension(
      "await chrome.storage.local.set({ settings: { version: 1, resolverUrl: '', consent: false, anchors: given } });",
      anchors,
    );
  const site = (host: string) => world.sites.find((one) => one.host === host)!.url;

  test('H21 B23 the page says in five sentences what is sent to whom', async () => {
    await open();
    await expect.poll(() => isShown('#form')).toBe(true);
    const sentences = await welcome.evaluate<string[]>(
      "return [...document.querySelectorAll('#sent > li')].map((li) => li.textContent)",
    );
    expect(sentences).toHaveLength(5);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^.]+\.$/);
    expect(sentences.join(' ')).toMatch(/names of the sites you visit.*network address.*private windows.*at any time/);
  });

  test('B24 nothing is picked beforehand, and nothing is stored', async () => {
    const picked = await welcome.evaluate<number>("return document.querySelectorAll('input:checked').length");
    expect(picked).toBe(0);
    expect(await settings()).toBeNull();
  });

  test('the list stands in the order of the alphabet, each with what is known of it', async () => {
    const rows = await welcome.evaluate<{ name: string; summary: string }[]>(
      `return [...document.querySelectorAll('.resolver:has(.summary)')].map((row) => ({
        name: row.querySelector('strong').textContent, summary: row.querySelector('.summary').textContent }));`,
    );
    expect(rows.length).toBeGreaterThan(10);
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(names.toSorted(new Intl.Collator('en').compare));
    for (const { summary } of rows) expect(summary.split(' · ')).toHaveLength(4);
    await welcome.click('#resolvers input[value="https://dns.google/dns-query"]');
    expect(await text('.resolver-facts:not([hidden])')).toContain('April 1, 2016');
  });

  test('B24 with a resolver and a mode picked and sites visited, nothing is asked before the button is pressed', async () => {
    await trust(world.anchorsText);
    await open();
    const before = asked();
    await typeOwn(world.resolverUrl);
    await welcome.click('#checking-each-page');
    for (const host of ['verified.example', 'mismatch.example', 'insecure.example']) {
      expect(await visit(browser, page, site(host))).toMatchObject({ verdict: 'indeterminate', badge: '?' });
    }
    expect(asked()).toBe(before);
    expect(await settings()).toMatchObject({ resolverUrl: '', consent: false });
  });

  test('“Not now” asks nobody and says where to find the page again', async () => {
    const before = asked();
    await welcome.click('#later');
    await expect.poll(() => isShown('#outcome')).toBe(true);
    expect(await text('#outcome')).toContain('toolbar button');
    expect(await focused()).toBe('outcome-title');
    await visit(browser, page, site('signed.example'));
    expect(asked()).toBe(before);
    expect(await settings()).toMatchObject({ consent: false });
    await welcome.click('#again');
    await expect.poll(() => isShown('#form')).toBe(true);
  });

  test('the popup leads back to the page', async () => {
    const popup = await browser.openTab();
    await popup.open(`${browser.extensionOrigin}/${popupPath(page)}`);
    await popupShown(popup);
    await browser.inExtension(
      `const popup = chrome.extension.getViews().find(({ location }) => location.pathname === '/popup/popup.html');
      popup.document.querySelector('#options').click();`,
    );
    const find = () =>
      browser.inExtension<number | null>(
        `const url = chrome.runtime.getURL('welcome/welcome.html');
        const found = (await chrome.tabs.query({ active: true })).find((tab) => tab.url === url);
        return found?.id ?? null;`,
      );
    await expect.poll(find).not.toBeNull();
    const opened = await find();
    expect(opened).not.toBe(welcome.id);
    await browser.inExtension('await chrome.tabs.remove(given);', opened);
  });

  test('what is missing is said beside its field, and has the focus', async () => {
    await open();
    await welcome.click('#start');
    expect(await text('#resolver-missing')).not.toBe('');
    expect(await isShown('#when-missing')).toBe(true);
    expect(await focused()).toBe('resolver');
    await welcome.click('#resolvers input[value="https://dns.google/dns-query"]');
    expect(await isShown('#resolver-missing')).toBe(false);
    await welcome.click('#start');
    expect(await focused()).toBe('checking-each-page');
    expect(await settings()).toMatchObject({ consent: false });
  });

  test.each([
    ['dns.example', 'no address'],
    ['ftp://dns.example/', 'https://'],
    ['http://dns.example/dns-query', 'this machine only'],
    ['https://me:secret@dns.example/', 'user name'],
    ['https://dns.example/#part', '#'],
    ['https://dns.example/{dns}', '{?dns}'],
    ['', 'Type the address'],
  ])('an address of one’s own, %j: refused in words, and not taken', async (url, words) => {
    await typeOwn(url);
    await welcome.click('#start');
    expect(await text('#resolver-fault')).toContain(words);
    expect(await focused()).toBe('resolver');
    expect(await settings()).toMatchObject({ consent: false });
  });

  test('H28 a service that has ended is flagged beside the field', async () => {
    await typeOwn('https://dns0.eu/');
    expect(await text('#resolver-ended')).toContain('2025');
  });

  test('a second resolver has to be another one', async () => {
    await typeOwn(world.resolverUrl);
    await welcome.click('#second-choice > summary');
    expect(await text('#second-what')).toContain('Both resolvers');
    await choose(welcome, '#second', 'own');
    await welcome.type('#second-own', `${world.resolverUrl}{?dns}`);
    await welcome.click('#checking-each-page');
    await welcome.click('#start');
    expect(await text('#second-own-fault')).toContain('first resolver already');
    expect(await focused()).toBe('second-own');
    await choose(welcome, '#second', '');
    expect(await settings()).toMatchObject({ consent: false });
  });

  test('B25 “Start checking” is what starts it: the first questions leave, and sites get their verdicts', async () => {
    const before = asked();
    await welcome.click('#start');
    await expect.poll(() => isShown('#outcome')).toBe(true);
    expect(await text('#outcome-title')).toContain(world.resolverUrl);
    // What was true a moment ago.
    expect(await isShown('#so-far')).toBe(false);
    expect(await settings()).toMatchObject({
      resolverUrl: world.resolverUrl,
      consent: true,
      checking: 'each-page',
      anchors: world.anchorsText,
    });
    expect(await visit(browser, page, site('verified.example'))).toMatchObject({ verdict: 'verified', badge: '✓' });
    expect(asked()).toBeGreaterThan(before);
  });

  test('opened again, the page says who is asked instead of asking anew', async () => {
    await open();
    await expect.poll(() => isShown('#outcome')).toBe(true);
    expect(await isShown('#form')).toBe(false);
    expect(await text('#outcome-title')).toContain(world.resolverUrl);
  });

  test('options: another resolver is asked from the button on, and “Ask nobody any more” stops it', async () => {
    await welcome.open(`${browser.extensionOrigin}/options/options.html`);
    await welcome.click('#resolver-change > summary');
    await choose(welcome, '#second', 'https://dns.google/dns-query');
    await typeOwn(world.secureResolverUrl);
    expect(await settings()).toMatchObject({ resolverUrl: world.resolverUrl });
    await welcome.click('#resolver-use');
    await expect
      .poll(settings)
      .toMatchObject({ resolverUrl: world.secureResolverUrl, secondResolverUrl: 'https://dns.google/dns-query' });
    expect(await text('#resolver-state')).toContain(world.secureResolverUrl);
    expect(await text('#resolver-state')).toContain('Google');
    await welcome.click('#resolver-stop');
    await expect.poll(settings).toMatchObject({ resolverUrl: '', consent: false });
    expect(await settings()).not.toHaveProperty('secondResolverUrl');
    const before = asked();
    expect(await visit(browser, page, site('mismatch.example'))).toMatchObject({ verdict: 'indeterminate' });
    expect(asked()).toBe(before);
  });

  test.each<[Treatment, string, string, string[]]>([
    ['sound', 'good', 'passes on all', []],
    ['strips', 'bad', 'cannot be checked', ['zone-keys', 'signed-delegation', 'unsigned-delegation', 'tlsa']],
    ['filters', 'bad', 'cannot be checked', ['tlsa']],
    ['keeps-back', 'doubt', 'keeps back', ['bogus-data']],
    ['hangs', 'bad', 'did not answer', ['zone-keys']],
  ])('H18 the test of a resolver that is %s: %s', async (treatment, result, words, broken) => {
    await trust(probed.anchorsText);
    await open();
    await typeOwn(probed.url(treatment));
    const before = asked();
    await sleep(300);
    expect(asked()).toBe(before);
    await welcome.click('#test');
    await expect.poll(trialResult, TRIAL).toBe(result);
    expect(await text('#test-result')).toContain(words);
    const states = await welcome.evaluate<string[]>(
      "return [...document.querySelectorAll('#test-steps > li')].map((li) => li.dataset.state)",
    );
    expect(states).toHaveLength(5);
    expect(states.filter((state) => state === 'broken')).toHaveLength(broken.length);
    expect(await text('#test-latency')).toMatch(treatment === 'hangs' ? /^$/ : /answered within \d+ ms/);
    // A trial is no consent.
    expect(await settings()).toMatchObject({ resolverUrl: '', consent: false });
    for (const { name } of probed.log) expect(name).not.toMatch(/example\.$/);
  });

  test('H18 the second resolver is tested after the first, and each result stands by its own', async () => {
    await trust(probed.anchorsText);
    await open();
    await typeOwn(probed.url('sound'));
    await welcome.evaluate('document.querySelector("#second-choice").open = true;');
    await choose(welcome, '#second', 'own');
    await welcome.type('#second-own', probed.url('strips'));
    await welcome.click('#test');
    await expect.poll(trialResult, TRIAL).toBe('good');
    const second = () =>
      welcome.evaluate<string>("return document.querySelector('#second-test-result').dataset.result ?? ''");
    await expect.poll(second, TRIAL).toBe('bad');
    expect(await text('#test-whom')).toContain(probed.url('sound'));
    expect(await text('#second-test-whom')).toContain(probed.url('strips'));
    expect(await text('#test-result')).toContain('passes on all');
    expect(await text('#second-test-result')).toContain('cannot be checked');
    expect(await isShown('#test-stop')).toBe(false);
  });

  test('H18 a test that takes too long is called off by a click, and asks nothing more', async () => {
    await trust(probed.anchorsText);
    await open();
    await typeOwn(probed.url('hangs'));
    await welcome.click('#test');
    await expect.poll(() => isShown('#test-stop')).toBe(true);
    expect(await focused()).toBe('test-stop');
    const before = probed.log.length;
    await welcome.click('#test-stop');
    expect(await text('#test-result')).toBe('Stopped.');
    expect(await focused()).toBe('test');
    // The question under way is given up at once; a trial that went on would ask the next one upon that.
    const isOver = (one: DohExchange) => one.answeredAt !== undefined || one.givenUp === true;
    await expect.poll(() => probed.log.every(isOver)).toBe(true);
    const questions = probed.log.length;
    expect(questions).toBeLessThanOrEqual(before + 1);
    await sleep(500);
    expect(probed.log.length).toBe(questions);
  });

  test('a resolver chosen beforehand: the page asks nothing of the person', async () => {
    await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
    await open();
    await expect.poll(() => isShown('#outcome')).toBe(true);
    expect(await isShown('#form')).toBe(false);
  });
});

/** Of a list to choose from. */
function choose(tab: Tab, selector: string, value: string): Promise<void> {
  return tab.evaluate(
    `const list = document.querySelector(given.selector);
    list.value = given.value;
    list.dispatchEvent(new Event('change', { bubbles: true }));`,
    { selector, value },
  );
}
