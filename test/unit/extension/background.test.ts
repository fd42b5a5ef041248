/** The whole background, from the browser’s events to the toolbar. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import type { SiteVerdict } from '../../../src/report.ts';
import { BAD, GOOD, KEY, NOTHING, OWN_PAGE, RIGHT, Scene, SETTINGS, START, settled, WRONG } from './scene.ts';

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.openTab(1);
});

describe('a page', () => {
  test('is verified, and the button says so', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.browser.button(1)).toEqual({
      icon: '/icons/verified-16.png',
      badge: '✓',
      title: 'title_verified good.example',
    });
  });

  test('with another certificate is a mismatch', async () => {
    scene.visit(1, BAD, WRONG.chain);
    await scene.verdict(1, 'mismatch', BAD);
    expect(scene.badge(1)).toBe('✗');
  });

  test('without published records needs no certificate', async () => {
    scene.commit(1, NOTHING);
    await scene.verdict(1, 'signed', NOTHING);
    expect(scene.reads).toBe(0);
  });

  test('that is not https is off, and nothing is asked', async () => {
    scene.visit(1, 'http://good.example/');
    await scene.verdict(1, 'off');
    scene.commit(1, 'about:blank');
    await scene.verdict(1, 'off', 'about:blank');
    expect(scene.questions).toBe(0);
  });

  test('the lookup starts with the request, before there is a document', async () => {
    scene.request(1, GOOD);
    await scene.until(() => expect(scene.questions).toBeGreaterThan(0));
    expect(scene.state(1)?.shown?.url).not.toBe(GOOD);
  });

  test('shows that it is being checked until the answers are in', async () => {
    let open = () => {};
    scene.gate = new Promise((resolve) => {
      open = resolve;
    });
    scene.visit(1, GOOD);
    await scene.until(() => expect(scene.badge(1)).toBe('…'));
    open();
    await scene.verdict(1, 'verified', GOOD);
    await scene.until(() => expect(scene.badge(1)).toBe('✓'));
  });

  test('of which no certificate was seen is unread', async () => {
    const requestId = scene.request(1, GOOD);
    expect(requestId).toBe('r1');
    scene.commit(1, GOOD);
    await scene.verdict(1, 'unread', GOOD);
  });

  test('whose certificate only the active source can read is verified, and read once', async () => {
    scene.readable.set('good.example', [...RIGHT.chain]);
    scene.request(1, GOOD);
    scene.commit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    scene.browser.fire('tabs.onActivated', { tabId: 1 });
    await settled();
    expect(scene.reads).toBe(1);
  });
});

describe('a certificate read for a document', () => {
  const come = (url: string) => {
    scene.request(1, url);
    scene.commit(1, url);
  };

  test('is told what became of it', async () => {
    scene.readable.set('good.example', [...RIGHT.chain]).set('wrong.example', [...WRONG.chain]);
    come(GOOD);
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.judged).toEqual([['full chain', true]]);
    come(BAD);
    await scene.verdict(1, 'mismatch', BAD);
    expect(scene.judged).toEqual([
      ['full chain', true],
      ['full chain', false],
    ]);
  });

  test('kept of an earlier connection confirms, says so, and does not pass for the document’s own', async () => {
    scene.keptOf.set('good.example', [...RIGHT.chain]);
    come(GOOD);
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.state(1)?.shown?.report?.certificate).toMatchObject({ readAt: START - 60 });
    expect(scene.state(1)?.shown?.evidence).toBeUndefined();
    await scene.until(() => expect(scene.badge(1)).toBe('(✓)'));
    expect(scene.browser.button(1).title).toContain('title_verified_earlier good.example');
  });

  test.each([
    ['fits: verified, by this connection', RIGHT.chain, 'verified'],
    ['does not fit either: the alarm is about this connection', WRONG.chain, 'mismatch'],
    ['cannot be read: unread', undefined, 'unread'],
  ] as const)('kept of an earlier connection does not fit, and the one at hand %s', async (_how, own, verdict) => {
    scene.keptOf.set('good.example', [...WRONG.chain]);
    if (own !== undefined) scene.readable.set('good.example', [...own]);
    come(GOOD);
    await scene.verdict(1, verdict, GOOD);
    expect(scene.wishes).toEqual(['automatic', 'anew']);
    const { certificate } = scene.state(1)!.shown!.report!;
    expect(certificate.kind === 'none' ? undefined : certificate.readAt).toBeUndefined();
  });

  test('by hand, when the person asks, and then no more', async () => {
    come(GOOD);
    await scene.verdict(1, 'unread', GOOD);
    scene.readable.set('good.example', [...RIGHT.chain]);
    const sender = { id: 'danelaw', url: 'moz-extension://danelaw/popup/popup.html' };
    scene.browser.fire('runtime.onMessage', { kind: 'read-certificate', tab: 1 }, sender);
    await scene.verdict(1, 'verified', GOOD);
    scene.browser.fire('runtime.onMessage', { kind: 'check-again', tab: 1 }, sender);
    await settled();
    await scene.verdict(1, 'verified', GOOD);
    // The document has its certificate by then.
    expect(scene.wishes).toEqual(['automatic', 'by hand']);
  });

  test.each([
    ['the tab goes elsewhere', () => come(NOTHING)],
    ['the tab closes', () => void scene.browser.fire('tabs.onRemoved', 1)],
  ])('%s meanwhile: the read is given up at once', async (_how, leave) => {
    let given = 0;
    scene.readGate = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          given++;
          resolve();
        });
      });
    come(GOOD);
    await scene.until(() => expect(scene.reads).toBe(1));
    expect(given).toBe(0);
    leave();
    await scene.until(() => expect(given).toBe(1));
    await settled();
    expect(scene.state(1)?.shown?.url).not.toBe(GOOD);
  });
});

describe('which document the verdict is about', () => {
  test('a redirect to another host: the end of it', async () => {
    const requestId = scene.request(1, GOOD);
    scene.certificate(1, requestId, RIGHT.chain);
    scene.request(1, BAD, requestId);
    scene.certificate(1, requestId, WRONG.chain);
    scene.commit(1, BAD);
    await scene.verdict(1, 'mismatch', BAD);
  });

  test('a redirect that wakes the background: each host is judged by its own certificate', async () => {
    const scene = new Scene();
    scene.openTab(1);
    // All of it is told before the background has read what is stored.
    const requestId = scene.request(1, BAD);
    scene.certificate(1, requestId, WRONG.chain);
    scene.request(1, GOOD, requestId);
    scene.certificate(1, requestId, RIGHT.chain);
    await settled();
    scene.commit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
  });

  test('a navigation that is stopped leaves the page and its verdict', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const requestId = scene.request(1, BAD);
    scene.browser.fire('webRequest.onErrorOccurred', { tabId: 1, requestId, url: BAD, error: 'net::ERR_ABORTED' });
    await scene.until(() => expect(scene.state(1)?.pending).toBeUndefined());
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.badge(1)).toBe('✓');
  });

  test('a download leaves the page, too', async () => {
    scene.visit(1, GOOD);
    scene.request(1, BAD);
    scene.navigationError(1, BAD, 'net::ERR_ABORTED');
    await scene.until(() => expect(scene.state(1)?.pending).toBeUndefined());
    await scene.verdict(1, 'verified', GOOD);
  });

  test('while a slow page loads, the one still shown keeps its button', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    scene.request(1, BAD);
    await settled();
    expect(scene.badge(1)).toBe('✓');
  });

  test.each([
    [
      'Firefox tells its number and commits its error page',
      'Peer’s Certificate issuer is not recognized.',
      () => {
        scene.navigationError(1, GOOD, 'Error code 2153390067');
        scene.commit(1, GOOD, { documentId: 'error page' });
      },
    ],
    [
      'Chromium reports it',
      'net::ERR_CERT_AUTHORITY_INVALID',
      () => scene.navigationError(1, GOOD, 'net::ERR_CERT_AUTHORITY_INVALID'),
    ],
  ])('a certificate refused: what DNS says to expect, and none seen; %s', async (_how, error, showErrorPage) => {
    scene.visit(1, NOTHING);
    await scene.verdict(1, 'signed', NOTHING);
    const requestId = scene.request(1, GOOD);
    scene.browser.fire('webRequest.onErrorOccurred', { tabId: 1, requestId, url: GOOD, error });
    await settled();
    await scene.verdict(1, 'signed', NOTHING);
    showErrorPage();
    await scene.verdict(1, 'unread', GOOD);
    expect(scene.state(1)?.shown?.report).toMatchObject({
      certificate: { kind: 'none', why: 'certificate refused' },
      tlsa: [{ usage: 3, selector: 1, matchingType: 1, data: KEY }],
      notes: [{ code: 'accepted-by-dane', data: KEY }],
    });
    expect(scene.reads).toBe(0);
  });

  test('a request given up for a page out of the cache: that page, whatever the error is called', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    scene.visit(1, NOTHING, RIGHT.chain, 'd2');
    await scene.verdict(1, 'signed', NOTHING);
    const requestId = scene.request(1, BAD);
    scene.commit(1, GOOD, { documentId: 'd1', history: true });
    scene.browser.fire('webRequest.onErrorOccurred', { tabId: 1, requestId, url: BAD, error: 'A new kind of error' });
    await settled();
    await scene.verdict(1, 'verified', GOOD);
    await scene.until(() => expect(scene.badge(1)).toBe('✓'));
  });

  test('back to a document: its own certificate, without a request', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    scene.visit(1, BAD, WRONG.chain, 'd2');
    await scene.verdict(1, 'mismatch', BAD);
    scene.commit(1, GOOD, { documentId: 'd1', history: true });
    await scene.verdict(1, 'verified', GOOD);
    scene.commit(1, BAD, { documentId: 'd2', history: true });
    await scene.verdict(1, 'mismatch', BAD);
  });

  test('back to a document nobody saw come: no certificate of another is lent to it', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    scene.commit(1, GOOD, { documentId: 'another', history: true });
    await scene.verdict(1, 'unread', GOOD);
  });

  test('two loads of one URL with different certificates, documents without names: which one came back is open', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    scene.visit(1, GOOD, WRONG.chain);
    await scene.verdict(1, 'mismatch', GOOD);
    scene.visit(1, NOTHING);
    await scene.verdict(1, 'signed', NOTHING);
    scene.commit(1, GOOD, { history: true });
    await scene.verdict(1, 'unread', GOOD);
  });

  test('a request told of after the commit it led to: its certificate still counts', async () => {
    const before = Date.now();
    scene.commit(1, GOOD, { timeStamp: before + 5 });
    await scene.verdict(1, 'unread', GOOD);
    scene.request(1, GOOD, 'late', before);
    scene.certificate(1, 'late', RIGHT.chain);
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.state(1)?.pending).toBeUndefined();
  });

  test('one told of while the certificate is being looked for: no verdict without it comes in between', async () => {
    let end = () => {};
    scene.readGate = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    const before = Date.now();
    scene.commit(1, GOOD, { timeStamp: before + 5 });
    await scene.until(() => expect(scene.reads).toBe(1));
    scene.request(1, GOOD, 'late', before);
    scene.certificate(1, 'late', RIGHT.chain);
    await settled();
    const { check } = scene.state(1)?.shown ?? {};
    end();
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.state(1)?.shown?.check).toBe(check);
  });

  test('a certificate still on its way when the document is there is waited for', async () => {
    const requestId = scene.request(1, GOOD);
    let hand: (evidence: CertificateEvidence) => void = () => {};
    const evidence = new Promise<CertificateEvidence>((resolve) => {
      hand = resolve;
    });
    scene.certificateLater(1, requestId, evidence);
    scene.commit(1, GOOD);
    await settled();
    hand({
      kind: 'full chain',
      source: 'firefox-security-info',
      pkix: 'valid',
      certificates: RIGHT.chain,
      obtainedAt: START,
    });
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.reads).toBe(0);
  });

  test('a fragment and pushState keep the verdict under the new URL', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const asked = scene.questions;
    scene.browser.fire('webNavigation.onHistoryStateUpdated', { tabId: 1, frameId: 0, url: `${GOOD}next` });
    await scene.verdict(1, 'verified', `${GOOD}next`);
    expect(scene.questions).toBe(asked);
  });

  test('frames, prerendered pages and prefetches are not the page', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const asked = scene.questions;
    const elsewhere = { tabId: 1, url: BAD, timeStamp: Date.now(), transitionQualifiers: [] };
    scene.browser.fire('webNavigation.onCommitted', { ...elsewhere, frameId: 7 });
    scene.browser.fire('webNavigation.onCommitted', { ...elsewhere, frameId: 0, documentLifecycle: 'prerender' });
    scene.browser.fire('webRequest.onBeforeRequest', { ...elsewhere, requestId: 'p', documentLifecycle: 'prerender' });
    scene.browser.fire('webRequest.onBeforeRequest', { ...elsewhere, requestId: 'q', documentId: 'the one that asks' });
    await settled();
    expect(scene.state(1)).toMatchObject({ shown: { url: GOOD } });
    expect(scene.state(1)?.pending).toBeUndefined();
    expect(scene.questions).toBe(asked);
  });

  test('no verdict is ever another page’s: five sites in two tabs, 100 rounds, in any order of answers', async () => {
    scene.openTab(2, false);
    const sites: [string, readonly Uint8Array[], SiteVerdict][] = [
      [GOOD, RIGHT.chain, 'verified'],
      [BAD, WRONG.chain, 'mismatch'],
      [NOTHING, WRONG.chain, 'signed'],
      ['http://good.example/', [], 'off'],
      [`${BAD}with-the-right-one`, RIGHT.chain, 'verified'],
      ['about:blank', [], 'off'],
    ];
    const right = new Map(sites.map(([url, , verdict]) => [url, verdict]));
    const wrong: unknown[] = [];
    let badges = 0;
    for (let round = 0; round < 100; round++) {
      const tab = 1 + (round % 2);
      const [url, chain] = sites[(round * 7) % 5]!;
      const requestId = scene.request(tab, url);
      if (url.startsWith('https:')) scene.certificate(tab, requestId, chain);
      if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      if (round % 5 !== 4) scene.commit(tab, url);
      // Now and then a verdict comes, however busy the machine is: without any, nothing would be compared.
      if (round % 5 === 3) await scene.until(() => expect(scene.state(tab)?.shown?.report).toBeDefined());
      for (const one of [1, 2]) {
        const { shown } = scene.state(one) ?? {};
        if (shown?.report === undefined) continue;
        badges++;
        if (right.get(shown.url) !== shown.report.verdict) wrong.push([round, one, shown.url, shown.report.verdict]);
      }
    }
    expect(wrong).toEqual([]);
    expect(badges).toBeGreaterThan(20);
  });
});

describe('the death of the background', () => {
  test('what was found out stands, and nothing is asked anew', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const asked = scene.questions;
    scene.startBackground();
    scene.browser.fire('tabs.onActivated', { tabId: 1 });
    await settled();
    await scene.verdict(1, 'verified', GOOD);
    expect(scene.questions).toBe(asked);
  });

  test('a check that died in the middle is done again, with the certificate seen before', async () => {
    scene.gate = new Promise(() => {});
    scene.visit(1, GOOD);
    await scene.until(() => expect(scene.state(1)?.shown?.evidence).toBeDefined());
    scene.gate = undefined;
    scene.startBackground();
    await scene.verdict(1, 'verified', GOOD);
  });

  test('what the resolver said is not asked again, whatever page it is for', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    await settled();
    const asked = scene.questions;
    scene.startBackground();
    scene.openTab(2);
    scene.visit(2, GOOD, WRONG.chain);
    await scene.verdict(2, 'mismatch');
    expect(scene.questions).toBe(asked);
    // Above it everything is known as well, proven again from what is stored; `example.` delegates, being no site's.
    scene.visit(2, BAD);
    await scene.verdict(2, 'verified', BAD);
    expect(scene.questions).toBe(asked + 4);
  });

  test('answers stored under another resolver, or changed in storage, are not used', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    await settled();
    const stored = [...scene.browser.session].filter(([key]) => key.startsWith('dns:'));
    expect(stored.map(([key]) => key)).toContain('dns:good.example./A');
    for (const [key, value] of stored) {
      const { reply, ...rest } = value as { reply: { message: string } };
      scene.browser.session.set(key, { ...rest, reply: { ...reply, resolver: 'https://other.example/dns-query' } });
    }
    const asked = scene.questions;
    scene.startBackground();
    scene.openTab(2);
    scene.visit(2, GOOD);
    await scene.verdict(2, 'verified');
    expect(scene.questions).toBe(asked + stored.length);
  });

  test('between request and document, too', async () => {
    scene.gate = new Promise(() => {});
    const requestId = scene.request(1, GOOD);
    scene.certificate(1, requestId, RIGHT.chain);
    await scene.until(() => expect(scene.state(1)?.pending?.evidence).toBeDefined());
    scene.gate = undefined;
    scene.startBackground();
    scene.commit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
  });

  test('state that cannot be used is dropped, and the page checked anew', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const stored = scene.state(1)!;
    scene.browser.session.set('tab:1', { ...stored, shown: { ...stored.shown, report: { verdict: 'verified' } } });
    scene.startBackground();
    // The certificate went with it, so the browser has to show one again.
    await scene.verdict(1, 'unread', GOOD);
  });
});

describe('the other hosts of a page', () => {
  const [GOOD_HOST, BAD_HOST, PLAIN_HOST] = ['good.example', 'wrong.example', 'plain.example'];

  test('each is checked with the certificate it showed; the page’s own verdict and colour stay', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    await scene.hostsAre(1);
    scene.loads(1, 'd1', PLAIN_HOST);
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch', 'plain.example signed');
    await scene.until(() => expect(scene.badge(1)).toBe('✓*'));
    expect(scene.browser.button(1).title).toMatch(/; toolbarHostsMismatch_one 1 2$/);
    expect(scene.browser.button(1).icon).toContain('verified');
    await scene.verdict(1, 'verified', GOOD);
  });

  test('the page’s own host is one of them only where it shows another certificate than the page', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    scene.loads(1, 'd1', GOOD_HOST, RIGHT.chain);
    scene.loads(1, 'd1', PLAIN_HOST);
    await scene.hostsAre(1, 'plain.example signed');
    scene.loads(1, 'd1', GOOD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'good.example mismatch', 'plain.example signed');
    await scene.verdict(1, 'verified', GOOD);
  });

  test('a host that shows two certificates: the worst counts', async () => {
    scene.visit(1, NOTHING, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', GOOD_HOST, RIGHT.chain);
    await scene.hostsAre(1, 'good.example verified');
    scene.loads(1, 'd1', GOOD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'good.example mismatch');
    scene.loads(1, 'd1', GOOD_HOST, RIGHT.chain);
    await settled();
    await scene.hostsAre(1, 'good.example mismatch');
    expect(scene.hosts(1)?.hosts[0]?.certificates).toBe(2);
  });

  test('a navigation clears the list, and what comes late for the page before never lands on the next', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    scene.visit(1, NOTHING, RIGHT.chain, 'd2');
    scene.loads(1, 'd1', BAD_HOST, RIGHT.chain);
    scene.loads(1, 'd2', GOOD_HOST);
    await scene.hostsAre(1, 'good.example verified');
    await scene.until(() => expect(scene.badge(1)).toBe('–'));
    // And back: the list of the document that comes out of the cache.
    scene.commit(1, GOOD, { documentId: 'd1', history: true });
    await scene.until(() => expect(scene.hosts(1)?.hosts[0]?.look).toBe('mismatch'));
    expect(scene.hosts(1)?.watched).toBe(true);
    scene.commit(1, GOOD, { documentId: 'forgotten', history: true });
    await scene.hostsAre(1);
    expect(scene.hosts(1)?.watched).toBe(false);
  });

  test('what is seen before the document is committed is the document’s, once it is', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.request(1, NOTHING);
    scene.loads(1, 'd2', BAD_HOST, WRONG.chain);
    await settled();
    await scene.hostsAre(1);
    scene.commit(1, NOTHING, { documentId: 'd2' });
    await scene.hostsAre(1, 'wrong.example mismatch');
  });

  test('the icon of the page before, fetched late and under the next document’s name, is not the next page’s', async () => {
    scene.visit(1, NOTHING, RIGHT.chain, 'd2');
    await scene.verdict(1, 'signed', NOTHING);
    scene.loads(1, 'd2', 'good.example', RIGHT.chain, 'https://good.example');
    scene.loads(1, 'd2', 'wrong.example', WRONG.chain, 'https://plain.example');
    await scene.hostsAre(1, 'wrong.example mismatch');
    await settled();
    await scene.hostsAre(1, 'wrong.example mismatch');
  });

  test('nor where it is told of before that document', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    scene.loads(1, 'd2', 'good.example', RIGHT.chain, 'https://good.example');
    scene.loads(1, 'd2', 'wrong.example', WRONG.chain, 'https://plain.example');
    await settled();
    scene.visit(1, NOTHING, RIGHT.chain, 'd2');
    await scene.hostsAre(1, 'wrong.example mismatch');
    await settled();
    await scene.hostsAre(1, 'wrong.example mismatch');
  });

  test('a host on many pages is asked about once', async () => {
    scene.openTab(2, false);
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    scene.visit(2, GOOD, RIGHT.chain, 'd2');
    await scene.verdict(2, 'verified', GOOD);
    const asked = scene.questions;
    scene.loads(2, 'd2', BAD_HOST, WRONG.chain);
    await scene.hostsAre(2, 'wrong.example mismatch');
    expect(scene.questions).toBe(asked);
  });

  test('names of the local network on a page from elsewhere are nobody’s business', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    const asked = scene.questions;
    for (const host of ['printer.local', 'nas.home.arpa', 'router', '192.0.2.1']) scene.loads(1, 'd1', host);
    await scene.hostsAre(1, '192.0.2.1 off', 'nas.home.arpa off', 'printer.local off', 'router off');
    expect(scene.questions).toBe(asked);
  });

  test('the death of the background: a list stands, and checks it died in the middle of are done again', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    scene.gate = new Promise(() => {});
    scene.loads(1, 'd1', PLAIN_HOST);
    await scene.hostsAre(1, 'wrong.example mismatch', 'plain.example pending');
    scene.gate = undefined;
    scene.startBackground();
    await scene.hostsAre(1, 'wrong.example mismatch', 'plain.example signed');
  });

  test('stored lists that cannot be used are dropped', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    const stored = scene.browser.session.get('hosts:1') as { documents: { hosts: unknown[] }[] };
    stored.documents[0]!.hosts.push({ host: 7 });
    scene.startBackground();
    scene.commit(1, GOOD, { documentId: 'd1' });
    await scene.hostsAre(1);
  });

  test('verdicts that ran out are made anew: those that claim something for the tab in front, all for the popup', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    scene.loads(1, 'd1', PLAIN_HOST);
    await scene.hostsAre(1, 'wrong.example mismatch', 'plain.example signed');
    scene.seconds += 3600;
    await scene.hostsAre(1, 'plain.example unchecked', 'wrong.example unchecked');
    scene.browser.fire('alarms.onAlarm', { name: 'expiry' });
    await scene.hostsAre(1, 'wrong.example mismatch', 'plain.example unchecked');
    const popup = { id: 'danelaw', url: 'moz-extension://danelaw/popup/popup.html' };
    await scene.browser.fire('runtime.onMessage', { kind: 'look', tab: 1 }, popup)[0];
    await scene.hostsAre(1, 'wrong.example mismatch', 'plain.example signed');
  });

  test('switched off: nothing is watched, kept or asked; switched on again, the next page is', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    await scene.browser.setLocal({ settings: { ...SETTINGS, checkHosts: false } });
    await scene.until(() => expect(scene.browser.session.has('hosts:1')).toBe(false));
    expect(scene.watchesHosts).toBe(false);
    await scene.until(() => expect(scene.badge(1)).toBe('✓'));
    scene.visit(1, NOTHING, RIGHT.chain, 'd2');
    await scene.verdict(1, 'signed', NOTHING);
    expect(scene.hosts(1)).toBeUndefined();
    await scene.browser.setLocal({ settings: SETTINGS });
    await scene.until(() => expect(scene.watchesHosts).toBe(true));
    scene.visit(1, GOOD, RIGHT.chain, 'd3');
    scene.loads(1, 'd3', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
  });

  test('other trust anchors: every host is judged anew', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    await scene.browser.setLocal({ settings: { ...SETTINGS, anchors: '' } });
    await scene.hostsAre(1, 'wrong.example bogus');
  });

  test('a tab that closes takes its list along', async () => {
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    scene.loads(1, 'd1', BAD_HOST, WRONG.chain);
    await scene.hostsAre(1, 'wrong.example mismatch');
    scene.browser.fire('tabs.onRemoved', 1);
    await scene.until(() => expect(scene.browser.session.has('hosts:1')).toBe(false));
  });
});

describe('time', () => {
  test('a verdict that ran out is not shown as current, and made anew for the tab in front', async () => {
    scene.openTab(2, false);
    scene.visit(1, GOOD);
    scene.visit(2, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    await scene.verdict(2, 'verified', GOOD);
    const { validUntil } = scene.state(1)!.shown!.report!;
    expect(validUntil).toBe(START + 60);
    expect(scene.browser.alarms.get('expiry')).toBe((validUntil + 1) * 1000);
    scene.seconds = validUntil + 1;
    scene.browser.fire('alarms.onAlarm', { name: 'expiry' });
    await scene.until(() => expect(scene.badge(2)).toBe(''));
    await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
    await scene.verdict(1, 'verified', GOOD);
    await scene.until(() => expect(scene.badge(1)).toBe('✓'));
    expect(scene.state(2)?.shown?.report?.checkedAt).toBe(START);
    scene.browser.fire('tabs.onActivated', { tabId: 2 });
    await scene.until(() => expect(scene.badge(2)).toBe('✓'));
  });
});

describe('settings', () => {
  test('no resolver chosen: nobody is asked, and the button says so', async () => {
    await scene.browser.setLocal({ settings: { ...SETTINGS, consent: false } });
    scene.visit(1, GOOD);
    await scene.verdict(1, 'indeterminate', GOOD);
    expect(scene.state(1)?.shown?.report?.reason).toMatchObject({ failure: { code: 'no-resolver' } });
    expect(scene.questions).toBe(0);
    expect(scene.browser.button(1).title).toBe('toolbarNoResolver');
  });

  test('names on the list of exclusions are nobody’s business: neither pages nor their other hosts', async () => {
    await scene.browser.setLocal({ settings: { ...SETTINGS, exclusions: ['good.example'] } });
    scene.visit(1, GOOD);
    await scene.verdict(1, 'off', GOOD);
    expect(scene.state(1)?.shown?.report?.reason).toEqual({ code: 'excluded', host: 'good.example' });
    expect(scene.questions).toBe(0);
    scene.visit(1, NOTHING, RIGHT.chain, 'd1');
    await scene.verdict(1, 'signed');
    const asked = scene.questions;
    scene.loads(1, 'd1', 'sub.good.example');
    await scene.hostsAre(1, 'sub.good.example off');
    expect(scene.questions).toBe(asked);
  });

  test('a change drops verdicts and cached answers: the tab in front is checked anew, the others when looked at', async () => {
    scene.openTab(2, false);
    scene.visit(1, GOOD);
    scene.visit(2, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    await scene.verdict(2, 'verified', GOOD);
    const asked = scene.questions;
    await scene.browser.setLocal({ settings: { ...SETTINGS, anchors: '' } });
    await scene.until(() => expect(scene.state(2)?.shown?.report).toBeUndefined());
    // The test's own root is not the world's: under the built-in anchors its keys are nobody's.
    await scene.verdict(1, 'bogus', GOOD);
    expect(scene.questions).toBeGreaterThan(asked);
    expect(scene.badge(2)).toBe('');
    scene.browser.tabs.get(2)!.active = true;
    scene.browser.fire('tabs.onActivated', { tabId: 2 });
    await scene.verdict(2, 'bogus', GOOD);
  });

  test('B25 the first-run page opens on install, unless a resolver is chosen already; not on an update', async () => {
    scene.browser.fire('runtime.onInstalled', { reason: 'install' });
    await settled();
    expect(scene.browser.opened).toEqual([]);
    scene.browser.local.delete('settings');
    scene.browser.fire('runtime.onInstalled', { reason: 'update' });
    await settled();
    expect(scene.browser.opened).toEqual([]);
    scene.browser.fire('runtime.onInstalled', { reason: 'install' });
    await scene.until(() => expect(scene.browser.opened).toEqual(['moz-extension://danelaw/welcome/welcome.html']));
  });
});

describe('messages', () => {
  const send: Scene['send'] = (...given) => scene.send(...given);

  test('check again: a new report with the same certificate', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    scene.seconds += 3;
    expect(await send({ kind: 'check-again', tab: 1 })).toEqual({ done: true });
    await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(START + 3));
    await scene.verdict(1, 'verified', GOOD);
  });

  test('check again: what could not be had a moment ago is asked for anew', async () => {
    scene.down = true;
    scene.visit(1, GOOD);
    await scene.verdict(1, 'indeterminate');
    scene.down = false;
    expect(await send({ kind: 'check-again', tab: 1 })).toEqual({ done: true });
    await scene.verdict(1, 'verified');
  });

  test('a look at a tab from before the extension ran: checked, without a certificate', async () => {
    scene.browser.tabs.set(9, { url: GOOD, active: false });
    expect(await send({ kind: 'look', tab: 9 })).toEqual({ done: true });
    await scene.verdict(9, 'unread', GOOD);
  });

  test('from anyone else, or in another shape, they are not answered', () => {
    expect(send({ kind: 'check-again', tab: 1 }, { id: 'danelaw', url: GOOD })).toBeUndefined();
    expect(send({ kind: 'check-again', tab: 1 }, { ...OWN_PAGE, id: 'other' })).toBeUndefined();
    expect(send({ kind: 'check-again' })).toBeUndefined();
  });
});

test('a tab that closes takes its state along', async () => {
  scene.visit(1, GOOD);
  await scene.verdict(1, 'verified', GOOD);
  scene.browser.fire('tabs.onRemoved', 1);
  await scene.until(() => expect(scene.state(1)).toBeUndefined());
});
