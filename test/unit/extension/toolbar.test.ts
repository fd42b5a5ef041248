import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { Display } from '../../../src/extension/display.ts';
import {
  BADGES,
  createToolbar,
  ICON_SIZES,
  type ToolbarAction,
  toolbarButton,
} from '../../../src/extension/toolbar.ts';
import { SITE_VERDICTS, type SiteVerdict } from '../../../src/report.ts';
import { NOW, report, reportWithCertificate } from './reports.ts';

const WORDS = {
  translate: (key: string, ...substitutions: string[]) => [key, ...substitutions].join(' '),
  plural: (key: string, count: number, ...substitutions: string[]) => [key, count, ...substitutions].join(' '),
  title: ({ verdict, host }: { verdict: string; host: string }) => `${host} is ${verdict}`,
};
const URL_SHOWN = 'https://site.example/';
const DISPLAYS: Display[] = [
  ...SITE_VERDICTS.map((verdict) => ({ kind: 'report' as const, url: URL_SHOWN, report: report(verdict) })),
  { kind: 'pending', url: URL_SHOWN },
  { kind: 'unchecked', url: URL_SHOWN },
];
const named = (display: Display) => (display.kind === 'report' ? display.report.verdict : display.kind);

describe('B18 the toolbar button', () => {
  test.each(DISPLAYS.map((display) => [named(display), display] as const))(
    '%s: a badge of at most four characters, a title, icons that are there',
    (_name, display) => {
      const { badge, title, icons, colour } = toolbarButton(display, WORDS);
      expect([...badge].length).toBeLessThanOrEqual(4);
      expect(title).not.toBe('');
      expect(colour).toMatch(/^#[0-9a-f]{6}$/);
      expect(Object.keys(icons).map(Number)).toEqual([...ICON_SIZES]);
      for (const [size, path] of Object.entries(icons)) expect(pngWidth(path)).toBe(Number(size));
    },
  );

  test('no two verdicts that claim something look alike in shape or text', () => {
    const buttons = SITE_VERDICTS.map((verdict) =>
      toolbarButton({ kind: 'report', url: URL_SHOWN, report: report(verdict) }, WORDS),
    );
    expect(new Set(buttons.map(({ badge }) => badge)).size).toBe(SITE_VERDICTS.length);
    expect(new Set(buttons.map(({ icons }) => icons[16])).size).toBe(SITE_VERDICTS.length);
    const drawings = SITE_VERDICTS.map((verdict) => readFileSync(file(`/icons/${verdict}.svg`), 'utf8'));
    expect(new Set(drawings.map((svg) => svg.replaceAll(/#[0-9a-f]{3,6}/g, ''))).size).toBe(SITE_VERDICTS.length);
  });

  test('other hosts that contradict: said in the title and by a mark behind the badge, whose colour stays', () => {
    const button = (mismatch: number, bogus: number, verdict: SiteVerdict = 'verified') =>
      toolbarButton(
        { kind: 'report', url: URL_SHOWN, report: report(verdict), hosts: { total: 7, pending: 1, mismatch, bogus } },
        WORDS,
      );
    const alone = toolbarButton({ kind: 'report', url: URL_SHOWN, report: report('verified') }, WORDS);
    expect(button(0, 0)).toEqual(alone);
    expect(button(1, 0)).toEqual({
      ...alone,
      badge: '✓*',
      title: 'site.example is verified; toolbarHostsMismatch 1 1 7',
    });
    expect(button(2, 3).title).toBe('site.example is verified; toolbarHostsMismatch 2 2 7; toolbarHostsBogus 3 3 7');
    for (const verdict of SITE_VERDICTS) {
      const { badge, colour } = button(1, 1, verdict);
      expect([...badge].length).toBeLessThanOrEqual(4);
      expect(colour).toBe(BADGES[verdict].colour);
    }
  });

  test('confirmed by a certificate of an earlier connection looks otherwise than confirmed', () => {
    const buttonOf = (readAt?: number) => {
      const { certificate } = reportWithCertificate();
      const changes = { certificate: { ...certificate, ...(readAt !== undefined && { readAt }) } };
      return toolbarButton({ kind: 'report', url: URL_SHOWN, report: report('verified', changes) }, WORDS).badge;
    };
    expect(buttonOf()).toBe('✓');
    expect(buttonOf(NOW - 60)).toBe('(✓)');
  });

  test('red is for a contradiction alone', () => {
    const red = SITE_VERDICTS.filter((verdict) => BADGES[verdict].colour === BADGES.mismatch.colour);
    expect(red).toEqual(['mismatch', 'bogus']);
  });

  test('no resolver chosen: the title says so', () => {
    const unasked = report('indeterminate', {
      reason: { code: 'no-answer', name: '.', type: 'DNSKEY', failure: { code: 'no-resolver' } },
    });
    expect(toolbarButton({ kind: 'report', url: URL_SHOWN, report: unasked }, WORDS).title).toBe('toolbarNoResolver');
  });

  test('while a check runs the title names the host', () => {
    expect(toolbarButton({ kind: 'pending', url: URL_SHOWN }, WORDS).title).toBe('toolbarPending site.example');
  });
});

describe('createToolbar', () => {
  const verified: Display = { kind: 'report', url: URL_SHOWN, report: report('verified') };

  test('sets everything for the tab, once until something changes', async () => {
    const { action, calls } = recordingAction();
    const toolbar = createToolbar(action, { ...WORDS, isStillShown: async () => true });
    await Promise.all([toolbar.paint(3, verified, 'if changed'), toolbar.paint(3, verified, 'if changed')]);
    expect(calls).toEqual([
      // For all tabs.
      ['setBadgeTextColor', { color: '#ffffff' }],
      ['setBadgeText', { tabId: 3, text: '✓' }],
      ['setTitle', { tabId: 3, title: 'site.example is verified' }],
      ['setBadgeBackgroundColor', { tabId: 3, color: BADGES.verified.colour }],
      ['setIcon', { tabId: 3, path: expect.objectContaining({ 16: '/icons/verified-16.png' }) }],
    ]);
  });

  test('sets it again when the browser may have dropped it, and for each tab apart', async () => {
    const { action, calls } = recordingAction();
    const toolbar = createToolbar(action, { ...WORDS, isStillShown: async () => true });
    await toolbar.paint(3, verified, 'if changed');
    await toolbar.paint(3, verified, 'anew');
    await toolbar.paint(4, verified, 'if changed');
    toolbar.forget(3);
    await toolbar.paint(3, verified, 'if changed');
    expect(badges(calls)).toEqual([
      [3, '✓'],
      [3, '✓'],
      [4, '✓'],
      [3, '✓'],
    ]);
  });

  test('is not set again where the browser kept it', async () => {
    const { action, calls } = recordingAction();
    let title = '';
    const getTitle = async () => title;
    const toolbar = createToolbar({ ...action, getTitle } as unknown as ToolbarAction, {
      ...WORDS,
      isStillShown: async () => true,
    });
    await toolbar.paint(3, verified, 'if lost');
    title = 'site.example is verified';
    await toolbar.paint(3, verified, 'if lost');
    expect(badges(calls)).toEqual([[3, '✓']]);
    title = 'Danelaw';
    await toolbar.paint(3, verified, 'if lost');
    expect(badges(calls)).toEqual([
      [3, '✓'],
      [3, '✓'],
    ]);
  });

  test('a check that is over in no time is not said to run', async () => {
    const { action, calls } = recordingAction();
    const toolbar = createToolbar(action, { ...WORDS, isStillShown: async () => true });
    const pending: Display = { kind: 'pending', url: URL_SHOWN };
    const first = toolbar.paint(3, pending, 'anew');
    const lost = toolbar.paint(3, pending, 'if lost');
    const second = toolbar.paint(3, verified, 'if changed');
    await Promise.all([first, lost, second]);
    expect(badges(calls)).toEqual([[3, '✓']]);
  });

  test('a verdict whose page is no longer shown is not set, and is set when the page turns out to stay', async () => {
    const { action, calls } = recordingAction();
    let shown = false;
    const toolbar = createToolbar(action, { ...WORDS, isStillShown: async () => shown });
    await toolbar.paint(3, verified, 'if changed');
    expect(calls).toEqual([]);
    shown = true;
    await toolbar.paint(3, verified, 'if changed');
    expect(badges(calls)).toEqual([[3, '✓']]);
  });

  test('that a page is being checked is said soon, and not taken back by an earlier verdict', async () => {
    const { action, calls } = recordingAction();
    let look: (shown: boolean) => void = () => {};
    const isStillShown = () =>
      new Promise<boolean>((resolve) => {
        look = resolve;
      });
    const toolbar = createToolbar(action, { ...WORDS, isStillShown });
    const earlier = toolbar.paint(3, verified, 'if changed');
    const later = toolbar.paint(3, { kind: 'pending', url: 'https://another.example/' }, 'anew');
    look(true);
    await Promise.all([earlier, later]);
    expect(badges(calls)).toEqual([[3, '…']]);
  });

  test('an icon that loads slowly is not set after the one that follows it; the words do not wait', async () => {
    const { action, calls } = recordingAction();
    const loaded: (() => void)[] = [];
    const shown: string[] = [];
    const setIcon = async ({ path }: { path: Record<number, string> }) => {
      await new Promise<void>((resolve) => loaded.push(resolve));
      shown.push(path[16]!);
    };
    const toolbar = createToolbar({ ...action, setIcon } as unknown as ToolbarAction, {
      ...WORDS,
      isStillShown: async () => true,
    });
    const first = toolbar.paint(3, { kind: 'pending', url: URL_SHOWN }, 'if changed');
    const second = toolbar.paint(3, verified, 'if changed');
    await vi.waitFor(() => expect(badges(calls)).toHaveLength(2));
    const third = toolbar.paint(3, { kind: 'pending', url: 'https://another.example/' }, 'if changed');
    for (let count = 1; count <= 2; count += 1) {
      await vi.waitFor(() => expect(loaded).toHaveLength(count));
      loaded.at(-1)?.();
    }
    await Promise.all([first, second, third]);
    // The second was overtaken before its turn.
    expect(shown).toEqual(['/icons/pending-16.png', '/icons/pending-16.png']);
    expect(badges(calls).map(([, badge]) => badge)).toEqual(['…', '✓', '…']);
  });

  test('an icon that could not be set does not hold up the next', async () => {
    const { action } = recordingAction();
    const shown: string[] = [];
    const setIcon = async ({ path }: { path: Record<number, string> }) => {
      if (path[16]?.includes('pending')) throw new Error('no tab with that id');
      shown.push(path[16]!);
    };
    const toolbar = createToolbar({ ...action, setIcon } as unknown as ToolbarAction, {
      ...WORDS,
      isStillShown: async () => true,
    });
    await toolbar.paint(3, { kind: 'pending', url: URL_SHOWN }, 'anew');
    await toolbar.paint(3, verified, 'if changed');
    expect(shown).toEqual(['/icons/verified-16.png']);
  });
});

function file(path: string): URL {
  return new URL(`../../..${path}`, import.meta.url);
}

/** RFC 2083 section 4.1.1: the width stands at the head of the first chunk. */
function pngWidth(path: string): number {
  return readFileSync(file(path)).readUInt32BE(16);
}

function badges(calls: readonly (readonly [string, { tabId: number; text?: string }])[]) {
  return calls.filter(([name]) => name === 'setBadgeText').map(([, { tabId, text }]) => [tabId, text]);
}

function recordingAction() {
  const calls: [string, { tabId: number; text?: string }][] = [];
  const record = (name: string) => async (details: unknown) => {
    calls.push([name, details as { tabId: number }]);
  };
  const names = ['setIcon', 'setBadgeText', 'setBadgeBackgroundColor', 'setBadgeTextColor', 'setTitle'];
  return { calls, action: Object.fromEntries(names.map((name) => [name, record(name)])) as unknown as ToolbarAction };
}
