/**
 * Fetches certificates of issuers for pages whose browser shows the leaf alone. What may be asked for is decided in
 * `dane/issuer-fetch.ts`; here is how: without cookies or referrer, straight or not at all, and not for long.
 */
import type { FetchIssuer } from '../../dane/issuer-fetch.ts';
import { MAX_CERTIFICATE_OCTETS } from '../../dane/limits.ts';
import { readUpTo } from '../../doh/body.ts';
import type { Fetch } from '../../doh/doh.ts';

const TIMEOUT_MS = 5000;

export function createIssuerFetch(fetch: Fetch, timeoutMs = TIMEOUT_MS): FetchIssuer {
  return async (url) => {
    const abort = new AbortController();
    // One limit for all of it: a server that sends an octet now and then must not hold the verdict up.
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const response = await fetch(url, {
        credentials: 'omit',
        // Where a redirect leads, nobody has looked: it might be the person's own network.
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: abort.signal,
      });
      if (!response.ok || response.body === null) return undefined;
      return await readUpTo(response.body, MAX_CERTIFICATE_OCTETS);
    } catch (error) {
      console.info('Danelaw: no issuer from', url, error);
      return undefined;
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  };
}
