/** Sentences for payment instructions. */
import type { PaymentReason, PaymentRecord, PaymentReport } from '../people/payment.ts';
import { bitcoinText, type PaymentUri, type UriFault } from '../people/payment-uri.ts';
import type { Pmta } from '../people/pmta.ts';
import { explainInput, type FindingsExplanation, findingsExplanation, type PhrasedItem } from './people.ts';
import { explainValidation, keyOf, unknownReason } from './validation.ts';
import { createWords, type Phrase, type Translate, type Words } from './words.ts';

export function explainPayment(
  report: PaymentReport,
  translate: Translate,
  options: { readonly locale?: string } = {},
): FindingsExplanation {
  const words = createWords(translate, options.locale ?? 'en');
  const notes = [
    ...(report.scheme === 'pmta' ? [words.say('payment_note_pmta')] : []),
    ...(report.verdict === 'payable' ? [words.say('payment_note_check')] : []),
  ];
  const parts = {
    headline: words.say(`payment_headline_${report.verdict}`, words.quote(report.address)),
    why: explainPaymentReason(report.reason, words),
    items: report.records.map((record) => itemOf(record, report, words)),
    notes,
  };
  return findingsExplanation(report, parts, words);
}

export function explainPaymentReason(reason: PaymentReason, words: Words): Phrase {
  const { say, sayPlural, number, name, quote } = words;
  switch (reason.code) {
    case 'payment-found':
      return sayPlural('payment_found', reason.methods, number(reason.methods));
    case 'payment-absent':
      return say('payment_absent');
    case 'payment-several':
      return say('payment_several', number(reason.records));
    case 'payment-uri':
      return explainUriFault(reason.fault, words);
    case 'payment-sha1':
      return say('payment_sha1', name(reason.zone));
    case 'payment-unreadable':
      return say('payment_unreadable');
    case 'payment-user':
      return say('payment_user', quote(reason.user));
    case 'address':
    case 'owner-too-long':
      return explainInput(reason, words);
    default:
      return explainValidation(reason, words);
  }
}

function explainUriFault(fault: UriFault, words: Words): Phrase {
  const { say, number, quote } = words;
  switch (fault.code) {
    case 'scheme':
    case 'characters':
    case 'no-method':
      return say(`payment_uri_${keyOf(fault.code)}`);
    case 'too-long':
      return say('payment_uri_too_long', number(fault.characters), number(fault.limit));
    case 'too-many-parameters':
      return say('payment_uri_too_many_parameters', number(fault.limit));
    case 'escape':
    case 'repeated':
    case 'required-unknown':
      return say(`payment_uri_${keyOf(fault.code)}`, quote(fault.name));
    case 'amount':
      return say('payment_uri_amount', quote(fault.value));
    default:
      return unknownReason(fault);
  }
}

function itemOf(record: PaymentRecord, { verdict }: PaymentReport, words: Words): PhrasedItem {
  const { say, quote } = words;
  switch (record.kind) {
    case 'instructions':
      return {
        state: verdict === 'payable' ? 'good' : 'broken',
        title: say('payment_title'),
        details: uriDetails(record.uri, words),
      };
    case 'faulty':
      return {
        state: 'broken',
        title: say('payment_title'),
        details: [explainUriFault(record.fault, words), say('payment_text', quote(record.text))],
      };
    case 'other':
      return { state: 'open', title: say('payment_title_other'), details: [say('payment_text', quote(record.text))] };
    case 'pmta':
      return { state: 'good', title: say('payment_title_pmta'), details: pmtaDetails(record.pmta, words) };
    case 'unreadable': {
      const octets = say('record_octets', words.number(record.data.length / 2), quote(record.data));
      return { state: 'open', title: say('payment_title_unreadable'), details: [octets] };
    }
  }
}

function uriDetails({ methods, satoshi, label, message, others }: PaymentUri, words: Words): Phrase[] {
  const { say, quote } = words;
  return [
    ...methods.map(({ kind, network, value }) =>
      say(`payment_method_${kind}`, say(`payment_network_${network}`), quote(value)),
    ),
    satoshi === null ? say('payment_amount_open') : say('payment_amount', bitcoinText(satoshi)),
    ...(label === null ? [] : [say('payment_label', quote(label))]),
    ...(message === null ? [] : [say('payment_message', quote(message))]),
    ...others.map(({ name, value }) => say('payment_other', quote(name), quote(value))),
  ];
}

function pmtaDetails(
  { network, networkSelector, preference, uri, dataType, data, address }: Pmta,
  words: Words,
): Phrase[] {
  const { say, quote, number } = words;
  return [
    say(`payment_pmta_network_${keyOf(network)}`, networkSelector),
    say('payment_pmta_preference', preference),
    ...(uri === '' ? [] : [say('payment_pmta_uri', quote(uri))]),
    address === null
      ? say('payment_pmta_data', dataType, number(data.length / 2), quote(data))
      : say('payment_pmta_address', quote(address)),
  ];
}
