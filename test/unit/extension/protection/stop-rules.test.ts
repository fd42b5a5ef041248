/** Chromium's session rules: which requests they stop, for how long, and that none outlives its verdict. */
import { describe, expect, test } from 'vitest';
import {
  createStopRules,
  MAX_STOPS,
  STOPS_KEY,
  type StopRule,
} from '../../../../src/extension/protection/stop-rules.ts';
import { NOW, report } from '../reports.ts';

const PLACE = { host: 'site.example', port: 443, private: false };

function scene(items: Record<string, unknown> = {}, present: StopRule[] = []) {
  let rules = [...present];
  let now = NOW;
  let alarm: (event: { name: string }) => void = () => {};
  const alarms: number[] = [];
  const stopRules = createStopRules({
    rules: {
      getSessionRules: async () => rules,
      updateSessionRules: async ({ addRules = [], removeRuleIds = [] }) => {
        rules = [...rules.filter(({ id }) => !removeRuleIds.includes(id)), ...addRules];
        if (new Set(rules.map(({ id }) => id)).size !== rules.length) throw new Error('two rules of one number');
      },
    },
    storage: {
      get: async () => structuredClone(items),
      set: async (changes) => void Object.assign(items, structuredClone(changes)),
      remove: async () => {},
    },
    alarms: {
      create: (_name: string, { when }: { when: number }) => void alarms.push(when),
      onAlarm: {
        addListener: (listener: typeof alarm) => {
          alarm = listener;
        },
      },
    } as never,
    id: 'own',
    now: () => now,
  });
  return {
    stopRules,
    items,
    alarms,
    rules: () => rules,
    pass: async (seconds: number) => {
      now += seconds;
      alarm({ name: 'stops' });
      await stopRules.lift({ ...PLACE, host: 'nowhere.example' });
    },
    stop: (changes: { host?: string; port?: number; private?: boolean; tab?: number; validUntil?: number } = {}) => {
      const { validUntil = NOW + 30, tab = 1, ...place } = changes;
      return stopRules.stop({ ...PLACE, ...place, tab, certificate: '', report: report('bogus', { validUntil }) });
    },
  };
}

const stops = ({ condition: { regexFilter, requestDomains } }: StopRule, url: string) => {
  const { hostname } = new URL(url);
  const isWithin = requestDomains?.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`)) ?? true;
  return isWithin && new RegExp(regexFilter, 'i').test(url);
};

describe('which requests', () => {
  test('of that host and port, by https and wss, and of no other', async () => {
    const { stop, rules } = scene();
    await stop();
    const [rule] = rules();
    for (const url of [
      'https://site.example/',
      'https://site.example:443/a',
      'wss://site.example/',
      'https://me:x@site.example/',
    ]) {
      expect(stops(rule!, url), url).toBe(true);
    }
    for (const url of [
      'http://site.example/',
      'https://www.site.example/',
      'https://siteXexample/',
      'https://site.example:8443/',
      'https://site.example.evil.example/',
      'https://evil.example/https://site.example/',
      'https://evil.example/?@site.example/',
    ]) {
      expect(stops(rule!, url), url).toBe(false);
    }
    expect(rule!.condition.resourceTypes).toContain('main_frame');
    expect(rule!.condition.excludedInitiatorDomains).toEqual(['own']);
    expect(rule!.condition.tabIds).toBeUndefined();
  });

  test.each(['a+b.example', '(a.example', 'a*.example', '$a{2}.example', '[2001:db8::1]'])(
    'of a host by its own letters, whatever they mean in a pattern: %s',
    async (host) => {
      const { stop, rules } = scene();
      await stop({ host });
      expect(stops(rules()[0]!, `https://${host}/`)).toBe(true);
      expect(stops(rules()[0]!, 'https://aab.example/')).toBe(false);
    },
  );

  test('of a host too long to be spelled out, that host alone', async () => {
    const { stop, rules } = scene();
    const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    await stop({ host });
    await stop({ host, port: 8443 });
    const [other, rule] = rules().toReversed();
    expect(rule!.condition.regexFilter.length).toBeLessThan(80);
    for (const url of [`https://${host}/`, `wss://${host}/a.b.c/`, `https://me:x.y@${host}/?a.b`]) {
      expect(stops(rule!, url), url).toBe(true);
      expect(stops(other!, url), url).toBe(false);
    }
    for (const url of [
      `http://${host}/`,
      `https://www.${host}/`,
      `https://www.${host}/a.b/c`,
      `https://${host}:8443/`,
      `https://evil.example/?https://${host}/`,
    ]) {
      expect(stops(rule!, url), url).toBe(false);
    }
    expect(stops(other!, `https://${host}:8443/`)).toBe(true);
  });

  test('of another port, that port alone', async () => {
    const { stop, rules } = scene();
    await stop({ port: 8443 });
    expect(stops(rules()[0]!, 'https://site.example:8443/')).toBe(true);
    expect(stops(rules()[0]!, 'https://site.example/')).toBe(false);
  });

  test('a private window’s verdict counts in that tab alone, and goes with it', async () => {
    const { stopRules, stop, rules } = scene();
    await stop({ private: true, tab: 7 });
    await stop({ host: 'ordinary.example', tab: 7 });
    expect(rules()[0]!.condition.tabIds).toEqual([7]);
    expect(stopRules.stopped({ ...PLACE, private: true }, 7, false)).toBeDefined();
    expect(stopRules.stopped({ ...PLACE, private: true }, 8, false)).toBeUndefined();
    expect(stopRules.stopped(PLACE, 7, false)).toBeUndefined();
    await stopRules.removed(7);
    expect(rules().map(({ condition }) => condition.tabIds)).toEqual([undefined]);
  });

  test('what pages load is stopped without stopping pages of that host, unless these are, too', async () => {
    const { stopRules, stop, rules } = scene();
    await stopRules.stopParts(PLACE, 1, NOW + 30);
    expect(rules()[0]!.condition.resourceTypes).not.toContain('main_frame');
    expect(stopRules.stopped(PLACE, 1, false)).toBeUndefined();
    await stop();
    expect(rules()).toHaveLength(1);
    expect(rules()[0]!.condition.resourceTypes).toContain('main_frame');
    await stopRules.stopParts(PLACE, 1, NOW + 30);
    expect(rules()[0]!.condition.resourceTypes).toContain('main_frame');
  });
});

describe('how long', () => {
  test('as long as the verdict, and an alarm wakes for its end', async () => {
    const { stopRules, stop, rules, alarms, pass } = scene();
    await stop();
    await stop({ host: 'longer.example', validUntil: NOW + 300 });
    expect(alarms.at(-1)).toBe((NOW + 31) * 1000);
    await pass(30);
    expect(rules()).toHaveLength(2);
    await pass(1);
    expect(rules()).toHaveLength(1);
    expect(stopRules.stopped(PLACE, 1, false)).toBeUndefined();
    // A request that the rule has stopped just before it went is told of afterwards.
    expect(stopRules.stopped(PLACE, 1, true)?.report.verdict).toBe('bogus');
    await pass(6);
    expect(stopRules.stopped(PLACE, 1, true)).toBeUndefined();
  });

  test('until it is let through, or the settings change', async () => {
    const { stopRules, stop, rules } = scene();
    await stop();
    await stop({ host: 'other.example' });
    await stopRules.lift(PLACE);
    expect(rules()).toHaveLength(1);
    expect(stopRules.stopped(PLACE, 1, false)).toBeUndefined();
    await stopRules.clear();
    expect(rules()).toEqual([]);
  });

  test('bounded: the oldest goes', async () => {
    const { stop, rules } = scene();
    for (let i = 0; i <= MAX_STOPS; i++) await stop({ port: 1000 + i });
    expect(rules()).toHaveLength(MAX_STOPS);
    expect(rules().some((rule) => stops(rule, 'https://site.example:1000/'))).toBe(false);
  });
});

describe('after the background slept', () => {
  test('rules are known by their verdicts, and those without one go', async () => {
    const first = scene();
    await first.stop();
    await expect.poll(() => (first.items[STOPS_KEY] as unknown[] | undefined)?.length).toBe(1);
    const stray = { ...first.rules()[0]!, id: 99 };
    const second = scene(first.items, [...first.rules(), stray]);
    await second.stopRules.ready;
    expect(second.stopRules.stopped(PLACE, 3, false)?.report.verdict).toBe('bogus');
    expect(second.rules().map(({ id }) => id)).toEqual([1]);
  });

  test('a verdict without its rule, or in no shape, is none', async () => {
    const first = scene();
    await first.stop();
    await expect.poll(() => (first.items[STOPS_KEY] as unknown[] | undefined)?.length).toBe(1);
    const second = scene(first.items);
    await second.stopRules.ready;
    expect(second.stopRules.stopped(PLACE, 1, false)).toBeUndefined();
    const third = scene({ [STOPS_KEY]: [{ rule: 1, host: 'site.example' }] }, [...first.rules()]);
    await third.stopRules.ready;
    expect(third.rules()).toEqual([]);
  });
});
