/** Sentences for certificates of people (SMIMEA) and of clients (TLSA), beside the records that name them. */
import type { Association } from '../people/associated.ts';
import type { ClientReason, ClientReport } from '../people/client.ts';
import type { MessageFault } from '../people/signed-message.ts';
import type { SmimeaReason, SmimeaReport } from '../people/smimea.ts';
import { certificateLines, type LinkState, type PhrasedLink, tlsaLink } from './chain.ts';
import { explainAnyReason } from './dane.ts';
import { explainNote } from './notes.ts';
import {
  explainHostFault,
  explainInput,
  type FindingsExplanation,
  findingsExplanation,
  type PhrasedItem,
} from './people.ts';
import { keyOf, unknownReason } from './validation.ts';
import { createWords, type Phrase, type Translate, type Words } from './words.ts';

interface Options {
  readonly locale?: string;
}

export function explainSmimea(report: SmimeaReport, translate: Translate, options: Options = {}): FindingsExplanation {
  const words = createWords(ofHolder(translate), options.locale ?? 'en');
  const { address, verdict, reason, signer } = report;
  const from =
    signer === undefined
      ? []
      : [words.say(signer.fromAddress ? 'smimea_from_same' : 'smimea_from_other', words.quote(address))];
  const parts = {
    // Of a message that cannot be read or is not signed, nobody knows a certificate.
    headline: words.say(`smimea_headline_${reason.code === 'message' ? 'message' : verdict}`, words.quote(address)),
    why: smimeaReason(reason, words),
    items: associationItems(report, report.checkedAt, words),
    notes: [...report.notes.map((note) => explainNote(note, words)), ...from],
  };
  return findingsExplanation(report, parts, words);
}

export function explainClient(report: ClientReport, translate: Translate, options: Options = {}): FindingsExplanation {
  const words = createWords(ofHolder(translate), options.locale ?? 'en');
  const parts = {
    headline: words.say(`client_headline_${report.verdict}`, words.quote(report.name)),
    why: clientReason(report.reason, words),
    items: associationItems(report, report.checkedAt, words),
    notes: [...report.notes.map((note) => explainNote(note, words)), words.say('client_note_draft')],
  };
  return findingsExplanation(report, parts, words);
}

/** Sentences that speak of a web site or its server elsewhere, and here of whoever holds the certificate. */
const OF_HOLDER: ReadonlySet<string> = new Set([
  'place_leaf',
  'tlsa_usage_1',
  'tlsa_usage_3',
  'tlsa_outcome_issuer_unread',
  'reason_issuer_unread',
  'path_name_none',
  'path_purpose',
  'path_no_path',
]);

function ofHolder(translate: Translate): Translate {
  return (key, ...facts) => translate(OF_HOLDER.has(key) ? `data_${key}` : key, ...facts);
}

function smimeaReason(reason: SmimeaReason, words: Words): Phrase {
  switch (reason.code) {
    case 'smimea-absent':
      return words.say('smimea_absent');
    case 'tlsa-unusable':
      return words.sayPlural('smimea_unusable', reason.records, words.number(reason.records));
    case 'message':
      return explainMessageFault(reason.fault, words);
    case 'address':
    case 'owner-too-long':
      return explainInput(reason, words);
    default:
      return associationReason(reason, words);
  }
}

function clientReason(reason: ClientReason, words: Words): Phrase {
  const { say, quote } = words;
  switch (reason.code) {
    case 'client-absent':
      return say('client_absent');
    case 'client-server-name':
      return say('client_server_name', quote(reason.name));
    case 'client-name': {
      if (reason.fault === 'address') return say('client_name_address', quote(reason.name));
      if (reason.fault === 'single label') return say('client_name_single_label', quote(reason.name));
      return say('address_bad_domain', quote(reason.name), explainHostFault(reason.fault, words));
    }
    default:
      return associationReason(reason, words);
  }
}

function associationReason(
  reason: Exclude<
    SmimeaReason | ClientReason,
    { code: `client-${string}` | 'smimea-absent' | 'message' | 'address' | 'owner-too-long' }
  >,
  words: Words,
): Phrase {
  if (reason.code !== 'published') return explainAnyReason(reason, words);
  return words.sayPlural('data_published', reason.usable, words.number(reason.usable));
}

function explainMessageFault(fault: MessageFault, words: Words): Phrase {
  const { say, number, quote } = words;
  switch (fault.code) {
    case 'malformed':
    case 'not-signed':
    case 'encrypted':
    case 'openpgp':
    case 'no-certificate':
    case 'signature-invalid':
      return say(`message_signer_${keyOf(fault.code)}`);
    case 'too-large':
      return say('message_signer_too_large', number(fault.octets), number(fault.limit));
    case 'several-signers':
      return say('message_signer_several_signers', number(fault.signers));
    case 'weak-algorithm':
      return say('message_signer_weak_algorithm', quote(fault.oid));
    default:
      return unknownReason(fault);
  }
}

export type FoundAssociation = Pick<Association, 'tlsa' | 'published' | 'chain'> & { readonly verdict: string };

/** The records, each with the certificate it holds, then the certificates that were shown. */
export function associationItems(
  { tlsa, published, chain, verdict }: FoundAssociation,
  now: number,
  words: Words,
): PhrasedItem[] {
  const { say, quote } = words;
  const matched = new Set(tlsa.flatMap(({ outcome }) => (outcome.code === 'matched' ? [outcome.depth] : [])));
  const records = tlsa.map((view, i): PhrasedItem => {
    const link = tlsaLink(view, verdict === 'mismatch' ? 'mismatch' : 'signed', [], words);
    const own = published.find(({ record }) => record === i)?.certificate;
    if (own === undefined) return itemOf(link);
    const whose = say('data_holds', own.subject === '' ? say('certificate_title_empty') : quote(own.subject));
    return { ...itemOf(link), details: [...link.details, whose, ...certificateLines(own, now, words)] };
  });
  const shown = chain.map((view): PhrasedItem => {
    const state: LinkState = matched.has(view.depth)
      ? 'good'
      : verdict === 'mismatch' && view.depth === 0
        ? 'broken'
        : 'open';
    const title = view.subject === '' ? say('certificate_title_empty') : quote(view.subject);
    return { state, title: say('data_shown', title), details: certificateLines(view, now, words) };
  });
  return [...records, ...shown];
}

function itemOf({ state, title, details }: PhrasedLink): PhrasedItem {
  return { state, title, details };
}
