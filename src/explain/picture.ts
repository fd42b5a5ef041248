/**
 * The chain of trust as it is drawn: a part for each zone from the root down, one for the published records, one for
 * the certificates. Each has a few words to stand beside it, and opens to the facts of its links.
 */
import type { CertificateView } from '../dane/outcome.ts';
import { Name } from '../dns/name.ts';
import type { SignatureView, ZoneStep } from '../dnssec/outcome.ts';
import type { LookupView, Report } from '../report.ts';
import { type ChainLink, explainChain, explainZones, type LinkState, lookupLines, SECURITY_STATES } from './chain.ts';
import { algorithmName } from './validation.ts';
import type { Phrase, Words } from './words.ts';

export interface PicturePart {
  /** `records`: of any type, by themselves. */
  readonly kind: ChainLink['kind'] | 'records';
  readonly state: LinkState;
  /** Does what stands above vouch for it? A record that is signed soundly may still fit no certificate. */
  readonly link: LinkState;
  readonly title: string;
  /** How long it still holds, which key; empty where there is nothing to say. */
  readonly brief: string;
  /** The life of the signature or certificate here that ends first. */
  readonly life?: Life;
  readonly facts: readonly PictureFacts[];
}

/** Epoch seconds; `at`: when it was looked at. */
export interface Life {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export interface PictureFacts {
  /** Left out where the part's own title says it. */
  readonly title?: string;
  readonly details: readonly string[];
}

export function explainPicture(report: Report, words: Words): PicturePart[] {
  const links = explainChain(report, words);
  const linksOf = (kind: ChainLink['kind']) => links.filter((link) => link.kind === kind);
  return [
    ...linksOf('zone').map((link, i) => zonePart(link, report.zones[i]!, report.checkedAt, words)),
    ...recordsPart(linksOf('tlsa'), report, words),
    ...certificatesPart(linksOf('certificate'), report, words),
  ];
}

/**
 * Lookups by themselves, in lines that each begin at the root and end with what was looked up in its last zone: lookups
 * of several names lead to several places.
 */
export function explainLines({ zones, lookups, checkedAt }: Looked, words: Words): PicturePart[][] {
  const links = explainZones(zones, words);
  const parts = zones.map((zone, i) => ({
    name: Name.parse(zone.zone),
    part: zonePart(links[i]!, zone, checkedAt, words),
  }));
  const found = lookups.map((lookup) => {
    const above = parts.filter(({ name }) => Name.parse(lookup.name).isAtOrBelow(name)).sort(byDepth);
    return { zone: above.at(-1)?.name, lookup };
  });
  const inZone = (zone: Name) => found.filter((one) => one.zone?.equals(zone)).map(({ lookup }) => lookup);
  const ends = parts.filter(({ name }) => inZone(name).length > 0 || !parts.some((other) => other.name.isBelow(name)));
  return ends.slice(0, MAX_LINES).map((end) => {
    const way = parts.filter(({ name }) => end.name.isAtOrBelow(name)).sort(byDepth);
    const looked = inZone(end.name)
      .filter(({ type, security }) => security !== 'secure' || !ADDRESSES.includes(type))
      .sort((one, other) => Number(one.security === 'secure') - Number(other.security === 'secure'));
    return [
      ...way.map(({ part }) => part),
      ...looked.slice(0, MAX_LOOKED).map((lookup) => lookupPart(lookup, checkedAt, words)),
    ];
  });
}

type Looked = Pick<Report, 'zones' | 'lookups' | 'checkedAt'>;

/** Lines that are drawn, and lookups of each; servers of one domain are in one or two zones, with three lookups each. */
const MAX_LINES = 8;
const MAX_LOOKED = 6;
/** Of servers on the way; where they are signed there is nothing to tell. */
const ADDRESSES: readonly string[] = ['A', 'AAAA'];

function lookupPart(lookup: LookupView, at: number, words: Words): PicturePart {
  const { name, type, security, result } = lookup;
  const state = SECURITY_STATES[security];
  const life = security === 'secure' ? lifeOf(lookup.signatures, at) : undefined;
  const absent = security === 'secure' && result !== 'answer' ? words.say('picture_absent') : undefined;
  const details = lookupLines(lookup, words).map(({ text }) => text);
  return {
    kind: 'records',
    state,
    link: state,
    title: words.say('picture_lookup', type, words.name(name)).text,
    ...briefly([absent], life, words),
    facts: [{ details: [...new Set(details)] }],
  };
}

function byDepth(one: { readonly name: Name }, other: { readonly name: Name }): number {
  return one.name.labelCount - other.name.labelCount;
}

function zonePart(link: ChainLink, zone: ZoneStep, at: number, words: Words): PicturePart {
  const key = zone.keys.find(({ entryPoint }) => entryPoint) ?? zone.keys[0];
  const named = key && words.say('picture_key', key.keyTag, algorithmName(key.algorithm, words));
  const life = zone.security === 'secure' ? lifeOf(zone.signatures, at) : undefined;
  return { ...partOf([link], link.title), ...briefly([named], life, words) };
}

function recordsPart(links: readonly ChainLink[], report: Report, words: Words): PicturePart[] {
  const [first] = links;
  if (first === undefined) return [];
  const { tlsa, lookups, checkedAt } = report;
  const looked = lookups.filter(({ type, security }) => type === 'TLSA' && security === 'secure');
  const signatures = looked.flatMap((lookup) => lookup.signatures);
  const numbers = tlsa.map(({ usage, selector, matchingType }) => `${usage} ${selector} ${matchingType}`);
  const [only] = tlsa;
  const alone = tlsa.length === 1 && only !== undefined && only.outcome.code !== 'unusable' && only.usage !== null;
  const compared = alone
    ? words.say(
        'tlsa_compared',
        words.say(`tlsa_selector_${only.selector}`),
        words.say(`tlsa_matching_${only.matchingType}`),
      )
    : undefined;
  const listed = links.length > 1 ? words.list(numbers) : undefined;
  const title =
    links.length > 1 ? words.sayPlural('picture_records', links.length, words.number(links.length)).text : first.title;
  const part = partOf(links, title);
  const link = tlsa.length > 0 && looked.length > 0 ? 'good' : part.state;
  return [{ ...part, link, ...briefly([compared, listed], lifeOf(signatures, checkedAt), words) }];
}

function certificatesPart(
  links: readonly ChainLink[],
  { certificate, checkedAt }: Report,
  words: Words,
): PicturePart[] {
  const [first] = links;
  if (first === undefined) return [];
  const leaf = certificate.kind === 'none' ? undefined : certificate.chain[0];
  if (leaf === undefined) return [partOf(links, first.title)];
  const { notBefore: from, notAfter: to } = leaf;
  const life = checkedAt >= from && checkedAt <= to ? { from, to, at: checkedAt } : undefined;
  const issuer = leaf.issuer === '' ? undefined : words.say('picture_issuer', words.quote(leaf.issuer));
  return [{ ...partOf(links, titleOf(leaf, words)), ...briefly([issuer], life, words) }];
}

function titleOf(leaf: CertificateView, words: Words): string {
  const named = leaf.names[0] ?? leaf.subject;
  return named === ''
    ? words.say('certificate_title_empty').text
    : words.say('picture_certificate', words.quote(named)).text;
}

/** One part of several links, each of which has its own facts. */
function partOf(links: readonly ChainLink[], title: string): PicturePart {
  const state = stateOf(links);
  return {
    kind: links[0]!.kind,
    state,
    link: state,
    title,
    brief: '',
    facts: links.map((link) => ({
      ...(link.title !== title && { title: link.title }),
      details: link.details,
    })),
  };
}

/** One record that fits is enough, and so is one certificate that is named; `broken` stands only where none is. */
const FIRST_TO_COUNT: readonly LinkState[] = ['good', 'broken', 'unknown', 'open'];

function stateOf(links: readonly ChainLink[]): LinkState {
  return FIRST_TO_COUNT.find((state) => links.some((link) => link.state === state))!;
}

/** What was relied on runs out with the first of its signatures. */
function lifeOf(signatures: readonly SignatureView[], at: number): Life | undefined {
  const valid = signatures.filter((signature) => signature.valid);
  if (valid.length === 0) return undefined;
  const first = valid.reduce((one, other) => (other.expiration < one.expiration ? other : one));
  return { from: first.inception, to: first.expiration, at };
}

function briefly(
  phrases: readonly (Phrase | undefined)[],
  life: Life | undefined,
  words: Words,
): Pick<PicturePart, 'brief' | 'life'> {
  const left = life && words.say('picture_life', words.duration(Math.max(0, life.to - life.at)));
  const said = [left, ...phrases].filter((phrase) => phrase !== undefined);
  return { brief: said.map(({ text }) => text).join(words.say('picture_between').text), ...(life && { life }) };
}
