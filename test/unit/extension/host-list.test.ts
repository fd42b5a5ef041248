import { describe, expect, test } from 'vitest';
import type { StoredEvidence } from '../../../src/extension/certificates/stored.ts';
import {
  type HostReport,
  type HostsEffect,
  type HostsEvent,
  MAX_CERTIFICATES_PER_HOST,
  MAX_DOCUMENTS,
  MAX_EVIDENCE_CHARACTERS,
  MAX_HOSTS,
  NO_HOSTS,
  stepHosts,
  type TabHosts,
  underWay,
} from '../../../src/extension/hosts/host-list.ts';
import { viewHosts } from '../../../src/extension/hosts/host-view.ts';
import { nextHostExpiry } from '../../../src/extension/hosts/page-hosts.ts';
import { hostsKey, isTabHosts } from '../../../src/extension/hosts/stored-hosts.ts';
import { RETRY_SECONDS } from '../../../src/extension/verdict-life.ts';
import type { SiteVerdict } from '../../../src/report.ts';
import { NOW } from './reports.ts';

const NONE: StoredEvidence = { kind: 'none', why: 'not shown by this browser' };
const evidence = (certificate: string): StoredEvidence => ({
  kind: 'full chain',
  source: 'firefox-security-info',
  pkix: 'valid',
  certificates: [certificate],
  obtainedAt: NOW,
});

let runs = 0;
function seen(document: string, host: string, mark = 'm', more: Partial<Extract<HostsEvent, { kind: 'seen' }>> = {}) {
  runs += 1;
  return {
    kind: 'seen',
    document,
    host,
    port: 443,
    mark,
    evidence: mark === '' ? NONE : evidence('AAAA'),
    check: `run ${runs}`,
    now: NOW,
    ...more,
  } as const;
}
const committed = (document: string | undefined, watched = true): HostsEvent => ({
  kind: 'committed',
  document,
  watched,
});
const reportOf = (verdict: SiteVerdict, life = 300): HostReport => ({
  verdict,
  reason: { code: 'tlsa-absent' },
  checkedAt: NOW,
  validUntil: NOW + life,
});
const report = (check: string, verdict: SiteVerdict, life?: number): HostsEvent => ({
  kind: 'report',
  check,
  report: reportOf(verdict, life),
});

/** The state after these events, and the effects of the last. */
function having(...events: HostsEvent[]): { state: TabHosts; effects: readonly HostsEffect[] } {
  return from(NO_HOSTS, ...events);
}
function from(start: TabHosts, ...events: HostsEvent[]) {
  let step: { state: TabHosts; effects: readonly HostsEffect[] } = { state: start, effects: [] };
  for (const event of events) step = stepHosts(step.state, event);
  return step;
}
const looks = (state: TabHosts, now = NOW) => viewHosts(state, now)?.hosts.map(({ host, look }) => `${host} ${look}`);

describe('what is seen', () => {
  test('is checked once, with the certificate it showed, and listed for its own document alone', () => {
    const first = seen('d1', 'a.example');
    const { state, effects } = having(committed('d1'), first);
    expect(effects).toEqual([
      { kind: 'check', check: first.check, host: 'a.example', port: 443, mark: 'm', evidence: evidence('AAAA') },
    ]);
    expect(looks(state)).toEqual(['a.example pending']);
    const again = stepHosts(state, seen('d1', 'a.example'));
    expect(again).toEqual({ state, effects: [] });
    expect(again.state).toBe(state);
    expect(looks(from(state, seen('d2', 'b.example')).state)).toEqual(['a.example pending']);
    expect(looks(from(state, seen('d1', 'a.example', 'm', { port: 8443 })).state)).toHaveLength(2);
  });

  test('a verdict that lasts is not made again, one that ran out is, with the certificate of now', () => {
    const first = seen('d1', 'a.example');
    const { state } = having(committed('d1'), first, report(first.check, 'verified', 300));
    expect(stepHosts(state, seen('d1', 'a.example', 'm', { now: NOW + 300 }))).toEqual({ state, effects: [] });
    const later = seen('d1', 'a.example', 'm', { now: NOW + 301, evidence: evidence('BBBB') });
    const step = stepHosts(state, later);
    expect(step.effects).toMatchObject([{ kind: 'check', check: later.check, evidence: evidence('BBBB') }]);
    expect(looks(step.state)).toEqual(['a.example pending']);
  });

  test('a response without a certificate adds nothing to one with, and gives way to one', () => {
    const shown = having(committed('d1'), seen('d1', 'a.example', 'm')).state;
    expect(stepHosts(shown, seen('d1', 'a.example', '')).state).toBe(shown);
    const bare = seen('d1', 'a.example', '');
    const { state, effects } = having(committed('d1'), bare, seen('d1', 'a.example', 'm'));
    expect(effects.map(({ kind }) => kind)).toEqual(['abandon', 'check']);
    expect(effects[0]).toEqual({ kind: 'abandon', check: bare.check });
    expect(state.documents[0]?.hosts[0]?.certificates.map(({ mark }) => mark)).toEqual(['m']);
  });

  test('two certificates of a host are two checks, and the worst counts', () => {
    const [one, two] = [seen('d1', 'a.example', 'm1'), seen('d1', 'a.example', 'm2')];
    const { state } = having(committed('d1'), one, two, report(one.check, 'verified'));
    expect(looks(state)).toEqual(['a.example pending']);
    const both = from(state, report(two.check, 'mismatch')).state;
    expect(viewHosts(both, NOW)?.hosts).toMatchObject([
      { look: 'mismatch', certificates: 2, report: { verdict: 'mismatch' } },
    ]);
    expect(looks(from(state, report(two.check, 'verified')).state)).toEqual(['a.example verified']);
  });

  test('no more certificates of a host than are kept, and never one that contradicts given up', () => {
    const sightings = Array.from({ length: MAX_CERTIFICATES_PER_HOST }, (_, i) => seen('d1', 'a.example', `m${i}`));
    const { state } = having(committed('d1'), ...sightings, report(sightings[0]!.check, 'mismatch'));
    // All others are still being checked: none of them may go.
    expect(stepHosts(state, seen('d1', 'a.example', 'more')).state).toBe(state);
    const mild = from(state, report(sightings[1]!.check, 'verified')).state;
    const next = stepHosts(mild, seen('d1', 'a.example', 'more'));
    const marks = next.state.documents[0]!.hosts[0]!.certificates.map(({ mark }) => mark);
    expect(marks).toHaveLength(MAX_CERTIFICATES_PER_HOST);
    expect(marks).toContain('m0');
    expect(marks).not.toContain('m1');
    expect(next.effects).toHaveLength(1);
  });

  test('hosts up to the limit, and that there were more', () => {
    const many = Array.from({ length: MAX_HOSTS }, (_, i) => seen('d1', `h${i}.example`));
    const { state } = having(committed('d1'), ...many);
    expect(viewHosts(state, NOW)).toMatchObject({ full: false, counts: { total: MAX_HOSTS } });
    const step = stepHosts(state, seen('d1', 'one-more.example'));
    expect(step.effects).toEqual([]);
    expect(viewHosts(step.state, NOW)).toMatchObject({ full: true, counts: { total: MAX_HOSTS } });
    expect(stepHosts(step.state, seen('d1', 'two-more.example')).state).toBe(step.state);
    // One that is listed already is no more.
    expect(stepHosts(step.state, seen('d1', 'h0.example', 'another')).effects).toHaveLength(1);
  });

  test('certificates are kept as long as there is room; without it the check still has its own', () => {
    const big = (host: string) =>
      seen('d1', host, 'm', { evidence: evidence('A'.repeat(MAX_EVIDENCE_CHARACTERS / 2)) });
    const { state, effects } = having(committed('d1'), big('a.example'), big('b.example'), big('c.example'));
    const kept = state.documents[0]!.hosts.map(({ certificates }) => certificates[0]?.evidence !== undefined);
    expect(kept).toEqual([true, true, false]);
    expect(effects).toMatchObject([{ kind: 'check', evidence: { kind: 'full chain' } }]);
    expect(underWay(state.documents).at(-1)?.evidence).toEqual({ kind: 'none', why: 'no connection seen' });
  });
});

describe('documents', () => {
  test('a navigation: another list; runs of the page left are given up, and what comes late is its own', () => {
    const first = seen('d1', 'a.example');
    const left = having(committed('d1'), first, committed('d2'));
    expect(left.effects).toEqual([{ kind: 'abandon', check: first.check }]);
    expect(looks(left.state)).toEqual([]);
    expect(looks(from(left.state, report(first.check, 'mismatch')).state)).toEqual([]);
    const late = from(left.state, seen('d1', 'late.example')).state;
    expect(looks(late)).toEqual([]);
    expect(looks(from(late, committed('d1')).state)).toEqual(['late.example pending', 'a.example unchecked']);
  });

  test('a report of a run that was given up lands nowhere', () => {
    const first = seen('d1', 'a.example');
    const { state } = having(committed('d1'), first, committed('d2'), committed('d1'));
    expect(from(state, report(first.check, 'mismatch')).state).toBe(state);
    expect(looks(state)).toEqual(['a.example unchecked']);
  });

  test('back to a document that is remembered, and to one that is forgotten', () => {
    const first = seen('d1', 'a.example');
    const { state } = having(committed('d1'), first, report(first.check, 'verified'), committed('d2'));
    expect(viewHosts(from(state, committed('d1', false)).state, NOW)).toMatchObject({ watched: true });
    expect(looks(from(state, committed('d1', false)).state)).toEqual(['a.example verified']);
    expect(viewHosts(from(state, committed('unknown', false)).state, NOW)).toMatchObject({ watched: false, hosts: [] });
  });

  test('what is seen before the commit is there after it', () => {
    const early = having(committed('d1'), seen('d2', 'early.example')).state;
    expect(looks(early)).toEqual([]);
    expect(looks(from(early, committed('d2')).state)).toEqual(['early.example pending']);
  });

  test('as many as are kept, and the one shown always among them', () => {
    const others = Array.from({ length: 3 * MAX_DOCUMENTS }, (_, i) => seen(`other ${i}`, 'a.example'));
    const { state } = having(committed('d1'), seen('d1', 'mine.example'), ...others);
    expect(state.documents).toHaveLength(MAX_DOCUMENTS);
    expect(looks(state)).toEqual(['mine.example pending']);
  });

  test('a page of the browser’s own has no list, and the same document committed again keeps its', () => {
    const { state } = having(committed('d1'), seen('d1', 'a.example'));
    expect(viewHosts(from(state, committed(undefined)).state, NOW)).toBeUndefined();
    expect(stepHosts(state, committed('d1')).state).toBe(state);
    expect(viewHosts(NO_HOSTS, NOW)).toBeUndefined();
  });
});

describe('verdicts', () => {
  test('the certificate is dropped where it decides nothing', () => {
    for (const [verdict, kept] of [
      ['signed', false],
      ['insecure', false],
      ['off', false],
      ['verified', true],
      ['mismatch', true],
      ['unread', true],
      ['bogus', true],
      ['indeterminate', true],
    ] as const) {
      const first = seen('d1', 'a.example');
      const { state } = having(committed('d1'), first, report(first.check, verdict));
      expect(state.documents[0]!.hosts[0]!.certificates[0]!.evidence !== undefined, verdict).toBe(kept);
    }
  });

  test('one that ran out is unknown, and made anew: what claims something at any look, the rest for the list', () => {
    const [right, calm, bogus] = [seen('d1', 'a.example'), seen('d1', 'b.example'), seen('d1', 'c.example')];
    const { state } = having(
      ...[committed('d1'), right, calm, bogus],
      ...[report(right.check, 'verified'), report(calm.check, 'signed'), report(bogus.check, 'bogus')],
    );
    const look = (now: number, all: boolean): HostsEvent => ({ kind: 'look', check: 'look', now, all, asked: false });
    expect(stepHosts(state, look(NOW + 300, true))).toEqual({ state, effects: [] });
    expect(looks(state, NOW + 301)).toEqual(['a.example unchecked', 'b.example unchecked', 'c.example unchecked']);
    const glance = stepHosts(state, look(NOW + 301, false));
    expect(glance.effects.map((effect) => effect.kind === 'check' && effect.host)).toEqual(['a.example', 'c.example']);
    expect(looks(glance.state, NOW + 301)).toEqual(['a.example pending', 'c.example pending', 'b.example unchecked']);
    const all = stepHosts(glance.state, look(NOW + 301, true));
    expect(all.effects.map((effect) => effect.kind === 'check' && effect.host)).toEqual(['b.example']);
    const names = [...glance.effects, ...all.effects].map(({ check }) => check);
    expect(new Set(names).size).toBe(3);
  });

  test('one that waits for a click keeps its certificate, and is checked when the person asks', () => {
    const waiting = seen('d1', 'a.example');
    const refused: HostReport = { ...reportOf('off', 86_400), reason: { code: 'on-click', host: 'a.example' } };
    const { state } = having(committed('d1'), waiting, { kind: 'report', check: waiting.check, report: refused });
    const look = (asked: boolean): HostsEvent => ({ kind: 'look', check: 'look', now: NOW, all: true, asked });
    expect(stepHosts(state, look(false))).toEqual({ state, effects: [] });
    const clicked = stepHosts(state, look(true));
    expect(clicked.effects).toMatchObject([{ host: 'a.example', evidence: evidence('AAAA'), asked: true }]);
    expect(underWay(clicked.state.documents)).toMatchObject([{ asked: true }]);
    const done = from(clicked.state, { ...report(clicked.effects[0]!.check, 'verified') });
    expect(looks(done.state)).toEqual(['a.example verified']);
    expect(JSON.stringify(done.state)).not.toContain('asked');
  });

  test('a change of settings drops them all, and the next look makes those of the page shown anew', () => {
    const [one, two] = [seen('d1', 'a.example'), seen('d1', 'b.example')];
    const before = having(committed('d1'), one, two, report(one.check, 'verified')).state;
    const { state, effects } = stepHosts(before, { kind: 'reset' });
    expect(effects).toEqual([{ kind: 'abandon', check: two.check }]);
    expect(looks(state)).toEqual(['a.example unchecked', 'b.example unchecked']);
    const look = stepHosts(state, { kind: 'look', check: 'look', now: NOW, all: false, asked: false });
    expect(look.effects).toMatchObject([{ evidence: evidence('AAAA') }, { evidence: evidence('AAAA') }]);
  });

  test('after the death of the background, runs under way start again under their names', () => {
    const [one, two] = [seen('d1', 'a.example'), seen('d1', 'b.example')];
    const { state } = having(committed('d1'), one, two, report(one.check, 'verified'));
    const stored = JSON.parse(JSON.stringify(state)) as unknown;
    expect(isTabHosts(stored)).toBe(true);
    expect(stepHosts(stored as TabHosts, { kind: 'resume' }).effects).toMatchObject([
      { kind: 'check', check: two.check },
    ]);
  });
});

test('when the next verdict that claims something runs out: of the pages shown, and no sooner than a new check may be', () => {
  const [right, calm, wrong, left] = ['a', 'b', 'c', 'd'].map((name) => seen('d1', `${name}.example`));
  const { state } = having(
    ...[committed('d1'), right!, calm!, wrong!, left!],
    ...[report(right!.check, 'verified', 100), report(calm!.check, 'signed', 20), report(wrong!.check, 'mismatch', 60)],
  );
  expect(nextHostExpiry([NO_HOSTS, state], NOW)).toBe(NOW + 61);
  expect(nextHostExpiry([state], NOW + 61)).toBe(NOW + 101);
  expect(nextHostExpiry([state], NOW + 101)).toBeUndefined();
  expect(nextHostExpiry([from(state, committed('d2')).state], NOW)).toBeUndefined();
  const short = having(committed('d1'), right!, report(right!.check, 'verified', 1)).state;
  expect(nextHostExpiry([short], NOW)).toBe(NOW + RETRY_SECONDS + 1);
});

describe('the view', () => {
  test('the worst first, then by name; counted by kind', () => {
    const verdicts: SiteVerdict[] = [
      ...(['off', 'insecure', 'signed', 'verified', 'indeterminate', 'unread', 'bogus', 'mismatch'] as const),
    ];
    const sightings = verdicts.map((verdict, i) => seen('d1', `${9 - i}-${verdict}.example`));
    const { state } = having(
      committed('d1'),
      ...sightings,
      seen('d1', 'b-pending.example'),
      seen('d1', 'a-pending.example'),
      ...sightings.map(({ check }, i) => report(check, verdicts[i]!)),
    );
    expect(looks(state)?.map((line) => line.split(' ')[0])).toEqual([
      '2-mismatch.example',
      '3-bogus.example',
      '4-unread.example',
      '5-indeterminate.example',
      'a-pending.example',
      'b-pending.example',
      '6-verified.example',
      '7-signed.example',
      '8-insecure.example',
      '9-off.example',
    ]);
    expect(viewHosts(state, NOW)?.counts).toEqual({ total: 10, pending: 2, mismatch: 1, bogus: 1 });
  });
});

describe('what is stored', () => {
  const first = seen('d1', 'a.example');
  const sound = having(committed('d1'), first, report(first.check, 'verified')).state;
  const host = sound.documents[0]!.hosts[0]!;
  const withHost = (changes: object) => ({
    ...sound,
    documents: [{ ...sound.documents[0]!, hosts: [{ ...host, ...changes }] }],
  });
  const withCertificate = (changes: object) => withHost({ certificates: [{ ...host.certificates[0]!, ...changes }] });

  test('comes back through JSON, under a key of its own', () => {
    expect(isTabHosts(JSON.parse(JSON.stringify(sound)))).toBe(true);
    expect(isTabHosts(NO_HOSTS)).toBe(true);
    expect(hostsKey(7)).toBe('hosts:7');
  });

  test.each([
    ['nothing', undefined],
    ['text', 'hosts'],
    ['another version', { ...sound, version: 2 }],
    ['a shown document that is no text', { ...sound, shown: 7 }],
    ['documents that are no list', { ...sound, documents: {} }],
    ['a document without a key', { ...sound, documents: [{ hosts: [], watched: true }] }],
    ['a document nobody knows whether it was watched', { ...sound, documents: [{ key: 'a', hosts: [] }] }],
    ['a host that is no text', withHost({ host: null })],
    ['a port that is no number', withHost({ port: '443' })],
    ['certificates that are no list', withHost({ certificates: 'x' })],
    ['a mark that is no text', withCertificate({ mark: 1 })],
    ['a run that is no text', withCertificate({ check: 1 })],
    ['evidence that is none', withCertificate({ evidence: { kind: 'full chain', certificates: ['%'] } })],
    ['a verdict nobody knows', withCertificate({ report: { ...reportOf('verified'), verdict: 'splendid' } })],
    ['a report without an end', withCertificate({ report: { ...reportOf('verified'), validUntil: undefined } })],
    ['a report without a reason', withCertificate({ report: { ...reportOf('verified'), reason: null } })],
  ])('%s is no list of hosts', (_what, value) => {
    expect(isTabHosts(value)).toBe(false);
  });
});
