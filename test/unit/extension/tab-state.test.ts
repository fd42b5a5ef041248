import { describe, expect, test } from 'vitest';
import type { LoadFailure } from '../../../src/dane/evidence.ts';
import type { StoredEvidence } from '../../../src/extension/certificates/stored.ts';
import { displayOf } from '../../../src/extension/display.ts';
import { nextExpiry } from '../../../src/extension/expiry.ts';
import { isLeaving, MAX_OVERTAKEN } from '../../../src/extension/overtaken.ts';
import { MAX_PAST_DOCUMENTS, sameDocumentUrl } from '../../../src/extension/past-documents.ts';
import { EMPTY_TAB, stepTab, type TabEvent, type TabState } from '../../../src/extension/tab-state.ts';
import { isCurrent, RETRY_SECONDS } from '../../../src/extension/verdict-life.ts';
import { NOW, report, reportWithCertificate } from './reports.ts';

const A = 'https://a.example/';
const B = 'https://b.example/';

function evidence(mark: string): StoredEvidence {
  return { kind: 'full chain', source: 'firefox-security-info', pkix: 'valid', certificates: [mark], obtainedAt: NOW };
}

/** The state after these events, and the effects of the last. */
function having(...events: TabEvent[]) {
  let state = EMPTY_TAB;
  let effects: unknown[] = [];
  for (const event of events) {
    const step = stepTab(state, event);
    state = step.state;
    effects = step.effects.map((effect) => [effect.kind, effect.kind === 'check' ? effect.visit.check : effect.check]);
  }
  return { state, effects };
}

const request = (url: string, check: string, requestId = `of ${check}`): TabEvent => ({
  kind: 'request',
  requestId,
  url,
  check,
  at: 1,
});
const committed = (
  url: string,
  check: string,
  more: { documentId?: string; history?: boolean; at?: number } = {},
): TabEvent => ({
  kind: 'committed',
  url,
  check,
  history: false,
  at: 2,
  ...more,
});
const certificate = (requestId: string, mark: string, url = A): TabEvent => ({
  kind: 'certificate',
  requestId,
  url,
  evidence: evidence(mark),
  check: 'again',
});
const reported = (check: string): TabEvent => ({ kind: 'report', check, report: reportWithCertificate() });
const aborted = (requestId: string): TabEvent => ({ kind: 'aborted', requestId });
const failure = (requestId: string): TabEvent => ({ kind: 'failed', requestId, why: 'host not found' });
const look = (now: number, force = false, byHand = false): TabEvent => ({
  kind: 'look',
  url: A,
  check: 'looked',
  now,
  force,
  byHand,
});

describe('stepTab', () => {
  test('a request starts a check; the document takes it over and settles it', () => {
    expect(having(request(A, '1')).effects).toEqual([['check', '1']]);
    const { state, effects } = having(request(A, '1'), committed(A, 'unused'));
    expect(effects).toEqual([['settle', '1']]);
    expect(state).toMatchObject({ shown: { url: A, check: '1' }, past: [] });
    expect(state.pending).toBeUndefined();
  });

  test('a second request takes the place of the first', () => {
    const { state, effects } = having(request(A, '1'), request(B, '2'));
    expect(effects).toEqual([
      ['abandon', '1'],
      ['check', '2'],
    ]);
    expect(state.pending).toMatchObject({ url: B, check: '2' });
  });

  test('a second request is dropped, and the first one leads to the document: with its own certificate', () => {
    const events = [request(A, '1'), certificate('of 1', 'a'), request(B, '2'), aborted('of 2')];
    expect(isLeaving(having(...events).state)).toBe(true);
    const { state, effects } = having(...events, committed(A, '3'));
    expect(state).toEqual({
      version: 1,
      shown: { url: A, check: '3', requestId: 'of 1', committedAt: 2, evidence: evidence('a') },
      past: [],
    });
    expect(effects).toEqual([
      ['check', '3'],
      ['settle', '3'],
    ]);
    expect(isLeaving(state)).toBe(false);
  });

  test('the same, and its certificate comes after the second request, or after the document', () => {
    const before = having(request(A, '1'), request(B, '2'), certificate('of 1', 'a'), committed(A, '3')).state;
    expect(before).toMatchObject({ shown: { check: '3', evidence: evidence('a') }, pending: { check: '2' } });
    const after = having(request(A, '1'), request(B, '2'), committed(A, '3'), certificate('of 1', 'a'));
    expect(after.state).toMatchObject({ shown: { check: '3', evidence: evidence('a') }, pending: { check: '2' } });
    expect(after.effects).toEqual([['settle', '3']]);
  });

  test('an overtaken request that comes to nothing lends its certificate to nobody', () => {
    const gone = having(request(A, '1'), certificate('of 1', 'a'), request(B, '2'), aborted('of 1'));
    expect(gone.state).toEqual(having(request(B, '2')).state);
    expect(having(request(A, '1'), request(B, '2'), committed(B, '3')).state).toEqual(
      having(request(B, '2'), committed(B, '3')).state,
    );
    const failed = having(request(A, '1'), request(B, '2'), aborted('of 2'), failure('of 1'));
    expect(isLeaving(failed.state)).toBe(false);
    expect(stepTab(failed.state, committed(A, '3')).state.shown?.evidence).toEqual({
      kind: 'none',
      why: 'host not found',
    });
  });

  test('a redirect of an overtaken request makes it the one under way; only so many are remembered', () => {
    const redirected = having(request(A, '1', 'r'), request(B, '2'), request(B, '3', 'r')).state;
    expect(redirected).toMatchObject({ pending: { check: '3' }, overtaken: [{ url: B, requestId: 'of 2' }] });
    const many = having(...Array.from({ length: MAX_OVERTAKEN + 3 }, (_, i) => request(A, String(i)))).state;
    expect(many.overtaken).toHaveLength(MAX_OVERTAKEN);
    expect(many.overtaken?.[0]).toEqual({ url: A, requestId: `of ${MAX_OVERTAKEN + 1}` });
  });

  test('a report that names no run of the tab is dropped', () => {
    const before = having(request(A, '1'), committed(A, '-'), request(B, '2'));
    expect(stepTab(before.state, reported('0')).state).toBe(before.state);
    expect(stepTab(before.state, reported('1')).state.shown?.report).toBeDefined();
    expect(stepTab(before.state, reported('2')).state.pending?.report).toBeDefined();
  });

  test('a report ready before the document waits for it', () => {
    const { state } = having(request(A, '1'), reported('1'));
    expect(displayOf(state, NOW)).toEqual({ kind: 'pending', url: A });
    const shown = stepTab(state, committed(A, '-')).state;
    expect(displayOf(shown, NOW)).toMatchObject({ kind: 'report', report: { verdict: 'verified' } });
  });

  test('a document of another URL leaves the request under way', () => {
    const { state, effects } = having(request(A, '1'), committed('about:blank', 'blank'));
    expect(state).toMatchObject({ shown: { url: 'about:blank', check: 'blank' }, pending: { url: A, check: '1' } });
    expect(effects).toEqual([
      ['check', 'blank'],
      ['settle', 'blank'],
    ]);
  });

  test('the certificate of a request goes to its own document only', () => {
    const { state } = having(
      request(A, '1', 'r1'),
      committed(A, '-'),
      request(B, '2', 'r2'),
      certificate('r2', 'two', B),
    );
    expect(state.shown?.evidence).toBeUndefined();
    expect(state.pending?.evidence).toEqual(evidence('two'));
    expect(stepTab(state, certificate('r1', 'one')).state.shown?.evidence).toEqual(evidence('one'));
    expect(stepTab(state, certificate('r0', 'none')).state).toBe(state);
  });

  test('of a request that was led on, the certificate of an earlier step is not that of the next one', () => {
    const led = [request(A, '1', 'r'), request(B, '2', 'r')];
    const late = having(...led, certificate('r', 'of A', A));
    expect([late.state, late.effects]).toEqual([having(...led).state, []]);
    const { state } = having(...led, certificate('r', 'of A', A), certificate('r', 'of B', B), committed(B, '-'));
    expect(state.shown?.evidence).toEqual(evidence('of B'));
    expect(stepTab(state, certificate('r', 'of A', A)).state).toBe(state);
    // Nor of a step on the same host: it may have been another connection.
    expect(having(request(A, '1', 'r'), request(`${A}in`, '2', 'r'), certificate('r', 'of A', A)).effects).toEqual([]);
  });

  test('a document that moved within itself keeps its certificate, however late that comes', () => {
    const moved: TabEvent = { kind: 'moved', url: `${A}#2`, check: '-', at: 3 };
    const { state } = having(request(A, '1', 'r'), committed(A, '-'), moved, { ...moved, url: `${A}page` });
    expect(stepTab(state, certificate('r', 'late')).state.shown?.evidence).toEqual(evidence('late'));
  });

  test('a certificate read for a run that is over is dropped', () => {
    const { state } = having(request(A, '1'), committed(A, '-'), request(B, '2'), committed(B, '-'));
    expect(stepTab(state, { kind: 'read', check: '1', evidence: evidence('late') }).state).toBe(state);
    expect(stepTab(state, { kind: 'read', check: '2', evidence: evidence('due') }).state.shown?.evidence).toEqual(
      evidence('due'),
    );
  });

  test('a certificate that comes after a report that had to do without starts the check again', () => {
    const without: TabEvent = {
      kind: 'report',
      check: '1',
      report: report('unread', { certificate: { kind: 'none', why: 'no connection seen' } }),
    };
    expect(having(request(A, '1', 'r'), committed(A, '-'), without, certificate('r', 'late')).effects).toEqual([
      ['abandon', '1'],
      ['check', 'again'],
      ['settle', 'again'],
    ]);
    const needless: TabEvent = { kind: 'report', check: '1', report: report('signed') };
    expect(having(request(A, '1', 'r'), committed(A, '-'), needless, certificate('r', 'late')).effects).toEqual([
      ['settle', '1'],
    ]);
  });

  const failed = (why: LoadFailure, late?: string): TabEvent => ({
    kind: 'failed',
    requestId: 'r',
    why,
    ...(late === undefined ? {} : { late }),
  });
  const failedAt = (url: string, why: LoadFailure): TabEvent => ({ kind: 'failed', url, why });

  test('a failed request has no certificate; its error page takes it over', () => {
    const { state, effects } = having(request(A, '1', 'r'), certificate('r', 'seen'), failed('connection failed'));
    expect(state.shown).toBeUndefined();
    expect(effects).toEqual([]);
    const step = stepTab(state, committed(A, 'x', { documentId: 'e' }));
    const evidence = { kind: 'none', why: 'connection failed' };
    expect(step.state.shown).toMatchObject({ check: '1', evidence });
    expect(step.state.pending).toBeUndefined();
    expect(step.effects).toMatchObject([{ kind: 'settle', check: '1', visit: { evidence } }]);
    expect(stepTab(state, { kind: 'failed', requestId: 'other', why: 'connection failed' }).state).toBe(state);
  });

  test.each([
    [['handshake failed', 'certificate refused'], 'certificate refused'],
    [['certificate refused', 'handshake failed'], 'certificate refused'],
    [['host not found', 'connection failed'], 'host not found'],
    [['connection failed', 'connection refused'], 'connection refused'],
    [['handshake failed', 'handshake failed'], 'handshake failed'],
  ] as const)('two events of one failure, %j: %s', ([first, second], why) => {
    const { state } = having(request(A, '1', 'r'), failed(first), failedAt(`${A}#part`, second));
    expect(state.pending?.evidence).toEqual({ kind: 'none', why });
    expect(having(request(A, '1', 'r'), failedAt(B, second)).state.pending?.evidence).toBeUndefined();
  });

  test('a failure told of after its error page came: checked once more, as a failure', () => {
    const page = [request(A, '1', 'r'), committed(A, '-')];
    const { state, effects } = having(...page, failed('connection failed', 'late'));
    expect(state.shown).toMatchObject({ check: 'late', evidence: { kind: 'none', why: 'connection failed' } });
    expect(effects).toEqual([
      ['abandon', '1'],
      ['check', 'late'],
      ['settle', 'late'],
    ]);
  });

  test('a failure told of twice, once after its error page came: the more telling counts, whichever came first', () => {
    const page = [request(A, '1', 'r'), failed('handshake failed'), committed(A, '-')];
    const refused: TabEvent = { ...failedAt(A, 'certificate refused'), late: 'late' } as TabEvent;
    expect(having(...page, refused).state.shown).toMatchObject({
      check: 'late',
      evidence: { kind: 'none', why: 'certificate refused' },
    });
    expect(having(...page, refused, failed('handshake failed', 'later')).effects).toEqual([]);
    expect(having(...page, { ...failedAt(B, 'certificate refused'), late: 'late' } as TabEvent).effects).toEqual([]);
  });

  test('a page that came and broke off in the middle is no error page', () => {
    const page = [request(A, '1', 'r'), certificate('r', 'seen'), committed(A, '-')];
    expect(having(...page, failed('connection failed', 'late')).effects).toEqual([]);
    expect(having(request(A, '1', 'r'), committed(A, '-'), failed('connection failed')).effects).toEqual([]);
    const plain = 'http://a.example/';
    expect(having(request(plain, '1', 'r'), committed(plain, '-'), failed('connection failed', 'l')).effects).toEqual(
      [],
    );
  });

  test('an aborted one leaves everything as it was', () => {
    const before = having(request(A, '1'), committed(A, '-')).state;
    const loading = stepTab(before, request(B, '2', 'r')).state;
    expect(stepTab(loading, { kind: 'aborted', requestId: 'r' }).state).toEqual(before);
    expect(stepTab(loading, { kind: 'aborted', url: B }).state).toEqual(before);
    expect(stepTab(loading, { kind: 'aborted', requestId: 'other' }).state).toBe(loading);
    expect(stepTab(loading, { kind: 'aborted', url: A }).state).toBe(loading);
  });

  test('only the request that came first in time is the shown document’s', () => {
    const shown = committed(A, 'c', { at: 10 });
    expect(having(shown, { ...(request(A, '2', 'late') as object), at: 9 } as TabEvent).state).toMatchObject({
      shown: { requestId: 'late', check: 'c' },
    });
    expect(having(shown, { ...(request(A, '2', 'new') as object), at: 11 } as TabEvent).state).toMatchObject({
      shown: { check: 'c' },
      pending: { requestId: 'new' },
    });
    expect(having(shown, { ...(request(B, '2', 'other') as object), at: 9 } as TabEvent).state.pending).toBeDefined();
  });

  test('so many left documents are remembered, the newest', () => {
    let state: TabState = EMPTY_TAB;
    for (let i = 0; i <= MAX_PAST_DOCUMENTS + 1; i++) {
      const url = `https://${i}.example/`;
      for (const event of [
        request(url, `${i}`, `r${i}`),
        certificate(`r${i}`, `${i}`, url),
        committed(url, '-', { documentId: `d${i}` }),
      ]) {
        state = stepTab(state, event).state;
      }
    }
    expect(state.past).toHaveLength(MAX_PAST_DOCUMENTS);
    expect(state.past.map(({ documentId }) => documentId)).toEqual(['d6', 'd5', 'd4', 'd3', 'd2', 'd1']);
  });

  test('a certificate that decided nothing is not kept', () => {
    const signed: TabEvent = { kind: 'report', check: '1', report: report('signed') };
    expect(
      having(request(A, '1', 'r'), certificate('r', 'x'), signed, committed(A, '-'), committed(B, '2')).state.past,
    ).toEqual([]);
  });

  test('a document’s name does not lend a certificate across origins', () => {
    const left = [
      request(A, '1', 'r'),
      certificate('r', 'a'),
      committed(A, '-', { documentId: 'd' }),
      committed(B, '2'),
    ];
    expect(having(...left, committed(A, '3', { documentId: 'd' })).state.shown?.evidence).toEqual(evidence('a'));
    expect(
      having(...left, committed('https://c.example/', '3', { documentId: 'd' })).state.shown?.evidence,
    ).toBeUndefined();
  });

  test('back to a document while its URL is being loaded anew: the document’s own certificate', () => {
    const { state } = having(
      ...[request(A, '1', 'r1'), certificate('r1', 'old'), committed(A, '-', { documentId: 'd1' }), committed(B, '2')],
      ...[request(A, '3', 'r3'), certificate('r3', 'new'), committed(A, '4', { documentId: 'd1', history: true })],
    );
    expect(state.shown).toMatchObject({ check: '4', evidence: evidence('old') });
    expect(state.pending).toMatchObject({ check: '3', evidence: evidence('new') });
  });

  test('without names, the same URL does, but only on the way back', () => {
    const left = [request(A, '1', 'r'), certificate('r', 'a'), committed(A, '-'), committed(B, '2')];
    expect(having(...left, committed(`${A}#part`, '3', { history: true })).state.shown?.evidence).toEqual(
      evidence('a'),
    );
    expect(having(...left, committed(A, '3')).state.shown?.evidence).toBeUndefined();
    expect(having(...left, committed(`${A}other`, '3', { history: true })).state.shown?.evidence).toBeUndefined();
  });

  test('a look checks what nobody checks, and what ran out, but not before its time', () => {
    expect(having(look(NOW)).effects).toEqual([
      ['check', 'looked'],
      ['settle', 'looked'],
    ]);
    expect(having(request(A, '1'), look(NOW)).effects).toEqual([]);
    expect(having(request(A, '1'), committed(A, '-'), look(NOW)).effects).toEqual([]);
    const fresh = [request(A, '1'), committed(A, '-'), reported('1')];
    expect(having(...fresh, look(NOW + 300)).effects).toEqual([]);
    expect(having(...fresh, look(NOW + 301)).effects).not.toEqual([]);
    expect(having(...fresh, look(NOW, true)).effects).toEqual([
      ['abandon', '1'],
      ['check', 'looked'],
      ['settle', 'looked'],
    ]);
  });

  test('a read by hand belongs to its run, and to no later one', () => {
    const unread = [request(A, '1'), committed(A, '-'), reported('1')];
    const { state } = having(...unread, look(NOW, true, true));
    expect(state.shown).toMatchObject({ check: 'looked', byHand: true });
    expect(having(...unread, look(NOW, true, true), look(NOW, true)).state.shown?.byHand).toBeUndefined();
    expect(having(look(NOW, true, true)).state.shown?.byHand).toBe(true);
  });

  test('a check the person asked for is told as such, also where it starts again for a late certificate, and no other', () => {
    const asked = having(
      request(A, '1', 'r'),
      committed(A, '2'),
      { kind: 'look', url: A, check: '3', now: NOW, force: true },
      {
        kind: 'report',
        check: '3',
        report: report('unread', { certificate: { kind: 'none', why: 'no connection seen' } }),
      },
      { kind: 'certificate', requestId: 'r', url: A, evidence: evidence('A'), check: '4' },
    );
    expect(asked.state.shown).toMatchObject({ check: '4', asked: true });
    const over = stepTab(
      { ...asked.state, shown: { ...asked.state.shown!, report: report('verified') } },
      { kind: 'look', url: A, check: '5', now: NOW + 301, force: false },
    );
    expect(over.state.shown).toMatchObject({ check: '5' });
    expect(over.state.shown).not.toHaveProperty('asked');
    expect(stepTab(asked.state, { kind: 'reset', check: '6' }).state.shown).not.toHaveProperty('asked');
  });

  test('a verdict without any lifetime is not made anew more often than the limit', () => {
    const shortLived: TabEvent = { kind: 'report', check: '1', report: report('signed', { validUntil: NOW }) };
    const events = [request(A, '1'), committed(A, '-'), shortLived];
    expect(having(...events, look(NOW + RETRY_SECONDS)).effects).toEqual([]);
    expect(having(...events, look(NOW + RETRY_SECONDS + 1)).effects).not.toEqual([]);
    expect(displayOf(having(...events).state, NOW + 1)).toEqual({ kind: 'unchecked', url: A });
  });

  test('a reset drops every verdict, and checks what is loading', () => {
    const { state, effects } = having(
      request(A, '1'),
      committed(A, '-'),
      reported('1'),
      request(B, '2'),
      certificate('of 2', 'b', B),
      reported('2'),
      { kind: 'reset', check: '3' },
    );
    expect(state.shown).toEqual({ url: A, requestId: 'of 1', committedAt: 2 });
    expect(state.pending).toEqual({ url: B, requestId: 'of 2', evidence: evidence('b'), check: '3' });
    expect(effects).toEqual([
      ['abandon', '1'],
      ['abandon', '2'],
      ['check', '3'],
      ['settle', '3'],
    ]);
  });

  test('a new background takes up the runs that were not over', () => {
    expect(having(request(A, '1'), committed(A, '-'), request(B, '2'), { kind: 'resume' }).effects).toEqual([
      ['check', '1'],
      ['settle', '1'],
      ['check', '2'],
    ]);
    expect(having(request(A, '1'), committed(A, '-'), reported('1'), { kind: 'resume' }).effects).toEqual([]);
  });

  test('a move within the document changes its URL alone', () => {
    const before = having(request(A, '1'), committed(A, '-'), reported('1')).state;
    const moved = stepTab(before, { kind: 'moved', url: `${A}#x`, check: 'm', at: 0 });
    expect(moved).toEqual({ state: { ...before, shown: { ...before.shown, url: `${A}#x` } }, effects: [] });
    expect(stepTab(EMPTY_TAB, { kind: 'moved', url: A, check: 'm', at: 0 }).state).toBe(EMPTY_TAB);
  });
});

describe('how long a verdict is shown', () => {
  test('until its last second', () => {
    expect(isCurrent(report('verified', { validUntil: NOW }), NOW)).toBe(true);
    expect(isCurrent(report('verified', { validUntil: NOW }), NOW + 1)).toBe(false);
  });

  test.each(['off', 'indeterminate'] as const)('%s claims nothing that could run out', (verdict) => {
    expect(isCurrent(report(verdict, { validUntil: NOW }), NOW + 1e6)).toBe(true);
  });

  test('the next one to run out wakes the background', () => {
    const showing = (verdict: 'verified' | 'off' | 'indeterminate', validUntil: number): TabState => ({
      version: 1,
      past: [],
      shown: { url: A, report: report(verdict, { validUntil }) },
    });
    const tabs: [number, TabState][] = [
      [1, showing('verified', NOW + 500)],
      [2, showing('verified', NOW + 100)],
      [3, showing('off', NOW + 5)],
      [4, showing('indeterminate', NOW + 5)],
      [5, EMPTY_TAB],
    ];
    expect(nextExpiry(tabs, NOW)).toBe(NOW + 101);
    expect(nextExpiry(tabs, NOW + 101)).toBe(NOW + 501);
    expect(nextExpiry(tabs, NOW + 501)).toBeUndefined();
    expect(nextExpiry([[1, showing('verified', NOW)]], NOW)).toBe(NOW + RETRY_SECONDS + 1);
  });
});

test.each([
  [A, A, true],
  [`${A}#one`, `${A}#two`, true],
  ['https://name:secret@a.example/', A, true],
  [`${A}?q=1`, A, false],
  [A, B, false],
  [A, 'http://a.example/', false],
  [A, 'https://a.example:8443/', false],
  ['about:blank', 'about:blank', true],
  ['not a URL', A, false],
])('%s and %s are one document: %s', (a, b, same) => {
  expect(sameDocumentUrl(a, b)).toBe(same);
});
