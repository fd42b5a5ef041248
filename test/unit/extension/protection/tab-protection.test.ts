/** What protection knows of a tab, event by event. */
import { describe, expect, test } from 'vitest';
import type { Bound } from '../../../../src/extension/protection/exceptions.ts';
import {
  isTabProtection,
  NO_PROTECTION,
  onCommitted,
  onRequest,
  type Stop,
  type TabProtection,
  withStop,
} from '../../../../src/extension/protection/tab-protection.ts';
import { report } from '../reports.ts';

const PLACE = { host: 'site.example', port: 443 };
const BOUND: Bound = { ...PLACE, private: false, verdict: 'mismatch', reason: '{}', certificate: '' };
const stop = (id: string): Stop => ({ id, url: 'https://site.example/', bound: BOUND, report: report('mismatch') });
const ALLOWED: TabProtection = { ...NO_PROTECTION, once: BOUND };
/** A page after another, by a link. */
const COMMITTED = { url: 'https://site.example/next', history: false, failed: false, warning: false, known: false };

describe('what is let through once', () => {
  test('is for the next load of that place, its redirects included', () => {
    const loading = onRequest(ALLOWED, 'r1', PLACE);
    expect(loading.once).toMatchObject({ load: 'r1' });
    expect(onRequest(loading, 'r1', { host: 'elsewhere.example', port: 443 })).toBe(loading);
  });

  test.each([
    ['another load of it', 'r2', PLACE],
    ['another place', 'r2', { host: 'elsewhere.example', port: 443 }],
  ] as const)('%s ends it', (_title, requestId, place) => {
    const loading = onRequest(ALLOWED, 'r1', PLACE);
    expect(onRequest(loading, requestId, place).once).toBeUndefined();
  });

  test('a person who goes elsewhere instead does not have it later', () => {
    expect(onRequest(ALLOWED, 'r1', { ...PLACE, port: 8443 }).once).toBeUndefined();
    expect(onRequest(ALLOWED, 'r1', { ...PLACE, host: 'www.site.example' }).once).toBeUndefined();
  });

  test('a document that no request brought uses it up; our own page does not', () => {
    expect(onCommitted(ALLOWED, { ...COMMITTED, warning: true }).once).toEqual(BOUND);
    const used = onCommitted(ALLOWED, COMMITTED);
    expect(used.once).toMatchObject({ load: '' });
    expect(onRequest(used, 'r1', PLACE).once).toBeUndefined();
    expect(onCommitted(onRequest(ALLOWED, 'r1', PLACE), COMMITTED).once).toMatchObject({
      load: 'r1',
    });
  });

  test('being stopped ends it', () => {
    expect(withStop(ALLOWED, stop('a'), undefined).once).toBeUndefined();
  });
});

test('what was decided on one document says nothing of the next', () => {
  const state: TabProtection = { ...NO_PROTECTION, decided: true, leaving: true, back: true, stops: [stop('a')] };
  expect(onCommitted(state, COMMITTED)).toEqual({ ...NO_PROTECTION, stops: [stop('a')] });
});

test('a step back from our page is known for the document it led to, with the wish to leave', () => {
  const after = { ...COMMITTED, afterWarning: 'https://site.example/stopped' };
  const led = onCommitted({ ...NO_PROTECTION, leaving: true }, { ...after, history: true });
  expect(led).toMatchObject({ back: true, leaving: true });
  expect(onCommitted(NO_PROTECTION, { ...after, history: true }).leaving).toBeUndefined();
  expect(onCommitted(NO_PROTECTION, after).back).toBeUndefined();
  expect(onCommitted(NO_PROTECTION, { ...COMMITTED, history: true }).back).toBeUndefined();
});

test('an error page at the address of what was stopped comes by a step back; at another one, it may not', () => {
  const failed = { ...COMMITTED, failed: true, afterWarning: 'https://site.example/stopped' };
  expect(onCommitted(NO_PROTECTION, { ...failed, url: 'https://site.example/stopped#part' }).back).toBe(true);
  expect(onCommitted(NO_PROTECTION, failed).back).toBeUndefined();
});

test('a step back that is told after its document was found counts, and what was known of it stays', () => {
  const found = onCommitted(NO_PROTECTION, { ...COMMITTED, afterWarning: 'https://site.example/stopped' });
  const told = onCommitted(found, { ...COMMITTED, history: true, known: true });
  expect(told.back).toBe(true);
  expect(onCommitted(told, { ...COMMITTED, known: true }).back).toBe(true);
  expect(onCommitted(told, COMMITTED).back).toBeUndefined();
});

test('a document that was found before it was told of stays decided on', () => {
  const decided: TabProtection = { ...NO_PROTECTION, decided: true };
  expect(onCommitted(decided, { ...COMMITTED, known: true })).toEqual(decided);
});

test('stops: the newest first, the last few only, and by which run', () => {
  let state = NO_PROTECTION;
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) state = withStop(state, stop(id), `check ${id}`);
  expect(state.stops.map(({ id }) => id)).toEqual(['g', 'f', 'e', 'd', 'c', 'b']);
  expect(state.stopped).toBe('check g');
});

test.each<[string, unknown, boolean]>([
  ['nothing yet', NO_PROTECTION, true],
  ['a stop', withStop(ALLOWED, stop('a'), 'x'), true],
  ['another version', { ...NO_PROTECTION, version: 2 }, false],
  ['no stops', { version: 1 }, false],
  ['a stop without a report', { version: 1, stops: [{ ...stop('a'), report: {} }] }, false],
  ['let through without saying what', { version: 1, stops: [], once: { host: 'a' } }, false],
  ['text', 'stops', false],
])('stored: %s', (_title, value, sound) => {
  expect(isTabProtection(value)).toBe(sound);
  if (sound) expect(isTabProtection(JSON.parse(JSON.stringify(value)))).toBe(true);
});
