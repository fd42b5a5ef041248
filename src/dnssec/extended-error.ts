/** The INFO-CODE of RFC 8914 that says the same as a reason, for those who know the codes from other validators. */
import { isSupportedAlgorithm } from './algorithms.ts';
import type { ValidationReason } from './outcome.ts';

export const EXTENDED_ERROR = {
  UNSUPPORTED_DNSKEY_ALGORITHM: 1,
  UNSUPPORTED_DS_DIGEST: 2,
  INDETERMINATE: 5,
  BOGUS: 6,
  SIGNATURE_EXPIRED: 7,
  SIGNATURE_NOT_YET_VALID: 8,
  DNSKEY_MISSING: 9,
  RRSIGS_MISSING: 10,
  NSEC_MISSING: 12,
  NETWORK_ERROR: 23,
  /** RFC 9276 section 3.2. */
  UNSUPPORTED_NSEC3_ITERATIONS: 27,
  /** RFC 9824 section 3.5. */
  INVALID_QUERY_TYPE: 30,
} as const;

/** Undefined where no code fits: a proven insecure zone is no error, and a limit of ours is nobody else's. */
export function extendedErrorCode(reason: ValidationReason): number | undefined {
  switch (reason.code) {
    case 'validated':
    case 'insecure-delegation':
    case 'opt-out':
    case 'work-limit':
    case 'alias-loop':
    case 'engine':
      return undefined;
    case 'unsupported-algorithms':
      return reason.algorithms.some((algorithm) => isSupportedAlgorithm(algorithm, !reason.sha1))
        ? EXTENDED_ERROR.UNSUPPORTED_DS_DIGEST
        : EXTENDED_ERROR.UNSUPPORTED_DNSKEY_ALGORITHM;
    case 'nsec3-iterations':
      return EXTENDED_ERROR.UNSUPPORTED_NSEC3_ITERATIONS;
    case 'signature-expired':
      return EXTENDED_ERROR.SIGNATURE_EXPIRED;
    case 'signature-not-yet-valid':
      return EXTENDED_ERROR.SIGNATURE_NOT_YET_VALID;
    case 'signature-missing':
      return EXTENDED_ERROR.RRSIGS_MISSING;
    // RFC 8914 section 4.10: a DS, and no DNSKEY that fits it.
    case 'key-missing':
    case 'dnskey-missing':
    case 'ds-mismatch':
    case 'anchor-mismatch':
      return EXTENDED_ERROR.DNSKEY_MISSING;
    case 'denial-missing':
    case 'wildcard-unproven':
      return EXTENDED_ERROR.NSEC_MISSING;
    case 'signature-invalid':
    case 'signature-malformed':
    case 'wrong-signer':
    case 'alias-malformed':
    case 'dname-too-long':
      return EXTENDED_ERROR.BOGUS;
    case 'clock':
      return extendedErrorCode(reason.because);
    case 'no-answer':
      return EXTENDED_ERROR.NETWORK_ERROR;
    case 'filtered':
    case 'resolver-error':
      return reason.extendedErrors[0]?.code;
    case 'no-anchor':
      return EXTENDED_ERROR.INDETERMINATE;
    case 'unaskable-type':
      return EXTENDED_ERROR.INVALID_QUERY_TYPE;
  }
}
