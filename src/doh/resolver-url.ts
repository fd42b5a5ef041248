/**
 * Which URLs name a resolver: https, or http on a loopback address (RFC 8484 section 5 knows https alone; loopback
 * is for tests and for a resolver on the same machine). A URI template may end in `{?dns}`, or in `{&dns}` behind
 * a query of its own (RFC 8484 section 3); other templates, user information and fragments are refused.
 */

export interface ResolverUrl {
  /** As the user knows it, normalised, the template's ending kept. */
  readonly text: string;
  /** Scheme, host and port: what a host permission is asked for. */
  readonly origin: string;
  /** The template with no variable set (RFC 8484 section 4.1). */
  readonly post: string;
  /** The template with `dns` set to base64url text without padding (RFC 8484 section 6). */
  readonly get: (dns: string) => string;
}

export type ResolverUrlFault =
  | 'not-a-url'
  /** Neither https nor http. */
  | 'scheme'
  /** http, and not on a loopback address: anyone between could read and change it. */
  | 'http-not-loopback'
  | 'credentials'
  | 'fragment'
  /** A template other than `{?dns}` or `{&dns}` at the end. */
  | 'template';

export type ResolverUrlResult =
  | { readonly ok: true; readonly resolver: ResolverUrl }
  | { readonly ok: false; readonly fault: ResolverUrlFault };

export function parseResolverUrl(text: string): ResolverUrlResult {
  const trimmed = text.trim();
  const ending = /\{[?&]dns\}$/.exec(trimmed)?.[0] ?? '';
  const bare = trimmed.slice(0, trimmed.length - ending.length);
  if (/[{}]/.test(bare)) return { ok: false, fault: 'template' };
  // `new URL` takes "https:example" and "https:/example" too; such text is more likely a slip than a resolver.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(bare) || !URL.canParse(bare)) return { ok: false, fault: 'not-a-url' };
  const url = new URL(bare);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { ok: false, fault: 'scheme' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return { ok: false, fault: 'http-not-loopback' };
  if (url.username !== '' || url.password !== '') return { ok: false, fault: 'credentials' };
  if (bare.includes('#')) return { ok: false, fault: 'fragment' };
  const hasQuery = url.search !== '';
  if (ending !== '' && (ending === '{&dns}') !== hasQuery) return { ok: false, fault: 'template' };
  const post = url.href;
  return {
    ok: true,
    resolver: {
      text: post + ending,
      origin: url.origin,
      post,
      get: (dns) => `${post}${hasQuery ? '&' : '?'}dns=${dns}`,
    },
  };
}

/** `hostname` as the URL parser gives it: IPv4 in four decimal parts, IPv6 compressed and in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
