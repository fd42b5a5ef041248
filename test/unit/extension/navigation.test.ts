import { expect, test, vi } from 'vitest';
import { loadFailureOf } from '../../../src/extension/load-failure.ts';
import { listenToNavigation, UNSHOWN_MS } from '../../../src/extension/navigation.ts';
import type { TabEvent } from '../../../src/extension/tab-state.ts';
import { FakeBrowser } from './fake-browser.ts';

test.each([
  ['net::ERR_ABORTED', 'aborted'],
  ['net::ERR_ABORTED_LATER', 'connection failed'],
  ['net::ERR_CERT_AUTHORITY_INVALID', 'certificate refused'],
  ['net::ERR_CERT_COMMON_NAME_INVALID', 'certificate refused'],
  ['net::ERR_CERTIFICATE_TRANSPARENCY_REQUIRED', 'certificate refused'],
  ['net::ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN', 'certificate refused'],
  ['net::ERR_SSL_PROTOCOL_ERROR', 'handshake failed'],
  ['net::ERR_BAD_SSL_CLIENT_AUTH_CERT', 'handshake failed'],
  ['net::ERR_NAME_NOT_RESOLVED', 'host not found'],
  ['net::ERR_DNS_TIMED_OUT', 'host not found'],
  ['net::ERR_CONNECTION_REFUSED', 'connection refused'],
  ['net::ERR_CONNECTION_RESET', 'connection failed'],
  ['NS_BINDING_ABORTED', 'aborted'],
  ['NS_BINDING_CANCELLED_OLD_LOAD', 'aborted'],
  ['NS_ERROR_ABORT', 'aborted'],
  ['NS_ERROR_UNKNOWN_HOST', 'host not found'],
  ['NS_ERROR_CONNECTION_REFUSED', 'connection refused'],
  ['NS_ERROR_NET_TIMEOUT', 'connection failed'],
  // A sentence in whatever language: TLS, and no more is known.
  ['Peer’s Certificate issuer is not recognized.', 'handshake failed'],
  // NS_BINDING_ABORTED, and NS_BINDING_REDIRECTED.
  ['Error code 2152398850', 'aborted'],
  ['Error code 2152398851', 'aborted'],
  ['Error code 2147500036', 'aborted'],
  // NS_ERROR_UNKNOWN_HOST, NS_ERROR_CONNECTION_REFUSED, NS_ERROR_NET_TIMEOUT, NS_ERROR_FAILURE.
  ['Error code 2152398878', 'host not found'],
  ['Error code 2152398861', 'connection refused'],
  ['Error code 2152398862', 'connection failed'],
  ['Error code 2147500037', 'connection failed'],
  // SEC_ERROR_UNKNOWN_ISSUER, SEC_ERROR_EXPIRED_CERTIFICATE, SSL_ERROR_BAD_CERT_DOMAIN, MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT.
  ['Error code 2153390067', 'certificate refused'],
  ['Error code 2153390069', 'certificate refused'],
  ['Error code 2153394164', 'certificate refused'],
  ['Error code 2153398258', 'certificate refused'],
  // SSL_ERROR_RX_RECORD_TOO_LONG, SSL_ERROR_NO_CYPHER_OVERLAP.
  ['Error code 2153394151', 'handshake failed'],
  ['Error code 2153394178', 'handshake failed'],
])('%s is %s', (error, failure) => {
  expect(loadFailureOf(error)).toBe(failure);
});

test('what came completely is given up as a page some time later, if it is none by then', async () => {
  vi.useFakeTimers();
  try {
    const browser = new FakeBrowser();
    const told: [number, TabEvent][] = [];
    const nothing = () => {};
    listenToNavigation(browser.api, {
      ready: Promise.resolve(),
      newCheck: () => 'check',
      dispatch: (tab, event) => told.push([tab, event]),
      activated: nothing,
      completed: nothing,
      removed: nothing,
    });
    browser.fire('webRequest.onCompleted', { tabId: 7, requestId: 'r', url: 'https://site.example/file.zip' });
    await vi.advanceTimersByTimeAsync(UNSHOWN_MS - 1);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    // Of a document that is shown, the reducer holds no such request any more, and nothing happens.
    expect(told).toEqual([[7, { kind: 'aborted', requestId: 'r' }]]);
  } finally {
    vi.useRealTimers();
  }
});
