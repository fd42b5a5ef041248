/** The extension's catalogue and its pages: every word has a place, and no text can become markup. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LoadFailure } from '../../../src/dane/evidence.ts';
import { KNOWN_RESOLVERS } from '../../../src/doh/resolvers.ts';
import type { AnchorFault } from '../../../src/extension/options/anchors.ts';
import { SINGLE_KINDS } from '../../../src/extension/self-test/self-test.ts';
import { SITE_VERDICTS } from '../../../src/report.ts';

const EXTENSION = fileURLToPath(new URL('../../../src/extension/', import.meta.url));
const catalogue = JSON.parse(readFileSync(`${EXTENSION}locales/en/messages.json`, 'utf8')) as Record<
  string,
  { message: string }
>;
/** Shared with the command line. */
const sentences = JSON.parse(readFileSync(`${EXTENSION}../locales/en/messages.json`, 'utf8')) as object;
const files = readdirSync(EXTENSION, { recursive: true, encoding: 'utf8' });
const sources = files.filter((file) => /\.(ts|html)$/.test(file));
const text = (file: string) => readFileSync(EXTENSION + file, 'utf8');
const all = [
  ...sources.map(text),
  readFileSync(fileURLToPath(new URL('../../../manifest.json', import.meta.url)), 'utf8'),
].join('\n');

const HOST_LOOK = /^host_[a-z]+$/;
const MEANING = /^meaning_[a-z]+$/;
/** One message for each plural form; the key without its ending is named. */
const PLURAL = /_(one|other)$/;

/** Keys that are put together from parts: the pattern they are made by. */
const COMPOSED = [
  /^link_(zone|tlsa|certificate|records)_(good|broken|open|unknown)$/,
  /^resolverFault_/,
  /^anchorFault_/,
  /^selfTest_/,
  /^field_/,
  /^resolverFilters_/,
  /^resolverName_/,
  /^failure_/,
  /^inspectorVerdict_/,
  /^inspectorState_/,
  HOST_LOOK,
  MEANING,
  PLURAL,
];

describe('the catalogue', () => {
  test.each(Object.keys(catalogue))('%s is used', (key) => {
    const used = all.includes(`'${key}'`) || all.includes(`"${key}"`) || all.includes(`__MSG_${key}__`);
    expect(used || COMPOSED.some((pattern) => pattern.test(key))).toBe(true);
    expect(catalogue[key]?.message).not.toBe('');
  });

  test('has every key the pages and scripts name', () => {
    const named = [
      ...all.matchAll(/translate\(\s*'([^']+)'/g),
      ...all.matchAll(/data-message="([^"]+)"/g),
      ...all.matchAll(/__MSG_(\w+)__/g),
      ...all.matchAll(/\['(fact\w+)',/g),
    ].map(([, key]) => key!);
    expect(named.length).toBeGreaterThan(30);
    const isThere = (key: string) => Object.hasOwn(catalogue, key) || Object.hasOwn(sentences, key);
    expect(named.filter((key) => !isThere(key))).toEqual([]);
  });

  test('has a word for each fault of a resolver URL and each state of a link', () => {
    const faults = [...readFileSync(`${EXTENSION}../doh/resolver-url.ts`, 'utf8').matchAll(/^ {2}\| '([a-z-]+)'/gm)];
    expect(faults.length).toBeGreaterThan(4);
    const names = [...faults.map(([, fault]) => fault!), 'nothing-typed', 'same-as-first'];
    for (const fault of names) expect(catalogue).toHaveProperty(`resolverFault_${fault.replaceAll('-', '_')}`);
    for (const kind of ['zone', 'tlsa', 'certificate', 'records']) {
      for (const state of ['good', 'broken', 'open', 'unknown']) {
        expect(catalogue).toHaveProperty(`link_${kind}_${state}`);
      }
    }
  });

  test('has a word for each fault of a pasted anchor, and none that nobody says', () => {
    const faults: Record<AnchorFault['code'], true> = {
      form: true,
      incomplete: true,
      'left-over': true,
      name: true,
      type: true,
      class: true,
      base64: true,
      hexadecimal: true,
      nothing: true,
      'other-type': true,
      'digest-type': true,
      'digest-length': true,
      rdata: true,
      'no-zone-key': true,
      revoked: true,
      algorithm: true,
      'built-in': true,
      'there-already': true,
      twice: true,
      'too-many': true,
    };
    const keys = Object.keys(faults).map((code) => `anchorFault_${code.replaceAll('-', '_')}`);
    expect(
      Object.keys(catalogue)
        .filter((key) => key.startsWith('anchorFault_'))
        .sort(),
    ).toEqual(keys.sort());
  });

  test('has a sentence for each part of the self-test', () => {
    const kinds = ['sound', 'altered-signature', 'altered-record', ...SINGLE_KINDS];
    const keys = kinds.map((kind) => `selfTest_${kind.replaceAll('-', '_')}`);
    expect(
      Object.keys(catalogue)
        .filter((key) => key.startsWith('selfTest_'))
        .sort(),
    ).toEqual(keys.sort());
  });

  test('has a word for each thing a listed resolver filters', () => {
    for (const kind of new Set(KNOWN_RESOLVERS.flatMap(({ filtering }) => filtering))) {
      expect(catalogue).toHaveProperty(`resolverFilters_${kind.replaceAll(' ', '_')}`);
    }
    const variants = new Set(KNOWN_RESOLVERS.map(({ variant }) => variant).filter((variant) => variant !== undefined));
    const named = [...variants].map((variant) => `resolverName_${variant.replace(/[ ,]+/g, '_')}`);
    expect(Object.keys(catalogue).filter((key) => key.startsWith('resolverName_'))).toEqual(named.toSorted());
  });

  test('has a word for each state of a host, and both plural forms of what is counted', () => {
    for (const look of [...SITE_VERDICTS, 'pending', 'unchecked']) expect(catalogue).toHaveProperty(`host_${look}`);
    const counted = [...all.matchAll(/plural\(\s*'([^']+)'/g)].map(([, key]) => key!);
    expect(counted.length).toBeGreaterThan(3);
    for (const key of counted) {
      expect(catalogue).toHaveProperty(`${key}_one`);
      expect(catalogue).toHaveProperty(`${key}_other`);
    }
    const forms = Object.keys(catalogue).filter((key) => PLURAL.test(key));
    expect(forms.filter((key) => !counted.includes(key.replace(PLURAL, '')))).toEqual([]);
  });

  test('says of each verdict what it means, in the words of the popup and what to do', () => {
    const looks = [...SITE_VERDICTS, 'pending'];
    const keys = Object.keys(catalogue).filter((key) => MEANING.test(key));
    expect(keys.sort()).toEqual(looks.map((look) => `meaning_${look}`).sort());
    for (const verdict of SITE_VERDICTS) expect(sentences).toHaveProperty(`headline_${verdict}`);
  });

  test('has a word for each reason why a page did not load', () => {
    const failures: Record<LoadFailure, true> = {
      'certificate refused': true,
      'handshake failed': true,
      'host not found': true,
      'connection refused': true,
      'connection failed': true,
    };
    for (const failure of Object.keys(failures)) {
      expect(catalogue).toHaveProperty(`failure_${failure.replaceAll(' ', '_')}`);
    }
  });

  test('shares no key with the catalogue of the sentences', () => {
    expect(Object.keys(catalogue).filter((key) => Object.hasOwn(sentences, key))).toEqual([]);
  });
});

describe('B22, B29 the source', () => {
  test.each(sources)('%s turns no text into markup or code', (file) => {
    expect(text(file)).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser/,
    );
    expect(text(file)).not.toMatch(/<script(?![^>]* src=)|\son\w+="/);
  });

  test('B22 what the manifest lets in: code and styles of its own, no frame around a page of ours, no stranger', () => {
    const manifest = JSON.parse(text('../../manifest.json'));
    const policy: string = manifest.content_security_policy.extension_pages;
    expect(policy.split('; ').sort()).toEqual([
      "base-uri 'none'",
      'connect-src https: http:',
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    for (const door of ['web_accessible_resources', 'externally_connectable', 'content_scripts', 'sandbox']) {
      expect(manifest).not.toHaveProperty(door);
      expect(text('../../scripts/build.ts')).not.toContain(door);
    }
  });
});
