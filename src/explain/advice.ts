/** Sentences for those who publish TLSA records. */
import type { Advice } from '../dane/advice.ts';
import { place } from './dane.ts';
import { algorithmName, keyOf, unknownReason } from './validation.ts';
import type { Phrase, Words } from './words.ts';

export function explainAdvice(advice: Advice, words: Words): Phrase {
  const { say, sayPlural, number, name, duration } = words;
  switch (advice.code) {
    case 'unmatched-group': {
      const { usage, selector, matchingType, records } = advice;
      return sayPlural('advice_unmatched_group', records, `${usage} ${selector} ${matchingType}`, number(records));
    }
    case 'unusable-record':
      return say('advice_unusable_record', number(advice.record), say(`tlsa_unusable_${keyOf(advice.why)}`));
    case 'full-data':
      return say('advice_full_data', `${advice.usage} ${advice.selector} 0`, number(advice.octets));
    case 'pkix-usage':
      return say('advice_pkix_usage', advice.usage);
    case 'no-spare-record':
      return say('advice_no_spare_record');
    case 'long-ttl':
      return say('advice_long_ttl', duration(advice.ttl));
    case 'weak-signature':
      return say('advice_weak_signature', place(advice.depth, words));
    case 'weak-key':
      return say('advice_weak_key', place(advice.depth, words));
    case 'sha1-ds':
      return say('advice_sha1_ds', name(advice.zone));
    case 'sha1-signatures':
      return say('advice_sha1_signatures', name(advice.zone), algorithmName(advice.algorithm, words));
    case 'bases-disagree':
      return say('advice_bases_disagree', name(advice.base), name(advice.host));
    default:
      return unknownReason(advice);
  }
}
