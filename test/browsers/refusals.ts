/**
 * Pages that the browser does not load: the popup tells what DNS says all the same, and which certificate to expect;
 * and, in Firefox, what becomes of a certificate that somebody lets through by hand.
 */
import { expect, test } from 'vitest';
import type { LoadFailure } from '../../src/dane/evidence.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { popupPath, popupShown, visit } from './drivers/extension.ts';
import { HOST, type HostSites } from './host-sites.ts';
import { CHROMIUM_FEATURE, FIREFOX, type Target } from './targets.ts';

const REFUSED: readonly (readonly [host: string, usage: number, note: string])[] = [
  [HOST.refusedEndEntity, 3, 'would accept the certificate, whoever issued it, if this fits: the public key (SHA-256'],
  [HOST.refusedAnchor, 2, 'if its names and dates are right and this fits its issuer: the whole certificate'],
  [HOST.refusedPkix, 1, 'usage 1 count only where the browser accepts'],
  [HOST.refusedPkixAnchor, 0, 'usage 0 count only where the browser accepts'],
];

export interface Given {
  readonly browser: BrowserUnderTest;
  /** A blank one. */
  readonly tab: Tab;
  readonly popup: Tab;
  readonly sites: HostSites;
}

/** Defines the tests; `given` is called within each of them. */
export function testRefusals(target: Target, given: () => Given): void {
  const openPopup = async () => {
    const { browser, tab, popup } = given();
    await popup.open(`${browser.extensionOrigin}/${popupPath(tab)}`);
    const shown = await popupShown(popup);
    const [failure, ...notes] = await popup.evaluate<string[]>(
      `const failure = document.querySelector('#failure');
      return [failure.hidden ? '' : failure.textContent,
        ...[...document.querySelectorAll('#notes > li')].map((item) => item.textContent)];`,
    );
    return { ...shown, failure: failure!, notes };
  };

  // Chromium waits three seconds before most of these pages, with the feature as without.
  const refused = target === CHROMIUM_FEATURE ? REFUSED.slice(0, 1) : REFUSED;
  test.each(refused)(
    'D8 %s, refused: what its records of usage %i expect is told, and nothing is green',
    async (host, usage, note) => {
      const { browser, tab, popup, sites } = given();
      const seen = await visit(browser, tab, sites.url(host));
      expect(seen).toMatchObject({ loaded: false, verdict: 'unread', badge: 'i' });
      expect(seen.title).toContain('not loaded');
      expect(seen.report).toMatchObject({
        reason: { code: 'certificate-unread', why: 'certificate refused' },
        certificate: { kind: 'none', why: 'certificate refused' },
        tlsa: [{ usage, outcome: { code: 'not-judged' } }],
      });
      const shown = await openPopup();
      expect(shown.sentence).toContain('the page did not load');
      // What did not load has no other hosts to list.
      expect(await popup.evaluate("return document.querySelector('#hosts-section').checkVisibility()")).toBe(false);
      expect(shown.why).toContain('does not accept the certificate');
      expect(shown.notes).toHaveLength(1);
      expect(shown.notes[0]).toContain(note);
      if (usage === 3) expect(shown.notes[0]).toContain(seen.report?.tlsa[0]?.data);
      expect(shown.chain.some((link) => link.includes(`Published record ${usage} `))).toBe(true);
    },
  );

  test('refused, and nothing published: DNS’s word, and that the page did not load', async () => {
    const { browser, tab, sites } = given();
    const seen = await visit(browser, tab, sites.url(HOST.refusedSilent));
    expect(seen).toMatchObject({ loaded: false, verdict: 'signed', badge: '–' });
    expect((await openPopup()).failure).toContain('does not accept its certificate');
  });

  const others: readonly (readonly [what: string, url: (sites: HostSites) => string, failure: string])[] = [
    ['a name without an address', () => 'https://nowhere.example/', 'no address for the name'],
    ['a port where nothing listens', ({ closedPort }) => `https://${HOST.page}:${closedPort}/`, 'nothing answers'],
    // The resolver of the test speaks no TLS.
    [
      'a server without TLS',
      ({ resolverUrl }) => `https://${HOST.page}:${new URL(resolverUrl).port}/`,
      'no secure connection',
    ],
  ];
  test.each(others)('%s is told as that, not as a refused certificate', async (_what, url, failure) => {
    const { browser, tab, sites } = given();
    const seen = await visit(browser, tab, url(sites));
    expect(seen).toMatchObject({ loaded: false, verdict: 'signed', badge: '–' });
    const shown = await openPopup();
    expect(shown.failure).toContain(failure);
    expect(shown.notes).toEqual([]);
  });

  test('a site with a published certificate that is down: its reason is the connection, and no certificate is spoken of', async () => {
    const { browser, tab, sites } = given();
    const { url, start } = sites.late;
    const seen = await visit(browser, tab, url);
    const why: LoadFailure = 'connection refused';
    expect(seen).toMatchObject({
      loaded: false,
      verdict: 'unread',
      badge: 'i',
      report: { reason: { why }, notes: [] },
    });
    expect((await openPopup()).why).toContain('Nothing answers');
    // And when it is there, it is what it is.
    const { stop } = await start();
    try {
      expect(await visit(browser, tab, url)).toMatchObject({ loaded: true, verdict: 'verified', badge: '✓' });
    } finally {
      await stop();
    }
  });

  test('D6, D14, D19 a loaded page: the base of its records, and those that do not count', async () => {
    const { browser, tab, sites } = given();
    expect(await visit(browser, tab, sites.url(HOST.alias))).toMatchObject({
      verdict: 'verified',
      report: { base: 'target.example', reason: { matchingType: 2 } },
    });
    expect((await openPopup()).notes).toEqual([
      'alias.example is another name for target.example, and the published records stand under target.example.',
      '1 published record cannot be used, and does not count.',
      '1 published record does not count, since a stronger fingerprint of the same kind is published beside it.',
    ]);
  });

  test('D22 usage 3, a certificate for another name: verified, with a note', async () => {
    const { browser, tab, sites } = given();
    const url = sites.url(HOST.misnamed);
    if (!(await browser.acceptCertificate(HOST.misnamed, sites.port, sites.certificate(HOST.misnamed)))) {
      expect(await visit(browser, tab, url)).toMatchObject({ loaded: false, verdict: 'unread' });
      return;
    }
    expect(await visit(browser, tab, url)).toMatchObject({ loaded: true, verdict: 'verified' });
    expect((await openPopup()).notes.join(' ')).toContain(`does not name ${HOST.misnamed}`);
  });

  const byHand: readonly (readonly [host: string, verdict: string, reason: object])[] = [
    [HOST.refusedEndEntity, 'verified', { code: 'matched', usage: 3, depth: 0 }],
    [HOST.refusedAnchor, 'verified', { code: 'matched', usage: 2 }],
    [HOST.refusedPkix, 'mismatch', { code: 'pkix-failed', usage: 1, pkix: 'overridden' }],
    [HOST.refusedPkixAnchor, 'mismatch', { code: 'pkix-failed', usage: 0, pkix: 'overridden' }],
  ];
  // Chromium's own way past its error page cannot be taken from outside.
  if (target !== FIREFOX) return;
  test.each(byHand)('B3 D24 D28 D29 %s, let through by hand, is %s', async (host, verdict, reason) => {
    const { browser, tab, sites } = given();
    expect(await browser.acceptCertificate(host, sites.port, sites.certificate(host))).toBe(true);
    const seen = await visit(browser, tab, sites.url(host));
    expect(seen).toMatchObject({ loaded: true, verdict, report: { reason } });
    expect(seen.report?.certificate).toMatchObject({ kind: 'leaf only', pkix: 'overridden' });
    const { notes } = await openPopup();
    expect(notes.join(' ')).toContain('by hand');
  });
}
