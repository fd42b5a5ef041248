/**
 * Runs the checks of hosts: a few at a time, and one for everybody who waits for the same host with the same
 * certificate, in whichever tab. What was found out is used again as long as it holds.
 */
import { checkSite, offReport } from '../../check.ts';
import { isLocalHost } from '../../dane/local-address.ts';
import { classifyHost } from '../../dane/owner.ts';
import type { Reason, Report } from '../../report.ts';
import { restoreEvidence } from '../certificates/stored.ts';
import type { Engine } from '../engine.ts';
import { engineReport } from '../site.ts';
import { needsCheck } from '../verdict-life.ts';
import type { HostReport, HostRun, HostsEvent } from './host-list.ts';

/** The page's own check comes beside these; each asks a handful of questions. */
export const MAX_CHECKS_IN_FLIGHT = 6;
/** Verdicts of hosts that are remembered for other pages. */
export const MAX_REMEMBERED = 512;

/** Before the keys of what private windows find out, which is theirs alone. No host begins so. */
const PRIVATE = 'private ';
/** At the end of the keys of checks that the person asked for: another one may have been refused. */
const ASKED = ' asked';

export interface HostChecks {
  /** `pageHost`: the host of the page, where it is known. */
  start(tab: number, run: HostRun, pageHost: string | undefined): void;
  abandon(check: string): void;
  /** The verdict for somebody else than a page's list; undefined where the settings changed meanwhile. */
  judge(tab: number, run: Omit<HostRun, 'check'>, pageHost: string | undefined): Promise<HostReport | undefined>;
  /** Not where it is known, and lasts, that no certificate decides anything at that host. */
  needsCertificate(host: string, port: number): boolean;
  /** Resolver or anchors changed: nothing found out before counts. */
  forget(): void;
  /** The last private window is closed. */
  forgetPrivate(): void;
}

export interface HostChecksSurroundings {
  readonly engine: (tab: number) => Promise<Engine>;
  readonly isPrivate: (tab: number) => Promise<boolean>;
  readonly dispatch: (tab: number, event: HostsEvent) => void;
  /** Epoch seconds. */
  readonly now: () => number;
  /** For tests. */
  readonly check?: typeof checkSite;
}

interface Job {
  readonly run: HostRun;
  readonly tab: number;
  /** The tab of each run that waits for it. */
  readonly waiting: Map<string, number>;
  started: boolean;
}

export function createHostChecks(surroundings: HostChecksSurroundings): HostChecks {
  const { engine, isPrivate, now, check: runCheck = checkSite } = surroundings;
  /** Others who wait for a run. */
  const askers = new Map<string, (report?: HostReport) => void>();
  let askings = 0;
  const dispatch = (tab: number, event: Extract<HostsEvent, { kind: 'report' }>): void => {
    const asker = askers.get(event.check);
    if (asker === undefined) surroundings.dispatch(tab, event);
    else asker(event.report);
    askers.delete(event.check);
  };
  /** In the order they came. */
  const jobs = new Map<string, Job>();
  /** The one used last at the end. */
  const remembered = new Map<string, HostReport>();
  /** What holds whatever certificate is shown, by host and port; of private windows nothing. */
  const withoutRecords = new Map<string, HostReport>();
  /** Runs of which it is not known yet whether their tab is private. */
  const starting = new Set<string>();
  let inFlight = 0;

  const recall = (key: string): HostReport | undefined => {
    const report = remembered.get(key);
    if (report === undefined) return undefined;
    remembered.delete(key);
    if (needsCheck(report, now())) return undefined;
    remembered.set(key, report);
    return report;
  };
  const remember = (key: string, { host, port }: HostRun, report: HostReport): void => {
    keepIn(remembered, key, report);
    if (key.startsWith(PRIVATE)) return;
    const place = `${host}:${port}`;
    if (report.verdict === 'signed' || report.verdict === 'insecure') keepIn(withoutRecords, place, report);
    else withoutRecords.delete(place);
  };
  const recallWithoutRecords = (host: string, port: number): HostReport | undefined => {
    const report = withoutRecords.get(`${host}:${port}`);
    return report !== undefined && !needsCheck(report, now()) ? report : undefined;
  };
  const startWaiting = (): void => {
    for (const [key, job] of jobs) {
      if (inFlight >= MAX_CHECKS_IN_FLIGHT) return;
      if (!job.started) work(key, job);
    }
  };
  const work = async (key: string, job: Job): Promise<void> => {
    job.started = true;
    inFlight++;
    const report = await makeReport(job.run, job.tab);
    inFlight--;
    // Nobody else may have taken its place meanwhile: the settings may have changed.
    if (jobs.get(key) === job) {
      jobs.delete(key);
      remember(key, job.run, report);
      for (const [check, tab] of job.waiting) dispatch(tab, { kind: 'report', check, report });
    }
    startWaiting();
  };
  const makeReport = async ({ host, port, evidence, asked }: HostRun, tab: number): Promise<HostReport> => {
    const site = { host, port, now: now() };
    try {
      const certificate = restoreEvidence(evidence);
      const { refuses, ...given } = await engine(tab);
      const refusal = refuses(host, asked === true);
      if (refusal !== undefined) return keptOf(offReport(site, refusal));
      return keptOf(await runCheck({ ...site, ...given, certificate: async () => certificate }));
    } catch (error) {
      // A fault of ours must not look like a verdict, nor leave the host without one.
      console.error('Danelaw: the check of a host failed', error);
      return keptOf(engineReport(site, error));
    }
  };

  const start: HostChecks['start'] = async (tab, run, pageHost) => {
    const { host, port, mark, check, asked = false } = run;
    starting.add(check);
    const privately = await isPrivate(tab);
    if (!starting.delete(check)) return;
    const key = `${privately ? PRIVATE : ''}${host}:${port} ${mark}${asked ? ASKED : ''}`;
    const report = mayBeAsked(host, pageHost)
      ? (recall(key) ?? (privately || mark !== '' ? undefined : recallWithoutRecords(host, port)))
      : keptOf(offReport({ host, port, now: now() }, { code: 'local-name', host }));
    if (report !== undefined) {
      dispatch(tab, { kind: 'report', check, report });
      return;
    }
    const job = jobs.get(key) ?? { run, tab, waiting: new Map(), started: false };
    job.waiting.set(check, tab);
    jobs.set(key, job);
    startWaiting();
  };

  return {
    start,
    judge: (tab, run, pageHost) =>
      new Promise((resolve) => {
        askings += 1;
        const check = `asked ${askings}`;
        askers.set(check, resolve);
        start(tab, { ...run, check }, pageHost);
      }),
    abandon: (check) => {
      starting.delete(check);
      for (const [key, job] of jobs) {
        if (job.waiting.delete(check) && job.waiting.size === 0 && !job.started) jobs.delete(key);
      }
    },
    needsCertificate: (host, port) => recallWithoutRecords(host, port) === undefined,
    forget: () => {
      withoutRecords.clear();
      for (const asker of askers.values()) asker();
      askers.clear();
      jobs.clear();
      remembered.clear();
    },
    forgetPrivate: () => {
      for (const key of [...remembered.keys()]) if (key.startsWith(PRIVATE)) remembered.delete(key);
    },
  };
}

/** The one used first goes when there are too many. */
function keepIn(reports: Map<string, HostReport>, key: string, report: HostReport): void {
  reports.delete(key);
  reports.set(key, report);
  for (const oldest of reports.keys()) {
    if (reports.size <= MAX_REMEMBERED) break;
    reports.delete(oldest);
  }
}

/** A page from outside must not make the resolver hear of names in the person's own network. */
function mayBeAsked(host: string, pageHost: string | undefined): boolean {
  const isLocalName = classifyHost(host).kind === 'name' && isLocalHost(host);
  return !isLocalName || (pageHost !== undefined && isLocalHost(pageHost));
}

function keptOf({ verdict, reason, checkedAt, validUntil }: Report): HostReport {
  return { verdict, reason: shortened(reason), checkedAt, validUntil };
}

const MAX_REASON_CHARACTERS = 2000;
const MAX_LIST = 9;
const MAX_TEXT = 100;

/** Reasons quote DNS and certificates, which may be as long as their owner likes; sixty hosts' are stored at once. */
function shortened(reason: Reason): Reason {
  if (JSON.stringify(reason).length <= MAX_REASON_CHARACTERS) return reason;
  const cut = (value: unknown): unknown => {
    if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
    if (Array.isArray(value)) return value.slice(0, MAX_LIST).map(cut);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, cut(field)]));
  };
  return cut(reason) as Reason;
}
