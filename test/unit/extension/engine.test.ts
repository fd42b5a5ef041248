/** What the settings make of a check. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { createEngine } from '../../../src/extension/engine.ts';
import { DEFAULT_SETTINGS, readSettings, type Settings } from '../../../src/extension/settings.ts';

const engine = (settings: Settings) => createEngine(settings, { fetch, now: () => 1 });

describe('the engine', () => {
  it('V38 counts SHA-1 only where the person says so', () => {
    expect(engine(DEFAULT_SETTINGS).options).toEqual({ allowSha1: false, speculate: true });
    expect(engine({ ...DEFAULT_SETTINGS, allowSha1: true }).options).toMatchObject({ allowSha1: true });
    expect(readSettings({ ...DEFAULT_SETTINGS, allowSha1: true })).toEqual({
      settings: { ...DEFAULT_SETTINGS, allowSha1: true },
      faults: [],
    });
    expect(readSettings({ ...DEFAULT_SETTINGS, allowSha1: 1 })).toEqual({
      settings: DEFAULT_SETTINGS,
      faults: ['allowSha1'],
    });
  });

  it('B26 asks nobody for private windows, unless the person says so', async () => {
    const chosen: Settings = { ...DEFAULT_SETTINGS, resolverUrl: 'https://dns.example/dns-query', consent: true };
    let questions = 0;
    const surroundings = {
      now: () => 1,
      fetch: async () => {
        questions++;
        throw new TypeError('network error');
      },
    };
    const question = { name: Name.parse('www.example.'), type: TYPE.A };
    const closed = createEngine(chosen, surroundings, { privately: true });
    expect(closed.refuses('www.example', false)).toEqual({ code: 'private-window', host: 'www.example' });
    expect(await closed.ask(question)).toEqual({ ok: false, failure: { code: 'no-resolver' } });
    expect(closed.secondLook).toBeUndefined();
    expect(closed.fetchIssuer).toBeUndefined();
    expect(questions).toBe(0);
    const open = createEngine({ ...chosen, privateWindows: true }, surroundings, { privately: true });
    expect(open.refuses('www.example', false)).toBeUndefined();
    expect(open.refuses('printer.local', false)).toEqual({ code: 'excluded', host: 'printer.local' });
    await open.ask(question);
    expect(questions).toBeGreaterThan(0);
    expect(createEngine(chosen, surroundings).refuses('www.example', false)).toBeUndefined();
  });

  it('waits for a click where the person says so, for names that a click would be asked about', () => {
    const chosen: Settings = { ...DEFAULT_SETTINGS, resolverUrl: 'https://dns.example/dns-query', consent: true };
    const { refuses } = engine({ ...chosen, checking: 'on-click' });
    expect(refuses('www.example', false)).toEqual({ code: 'on-click', host: 'www.example' });
    expect(refuses('www.example', true)).toBeUndefined();
    expect(refuses('printer.local', true)).toEqual({ code: 'excluded', host: 'printer.local' });
    for (const host of ['192.0.2.1', '[2001:db8::1]', 'localserver']) expect(refuses(host, false)).toBeUndefined();
    expect(engine(chosen).refuses('www.example', false)).toBeUndefined();
    expect(engine({ ...DEFAULT_SETTINGS, checking: 'on-click' }).refuses('www.example', false)).toBeUndefined();
  });

  it('asks ahead unless the person says otherwise', () => {
    expect(engine({ ...DEFAULT_SETTINGS, speculate: false }).options).toMatchObject({ speculate: false });
  });

  it('V100 made anew for other settings starts with nothing proven', () => {
    expect(engine(DEFAULT_SETTINGS).zoneCache).not.toBe(engine(DEFAULT_SETTINGS).zoneCache);
  });
});
