/**
 * Who hears what: a whole browsing with every request noted that leaves the browser, by the proxy it goes through and
 * by the servers it ends at. Only the resolver that was chosen hears questions, and only of names it may hear of.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typeMnemonic } from '../../src/dns/codes.ts';
import {
  ANCHORED_HOST,
  type BrowsingWorld,
  EXCLUDED_HOSTS,
  EXCLUSIONS,
  HOP,
  ISSUERS_HOST,
  PARTS,
  PRIVATE_HOSTS,
  RESOLVER_HOST,
  SITES,
  startBrowsingWorld,
} from './browsing-world.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { type Choices, configure, visit } from './drivers/extension.ts';
import { ALL, CHROMIUM_FEATURE, launchTarget } from './targets.ts';

const PADDING_OCTETS = 128;

describe.each(ALL)('$label', (target) => {
  let world: BrowsingWorld;
  let browser: BrowserUnderTest;
  let tab: Tab;
  beforeAll(async () => {
    world = await startBrowsingWorld();
    browser = await launchTarget(target, {
      hosts: world.hosts,
      authorityPem: world.authorityPem,
      privateWindows: true,
      proxyPort: world.proxy.port,
    });
    tab = await browser.openTab();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  const choose = (choices: Choices = {}) =>
    configure(
      browser,
      { resolverUrl: world.resolverUrl, anchors: world.anchorsText },
      { checkHosts: true, exclusions: EXCLUSIONS, ...choices },
    );
  const toResolver = () => world.proxy.destinations.filter((place) => place.startsWith(`${RESOLVER_HOST}:`)).length;
  /** Names it was asked about, without a dot at the end. */
  const names = () => [...new Set(world.questions.map(({ name }) => name.replace(/\.$/, '')))].sort();

  test('nothing before consent: not a question, and not a connection to the resolver', async () => {
    for (const host of SITES.slice(0, 3)) await visit(browser, tab, world.url(host));
    await browser.inExtension('await chrome.storage.local.set({ settings: given });', {
      version: 1,
      resolverUrl: world.resolverUrl,
      consent: false,
      anchors: world.anchorsText,
    });
    for (const host of SITES.slice(0, 3)) await visit(browser, tab, world.url(host));
    expect(world.visited).toContain(SITES[2]);
    expect(world.questions).toEqual([]);
    expect(toResolver()).toBe(0);
  });

  test('H12 its own questions and the issuers it fetches are no hosts of a page, and nobody is asked about them', async () => {
    await tab.open('about:blank');
    await choose();
    // What the questions about one page bring must not bring questions of their own, nor a row in its list.
    for (const host of [SITES[0]!, ANCHORED_HOST]) {
      expect(await visit(browser, tab, world.url(host))).toMatchObject({ verdict: 'verified' });
    }
    const listed = () => listedHosts(browser);
    await expect.poll(listed, { timeout: 10_000 }).toEqual(expect.arrayContaining(PARTS.slice(0, 2)));
    expect((await listed()).filter((host) => !PARTS.includes(host))).toEqual([]);
    expect(toResolver()).toBeGreaterThan(0);
    const fetched = world.visited.filter((host) => host === ISSUERS_HOST).length;
    expect(fetched).toBe(target === CHROMIUM_FEATURE ? 1 : 0);
    expect(names().filter((name) => name.includes('resolver') || name.includes('issuers'))).toEqual([]);
  });

  // The third shows certificates otherwise, and asks as the stock one does.
  if (target === CHROMIUM_FEATURE) return;
  test('twenty sites, redirects, parts of other hosts, a private window, excluded names', async () => {
    const openPrivate = (url: string) =>
      browser.inExtension<number>('return (await chrome.windows.create({ incognito: true, url: given })).id;', url);
    for (const host of SITES.slice(0, 10)) await visit(browser, tab, world.url(host));
    await tab.open(world.url(HOP, `/to?${encodeURIComponent(world.url(SITES[10]!))}`));
    for (const host of EXCLUDED_HOSTS) {
      expect(await visit(browser, tab, world.url(host))).toMatchObject({ verdict: 'off' });
    }
    const window = await openPrivate(world.url(PRIVATE_HOSTS[0]!));
    await expect
      .poll(() => PRIVATE_HOSTS.every((host) => world.visited.includes(host)), { timeout: 10_000 })
      .toBe(true);
    // Known already, with all their parts: nothing is to be asked again.
    for (const host of SITES) await visit(browser, tab, world.url(host));
    await browser.inExtension('await chrome.windows.remove(given);', window);
    for (const host of SITES.slice(0, 3)) await visit(browser, tab, world.url(host));

    const log = world.questions.map((exchange) => `${exchange.name} ${typeMnemonic(exchange.type)}`);
    const others = new Set(
      world.proxy.destinations.filter((place) => !world.hosts.includes(place.replace(/:\d+$/, ''))),
    );
    const octets = new Set(world.questions.map(({ queryOctets }) => queryOctets));
    console.log(
      `${target.label}: ${new Set(world.visited).size} hosts visited, ${world.visited.length} requests to sites, ` +
        `${world.proxy.destinations.length} connections; ${log.length} questions, ${new Set(log).size} of them different, ` +
        `${names().length} names, query lengths ${[...octets].join(', ')}; the browser’s own: ${[...others].join(', ') || 'none'}`,
    );
    // Each once, in all that time.
    expect(log.filter((question, i) => log.indexOf(question) !== i)).toEqual([]);
    const allowed = [...SITES, ...PARTS, HOP, ANCHORED_HOST];
    for (const host of allowed) expect(names()).toContain(host);
    expect(names().filter((name) => !allowed.some((host) => isAskedOf(name, host)))).toEqual([]);
    for (const exchange of world.questions) {
      expect(exchange.queryOctets % PADDING_OCTETS).toBe(0);
      expect(exchange).toMatchObject({ method: 'POST', path: '/dns-query', httpVersion: '2.0' });
      for (const header of ['cookie', 'referer', 'authorization']) expect(exchange.headers[header]).toBeUndefined();
    }
    // All that went elsewhere is the browser's own, and was refused.
    expect([...others].filter((place) => !BROWSERS_OWN.test(place))).toEqual([]);
  });
});

/** What the two browsers send to their makers, if anything. */
const BROWSERS_OWN = /(^|\.)(google|googleapis|gstatic|gvt1|gvt2|mozilla|firefox|mozgcp)\.(com|org|net):(443|80)$/;

/** The host itself, the names above it, and those of its TLSA records. */
function isAskedOf(name: string, host: string): boolean {
  if (name === '' || name === host || host.endsWith(`.${name}`)) return true;
  return name.endsWith(`.${host}`) && /^(_\d+\.)?_tcp$/.test(name.slice(0, -host.length - 1));
}

/** Of all pages whose list is stored, earlier ones included. */
function listedHosts(browser: BrowserUnderTest): Promise<string[]> {
  return browser.inExtension<string[]>(`
    const stored = Object.entries(await chrome.storage.session.get(null));
    const documents = stored.filter(([key]) => key.startsWith('hosts:')).flatMap(([, state]) => state.documents);
    return [...new Set(documents.flatMap(({ hosts }) => hosts.map(({ host }) => host)))].sort();`);
}
