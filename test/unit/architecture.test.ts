import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, violations } from './architecture/walls.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .sort();

describe('the walls between the rooms', () => {
  it('are looked for in all of the source', () => {
    for (const one of ['src/check.ts', 'src/dns/name.ts', 'src/dnssec/algorithms.ts', 'src/dane/certificate.ts']) {
      expect(files).toContain(one);
    }
    expect(files.length).toBeGreaterThan(60);
  });

  it.each(files)('stand in %s', (path) => {
    expect(violations(path, readFileSync(root + path, 'utf8'))).toEqual([]);
  });
});

/** A file in one line that breaks one wall, and what is found. */
const BROKEN: readonly [path: string, source: string, what: string][] = [
  ['src/dns/name.ts', "import { x } from '../dnssec/limits.ts';", '../dnssec/limits.ts'],
  ['src/dns/name.ts', "import type { X } from '../dane/outcome.ts';", '../dane/outcome.ts'],
  ['src/dns/name.ts', "import { x } from '../doh/ttl.ts';", '../doh/ttl.ts'],
  ['src/dns/name.ts', "export * from '../check.ts';", '../check.ts'],
  ['src/dns/name.ts', "import '../cli/main.ts';", '../cli/main.ts'],
  ['src/dns/name.ts', "const x = await import('../extension/dom.ts');", '../extension/dom.ts'],
  ['src/dnssec/zones.ts', "import { x } from '../dane/names.ts';", '../dane/names.ts'],
  ['src/dnssec/zones.ts', "import { x } from '../doh/doh.ts';", '../doh/doh.ts'],
  ['src/dnssec/zones.ts', "import type { Report } from '../report.ts';", '../report.ts'],
  ['src/dane/names.ts', "import { x } from '../check.ts';", '../check.ts'],
  ['src/dane/names.ts', "import { x } from '../doh/doh.ts';", '../doh/doh.ts'],
  ['src/people/owner.ts', "import { x } from '../doh/ttl.ts';", '../doh/ttl.ts'],
  ['src/people/owner.ts', "import { x } from '../cli/text.ts';", '../cli/text.ts'],
  ['src/people/openpgpkey.ts', "import { readKey } from 'openpgp';", 'openpgp'],
  ['src/dane/tlsa.ts', "import { x } from '../people/owner.ts';", '../people/owner.ts'],
  ['src/doh/doh.ts', "import { x } from '../dnssec/limits.ts';", '../dnssec/limits.ts'],
  ['src/doh/doh.ts', "import type { X } from '../dane/outcome.ts';", '../dane/outcome.ts'],
  ['src/check.ts', "import { createDoh } from './doh/doh.ts';", './doh/doh.ts'],
  ['src/probe.ts', "import { createDoh } from './doh/doh.ts';", './doh/doh.ts'],
  ['src/probe.ts', "import { x } from './check.ts';", './check.ts'],
  ['src/check.ts', "import { x } from './extension/tabs.ts';", './extension/tabs.ts'],
  ['src/check.ts', "import { x } from './services/mail.ts';", './services/mail.ts'],
  ['src/services/mail.ts', "import { createDoh } from '../doh/doh.ts';", '../doh/doh.ts'],
  ['src/services/mail.ts', "import { connect } from 'node:net';", 'node:net'],
  ['src/report.ts', "import { x } from './doh/ttl.ts';", './doh/ttl.ts'],
  ['src/explain.ts', "import { x } from './extension/dom.ts';", './extension/dom.ts'],
  ['src/explain/words.ts', "import { x } from '../cli/text.ts';", '../cli/text.ts'],
  ['src/explain/words.ts', "import { x } from '../doh/ttl.ts';", '../doh/ttl.ts'],
  ['src/extension/popup/popup.ts', "import { x } from '../../cli/text.ts';", '../../cli/text.ts'],
  ['src/cli/main.ts', "import { x } from '../extension/settings.ts';", '../extension/settings.ts'],
  ['src/cli/main.ts', "import { x } from '../../test/world/world.ts';", '../../test/world/world.ts'],
  ['src/dns/name.ts', "import { readFileSync } from 'node:fs';", 'node:fs'],
  ['src/dane/names.ts', "import { isIP } from 'node:net';", 'node:net'],
  ['src/doh/doh.ts', "import { request } from 'node:https';", 'node:https'],
  ['src/extension/tabs.ts', "import { Buffer } from 'node:buffer';", 'node:buffer'],
  ['src/extension/tabs.ts', "import browser from 'webextension-polyfill';", 'webextension-polyfill'],
  ['src/check.ts', "import type { Tabs } from 'webextension-polyfill';", 'webextension-polyfill'],
  ['src/dane/names.ts', "import { Certificate } from 'pkijs';", 'pkijs'],
  ['src/dane/names.ts', "import type { Sequence } from 'asn1js';", 'asn1js'],
  ['src/extension/tabs.ts', "import { Certificate } from 'pkijs';", 'pkijs'],
  ['src/dnssec/nsec3.ts', "import { sha1 } from '@noble/hashes/legacy.js';", '@noble/hashes/legacy.js'],
  ['src/dane/tlsa.ts', "import { sha1 } from '@noble/hashes/legacy.js';", '@noble/hashes/legacy.js'],
  ['src/dane/names.ts', "import { sha256 } from '@noble/hashes/sha2.js';", '@noble/hashes/sha2.js'],
  ['src/dane/certificate.ts', "import { ed448 } from '@noble/curves/ed448.js';", '@noble/curves/ed448.js'],
  ['src/dns/name.ts', "import punycode from 'punycode';", 'punycode'],
  ['src/stray.ts', 'export const one = 1;', 'src/stray.ts'],
];

const OUTSIDE: readonly [source: string, what: string][] = [
  ["await fetch('https://a.example/');", 'fetch'],
  ['const then = Date.now();', 'Date.now'],
  ["const then = Date['now']();", 'Date.now'],
  ['const then = performance.now();', 'performance'],
  ['const then = new Date();', 'new Date()'],
  ['const then = new Date;', 'new Date()'],
  ['const then = Date();', 'new Date()'],
  ['setTimeout(() => {}, 5);', 'setTimeout'],
  ['setInterval(() => {}, 5);', 'setInterval'],
  ['const chance = Math.random();', 'Math.random'],
  ["const door = globalThis['fetch'];", 'globalThis'],
  ['document.title;', 'document'],
  ['window.open();', 'window'],
  ['navigator.userAgent;', 'navigator'],
  ["chrome.runtime.getURL('');", 'chrome'],
  ["browser.i18n.getMessage('x');", 'browser'],
  ["localStorage.getItem('x');", 'localStorage'],
  ['process.env;', 'process'],
  ["Buffer.from('x');", 'Buffer'],
];

describe('the checker of walls', () => {
  it.each(BROKEN)('finds that %s may not have %s', (path, source, what) => {
    expect(violations(path, source).map((violation) => violation.what)).toEqual([what]);
  });

  const core = [
    'src/dns/a.ts',
    'src/dnssec/a.ts',
    'src/dane/a.ts',
    'src/people/a.ts',
    'src/check.ts',
    'src/probe.ts',
    'src/report.ts',
    'src/services/a.ts',
    'src/explain/a.ts',
  ];
  it.each(OUTSIDE)('finds %s in every room of the core', (source, what) => {
    for (const path of core) expect(violations(path, source).map((violation) => violation.what)).toEqual([what]);
  });

  it.each(['src/dnssec/signature.ts', 'src/dane/tlsa.ts', 'src/dns/name.ts', 'src/check.ts', 'src/doh/doh.ts'])(
    'finds WebCrypto in %s, and lets it be in its two files',
    (path) => {
      const source = "export const one = await crypto.subtle.digest('SHA-256', new Uint8Array());";
      expect(violations(path, source)).toMatchObject([{ path, what: 'crypto' }]);
      expect(violations('src/dnssec/algorithms.ts', source)).toEqual([]);
      expect(violations('src/dane/certificate.ts', source)).toEqual([]);
    },
  );

  it('finds a fetch that doh was not handed', () => {
    expect(violations('src/doh/doh.ts', "await fetch('https://a.example/');")).toMatchObject([{ what: 'fetch' }]);
    expect(violations('src/doh/doh.ts', 'export const ask = (fetch: Fetch) => fetch(url);')).toEqual([]);
  });

  it('lets variables and properties bear the names of globals', () => {
    const source = `
      export function windows(window: number, { fetch }: { fetch: number }): number[] {
        const performance = { now: window };
        return [window, fetch, performance.now, { Date: 1 }.Date, new Date(window).getTime()];
      }`;
    expect(violations('src/dns/a.ts', source)).toEqual([]);
  });

  it('takes no comment, string or type for what it names', () => {
    const source = `
      // import { x } from '../check.ts';
      /* fetch('x'); Date.now();
import { y } from '../cli/main.ts';
      */
      export type Timer = ReturnType<typeof setTimeout>;
      export const text = 'crypto.subtle and fetch()';`;
    expect(violations('src/dns/a.ts', source)).toEqual([]);
  });

  it('lets each package be where it belongs', () => {
    expect(violations('src/extension/browser.ts', "export { default } from 'webextension-polyfill';")).toEqual([]);
    expect(violations('src/extension/tabs.ts', "import type { Tabs } from 'webextension-polyfill';")).toEqual([]);
    expect(violations('src/dane/certificate.ts', "import * as pkijs from 'pkijs';")).toEqual([]);
    expect(violations('src/dnssec/algorithms.ts', "import { sha1 } from '@noble/hashes/legacy.js';")).toEqual([]);
    expect(violations('src/cli/tls.ts', "import { connect } from 'node:tls';")).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it('sees every form of import', () => {
    const source = `
import './a.ts';
import type { B } from './b.ts';
import { type C } from './c.ts';
import d, { e } from "./d.ts";
import * as f from './f.ts';
import {
  g, // with a comment from 'nowhere'
  h,
} from './g.ts';
export { i } from './i.ts';
export * from './j.ts';
export type { K } from './k.ts';
export const l = () => import('./l.ts');
import json from './m.json' with { type: 'json' };
import type from './n.ts';
`;
    const found = importsOf(source).map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier));
    expect(found).toEqual([
      './a.ts',
      'type ./b.ts',
      './c.ts',
      './d.ts',
      './f.ts',
      './g.ts',
      './i.ts',
      './j.ts',
      'type ./k.ts',
      './m.json',
      './n.ts',
      './l.ts',
    ]);
  });

  it('is not led astray by quotes and slashes', () => {
    const source = `
export const a = /['"]/.test('//') ? \`/*\` : "it's";
import { b } from './b.ts';
`;
    expect(importsOf(source)).toEqual([{ specifier: './b.ts', typeOnly: false }]);
  });
});
