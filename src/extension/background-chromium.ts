/** Background entry for Chromium. */
import { now, startBackground } from './background.ts';
import { chromium } from './browser.ts';
import { chromiumDebugger, type DebuggerApi } from './certificates/chromium-debugger.ts';
import { chromiumSecurityInfo, type HeadersEvent } from './certificates/chromium-security-info.ts';

startBackground({
  passive: [chromiumSecurityInfo(chromium.webRequest.onHeadersReceived as unknown as HeadersEvent, now)],
  active: chromiumDebugger(chromium as unknown as DebuggerApi, now),
});
