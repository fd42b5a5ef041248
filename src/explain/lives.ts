/** How long everything lasts that a report rests on: each signature along the chain of trust, then the certificates. */
import type { CertificateView } from '../dane/outcome.ts';
import type { SignatureFacts, SignatureView } from '../dnssec/outcome.ts';
import type { Reason, Report } from '../report.ts';
import type { Phrase, Words } from './words.ts';

/**
 * `holds`, and `first` where it is the one of these that ends first · `ended` and `not yet` by its dates · `failed`: it
 * is of that time, and proves nothing.
 */
export type LifeState = 'holds' | 'first' | 'ended' | 'not yet' | 'failed';

/** Times are epoch seconds. */
export interface Lasting {
  readonly kind: 'signature' | 'certificate' | 'issuer';
  readonly title: string;
  /** Who signed or issued it; may be empty. */
  readonly brief: string;
  readonly state: LifeState;
  /** How long is left, or since when it is over. */
  readonly told: string;
  readonly from: number;
  readonly to: number;
}

export interface Lives {
  /** Along the chain, the root first. */
  readonly lasting: readonly Lasting[];
  /** How many there are beyond these, which end last. */
  readonly leftOut: number;
  readonly at: number;
}

/** An answer may bring hundreds of signatures. */
const MAX_LASTING = 60;

export function explainLives(report: Report, words: Words): Lives {
  const at = report.checkedAt;
  const all = [...signaturesOf(report), ...certificatesOf(report)].map((one) => ({
    ...one,
    stands: standing(one, at),
  }));
  const kept = new Set(all.toSorted(byUrgency).slice(0, MAX_LASTING));
  const ends = all.flatMap(({ stands, to }) => (stands === 'holds' ? [to] : []));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const lasting = all
    .filter((one) => kept.has(one))
    .map((one): Lasting => {
      // Where all end together none is the first.
      const isFirst = one.stands === 'holds' && one.to === first && first < last;
      const state = isFirst ? 'first' : one.stands;
      const { kind, from, to } = one;
      return { kind, ...named(one, words), state, told: tell(state, from, to, at, words).text, from, to };
    });
  return { lasting, leftOut: all.length - kept.size, at };
}

type Dated = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'signature'; readonly signature: SignatureFacts; readonly valid: boolean }
  | { readonly kind: 'certificate' | 'issuer'; readonly certificate: CertificateView }
);

type Standing = Exclude<LifeState, 'first'>;

function signaturesOf({ zones, lookups, reason }: Report): Dated[] {
  const all = [
    ...zones.flatMap((zone) => [...zone.signatures.toSorted(fromAbove), ...accusedBy(zone.reason)]),
    ...lookups.flatMap((lookup) => [...lookup.signatures, ...accusedBy(lookup.reason)]),
    ...accusedBy(reason),
  ];
  // Two lookups in one zone rest on the same signatures.
  const different = new Map(all.map((one) => [JSON.stringify(identityOf(one)), one] as const));
  return [...different.values()].map((signature) => ({
    kind: 'signature',
    signature,
    valid: signature.valid,
    from: signature.inception,
    to: signature.expiration,
  }));
}

function identityOf({ owner, type, zone, keyTag, inception, expiration, valid }: SignatureView): readonly unknown[] {
  return [owner, type, zone, keyTag, inception, expiration, valid];
}

/** The parent's word for the zone's keys stands above these. */
function fromAbove(one: SignatureView, other: SignatureView): number {
  return Number(other.type === 'DS') - Number(one.type === 'DS');
}

/** The signature that a reason speaks of: it was not relied on, and so is among no others. */
function accusedBy(reason: Reason): SignatureView[] {
  switch (reason.code) {
    case 'signature-expired':
    case 'signature-not-yet-valid':
    case 'signature-invalid':
    case 'signature-malformed': {
      const { zone, owner, type, keyTag, algorithm, inception, expiration } = reason;
      return [{ zone, owner, type, keyTag, algorithm, inception, expiration, valid: false }];
    }
    case 'clock':
    case 'filtered':
      return accusedBy(reason.because);
    default:
      return [];
  }
}

function certificatesOf({ certificate }: Report): Dated[] {
  if (certificate.kind === 'none') return [];
  return certificate.chain.map((view) => ({
    kind: view.depth === 0 ? 'certificate' : 'issuer',
    certificate: view,
    from: view.notBefore,
    to: view.notAfter,
  }));
}

function standing(one: Dated, at: number): Standing {
  if (at > one.to) return 'ended';
  if (at < one.from) return 'not yet';
  return one.kind === 'signature' && !one.valid ? 'failed' : 'holds';
}

interface Urgent {
  readonly stands: Standing;
  readonly to: number;
}

/** What does not hold before what does, and of this the one that ends first. */
function byUrgency(one: Urgent, other: Urgent): number {
  return Number(one.stands === 'holds') - Number(other.stands === 'holds') || one.to - other.to;
}

function named(one: Dated, words: Words): Pick<Lasting, 'title' | 'brief'> {
  const { say, name, quote } = words;
  if (one.kind === 'signature') {
    const { type, owner, zone, keyTag } = one.signature;
    return {
      title: say('picture_lookup', type, name(owner)).text,
      brief: say('life_signed_by', name(zone), keyTag).text,
    };
  }
  const { subject, names, issuer } = one.certificate;
  const whose = one.kind === 'certificate' ? (names[0] ?? subject) : subject;
  const title =
    whose === ''
      ? say('certificate_title_empty')
      : say(one.kind === 'certificate' ? 'picture_certificate' : 'life_issuer', quote(whose));
  return { title: title.text, brief: issuer === '' ? '' : say('picture_issuer', quote(issuer)).text };
}

function tell(state: LifeState, from: number, to: number, at: number, words: Words): Phrase {
  const { say, distance, duration } = words;
  switch (state) {
    case 'holds':
      return say('picture_life', duration(to - at));
    case 'first':
      return say('life_first', duration(to - at));
    case 'ended':
      return say('life_ended', distance(to, at));
    case 'not yet':
      return say('life_not_yet', distance(from, at));
    case 'failed':
      return say('life_failed');
  }
}
