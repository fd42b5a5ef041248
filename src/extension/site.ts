/** From a URL to what is checked, and the reports of pages that are not. */
import { offReport } from '../check.ts';
import type { OffReason, Report } from '../report.ts';

export type Target =
  | { readonly kind: 'site'; readonly host: string; readonly port: number }
  | { readonly kind: 'off'; readonly host: string; readonly port: number; readonly reason: OffReason };

/** `url` as the browser gives it. Only https has a certificate of its own to check; the rest is `checkSite`'s. */
export function targetOf(text: string): Target {
  if (!URL.canParse(text)) return { kind: 'off', host: '', port: 0, reason: { code: 'not-https', scheme: '' } };
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https') {
    return { kind: 'off', host: url.hostname, port: Number(url.port), reason: { code: 'not-https', scheme } };
  }
  return { kind: 'site', host: url.hostname, port: url.port === '' ? 443 : Number(url.port) };
}

/** The browser keeps the site from the extension, which is looked at anew whenever that may have changed. */
export function shutReport(site: { host: string; port: number; now: number }): Report {
  const { host, now } = site;
  return { ...offReport(site, { code: 'no-access', host }), verdict: 'indeterminate', validUntil: now };
}

/** The check ended in an exception, which is a fault of ours: nothing is known of the site. */
export function engineReport(site: { host: string; port: number; now: number }, error: unknown): Report {
  const detail = error instanceof Error ? error.message : String(error);
  const { now } = site;
  return {
    ...offReport(site, { code: 'switched-off' }),
    verdict: 'indeterminate',
    validUntil: now,
    reason: { code: 'engine', detail },
  };
}
