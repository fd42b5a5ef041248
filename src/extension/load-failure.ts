/**
 * Why the browser shows an error page, told from what its events call the error: Chromium's `net::ERR_…`; Firefox's
 * `NS_ERROR_…`, or for all of TLS a sentence in the user's language (webRequest), and the number of the error
 * ("Error code 2153390067", webNavigation), which alone tells a refused certificate from a failed handshake.
 */
import type { LoadFailure } from '../dane/evidence.ts';

/** `aborted`: it ended without changing what the tab shows (stopped, replaced by another, became a download). */
export function loadFailureOf(error: string): LoadFailure | 'aborted' {
  if (error.startsWith('net::')) return chromiumFailure(error.slice(5));
  const number = /^Error code (\d{1,10})$/.exec(error)?.[1];
  if (number !== undefined) return firefoxFailure(Number(number));
  if (/^NS_(BINDING_|ERROR_ABORT)/.test(error)) return 'aborted';
  if (error === 'NS_ERROR_UNKNOWN_HOST') return 'host not found';
  if (error === 'NS_ERROR_CONNECTION_REFUSED') return 'connection refused';
  // Every error but those of TLS has a name; those come as sentences, and do not tell certificates from the rest.
  return error.startsWith('NS_') ? 'connection failed' : 'handshake failed';
}

/** Names from Chromium's list of network errors, where certificates are -200 to -299, and one more is -150. */
function chromiumFailure(error: string): LoadFailure | 'aborted' {
  if (error === 'ERR_ABORTED') return 'aborted';
  if (error.startsWith('ERR_CERT') || error === 'ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN') return 'certificate refused';
  if (error.startsWith('ERR_SSL_') || error.startsWith('ERR_BAD_SSL_') || error.startsWith('ERR_ECH_')) {
    return 'handshake failed';
  }
  if (/^ERR_(NAME_(NOT_RESOLVED|RESOLUTION_FAILED)|DNS_\w+)$/.test(error)) return 'host not found';
  return error === 'ERR_CONNECTION_REFUSED' ? 'connection refused' : 'connection failed';
}

/** NS_ERROR_GENERATE(severity 1, module, code): the module and a constant of 0x45 above 16 bits of code. */
const NETWORK = 6;
const SECURITY = 21;
const MODULE_BASE = 0x45;

function firefoxFailure(number: number): LoadFailure | 'aborted' {
  const module = ((number >>> 16) & 0x1fff) - MODULE_BASE;
  const code = number & 0xffff;
  if (module === SECURITY) return isAboutCertificate(-code) ? 'certificate refused' : 'handshake failed';
  // NS_ERROR_ABORT.
  if (number === 0x80004004) return 'aborted';
  if (module !== NETWORK) return 'connection failed';
  // NS_BINDING_ABORTED, _REDIRECTED, _RETARGETED.
  if (code >= 2 && code <= 4) return 'aborted';
  // NS_ERROR_UNKNOWN_HOST, NS_ERROR_CONNECTION_REFUSED.
  return code === 30 ? 'host not found' : code === 13 ? 'connection refused' : 'connection failed';
}

/**
 * NSS counts down: SEC_ERROR from -8192, SSL_ERROR from -12288, MOZILLA_PKIX_ERROR from -16384. The first and the last
 * speak of certificates; of the second, SSL_ERROR_BAD_CERT_DOMAIN alone does.
 */
function isAboutCertificate(error: number): boolean {
  const ofTls = error >= -13_287 && error <= -11_288;
  return !ofTls || error === -12_276;
}
