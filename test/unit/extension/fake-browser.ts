/**
 * A browser of the test's own: events to fire, storage that lives longer than a background, tabs, and a toolbar that
 * remembers. As much of it as the extension's background uses.
 */
import type { Browser } from 'webextension-polyfill';
import type { NetRequestRules, StopRule } from '../../../src/extension/protection/stop-rules.ts';

export class FakeEvent<Listener extends (...values: never[]) => unknown> {
  readonly listeners: Listener[] = [];

  readonly addListener = (listener: Listener): void => {
    this.listeners.push(listener);
  };

  fire(...values: Parameters<Listener>): unknown[] {
    return this.listeners.map((listener) => listener(...values));
  }
}

type AnyEvent = FakeEvent<(...values: never[]) => unknown>;

export interface ToolbarState {
  icon?: string;
  badge?: string;
  title?: string;
}

/** Whose button shows what is set for no tab of its own. */
export const EVERY_TAB = -1;

/** What outlives a background: the tabs, the storages, the toolbar, the alarms. */
export class FakeBrowser {
  readonly session = new Map<string, unknown>();
  readonly local = new Map<string, unknown>();
  readonly managed = new Map<string, unknown>();
  readonly toolbar = new Map<number, ToolbarState>();
  readonly tabs = new Map<number, { url: string; active: boolean; incognito?: boolean; documentId?: string }>();
  readonly alarms = new Map<string, number>();
  /** Patterns of hosts that the person lets the extension see. */
  reachable: 'all sites' | readonly string[] = 'all sites';
  /** What the extension opened in a tab in front. */
  readonly opened: string[] = [];
  /** Of `declarativeNetRequest`. */
  readonly stopRules = new Map<number, StopRule>();
  /** Tabs that the background took a step back. */
  readonly wentBack: number[] = [];
  /** Where the background took tabs. */
  readonly moved: { readonly tab: number; readonly url: string }[] = [];
  /** Of the session's storage. */
  writes = 0;
  readonly rootUrl = 'moz-extension://danelaw/';
  /** Parts of the API that this browser does not have, as `windows` or `storage.managed`. */
  lacks: readonly string[] = [];
  #events = new Map<string, AnyEvent>();

  /** Forgets every listener, as when the background ends. */
  endBackground(): void {
    this.#events = new Map();
  }

  event(name: string): AnyEvent {
    const known = this.#events.get(name) ?? (new FakeEvent() as AnyEvent);
    this.#events.set(name, known);
    return known;
  }

  fire(name: string, ...values: unknown[]): unknown[] {
    return this.event(name).fire(...(values as never[]));
  }

  async setLocal(items: Record<string, unknown>): Promise<void> {
    for (const [key, value] of Object.entries(items)) this.local.set(key, structuredClone(value));
    this.fire('storage.local.onChanged', Object.fromEntries(Object.keys(items).map((key) => [key, {}])));
  }

  button(tab: number): ToolbarState {
    const state = this.toolbar.get(tab) ?? {};
    this.toolbar.set(tab, state);
    return state;
  }

  /** Chromium alone has it. */
  get netRequest(): NetRequestRules {
    return {
      getSessionRules: async () => [...this.stopRules.values()],
      updateSessionRules: async ({ addRules = [], removeRuleIds = [] }) => {
        for (const id of removeRuleIds) this.stopRules.delete(id);
        for (const rule of addRules) this.stopRules.set(rule.id, rule);
      },
    };
  }

  /** The API as the background sees it. */
  get api(): Browser {
    const events = (area: string, ...names: string[]) =>
      Object.fromEntries(names.map((name) => [name, this.event(`${area}.${name}`)]));
    const whole = {
      runtime: {
        id: 'danelaw',
        getURL: (path: string) => `${this.rootUrl}${path}`,
        ...events('runtime', 'onMessage', 'onConnect', 'onInstalled'),
      },
      i18n: { getMessage: (key: string, substitutions: string[] = []) => wordsFor(key, substitutions) },
      storage: {
        session: area(this.session, () => {
          this.writes += 1;
        }),
        local: { ...area(this.local), ...events('storage.local', 'onChanged') },
        managed: { ...area(this.managed), ...events('storage.managed', 'onChanged') },
      },
      webRequest: events('webRequest', 'onBeforeRequest', 'onErrorOccurred', 'onHeadersReceived', 'onCompleted'),
      webNavigation: {
        getFrame: async ({ tabId }: { tabId: number }) => {
          const tab = this.tabs.get(tabId);
          if (tab === undefined) return null;
          return { url: tab.url, ...(tab.documentId !== undefined && { documentId: tab.documentId }) };
        },
        ...events(
          'webNavigation',
          'onCommitted',
          'onErrorOccurred',
          'onReferenceFragmentUpdated',
          'onHistoryStateUpdated',
        ),
      },
      tabs: {
        get: async (id: number) => {
          const tab = this.tabs.get(id);
          if (tab === undefined) throw new Error(`No tab with id: ${id}.`);
          return { id, incognito: false, ...tab };
        },
        update: async (id: number, { url }: { url: string }) => {
          if (!this.tabs.has(id)) throw new Error(`No tab with id: ${id}.`);
          this.moved.push({ tab: id, url });
        },
        goBack: async (id: number) => void this.wentBack.push(id),
        query: async ({ active: wanted }: { active?: boolean }) =>
          [...this.tabs].filter(([, { active }]) => active || !wanted).map(([id, tab]) => ({ id, ...tab })),
        create: async ({ url, active }: { url: string; active: boolean }) => {
          if (active) this.opened.push(url);
        },
        ...events('tabs', 'onActivated', 'onUpdated', 'onRemoved', 'onReplaced'),
      },
      permissions: {
        contains: async ({ origins = [] }: { origins?: string[] }) =>
          this.reachable === 'all sites' || origins.every((origin) => this.reachable.includes(origin)),
        ...events('permissions', 'onAdded', 'onRemoved'),
      },
      commands: events('commands', 'onCommand'),
      windows: events('windows', 'onRemoved'),
      alarms: {
        create: (name: string, { when }: { when: number }) => void this.alarms.set(name, when),
        ...events('alarms', 'onAlarm'),
      },
      action: {
        setIcon: async ({ tabId, path }: { tabId: number; path: Record<number, string> }) => {
          this.button(tabId).icon = path[16] ?? '';
        },
        setBadgeText: async ({ tabId = EVERY_TAB, text }: { tabId?: number; text: string }) => {
          this.button(tabId).badge = text;
        },
        setBadgeBackgroundColor: async () => {},
        setBadgeTextColor: async () => {},
        getTitle: async ({ tabId }: { tabId: number }) => this.button(tabId).title ?? '',
        setTitle: async ({ tabId = EVERY_TAB, title }: { tabId?: number; title: string }) => {
          this.button(tabId).title = title;
        },
      },
    };
    for (const path of this.lacks) {
      const [area, part] = path.split('.') as [keyof typeof whole, string | undefined];
      if (part === undefined) Reflect.deleteProperty(whole, area);
      else Reflect.deleteProperty(whole[area], part);
    }
    return whole as unknown as Browser;
  }
}

/** Storage keeps copies, as a browser's does. */
function area(items: Map<string, unknown>, written = () => {}) {
  return {
    get: async (key: string | null) => {
      const wanted = key === null ? [...items.keys()] : [key].filter((one) => items.has(one));
      return Object.fromEntries(wanted.map((one) => [one, structuredClone(items.get(one))]));
    },
    set: async (changes: Record<string, unknown>) => {
      written();
      for (const [key, value] of Object.entries(changes)) items.set(key, JSON.parse(JSON.stringify(value)));
    },
    remove: async (keys: string[]) => {
      for (const key of keys) items.delete(key);
    },
  };
}

function wordsFor(key: string, substitutions: readonly string[]): string {
  return key === 'catalogueLanguage' ? 'en' : [key, ...substitutions].join(' ');
}
