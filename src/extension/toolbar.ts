/** The toolbar button of one tab: icon, badge, colour and title. Each verdict has a shape and a text of its own (B18). */
import type { Action } from 'webextension-polyfill';
import type { Report, SiteVerdict } from '../report.ts';
import type { Display } from './display.ts';
import type { HostCounts } from './hosts/host-view.ts';

export type ToolbarLook = SiteVerdict | 'pending' | 'unchecked';

/** Badge texts, at most four characters (B18). The calm verdicts have quiet ones; `off` has nothing to say. */
export const BADGES: Readonly<Record<ToolbarLook, { readonly text: string; readonly colour: string }>> = {
  verified: { text: '✓', colour: '#1a7f37' },
  mismatch: { text: '✗', colour: '#b3261e' },
  bogus: { text: '!', colour: '#b3261e' },
  signed: { text: '–', colour: '#57606a' },
  insecure: { text: '·', colour: '#57606a' },
  indeterminate: { text: '?', colour: '#8a5a00' },
  unread: { text: 'i', colour: '#2f5fb3' },
  off: { text: '', colour: '#57606a' },
  pending: { text: '…', colour: '#57606a' },
  unchecked: { text: '', colour: '#57606a' },
};

/** Icon sizes that toolbars use, in CSS pixels times the usual densities. */
export const ICON_SIZES = [16, 19, 32, 38, 48] as const;

/** Behind the page's own mark: there is more to say, in the title and the popup. The page's verdict stays what it is. */
export const FOOTNOTE = '*';

function othersContradict(display: Display): boolean {
  return display.kind === 'report' && ((display.hosts?.mismatch ?? 0) > 0 || (display.hosts?.bogus ?? 0) > 0);
}

/** Confirmed, but by a certificate of an earlier connection. */
const EARLIER_BADGE = '(✓)';

export interface ToolbarButton {
  readonly look: ToolbarLook;
  readonly badge: string;
  readonly colour: string;
  readonly title: string;
  readonly icons: Readonly<Record<number, string>>;
}

export interface ToolbarWords {
  readonly translate: (key: string, ...substitutions: string[]) => string;
  readonly plural: (key: string, count: number, ...substitutions: string[]) => string;
  /** The title of a report in plain words. */
  readonly title: (report: Report) => string;
}

export function toolbarButton(display: Display, words: ToolbarWords): ToolbarButton {
  const look = display.kind === 'report' ? display.report.verdict : display.kind;
  const { text, colour } = BADGES[look];
  const mark = look === 'verified' && isOfEarlier(display) ? EARLIER_BADGE : text;
  const icon = look === 'unchecked' ? 'off' : look;
  return {
    look,
    badge: othersContradict(display) ? `${mark}${FOOTNOTE}` : mark,
    colour,
    title: titleOf(display, words),
    icons: Object.fromEntries(ICON_SIZES.map((size) => [size, `/icons/${icon}-${size}.png`])),
  };
}

function isOfEarlier(display: Display): boolean {
  return (
    display.kind === 'report' &&
    display.report.certificate.kind !== 'none' &&
    display.report.certificate.readAt !== undefined
  );
}

function titleOf(display: Display, words: ToolbarWords): string {
  const { translate, title } = words;
  if (display.kind === 'report') {
    const { reason } = display.report;
    const unasked = reason.code === 'no-answer' && reason.failure.code === 'no-resolver';
    return unasked
      ? translate('toolbarNoResolver')
      : [title(display.report), ...hostsTitle(display.hosts, words)].join('; ');
  }
  if (display.kind === 'unchecked') return translate('toolbarUnchecked');
  return translate('toolbarPending', URL.canParse(display.url) ? new URL(display.url).hostname : '');
}

/** What is wrong with the page's other hosts, in a few words; nothing where nothing is. */
function hostsTitle(hosts: HostCounts | undefined, { plural }: ToolbarWords): string[] {
  if (hosts === undefined) return [];
  const { mismatch, bogus, total } = hosts;
  return [
    ...(mismatch > 0 ? [plural('toolbarHostsMismatch', mismatch, String(mismatch), String(total))] : []),
    ...(bogus > 0 ? [plural('toolbarHostsBogus', bogus, String(bogus), String(total))] : []),
  ];
}

/** As much of `browser.action` as is used here. */
export type ToolbarAction = Pick<
  Action.Static,
  'setIcon' | 'setBadgeText' | 'setBadgeBackgroundColor' | 'setBadgeTextColor' | 'setTitle' | 'getTitle'
>;

/**
 * When a button that shows this already is set once more. Each setting makes the browser draw, while it also loads the
 * page. `anew`: another document came, and the browser dropped what was set for the one before. `if lost`: it may have
 * dropped it since.
 */
export type Again = 'if changed' | 'anew' | 'if lost';

export interface Toolbar {
  /** Never rejects. */
  paint(tab: number, display: Display, again: Again): Promise<void>;
  forget(tab: number): void;
}

export interface ToolbarSurroundings extends ToolbarWords {
  /** Does the tab still show the page with that URL, and none is on its way? Rejects if the tab has gone. */
  readonly isStillShown: (tab: number, url: string) => Promise<boolean>;
}

/** The button of a new document says nothing. Most checks are over before it needs to say that they run. */
const SILENT_MS = 100;

interface Wish {
  readonly mark: string;
  /** It waits whether there is anything to be said. */
  waits: boolean;
}

export function createToolbar(action: ToolbarAction, { isStillShown, ...words }: ToolbarSurroundings): Toolbar {
  /** The latest wish for each tab: one that was overtaken while it waited is dropped. */
  const wishes = new Map<number, Wish>();
  const drop = (tab: number, wish: Wish): void => {
    if (wishes.get(tab) === wish) wishes.delete(tab);
  };
  /** Chromium loads an icon before it sets it, and the earlier of two may take longer: each waits for the one before. */
  const icons = new Map<number, Promise<void>>();
  const setIcon = (tab: number, { icons: path }: ToolbarButton, wish: Wish): Promise<void> => {
    const turn = async () => {
      if (wishes.get(tab) === wish) await action.setIcon({ tabId: tab, path: { ...path } });
    };
    // How the one before ended is told by its own painting.
    const set = icons.get(tab)?.then(turn, turn) ?? turn();
    icons.set(tab, set);
    return set;
  };
  /** The same for all tabs and looks. */
  let textColour: Promise<void> | undefined;
  const setWords = async (tabId: number, { badge, title, colour }: ToolbarButton): Promise<void> => {
    textColour ??= action.setBadgeTextColor({ color: '#ffffff' });
    await Promise.all([
      action.setBadgeText({ tabId, text: badge }),
      action.setTitle({ tabId, title }),
      badge === '' ? undefined : action.setBadgeBackgroundColor({ tabId, color: colour }),
      textColour,
    ]);
  };
  const isSet = async (tab: number, wish: Wish, { title }: ToolbarButton): Promise<boolean> =>
    // What a browser drops, it drops all at once.
    wish.waits || (await action.getTitle({ tabId: tab })) === title || wishes.get(tab) !== wish;
  const set = async (tab: number, display: Display, button: ToolbarButton, wish: Wish): Promise<void> => {
    if (wish.waits) {
      await new Promise((resolve) => setTimeout(resolve, SILENT_MS));
      wish.waits = false;
    }
    // A verdict set too late would stand on the next page. Whatever ends this one asks for the next painting.
    if (display.kind === 'report' && !(await isStillShown(tab, display.url))) drop(tab, wish);
    else if (wishes.get(tab) === wish) await Promise.all([setWords(tab, button), setIcon(tab, button, wish)]);
  };
  return {
    paint: async (tab, display, again) => {
      const button = toolbarButton(display, words);
      const mark = `${button.badge} ${button.look} ${button.title} ${display.url}`;
      const before = wishes.get(tab);
      const isSame = before?.mark === mark;
      if (isSame && again === 'if changed') return;
      let wish = before;
      try {
        if (isSame && again === 'if lost' && (await isSet(tab, before, button))) return;
        wish = { mark, waits: display.kind === 'pending' && again === 'anew' };
        wishes.set(tab, wish);
        await set(tab, display, button, wish);
      } catch (error) {
        if (wish !== undefined) drop(tab, wish);
        // A tab that has gone needs no button; anything else is worth knowing.
        if (!/tab/i.test(String(error))) console.error('Danelaw: the toolbar could not be set', error);
      }
    },
    forget: (tab) => {
      wishes.delete(tab);
      icons.delete(tab);
    },
  };
}
