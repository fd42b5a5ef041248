/** The table of the details page: every record used. */
import { typeMnemonic } from '../../dns/codes.ts';
import { fromBase64, toHex } from '../../dns/encodings.ts';
import { formatRdata } from '../../dns/presentation.ts';
import { element, foreign } from '../dom.ts';
import type { EvidenceRecord } from '../evidence/gather.ts';
import type { Language } from '../language.ts';

/** What the fields of a record are called, in the order in which its text has them; the last takes the rest. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  DNSKEY: ['flags', 'protocol', 'algorithm', 'key'],
  DS: ['keyTag', 'algorithm', 'digestType', 'digest'],
  RRSIG: ['covers', 'algorithm', 'labels', 'originalTtl', 'expiration', 'inception', 'keyTag', 'signer', 'signature'],
  TLSA: ['usage', 'selector', 'matchingType', 'data'],
  NSEC: ['next', 'types'],
  NSEC3: ['hash', 'flags', 'iterations', 'salt', 'next', 'types'],
};

/** Rows drawn at the most: an answer may hold thousands of records. */
const MAX_ROWS = 500;

export function recordRows(records: readonly EvidenceRecord[], { translate, number }: Language): HTMLElement[] {
  const head = ['recordName', 'recordType', 'recordTtl', 'recordData'].map((key) =>
    element('th', { scope: 'col' }, translate(key)),
  );
  const rows = records.slice(0, MAX_ROWS).map(({ name, type, ttl, rdata }) => {
    const octets = fromBase64(rdata) ?? new Uint8Array();
    const mnemonic = typeMnemonic(type);
    return element(
      'tr',
      {},
      element('td', {}, nameOf(name, translate)),
      element('td', {}, mnemonic),
      element('td', {}, number(ttl)),
      element(
        'td',
        { class: 'data' },
        ...fieldsOf(mnemonic, formatRdata(type, octets), translate),
        element('code', { class: 'hex' }, toHex(octets)),
      ),
    );
  });
  return [element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)];
}

function fieldsOf(mnemonic: string, text: string, translate: Language['translate']): HTMLElement[] {
  const labels = FIELDS[mnemonic];
  if (labels === undefined) return [foreign(text)];
  const words = text.split(' ');
  return labels.map((label, i) => {
    const value = i === labels.length - 1 ? words.slice(i).join(' ') : (words[i] ?? '');
    return element(
      'span',
      { class: 'field' },
      element('span', { class: 'quiet' }, `${translate(`field_${label}`)} `),
      nameOf(value, translate),
    );
  });
}

/** Where the root stands alone its name is a dot, which nobody would take for one. */
function nameOf(text: string, translate: Language['translate']): HTMLElement | string {
  return text === '.' ? translate('rootName') : foreign(text);
}
