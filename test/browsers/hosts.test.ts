/**
 * What a page loads from other hosts is checked host by host, and never stands on another page; and, in the same
 * browsers, pages that are not loaded at all (`refusals.ts`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TabHosts } from '../../src/extension/hosts/host-list.ts';
import { type HostsView, viewHosts } from '../../src/extension/hosts/host-view.ts';
import type { SiteVerdict } from '../../src/report.ts';
import { activateTab, type BrowserUnderTest, readToolbar, type Tab } from './drivers/browser.ts';
import { configure, popupPath, popupShown, visit } from './drivers/extension.ts';
import { HOST, type HostSites, MANY, startHostSites, type Use } from './host-sites.ts';
import { testRefusals } from './refusals.ts';
import { ALL, CHROMIUM, launchTarget } from './targets.ts';

/** Parts, frames in frames, and a socket. */
const MIXED: readonly Use[] = [
  { kind: 'image', host: HOST.verified },
  { kind: 'image', host: HOST.page },
  {
    kind: 'frame',
    host: HOST.other,
    uses: [
      { kind: 'image', host: HOST.mismatch },
      { kind: 'frame', host: HOST.signed, uses: [{ kind: 'image', host: HOST.insecure }] },
    ],
  },
  { kind: 'socket', host: HOST.refusedEndEntity },
  { kind: 'socket', host: HOST.alias },
];

let sites: HostSites;
beforeAll(async () => {
  sites = await startHostSites();
});
afterAll(() => sites.close());

describe.each(ALL)('$label', (target) => {
  /** Stock Chromium shows no certificate but the page's. */
  const blind = target === CHROMIUM;
  const ifSeen = (verdict: SiteVerdict): SiteVerdict => (blind ? 'unread' : verdict);
  let browser: BrowserUnderTest;
  let tab: Tab;
  let popup: Tab;
  const resolver = () => ({ resolverUrl: sites.resolverUrl, anchors: sites.anchorsText });
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: sites.hosts, authorityPem: sites.authorityPem });
    await configure(browser, resolver(), { checkHosts: true });
    popup = await browser.openTab();
  });
  beforeEach(async () => {
    tab = await browser.openTab();
    return () => tab.close();
  });
  afterAll(() => browser?.close());

  const storedHosts = async (of = tab): Promise<HostsView | undefined> => {
    const stored = await browser.inExtension<TabHosts | null>(
      `const key = 'hosts:' + given; return (await chrome.storage.session.get(key))[key] ?? null;`,
      of.id,
    );
    return stored === null ? undefined : viewHosts(stored, Math.floor(Date.now() / 1000));
  };
  const lines = (view: HostsView | undefined) => view?.hosts.map(({ host, look }) => `${host} ${look}`);
  const hostsAre = (expected: readonly (readonly [string, SiteVerdict])[], of = tab) =>
    expect
      .poll(async () => lines(await storedHosts(of))?.toSorted(), { timeout: 20_000 })
      .toEqual(expected.map(([host, verdict]) => `${host} ${verdict}`).toSorted());
  /** Painted after it is stored, by whichever background lives then. */
  const badgeIs = (badge: string) => expect.poll(async () => (await readToolbar(browser, tab)).badge).toBe(badge);
  const openPopup = async (of = tab) => {
    await popup.open(`${browser.extensionOrigin}/${popupPath(of)}`);
    return popupShown(popup);
  };
  const inPopup = <T>(body: string) =>
    popup.evaluate<T>(
      `const text = (node) => node.textContent.replace(/\\s+/g, ' ').trim();
      const shown = (selector) => { const node = document.querySelector(selector); return node.hidden ? null : text(node); };
      ${body}`,
    );

  test('parts, frames in frames and sockets: each host with its verdict, the page’s own button as it was', async () => {
    expect(await visit(browser, tab, sites.page(HOST.page, MIXED))).toMatchObject({ verdict: 'verified' });
    // The socket whose certificate the browser refused came to nothing, and nothing came of it.
    await hostsAre([
      [HOST.alias, ifSeen('verified')],
      [HOST.mismatch, ifSeen('mismatch')],
      [HOST.other, ifSeen('verified')],
      [HOST.signed, 'signed'],
      [HOST.verified, ifSeen('verified')],
      [HOST.insecure, 'insecure'],
    ]);
    await badgeIs(blind ? '✓' : '✓*');
    const title = async () => (await readToolbar(browser, tab)).title;
    if (blind) expect(await title()).not.toContain('other hosts');
    else await expect.poll(title).toMatch(/^page\.example: .*; 1 of 6 other hosts does not match$/);

    const { look } = await openPopup();
    expect(look).toBe('verified');
    const drawn = await inPopup<{ line: string | null; count: string; open: boolean; items: string[][] }>(`
      return {
        line: shown('#hosts-line'),
        count: shown('#hosts-count'),
        open: document.querySelector('#hosts-all').open,
        items: [...document.querySelectorAll('#hosts > li')].map((item) =>
          [item.dataset.look, text(item.querySelector('.name')), text(item.querySelector('.facts')), item.querySelector('img').src]),
      };`);
    expect(drawn.count).toBe('6');
    expect(drawn.items).toHaveLength(6);
    expect(drawn.open).toBe(!blind);
    expect(drawn.line === null).toBe(blind);
    const [look1, name, reason, icon] = drawn.items[0]!;
    expect(look1).toBe(ifSeen('mismatch'));
    if (!blind) {
      expect(drawn.line).toMatch(/^1 of 6 other hosts of this page shows a certificate/);
      expect(name).toBe(`${HOST.mismatch}:${sites.port}`);
      expect(reason).toMatch(/^DNS names one certificate/);
    }
    expect(icon).toContain(`/icons/${look1}.svg`);
  });

  test('the list opens, and each host of it to its reason', async () => {
    await visit(browser, tab, sites.page(HOST.page, [{ kind: 'image', host: HOST.signed }]));
    await hostsAre([[HOST.signed, 'signed']]);
    await openPopup();
    const keys = await inPopup<{ before: boolean; after: boolean; reason: string; focusable: boolean }>(`
      const all = document.querySelector('#hosts-all');
      const before = all.open;
      all.querySelector('summary').focus();
      all.querySelector('summary').click();
      const item = document.querySelector('#hosts > li details');
      item.querySelector('summary').focus();
      const focusable = document.activeElement === item.querySelector('summary');
      item.querySelector('summary').click();
      return { before, after: all.open && item.open, reason: text(item.querySelector('.facts')), focusable };`);
    expect(keys).toMatchObject({ before: false, after: true, focusable: true });
    expect(keys.reason).toContain('no certificate is published');
  });

  test('a host that shows two certificates on one page: the worst counts', async () => {
    const uses: Use[] = Array.from({ length: 4 }, () => ({ kind: 'image', host: HOST.turning }));
    await visit(browser, tab, sites.page(HOST.page, uses));
    await hostsAre([[HOST.turning, ifSeen('mismatch')]]);
    if (blind) return;
    await expect.poll(async () => (await storedHosts())?.hosts[0]?.certificates).toBe(2);
    await openPopup();
    expect(await inPopup<string>("return text(document.querySelector('#hosts .facts'))")).toContain('2 different');
  });

  test('nothing from elsewhere: an empty list, said in words; and a page out of the cache keeps its own', async () => {
    const bare = sites.page(HOST.other, []);
    await visit(browser, tab, sites.page(HOST.page, [{ kind: 'image', host: HOST.mismatch }]));
    await hostsAre([[HOST.mismatch, ifSeen('mismatch')]]);
    await visit(browser, tab, bare);
    await hostsAre([]);
    await openPopup();
    expect(await inPopup("return [shown('#hosts-line'), shown('#hosts-count'), shown('#hosts-more')]")).toEqual([
      null,
      'none',
      expect.stringContaining('Nothing of this page'),
    ]);
    await tab.back();
    await hostsAre([[HOST.mismatch, ifSeen('mismatch')]]);
    await tab.forward();
    await hostsAre([]);
  });

  test('more hosts than are checked: sixty-four, and that there are more is said', async () => {
    await visit(browser, tab, sites.page(HOST.page, MANY));
    await expect
      .poll(async () => (await storedHosts())?.hosts.filter(({ look }) => look === 'signed').length, {
        timeout: 20_000,
      })
      .toBe(64);
    expect(await storedHosts()).toMatchObject({ full: true, counts: { total: 64, pending: 0 } });
    await openPopup();
    expect(await inPopup("return [shown('#hosts-count'), shown('#hosts-more')]")).toEqual([
      '64',
      expect.stringContaining('There are more'),
    ]);
  });

  test('a host on a second page is not asked about again', async () => {
    const page = sites.page(HOST.page, [{ kind: 'image', host: HOST.verified }], 'first');
    await visit(browser, tab, page);
    await hostsAre([[HOST.verified, ifSeen('verified')]]);
    const asked = sites.asked.length;
    const other = await browser.openTab();
    try {
      await visit(browser, other, sites.page(HOST.page, [{ kind: 'image', host: HOST.verified }], 'second'));
      await hostsAre([[HOST.verified, ifSeen('verified')]], other);
    } finally {
      await other.close();
    }
    expect(sites.asked.slice(asked)).toEqual([]);
  });

  test('the background ends: the list stands', async () => {
    await visit(browser, tab, sites.page(HOST.page, [{ kind: 'image', host: HOST.mismatch }]));
    await hostsAre([[HOST.mismatch, ifSeen('mismatch')]]);
    expect(await browser.stopWorker()).toBe(true);
    await openPopup();
    await hostsAre([[HOST.mismatch, ifSeen('mismatch')]]);
    await badgeIs(blind ? '✓' : '✓*');
    // And what loads from now on belongs to it, too.
    await tab.evaluate(
      'const image = new Image(); image.src = given; await image.decode();',
      `${sites.url(HOST.signed)}image.svg`,
    );
    await hostsAre([
      [HOST.mismatch, ifSeen('mismatch')],
      [HOST.signed, 'signed'],
    ]);
  });

  test('fast from page to page in two tabs: no host ever stands on a page that does not load it', async () => {
    const pages = [
      [sites.page(HOST.page, [{ kind: 'image', host: HOST.mismatch }]), HOST.mismatch],
      [sites.page(HOST.other, [{ kind: 'image', host: HOST.verified }]), HOST.verified],
      [sites.page(HOST.signed, [{ kind: 'image', host: HOST.alias }]), HOST.alias],
    ] as const;
    const other = await browser.openTab();
    const wrong: unknown[] = [];
    let right = 0;
    try {
      for (let round = 0; round < 24; round += 1) {
        const [url] = pages[round % 3]!;
        const at = round % 2 === 0 ? tab : other;
        await at.evaluate('setTimeout(() => { location.href = given; });', url).catch(endedByNavigation);
        if (round % 4 === 3) await sleep(120);
        for (const one of [tab, other]) {
          // The list and the URL it is for, in one look.
          const seen = await browser.inExtension<{
            url: string | undefined;
            hosts: TabHosts | null;
            shown: string | null;
          }>(
            `const stored = await chrome.storage.session.get(['hosts:' + given, 'tab:' + given]);
            const shown = stored['tab:' + given]?.shown;
            return { url: shown?.url ?? '', hosts: stored['hosts:' + given] ?? null, shown: shown?.documentId ?? null };`,
            one.id,
          );
          // Two entries of the store, written one after the other: they are of one document or say nothing together.
          if (seen.hosts === null || seen.hosts.shown !== `id ${seen.shown}`) continue;
          const loaded = pages.find(([page]) => page === seen.url)?.[1];
          const view = viewHosts(seen.hosts, Math.floor(Date.now() / 1000));
          for (const { host } of view?.hosts ?? []) {
            if (host === loaded) right += 1;
            else wrong.push([round, seen.url, host]);
          }
        }
      }
    } finally {
      await other.close();
    }
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(5);
  });

  test('switched off: no list, and the resolver hears of no other host; switched on again, the next page has one', async () => {
    await configure(browser, resolver(), { checkHosts: false });
    const asked = sites.asked.length;
    await visit(browser, tab, sites.page(HOST.page, [{ kind: 'image', host: HOST.mismatch }]));
    await sleep(500);
    expect(await storedHosts()).toBeUndefined();
    expect(sites.asked.slice(asked).filter((name) => name.includes('wrong.'))).toEqual([]);
    await openPopup();
    expect(await inPopup("return document.querySelector('#hosts-section').hidden")).toBe(true);

    await popup.open(`${browser.extensionOrigin}/options/options.html`);
    await popup.click('#hosts');
    await expect.poll(() => popup.evaluate("return document.querySelector('#saved').dataset.state")).toBe('saved');
    await activateTab(browser, tab);
    // The browser takes a moment until it tells a new listener of requests.
    await sleep(500);
    await visit(browser, tab, sites.page(HOST.page, [{ kind: 'image', host: HOST.mismatch }]));
    await hostsAre([[HOST.mismatch, ifSeen('mismatch')]]);
  });

  describe('pages that the browser does not load', () => testRefusals(target, () => ({ browser, tab, popup, sites })));
});

/** The page before was still on its way. */
function endedByNavigation(error: unknown): void {
  if (!/context|navigat|destroyed|unloaded|discarded|aborted/i.test(String(error))) throw error;
}
