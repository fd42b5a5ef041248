/** Sentences for what TLSA, certificates and hosts give as reasons. */
import type { DaneReason, PathFault } from '../dane/outcome.ts';
import type { ExpiryWarning, OffReason, Reason } from '../report.ts';
import { explainValidation, keyOf, unknownReason } from './validation.ts';
import type { Phrase, Words } from './words.ts';

export function explainAnyReason(reason: Reason, words: Words): Phrase {
  switch (reason.code) {
    case 'matched':
    case 'no-match':
    case 'pkix-failed':
    case 'pkix-unknown':
    case 'path-failed':
    case 'tlsa-absent':
    case 'tlsa-unusable':
    case 'certificate-unread':
    case 'issuer-unread':
    case 'certificate-malformed':
      return explainDane(reason, words);
    case 'not-https':
    case 'address-literal':
    case 'single-label':
    case 'bad-host':
    case 'excluded':
    case 'local-name':
    case 'private-window':
    case 'on-click':
    case 'no-access':
    case 'switched-off':
      return explainOff(reason, words);
    default:
      return explainValidation(reason, words);
  }
}

function explainDane(reason: DaneReason, words: Words): Phrase {
  const { say, sayPlural, number } = words;
  switch (reason.code) {
    case 'matched': {
      const numbers = `${reason.usage} ${reason.selector} ${reason.matchingType}`;
      if (reason.usage === 1 || reason.usage === 3) {
        return say(`matched_${reason.usage}`, numbers, say(reason.selector === 0 ? 'this_certificate' : 'this_key'));
      }
      return say(`matched_${reason.usage}${reason.bareKey ? '_key' : ''}`, numbers, place(reason.depth, words));
    }
    case 'no-match':
      return sayPlural('reason_no_match', reason.usable, number(reason.usable));
    case 'pkix-failed': {
      const byHand = reason.pkix === 'overridden';
      return say(byHand ? 'reason_pkix_failed_overridden' : 'reason_pkix_failed', reason.usage);
    }
    case 'pkix-unknown':
      return say('reason_pkix_unknown', reason.usage);
    case 'path-failed':
      return say('reason_path_failed', reason.usage, explainPathFault(reason.fault, words));
    case 'tlsa-absent':
      return say('reason_tlsa_absent');
    case 'tlsa-unusable':
      return sayPlural('reason_tlsa_unusable', reason.records, number(reason.records));
    case 'certificate-unread':
      return say(`unread_${keyOf(reason.why)}`);
    case 'issuer-unread':
      return say('reason_issuer_unread');
    case 'certificate-malformed':
      return say('reason_certificate_malformed', reason.fault);
    default:
      return unknownReason(reason);
  }
}

export function explainPathFault(fault: PathFault, words: Words): Phrase {
  const { say, list, date, distance, number } = words;
  switch (fault.code) {
    case 'name': {
      const references = list(fault.references.map(words.name));
      if (fault.names.length === 0) return say('path_name_none', references);
      return say('path_name', references, list(fault.names.map(words.quote)));
    }
    case 'expired': {
      const { depth, notAfter, now } = fault;
      return say('path_expired', place(depth, words), distance(notAfter, now), date(notAfter));
    }
    case 'not-yet-valid': {
      const { depth, notBefore, now } = fault;
      return say('path_not_yet_valid', place(depth, words), distance(notBefore, now), date(notBefore));
    }
    case 'signature':
      return say('path_signature', place(fault.depth, words), say(SIGNATURE_KEYS[fault.fault]));
    case 'not-an-issuer':
      return say('path_not_an_issuer', place(fault.depth, words));
    case 'path-length':
      return say('path_length', place(fault.depth, words), number(fault.allowed));
    case 'purpose':
      return say('path_purpose', place(fault.depth, words));
    case 'name-constraint':
      return say('path_name_constraint', place(fault.depth, words), words.quote(fault.name));
    case 'critical-extension':
      return say('path_critical_extension', place(fault.depth, words), words.quote(fault.oid));
    case 'bad-extension':
      return say('path_bad_extension', place(fault.depth, words), words.quote(fault.oid));
    case 'not-sent':
      return say('path_not_sent');
    case 'no-path':
      return say('path_no_path');
    case 'work-limit':
      return say('path_work_limit');
    default:
      return unknownReason(fault);
  }
}

const SIGNATURE_KEYS = {
  'signature invalid': 'signature_invalid',
  'weak signature algorithm': 'signature_weak_algorithm',
  'unsupported signature algorithm': 'signature_unsupported_algorithm',
  'weak key': 'signature_weak_key',
  'unsupported key': 'signature_unsupported_key',
  'key of another kind': 'signature_key_of_another_kind',
} as const;

/** Which certificate of the chain, by its distance from the site's own. */
export function place(depth: number, words: Words): Phrase {
  if (depth === 0) return words.say('place_leaf');
  return words.say('place_issuer', words.sayPlural('steps', depth, words.number(depth)));
}

function explainOff(reason: OffReason, words: Words): Phrase {
  const { say, quote } = words;
  switch (reason.code) {
    case 'not-https':
      return say('reason_not_https', quote(reason.scheme));
    case 'address-literal':
      return say('reason_address_literal', quote(reason.host));
    case 'single-label':
      return say('reason_single_label', quote(reason.host));
    case 'bad-host':
      return say('reason_bad_host', quote(reason.host));
    case 'excluded':
      return say('reason_excluded', quote(reason.host));
    case 'local-name':
      return say('reason_local_name', quote(reason.host));
    case 'private-window':
      return say('reason_private_window');
    case 'on-click':
      return say('reason_on_click');
    case 'no-access':
      return say('reason_no_access');
    case 'switched-off':
      return say('reason_switched_off');
    default:
      return unknownReason(reason);
  }
}

export function explainExpiryWarning(warning: ExpiryWarning, now: number, words: Words): Phrase {
  const { say, name, date, distance } = words;
  switch (warning.code) {
    case 'signature-expires': {
      const { type, owner, keyTag, expiration } = warning;
      return say('expiry_signature', type, name(owner), keyTag, distance(expiration, now), date(expiration));
    }
    case 'certificate-expires': {
      const { depth, notAfter } = warning;
      const key = notAfter < now ? 'expiry_certificate_past' : 'expiry_certificate';
      return say(key, place(depth, words), distance(notAfter, now), date(notAfter));
    }
    default:
      return unknownReason(warning);
  }
}
