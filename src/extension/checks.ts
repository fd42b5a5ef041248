/** Runs checks: one at a time per name, each with the certificate its document came with, each ending in a report. */
import { checkSite, offReport } from '../check.ts';
import type { CertificateEvidence } from '../dane/evidence.ts';
import type { Report, ReportNote } from '../report.ts';
import { type Carriers, leafDigest } from './certificates/carriers.ts';
import type { CertificateSources, ReadWish, ShownDocument, Sighting } from './certificates/source.ts';
import { restoreEvidence, type StoredEvidence, storeEvidence } from './certificates/stored.ts';
import type { Engine } from './engine.ts';
import { sameOrigin } from './past-documents.ts';
import { engineReport, shutReport, targetOf } from './site.ts';
import type { TabEvent, Visit } from './tab-state.ts';

export interface Checks {
  start(tab: number, visit: Visit & { readonly check: string }): void;
  /** The run's document is there, or its certificate. */
  settle(check: string, visit: Visit): void;
  abandon(check: string): void;
  /** A check beside those of the tabs, of a page that came with that certificate. Never rejects. */
  judge(tab: number, url: string, evidence: StoredEvidence): Promise<Report>;
}

export interface ChecksSurroundings {
  readonly engine: (tab: number) => Promise<Engine>;
  readonly sources: CertificateSources;
  /** Certificates on their way, by request; a redirect keeps its number. */
  readonly coming: ReadonlyMap<string, Pick<Sighting, 'url' | 'evidence'>>;
  /** The certificate the document of that run came with, if it is known by now. */
  readonly evidenceOf: (tab: number, check: string) => StoredEvidence | undefined;
  readonly dispatch: (tab: number, event: TabEvent) => void;
  /** Does the browser let the extension see that URL? */
  readonly reaches: (url: string) => Promise<boolean>;
  /** Epoch seconds. */
  readonly now: () => number;
  /** For tests. */
  readonly check?: typeof checkSite;
}

interface Run {
  readonly settled: Promise<CertificateEvidence | Visit>;
  readonly settle: (by: CertificateEvidence | Visit) => void;
  /** Fires when nobody waits for the run any more. */
  readonly abandoned: AbortController;
}

/** A certificate that was read for a run, and of which document. */
interface Reading {
  readonly document: ShownDocument;
  readonly evidence: CertificateEvidence;
}

export function createChecks(surroundings: ChecksSurroundings): Checks {
  const { engine, sources, coming, evidenceOf, dispatch, reaches, now, check: runCheck = checkSite } = surroundings;
  const runs = new Map<string, Run>();

  /** The certificate of the document this run is about: waits until the browser has shown one, or the document. */
  const certificateOf = async (
    tab: number,
    check: string,
    run: Run,
    wish: ReadWish | 'in passing',
    read: (reading: Reading) => void,
  ): Promise<CertificateEvidence> => {
    const settled = await run.settled;
    if ('kind' in settled) return settled;
    // The document may have come just before its certificate.
    const onItsWay = settled.requestId === undefined ? undefined : coming.get(settled.requestId);
    if (onItsWay !== undefined && sameOrigin(onItsWay.url, settled.url)) return onItsWay.evidence;
    const seen = evidenceOf(tab, check);
    if (seen !== undefined) return restoreEvidence(seen);
    if (wish === 'in passing') return { kind: 'none', why: 'not needed' };
    const { url, documentId, byHand } = settled;
    const document = { tab, url, ...(documentId === undefined ? {} : { documentId }) };
    const { signal } = run.abandoned;
    const evidence = await sources.active.read(document, byHand === true ? 'by hand' : wish, signal);
    if (!runs.has(check)) return { kind: 'none', why: 'went elsewhere' };
    // It may have come by itself meanwhile.
    const late = evidence.kind === 'none' ? evidenceOf(tab, check) : undefined;
    if (late !== undefined) return restoreEvidence(late);
    read({ document, evidence });
    // One of an earlier connection is not this document's, now or later.
    if (evidence.kind !== 'none' && evidence.readAt === undefined) {
      dispatch(tab, { kind: 'read', check, evidence: storeEvidence(evidence) });
    }
    return evidence;
  };

  const makeReport = async (
    tab: number,
    visit: Visit & { readonly check: string },
    run: Run,
    wish: ReadWish = 'automatic',
  ): Promise<Report> => {
    const target = targetOf(visit.url);
    const site = { host: target.host, port: target.port, now: now() };
    if (target.kind === 'off') return offReport(site, target.reason);
    try {
      const { refuses, certificateFirst, carriers, ...given } = await engine(tab);
      const refusal = refuses(site.host, visit.asked === true);
      if (refusal !== undefined) return offReport(site, refusal);
      if (!(await reaches(visit.url))) return shutReport(site);
      let reading: Reading | undefined;
      let read: Promise<CertificateEvidence> | undefined;
      const certificate = () =>
        (read ??= certificateOf(tab, visit.check, run, wish, (found) => {
          reading = found;
        }));
      const inPassing = () => certificateOf(tab, visit.check, run, 'in passing', () => {});
      // Whoever asks for a check wants to hear what DNS says now.
      const believed = visit.asked === true ? undefined : carriers.believed(site.host, site.port, site.now);
      const ifBelieved = async (): Promise<CertificateEvidence> => {
        const seen = await certificate();
        return leafDigest(seen) === believed ? seen : { kind: 'none', why: 'not needed' };
      };
      const report = await runCheck({
        ...site,
        ...given,
        // What passes by costs nothing; the debugger, which does, is only for sites that have records to compare.
        ...(believed !== undefined && { chains: { when: 'first', certificate: ifBelieved } }),
        ...(believed === undefined &&
          sources.passive.length > 0 && {
            chains: { when: certificateFirst ? 'first' : 'where nothing answers', certificate: inPassing },
          }),
        certificate,
      });
      noteCarrier(carriers, site, report);
      const { certificate: shown, verdict } = report;
      // A kept certificate may confirm, and never accuse: now this connection's own must be read.
      if (shown.kind === 'none' && shown.why === 'earlier one does not fit' && wish === 'automatic') {
        return makeReport(tab, visit, run, 'anew');
      }
      if (reading !== undefined) {
        await sources.active.judged?.(reading.document, reading.evidence, verdict === 'verified');
      }
      return report;
    } catch (error) {
      // A fault of ours must not look like a verdict, nor leave the page without one.
      console.error('Danelaw: the check failed', error);
      return engineReport(site, error);
    }
  };

  return {
    start: (tab, visit) => {
      const run = newRun();
      runs.set(visit.check, run);
      makeReport(tab, visit, run).then((report) => {
        if (runs.delete(visit.check)) dispatch(tab, { kind: 'report', check: visit.check, report });
      });
    },
    settle: (check, visit) => {
      const { evidence } = visit;
      runs.get(check)?.settle(evidence === undefined ? visit : restoreEvidence(evidence));
    },
    judge: (tab, url, evidence) => {
      const run = newRun();
      run.settle(restoreEvidence(evidence));
      return makeReport(tab, { check: '', url, evidence }, run);
    },
    abandon: (check) => {
      const run = runs.get(check);
      runs.delete(check);
      run?.settle({ kind: 'none', why: 'went elsewhere' });
      run?.abandoned.abort();
    },
  };
}

/** One whose certificate answered tells nothing new. A check that never saw one does not, either. */
function noteCarrier(
  carriers: Carriers,
  { host, port, now }: Pick<Report, 'host' | 'port'> & { now: number },
  { notes, certificate }: Report,
): void {
  if (certificate.kind === 'none') return;
  const said = (code: ReportNote['code']) => notes.some((note) => note.code === code);
  const [leaf] = certificate.chain;
  if (said('chain-agrees') && leaf !== undefined) carriers.agreed(host, port, leaf.sha256, now);
  else if (!said('chain-answered')) carriers.forget(host, port);
}

function newRun(): Run {
  let settle: Run['settle'] = () => {};
  const settled = new Promise<CertificateEvidence | Visit>((resolve) => {
    settle = resolve;
  });
  return { settled, settle, abandoned: new AbortController() };
}
