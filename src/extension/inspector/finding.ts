/** What the page shows of one lookup: verdict, sentences, records, chain, and what can be taken away. Pure. */
import { offReport } from '../../check.ts';
import { parseType } from '../../dns/codes.ts';
import { fromBase64, fromHex, toBase64 } from '../../dns/encodings.ts';
import { Name } from '../../dns/name.ts';
import { formatRdata } from '../../dns/presentation.ts';
import type { ZoneStep } from '../../dnssec/outcome.ts';
import { explainClient, explainSmimea } from '../../explain/associations.ts';
import { explainOpenPgpKey } from '../../explain/openpgp.ts';
import { explainPayment } from '../../explain/payment.ts';
import type { FindingsExplanation, FoundItem } from '../../explain/people.ts';
import { explainChainReport } from '../../explain/proof.ts';
import { explainDemands, explainEndpoints, explainRecords } from '../../explain/records.ts';
import {
  explainLookup,
  explainMail,
  explainService,
  type LinkState,
  linesOf,
  type PicturePart,
  type ServiceExplanation,
} from '../../explain.ts';
import type { OpenPgpKeyReport } from '../../people/openpgpkey.ts';
import type { Findings } from '../../people/published.ts';
import type { SmimeaReport } from '../../people/smimea.ts';
import type { LookupView, Report } from '../../report.ts';
import type { MailReport, ServiceReport, XmppReport } from '../../services/report.ts';
import type { Language } from '../language.ts';
import type { LookupAnswer, RecordsReport } from './lookups.ts';
import { type Look, lookOfVerdict, type Verdict } from './verdicts.ts';

/** With keys read, which the background leaves to the page. */
export type Answer =
  | Exclude<LookupAnswer, { kind: 'openpgpkey' }>
  | { readonly kind: 'openpgpkey'; readonly report: OpenPgpKeyReport };

export interface Finding {
  readonly verdict: Verdict;
  readonly look: Look;
  /** One sentence, and one more with the facts of the reason. */
  readonly headline: string;
  readonly why: string;
  readonly notes: readonly string[];
  /** Records, servers, certificates. */
  readonly items: readonly FoundItem[];
  /** Each line from the root down. */
  readonly lines: readonly (readonly PicturePart[])[];
  readonly advice: readonly string[];
  readonly files: readonly SavedFile[];
  /** A payment URI, for a wallet to take. */
  readonly uri?: string;
  /** A page that the person may open, to have its certificate compared. */
  readonly url?: string;
  /** What the signed records can be asked for by. */
  readonly proof?: { readonly host: string; readonly lookups: readonly Pick<LookupView, 'name' | 'type'>[] };
  readonly facts?: Pick<Findings, 'checkedAt' | 'validUntil' | 'resolvers' | 'work'>;
  /** The report as it is. */
  readonly json: unknown;
}

export interface SavedFile {
  /** Of the button, as a message's key. */
  readonly label: 'inspectorSaveKey' | 'inspectorSavePem' | 'inspectorSaveDer';
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array;
}

export function findingOf(answer: Answer, language: Language): Finding {
  const { translate } = language;
  const options = { locale: language.locale };
  switch (answer.kind) {
    case 'site':
      return ofSite(answer.report, language);
    case 'mail': {
      const { report } = answer;
      return ofServers(report, explainMail(report, translate, options), language);
    }
    case 'service': {
      const { report } = answer;
      return ofServers(report, explainService(report, translate, options), language);
    }
    case 'xmpp':
      return ofXmpp(answer.report, language);
    case 'openpgpkey': {
      const { report } = answer;
      const finding = ofPeople(report, explainOpenPgpKey(report, translate, options), language);
      return { ...finding, files: keyFiles(report) };
    }
    case 'smimea': {
      const { report } = answer;
      const finding = ofPeople(report, explainSmimea(report, translate, options), language);
      return { ...finding, files: certificateFiles(report) };
    }
    case 'payment': {
      const { report } = answer;
      const uri = report.verdict !== 'payable' ? undefined : report.records.find(({ kind }) => kind === 'instructions');
      const finding = ofPeople(report, explainPayment(report, translate, options), language);
      return { ...finding, ...(uri?.kind === 'instructions' && { uri: uri.text }) };
    }
    case 'client': {
      const { report } = answer;
      return ofPeople(report, explainClient(report, translate, options), language);
    }
    case 'chain': {
      const { report } = answer;
      const finding = ofPeople({ ...report, owner: null }, explainChainReport(report, translate, options), language);
      // It is at hand already.
      const { proof: _, ...rest } = finding;
      return { ...rest, json: report };
    }
    case 'records':
      return ofRecords(answer.report, language);
    case 'refused': {
      const { host, reason, checkedAt } = answer;
      const report = offReport({ host, port: 0, now: checkedAt }, reason);
      const { facts: _, proof: __, ...finding } = ofSite(report, language);
      return finding;
    }
    case 'failed':
      return {
        ...NOTHING,
        verdict: 'indeterminate',
        look: 'indeterminate',
        headline: translate('inspectorFailed'),
        why: language.sayReason({ code: 'engine', detail: answer.detail }),
        json: answer,
      };
  }
}

const NOTHING = { notes: [], items: [], lines: [], advice: [], files: [] } as const;

/** Where a browser would find a page. */
const WEB_PORTS: readonly number[] = [443, 8443];

function ofSite(report: Report, language: Language): Finding {
  const { headline, why, notes, advice } = language.explain(report);
  const { host, port, verdict } = report;
  const offersPage = verdict === 'unread' && WEB_PORTS.includes(port);
  return {
    ...NOTHING,
    verdict,
    look: lookOfVerdict(verdict),
    headline,
    why,
    notes,
    items: explainEndpoints(report.bindings, language.translate, { locale: language.locale }),
    lines: report.zones.length === 0 ? [] : [language.picture(report)],
    advice,
    ...(offersPage && { url: `https://${host}${port === 443 ? '' : `:${port}`}/` }),
    ...taken(host, report),
  };
}

function ofServers(
  report: MailReport | ServiceReport,
  { headline, why, peers, policies, advice }: ServiceExplanation,
  language: Language,
): Finding {
  return {
    ...NOTHING,
    verdict: report.verdict,
    look: lookOfVerdict(report.verdict),
    headline,
    why,
    notes: policies,
    items: peers,
    lines: linesOf(report, language.translate, { locale: language.locale }),
    advice,
    ...taken(report.domain, report),
  };
}

const SERVICE_STATES: Readonly<Record<string, LinkState>> = {
  published: 'good',
  verified: 'good',
  bogus: 'broken',
  mismatch: 'broken',
  indeterminate: 'unknown',
};

/** The service that decides the verdict stands for all of them above; below each is told, with its servers. */
function ofXmpp(report: XmppReport, language: Language): Finding {
  const { translate, locale } = language;
  const { services, verdict, domain } = report;
  const explained = services.map((service) => explainService(service, translate, { locale }));
  const first = services.findIndex((service) => service.verdict === verdict);
  const { headline, why } = explained[first]!;
  const none = verdict === 'none';
  const zones = new Map<string, ZoneStep>();
  for (const zone of services.flatMap((service) => service.zones)) zones.set(zone.zone, zone);
  const items = services.flatMap((service, i): FoundItem[] => {
    const { headline: title, why: reason, peers } = explained[i]!;
    const state = SERVICE_STATES[service.verdict] ?? 'open';
    return none ? [] : [{ state, title, details: [reason] }, ...peers];
  });
  const all = {
    ...services[first]!,
    zones: [...zones.values()],
    lookups: services.flatMap(({ lookups }) => lookups),
    work: services.map(({ work }) => work).reduce(sumOfWork),
  };
  return {
    ...NOTHING,
    verdict,
    look: lookOfVerdict(verdict),
    headline: none ? translate('inspectorXmppNone', domain) : headline,
    why: none ? '' : why,
    items,
    lines: linesOf(all, translate, { locale }),
    advice: [...new Set(explained.flatMap(({ advice }) => advice))],
    ...taken(domain, all),
    json: report,
  };
}

function sumOfWork(one: Report['work'], other: Report['work']): Report['work'] {
  return {
    queries: one.queries + other.queries,
    roundTrips: Math.max(one.roundTrips, other.roundTrips),
    signatureChecks: one.signatureChecks + other.signatureChecks,
    nsec3Hashes: one.nsec3Hashes + other.nsec3Hashes,
  };
}

function ofPeople(
  report: Findings & { readonly owner: string | null; readonly verdict: Verdict },
  { headline, why, items, notes }: FindingsExplanation,
  language: Language,
): Finding {
  return {
    ...NOTHING,
    verdict: report.verdict,
    look: lookOfVerdict(report.verdict),
    headline,
    why,
    notes,
    // With nothing to compare, a record that can be used is as good as it gets.
    items: report.verdict === 'published' ? items.map(asPublished) : items,
    lines: linesOf(report, language.translate, { locale: language.locale }),
    ...taken(report.owner?.replace(/\.$/, '') ?? '', report),
  };
}

function asPublished(item: FoundItem): FoundItem {
  return item.state === 'unknown' ? { ...item, state: 'good' } : item;
}

function ofRecords(report: RecordsReport, language: Language): Finding {
  const { translate, locale } = language;
  const { security, result, answers, name, type } = report;
  const { headline, why } = explainLookup(report, translate, { locale });
  const verdict: Verdict = security !== 'secure' ? security : result === 'answer' ? 'answer' : 'nothing';
  const isKey = type === 'SSHFP' || type === 'IPSECKEY';
  return {
    ...NOTHING,
    verdict,
    look: lookOfVerdict(verdict),
    headline,
    why,
    notes: isKey && answers.length > 0 && security !== 'secure' ? [translate('found_keys_unsigned')] : [],
    items: answers.map((record) => recordItem(record, security === 'secure', language)),
    lines: linesOf(report, translate, { locale }),
    ...taken(name.replace(/\.$/, ''), report),
  };
}

const DEMANDING: readonly (number | undefined)[] = [parseType('TLSA'), parseType('SMIMEA')];

function recordItem(
  { name, type, rdata: encoded }: RecordsReport['answers'][number],
  secure: boolean,
  { translate, locale }: Language,
): FoundItem {
  const rdata = fromBase64(encoded) ?? new Uint8Array();
  const state: LinkState = secure ? 'good' : 'open';
  const record = { name: Name.parse(name), type, class: 1, ttl: 0, rdata };
  const [demand] = DEMANDING.includes(type) ? explainDemands([rdata], translate, { locale }) : [];
  if (demand !== undefined) return { ...demand, state };
  const inWords = explainRecords({ answers: [record], security: 'secure' }, translate, { locale });
  const text = formatRdata(type, rdata);
  const [sentence, ...more] = inWords;
  return { state, title: sentence ?? text, details: sentence === undefined ? [] : [...more, text] };
}

function taken(
  host: string,
  report: Pick<Report, 'checkedAt' | 'validUntil' | 'resolvers' | 'work' | 'lookups'>,
): Pick<Finding, 'proof' | 'facts' | 'json'> {
  const { checkedAt, validUntil, resolvers, work, lookups } = report;
  const facts = { checkedAt, validUntil, resolvers, work };
  if (lookups.length === 0) return { json: report };
  return { proof: { host, lookups: lookups.map(({ name, type }) => ({ name, type })) }, facts, json: report };
}

/** The key that the verdict speaks of, and no other. */
function keyFiles({ reason, records, address }: OpenPgpKeyReport): SavedFile[] {
  if (reason.code !== 'key-found') return [];
  const { fingerprint } = reason;
  const armored = records.flatMap((record) =>
    record.outcome === 'key' && record.key.fingerprint === fingerprint ? [record.key.armored] : [],
  );
  const type = 'application/pgp-keys';
  return armored
    .slice(0, 1)
    .map((content) => ({ label: 'inspectorSaveKey', name: `${fileName(address)}.asc`, type, content }));
}

/** Certificates that stand in secure records as a whole: all of them as text, and the first as octets. */
function certificateFiles({ published, tlsa, address }: SmimeaReport): SavedFile[] {
  const certificates = published.flatMap(({ record }) => fromHex(tlsa[record]?.data ?? '') ?? []);
  const [first] = certificates;
  if (first === undefined) return [];
  const name = fileName(address);
  return [
    {
      label: 'inspectorSavePem',
      name: `${name}.pem`,
      type: 'application/x-pem-file',
      content: certificates.map(pem).join(''),
    },
    { label: 'inspectorSaveDer', name: `${name}.der`, type: 'application/pkix-cert', content: first },
  ];
}

function pem(certificate: Uint8Array): string {
  const lines = toBase64(certificate).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Names may hold what a file's name may not. */
export function fileName(text: string): string {
  return text
    .replace(/[^a-z0-9.@_-]/gi, '_')
    .replace(/^[.-]+/, '_')
    .slice(0, 100);
}
