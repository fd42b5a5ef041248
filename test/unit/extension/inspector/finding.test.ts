/** From a lookup to what the page shows, over the inspector's own world, without a browser. */
import { beforeAll, describe, expect, test } from 'vitest';
import { TYPE } from '../../../../src/dns/codes.ts';
import { createEngine, type Engine } from '../../../../src/extension/engine.ts';
import { type Finding, fileName, findingOf } from '../../../../src/extension/inspector/finding.ts';
import { findingText } from '../../../../src/extension/inspector/finding-text.ts';
import { furtherCommand, lookupLabel, quoteForShell, sayFault } from '../../../../src/extension/inspector/labels.ts';
import { createInspector } from '../../../../src/extension/inspector/looking.ts';
import type { Lookup, LookupAnswer } from '../../../../src/extension/inspector/lookups.ts';
import { readQuery } from '../../../../src/extension/inspector/query.ts';
import { VERDICTS } from '../../../../src/extension/inspector/verdicts.ts';
import type { Settings } from '../../../../src/extension/settings.ts';
import { readOpenPgpKey } from '../../../../src/people/openpgp-reader.ts';
import { readFoundKeys } from '../../../../src/people/openpgpkey.ts';
import { buildInspectedWorld, type InspectedWorld } from '../../../world/inspected.ts';
import { catalogue, english } from './english.ts';

const NOW = 1_795_348_800;
let inspected: InspectedWorld;
beforeAll(async () => {
  inspected = await buildInspectedWorld(NOW);
});

function engineWith(more: Partial<Settings> = {}, privately = false): Engine {
  const { world } = inspected;
  const settings = { version: 1, resolverUrl: 'https://dns.example/', consent: true, ...more } as const;
  const fetch = () => Promise.reject(new Error('nobody is there'));
  const engine = createEngine({ ...settings, anchors: world.anchors() }, { fetch, now: () => NOW }, { privately });
  return { ...engine, ask: world.ask };
}

async function answerTo(lookup: Lookup, engine = engineWith()): Promise<LookupAnswer> {
  const inspector = createInspector({ engine: async () => engine, now: () => NOW });
  // As a message: what is not plain is lost.
  return JSON.parse(JSON.stringify(await inspector.answer({ kind: 'inspect', lookup }, 1)));
}

async function findingFor(lookup: Lookup, engine = engineWith()): Promise<Finding> {
  const answer = await answerTo(lookup, engine);
  if (answer.kind !== 'openpgpkey') return findingOf(answer, english);
  const { kind, report } = answer;
  return findingOf(
    { kind, report: 'rdatas' in report ? await readFoundKeys(report, readOpenPgpKey) : report },
    english,
  );
}

async function findingsFor(text: string): Promise<Finding[]> {
  const query = readQuery(text);
  if (!query.ok) throw new RangeError(`${text}: ${query.fault.code}`);
  return Promise.all(query.lookups.map((lookup) => findingFor(lookup)));
}

test('each case ends as it must, with sentences, a picture and nothing left open', async () => {
  for (const { text, findings } of inspected.cases) {
    const query = readQuery(text);
    const found = await findingsFor(text);
    const kinds = query.ok ? query.lookups.map(({ kind }) => kind) : [];
    expect([text, found.map(({ verdict }, i) => `${kinds[i]} ${verdict}`)]).toEqual([text, findings]);
    for (const finding of found) {
      expect(finding.headline).toMatch(/^[\p{L}\d“].*\.$/u);
      expect(JSON.stringify([finding.headline, finding.why, finding.items, finding.notes])).not.toMatch(
        /\$\d|undefined/,
      );
      // Where nobody answers, no zone was reached.
      if (finding.verdict === 'off' || finding.verdict === 'indeterminate') continue;
      for (const line of finding.lines) expect(line[0]?.title).toBe('The root zone');
      expect(finding.lines.length).toBeGreaterThan(0);
      expect(findingText('Label', text, finding, english)).toContain(finding.headline);
    }
  }
});

describe('D37 the draft for HTTPS records', () => {
  const LOOKUP = { kind: 'site', host: 'draft.folk.example', port: 443 } as const;

  test('is left alone unless the person wants it', async () => {
    const before = inspected.world.log.length;
    const { notes, items } = await findingFor(LOOKUP);
    expect([...notes, ...items]).toEqual([]);
    expect(inspected.world.log.slice(before).map(({ type }) => type)).not.toContain(TYPE.HTTPS);
  });

  test('tells what stands at the places they name, and makes no verdict', async () => {
    const { verdict, notes, items } = await findingFor(LOOKUP, engineWith({ draftBindings: true }));
    expect(verdict).toBe('signed');
    expect(notes).toEqual([
      'Draft for HTTPS records: there are records for svc4.folk.example, port 8443, by HTTP/3, and no certificate here, or too little of one, to compare.',
      'Draft for HTTPS records: there are records for svc4.folk.example, port 8443, and no certificate here, or too little of one, to compare.',
    ]);
    expect(items.map(({ state, title }) => `${state} ${title}`)).toEqual([
      'open Draft for HTTPS records: TLSA records at _8443._quic.svc4.folk.example',
      'open Draft for HTTPS records: TLSA records at _8443._tcp.svc4.folk.example',
    ]);
    expect(items[0]!.details.join(' ')).toMatch(/^Published record 3 1 1 .*names the site's own certificate/);
  });
});

describe('the picture', () => {
  test('ends with what was looked up, and tells where it breaks', async () => {
    const [finding] = await findingsFor('_443._tcp.www.broken.example TLSA');
    expect(finding!.lines.map((line) => line.map(({ title, state }) => `${state} ${title}`))).toEqual([
      [
        'good The root zone',
        'good Zone example',
        'good Zone broken.example',
        'broken TLSA records of _443._tcp.www.broken.example',
      ],
    ]);
    const last = finding!.lines[0]!.at(-1)!;
    expect(last.facts[0]!.details.join()).toContain('does not fit');
  });

  test('has a line each for what lies in different zones', async () => {
    const [, mail] = await findingsFor('out.post.example');
    expect(mail!.lines.map((line) => line.map(({ title }) => title))).toEqual([
      [
        'The root zone',
        'Zone example',
        'Zone post.example',
        'MX records of out.post.example',
        'TXT records of _mta-sts.out.post.example',
        'TXT records of _smtp._tls.out.post.example',
      ],
      [
        'The root zone',
        'Zone example',
        'Zone open.example',
        'A records of host.open.example',
        'AAAA records of host.open.example',
      ],
    ]);
  });
});

describe('what can be taken away', () => {
  test('the key, the certificate, the URI; never of anything that is not proven', async () => {
    const [key, certificate, payment] = await findingsFor('hugh@folk.example');
    expect(key!.files.map(({ name }) => name)).toEqual(['hugh@folk.example.asc']);
    expect(certificate!.files.map(({ name }) => name)).toEqual(['hugh@folk.example.pem', 'hugh@folk.example.der']);
    expect(payment!.uri).toMatch(/^bitcoin:/);
    for (const text of ['hugh@broken.example', 'hugh@open.example', 'garbage@folk.example']) {
      for (const { files, uri } of await findingsFor(text)) expect([files, uri]).toEqual([[], undefined]);
    }
  });

  test('the proof is made from the answers at hand', async () => {
    const engine = engineWith();
    const inspector = createInspector({ engine: async () => engine, now: () => NOW });
    const { proof } = await findingFor({ kind: 'records', name: 'folk.example.', type: 257 }, engine);
    const answer = await inspector.answer({ kind: 'prove', ...proof! }, 1);
    expect(answer).toMatchObject({ kind: 'evidence', holds: true });
  });

  test('a name of hostile letters makes no path', () => {
    expect(fileName('../../etc/passwd')).toBe('__.._etc_passwd');
    expect(fileName('-rf')).toBe('_rf');
    expect(fileName('\u202egpj.exe').startsWith('_')).toBe(true);
  });
});

describe('nobody hears', () => {
  const asked = () => inspected.world.log.length;

  test.each<[string, Lookup, Partial<Settings>, boolean, string]>([
    [
      'of an excluded name',
      { kind: 'mail', domain: 'a.secret.example' },
      { exclusions: ['secret.example'] },
      false,
      'excluded',
    ],
    [
      'of an address there',
      { kind: 'openpgpkey', address: 'h@secret.example' },
      { exclusions: ['secret.example'] },
      false,
      'excluded',
    ],
    [
      'of a name below it',
      { kind: 'records', name: '_443._tcp.a.secret.example.', type: 52 },
      { exclusions: ['secret.example'] },
      false,
      'excluded',
    ],
    ['anything in a private window', { kind: 'site', host: 'folk.example', port: 443 }, {}, true, 'private-window'],
  ])('%s', async (_what, lookup, settings, privately, code) => {
    const before = asked();
    const answer = await answerTo(lookup, engineWith(settings, privately));
    expect(answer).toMatchObject({ kind: 'refused', reason: { code } });
    expect(asked()).toBe(before);
    const finding = findingOf(answer as Exclude<LookupAnswer, { kind: 'openpgpkey' }>, english);
    expect(finding).toMatchObject({ verdict: 'off', look: 'off', lines: [], files: [] });
    expect(finding.why).toMatch(/\.$/);
  });

  test('with checks on a click, asking is the click', async () => {
    const engine = engineWith({ checking: 'on-click' });
    expect(await answerTo({ kind: 'site', host: 'folk.example', port: 443 }, engine)).toMatchObject({ kind: 'site' });
  });

  test('of a chain, in a private window neither', async () => {
    const before = asked();
    const answer = await answerTo({ kind: 'chain', file: 'AAAA' }, engineWith({}, true));
    expect(answer).toMatchObject({ kind: 'chain', report: { verdict: 'off' } });
    expect(asked()).toBe(before);
  });
});

describe('words', () => {
  test('one for each verdict', () => {
    for (const verdict of VERDICTS) expect(catalogue).toHaveProperty(`inspectorVerdict_${verdict}`);
    const named = Object.keys(catalogue).filter((key) => key.startsWith('inspectorVerdict_'));
    expect(named.length).toBe(VERDICTS.length);
  });

  test('for each fault and each lookup', () => {
    const faulty = [
      '',
      '\ud800',
      'x'.repeat(3000),
      'hugh@',
      '192.0.2.1',
      'a',
      'a..b',
      'ftp://a.b',
      'a.b:0',
      'a.b c',
      'a.b ANY',
    ];
    const sentences = [...faulty, 'a'.repeat(65)].map((text) => {
      const query = readQuery(text);
      return query.ok ? '' : sayFault(query.fault, english);
    });
    for (const sentence of sentences) expect(sentence).toMatch(/^\S.*\.$/);
    expect(new Set(sentences).size).toBe(sentences.length);
    const labels = ['a.example', 'h@a.example', '_imap._tcp.a.example', 'ab'.repeat(40)].flatMap((text) => {
      const query = readQuery(text);
      return query.ok ? query.lookups.map((lookup) => lookupLabel(lookup, english)) : [];
    });
    for (const label of labels) expect(label).not.toBe('');
    // The domain of an address is one of mail, too.
    expect(new Set(labels).size).toBe(labels.length - 1);
  });

  test('the command line that goes further is safe to paste', () => {
    expect(quoteForShell('example.com')).toBe('example.com');
    expect(quoteForShell("it's $(id)")).toBe(String.raw`'it'\''s $(id)'`);
    const smimea = furtherCommand({ kind: 'smimea', address: '`id`@example.com' }, 'published');
    expect(smimea?.command).toBe("danelaw smimea '`id`@example.com' --cert FILE");
    expect(furtherCommand({ kind: 'mail', domain: 'a.example' }, 'published')?.command).toBe(
      'danelaw mail a.example --connect',
    );
    expect(furtherCommand({ kind: 'mail', domain: 'a.example' }, 'none')).toBeUndefined();
  });

  test('a fault of ours is told as one', () => {
    const finding = findingOf({ kind: 'failed', detail: 'out of memory' }, english);
    expect(finding).toMatchObject({ verdict: 'indeterminate', headline: 'This lookup failed, and nothing is known.' });
    expect(finding.why).toContain('out of memory');
  });
});
