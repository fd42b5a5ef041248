/**
 * The whole background in a browser of the test's own: the real check, over a signed world of the test's own, from
 * the browser's events to the toolbar.
 */
import { createHash } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { startBackground } from '../../../src/extension/background.ts';
import type { Held, ReadWish, Sighting } from '../../../src/extension/certificates/source.ts';
import { NO_HOSTS, type TabHosts } from '../../../src/extension/hosts/host-list.ts';
import type { HostSighting } from '../../../src/extension/hosts/host-sightings.ts';
import { type HostsView, viewHosts } from '../../../src/extension/hosts/host-view.ts';
import { createStopRules } from '../../../src/extension/protection/stop-rules.ts';
import { createSessionWriter, type SessionStorage } from '../../../src/extension/session-writer.ts';
import type { TabState } from '../../../src/extension/tab-state.ts';
import type { SiteVerdict } from '../../../src/report.ts';
import { createAuthority } from '../../world/authority.ts';
import { buildWorld } from '../../world/world.ts';
import { FakeBrowser } from './fake-browser.ts';

export const START = Math.floor(Date.now() / 1000);
const AUTHORITY = createAuthority({ now: START });
export const RIGHT = AUTHORITY.issue({ hosts: ['good.example', 'wrong.example'] });
export const WRONG = AUTHORITY.issue({ hosts: ['wrong.example'] });
export const KEY = createHash('sha256').update(RIGHT.publicKeyInfo).digest('hex');
export const RESOLVER = 'https://dns.example/dns-query';
export const WORLD = buildWorld(
  {
    '.': {},
    'example.': {
      ttl: 60,
      records: `
        good              A 192.0.2.1
        _443._tcp.good    TLSA 3 1 1 ${KEY}
        wrong             A 192.0.2.2
        _443._tcp.wrong   TLSA 3 1 1 ${KEY}
        plain             A 192.0.2.3
      `,
    },
  },
  { now: START },
);
export const SETTINGS = { version: 1, resolverUrl: RESOLVER, consent: true, anchors: WORLD.anchors() };
export const GOOD = 'https://good.example/';
export const BAD = 'https://wrong.example/';
export const NOTHING = 'https://plain.example/';

export const OWN_PAGE = { id: 'danelaw', url: 'moz-extension://danelaw/popup/popup.html' };

/** One life of the background, and a person's moves in front of it. */
export class Scene {
  readonly browser: FakeBrowser;
  questions = 0;
  readonly questionsTo = new Map<string, number>();
  /** The resolver cannot be reached. */
  down = false;
  /** Nor can these. */
  readonly downUrls = new Set<string>();
  seconds = START;
  /** Certificates the active source reads, by host; none: it sees no connection. */
  readonly readable = new Map<string, Uint8Array[]>();
  reads = 0;
  /** What was wished of each read. */
  readonly wishes: ReadWish[] = [];
  /** A certificate kept of an earlier connection, by host: an automatic read gives it. */
  readonly keptOf = new Map<string, Uint8Array[]>();
  readonly judged: [CertificateEvidence['kind'], boolean][] = [];
  /** Reads wait here while it is set; fires as they are given up. */
  readGate: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Answers wait here while it is set. */
  gate: Promise<void> | undefined;
  #request = 0;
  readonly #urls = new Map<string, string>();
  #deliver: (sighting: Sighting) => Promise<Held> | undefined = () => undefined;
  #deliverHost: ((sighting: HostSighting) => void) | undefined;

  /** As the background that lives now has it. */
  #session: SessionStorage | undefined;

  /** Nothing can be held, as in Chromium: rules stop what comes again. */
  readonly #byRules: boolean;

  constructor(browser = new FakeBrowser(), { byRules = false } = {}) {
    this.browser = browser;
    this.#byRules = byRules;
    if (!browser.local.has('settings')) browser.local.set('settings', SETTINGS);
    this.startBackground();
  }

  startBackground(): void {
    this.browser.endBackground();
    const { api, netRequest: rules } = this.browser;
    const now = () => this.seconds;
    const { alarms, storage } = api;
    const session = storage.session as SessionStorage;
    this.#session = session;
    const byRules = { rules, storage: session, alarms, id: 'danelaw', now };
    startBackground({
      browser: api,
      now,
      ...(this.#byRules && { stopRules: createStopRules(byRules) }),
      fetch: async (url, init) => {
        this.questions++;
        this.questionsTo.set(url, (this.questionsTo.get(url) ?? 0) + 1);
        await this.gate;
        if (this.down || this.downUrls.has(url)) throw new TypeError('network error');
        return new Response(new Uint8Array(WORLD.respond(new Uint8Array(init.body as ArrayBuffer))!), {
          headers: { 'content-type': 'application/dns-message' },
        });
      },
      sources: {
        passive: [
          {
            listen: (deliver) => {
              this.#deliver = deliver;
            },
          },
        ],
        active: {
          read: async ({ url }, wish, signal) => {
            this.reads++;
            this.wishes.push(wish);
            await this.readGate?.(signal);
            const { hostname } = new URL(url);
            const kept = wish === 'automatic' ? this.keptOf.get(hostname) : undefined;
            if (kept === undefined) return evidenceOf(this.readable.get(hostname), this.seconds);
            const evidence = evidenceOf(kept, this.seconds);
            return evidence.kind === 'none' ? evidence : { ...evidence, readAt: START - 60 };
          },
          judged: async (_document, evidence, confirmed) => {
            this.judged.push([evidence.kind, confirmed]);
          },
        },
      },
      hosts: {
        listen: (deliver) => {
          this.#deliverHost = deliver;
        },
        stop: () => {
          this.#deliverHost = undefined;
        },
      },
    });
  }

  openTab(id: number, active = true, incognito = false): void {
    this.browser.tabs.set(id, { url: 'about:blank', active, incognito });
  }

  /** The browser sends the request; the test says what becomes of it. */
  request(tab: number, url: string, requestId = `r${++this.#request}`, timeStamp = Date.now()): string {
    this.#urls.set(requestId, url);
    this.browser.fire('webRequest.onBeforeRequest', { tabId: tab, requestId, url, timeStamp });
    return requestId;
  }

  certificate(tab: number, requestId: string, chain: readonly Uint8Array[]): void {
    this.certificateLater(tab, requestId, Promise.resolve(evidenceOf(chain, this.seconds)));
  }

  certificateLater(tab: number, requestId: string, evidence: Promise<CertificateEvidence>): Promise<Held> | undefined {
    return this.#deliver({ tab, requestId, url: this.#urls.get(requestId) ?? '', evidence });
  }

  commit(tab: number, url: string, details: { documentId?: string; history?: boolean; timeStamp?: number } = {}): void {
    const { documentId, history = false, timeStamp = Date.now() } = details;
    this.browser.tabs.set(tab, { active: true, ...this.browser.tabs.get(tab), url });
    // Chromium drops a tab's own values when it navigates.
    this.browser.toolbar.delete(tab);
    this.browser.fire('webNavigation.onCommitted', {
      tabId: tab,
      frameId: 0,
      url,
      timeStamp,
      transitionQualifiers: history ? ['forward_back'] : [],
      ...(documentId === undefined ? {} : { documentId }),
    });
  }

  /** As Chromium tells it, and Firefox with an error in words. */
  navigationError(tab: number, url: string, error: string, documentId?: string): void {
    const named = documentId !== undefined && { documentId };
    const details = { tabId: tab, frameId: 0, url, error, timeStamp: Date.now(), ...named };
    this.browser.fire('webNavigation.onErrorOccurred', details);
  }

  /** The usual: request, certificate, document. */
  visit(tab: number, url: string, chain: readonly Uint8Array[] = RIGHT.chain, documentId?: string): void {
    const requestId = this.request(tab, url);
    this.certificate(tab, requestId, chain);
    this.commit(tab, url, documentId === undefined ? {} : { documentId });
  }

  /** Something for that document comes from a host. */
  loads(
    tab: number,
    documentId: string,
    host: string,
    chain: readonly Uint8Array[] = RIGHT.chain,
    origin?: string,
  ): void {
    this.#deliverHost?.({
      tab,
      document: Promise.resolve(`id ${documentId}`),
      ...(origin !== undefined && { origin }),
      host,
      port: 443,
      evidence: Promise.resolve(evidenceOf(chain, this.seconds)),
    });
  }

  get watchesHosts(): boolean {
    return this.#deliverHost !== undefined;
  }

  hosts(tab: number): HostsView | undefined {
    const stored = this.browser.session.get(`hosts:${tab}`);
    return viewHosts((stored ?? NO_HOSTS) as TabHosts, this.seconds);
  }

  /** Waits until the hosts of the page are these, the worst first: `host look`. */
  async hostsAre(tab: number, ...expected: string[]): Promise<void> {
    await this.until(() => {
      expect(this.hosts(tab)?.hosts.map(({ host, look }) => `${host} ${look}`)).toEqual(expected);
    });
  }

  /** As the popup and the options do. */
  send(message: unknown, sender: unknown = OWN_PAGE): Promise<unknown> | undefined {
    return this.browser.fire('runtime.onMessage', message, sender)[0] as Promise<unknown> | undefined;
  }

  state(tab: number): TabState | undefined {
    return this.browser.session.get(`tab:${tab}`) as TabState | undefined;
  }

  badge(tab: number): string | undefined {
    return this.browser.button(tab).badge;
  }

  async verdict(tab: number, expected: SiteVerdict | undefined, url?: string): Promise<void> {
    await this.until(() => {
      const { shown } = this.state(tab) ?? {};
      expect({ verdict: shown?.report?.verdict, url: shown?.url }).toEqual({
        verdict: expected,
        url: url ?? expect.anything(),
      });
    });
  }

  /** Waits until that is so of what is stored. What the background would store a moment later is stored at once. */
  async until(look: () => void): Promise<void> {
    await vi.waitFor(
      () => {
        if (this.#session !== undefined) createSessionWriter(this.#session).flush();
        look();
      },
      { interval: 2, timeout: 5000 },
    );
  }
}

export function evidenceOf(chain: readonly Uint8Array[] | undefined, obtainedAt: number): CertificateEvidence {
  if (chain === undefined) return { kind: 'none', why: 'no connection seen' };
  return { kind: 'full chain', source: 'firefox-security-info', pkix: 'valid', certificates: chain, obtainedAt };
}

export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}
