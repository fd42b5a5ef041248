/** Settings taken from a file, and taken back, as a person does it on the options page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { type Sites, startSites } from './sites.ts';
import { launchTarget, STOCK } from './targets.ts';

const OTHER = 'https://dns.example/dns-query';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let options: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      resolver: { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
    });
    options = await browser.openTab();
    await options.open(`${browser.extensionOrigin}/options/options.html`);
  });
  afterAll(() => browser?.close());

  const stored = () =>
    browser.inExtension<Record<string, unknown>>("return (await chrome.storage.local.get('settings')).settings;");
  const text = (place: string) => options.evaluate<string>('return document.querySelector(given).textContent', place);
  const isHidden = (place: string) => options.evaluate<boolean>('return document.querySelector(given).hidden', place);
  const choose = (content: string) =>
    options.evaluate(
      `const files = new DataTransfer();
       files.items.add(new File([given], 'settings.json'));
       const input = document.querySelector('#settings-file');
       input.files = files.files;
       input.dispatchEvent(new Event('change'));`,
      content,
    );
  const fileOf = (settings: object) => JSON.stringify({ kind: 'danelaw-settings', version: 1, settings });

  test('a file that is no good changes nothing, and says why beside the field', async () => {
    const before = await stored();
    for (const [content, words] of [
      ['no JSON', 'not JSON'],
      ['{}', 'no settings'],
      [fileOf({ surprise: 1 }), '“surprise”'],
      [fileOf({ resolverUrl: 'http://dns.example/' }), '“resolverUrl”'],
    ] as const) {
      await choose(content);
      await expect.poll(() => text('#settings-file-fault')).toContain(words);
      expect(await isHidden('#settings-found')).toBe(true);
    }
    expect(await stored()).toEqual(before);
  });

  test('a sound file says whom it would ask, changes all upon the click, and can be undone', async () => {
    const before = await stored();
    await choose(fileOf({ resolverUrl: OTHER, consent: true, anchors: '', allowSha1: true }));
    await expect.poll(() => text('#settings-found-what')).toContain(OTHER);
    expect(await stored()).toEqual(before);
    await options.click('#settings-take');
    await expect.poll(stored).toMatchObject({ resolverUrl: OTHER, consent: true, allowSha1: true });
    await expect.poll(() => options.evaluate("return document.querySelector('#sha1').checked")).toBe(true);
    await options.click('#undo');
    await expect.poll(stored).toEqual(before);
    await expect.poll(() => options.evaluate("return document.querySelector('#sha1').checked")).toBe(false);
    expect(await isHidden('#undo')).toBe(true);
  });

  test('each change is undone by itself, the latest first', async () => {
    const before = await stored();
    await options.click('#sha1');
    await expect.poll(stored).toMatchObject({ allowSha1: true });
    await options.click('#ahead');
    await expect.poll(stored).toMatchObject({ allowSha1: true, speculate: false });
    await options.click('#undo');
    await expect.poll(stored).toEqual({ ...before, allowSha1: true });
    await options.click('#undo');
    await expect.poll(stored).toEqual(before);
  });
});
