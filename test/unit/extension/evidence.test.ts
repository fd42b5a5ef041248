/** What is made beyond the report, when somebody asks for it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { fromBase64 } from '../../../src/dns/encodings.ts';
import { parseChain } from '../../../src/dnssec/chain.ts';
import { type Catalogue, translateBy } from '../../../src/explain.ts';
import { languageOf } from '../../../src/extension/language.ts';
import type { Answers, Request } from '../../../src/extension/messages.ts';
import { fileNameOf, reportJson, reportText } from '../../../src/extension/popup/report-text.ts';
import { GOOD, NOTHING, RIGHT, Scene, SETTINGS } from './scene.ts';

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.openTab(1);
});

const ask = <Kind extends Request['kind']>(kind: Kind) => scene.send({ kind, tab: 1 }) as Promise<Answers[Kind]>;
const KEY_RECORD = { usage: 3, selector: 1, matchingType: 1 };
const keyDigest = createHash('sha256').update(RIGHT.publicKeyInfo).digest('hex');

describe('the signed records', () => {
  test('come out of the cache, without one more question, as a chain that stands by itself', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const asked = scene.questions;
    const answer = await ask('evidence');
    if (answer.kind !== 'evidence') throw new Error(answer.kind);
    expect(scene.questions).toBe(asked);
    expect(answer.holds).toBe(true);
    expect(parseChain(fromBase64(answer.chain)!)).toMatchObject({ ok: true, form: 'records' });
    expect(answer.records.at(-1)!.name).toBe('.');
    expect(answer.trace.some(({ step }) => step === 'zone')).toBe(true);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  test('are there for what is proven absent, too', async () => {
    scene.commit(1, NOTHING);
    await scene.verdict(1, 'signed', NOTHING);
    expect(await ask('evidence')).toMatchObject({ kind: 'evidence', holds: true });
  });

  test('of a name that must not be asked about, a page that is off, or no page at all there are none', async () => {
    expect(await ask('evidence')).toEqual({ kind: 'none' });
    scene.visit(1, 'http://good.example/');
    await scene.verdict(1, 'off');
    expect(await ask('evidence')).toEqual({ kind: 'none' });
    scene.browser.local.set('settings', { ...SETTINGS, exclusions: ['good.example'] });
    const excluding = new Scene(scene.browser);
    excluding.openTab(1);
    excluding.visit(1, GOOD);
    await excluding.verdict(1, 'off', GOOD);
    expect(await excluding.send({ kind: 'evidence', tab: 1 })).toEqual({ kind: 'none' });
    expect(excluding.questions).toBe(0);
  });
});

describe('the records to publish', () => {
  test('are those of the certificate that came with the page, 3 1 1 first', async () => {
    scene.visit(1, NOTHING);
    await scene.verdict(1, 'signed', NOTHING);
    const answer = await ask('publishable');
    if (answer.kind !== 'records') throw new Error(answer.kind);
    expect(answer.owner).toMatch(/^_443\._tcp\./);
    expect(answer.records[0]).toEqual({ ...KEY_RECORD, data: keyDigest });
    expect(scene.reads).toBe(0);
  });

  test('take reading the certificate where none was seen, and only when somebody asks for that', async () => {
    scene.commit(1, NOTHING);
    await scene.verdict(1, 'signed', NOTHING);
    expect(await ask('publishable')).toEqual({ kind: 'unseen' });
    expect(scene.reads).toBe(0);
    expect(await ask('publishable-read')).toEqual({ kind: 'unseen' });
    scene.readable.set(new URL(NOTHING).hostname, [...RIGHT.chain]);
    expect(await ask('publishable-read')).toMatchObject({ kind: 'records', records: [{ data: keyDigest }, {}, {}] });
    expect(scene.wishes).toEqual(['by hand', 'by hand']);
  });
});

describe('the report to take away', () => {
  const read = (place: string): Catalogue =>
    JSON.parse(readFileSync(new URL(`../../../src/${place}locales/en/messages.json`, import.meta.url), 'utf8'));
  const catalogue = { ...read(''), ...read('extension/') };
  const translate = translateBy(catalogue);
  const language = languageOf({ getMessage: (key, facts = []) => translate(key, ...facts) });

  test('says in words what the popup shows, and in JSON all of it', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified', GOOD);
    const report = scene.state(1)!.shown!.report!;
    const lines = reportText(report, language).split('\n');
    expect(lines[0]).toBe('good.example:443: verified');
    expect(lines[1]).toBe('The certificate of good.example is the one its owner published in DNS.');
    expect(lines).toContain('The root zone: signed');
    expect(lines.some((line) => line.startsWith('Published record 3 1 1: fits'))).toBe(true);
    expect(lines.some((line) => line.startsWith('Resolver: http'))).toBe(true);
    expect(JSON.parse(reportJson(report))).toEqual(report);
  });

  test('has a name that every file system takes', () => {
    expect(fileNameOf({ host: 'www.example.org', port: 8443 })).toBe('www.example.org-8443.rfc9102');
    expect(fileNameOf({ host: '../[x]/:y', port: 443 })).toBe('..__x___y-443.rfc9102');
  });
});
