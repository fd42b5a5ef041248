/** Sentences for a chain that somebody handed over: what it proves, and the certificate beside it. */
import type { ChainFileFault } from '../chains/chain-file.ts';
import type { ChainAnswer, ChainReason, ChainReport } from '../chains/check-chain.ts';
import type { Security } from '../dnssec/outcome.ts';
import { associationItems } from './associations.ts';
import type { LinkState } from './chain.ts';
import { explainAnyReason } from './dane.ts';
import { explainNote } from './notes.ts';
import { explainPaymentReason } from './payment.ts';
import { type FindingsExplanation, findingsExplanation, type PhrasedItem } from './people.ts';
import { keyOf, unknownReason } from './validation.ts';
import { createWords, type Phrase, type Translate, type Words } from './words.ts';

export function explainChainReport(
  report: ChainReport,
  translate: Translate,
  options: { readonly locale?: string } = {},
): FindingsExplanation {
  const words = createWords(translate, options.locale ?? 'en');
  const parts = {
    headline: words.say(`proof_headline_${report.verdict}`),
    why: explainChainReason(report.reason, words),
    items: report.answers.flatMap((answer) => itemsOf(answer, report.checkedAt, words)),
    notes: notesOf(report, words),
  };
  return findingsExplanation(report, parts, words);
}

function explainChainReason(reason: ChainReason, words: Words): Phrase {
  const { say, sayPlural, number, name } = words;
  switch (reason.code) {
    case 'chain-file':
      return explainFileFault(reason.fault, words);
    case 'chain-subject-unknown':
      return sayPlural('proof_subject_unknown', reason.records, number(reason.records));
    case 'chain-lacks':
      return say('proof_lacks', reason.type, name(reason.name));
    case 'published':
      return say('proof_nothing_to_compare');
    default:
      return explainAnyReason(reason, words);
  }
}

function explainFileFault(fault: ChainFileFault, words: Words): Phrase {
  const { say, number } = words;
  switch (fault.code) {
    case 'empty':
    case 'certificate-without-chain':
      return say(`proof_file_${keyOf(fault.code)}`);
    case 'too-large':
      return say('proof_file_too_large', number(fault.limit));
    case 'not-a-chain':
      return say('proof_file_not_a_chain', fault.offset);
    case 'urkel-proof':
      return say('proof_file_urkel');
    default:
      return unknownReason(fault);
  }
}

const STATES: Readonly<Record<Security, LinkState>> = {
  secure: 'good',
  insecure: 'open',
  bogus: 'broken',
  indeterminate: 'unknown',
};

/** The question the chain answers, with its records, then what TLSA records make of the certificate. */
function itemsOf(answer: ChainAnswer, now: number, words: Words): PhrasedItem[] {
  const { say, quote, name } = words;
  const { security, result, type, reason, data, association, payment } = answer;
  const key = security === 'secure' ? `lookup_secure_${result === 'none' ? 'nodata' : result}` : `lookup_${security}`;
  const details = [
    ...(reason.code === 'validated' ? [] : [explainChainReason(reason, words)]),
    ...data.map((record) => say('proof_record', record.type, quote(record.text))),
    ...(payment === undefined
      ? []
      : [
          say(`payment_headline_${payment.verdict}`, quote(payment.address)),
          explainPaymentReason(payment.reason, words),
        ]),
  ];
  const own: PhrasedItem = { state: STATES[security], title: say(key, type, name(answer.name)), details };
  return association === undefined ? [own] : [own, ...associationItems(association, now, words)];
}

function notesOf({ file, answers }: ChainReport, words: Words): Phrase[] {
  const { say, sayPlural, number, quote, duration } = words;
  const notes = answers.flatMap(({ association }) => association?.notes ?? []).map((note) => explainNote(note, words));
  if (file === undefined) return notes;
  const { records, inCertificate, supportLifetimeHours, address } = file;
  notes.push(sayPlural(inCertificate ? 'proof_size_certificate' : 'proof_size', records, number(records)));
  // RFC 9102 section 7: whoever connects by TLS may pin by it. Nobody here does.
  if (supportLifetimeHours !== undefined && supportLifetimeHours > 0) {
    notes.push(say('proof_note_lifetime', duration(supportLifetimeHours * 3600)));
  }
  if (address !== undefined) notes.push(say('proof_note_address', quote(address)));
  return notes;
}
