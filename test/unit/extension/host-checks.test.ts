import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type CheckInput, offReport } from '../../../src/check.ts';
import { createEngine } from '../../../src/extension/engine.ts';
import { createHostChecks, MAX_CHECKS_IN_FLIGHT, MAX_REMEMBERED } from '../../../src/extension/hosts/host-checks.ts';
import type { HostRun, HostsEvent } from '../../../src/extension/hosts/host-list.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/extension/settings.ts';
import type { Report, SiteVerdict } from '../../../src/report.ts';
import { NOW, report } from './reports.ts';

const run = (check: string, host: string, mark = 'm'): HostRun => ({
  check,
  host,
  port: 443,
  mark,
  evidence: { kind: 'none', why: 'no connection seen' },
});

/** This tab and those after it are private. */
const PRIVATE_TAB = 100;

/** Checks that end when the test says so. */
class Scene {
  readonly dispatched: [tab: number, event: HostsEvent][] = [];
  readonly running = new Map<string, (report: Report) => void>();
  started: string[] = [];
  seconds = NOW;
  settings: Settings = DEFAULT_SETTINGS;
  readonly checks = createHostChecks({
    engine: async () =>
      createEngine(this.settings, { fetch: async () => Promise.reject(new Error('no')), now: () => this.seconds }),
    isPrivate: async (tab) => tab >= PRIVATE_TAB,
    dispatch: (tab, event) => this.dispatched.push([tab, event]),
    now: () => this.seconds,
    check: (input: CheckInput) => {
      this.started.push(input.host);
      return new Promise((resolve, reject) => {
        this.running.set(input.host, resolve);
        if (input.host === 'fault.example') reject(new Error('a fault of ours'));
      });
    },
  });

  async end(host: string, verdict: SiteVerdict = 'signed', changes: Partial<Report> = {}): Promise<void> {
    await vi.waitFor(() => expect(this.running.has(host)).toBe(true));
    const resolve = this.running.get(host)!;
    this.running.delete(host);
    resolve(report(verdict, { host, checkedAt: this.seconds, validUntil: this.seconds + 300, ...changes }));
    await settled();
  }

  get told(): string[] {
    return this.dispatched.map(([tab, event]) =>
      event.kind === 'report' ? `${tab} ${event.check} ${event.report.verdict}` : event.kind,
    );
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe('checks of hosts', () => {
  test('a few at a time, in the order they came', async () => {
    const hosts = Array.from({ length: MAX_CHECKS_IN_FLIGHT + 2 }, (_, i) => `h${i}.example`);
    for (const host of hosts) scene.checks.start(1, run(host, host), 'page.example');
    await settled();
    expect(scene.started).toEqual(hosts.slice(0, MAX_CHECKS_IN_FLIGHT));
    await scene.end('h3.example');
    expect(scene.started).toEqual(hosts.slice(0, MAX_CHECKS_IN_FLIGHT + 1));
    expect(scene.told).toEqual(['1 h3.example signed']);
  });

  test.each([
    ['signed', false],
    ['insecure', false],
    ['verified', true],
    ['mismatch', true],
    ['indeterminate', true],
  ] as const)('%s: whether a certificate decides anything there, as long as it holds', async (verdict, decides) => {
    expect(scene.checks.needsCertificate('h.example', 443)).toBe(true);
    scene.checks.start(1, run('a', 'h.example'), undefined);
    await scene.end('h.example', verdict);
    expect(scene.checks.needsCertificate('h.example', 443)).toBe(decides);
    expect(scene.checks.needsCertificate('h.example', 8443)).toBe(true);
    scene.checks.start(1, run('b', 'h.example', ''), undefined);
    await settled();
    // Known without a certificate, or to be found out.
    expect(scene.told.includes(`1 b ${verdict}`)).toBe(!decides);
    scene.seconds += 301;
    expect(scene.checks.needsCertificate('h.example', 443)).toBe(true);
  });

  test('what private windows found out, or other settings, leaves it open', async () => {
    scene.settings = { ...DEFAULT_SETTINGS, privateWindows: true };
    scene.checks.start(PRIVATE_TAB, run('a', 'h.example'), undefined);
    await scene.end('h.example');
    expect(scene.checks.needsCertificate('h.example', 443)).toBe(true);
    scene.checks.start(1, run('b', 'h.example'), undefined);
    await scene.end('h.example');
    expect(scene.checks.needsCertificate('h.example', 443)).toBe(false);
    scene.checks.forget();
    expect(scene.checks.needsCertificate('h.example', 443)).toBe(true);
  });

  test('one for all that wait, in whichever tab, and again for nobody while it lasts', async () => {
    scene.checks.start(1, run('a', 'h.example'), undefined);
    scene.checks.start(2, run('b', 'h.example'), undefined);
    await scene.end('h.example', 'verified');
    expect(scene.told).toEqual(['1 a verified', '2 b verified']);
    scene.seconds += 300;
    scene.checks.start(3, run('c', 'h.example'), undefined);
    await settled();
    expect(scene.told.at(-1)).toBe('3 c verified');
    expect(scene.started).toEqual(['h.example']);
    scene.seconds += 1;
    scene.checks.start(3, run('d', 'h.example'), undefined);
    await settled();
    expect(scene.started).toEqual(['h.example', 'h.example']);
  });

  test('another certificate of the host is another check', async () => {
    scene.checks.start(1, run('a', 'h.example', 'one'), undefined);
    await scene.end('h.example', 'verified');
    scene.checks.start(1, run('b', 'h.example', 'two'), undefined);
    await scene.end('h.example', 'mismatch');
    expect(scene.told).toEqual(['1 a verified', '1 b mismatch']);
  });

  test('given up before it began, it never does; given up by one of two, the other is told', async () => {
    for (let i = 0; i < MAX_CHECKS_IN_FLIGHT; i++) scene.checks.start(1, run(`${i}`, `h${i}.example`), undefined);
    scene.checks.start(1, run('waits', 'late.example'), undefined);
    await settled();
    scene.checks.abandon('waits');
    scene.checks.start(2, run('too', 'h0.example'), undefined);
    scene.checks.start(2, run('at once', 'soon.example'), undefined);
    scene.checks.abandon('at once');
    scene.checks.abandon('0');
    await settled();
    await scene.end('h0.example');
    await settled();
    expect(scene.told).toEqual(['2 too signed']);
    expect(scene.started).not.toContain('late.example');
    expect(scene.started).not.toContain('soon.example');
  });

  test('settings that change: what is under way is told to nobody, and nothing is remembered', async () => {
    scene.checks.start(1, run('a', 'h.example'), undefined);
    scene.checks.start(1, run('b', 'i.example'), undefined);
    await scene.end('i.example');
    await settled();
    scene.checks.forget();
    await scene.end('h.example');
    expect(scene.told).toEqual(['1 b signed']);
    scene.checks.start(1, run('c', 'i.example'), undefined);
    scene.checks.start(1, run('d', 'h.example'), undefined);
    await settled();
    expect(scene.started).toEqual(['h.example', 'i.example', 'i.example', 'h.example']);
  });

  test('private windows have their own, until the last of them is closed', async () => {
    scene.checks.start(1, run('a', 'h.example'), undefined);
    await scene.end('h.example');
    scene.checks.start(PRIVATE_TAB, run('b', 'h.example'), undefined);
    await scene.end('h.example', 'verified');
    scene.checks.start(2, run('c', 'h.example'), undefined);
    scene.checks.start(PRIVATE_TAB + 1, run('d', 'h.example'), undefined);
    await settled();
    expect(scene.told).toEqual(['1 a signed', '100 b verified', '2 c signed', '101 d verified']);
    scene.checks.forgetPrivate();
    scene.checks.start(3, run('e', 'h.example'), undefined);
    scene.checks.start(PRIVATE_TAB, run('f', 'h.example'), undefined);
    await scene.end('h.example', 'insecure');
    expect(scene.told.slice(4)).toEqual(['3 e signed', '100 f insecure']);
    expect(scene.started).toHaveLength(3);
  });

  test('a host on the person’s own list is off, and nobody is asked', async () => {
    scene.settings = { ...DEFAULT_SETTINGS, exclusions: ['corp.example'] };
    scene.checks.start(1, run('a', 'www.corp.example'), undefined);
    await settled();
    expect(scene.started).toEqual([]);
    expect(scene.dispatched).toMatchObject([[1, { report: { verdict: 'off', reason: { code: 'excluded' } } }]]);
  });

  test('so many are remembered, the ones used last', async () => {
    for (let i = 0; i <= MAX_REMEMBERED; i++) {
      const host = `h${i}.example`;
      scene.checks.start(1, run(host, host), undefined);
      await vi.waitFor(() => expect(scene.running.has(host)).toBe(true), { interval: 0 });
      scene.running.get(host)!(report('signed', { validUntil: NOW + 300 }));
      scene.running.delete(host);
      // The very first is used now and then.
      if (i > 0 && i % 100 === 0) scene.checks.start(2, run(`again ${i}`, 'h0.example'), undefined);
    }
    await settled();
    const before = scene.started.length;
    scene.checks.start(3, run('x', 'h0.example'), undefined);
    scene.checks.start(3, run('y', 'h2.example'), undefined);
    await settled();
    expect(scene.started).toHaveLength(before);
    scene.checks.start(3, run('z', 'h1.example'), undefined);
    await settled();
    expect(scene.started).toHaveLength(before + 1);
  });

  test('a fault of ours is no verdict, and holds nobody up', async () => {
    scene.checks.start(1, run('a', 'fault.example'), undefined);
    await settled();
    expect(scene.dispatched).toMatchObject([
      [1, { check: 'a', report: { verdict: 'indeterminate', reason: { code: 'engine', detail: 'a fault of ours' } } }],
    ]);
    scene.checks.start(1, run('b', 'h.example'), undefined);
    await scene.end('h.example');
    expect(scene.told.at(-1)).toBe('1 b signed');
  });

  test.each([
    ['printer.local', 'page.example', true],
    ['nas.home.arpa', undefined, true],
    ['x.internal', 'page.example', true],
    ['printer.local', 'other.local', false],
    ['printer.local', 'localhost', false],
    ['cdn.example', 'page.example', false],
    // These are `checkSite`'s own to refuse.
    ['192.168.1.1', 'page.example', false],
    ['router', 'page.example', false],
  ])('%s on a page of %s is off at once: %s', async (host, page, off) => {
    // Nothing on the person's own list, which has such names on it to begin with.
    scene.settings = { ...DEFAULT_SETTINGS, exclusions: [] };
    scene.checks.start(1, run('a', host), page);
    await settled();
    expect(scene.started).toEqual(off ? [] : [host]);
    if (off)
      expect(scene.dispatched).toMatchObject([
        [1, { report: { verdict: 'off', reason: { code: 'local-name', host } } }],
      ]);
  });

  test('a reason is kept short, however much DNS or a certificate has to say', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `${'x'.repeat(200)}${i}.example`);
    const fault = { code: 'name', references: ['h.example'], names } as const;
    scene.checks.start(1, run('a', 'h.example'), undefined);
    await scene.end('h.example', 'mismatch', { reason: { code: 'path-failed', usage: 2, fault } });
    const [[, event]] = scene.dispatched as [[number, Extract<HostsEvent, { kind: 'report' }>]];
    expect(JSON.stringify(event.report).length).toBeLessThan(2000);
    expect(event.report.reason).toMatchObject({ code: 'path-failed', usage: 2, fault: { references: ['h.example'] } });
    const short = offReport({ host: 'h.example', port: 443, now: NOW }, { code: 'excluded', host: 'h.example' }).reason;
    scene.checks.start(1, run('b', 'i.example'), undefined);
    await scene.end('i.example', 'off', { reason: short });
    expect(scene.dispatched.at(-1)).toMatchObject([1, { report: { reason: short } }]);
  });
});
