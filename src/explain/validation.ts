/** Sentences for the reasons of DNSSEC validation and for what stands in an answer's way. */
import type { TransportFailure } from '../dns/ask.ts';
import { type ExtendedError, isFilterNotice } from '../dns/message.ts';
import type { SignatureFacts, ValidationReason } from '../dnssec/outcome.ts';
import type { Phrase, Words } from './words.ts';

/** Names that are the same in every language (RFC 8624 and its successors' mnemonics, spelled readably). */
const ALGORITHMS = new Map<number, string>([
  [1, 'RSA/MD5'],
  [3, 'DSA/SHA-1'],
  [5, 'RSA/SHA-1'],
  [6, 'DSA/SHA-1'],
  [7, 'RSA/SHA-1'],
  [8, 'RSA/SHA-256'],
  [10, 'RSA/SHA-512'],
  [12, 'GOST R 34.10-2001'],
  [13, 'ECDSA P-256'],
  [14, 'ECDSA P-384'],
  [15, 'Ed25519'],
  [16, 'Ed448'],
]);
const DIGESTS = new Map<number, string>([
  [1, 'SHA-1'],
  [2, 'SHA-256'],
  [3, 'GOST R 34.11-94'],
  [4, 'SHA-384'],
]);

export function algorithmName(algorithm: number, words: Words): Phrase {
  const name = ALGORITHMS.get(algorithm);
  return name === undefined ? words.say('algorithm_number', algorithm) : { text: name };
}

export function digestName(digestType: number, words: Words): Phrase {
  const name = DIGESTS.get(digestType);
  return name === undefined ? words.say('digest_number', digestType) : { text: name };
}

export function explainValidation(reason: ValidationReason, words: Words): Phrase {
  const { say, name, list, number } = words;
  switch (reason.code) {
    case 'validated':
      return say('reason_validated');
    case 'insecure-delegation': {
      const key = reason.proof === 'opt-out' ? 'reason_insecure_delegation_opt_out' : 'reason_insecure_delegation';
      return say(key, name(reason.zone), name(reason.parent));
    }
    case 'unsupported-algorithms': {
      if (reason.sha1) return say('reason_unsupported_algorithms_sha1', name(reason.zone));
      const methods = [
        ...reason.algorithms.map((algorithm) => algorithmName(algorithm, words)),
        ...reason.digestTypes.map((digestType) => digestName(digestType, words)),
      ];
      return say('reason_unsupported_algorithms', name(reason.zone), list(methods));
    }
    case 'opt-out':
      return say('reason_opt_out', name(reason.name), name(reason.zone));
    case 'nsec3-iterations':
      return say('reason_nsec3_iterations', name(reason.zone), number(reason.iterations), number(reason.limit));
    case 'signature-expired':
      return explainTime('reason_signature_expired', reason, reason.expiration, reason.now, words);
    case 'signature-not-yet-valid':
      return explainTime('reason_signature_not_yet_valid', reason, reason.inception, reason.now, words);
    case 'signature-invalid':
      return say('reason_signature_invalid', reason.type, name(reason.owner), reason.keyTag, name(reason.zone));
    case 'signature-malformed':
      return say('reason_signature_malformed', reason.type, name(reason.owner), reason.keyTag, name(reason.zone));
    case 'signature-missing':
      return say('reason_signature_missing', reason.type, name(reason.owner), name(reason.zone));
    case 'wrong-signer':
      return say('reason_wrong_signer', reason.type, name(reason.owner), name(reason.zone), name(reason.signer));
    case 'key-missing': {
      const { type, owner, zone, keyTags } = reason;
      if (keyTags.length === 0) return say('reason_key_missing_none', type, name(owner), name(zone));
      return say('reason_key_missing', type, name(owner), name(zone), list(keyTags));
    }
    case 'dnskey-missing':
      return say('reason_dnskey_missing', name(reason.zone));
    case 'ds-mismatch':
      return say('reason_ds_mismatch', name(reason.zone), name(reason.parent), list(reason.keyTags));
    case 'anchor-mismatch':
      return say('reason_anchor_mismatch', name(reason.zone), list(reason.keyTags));
    case 'denial-missing': {
      const missing = say(`missing_${keyOf(reason.missing)}`);
      return say('reason_denial_missing', reason.type, name(reason.name), name(reason.zone), missing);
    }
    case 'wildcard-unproven':
      return say('reason_wildcard_unproven', reason.type, name(reason.name), name(reason.zone), name(reason.wildcard));
    case 'alias-malformed':
      return say('reason_alias_malformed', name(reason.owner), reason.type);
    case 'dname-too-long':
      return say('reason_dname_too_long', name(reason.owner), name(reason.name));
    case 'no-answer':
      return say('reason_no_answer', reason.type, name(reason.name), explainFailure(reason.failure, words));
    case 'resolver-error': {
      const { type, rcode, extendedErrors } = reason;
      if (extendedErrors.length === 0) return say('reason_resolver_error', type, name(reason.name), rcode);
      const errors = list(extendedErrors.map((error) => explainExtendedError(error, words)));
      const filters = extendedErrors.some(({ code }) => isFilterNotice(code));
      const key = filters ? 'reason_resolver_error_filtered' : 'reason_resolver_error_extended';
      return say(key, type, name(reason.name), rcode, errors);
    }
    case 'work-limit':
      return say('reason_work_limit', say(`limit_${keyOf(reason.limit)}`), number(reason.allowed));
    case 'no-anchor':
      return say('reason_no_anchor', name(reason.name));
    case 'alias-loop':
      return say('reason_alias_loop', name(reason.name));
    case 'unaskable-type':
      return say('reason_unaskable_type', reason.type);
    case 'engine':
      return say('reason_engine', words.quote(reason.detail));
    case 'filtered': {
      const notices = list(reason.extendedErrors.map((error) => explainExtendedError(error, words)));
      return say('reason_filtered', name(reason.name), notices, explainValidation(reason.because, words));
    }
    case 'clock': {
      const difference = words.duration(Math.abs(reason.now - reason.resolverTime));
      return say('reason_clock', difference, explainValidation(reason.because, words));
    }
    default:
      return unknownReason(reason);
  }
}

function explainTime(key: string, facts: SignatureFacts, at: number, now: number, words: Words): Phrase {
  const { type, owner, keyTag } = facts;
  return words.say(key, type, words.name(owner), keyTag, words.distance(at, now), words.date(at));
}

/** The resolver's words are shown, escaped, and change nothing (RFC 8914 section 6). */
function explainExtendedError({ code, text }: ExtendedError, words: Words): Phrase {
  const known = words.say(`ede_${code}`);
  const meaning = known.text === '' ? words.say('ede_other', code) : known;
  return text === '' ? meaning : words.say('extended_error', meaning, words.quote(text));
}

function explainFailure(failure: TransportFailure, words: Words): Phrase {
  const { say, quote, number } = words;
  switch (failure.code) {
    case 'unreachable':
      return say('failure_unreachable', quote(failure.resolver), quote(failure.detail));
    case 'timeout':
      return say('failure_timeout', quote(failure.resolver), words.duration(failure.limitMs / 1000));
    case 'http-status':
      if (failure.retryAfterSeconds === undefined) {
        return say('failure_http_status', quote(failure.resolver), failure.status);
      }
      return say(
        'failure_http_status_later',
        quote(failure.resolver),
        failure.status,
        words.duration(failure.retryAfterSeconds),
      );
    case 'redirected':
      return say('failure_redirected', quote(failure.resolver));
    case 'content-type':
      return say('failure_content_type', quote(failure.resolver), quote(failure.contentType));
    case 'empty':
      return say('failure_empty', quote(failure.resolver));
    case 'too-large':
      return say('failure_too_large', quote(failure.resolver), say('octets', number(failure.limitOctets)));
    case 'malformed':
      return say('failure_malformed', quote(failure.resolver), failure.fault, number(failure.offset));
    case 'not-a-response':
      return say('failure_not_a_response', quote(failure.resolver));
    case 'wrong-question':
      return say('failure_wrong_question', quote(failure.resolver), quote(failure.answered));
    case 'truncated':
      return say('failure_truncated', quote(failure.resolver));
    case 'no-resolver':
      return say('failure_no_resolver');
    case 'not-recorded':
      return say('failure_not_recorded');
    default:
      return unknownReason(failure);
  }
}

/** Facts of a closed list as part of a catalogue key: `NSEC3 hashes per proof` is `nsec3_hashes_per_proof`. */
export function keyOf(fact: string): string {
  return fact.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}

/** The type checker sees to it that every reason has its sentence; a report of another version may hold others. */
export function unknownReason(reason: never): Phrase {
  return { text: (reason as { code: string }).code };
}
