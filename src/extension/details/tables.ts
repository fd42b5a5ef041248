/** The tables of the details page: every record used, and how long each signature and certificate lasts. */
import { typeMnemonic } from '../../dns/codes.ts';
import { fromBase64, toHex } from '../../dns/encodings.ts';
import { formatRdata } from '../../dns/presentation.ts';
import type { Report } from '../../report.ts';
import { drawn, element, foreign } from '../dom.ts';
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
      element('td', {}, foreign(name)),
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
      foreign(value),
    );
  });
}

interface Lasting {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly isIssuer?: boolean;
}

/** One bar each on a common scale, with the moment of the check across all of them. */
export function lifeRows(report: Report, { translate, date }: Language): HTMLElement[] {
  const lasting = lastingOf(report, translate);
  // An authority's decades would leave nothing to see of the rest: its bar runs out of the picture.
  const scaled = lasting.filter(({ isIssuer }) => !isIssuer);
  const from = Math.min(report.checkedAt, ...scaled.map((one) => one.from));
  const to = Math.max(report.checkedAt, ...scaled.map((one) => one.to));
  const head = ['lifeOf', 'lifeWhen', 'lifeUntil'].map((key) => element('th', { scope: 'col' }, translate(key)));
  const rows = lasting.map((one) =>
    element(
      'tr',
      {},
      element('td', {}, foreign(one.label)),
      element('td', {}, bar(one, { from, to, at: report.checkedAt })),
      element('td', {}, `${date(one.from)} – ${date(one.to)}`),
    ),
  );
  return [element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)];
}

function lastingOf({ zones, lookups, certificate }: Report, translate: Language['translate']): Lasting[] {
  const signatures = [...zones.flatMap((zone) => zone.signatures), ...lookups.flatMap((lookup) => lookup.signatures)];
  const chain = certificate.kind === 'none' ? [] : certificate.chain;
  const seen = new Map<string, Lasting>();
  for (const { type, owner, keyTag, inception, expiration } of signatures) {
    const label = translate('lifeSignature', type, owner, String(keyTag));
    seen.set(label, { label, from: inception, to: expiration });
  }
  for (const { subject, depth, notBefore, notAfter } of chain) {
    const label = translate('lifeCertificate', subject);
    seen.set(label, { label, from: notBefore, to: notAfter, isIssuer: depth > 0 });
  }
  return [...seen.values()].slice(0, MAX_ROWS);
}

/** In thousandths of the whole span. */
const SCALE = 1000;

function bar({ from, to }: Lasting, span: { from: number; to: number; at: number }): SVGSVGElement {
  const place = (time: number) => {
    const share = (time - span.from) / Math.max(1, span.to - span.from);
    return Math.round(SCALE * Math.min(1, Math.max(0, share)));
  };
  const at = String(place(span.at));
  const shape = { y: '3', height: '8' };
  return drawn(
    'svg',
    { viewBox: `0 0 ${SCALE} 14`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    drawn('rect', { ...shape, class: 'whole', x: '0', width: String(SCALE) }),
    drawn('rect', { ...shape, class: 'lasts', x: String(place(from)), width: String(place(to) - place(from)) }),
    drawn('path', { class: 'now', d: `M${at} 0V14`, 'vector-effect': 'non-scaling-stroke' }),
  );
}
