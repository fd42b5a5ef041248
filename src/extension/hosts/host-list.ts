/**
 * The hosts that the documents of one tab bring in, and what is found out about them: a pure reducer beside
 * `tab-state.ts`. A host belongs to the document that loaded something from it, frames counting for the page around
 * them; documents are told apart by the browser's own names for them, so what comes late never lands on another page.
 */
import type { Report, SiteVerdict } from '../../report.ts';
import type { StoredEvidence } from '../certificates/stored.ts';
import { needsCheck } from '../verdict-life.ts';

export interface TabHosts {
  readonly version: 1;
  /** The document that the tab shows; left out: none of which anything is known. */
  readonly shown?: string;
  /** The one used last first: the one shown, others that came before it, one that is about to come. */
  readonly documents: readonly DocumentHosts[];
}

export interface DocumentHosts {
  readonly key: string;
  /** Of its URL, once the tab has shown it. */
  readonly origin?: string;
  /** Was every request of it seen? Not of one that came out of the cache after it had been forgotten. */
  readonly watched: boolean;
  readonly hosts: readonly PageHost[];
  /** There were more. */
  readonly full?: true;
}

export interface PageHost {
  readonly host: string;
  readonly port: number;
  /** The origin of the page that asked for it, where that is known. */
  readonly from?: string;
  /** One as a rule; more where connections showed different ones. */
  readonly certificates: readonly HostCertificate[];
}

/** One certificate that a host showed, and what came of it. */
export interface HostCertificate {
  /** Tells it from others; empty where the browser showed none. */
  readonly mark: string;
  /** The run of the check under way. */
  readonly check?: string;
  /** The person asked for that run. */
  readonly asked?: true;
  readonly evidence?: StoredEvidence;
  readonly report?: HostReport;
}

/** As much of a report as is kept for each host. */
export type HostReport = Pick<Report, 'verdict' | 'reason' | 'checkedAt' | 'validUntil'>;

export const NO_HOSTS: TabHosts = { version: 1, documents: [] };

/** Hosts of one page that are listed and checked. */
export const MAX_HOSTS = 64;
export const MAX_CERTIFICATES_PER_HOST = 3;
export const MAX_DOCUMENTS = 4;
/** Certificates of one tab's hosts that are stored, in base64 (storage.session holds 10 MB for all, B14). */
export const MAX_EVIDENCE_CHARACTERS = 200_000;

export type HostsEvent =
  /** A response came from that host, for that document. */
  | {
      readonly kind: 'seen';
      readonly document: string;
      /**
       * Of the page that asked, where it asked itself and the browser tells. Chromium names the next document where an
       * answer comes after the tab has gone on (the page's icon, a request of our own).
       */
      readonly origin?: string;
      readonly host: string;
      readonly port: number;
      readonly mark: string;
      readonly evidence: StoredEvidence;
      readonly check: string;
      readonly now: number;
    }
  /** The tab shows this document from now on; undefined: one that has no hosts, such as a page of the browser's. */
  | {
      readonly kind: 'committed';
      readonly document: string | undefined;
      readonly origin?: string;
      readonly watched: boolean;
    }
  | { readonly kind: 'report'; readonly check: string; readonly report: HostReport }
  /** Somebody looks at the page. `all`: at the list itself, so that every verdict that ran out is made anew. */
  | {
      readonly kind: 'look';
      readonly check: string;
      readonly now: number;
      readonly all: boolean;
      /** The person asks for the check, of what waits for that as well. */
      readonly asked: boolean;
    }
  /** Resolver or anchors changed: no verdict made before counts. */
  | { readonly kind: 'reset' }
  /** The background was started anew: the runs it was in the middle of died with it. */
  | { readonly kind: 'resume' };

export type HostsEffect =
  | ({ readonly kind: 'check' } & HostRun)
  /** Nobody waits for this run any more. */
  | { readonly kind: 'abandon'; readonly check: string };

export interface HostRun {
  readonly check: string;
  readonly host: string;
  readonly port: number;
  readonly mark: string;
  readonly evidence: StoredEvidence;
  /** The person asked for it. */
  readonly asked?: true;
}

export interface HostsStep {
  readonly state: TabHosts;
  readonly effects: readonly HostsEffect[];
}

const UNSEEN: StoredEvidence = { kind: 'none', why: 'no connection seen' };

export function stepHosts(state: TabHosts, event: HostsEvent): HostsStep {
  switch (event.kind) {
    case 'seen':
      return onSeen(state, event);
    case 'committed':
      return onCommitted(state, event);
    case 'report':
      return { state: onReport(state, event.check, event.report), effects: [] };
    case 'look':
      return onLook(state, event);
    case 'reset':
      return onReset(state);
    case 'resume':
      return { state, effects: underWay(state.documents).map((run) => ({ kind: 'check', ...run })) };
  }
}

function onSeen(state: TabHosts, event: Extract<HostsEvent, { kind: 'seen' }>): HostsStep {
  const unchanged = { state, effects: [] };
  const { host, port, mark, evidence, check, now, origin: from } = event;
  const document = state.documents.find(({ key }) => key === event.document) ?? newDocument(event.document);
  if (isAnothers(from, document.origin)) return unchanged;
  const known = document.hosts.find((one) => one.host === host && one.port === port);
  if (known === undefined && document.hosts.length >= MAX_HOSTS) {
    return document.full ? unchanged : { state: withDocument(state, { ...document, full: true }), effects: [] };
  }
  const before = known?.certificates ?? [];
  const same = before.find((one) => one.mark === mark);
  // A run of it is under way, or its verdict lasts.
  if (same !== undefined && (same.report === undefined || !needsCheck(same.report, now))) return unchanged;
  // Where a certificate was shown once, a response without one (out of a cache) adds nothing.
  if (mark === '' && before.some((one) => one.mark !== '')) return unchanged;
  const kept = before.filter((one) => one !== same && (mark === '' || one.mark !== ''));
  const others = kept.length < MAX_CERTIFICATES_PER_HOST ? kept : withoutMildest(kept);
  if (others === undefined) return unchanged;
  const room = MAX_EVIDENCE_CHARACTERS - evidenceCharacters(state);
  const fits = charactersOf(evidence) <= room;
  const certificate: HostCertificate = { mark, check, ...(fits && { evidence }) };
  const entry: PageHost = { host, port, ...(from !== undefined && { from }), certificates: [...others, certificate] };
  const hosts =
    known === undefined ? [...document.hosts, entry] : document.hosts.map((one) => (one === known ? entry : one));
  return {
    state: withDocument(state, { ...document, hosts }),
    effects: [
      ...before.filter((one) => !others.includes(one)).flatMap(abandon),
      { kind: 'check', check, host, port, mark, evidence },
    ],
  };
}

/** Nobody knows yet whether it will be shown. */
function newDocument(key: string): DocumentHosts {
  return { key, watched: true, hosts: [] };
}

/** The worst of a host's certificates counts, so the one given up for another is one that is none the worse. */
function withoutMildest(certificates: readonly HostCertificate[]): HostCertificate[] | undefined {
  const mild = certificates.find(({ report }) => report !== undefined && !isContradiction(report.verdict));
  return mild && certificates.filter((one) => one !== mild);
}

/** The two verdicts that say that something is wrong. */
export function isContradiction(verdict: SiteVerdict): boolean {
  return verdict === 'mismatch' || verdict === 'bogus';
}

function withDocument(state: TabHosts, document: DocumentHosts): TabHosts {
  const known = state.documents.some(({ key }) => key === document.key);
  const documents = known
    ? state.documents.map((one) => (one.key === document.key ? document : one))
    : within([document, ...state.documents], state.shown);
  return { ...state, documents };
}

/** The first ones, and always the one shown. */
function within(documents: readonly DocumentHosts[], shown: string | undefined): DocumentHosts[] {
  const others = documents.filter(({ key }) => key !== shown).slice(0, MAX_DOCUMENTS - 1);
  return documents.filter((one) => one.key === shown || others.includes(one));
}

/** Did a page of another origin ask? */
function isAnothers(from: string | undefined, origin: string | undefined): boolean {
  return from !== undefined && origin !== undefined && from !== origin;
}

function onCommitted(state: TabHosts, event: Extract<HostsEvent, { kind: 'committed' }>): HostsStep {
  const { document: key, origin, watched } = event;
  if (key !== undefined && key === state.shown) return { state, effects: [] };
  const left = state.documents.map((document) => (document.key === state.shown ? withoutRuns(document) : document));
  const abandoned = state.documents.filter((document) => document.key === state.shown);
  const effects = underWay(abandoned).map(({ check }): HostsEffect => ({ kind: 'abandon', check }));
  if (key === undefined) return { state: { version: 1, documents: left }, effects };
  // Forgotten, and out of the cache without a request: of its hosts nothing is known.
  const known = left.find((document) => document.key === key) ?? { ...newDocument(key), watched };
  const others = known.hosts.filter(({ from }) => isAnothers(from, origin));
  const hosts = known.hosts.filter((host) => !others.includes(host));
  const next: DocumentHosts = { ...known, ...(origin !== undefined && { origin }), hosts };
  const documents = within([next, ...left.filter((document) => document !== known)], key);
  effects.push(...others.flatMap(({ certificates }) => certificates.flatMap(abandon)));
  return { state: { version: 1, shown: key, documents }, effects };
}

function onReport(state: TabHosts, check: string, report: HostReport): TabHosts {
  return mapCertificates(state, (certificate) => {
    if (certificate.check !== check) return certificate;
    const { mark, evidence } = certificate;
    // Where no record stands the certificate decides nothing; if one appears, the next response brings it again.
    const off = report.verdict === 'off' && !waitsForClick(report);
    const decided = off || report.verdict === 'signed' || report.verdict === 'insecure';
    return { mark, ...(evidence !== undefined && !decided && { evidence }), report };
  });
}

function onLook(state: TabHosts, { check, now, all, asked }: Extract<HostsEvent, { kind: 'look' }>): HostsStep {
  const effects: HostsEffect[] = [];
  const next = mapCertificates(state, (certificate, { host, port }, document) => {
    const { mark, evidence, report } = certificate;
    if (document.key !== state.shown || certificate.check !== undefined) return certificate;
    const isOver = (told: HostReport) => needsCheck(told, now) && (all || claimsSomething(told.verdict));
    const due = report === undefined || isOver(report) || (asked && waitsForClick(report));
    if (!due) return certificate;
    const run = { check: `${check} ${host}:${port} ${mark}`, ...(asked && ({ asked } as const)) };
    effects.push({ kind: 'check', ...run, host, port, mark, evidence: evidence ?? UNSEEN });
    return { mark, ...run, ...(evidence !== undefined && { evidence }) };
  });
  return effects.length === 0 ? { state, effects } : { state: next, effects };
}

function waitsForClick({ reason }: HostReport): boolean {
  return reason.code === 'on-click';
}

/** Verdicts that are told without anybody opening the list, and so must not run out unnoticed. */
export function claimsSomething(verdict: SiteVerdict): boolean {
  return verdict === 'verified' || isContradiction(verdict);
}

function onReset(state: TabHosts): HostsStep {
  return {
    state: mapCertificates(state, ({ mark, evidence }) => ({ mark, ...(evidence !== undefined && { evidence }) })),
    effects: underWay(state.documents).map(({ check }) => ({ kind: 'abandon', check })),
  };
}

function mapCertificates(
  state: TabHosts,
  change: (certificate: HostCertificate, host: PageHost, document: DocumentHosts) => HostCertificate,
): TabHosts {
  let changed = false;
  const documents = state.documents.map((document) => ({
    ...document,
    hosts: document.hosts.map((host) => ({
      ...host,
      certificates: host.certificates.map((certificate) => {
        const next = change(certificate, host, document);
        changed ||= next !== certificate;
        return next;
      }),
    })),
  }));
  return changed ? { ...state, documents } : state;
}

/** The runs that somebody waits for. */
export function underWay(documents: readonly DocumentHosts[]): HostRun[] {
  return documents.flatMap(({ hosts }) =>
    hosts.flatMap(({ host, port, certificates }) =>
      certificates.flatMap(({ check, mark, evidence = UNSEEN, asked }) =>
        check === undefined ? [] : [{ check, host, port, mark, evidence, ...(asked && { asked }) }],
      ),
    ),
  );
}

function withoutRuns(document: DocumentHosts): DocumentHosts {
  const { documents } = mapCertificates({ version: 1, documents: [document] }, (certificate) => {
    if (certificate.check === undefined) return certificate;
    const { check: _check, asked: _asked, ...rest } = certificate;
    return rest;
  });
  return documents[0]!;
}

function abandon({ check }: HostCertificate): HostsEffect[] {
  return check === undefined ? [] : [{ kind: 'abandon', check }];
}

function evidenceCharacters({ documents }: TabHosts): number {
  let sum = 0;
  for (const { hosts } of documents) {
    for (const { certificates } of hosts) {
      for (const { evidence } of certificates) if (evidence !== undefined) sum += charactersOf(evidence);
    }
  }
  return sum;
}

function charactersOf(evidence: StoredEvidence): number {
  if (evidence.kind === 'none') return 0;
  return evidence.certificates.reduce((sum, { length }) => sum + length, 0);
}
