/**
 * Every way of publishing TLSA, seen through each browser and each way of reading its certificates: the verdict on the
 * button, in its title and in the report, and the facts the report gives for it.
 *
 *   npx vitest run --project browsers test/browsers/matrix.test.ts -t 'Firefox'
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CertificateSource } from '../../src/dane/evidence.ts';
import { type Matrix, startMatrix } from '../world/matrix.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { type Choices, configure, visit } from './drivers/extension.ts';
import {
  ABSENT,
  type Expected,
  expectedIn,
  expectSeen,
  expectSource,
  INSECURE,
  ISSUER_UNREAD,
  matched,
  NO_PATH,
  noMatch,
  off,
  type Sight,
} from './expectations.ts';
import { type Lending, lend } from './lending.ts';
import { CHROMIUM, CHROMIUM_FEATURE, FIREFOX, launchTarget, type Target } from './targets.ts';

interface Reader {
  readonly label: string;
  readonly choices?: Choices;
  readonly sight: Sight;
  readonly source?: CertificateSource;
}

/** Each browser, and the ways of reading certificates in it, one after the other. */
const READERS: readonly { readonly target: Target; readonly readers: readonly Reader[] }[] = [
  {
    target: FIREFOX,
    readers: [{ label: FIREFOX.label, sight: 'full chain', source: 'firefox-security-info' }],
  },
  {
    target: CHROMIUM_FEATURE,
    readers: [{ label: CHROMIUM_FEATURE.label, sight: 'leaf only', source: 'chromium-security-info' }],
  },
  {
    target: CHROMIUM,
    readers: [
      { label: 'Chromium, debugger allowed', sight: 'full chain', source: 'chromium-debugger' },
      { label: 'Chromium, debugger not allowed', choices: { certificateReading: 'never' }, sight: 'none' },
    ],
  },
];

/** The intermediate and the root, each from where the certificate below it says. */
const FETCHED = { fetched: ['issuers.example', 'issuers.example'] };

/**
 * What it is, where, and what it must come to with the whole chain in sight; then, where that differs, with the leaf
 * alone. With no certificate in sight, whatever hangs on one is `unread` (see `expectedIn`).
 */
type Row = readonly [title: string, url: string, fullChain: Expected, leafOnly?: Expected];

const ROWS: readonly Row[] = [
  ['D13 D21 3 1 1, the key by SHA-256', 'https://key-256.example/', matched(3, 1, 1, 0)],
  ['D17 3 1 1 of another key', 'https://other-key-256.example/', noMatch()],
  ['D13 3 0 1, the certificate by SHA-256', 'https://certificate-256.example/', matched(3, 0, 1, 0)],
  ['D13 3 0 1 with the digest of the key', 'https://certificate-256-of-key.example/', noMatch()],
  ['D12 3 1 2, the key by SHA-512', 'https://key-512.example/', matched(3, 1, 2, 0)],
  ['D12 3 1 2 of another key', 'https://other-key-512.example/', noMatch()],
  ['D13 3 1 0, the whole key with its algorithm', 'https://key-full.example/', matched(3, 1, 0, 0)],
  ['D13 3 1 0 of another key', 'https://other-key-full.example/', noMatch()],
  [
    'D13 D14 3 1 0 with the bare bits of the key',
    'https://key-bits.example/',
    { verdict: 'signed', reason: { code: 'tlsa-unusable', records: 1 }, outcomes: ['unusable'] },
  ],
  ['D28 1 1 1 on top of PKIX', 'https://pkix-key.example/', matched(1, 1, 1, 0)],
  ['D28 1 1 1 of another key', 'https://other-pkix-key.example/', noMatch()],

  [
    'D15 D23 2 1 1 on the intermediate',
    'https://issuer.example/',
    matched(2, 1, 1, 1),
    { ...matched(2, 1, 1, 1), ...FETCHED },
  ],
  [
    'D32 2 1 1, and the leaf names no issuer to fetch',
    'https://issuer-lone.example/',
    matched(2, 1, 1, 1),
    ISSUER_UNREAD,
  ],
  [
    'D15 2 1 1 with the key of the leaf',
    'https://issuer-of-leaf.example/',
    noMatch(),
    { ...ISSUER_UNREAD, ...FETCHED },
  ],
  ['D17 2 1 1 of a foreign authority', 'https://other-issuer.example/', noMatch(), { ...ISSUER_UNREAD, ...FETCHED }],
  [
    'D31 2 0 1 on the root, which the server does not send',
    'https://root.example/',
    matched(2, 0, 1, 2),
    { ...matched(2, 0, 1, 2), ...FETCHED },
  ],
  ['D32 2 0 1 on the root, and no issuer to fetch', 'https://root-lone.example/', matched(2, 0, 1, 2), ISSUER_UNREAD],
  ['D25 D32 2 0 0, the anchor itself in DNS', 'https://anchor.example/', matched(2, 0, 0, 1)],
  ['D25 2 0 0 of a foreign authority', 'https://other-anchor.example/', NO_PATH, ISSUER_UNREAD],
  [
    'D26 D32 2 1 0, the key of the anchor in DNS',
    'https://anchor-key.example/',
    matched(2, 1, 0, 1),
    { verdict: 'verified', reason: { ...matched(2, 1, 0, 0).reason, bareKey: true } },
  ],
  [
    'D29 0 0 1 on the intermediate, on top of PKIX',
    'https://pkix-issuer.example/',
    matched(0, 0, 1, 1),
    { ...matched(0, 0, 1, 1), ...FETCHED },
  ],
  ['D32 0 0 1, and no issuer to fetch', 'https://pkix-issuer-lone.example/', matched(0, 0, 1, 1), ISSUER_UNREAD],
  [
    'D29 0 0 1 of a foreign authority',
    'https://other-pkix-issuer.example/',
    noMatch(),
    { ...ISSUER_UNREAD, ...FETCHED },
  ],
  [
    'D32 an issuer at an address of this machine, named by a site of the network: left alone',
    'https://loopback.example/',
    matched(2, 1, 1, 1),
    ISSUER_UNREAD,
  ],
  [
    'D32 an issuer at an address of this machine, named by a site of this machine',
    'https://local.test/',
    matched(2, 1, 1, 1),
    { ...matched(2, 1, 1, 1), fetched: ['127.0.0.1', 'issuers.example'] },
  ],

  [
    'D18 a stale record beside the right one',
    'https://rollover.example/',
    { ...matched(3, 1, 1, 0), outcomes: ['matched', 'not-matched'] },
  ],
  [
    'D19 the weaker digest fits, the stronger does not',
    'https://weaker-fits.example/',
    { ...noMatch(), outcomes: ['not-matched', 'superseded'] },
  ],
  [
    'D19 the stronger digest fits, the weaker does not',
    'https://stronger-fits.example/',
    { ...matched(3, 1, 2, 0), outcomes: ['matched', 'superseded'] },
  ],
  [
    'D14 D16 not one record can be used',
    'https://unusable.example/',
    {
      verdict: 'signed',
      reason: { code: 'tlsa-unusable', records: 4 },
      outcomes: ['unusable', 'unusable', 'unusable', 'unusable'],
    },
  ],
  [
    'D14 an unknown usage beside the right record',
    'https://unknown-and-right.example/',
    { ...matched(3, 1, 1, 0), outcomes: ['matched', 'unusable'] },
  ],
  [
    'D14 D17 an unknown usage beside a wrong record',
    'https://unknown-and-wrong.example/',
    { ...noMatch(1, 1), outcomes: ['not-matched', 'unusable'] },
  ],

  ['D4 TLSA behind a CNAME into another zone', 'https://tlsa-alias.example/', matched(3, 1, 1, 0)],
  ['D4 TLSA behind a CNAME into an unsigned zone', 'https://tlsa-alias-unsigned.example/', INSECURE],
  [
    'D5 D6 the host behind a secure CNAME: TLSA at its end',
    'https://alias.example/',
    { ...matched(3, 1, 1, 0), base: 'alias.hosting.example' },
  ],
  ['D5 D6 the host behind a secure CNAME: TLSA at the host', 'https://alias-own.example/', matched(3, 1, 1, 0)],
  [
    'D5 D6 TLSA at both, right at the end of the CNAME',
    'https://alias-both.example/',
    { ...matched(3, 1, 1, 0), base: 'alias-both.hosting.example' },
  ],
  [
    'D5 D6 TLSA at both, right at the host alone',
    'https://alias-both-wrong.example/',
    { ...noMatch(), base: 'alias-both-wrong.hosting.example' },
  ],
  [
    'D5 the host behind an insecure CNAME: TLSA at the host',
    'https://alias-unsigned-own.example/',
    matched(3, 1, 1, 0),
  ],
  ['D5 the host behind an insecure CNAME: TLSA at its end', 'https://alias-unsigned.example/', ABSENT],

  ['D2 port 8443', 'https://ports.example:8443/', matched(3, 1, 1, 0)],
  ['D2 port 443 of the same host', 'https://ports.example/', noMatch()],
  ['D2 port 8443, TLSA for 443 alone', 'https://one-port.example:8443/', ABSENT],
  ['D1 TLSA at a wildcard', 'https://wildcard.example/', matched(3, 1, 1, 0)],
  ['D1 a wildcard for any port', 'https://wildcard.example:8443/', matched(3, 1, 1, 0)],
  ['D1 a wildcard hidden by a record of its port', 'https://wildcard-hidden.example/', noMatch()],
  ['D1 a name in A-labels', 'https://b\u00fccher.example/', matched(3, 1, 1, 0)],
  ['D8 no TLSA', 'https://silent.example/', ABSENT],
  ['D7 an unsigned zone', 'https://unsigned.example/', INSECURE],
  ['D8 a zone signed with SHA-1 alone', 'https://old.example/', INSECURE],
  ['D3 a name of one label', 'https://intranet/', off('single-label')],
  ['D3 no TLS', 'http://plain.example/', off('not-https')],

  ['D2 from http to https', 'http://plain.example/to?https://key-256.example/end', matched(3, 1, 1, 0)],
  ['D2 from right to wrong', 'https://key-256.example/to?https://other-key-256.example/end', noMatch()],
  ['D2 from wrong to right', 'https://other-key-256.example/to?https://key-256.example/end', matched(3, 1, 1, 0)],
  ['D2 from port to port', 'https://ports.example:8443/to?https://ports.example/end', noMatch()],
  [
    'D2 from http to unsigned to wrong to an issuer\u2019s',
    'http://plain.example/to?https://unsigned.example/to?https://other-key-256.example/to?https://issuer.example/end',
    matched(2, 1, 1, 1),
    { ...matched(2, 1, 1, 1), ...FETCHED },
  ],
  [
    'D2 a wrong site in a frame of a right one',
    'https://key-512.example/frame?https://other-key-512.example/framed',
    { ...matched(3, 1, 2, 0), mayBeMarked: true },
  ],
  [
    'D2 a right site in a frame of a wrong one',
    'https://other-key-full.example/frame?https://key-full.example/framed',
    noMatch(),
  ],
];

/** Tabs that work at the same time. */
const TABS = 3;

let matrix: Matrix;
beforeAll(async () => {
  matrix = await startMatrix();
});
afterAll(() => matrix.close());

describe.each(READERS)('in $target.label', ({ target, readers }) => {
  let browser: BrowserUnderTest;
  let tabs: Lending<Tab>;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: matrix.hosts,
      ports: matrix.ports,
      authorityPem: matrix.authorityPem,
    });
    const open: Tab[] = [];
    for (let count = 0; count < TABS; count += 1) open.push(await browser.openTab());
    tabs = lend(open);
  });
  afterAll(() => browser?.close());

  describe.each(readers)('$label', ({ choices, sight, source }) => {
    let before = 0;
    beforeAll(async () => {
      before = matrix.requests.length;
      // One page is in `.test`, which nobody is asked about unless the person wants it.
      const wanting = { ...choices, exclusions: [] };
      await configure(browser, { resolverUrl: matrix.resolverUrl, anchors: matrix.anchorsText }, wanting);
    });

    describe.concurrent('the matrix', () => {
      test.each(complete(ROWS))('%s', async (_title, url, fullChain, leafOnly) => {
        const tab = await tabs.take();
        try {
          const seen = await visit(browser, tab, url);
          expectSeen(seen, lastOf(url), expectedIn(sight, fullChain, leafOnly));
          expectSource(seen.report!, sight, source);
          expect(await tab.url()).toBe(lastOf(url).href);
        } finally {
          tabs.giveBack(tab);
        }
      });
    });

    test('every page on the way was really there, frames included', () => {
      const requests = new Set(matrix.requests.slice(before));
      expect(ROWS.flatMap(([, url]) => stepsOf(url)).filter((step) => !requests.has(step))).toEqual([]);
    });
  });
});

function complete(rows: readonly Row[]) {
  return rows.map(([title, url, fullChain, leafOnly = fullChain]) => [title, url, fullChain, leafOnly] as const);
}

/** Where a chain of redirects ends. */
function lastOf(url: string): URL {
  const [, next] = url.split(/\/to\?(.*)/s);
  return next === undefined ? new URL(url) : lastOf(next);
}

/** What reaches the servers on the way, as they note it down. */
function stepsOf(text: string): string[] {
  const url = new URL(text);
  const onward = /^\/(?:to|frame)$/.test(url.pathname) ? stepsOf(url.search.slice(1)) : [];
  return [url.hostname + url.pathname + url.search, ...onward];
}
