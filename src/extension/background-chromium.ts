/** Background entry for Chromium. */
import { startBackground } from './background.ts';
import browser, { chromium } from './browser.ts';
import { chromiumDebugger, type DebuggerApi } from './certificates/chromium-debugger.ts';
import { chromiumReading } from './certificates/chromium-reading.ts';
import { chromiumSecurityInfo, FEATURE_KEY, type HeadersEvent } from './certificates/chromium-security-info.ts';
import { forgetWhereDoubtful } from './certificates/forgetting.ts';
import { type KeptStorage, keptCertificates } from './certificates/kept.ts';
import { withDrawnIcons } from './drawn-icons.ts';
import { chromiumHosts, type SubresourceEvent } from './hosts/chromium-hosts.ts';
import type { GetFrame } from './hosts/host-sightings.ts';
import { loadEffective } from './managed.ts';
import { createStopRules, type NetRequestRules } from './protection/stop-rules.ts';
import type { SessionStorage } from './session-writer.ts';
import { DEFAULT_READING } from './settings.ts';
import { SURROUNDINGS } from './surroundings.ts';

const { now } = SURROUNDINGS;
const { session } = browser.storage;
const kept = keptCertificates(session as KeptStorage);

forgetWhereDoubtful(browser, kept);
startBackground({
  ...SURROUNDINGS,
  browser,
  action: withDrawnIcons(browser.action),
  stopRules: createStopRules({
    rules: chromium.declarativeNetRequest as unknown as NetRequestRules,
    storage: session as SessionStorage,
    alarms: browser.alarms,
    id: browser.runtime.id,
    now,
  }),
  sources: {
    passive: [
      chromiumSecurityInfo(chromium.webRequest.onHeadersReceived as unknown as HeadersEvent, now, (feature) =>
        session.set({ [FEATURE_KEY]: feature }),
      ),
    ],
    active: chromiumReading({
      reader: chromiumDebugger(chromium as unknown as DebuggerApi, now),
      kept,
      reading: async () => (await loadEffective(browser.storage)).settings.certificateReading ?? DEFAULT_READING,
      feature: async () => {
        const found = (await session.get(FEATURE_KEY))[FEATURE_KEY];
        return found === 'on' || found === 'off' ? found : 'unknown';
      },
      isPrivate: async (tab) => (await browser.tabs.get(tab)).incognito,
      now,
    }),
  },
  hosts: chromiumHosts(
    chromium.webRequest.onHeadersReceived as unknown as SubresourceEvent,
    ((frame) => chromium.webNavigation.getFrame(frame)) as GetFrame,
    now,
  ),
});
