/** Fetches an MTA-STS policy (RFC 8461 section 3.3): over HTTPS with a valid certificate, no redirect, bounded. */
import { readUpTo } from '../doh/body.ts';
import { MAX_POLICY_OCTETS } from '../services/limits.ts';
import type { FetchedPolicy } from '../services/policies.ts';
import type { HttpClient } from './fetch.ts';

/** Never rejects. */
export async function fetchStsPolicy(url: string, client: HttpClient, timeoutMs: number): Promise<FetchedPolicy> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await aborted(signal, client.fetch(url, { signal }));
    if (response.status !== 200) {
      await response.body?.cancel();
      return { ok: false, why: 'HTTP status', status: response.status };
    }
    const octets =
      response.body === null ? new Uint8Array() : await aborted(signal, readUpTo(response.body, MAX_POLICY_OCTETS));
    return octets === undefined ? { ok: false, why: 'too large' } : { ok: true, octets };
  } catch (error) {
    if (signal.aborted) return { ok: false, why: 'no answer' };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { ok: false, why: CERTIFICATE_ERROR.test(code) ? 'certificate refused' : 'connection failed' };
  }
}

/** OpenSSL's and Node's codes for a certificate that does not hold. */
const CERTIFICATE_ERROR = /CERT|ISSUER|SELF_SIGNED|UNABLE_TO|ALTNAME/;

/** A connection that is not made yet knows nothing of the signal. */
function aborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
