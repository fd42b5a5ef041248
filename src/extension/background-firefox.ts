/** Background entry for Firefox. */
import { startBackground } from './background.ts';
import browser from './browser.ts';
import { firefoxSources } from './certificates/firefox.ts';
import { SURROUNDINGS } from './surroundings.ts';

startBackground({ ...SURROUNDINGS, browser, sources: firefoxSources(browser.webRequest, SURROUNDINGS.now) });
