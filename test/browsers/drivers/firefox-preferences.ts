/** The preferences of a Firefox under test: driven from outside, at home in the demo world, and otherwise silent. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchOptions } from './browser.ts';

/** Into a fresh profile, before the start. */
export function writePreferences(profile: string, extensionUuid: string, options: LaunchOptions): void {
  const { extensionFolder } = options;
  const uuids = extensionFolder === undefined ? {} : { [extensionIdOf(extensionFolder)]: extensionUuid };
  const preferences: Record<string, string | number | boolean> = {
    'marionette.port': 0,
    'extensions.webextensions.uuids': JSON.stringify(uuids),
    // The desk is manifest.json as plain text: the viewer for JSON would put a page of the browser's in its place.
    'devtools.jsonview.enabled': false,
    'network.dns.localDomains': options.hosts.join(','),
    'network.socket.forcePort': Object.entries(options.ports ?? {})
      .map(([port, real]) => `${port}=${real}`)
      .join(';'),
    ...(options.proxyPort !== undefined && {
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': options.proxyPort,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': options.proxyPort,
      'network.proxy.allow_hijacking_localhost': true,
    }),
    ...(options.language !== undefined && { 'intl.locale.requested': options.language }),
    // An http: address stays one.
    'dom.security.https_first': false,
    'dom.security.https_only_mode': false,
    // What an extension asks for on a click is given, where a test is not about the question.
    'extensions.webextOptionalPermissionPrompts': options.asks ?? false,
    // What waits in a tab behind another waits no longer than it would in front.
    'dom.min_background_timeout_value': 4,
    'dom.min_background_timeout_value_without_budget_throttling': 4,
    'dom.timeout.enable_budget_timer_throttling': false,
    // The window has the focus, whether the machine's screen gives it or not.
    'focusmanager.testmode': true,
    ...SILENCE,
  };
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`);
}

export function extensionIdOf(extensionFolder: string): string {
  const manifest = JSON.parse(readFileSync(join(extensionFolder, 'manifest.json'), 'utf8')) as {
    browser_specific_settings: { gecko: { id: string } };
  };
  return manifest.browser_specific_settings.gecko.id;
}

/** No traffic of the browser's own: what is seen on the wire is the page's and the extension's. */
const SILENCE: Readonly<Record<string, string | number | boolean>> = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutConfig.showWarning': false,
  'browser.discovery.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.blockedURIs.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.safebrowsing.provider.google4.updateURL': '',
  'browser.safebrowsing.provider.mozilla.updateURL': '',
  'browser.search.update': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'browser.topsites.contile.enabled': false,
  'captivedetect.canonicalURL': '',
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.blocklist.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'geo.provider.network.url': '',
  'media.gmp-manager.url': '',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.http.http3.enable': false,
  'network.http.speculative-parallel-limit': 0,
  'network.prefetch-next': false,
  // Names come from the preference above, never from a resolver of the browser's own.
  'network.trr.mode': 5,
  'security.OCSP.enabled': 0,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'startup.homepage_welcome_url': '',
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': '',
  'toolkit.telemetry.unified': false,
  'trailhead.firstrun.didSeeAboutWelcome': true,
};
