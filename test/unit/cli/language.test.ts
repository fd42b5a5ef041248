import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeLanguage } from '../../../src/cli/arguments/language.ts';
import { explain, explainReason, translateBy } from '../../../src/explain.ts';
import { LANGUAGES } from '../../../src/locales/languages.ts';
import type { Report } from '../../../src/report.ts';
import { createAuthority } from '../../world/authority.ts';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { readCatalogue } from '../locales/catalogues.ts';
import { createFiles, danelaw } from './danelaw.ts';

const NOW = 1_795_000_000;
const HOST = 'www.example.com';

const files = createFiles();
let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(async () => {
  files.remove();
  await world?.close();
});

const SPOKEN = ['en', 'de', 'cs'];
const languageOf = (args: readonly string[], environment: Record<string, string> = {}) =>
  takeLanguage(args, environment, SPOKEN).language;

describe('the language', () => {
  it.each<[string[], string[]]>([
    [
      ['--lang', 'de', 'check', 'a.example'],
      ['check', 'a.example'],
    ],
    [
      ['check', '--lang=de', 'a.example'],
      ['check', 'a.example'],
    ],
    [
      ['check', 'a.example', '--lang', 'DE-at'],
      ['check', 'a.example'],
    ],
    [
      ['check', '--lang', 'cs', '--json', '--lang', 'de_AT.UTF-8@euro'],
      ['check', '--json'],
    ],
  ])('is taken out of %j', (args, rest) => {
    expect(takeLanguage(args, { LC_ALL: 'cs_CZ.UTF-8' }, SPOKEN)).toEqual({ language: 'de', args: rest });
  });

  it('is no option behind two hyphens', () => {
    const args = ['check', '--', '--lang', 'de'];
    expect(takeLanguage(args, {}, SPOKEN)).toEqual({ language: 'en', args });
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'en'],
    [{ LANG: 'de_DE.UTF-8' }, 'de'],
    [{ LANG: 'cs' }, 'cs'],
    [{ LC_MESSAGES: 'cs_CZ', LANG: 'de_DE' }, 'cs'],
    [{ LC_ALL: 'C', LC_MESSAGES: 'cs_CZ', LANG: 'de_DE' }, 'en'],
    [{ LC_ALL: 'C.UTF-8', LANG: 'de_DE' }, 'en'],
    [{ LC_ALL: 'POSIX', LANG: 'de_DE' }, 'en'],
    [{ LC_ALL: '', LANG: 'de_DE' }, 'de'],
    // No mistake of whoever runs it, and no reason to look further.
    [{ LC_ALL: 'pt_BR.UTF-8', LANG: 'de_DE' }, 'en'],
    [{ LANG: 'den' }, 'en'],
    [{ LANG: '../../de' }, 'en'],
    [{ LC_CTYPE: 'de_DE' }, 'en'],
  ])('of the environment %j is %s', (environment, language) => {
    expect(languageOf([], environment)).toBe(language);
  });

  it.each([
    [['check', 'a.example', '--lang', 'xx'], /^danelaw: --lang xx: one of .*\ben\b/],
    [['check', 'a.example', '--lang', ''], /^danelaw: --lang is empty: one of /],
    [['--lang'], /^danelaw: --lang is empty: one of /],
    [['--lang=constructor', 'check'], /^danelaw: --lang constructor: one of /],
  ])('that there is none of is a mistake: %j', async (args, line) => {
    const { status, stderr } = await danelaw(args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(line)]);
  });
});

describe.each(LANGUAGES)('in the language %s', (language) => {
  const translate = translateBy(readCatalogue('src/locales', language));
  const options = { locale: language };
  const authority = createAuthority({ now: NOW });
  const chain = files.write(`chain-${language}.pem`, authority.issue({ hosts: [HOST] }).certPem);
  const records = files.write(`tlsa-${language}`, `3 1 1 ${'ab'.repeat(32)}\n`);
  const match = ['match', '--host', HOST, '--chain', chain, '--tlsa', records, '--time', String(NOW)];

  it('danelaw match says what it finds, and JSON is the same in all of them', async () => {
    const reason = { code: 'no-match', usable: 1, unusable: 0 } as const;
    const { stdout, status } = await danelaw([...match, '--lang', language]);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      translate('print_no_match'),
      explainReason(reason, translate, options),
    ]);
    expect(status).toBe(1);
    const json = await danelaw([...match, '--json'], { environment: { LC_ALL: `${language}_XX.UTF-8` } });
    expect(json).toEqual(await danelaw([...match, '--json']));
    expect(JSON.parse(json.stdout)).toMatchObject({ match: false, reason });
  });

  it('danelaw check says all of a report, by the language of the environment', async () => {
    const { host, port } = world.sites.find(({ expected }) => expected === 'mismatch')!;
    const resolving = ['--resolver', world.resolverUrl, '--anchors', files.write('anchors', world.anchorsText)];
    const check = ['check', `${host}:${port}`, '--connect', '127.0.0.1', '--no-speculation', ...resolving];
    const report = JSON.parse((await danelaw([...check, '--json'])).stdout) as Report;
    const { headline, why, notes, advice } = explain(report, translate, options);
    const { stdout } = await danelaw(check, { environment: { LANG: `${language}_XX` } });
    const [first, ...lines] = stdout.split('\n');
    expect(first).toBe(`mismatch: ${host}:${port}`);
    expect(lines.slice(0, 2 + notes.length)).toEqual([headline, why, ...notes]);
    expect(lines).toContain(translate('print_advice'));
    for (const line of advice) expect(lines).toContain(`- ${line}`);
    const [holds] = translate('print_holds_until', '|').split('|');
    expect(lines.some((line) => line.startsWith(holds!) && line.includes('Z'))).toBe(true);
    expect(stdout).not.toMatch(/undefined|\$\d/);
  });

  it('what is said of a wrong usage is in English', async () => {
    const { status, stderr } = await danelaw(['match', '--host', HOST, '--chain', chain, '--lang', language]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('--tlsa is missing')]);
  });
});
