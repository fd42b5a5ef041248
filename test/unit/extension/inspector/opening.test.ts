/** How the inspector is opened, and what it takes from where. */
import { describe, expect, test } from 'vitest';
import { parseInspectorRequest } from '../../../../src/extension/inspector/messages.ts';
import { listenToOmnibox, type OmniboxBrowser } from '../../../../src/extension/inspector/omnibox.ts';
import { fragmentText, openInspector, takeAsked } from '../../../../src/extension/inspector/opening.ts';

/** As much of a browser as opening takes, and what was done with it. */
function scene({ incognito = false } = {}) {
  const stored = new Map<string, unknown>();
  const done: string[] = [];
  const entered: ((text: string, where: string) => void)[] = [];
  const browser = {
    storage: {
      session: {
        get: async (key: string) => ({ [key]: stored.get(key) }),
        set: async (items: Record<string, unknown>) => {
          for (const [key, value] of Object.entries(items)) stored.set(key, value);
        },
        remove: async (key: string) => void stored.delete(key),
      },
    },
    tabs: {
      create: async ({ url, active }: { url: string; active: boolean }) =>
        done.push(`${active ? 'new' : 'behind'} ${url}`),
      update: async ({ url }: { url: string }) => done.push(`here ${url}`),
    },
    runtime: { getURL: (path: string) => `moz-extension://danelaw/${path}` },
    windows: { getLastFocused: async () => ({ incognito }) },
    omnibox: {
      setDefaultSuggestion: ({ description }: { description: string }) => done.push(description),
      onInputEntered: { addListener: (listener: (text: string, where: string) => void) => entered.push(listener) },
    },
  } as unknown as OmniboxBrowser;
  return { browser, stored, done, enter: (text: string, where: string) => entered[0]!(text, where) };
}

const idOf = (line: string) => new URL(line.split(' ')[1]!).searchParams.get('asked');

describe('what was asked for in the extension', () => {
  test('is handed over once, and stands in no address', async () => {
    const { browser, done } = scene();
    await openInspector(browser, { text: 'hugh@example.com', privately: false });
    expect(done[0]).toMatch(/^new moz-extension:\/\/danelaw\/inspector\/inspector\.html\?asked=[0-9a-f-]{36}$/);
    const { session } = browser.storage;
    expect(await takeAsked(session, idOf(done[0]!))).toEqual({ text: 'hugh@example.com', privately: false });
    expect(await takeAsked(session, idOf(done[0]!))).toBeUndefined();
  });

  test('is nothing where nobody asked, or somebody made it up', async () => {
    const { browser, stored } = scene();
    const id = crypto.randomUUID();
    const { session } = browser.storage;
    for (const wrong of [null, '', 'x', 'settings', id]) expect(await takeAsked(session, wrong)).toBeUndefined();
    stored.set(`inspect:${id}`, { text: 1, privately: false });
    expect(await takeAsked(session, id)).toBeUndefined();
  });

  test('is cut where it is longer than anything that is read', async () => {
    const { browser, done } = scene();
    await openInspector(browser, { text: 'x'.repeat(100_000), privately: false });
    expect((await takeAsked(browser.storage.session, idOf(done[0]!)))?.text).toHaveLength(2049);
  });
});

describe('the keyword in the address bar', () => {
  test.each([
    ['currentTab', false, 'here'],
    ['newForegroundTab', false, 'new'],
    ['newBackgroundTab', false, 'behind'],
    // Chromium would show it in another window.
    ['currentTab', true, 'new'],
  ])('%s, private: %s', async (where, incognito, how) => {
    const { browser, done, enter } = scene({ incognito });
    listenToOmnibox(browser, 'Look up');
    expect(done).toEqual(['Look up']);
    await enter('example.com', where);
    expect(done[1]).toMatch(new RegExp(`^${how} `));
    expect(await takeAsked(browser.storage.session, idOf(done[1]!))).toEqual({
      text: 'example.com',
      privately: incognito,
    });
  });

  test('is not missed where there is none', () => {
    const { omnibox: _, ...without } = scene().browser;
    listenToOmnibox(without, 'Look up');
  });
});

test('a fragment is text, whatever stands in it', () => {
  expect(fragmentText('#hugh%40example.com')).toBe('hugh@example.com');
  expect(fragmentText('#100%')).toBe('100%');
  expect(fragmentText('')).toBe('');
  expect(fragmentText(`#${'x'.repeat(100_000)}`).length).toBeLessThan(10_000);
});

describe('messages to the background', () => {
  test.each([
    { kind: 'inspect', lookup: { kind: 'site', host: 'a.example', port: 443 } },
    { kind: 'inspect', lookup: { kind: 'mail', domain: 'a.example' } },
    { kind: 'inspect', lookup: { kind: 'xmpp', domain: 'a.example' } },
    { kind: 'inspect', lookup: { kind: 'service', name: '_imap._tcp.a.example' } },
    { kind: 'inspect', lookup: { kind: 'client', name: 'a.example' } },
    { kind: 'inspect', lookup: { kind: 'openpgpkey', address: 'h@a.example' } },
    { kind: 'inspect', lookup: { kind: 'smimea', address: 'h@a.example' } },
    { kind: 'inspect', lookup: { kind: 'payment', address: 'h@a.example' } },
    { kind: 'inspect', lookup: { kind: 'records', name: 'a.example.', type: 52 } },
    { kind: 'inspect', lookup: { kind: 'chain', file: 'AAAA' } },
    { kind: 'prove', host: 'a.example', lookups: [{ name: 'a.example.', type: 'A' }] },
  ])('%j is one', (message) => {
    expect(parseInspectorRequest({ ...message, url: 'https://evil.example/' })).toEqual(message);
  });

  test.each([
    undefined,
    'inspect',
    { kind: 'inspect' },
    { kind: 'inspect', lookup: { kind: 'nothing' } },
    { kind: 'inspect', lookup: { kind: 'site', host: 'a.example' } },
    { kind: 'inspect', lookup: { kind: 'site', host: 'a.example', port: 0 } },
    { kind: 'inspect', lookup: { kind: 'site', host: 'a.example', port: 65_536 } },
    { kind: 'inspect', lookup: { kind: 'mail', domain: 'x'.repeat(2049) } },
    { kind: 'inspect', lookup: { kind: 'records', name: 'a.example.', type: 1.5 } },
    { kind: 'inspect', lookup: { kind: 'chain', file: 'x'.repeat(2_000_000) } },
    { kind: 'prove', host: 'a.example' },
    { kind: 'prove', host: 'a.example', lookups: [{ name: 'a.example.' }] },
    { kind: 'prove', host: 'a.example', lookups: Array.from({ length: 65 }, () => ({ name: 'a.', type: 'A' })) },
  ])('%# is none', (message) => {
    expect(parseInspectorRequest(message)).toBeUndefined();
  });
});
