/** The whole DANE check of one site: DNS first, then, only where it decides anything, the certificate. */
import { findBindings } from './check/bindings.ts';
import { answerOfCertificate, carriesUrkelProof, certificateAgrees } from './check/embedded.ts';
import { type Advice, adviseOnTlsa, adviseOnZones } from './dane/advice.ts';
import { CERTIFICATE_SOURCES, type CertificateEvidence } from './dane/evidence.ts';
import { type FetchIssuer, fetchIssuers } from './dane/issuer-fetch.ts';
import type { CertificateView } from './dane/outcome.ts';
import { classifyHost, tlsaOwner } from './dane/owner.ts';
import { type JudgeInput, judgeTlsa, type TlsaJudgement, usableTlsa } from './dane/tlsa.ts';
import type { Ask, SecondLook } from './dns/ask.ts';
import { TYPE, typeMnemonic } from './dns/codes.ts';
import type { Name } from './dns/name.ts';
import { type RRset, sameRdatas } from './dns/rrset.ts';
import type { SignatureVerifier } from './dnssec/algorithms.ts';
import type { TrustAnchor } from './dnssec/anchors.ts';
import { type LookupOutcome, sumOfWork, type ValidationOptions, Validator } from './dnssec/lookup.ts';
import type { ZoneStep } from './dnssec/outcome.ts';
import type { ZoneCache } from './dnssec/zone-cache.ts';
import type { ChainNote, LookupView, OffReason, Reason, Report, ReportNote, SiteVerdict } from './report.ts';

export interface CheckInput {
  /** The host of the URL, as the URL parser gives it: A-labels, an address literal in brackets or not. */
  readonly host: string;
  readonly port: number;
  readonly ask: Ask;
  /** Used at most once, before a site is called bogus. */
  readonly secondLook?: SecondLook;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  /** Called at most once, and only if there is a secure usable TLSA RRset. Never rejects. */
  readonly certificate: () => Promise<CertificateEvidence>;
  /** Fetches issuers, where only the leaf was shown and a record speaks of an issuer. Left out: nothing is fetched. */
  readonly fetchIssuer?: FetchIssuer;
  /** Left out: a DNSSEC chain inside the certificate is not looked at. */
  readonly chains?: {
    /**
     * Before anybody is asked, which then waits for the certificate, or only where asking led to nothing. The first
     * asks less; the second hears sooner of records that were taken back, which an old chain does not know.
     */
    readonly when: 'first' | 'where nothing answers';
    /** The certificate, where seeing it costs nobody anything. Called at most once. Never rejects. */
    readonly certificate: () => Promise<CertificateEvidence>;
  };
  /** Look at the endpoints of HTTPS records, too, after a draft; no part of the verdict. Left out: no. */
  readonly bindings?: boolean;
  /** Put advice for publishers into the report, at the price of a question more behind an alias. */
  readonly advise?: boolean;
  readonly options?: ValidationOptions;
  /** Keys imported by earlier checks. */
  readonly verifier?: SignatureVerifier;
  /** Zones proven by earlier checks with the same anchors and options. */
  readonly zoneCache?: ZoneCache;
}

/** Seconds after which a check that found out nothing, or found a fault, is worth another try (RFC 9520 section 3.2). */
export const FAILURE_LIFE_SECONDS = 60;
/** Seconds a verdict lasts that rests on no evidence at all, such as `off`. */
export const OFF_LIFE_SECONDS = 86_400;

const NO_WORK = { queries: 0, roundTrips: 0, signatureChecks: 0, nsec3Hashes: 0 } as const;

const NOT_NEEDED: Extract<CertificateEvidence, { kind: 'none' }> = { kind: 'none', why: 'not needed' };

/** Never rejects: whatever goes wrong is a verdict with its reason. */
export async function checkSite(input: CheckInput): Promise<Report> {
  const host = classifyHost(input.host);
  switch (host.kind) {
    case 'name':
      return checkName(input, host.name);
    case 'address-literal':
    case 'single-label':
    case 'bad-host':
      return offReport(input, { code: host.kind, host: input.host });
  }
}

/** What the certificate says of itself, where it may; else what DNS says. */
async function checkName(given: CheckInput, name: Name): Promise<Report> {
  let read: Promise<CertificateEvidence> | undefined;
  // Several walks may come as far as the certificate.
  const input = { ...given, certificate: () => (read ??= given.certificate()) };
  const { chains } = input;
  if (chains === undefined) return askAbout(input, name);
  if (chains.when === 'first') {
    const own = await new SiteCheck({ ...input, certificate: chains.certificate }, name).runOffline();
    if ('report' in own) return own.report;
    return withNotes(await askAbout(input, name), own.notes);
  }
  const report = await askAbout(input, name);
  if (report.verdict !== 'indeterminate') return report;
  const own = await new SiteCheck({ ...input, certificate: chains.certificate }, name).runOffline(report);
  return 'report' in own ? own.report : withNotes(report, own.notes);
}

function withNotes(report: Report, notes: readonly ReportNote[]): Report {
  const said = new Set(report.notes.map(({ code }) => code));
  return { ...report, notes: [...report.notes, ...notes.filter(({ code }) => !said.has(code))] };
}

/** A verdict of bogus stands only if another way of asking, where there is one, comes to nothing better. */
async function askAbout(input: CheckInput, name: Name): Promise<Report> {
  const report = await askTwice(input, name);
  if (input.bindings !== true) return report;
  const { port, now, certificate } = input;
  // A budget of its own: what is said beside the verdict must not cost it anything.
  const validator = new Validator(input);
  const bindings = await findBindings({ validator, host: name, port, now, certificate: safely(certificate) });
  return { ...report, bindings, work: sumOfWork(report.work, validator.work) };
}

async function askTwice(input: CheckInput, name: Name): Promise<Report> {
  const report = await new SiteCheck(input, name).run();
  const ask = report.verdict === 'bogus' ? input.secondLook?.(report.reason) : undefined;
  if (ask === undefined) return report;
  const again = await new SiteCheck({ ...input, ask }, name).run();
  const better = again.verdict === 'bogus' || again.verdict === 'indeterminate' ? report : again;
  return { ...better, work: sumOfWork(report.work, again.work) };
}

/** The report of a site that is not checked. */
export function offReport(site: { host: string; port: number; now: number }, reason: OffReason): Report {
  return {
    version: 1,
    host: site.host,
    port: site.port,
    verdict: 'off',
    reason,
    checkedAt: site.now,
    validUntil: site.now + OFF_LIFE_SECONDS,
    base: site.host,
    tlsa: [],
    lookups: [],
    zones: [],
    certificate: NOT_NEEDED,
    notes: [],
    resolvers: [],
    work: NO_WORK,
  };
}

class SiteCheck {
  readonly #input: CheckInput;
  readonly #host: Name;
  readonly #validator: Validator;
  readonly #lookups: LookupOutcome[] = [];

  constructor(input: CheckInput, host: Name) {
    this.#input = input;
    this.#host = host;
    this.#validator = new Validator(input);
  }

  async run(): Promise<Report> {
    const owner = tlsaOwner(this.#host, this.#input.port);
    // The host's addresses tell its alias chain (RFC 7671 section 7); nobody connects to them.
    const questions = [{ name: this.#host, type: TYPE.A }, ...(owner ? [{ name: owner, type: TYPE.TLSA }] : [])];
    this.#validator.prefetch(questions);
    const address = await this.#lookup(this.#host, TYPE.A, (end) => {
      const atEnd = tlsaOwner(end, this.#input.port);
      if (atEnd !== undefined) this.#validator.prefetch([{ name: atEnd, type: TYPE.TLSA }]);
    });
    if (address.security === 'bogus') return this.#report('bogus', address.reason, this.#host);
    // RFC 7672 section 2.2.2: in an unsigned zone there is no TLSA that could be relied on.
    if (address.security === 'insecure' && address.aliases.length === 0) {
      return this.#report('insecure', address.reason, this.#host);
    }
    return this.#tryBases(this.#bases(address), address);
  }

  /**
   * The chain in the certificate, if it answers; nobody is asked. `asked`: what asking led to, where that came first.
   * The life of such an answer is that of the chain's TTLs, and short where DNS may know better soon.
   */
  async runOffline(asked?: Report): Promise<{ readonly report: Report } | { readonly notes: readonly ChainNote[] }> {
    const { now, advise } = this.#input;
    const evidence = await this.#readCertificate();
    const answer = await answerOfCertificate(this.#offline(evidence));
    if (!answer.answers) return { notes: answer.notes };
    const { lookup, rrset, judgement } = answer;
    const { verdict, reason, tlsa, chain } = judgement;
    this.#lookups.push(lookup);
    const report = this.#report(verdict, reason, this.#host);
    const own: ChainNote = { code: 'chain-answered', instead: asked !== undefined };
    const records = rrset.rdatas;
    return {
      report: {
        ...report,
        validUntil: asked === undefined ? report.validUntil : Math.min(report.validUntil, now + FAILURE_LIFE_SECONDS),
        certificate: viewEvidence(evidence, chain),
        tlsa,
        notes: [...judgement.notes, own],
        ...(advise === true && {
          advice: [
            ...adviseOnTlsa({ records, ttl: publishedTtl(rrset), evidence, tlsa }),
            ...adviseOnZones(report.zones),
          ],
        }),
        resolvers: asked?.resolvers ?? [],
        // What the walk took from the chain is no question.
        work: sumOfWork(asked?.work ?? NO_WORK, { ...lookup.work, queries: 0, roundTrips: 0 }),
      },
    };
  }

  #offline(evidence: CertificateEvidence): Parameters<typeof answerOfCertificate>[0] {
    const { now, anchors, options, verifier, port } = this.#input;
    return {
      evidence,
      host: this.#host,
      port,
      now,
      anchors,
      ...(options && { options }),
      ...(verifier && { verifier }),
    };
  }

  /**
   * The TLSA base domains to try: behind an alias chain that is secure throughout, its end first, then the host
   * itself; else the host alone (RFC 7671 section 7).
   */
  #bases(address: LookupOutcome): Name[] {
    const expanded = address.security === 'secure' && !address.canonicalName.equals(this.#host);
    return expanded ? [address.canonicalName, this.#host] : [this.#host];
  }

  async #tryBases(bases: readonly Name[], address: LookupOutcome): Promise<Report> {
    let absent: { verdict: 'signed' | 'insecure'; reason: Reason } = {
      verdict: 'signed',
      reason: { code: 'tlsa-absent' },
    };
    for (const base of bases) {
      const owner = tlsaOwner(base, this.#input.port);
      // A name too long for a TLSA owner cannot have one.
      if (owner === undefined) continue;
      const tlsa = await this.#lookup(owner, TYPE.TLSA);
      switch (tlsa.security) {
        // RFC 6698 section 4.1: bogus means that the connection must not be trusted.
        case 'bogus':
        case 'indeterminate':
          return this.#report(tlsa.security, tlsa.reason, base);
        case 'insecure':
          absent = { verdict: 'insecure', reason: tlsa.reason };
          break;
        case 'secure':
          if (tlsa.rrset !== undefined) return this.#judge(base, tlsa.rrset);
      }
    }
    // Without an answer for the addresses the alias chain is unknown, and with it the base that may have records.
    if (address.security === 'indeterminate') return this.#report('indeterminate', address.reason, this.#host);
    return this.#report(absent.verdict, absent.reason, this.#host);
  }

  async #judge(base: Name, rrset: RRset): Promise<Report> {
    const records = rrset.rdatas;
    const needed = usableTlsa(records).usable.length > 0;
    let evidence = needed ? await this.#readCertificate() : NOT_NEEDED;
    const { host, now } = this.#input;
    const input = { records, base: hostText(base), host: hostText(this.#host), now };
    let judgement = await this.#judgeWithIssuers({ ...input, evidence });
    // The site may have changed its certificate together with its records since: that is no fault of this connection.
    if (evidence.kind !== 'none' && evidence.readAt !== undefined && judgement.verdict !== 'verified') {
      evidence = { kind: 'none', why: 'earlier one does not fit' };
      judgement = await judgeTlsa({ ...input, evidence });
    }
    const { chain, tlsa } = judgement;
    const urkel: readonly ReportNote[] = carriesUrkelProof(evidence) ? [{ code: 'urkel-proof' }] : [];
    const agrees = judgement.verdict === 'verified' && (await certificateAgrees(this.#offline(evidence), records));
    const own: readonly ReportNote[] = agrees ? [{ code: 'chain-agrees' }] : [];
    const notes = [...judgement.notes, ...own, ...urkel];
    const certificate = viewEvidence(evidence, chain);
    const report = { ...this.#report(judgement.verdict, judgement.reason, base), host, certificate, tlsa, notes };
    if (!this.#input.advise) return report;
    const advice: readonly Advice[] = [
      ...adviseOnTlsa({ records, ttl: publishedTtl(rrset), evidence, tlsa }),
      ...(await this.#compareBases(base, records)),
      ...adviseOnZones(report.zones),
    ];
    // The question asked for the advice counts as work, and is no part of what the verdict rests on.
    return { ...report, advice, work: this.#validator.work };
  }

  /** RFC 7671 section 7: clients that do not expand aliases look at the host itself, browsers' host all the same. */
  async #compareBases(base: Name, records: readonly Uint8Array[]): Promise<Advice[]> {
    if (base.equals(this.#host)) return [];
    const owner = tlsaOwner(this.#host, this.#input.port);
    if (owner === undefined) return [];
    const { security, rrset } = await this.#validator.lookup(owner, TYPE.TLSA);
    if (security !== 'secure' || rrset === undefined || sameRdatas(rrset.rdatas, records)) return [];
    return [{ code: 'bases-disagree', base: hostText(base), host: hostText(this.#host) }];
  }

  /** Judges by what was shown; only if that leaves a record about an issuer open, the issuers are fetched. */
  async #judgeWithIssuers(input: JudgeInput): Promise<TlsaJudgement> {
    const judgement = await judgeTlsa(input);
    const { fetchIssuer } = this.#input;
    const { evidence } = input;
    const open =
      judgement.verdict === 'unread' && judgement.tlsa.some(({ outcome }) => outcome.code === 'issuer-unread');
    if (!open || evidence.kind !== 'leaf only' || fetchIssuer === undefined) return judgement;
    const [leaf] = evidence.certificates;
    const fetched = leaf === undefined ? [] : await fetchIssuers(leaf, input.host, fetchSafely(fetchIssuer));
    return fetched.length === 0 ? judgement : judgeTlsa({ ...input, evidence: { ...evidence, fetched } });
  }

  #readCertificate(): Promise<CertificateEvidence> {
    return safely(this.#input.certificate)();
  }

  async #lookup(name: Name, type: number, endOfAliases?: (end: Name) => void): Promise<LookupOutcome> {
    const outcome = await this.#validator.lookup(name, type, endOfAliases);
    this.#lookups.push(outcome);
    return outcome;
  }

  #report(verdict: SiteVerdict, reason: Reason, base: Name): Report {
    const { host, port, now } = this.#input;
    const settled = verdict !== 'bogus' && verdict !== 'indeterminate';
    const evidenceLife = Math.min(...this.#lookups.map((lookup) => lookup.validUntil));
    const zones = new Map<string, ZoneStep>();
    for (const zone of this.#lookups.flatMap((lookup) => lookup.zones)) zones.set(zone.zone, zone);
    return {
      version: 1,
      host,
      port,
      verdict,
      reason,
      checkedAt: now,
      validUntil: settled ? Math.max(now, evidenceLife) : now + FAILURE_LIFE_SECONDS,
      base: hostText(base),
      tlsa: [],
      lookups: this.#lookups.map(viewLookup),
      zones: [...zones.values()],
      certificate: NOT_NEEDED,
      notes: [],
      resolvers: this.#validator.resolvers,
      work: this.#validator.work,
    };
  }
}

function safely(certificate: CheckInput['certificate']): CheckInput['certificate'] {
  return async () => {
    try {
      return await certificate();
    } catch {
      // The contract says never; a shell that breaks it shows no certificate, and so proves nothing.
      return { kind: 'none', why: 'connection failed' };
    }
  };
}

/** The contract says never to reject; a shell that breaks it has fetched nothing. */
function fetchSafely(fetchIssuer: FetchIssuer): FetchIssuer {
  return async (url) => {
    try {
      return await fetchIssuer(url);
    } catch {
      return undefined;
    }
  };
}

/** As the owner signed it (RFC 4034 section 3.1.4): caches count down the TTL they pass on. */
export function publishedTtl({ ttl, signatures }: RRset): number {
  return Math.max(ttl, ...signatures.map(({ originalTtl }) => originalTtl));
}

export function viewEvidence(evidence: CertificateEvidence, chain: readonly CertificateView[]): Report['certificate'] {
  if (evidence.kind === 'none') return evidence;
  const { kind, source, pkix, obtainedAt, readAt } = evidence;
  const { how } = CERTIFICATE_SOURCES[source];
  return { kind, source, how, pkix, obtainedAt, ...(readAt !== undefined && { readAt }), chain };
}

export function hostText(name: Name): string {
  return name.toString().replace(/\.$/, '');
}

export function viewLookup(lookup: LookupOutcome): LookupView {
  return {
    name: lookup.name.toString(),
    type: typeMnemonic(lookup.type),
    security: lookup.security,
    result: lookup.result,
    reason: lookup.reason,
    aliases: lookup.aliases.map(({ owner, target, security }) => ({
      owner: owner.toString(),
      target: target.toString(),
      security,
    })),
    signatures: lookup.signatures,
  };
}
