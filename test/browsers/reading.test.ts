/** When Chromium's debugger reads a certificate, what that proves, and that it never stays attached. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CertificateReading } from '../../src/extension/settings.ts';
import type { Report } from '../../src/report.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { chromiumExtensionId } from './drivers/chromium.ts';
import { configure, popupPath, popupShown, visit, waitForVerdict } from './drivers/extension.ts';
import { removeFolder, temporaryFolder } from './drivers/processes.ts';
import { type Sites, startSites } from './sites.ts';
import { CHROMIUM, CHROMIUM_FEATURE, launchTarget, type Target } from './targets.ts';

const VERIFIED = { verdict: 'verified', badge: '✓' };
const EARLIER = { verdict: 'verified', badge: '(✓)' };
const MISMATCH = { verdict: 'mismatch', badge: '✗' };
const UNREAD = { verdict: 'unread', badge: 'i' };

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

/** One more extension with a debugger, and nothing else to it. */
let otherExtension: string;
beforeAll(() => {
  otherExtension = temporaryFolder('other-extension');
  const manifest = { manifest_version: 3, name: 'other', version: '1', permissions: ['debugger'] };
  writeFileSync(join(otherExtension, 'manifest.json'), JSON.stringify(manifest));
});
afterAll(() => removeFolder(otherExtension));

let browser: BrowserUnderTest;
let tab: Tab;
function inBrowser(target: Target): void {
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      otherExtensions: [otherExtension],
      resolver: { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
    });
  });
  beforeEach(async () => {
    tab = await browser.openTab();
  });
  afterEach(async () => {
    sites.holdHeads(false);
    sites.swap('verified', false);
    await tab.close();
    await expectNothingAttached();
  });
  afterAll(() => browser?.close());
}

/** A new browser session, as far as kept certificates go, with this choice made. */
async function choose(certificateReading: CertificateReading): Promise<void> {
  await browser.inExtension("await chrome.storage.session.remove('kept');");
  await configure(browser, { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText }, { certificateReading });
}

/** How often the debugger asked a host for headers, in what is done meanwhile. */
async function headsIn(act: () => Promise<unknown>): Promise<number> {
  const before = sites.heads.length;
  await act();
  return sites.heads.length - before;
}

async function openPopup<T>(look: (popup: Tab) => Promise<T>): Promise<T> {
  const popup = await browser.openTab();
  try {
    await popup.open(`${browser.extensionOrigin}/${popupPath(tab)}`);
    await popupShown(popup);
    return await look(popup);
  } finally {
    await popup.close();
  }
}

const isShown = (popup: Tab, selector: string) =>
  popup.evaluate<boolean>('return !document.querySelector(given).hidden', selector);
const certificateOf = (report: Report | undefined) => report?.certificate;

describe('Chromium', () => {
  inBrowser(CHROMIUM);

  test('on each load: every load is read', async () => {
    await choose('each-load');
    for (const path of ['/', '/again']) {
      const heads = await headsIn(async () => {
        const seen = await visit(browser, tab, sites.url('verified', path));
        expect(seen).toMatchObject(VERIFIED);
        expect(seen.report?.certificate).toMatchObject({
          kind: 'full chain',
          source: 'chromium-debugger',
          how: 'asked again',
        });
        expect(seen.report?.certificate).not.toHaveProperty('readAt');
      });
      expect(heads).toBe(1);
    }
    // A host without records is none of the debugger's business.
    expect(await headsIn(() => visit(browser, tab, sites.url('signed')))).toBe(0);
  });

  test('once per host: the second visit rests on the first, and says so', async () => {
    await choose('once-per-host');
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    sites.swap('verified', true);
    const heads = await headsIn(async () => {
      const seen = await visit(browser, tab, sites.url('verified', '/again'));
      expect(seen).toMatchObject(EARLIER);
      expect(seen.title).toContain('earlier visit');
      expect(seen.report?.certificate).toMatchObject({ readAt: expect.any(Number) });
      const shown = await openPopup(popupShown);
      expect(shown.sentence).toContain('showed earlier');
    });
    expect(heads).toBe(0);
    // Asked for by hand, the certificate of this visit tells the truth, and what was kept is gone.
    await openPopup((popup) => popup.click('#read'));
    await expect.poll(async () => (await waitForVerdict(browser, tab)).verdict).toBe('mismatch');
    expect(await visit(browser, tab, sites.url('verified', '/third'))).toMatchObject(MISMATCH);
  });

  test('once per host: another host, and what was not confirmed, is read each time', async () => {
    await choose('once-per-host');
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    for (let count = 0; count < 2; count++) {
      expect(await headsIn(() => visit(browser, tab, sites.url('mismatch')))).toBe(1);
      expect(await waitForVerdict(browser, tab)).toMatchObject(MISMATCH);
    }
  });

  test('on click: unread until the button is pressed', async () => {
    await choose('on-click');
    const heads = await headsIn(async () => {
      const seen = await visit(browser, tab, sites.url('verified'));
      expect(seen).toMatchObject(UNREAD);
      expect(certificateOf(seen.report)).toEqual({ kind: 'none', why: 'on click only' });
    });
    expect(heads).toBe(0);
    await openPopup(async (popup) => {
      expect(await isShown(popup, '#read')).toBe(true);
      await popup.click('#read');
      await expect.poll(() => isShown(popup, '#read')).toBe(false);
    });
    await expect.poll(async () => (await waitForVerdict(browser, tab)).verdict).toBe('verified');
    expect(await waitForVerdict(browser, tab)).toMatchObject(VERIFIED);
    // The next page waits for its own click.
    expect(await visit(browser, tab, sites.url('verified', '/next'))).toMatchObject(UNREAD);
  });

  test('never: unread, and nothing to press', async () => {
    await choose('never');
    const heads = await headsIn(async () => {
      const seen = await visit(browser, tab, sites.url('verified'));
      expect(seen).toMatchObject(UNREAD);
      expect(certificateOf(seen.report)).toEqual({ kind: 'none', why: 'reading switched off' });
      const [button, { why }] = await openPopup(async (popup) => [
        await isShown(popup, '#read'),
        await popupShown(popup),
      ]);
      expect(button).toBe(false);
      expect(why).toContain('never');
    });
    expect(heads).toBe(0);
  });

  test('the choice is made in the options, and shown there again', async () => {
    await choose('each-load');
    await tab.open(`${browser.extensionOrigin}/options/options.html`);
    const isChosen = (reading: CertificateReading) =>
      tab.evaluate<boolean>('return document.querySelector(given).checked', `#reading-${reading}`);
    await expect.poll(() => isChosen('each-load')).toBe(true);
    await tab.click('#reading-never');
    await expect
      .poll(() =>
        browser.inExtension("return (await chrome.storage.local.get('settings')).settings.certificateReading;"),
      )
      .toBe('never');
    await tab.reload();
    await expect.poll(() => isChosen('never')).toBe(true);
    expect(await tab.evaluate("return document.querySelector('#reading-feature').dataset.state")).toBe('off');
    // Its picture is there, and no empty frame.
    expect(await tab.evaluate("return document.querySelector('figure img').naturalWidth")).toBe(560);
  });

  /** Until a read is under way: the site has been asked, and does not answer. */
  async function whileReading(act: () => Promise<unknown>): Promise<void> {
    await choose('each-load');
    sites.holdHeads(true);
    const before = sites.heads.length;
    await tab.open(sites.url('verified'));
    await expect.poll(() => sites.heads.length).toBeGreaterThan(before);
    expect(await attachedTabs()).toEqual([tab.id]);
    await act();
  }

  test('the tab goes elsewhere during a read: let go at once', async () => {
    await whileReading(async () => {
      expect(await visit(browser, tab, sites.url('signed'))).toMatchObject({ verdict: 'signed' });
      await expect.poll(attachedTabs, { timeout: 1000 }).toEqual([]);
    });
  });

  test('the tab goes to a page of the browser during a read: let go at once', async () => {
    await whileReading(async () => {
      await tab.open('chrome://version/');
      await expect.poll(attachedTabs, { timeout: 1000 }).toEqual([]);
      expect((await waitForVerdict(browser, tab)).verdict).toBe('off');
    });
  });

  test('the tab is closed during a read: let go at once', async () => {
    await whileReading(async () => {
      const closed = tab;
      tab = await browser.openTab();
      await closed.close();
      await expect.poll(attachedTabs, { timeout: 1000 }).toEqual([]);
    });
  });

  test('the page crashes during a read: unread, with that reason', async () => {
    await whileReading(async () => {
      // The debugger of the read itself is the one that may crash the page; it never hears of its success.
      await browser.inExtension("chrome.debugger.sendCommand({ tabId: given }, 'Page.crash').catch(() => {});", tab.id);
      const seen = await waitForVerdict(browser, tab);
      expect(seen).toMatchObject(UNREAD);
      expect(certificateOf(seen.report)).toEqual({ kind: 'none', why: 'tab crashed' });
    });
  });

  test('the site does not answer: unread, with that reason', async () => {
    await whileReading(async () => {
      const seen = await waitForVerdict(browser, tab);
      expect(seen).toMatchObject(UNREAD);
      expect(certificateOf(seen.report)).toEqual({ kind: 'none', why: 'no answer' });
    });
  });

  test('the background is stopped during a read: its next start lets go, even if nothing is to be read', async () => {
    await whileReading(async () => {
      expect(await browser.stopWorker()).toBe(true);
      // The browser keeps the debugger of a background that has gone.
      expect(await attachedTabs()).toEqual([tab.id]);
      // A change of the settings wakes the background.
      await choose('never');
      await expect.poll(attachedTabs, { timeout: 5000 }).toEqual([]);
      await expect.poll(async () => (await waitForVerdict(browser, tab)).verdict).toBe('unread');
      sites.holdHeads(false);
      await choose('each-load');
      await expect.poll(async () => (await waitForVerdict(browser, tab)).verdict).toBe('verified');
    });
  });

  test('a debugger of this extension that is still attached is taken over', async () => {
    await choose('each-load');
    await browser.inExtension("await chrome.debugger.attach({ tabId: given }, '1.3');", tab.id);
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    expect(await attachedTabs()).toEqual([]);
  });

  test('the debugger of another extension stands beside ours, and stays', async () => {
    await choose('each-load');
    await visit(browser, tab, sites.url('signed'));
    const other = await browser.openTab();
    await other.open(`chrome-extension://${chromiumExtensionId(otherExtension)}/manifest.json`);
    await other.evaluate("await chrome.debugger.attach({ tabId: given }, '1.3');", tab.id);
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    await other.evaluate("await chrome.debugger.sendCommand({ tabId: given }, 'Network.enable');", tab.id);
    await other.close();
  });

  test('a discarded tab is not read until it is shown again', async () => {
    await choose('each-load');
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    const heads = await headsIn(async () => {
      const other = await browser.openTab();
      await browser.inExtension('await chrome.tabs.discard(given);', tab.id);
      await sleep(300);
      await other.close();
    });
    expect(heads).toBe(0);
  });
});

describe('Chromium with WebRequestSecurityInfo', () => {
  inBrowser(CHROMIUM_FEATURE);

  test('the debugger is not needed, and the options say so', async () => {
    await choose('each-load');
    const heads = await headsIn(async () => {
      const seen = await visit(browser, tab, sites.url('verified'));
      expect(seen).toMatchObject(VERIFIED);
      expect(certificateOf(seen.report)).toMatchObject({ source: 'chromium-security-info', how: 'with the response' });
    });
    expect(heads).toBe(0);
    await tab.open(`${browser.extensionOrigin}/options/options.html`);
    const said = () => tab.evaluate("return document.querySelector('#reading-feature').dataset.state");
    await expect.poll(said).toBe('on');
  });
});

/** Tabs a debugger of this extension's is attached to. Others' (the driver's, for one) are told apart by refusing. */
async function attachedTabs(): Promise<number[]> {
  return browser.inExtension<number[]>(
    `const attached = [];
    for (const { tabId } of await chrome.debugger.getTargets()) {
      if (tabId === undefined) continue;
      try {
        await chrome.debugger.sendCommand({ tabId }, 'Network.canClearBrowserCache');
        attached.push(tabId);
      } catch (error) {
        if (!/not attached|cannot access|no tab/i.test(String(error))) attached.push(tabId);
      }
    }
    return attached;`,
  );
}

async function expectNothingAttached(): Promise<void> {
  await expect.poll(attachedTabs, { timeout: 2000 }).toEqual([]);
}
