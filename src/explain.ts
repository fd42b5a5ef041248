/**
 * Reports in words, for popup and command line alike. Every sentence comes from the catalogue
 * (`locales/<language>/messages.json`), every fact in it is escaped by `explain/words.ts`, and dates are UTC.
 */
import { isLoadFailure } from './dane/evidence.ts';
import type { Security, ValidationReason, ZoneStep } from './dnssec/outcome.ts';
import { explainAdvice } from './explain/advice.ts';
import { type ChainLink, explainChain, explainZones } from './explain/chain.ts';
import { explainAnyReason, explainExpiryWarning } from './explain/dane.ts';
import { explainLives, type Lives } from './explain/lives.ts';
import { explainNotes } from './explain/notes.ts';
import { explainLines, explainPicture, type PicturePart } from './explain/picture.ts';
import { explainMailReport, explainServiceReport, type ServiceExplanation } from './explain/services.ts';
import { algorithmName, digestName, keyOf } from './explain/validation.ts';
import { createWords, once, type Translate, type Words } from './explain/words.ts';
import type { ExpiryWarning, LookupView, Reason, Report } from './report.ts';
import type { MailReport, ServiceReport } from './services/report.ts';

export { type Catalogue, translateBy } from './explain/catalogue.ts';
export type { ChainLink, LinkState } from './explain/chain.ts';
export type { Lasting, LifeState, Lives } from './explain/lives.ts';
export type { Life, PictureFacts, PicturePart } from './explain/picture.ts';
export { explainProbe, explainProbeStep, type ProbeExplanation, type ProbeStepExplanation } from './explain/probe.ts';
export type { ExplainedPeer, ServiceExplanation } from './explain/services.ts';
export { escapeForDisplay, once, type Translate } from './explain/words.ts';

/** The name of a DNSSEC algorithm, or its number in words. */
export function explainAlgorithm(algorithm: number, translate: Translate, locale: string): string {
  return algorithmName(algorithm, createWords(translate, locale)).text;
}

export function explainDigest(digestType: number, translate: Translate, locale: string): string {
  return digestName(digestType, createWords(translate, locale)).text;
}

export interface ExplainOptions {
  /** BCP 47 language tag, for dates, numbers and plurals: the language `translate` speaks. */
  readonly locale?: string;
}

export interface Explanation {
  /** The verdict in one sentence that names the host. */
  readonly headline: string;
  /** One more sentence, with the facts of the reason. */
  readonly why: string;
  /** A few words, for the toolbar. */
  readonly title: string;
  /** Root zone first, the site's certificate and its issuers last. */
  readonly chain: readonly ChainLink[];
  /** How the certificate was come by, and how much of it; undefined where none was seen. */
  readonly provenance?: string;
  /** Things worth saying that change no verdict. */
  readonly notes: readonly string[];
  /** For those who publish the records; empty where none was asked for. */
  readonly advice: readonly string[];
}

export function explain(report: Report, translate: Translate, options: ExplainOptions = {}): Explanation {
  const words = createWords(translate, options.locale ?? 'en');
  const { headline, title } = explainVerdict(report, words);
  const provenance = explainProvenance(report, words);
  // The popup has it drawn, and asks for it when it is copied.
  const chain = once(() => explainChain(report, words));
  return {
    headline,
    why: explainAnyReason(report.reason, words).text,
    title,
    get chain() {
      return chain();
    },
    ...(provenance !== undefined && { provenance }),
    notes: explainNotes(report, words).map(({ text }) => text),
    advice: (report.advice ?? []).map((advice) => explainAdvice(advice, words).text),
  };
}

/** The title alone, which is made anew wherever a button is set. */
export function explainTitle(report: Report, translate: Translate, options: ExplainOptions = {}): string {
  return explainVerdict(report, createWords(translate, options.locale ?? 'en')).title;
}

/** The chain of trust as it is drawn. */
export function pictureOf(report: Report, translate: Translate, options: ExplainOptions = {}): PicturePart[] {
  return explainPicture(report, createWords(translate, options.locale ?? 'en'));
}

/** How long everything lasts that the report rests on. */
export function livesOf(report: Report, translate: Translate, options: ExplainOptions = {}): Lives {
  return explainLives(report, createWords(translate, options.locale ?? 'en'));
}

/** What lookups led to and through, each line from the root down. */
export function linesOf(
  looked: Pick<Report, 'zones' | 'lookups' | 'checkedAt'>,
  translate: Translate,
  options: ExplainOptions = {},
): PicturePart[][] {
  return explainLines(looked, createWords(translate, options.locale ?? 'en'));
}

/** One sentence for one thing that runs out. `now`: epoch seconds. */
export function explainExpiry(
  warning: ExpiryWarning,
  now: number,
  translate: Translate,
  options: ExplainOptions = {},
): string {
  return explainExpiryWarning(warning, now, createWords(translate, options.locale ?? 'en')).text;
}

/** One sentence for one reason. */
export function explainReason(reason: Reason, translate: Translate, options: ExplainOptions = {}): string {
  return explainAnyReason(reason, createWords(translate, options.locale ?? 'en')).text;
}

function explainVerdict(report: Report, words: Words): { headline: string; title: string } {
  const { host, verdict, certificate } = report;
  const readAt = certificate.kind === 'none' ? undefined : certificate.readAt;
  const facts = [words.quote(host), ...(readAt === undefined ? [] : [words.date(readAt)])];
  const say = (part: string) => words.say(`${part}_${verdict}${suffixOf(report)}`, ...facts).text;
  return { headline: say('headline'), title: say('title') };
}

/** Verdicts that are told in other words where the usual ones would be wrong. */
function suffixOf({ verdict, reason, host, certificate }: Report): string {
  // A page that is no web page may have no host to name.
  if (verdict === 'off' && host === '') return '_nowhere';
  // The page is as good as any other: it is the window.
  if (reason.code === 'private-window') return '_private';
  if (reason.code === 'on-click') return '_waiting';
  if (reason.code === 'no-access') return '_shut';
  // Not the browser is too shy: there was no page.
  if (verdict === 'unread' && certificate.kind === 'none' && isLoadFailure(certificate.why)) return '_unloaded';
  if (verdict === 'unread' && certificate.kind === 'none' && certificate.why === 'no page opened') return '_unopened';
  // What was read on an earlier connection must not sound like this one's. Nothing but `verified` rests on it.
  return verdict === 'verified' && certificate.kind !== 'none' && certificate.readAt !== undefined ? '_earlier' : '';
}

function explainProvenance({ certificate }: Report, words: Words): string | undefined {
  if (certificate.kind === 'none') return undefined;
  const shown = words.say(certificate.kind === 'full chain' ? 'shown_full_chain' : 'shown_leaf_only');
  const { source: from, obtainedAt, readAt } = certificate;
  const key = readAt === undefined ? `source_${keyOf(from)}` : 'source_earlier';
  const source = words.say(key, shown, words.date(readAt ?? obtainedAt));
  return `${source.text} ${words.say(`pkix_${certificate.pkix}`).text}`;
}

export function explainMail(
  report: MailReport,
  translate: Translate,
  options: ExplainOptions = {},
): ServiceExplanation {
  return explainMailReport(report, createWords(translate, options.locale ?? 'en'));
}

export function explainService(
  report: ServiceReport,
  translate: Translate,
  options: ExplainOptions = {},
): ServiceExplanation {
  return explainServiceReport(report, createWords(translate, options.locale ?? 'en'));
}

/** As much of a validated lookup as its sentence needs. */
export interface ExplainableLookup {
  readonly name: string;
  readonly type: string;
  readonly security: Security;
  readonly result: LookupView['result'];
  readonly reason: ValidationReason;
  readonly zones: readonly ZoneStep[];
}

export type LookupExplanation = Pick<Explanation, 'headline' | 'why' | 'chain'>;

export function explainLookup(
  lookup: ExplainableLookup,
  translate: Translate,
  options: ExplainOptions = {},
): LookupExplanation {
  const words = createWords(translate, options.locale ?? 'en');
  const { security, result } = lookup;
  const key = security === 'secure' ? `lookup_secure_${result === 'none' ? 'nodata' : result}` : `lookup_${security}`;
  return {
    headline: words.say(key, lookup.type, words.name(lookup.name)).text,
    why: explainAnyReason(lookup.reason, words).text,
    chain: explainZones(lookup.zones, words),
  };
}
