/** Background entry for Firefox. */
import { now, startBackground } from './background.ts';
import browser from './browser.ts';
import { firefoxSources } from './certificates/firefox.ts';

startBackground(firefoxSources(browser.webRequest, now));
