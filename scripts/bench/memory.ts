/** What the extension's background takes before any check, after the first one, and after many of different sites. */
import { createHash } from 'node:crypto';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackgroundCost, BrowserName, BrowserUnderTest, Tab } from '../../test/browsers/drivers/browser.ts';
import { configure, launchWithExtension, waitForVerdict } from '../../test/browsers/drivers/extension.ts';
import { createAuthority } from '../../test/world/authority.ts';
import { type DohExchange, startDohServer } from '../../test/world/doh-server.ts';
import { listen } from '../../test/world/listening.ts';
import { buildWorld } from '../../test/world/world.ts';
import { extensionFolder } from '../demo/prepare.ts';
import { contextsOf } from './contexts.ts';

/** Checks of different sites, each in a zone of its own, after which is measured. */
const CHECKS = [0, 1, 100, 200] as const;

export interface MemoryRow {
  readonly browser: BrowserName;
  readonly version: string;
  readonly after: readonly (BackgroundCost & {
    readonly checks: number;
    /** Processor time of the extension's process for each check since the row before, whatever goes with one included. */
    readonly msPerCheck?: number;
  })[];
}

/** For the page to be left again, whatever the extension still does with it. */
const STAY_MS = 100;
/** Before measuring: what is put off is done. */
const REST_MS = 1500;

export async function measureMemory(name: BrowserName): Promise<MemoryRow> {
  const world = await startManySites(Math.max(...CHECKS));
  try {
    const { hosts, authorityPem } = world;
    const folder = extensionFolder(name);
    const browser = await launchWithExtension(name, { extensionFolder: folder, hosts, authorityPem, headless: true });
    try {
      await configure(browser, world.resolver);
      const after: MemoryRow['after'][number][] = [];
      const tab = await browser.openTab();
      let visited = 0;
      for (const checks of CHECKS) {
        const { processMs: before } = await costOf(browser);
        const more = checks - visited;
        for (; visited < checks; visited++) await visitSite(tab, world.url(visited));
        if (checks > 0) await mustBeChecked(browser, tab, world, checks);
        const cost = await costOf(browser);
        after.push({ checks, ...cost, ...(more > 1 && { msPerCheck: (cost.processMs - before) / more }) });
      }
      return { browser: name, version: browser.version, after };
    } finally {
      await browser.close();
    }
  } finally {
    await world.close();
  }
}

async function visitSite(tab: Tab, url: string): Promise<void> {
  const outcome = await tab.open(url);
  if (!outcome.loaded) throw new Error(`${url}: ${outcome.error}`);
  await sleep(STAY_MS);
}

/** Nothing but the background is there, and it has done what it had to do; a page of the extension's is not. */
async function costOf(browser: BrowserUnderTest): Promise<BackgroundCost> {
  // Wakes it, should it have gone to sleep.
  await browser.inExtension("await chrome.runtime.sendMessage({ kind: 'look', tab: 0 });");
  await browser.closeDesk();
  await sleep(REST_MS);
  return browser.backgroundCost();
}

async function mustBeChecked(browser: BrowserUnderTest, tab: Tab, world: ManySites, checks: number): Promise<void> {
  const { verdict } = await waitForVerdict(browser, tab);
  if (verdict !== 'verified') throw new Error(`the extension says ${verdict}`);
  const asked = new Set(world.questions.filter(({ type }) => type === TLSA).map(({ name }) => name));
  if (asked.size !== checks) throw new Error(`${asked.size} of ${checks} sites were asked about`);
}

const TLSA = 52;

interface ManySites {
  readonly hosts: readonly string[];
  readonly authorityPem: string;
  readonly resolver: { readonly resolverUrl: string; readonly anchors: string };
  readonly questions: readonly DohExchange[];
  readonly url: (i: number) => string;
  readonly close: () => Promise<void>;
}

/** `www` in as many zones, each signed and with a TLSA record that fits. Nothing is delayed. */
async function startManySites(count: number): Promise<ManySites> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const zones = Array.from({ length: count }, (_, i) => `site${i}.com`);
  const hosts = zones.map((zone) => `www.${zone}`);
  const leaves = new Map(hosts.map((host) => [host, authority.issue({ hosts: [host] })]));
  const sites = await listen(
    https.createServer({ SNICallback: contextsOf(leaves) }, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' });
      response.end('<!doctype html><link rel="icon" href="data:,"><title>A site</title><p>One of many.');
    }),
  );
  const recordsOf = (zone: string) => {
    const key = createHash('sha256')
      .update(leaves.get(`www.${zone}`)!.publicKeyInfo)
      .digest('hex');
    return `www A 127.0.0.1\n_${sites.port}._tcp.www TLSA 3 1 1 ${key}`;
  };
  const described = zones.map((zone) => [`${zone}.`, { records: recordsOf(zone) }] as const);
  const world = buildWorld({ 'com.': {}, ...Object.fromEntries(described) }, { now });
  const resolver = await startDohServer({ respond: (query) => world.respond(query) });
  return {
    hosts,
    authorityPem: authority.rootPem,
    resolver: { resolverUrl: resolver.url, anchors: world.anchors() },
    questions: resolver.log,
    url: (i) => `https://${hosts[i]}:${sites.port}/`,
    close: async () => {
      await Promise.all([sites.close(), resolver.close()]);
    },
  };
}
