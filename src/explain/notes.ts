/** What is worth saying beside the verdict and changes none: on the certificate, and on which records count. */
import type { Report, ReportNote } from '../report.ts';
import { explainBindings } from './bindings.ts';
import { explainValidation, keyOf, unknownReason } from './validation.ts';
import type { Phrase, Words } from './words.ts';

/** The certificates that one site's records may name in notes; a site has one or two, an attacker thousands. */
const MAX_ACCEPTED = 4;

export function explainNotes(report: Report, words: Words): Phrase[] {
  let accepted = 0;
  const notes = report.notes.filter(({ code }) => code !== 'accepted-by-dane' || ++accepted <= MAX_ACCEPTED);
  const shown = notes.map((note) => explainNote(note, words));
  return [...shown, ...explainRecords(report, words), ...explainBindings(report.bindings, words)];
}

export function explainNote(note: ReportNote, words: Words): Phrase {
  switch (note.code) {
    case 'name-mismatch':
      return words.say('note_name_mismatch', words.quote(note.host));
    case 'certificate-dates':
      return words.say('note_certificate_dates', words.date(note.notBefore), words.date(note.notAfter));
    case 'pkix-overridden':
      return words.say('note_pkix_overridden');
    case 'new-connection':
      return words.say('note_new_connection');
    case 'accepted-by-dane': {
      const { usage, selector, matchingType, data } = note;
      const facts = [words.say(`tlsa_selector_${selector}`), words.say(`tlsa_matching_${matchingType}`)];
      return words.say(`note_accepted_by_dane_${usage}`, words.say('tlsa_compared', ...facts), words.quote(data));
    }
    case 'refusal-stands':
      return words.say('note_refusal_stands', words.list(note.usages));
    case 'chain-answered':
      return words.say(note.instead ? 'note_chain_answered_instead' : 'note_chain_answered');
    case 'chain-agrees':
      return words.say('note_chain_agrees');
    case 'chain-set-aside':
      if (note.why.kind !== 'bogus') return words.say(`note_chain_set_aside_${keyOf(note.why.kind)}`);
      return words.say('note_chain_set_aside_bogus', explainValidation(note.why.reason, words));
    case 'urkel-proof':
      return words.say('note_urkel_proof');
    default:
      return unknownReason(note);
  }
}

/** Under which name the records stand (RFC 7671 section 7), and how many of them do not count. */
function explainRecords({ host, base, lookups, tlsa }: Report, words: Words): Phrase[] {
  const { say, sayPlural, quote, name, number } = words;
  if (tlsa.length === 0) return [];
  const notes: Phrase[] = [];
  const alias = lookups.find(({ type }) => type === 'A')?.aliases.at(-1)?.target;
  if (base !== host) notes.push(say('note_base_expanded', quote(host), quote(base)));
  else if (alias !== undefined) notes.push(say('note_base_original', quote(host), name(alias)));
  const count = (code: string) => tlsa.filter(({ outcome }) => outcome.code === code).length;
  const unusable = count('unusable');
  const superseded = count('superseded');
  if (unusable > 0) notes.push(sayPlural('note_unusable', unusable, number(unusable)));
  if (superseded > 0) notes.push(sayPlural('note_superseded', superseded, number(superseded)));
  return notes;
}
