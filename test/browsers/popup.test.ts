/** The popup as a person meets it: how big it is, what it does by keyboard, what stays when it is drawn again. */
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { parseAnchors } from '../../src/dnssec/anchors.ts';
import { parseChain, verifyChain } from '../../src/dnssec/chain.ts';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { activateTab, type BrowserUnderTest, type Tab } from './drivers/browser.ts';
import { popupPath, popupShown, visit, waitForVerdict } from './drivers/extension.ts';
import { launchTarget, STOCK } from './targets.ts';

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

/** What Chromium gives a popup at the most; Firefox gives as much. */
const MOST_HEIGHT = 600;

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let page: Tab;
  let popup: Tab;
  beforeAll(async () => {
    const resolver = { resolverUrl: world.resolverUrl, anchors: world.anchorsText };
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem, resolver });
    page = await browser.openTab();
    popup = await browser.openTab();
  });
  afterAll(() => browser?.close());

  const siteOf = (host: string) => world.sites.find((site) => site.host === host)!.url;
  const openPopup = async (host: string) => {
    await visit(browser, page, siteOf(host));
    await popup.open(`${browser.extensionOrigin}/${popupPath(page)}`);
    return popupShown(popup);
  };
  const visitedReport = async () => (await waitForVerdict(browser, page)).report;
  const inPopup = <T>(body: string, given?: unknown) => popup.evaluate<T>(body, given);

  test('opened by the button, the window is as wide as the page asks for, and nothing is cut off', async () => {
    await visit(browser, page, siteOf('bogus.example'));
    // A window without a screen leaves a popup little height.
    await activateTab(browser, page);
    const seen = await browser.inExtension<readonly number[]>(
      `await chrome.action.openPopup();
      const deadline = Date.now() + 10_000;
      const view = () => chrome.extension.getViews({ type: 'popup' })[0];
      const root = () => view()?.document.documentElement;
      const isThere = () => root()?.querySelector('#chain li') && view().innerHeight >= root().scrollHeight;
      while (!isThere() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
      const { scrollWidth, scrollHeight } = root();
      const size = [view().innerWidth, scrollWidth, view().innerHeight, scrollHeight];
      view().close();
      return size;`,
    );
    const [innerWidth, scrollWidth, innerHeight, scrollHeight] = seen as [number, number, number, number];
    expect(seen).toEqual([380, 380, Math.min(innerHeight, MOST_HEIGHT), scrollHeight]);
    expect(scrollHeight).toBeLessThanOrEqual(innerHeight);
    expect(scrollWidth).toBe(innerWidth);
  });

  test.each(['verified.example', 'mismatch.example', 'signed.example', 'insecure.example', 'bogus.example'])(
    '%s: all of it is seen without scrolling, at any width a popup has',
    async (host) => {
      await openPopup(host);
      for (const width of [320, 380, 420]) {
        await popup.present({ width, height: MOST_HEIGHT, scheme: 'light' });
        const [wide, high, inner] = await inPopup<[number, number, number]>(
          'const { scrollWidth, scrollHeight } = document.documentElement; return [scrollWidth, scrollHeight, innerWidth];',
        );
        expect(inner).toBe(width);
        expect(wide).toBeLessThanOrEqual(width);
        expect(high, `${host} at ${width}`).toBeLessThanOrEqual(MOST_HEIGHT);
      }
    },
  );

  test('the broken link is drawn torn, the sound ones whole, and the drawing is kept from those who listen', async () => {
    await openPopup('mismatch.example');
    const links = await inPopup<string[][]>(
      `return [...document.querySelectorAll('#chain > li')].map((item) => [item.dataset.kind, item.dataset.state, item.dataset.link,
        String(item.querySelectorAll('.drawing .link').length), item.querySelector('.drawing').getAttribute('aria-hidden')]);`,
    );
    expect(links).toEqual([
      // Nothing leads to the first.
      ['zone', 'good', 'good', '0', 'true'],
      ['zone', 'good', 'good', '2', 'true'],
      ['zone', 'good', 'good', '2', 'true'],
      ['tlsa', 'broken', 'good', '2', 'true'],
      ['certificate', 'broken', 'broken', '3', 'true'],
    ]);
    await openPopup('insecure.example');
    expect(
      await inPopup("return [...document.querySelectorAll('#chain > li')].map(({ dataset }) => dataset.state)"),
    ).toEqual(['good', 'good', 'open']);
  });

  test('by keyboard alone: each part is reached, says whether it is open, and opens to its facts', async () => {
    await openPopup('verified.example');
    const focused = () =>
      inPopup<{ text: string; expanded: string | null; shown: boolean; outline: string }>(
        `const at = document.activeElement;
        const panel = document.getElementById(at.getAttribute('aria-controls'));
        return { text: at.textContent, expanded: at.getAttribute('aria-expanded'), shown: panel?.checkVisibility() ?? false,
          outline: getComputedStyle(at).outlineStyle };`,
      );
    const met: string[] = [];
    for (let i = 0; i < 5; i++) {
      await popup.press('Tab');
      const before = await focused();
      met.push(before.text);
      expect(before).toMatchObject({ expanded: 'false', shown: false, outline: 'solid' });
      await popup.press(i % 2 === 0 ? 'Enter' : 'Space');
      expect(await focused()).toMatchObject({ expanded: 'true', shown: true });
      await popup.press('Space');
      expect(await focused()).toMatchObject({ expanded: 'false', shown: false });
    }
    expect(met[0]).toMatch(/root zone.*signed/);
    expect(met[3]).toMatch(/Published record 3 1 1.*fits/);
    expect(met[4]).toMatch(/Certificate of verified\.example.*fits.*left/);
  });

  test('checked again, the chain stays where it was, the part in hand open and in focus', async () => {
    await openPopup('verified.example');
    await popup.press('Tab');
    await popup.press('Tab');
    await popup.press('Enter');
    const [, , before] = await inPopup<[string, string, number]>(STANDING);
    await inPopup("document.querySelector('#again').click()");
    await expect
      .poll(() => inPopup("return document.querySelector('#verdict').dataset.look"), { timeout: 10_000 })
      .toBe('verified');
    const [text, expanded, after] = await inPopup<[string, string, number]>(STANDING);
    expect(text).toContain('Zone example');
    expect(expanded).toBe('true');
    expect(after).toBe(before);
  });

  test('the report is copied as text and as JSON, and the proof saved is a chain that stands by itself', async () => {
    await openPopup('verified.example');
    const said = () => inPopup<string>("return document.querySelector('#done').textContent");
    await inPopup(
      `const write = navigator.clipboard.writeText.bind(navigator.clipboard);
      navigator.clipboard.writeText = (text) => { window.copied = text; return write(text); };
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => { window.saved = blob; return make(blob); };`,
    );
    await popup.click('#copy');
    await expect.poll(said).toBe('Copied.');
    expect(await inPopup('return copied')).toMatch(/^verified\.example:\d+: verified\n/);
    await popup.click('#copy-json');
    const report = (await visitedReport())!;
    await expect.poll(() => inPopup<string>('return copied').then((text) => text.startsWith('{'))).toBe(true);
    expect(JSON.parse(await inPopup<string>('return copied'))).toEqual(JSON.parse(JSON.stringify(report)));
    const asked = world.log.length;
    await popup.click('#save');
    await expect.poll(said, { timeout: 10_000 }).toContain('RFC 9102');
    expect(world.log.length).toBe(asked);
    const octets = await inPopup<number[]>('return [...new Uint8Array(await saved.arrayBuffer())]');
    const parsed = parseChain(Uint8Array.from(octets));
    if (!parsed.ok) throw new Error(parsed.fault);
    const anchors = parseAnchors(world.anchorsText);
    if (!anchors.ok) throw new Error(anchors.fault);
    const { port } = new URL(siteOf('verified.example'));
    const outcome = await verifyChain({
      records: parsed.records,
      name: Name.parse(`_${port}._tcp.verified.example`),
      type: TYPE.TLSA,
      now: Math.floor(Date.now() / 1000),
      anchors: anchors.anchors,
    });
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
  });

  test('of a tab that has gone the popup says that nothing was checked, and is no blank window', async () => {
    await popup.open(`${browser.extensionOrigin}/popup/popup.html?tab=2147480000`);
    expect(await popupShown(popup)).toMatchObject({ look: 'unchecked', sentence: 'Not checked yet' });
    expect(await inPopup<boolean>(`return document.body.classList.contains('blank');`)).toBe(false);
  });

  test('for the owner of a signed site: the record of the very key that the site shows', async () => {
    await openPopup('signed.example');
    await popup.click('#owner summary');
    const record = () => inPopup<string>("return document.querySelector('#owner-records').textContent");
    // Where the browser shows no certificate by itself, it is read when somebody asks.
    if (target.name === 'chromium') {
      await expect.poll(() => inPopup("return document.querySelector('#owner-read').hidden")).toBe(false);
      await popup.click('#owner-read');
    }
    const { port } = new URL(siteOf('signed.example'));
    const digest = await keyDigest('signed.example', Number(port));
    await expect.poll(record, { timeout: 20_000 }).toBe(`_${port}._tcp.signed.example. IN TLSA 3 1 1 ${digest}`);
    await openPopup('verified.example');
    expect(await inPopup("return document.querySelector('#owner').hidden")).toBe(true);
  });
});

/** SHA-256 of the key that the server shows, asked directly. */
async function keyDigest(servername: string, port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('hex');
}

const STANDING = `const at = document.activeElement;
  return [at.textContent, at.getAttribute('aria-expanded'), Math.round(at.getBoundingClientRect().top)];`;
