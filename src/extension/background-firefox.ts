/** Background entry for Firefox. */
import { startBackground } from './background.ts';
import browser from './browser.ts';
import { firefoxSources } from './certificates/firefox.ts';
import { firefoxHosts } from './hosts/firefox-hosts.ts';
import { SURROUNDINGS } from './surroundings.ts';

const { webRequest, webNavigation } = browser;
const { now } = SURROUNDINGS;

startBackground({
  ...SURROUNDINGS,
  browser,
  sources: firefoxSources(webRequest, now),
  hosts: firefoxHosts(webRequest, webNavigation, now),
});
