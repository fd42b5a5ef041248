/**
 * Domains the resolver never hears of: names of the person's own network and special ones that DNS does not know, by
 * default, and whatever the person adds. A domain stands for itself and all below it.
 */

/**
 * RFC 6761 and RFC 6762 (`localhost`, `invalid`, `test`, `local`), RFC 7686 (`onion`), RFC 8375 (`home.arpa`), RFC 9476
 * (`alt`), `internal`, which ICANN reserved for private use, and what routers and companies use without asking (the
 * names ICANN will not delegate for that reason, those RFC 6762 appendix G counts up, and `localdomain`).
 */
export const DEFAULT_EXCLUSIONS: readonly string[] = [
  'alt',
  'corp',
  'home',
  'home.arpa',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'mail',
  'onion',
  'private',
  'test',
];

export const MAX_EXCLUSIONS = 1000;

export type ExclusionsResult =
  | { readonly ok: true; readonly exclusions: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly fault: 'not a domain' | 'too many' };

/** One domain a line, in whatever script; empty lines and a leading dot or `*.` do not count. */
export function parseExclusions(text: string): ExclusionsResult {
  const exclusions = new Set<string>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const domain = domainOf(line);
    if (domain === undefined) return { ok: false, line: i + 1, fault: 'not a domain' };
    exclusions.add(domain);
    if (exclusions.size > MAX_EXCLUSIONS) return { ok: false, line: i + 1, fault: 'too many' };
  }
  return { ok: true, exclusions: [...exclusions] };
}

/** As a browser writes a host: A-labels, lower case, no dot at the end. */
function domainOf(line: string): string | undefined {
  const text = line
    .trim()
    .replace(/^(\*\.|\.)/, '')
    .replace(/\.$/, '');
  // Nothing that would make more of a URL than its host.
  if (text === '' || /[\s/\\?#@:[\]%]/.test(text) || !URL.canParse(`https://${text}/`)) return undefined;
  const { hostname } = new URL(`https://${text}/`);
  const isDomain = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(hostname);
  // What looks like an address is none of DNS's, and is never asked for anyway.
  return isDomain && !/^[\d.]+$/.test(hostname) ? hostname : undefined;
}

/** `host`: as a browser writes it. */
export function isExcluded(host: string, exclusions: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return exclusions.some((domain) => name === domain || name.endsWith(`.${domain}`));
}
