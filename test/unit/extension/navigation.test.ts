import { expect, test } from 'vitest';
import { isAbort } from '../../../src/extension/navigation.ts';

test.each([
  ['net::ERR_ABORTED', true],
  ['NS_BINDING_ABORTED', true],
  ['NS_BINDING_CANCELLED_OLD_LOAD', true],
  ['NS_ERROR_ABORT', true],
  ['net::ERR_CERT_AUTHORITY_INVALID', false],
  ['net::ERR_ABORTED_LATER', false],
  ['NS_ERROR_NET_TIMEOUT', false],
  ['Peer’s Certificate issuer is not recognized.', false],
])('%s leaves the page as it was: %s', (error, aborted) => {
  expect(isAbort(error)).toBe(aborted);
});
