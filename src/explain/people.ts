/** Sentences that all findings about people have in common: mail addresses, and what every report of a lookup shows. */
import type { HostFault } from '../dane/owner.ts';
import type { AddressFault } from '../people/address.ts';
import type { Findings, InputReason } from '../people/published.ts';
import { type ChainLink, explainZones, type LinkState } from './chain.ts';
import { keyOf, unknownReason } from './validation.ts';
import type { Phrase, Words } from './words.ts';

/** What was found, in words: for the command line and the inspector alike. */
export interface FindingsExplanation {
  /** The verdict in one sentence that names the address. */
  readonly headline: string;
  /** One more, with the facts of the reason. */
  readonly why: string;
  /** One each record or certificate. */
  readonly items: readonly FoundItem[];
  /** Things worth saying that change no verdict. */
  readonly notes: readonly string[];
  /** Zones, the root first. */
  readonly chain: readonly ChainLink[];
}

export interface FoundItem {
  readonly state: LinkState;
  readonly title: string;
  readonly details: readonly string[];
}

export interface PhrasedItem {
  readonly state: LinkState;
  readonly title: Phrase;
  readonly details: readonly Phrase[];
}

export function findingsExplanation(
  { zones }: Pick<Findings, 'zones'>,
  parts: {
    readonly headline: Phrase;
    readonly why: Phrase;
    readonly items: readonly PhrasedItem[];
    readonly notes: readonly Phrase[];
  },
  words: Words,
): FindingsExplanation {
  const texts = (phrases: readonly Phrase[]) => phrases.map(({ text }) => text);
  return {
    headline: parts.headline.text,
    why: parts.why.text,
    items: parts.items.map(({ state, title, details }) => ({ state, title: title.text, details: texts(details) })),
    notes: texts(parts.notes),
    chain: explainZones(zones, words),
  };
}

export function explainInput(reason: InputReason, words: Words): Phrase {
  switch (reason.code) {
    case 'address':
      return explainAddressFault(reason.fault, words);
    case 'owner-too-long':
      return words.say('people_owner_too_long', words.quote(reason.address));
    default:
      return unknownReason(reason);
  }
}

export function explainAddressFault(fault: AddressFault, words: Words): Phrase {
  const { say, quote, number } = words;
  switch (fault.code) {
    case 'empty':
    case 'no-at':
    case 'no-local-part':
    case 'no-domain':
    case 'angle-brackets':
    case 'second-at':
    case 'stray-dot':
    case 'open-quote':
    case 'open-comment':
    case 'not-text':
      return say(`address_${keyOf(fault.code)}`);
    case 'unexpected-character':
      return say('address_unexpected_character', quote(fault.character), number(fault.at));
    case 'local-part-too-long':
      return say('address_local_part_too_long', number(fault.octets), number(fault.limit));
    case 'too-long':
      return say('address_too_long', number(fault.octets), number(fault.limit));
    case 'address-literal':
      return say('address_literal', quote(fault.domain));
    case 'single-label':
      return say('address_single_label', quote(fault.domain));
    case 'bad-domain':
      return say('address_bad_domain', quote(fault.domain), explainHostFault(fault.fault, words));
    default:
      return unknownReason(fault);
  }
}

export function explainHostFault(fault: HostFault, words: Words): Phrase {
  return words.say(`host_fault_${keyOf(fault)}`);
}
