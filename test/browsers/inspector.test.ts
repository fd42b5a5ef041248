/** The inspector in real browsers: every way in which a lookup ends, beside what the core says of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkChain } from '../../src/chains/check-chain.ts';
import { checkSite } from '../../src/check.ts';
import { fromBase64, toHex } from '../../src/dns/encodings.ts';
import { Name } from '../../src/dns/name.ts';
import { parseAnchors } from '../../src/dnssec/anchors.ts';
import { lookup } from '../../src/dnssec/lookup.ts';
import { proveLookups } from '../../src/dnssec/prove.ts';
import type { Lookup } from '../../src/extension/inspector/lookups.ts';
import { readQuery } from '../../src/extension/inspector/query.ts';
import { checkClient } from '../../src/people/client.ts';
import { readOpenPgpKey } from '../../src/people/openpgp-reader.ts';
import { checkOpenPgpKey } from '../../src/people/openpgpkey.ts';
import { checkPayment } from '../../src/people/payment.ts';
import { checkSmimea } from '../../src/people/smimea.ts';
import { checkMail } from '../../src/services/mail.ts';
import { checkService, checkXmpp } from '../../src/services/service.ts';
import { createAuthority } from '../world/authority.ts';
import { type DohServer, startDohServer } from '../world/doh-server.ts';
import { buildInspectedWorld, type InspectedWorld } from '../world/inspected.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure } from './drivers/extension.ts';
import { launchTarget, STOCK } from './targets.ts';

const NOW = Math.floor(Date.now() / 1000);
const PAGE = '/inspector/inspector.html';
const LIMIT_MS = 60_000;

let inspected: InspectedWorld;
let resolver: DohServer;
const { rootPem } = createAuthority({ now: NOW });
beforeAll(async () => {
  inspected = await buildInspectedWorld(NOW);
  resolver = await startDohServer({ respond: (query) => inspected.world.respond(query) });
});
afterAll(() => resolver.close());

interface Shown {
  readonly kind: string;
  readonly verdict: string;
  readonly look: string;
  readonly icon: string;
  readonly text: string;
}

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let page: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: [], authorityPem: rootPem });
    page = await browser.openTab();
    await page.open(browser.extensionOrigin + PAGE);
  });
  afterAll(() => browser?.close());

  const settings = () => ({ resolverUrl: resolver.url, anchors: inspected.world.anchors() });
  const isDone = () =>
    page.evaluate<boolean>(
      `return document.querySelector('#findings').getAttribute('aria-busy') === 'false'
        && document.querySelectorAll('.finding').length > 0;`,
    );
  /** In one turn, as by pasting. */
  const fill = (text: string) =>
    page.evaluate(
      `const field = document.querySelector('#query');
      field.value = given;
      field.dispatchEvent(new Event('input'));
      field.focus();`,
      text,
    );
  const shown = () =>
    page.evaluate<Shown[]>(
      `return [...document.querySelectorAll('.finding')].map((finding) => ({ kind: finding.dataset.kind,
        verdict: finding.dataset.verdict, look: finding.dataset.look, icon: finding.querySelector('img').src,
        text: finding.innerText.replace(/\\s+/g, ' ') }));`,
    );
  const inspect = async (text: string): Promise<Shown[]> => {
    await fill(text);
    await page.press('Enter');
    await expect.poll(isDone, { timeout: LIMIT_MS }).toBe(true);
    return shown();
  };
  const said = (id: string) =>
    page.evaluate<string | null>(
      `const at = document.getElementById(given);
      return at.checkVisibility() ? at.innerText.replace(/\\s+/g, ' ').trim() : null;`,
      id,
    );

  test('asks nobody before somebody was chosen, and says so', async () => {
    // The other browser may have asked before.
    const before = resolver.log.length;
    await fill('folk.example');
    await page.press('Enter');
    await expect.poll(() => said('unasked')).toContain('Choose a resolver');
    expect(await page.evaluate('return document.activeElement.id')).toBe('unasked');
    expect(await shown()).toEqual([]);
    expect(resolver.log.length).toBe(before);
  });

  describe('with somebody to ask', () => {
    beforeAll(() => configure(browser, settings()));

    test('asks nobody while somebody types, nor for what stands in its address', async () => {
      const before = resolver.log.length;
      await page.type('#query', 'hugh@folk.example');
      await expect
        .poll(() => said('means'))
        .toMatch(/^The mail address hugh@folk\.example\. Looked up: OpenPGP key, .*/);
      await page.open(`${browser.extensionOrigin}${PAGE}#hugh%40folk.example`);
      await expect.poll(() => said('means')).toContain('hugh@folk.example');
      expect(await page.evaluate("return document.querySelector('#query').value")).toBe('hugh@folk.example');
      expect(await shown()).toEqual([]);
      expect(resolver.log.length).toBe(before);
    });

    test('comes to what the core comes to, whatever is looked up', async () => {
      const parsed = parseAnchors(inspected.world.anchors());
      if (!parsed.ok) throw new Error('no anchors');
      const verdicts: [text: string, inPage: string[], byCore: string[], expected: readonly string[]][] = [];
      for (const { text, findings } of inspected.cases) {
        const found = await inspect(text);
        const query = readQuery(text);
        const lookups = query.ok ? query.lookups : [];
        const core = await Promise.all(
          lookups.map(async (one) => `${one.kind} ${isExcluded(one) ? 'off' : await coreVerdict(one, parsed.anchors)}`),
        );
        verdicts.push([text, found.map(({ kind, verdict }) => `${kind} ${verdict}`), core, findings]);
        for (const { look, icon, text: words } of found) {
          expect(icon).toContain(`/icons/${look}.svg`);
          // What fails proves nothing.
          if (look === 'bogus' || look === 'indeterminate') expect(words).not.toContain('Save proof');
          // The verdict in words: neither icon nor colour is the only sign.
          expect(words.length).toBeGreaterThan(40);
        }
      }
      for (const [text, inPage, byCore, expected] of verdicts) {
        expect([text, inPage]).toEqual([text, expected]);
        expect([text, byCore]).toEqual([text, expected]);
      }
    });

    test.each([
      ['nothing', '', 'Type a name or an address first.', null],
      ['one label', 'example', 'Type a whole one, such as example.com.', null],
      ['an IP address', '192.0.2.1', 'is an IP address', null],
      ['a comma', 'folk,example', 'a character that no domain can have', 'Did you mean folk.example?'],
      ['no type', 'folk.example TLAS', '“TLAS” is no type of record', null],
      ['a display name', 'Hugh <hugh@folk.example>', 'angle brackets', 'Did you mean hugh@folk.example?'],
      ['a flood', 'x'.repeat(2100), 'Names and addresses have 2,048 at most.', null],
      ['another scheme', 'javascript://folk.example', 'begin with “javascript:”', null],
    ])('nonsense gets a sentence beside the field, and no question: %s', async (_what, text, fault, suggestion) => {
      const before = resolver.log.length;
      await fill(text);
      await page.press('Enter');
      await expect.poll(() => said('fault')).toContain(fault);
      expect(await said('suggestion')).toBe(suggestion);
      expect(await page.evaluate("return document.querySelector('#query').getAttribute('aria-invalid')")).toBe('true');
      expect(await page.evaluate('return document.activeElement.id')).toBe('query');
      expect(resolver.log.length).toBe(before);
    });

    test('D37 the draft for HTTPS records is told beside the verdict, where the person wants it', async () => {
      const [without] = await inspect('draft.folk.example:443');
      expect(without).toMatchObject({ kind: 'site', verdict: 'signed' });
      expect(without!.text).not.toContain('Draft');
      await configure(browser, settings(), { draftBindings: true });
      // The background hears of it a moment later.
      await expect
        .poll(async () => (await inspect('draft.folk.example:443'))[0]!.text, { timeout: LIMIT_MS })
        .toContain('Draft for HTTPS records: TLSA records at _8443._quic.svc4.folk.example');
      expect(await shown()).toMatchObject([{ kind: 'site', verdict: 'signed' }]);
      await configure(browser, settings());
    });

    test('a payment is words, text and a code, and no link', async () => {
      const [payment] = await inspect('\u20bfhugh@folk.example');
      expect(payment!.text).toContain('0.015');
      const parts = await page.evaluate<{ uri: string; links: number; label: string; modules: number }>(
        `const pay = document.querySelector('.pay');
      return { uri: pay.querySelector('code').textContent, links: pay.querySelectorAll('a').length,
        label: pay.querySelector('.qr').getAttribute('aria-label'), modules: pay.querySelector('.dark').getAttribute('d').length };`,
      );
      expect(parts).toMatchObject({ links: 0, label: 'QR code: Payment instructions' });
      expect(parts.uri).toMatch(/^bitcoin:bc1q[a-z0-9]+\?amount=0\.015&label=Hugh$/);
      expect(parts.modules).toBeGreaterThan(1000);
    });

    test('what is no key is bounded, shown as hex with a reason, and never as markup', async () => {
      for (const address of ['huge@folk.example', 'garbage@folk.example']) {
        const [openPgp] = await inspect(address);
        expect(openPgp!.text).toMatch(/\d+ octets: [0-9a-f]+/);
        expect(openPgp!.text.length).toBeLessThan(3000);
        expect(await page.evaluate("return document.querySelectorAll('#findings b').length")).toBe(0);
      }
    });

    test('the key, the certificate, the proof and the report can be taken away', async () => {
      await inspect('hugh@folk.example');
      const taken = await page.evaluate<{ name: string; type: string; text: string }[]>(
        `const taken = [];
      const links = new Map();
      const { createObjectURL } = URL;
      const { click } = HTMLAnchorElement.prototype;
      const copied = [];
      Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text) => copied.push(text) } });
      URL.createObjectURL = (blob) => { const url = createObjectURL.call(URL, blob); links.set(url, blob); return url; };
      HTMLAnchorElement.prototype.click = function () { taken.push([this.download, links.get(this.href)]); };
      const buttons = [...document.querySelectorAll('[data-kind="openpgpkey"] .taking button, [data-kind="smimea"] .taking button')];
      for (const button of buttons) {
        const said = button.closest('.taking').querySelector('p');
        said.textContent = '';
        button.click();
        const deadline = Date.now() + 20_000;
        while (said.textContent === '' && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      }
      URL.createObjectURL = createObjectURL;
      HTMLAnchorElement.prototype.click = click;
      const files = await Promise.all(taken.map(async ([name, blob]) => {
        const octets = new Uint8Array(await blob.arrayBuffer());
        return { name, type: blob.type, text: btoa(String.fromCharCode(...octets)) };
      }));
      return [...files, ...copied.map((text) => ({ name: '', type: 'copied', text }))];`,
      );
      const files = new Map(taken.filter(({ name }) => name !== '').map((file) => [file.name, fromBase64(file.text)!]));
      expect([...files.keys()].map((name) => name.replace(/^[0-9a-f]{56}/, 'HASH')).sort()).toEqual([
        'HASH._openpgpkey.folk.example.rfc9102',
        'HASH._smimecert.folk.example.rfc9102',
        'hugh@folk.example.asc',
        'hugh@folk.example.der',
        'hugh@folk.example.pem',
      ]);
      const text = (name: string) => new TextDecoder().decode(files.get(name));
      expect(text('hugh@folk.example.asc')).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
      expect(text('hugh@folk.example.pem')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
      expect(files.get('hugh@folk.example.der')![0]).toBe(0x30);
      const copies = taken.filter(({ type }) => type === 'copied').map((one) => one.text);
      expect(copies[0]).toMatch(/^OpenPGP key: hugh@folk\.example: found, and proven genuine\n/);
      expect(JSON.parse(copies[1]!)).toMatchObject({ verdict: 'found', address: 'hugh@folk.example' });
      // The proof is judged as anybody would who is handed it.
      const proof = [...files].find(([name]) => name.endsWith('_smimecert.folk.example.rfc9102'))![1];
      const before = resolver.log.length;
      const [chain] = await inspect(toHex(proof));
      expect(chain).toMatchObject({ kind: 'chain', verdict: 'secure', look: 'verified' });
      expect(resolver.log.length).toBe(before);
    });

    test('a chain is judged as the core judges it, by paste and as a file, and nobody is asked', async () => {
      const parsed = parseAnchors(inspected.world.anchors());
      if (!parsed.ok) throw new Error('no anchors');
      const input = { ask: inspected.world.ask, now: NOW, anchors: parsed.anchors };
      const name = Name.parse('_443._tcp.www.folk.example');
      const { chain } = await proveLookups({ ...input, lookups: [{ name, type: 52 }] });
      const torn = Uint8Array.from(chain);
      torn[torn.length - 1]! ^= 1;
      const before = resolver.log.length;
      for (const file of [chain, torn, chain.subarray(0, 200), new Uint8Array(64)]) {
        const { verdict } = await checkChain({ file, now: NOW, anchors: parsed.anchors });
        expect(await inspect(toHex(file))).toMatchObject([{ kind: 'chain', verdict }]);
      }
      await page.evaluate(
        `const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(given)], 'proof.rfc9102'));
      document.querySelector('#findings').replaceChildren();
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));`,
        [...chain],
      );
      await expect.poll(isDone, { timeout: LIMIT_MS }).toBe(true);
      expect(await shown()).toMatchObject([{ kind: 'chain', verdict: 'secure' }]);
      expect(await said('status')).toContain('proof.rfc9102');
      expect(resolver.log.length).toBe(before);
    });

    test('what the person asked for elsewhere in the extension is looked up at once, and once', async () => {
      const id = crypto.randomUUID();
      await browser.inExtension('await chrome.storage.session.set(given)', {
        [`inspect:${id}`]: { text: 'folk.example CAA', privately: false },
      });
      await page.open(`${browser.extensionOrigin}${PAGE}?asked=${id}`);
      await expect.poll(isDone, { timeout: LIMIT_MS }).toBe(true);
      expect(await shown()).toMatchObject([{ kind: 'records', verdict: 'answer' }]);
      await page.reload();
      await expect.poll(() => said('empty')).toContain('Nothing is looked up while you type');
      expect(await shown()).toEqual([]);
      // The keyword in the address bar is the manifest's.
      expect(await browser.inExtension('return chrome.runtime.getManifest().omnibox')).toEqual({ keyword: 'dane' });
    });

    // Nothing outside of Chromium reaches its address bar, short of hands on a screen.
    if (target.name === 'firefox') {
      test('what is typed after the keyword in the address bar is looked up on Enter, and not before', async () => {
        await page.open('about:blank');
        const before = resolver.log.length;
        expect(await browser.typeAddress('dane _xmpp-client._tcp.chat.example')).toBe(true);
        expect(resolver.log.length).toBe(before);
        await browser.typeAddress('dane www.folk.example:8443', 'enter');
        await expect.poll(() => page.url(), { timeout: LIMIT_MS }).toContain(`${PAGE}?asked=`);
        await expect.poll(isDone, { timeout: LIMIT_MS }).toBe(true);
        expect(await shown()).toMatchObject([{ kind: 'site', verdict: 'signed' }]);
        expect(await said('status')).toContain('www.folk.example:8443');
      });
    }

    test('by keyboard alone: from the field through the findings, each told with its place', async () => {
      await inspect('garbage@folk.example');
      const met: string[] = [];
      for (let i = 0; i < 60 && !met.some((text) => text.includes('Save proof')); i++) {
        await page.press('Tab');
        met.push(await page.evaluate('return document.activeElement.textContent.trim()'));
      }
      expect(met).toEqual(
        expect.arrayContaining(['Look up', 'Chain of trust', 'Copy report', 'Copy as JSON', 'Save proof']),
      );
      const aloud = await page.evaluate<string[]>(
        `return [...document.querySelectorAll('.finding')].map((finding) =>
        document.getElementById(finding.getAttribute('aria-labelledby')).textContent);`,
      );
      for (const title of aloud) expect(title).toMatch(/\.$/);
      expect(await said('status')).toBe('garbage@folk.example: all 4 looked up');
    });

    test('fits any width, opened as far as it goes', async () => {
      await inspect('folk.example');
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true;");
      for (const width of [320, 420, 1400]) {
        await page.present({ width, height: 800, scheme: 'light' });
        expect(await page.evaluate('return document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
    });
  });
});

/** As the list of names never asked about has it, which the core knows nothing of. */
function isExcluded(one: Lookup): boolean {
  return one.kind === 'site' && one.host.endsWith('.test');
}

async function coreVerdict(one: Lookup, anchors: Parameters<typeof checkMail>[0]['anchors']): Promise<string> {
  const input = { ask: inspected.world.ask, now: NOW, anchors };
  switch (one.kind) {
    case 'site':
      return (await checkSite({ ...input, ...one, certificate: async () => ({ kind: 'none', why: 'no page opened' }) }))
        .verdict;
    case 'mail':
      return (await checkMail({ ...input, domain: one.domain })).verdict;
    case 'xmpp':
      return (await checkXmpp({ ...input, domain: one.domain })).verdict;
    case 'service':
      return (await checkService({ ...input, name: one.name })).verdict;
    case 'openpgpkey':
      return (await checkOpenPgpKey({ ...input, address: one.address, readKey: readOpenPgpKey })).verdict;
    case 'smimea':
      return (await checkSmimea({ ...input, address: one.address })).verdict;
    case 'payment':
      return (await checkPayment({ ...input, address: one.address })).verdict;
    case 'client':
      return (await checkClient({ ...input, name: one.name })).verdict;
    case 'chain':
      return (await checkChain({ ...input, file: fromBase64(one.file)! })).verdict;
    case 'records': {
      const { security, result } = await lookup({ ...input, name: Name.parse(one.name), type: one.type });
      return security !== 'secure' ? security : result === 'answer' ? 'answer' : 'nothing';
    }
  }
}
