/** Background entry for Chromium. */
import { startBackground } from './background.ts';
import browser, { chromium } from './browser.ts';
import { chromiumDebugger, type DebuggerApi } from './certificates/chromium-debugger.ts';
import { chromiumSecurityInfo, type HeadersEvent } from './certificates/chromium-security-info.ts';
import { SURROUNDINGS } from './surroundings.ts';

const { now } = SURROUNDINGS;

startBackground({
  ...SURROUNDINGS,
  browser,
  sources: {
    passive: [chromiumSecurityInfo(chromium.webRequest.onHeadersReceived as unknown as HeadersEvent, now)],
    active: chromiumDebugger(chromium as unknown as DebuggerApi, now),
  },
});
