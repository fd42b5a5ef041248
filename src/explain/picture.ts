/**
 * The chain of trust as it is drawn: a part for each zone from the root down, one for the published records, one for
 * the certificates. Each has a few words to stand beside it, and opens to the facts of its links.
 */
import type { CertificateView } from '../dane/outcome.ts';
import { Name } from '../dns/name.ts';
import type { SignatureView, ZoneStep } from '../dnssec/outcome.ts';
import type { Report } from '../report.ts';
import { type ChainLink, explainChain, explainZones, type LinkState } from './chain.ts';
import { algorithmName } from './validation.ts';
import type { Phrase, Words } from './words.ts';

export interface PicturePart {
  readonly kind: ChainLink['kind'];
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

/** The zones alone, in lines that each begin at the root: lookups of several names lead to several places. */
export function explainZoneLines(zones: readonly ZoneStep[], at: number, words: Words): PicturePart[][] {
  const links = explainZones(zones, words);
  const parts = zones.map((zone, i) => ({ name: Name.parse(zone.zone), part: zonePart(links[i]!, zone, at, words) }));
  const ends = parts.filter(({ name }) => !parts.some((other) => other.name.isBelow(name)));
  return ends.slice(0, MAX_LINES).map((end) =>
    parts
      .filter(({ name }) => end.name.isAtOrBelow(name))
      .sort(byDepth)
      .map(({ part }) => part),
  );
}

/** Lines that are drawn; servers of one domain are in one or two zones. */
const MAX_LINES = 8;

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
