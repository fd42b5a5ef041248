/** Firefox: responses that wait for their verdict, a page's (each redirect's included) and those of what it loads. */
import type { Report } from '../../report.ts';
import type { Held, Sighting } from '../certificates/source.ts';
import { type StoredEvidence, storeEvidence } from '../certificates/stored.ts';
import type { HostReport } from '../hosts/host-list.ts';
import type { HostSighting } from '../hosts/host-sightings.ts';
import { targetOf } from '../site.ts';
import type { DecidedOn, Decision } from './decision.ts';
import { certificateDigest, type Place } from './exceptions.ts';

export interface HoldingSurroundings {
  readonly ready: Promise<void>;
  readonly isPrivate: (tab: number) => Promise<boolean>;
  readonly isOff: () => boolean;
  readonly protectsParts: () => boolean;
  /** How long a response may wait. */
  readonly limitMs: () => number;
  readonly decideOn: (
    tab: number,
    place: Place,
    report: DecidedOn | undefined,
    certificate: string,
    late?: boolean,
  ) => Decision;
  readonly reportOf: (tab: number, requestId: string, url: string, evidence: StoredEvidence) => Promise<Report>;
  readonly judgePart: (tab: number, sighting: HostSighting) => Promise<HostReport | undefined>;
  readonly stop: (
    tab: number,
    page: {
      readonly url: string;
      readonly place: Place;
      readonly report: Report;
      readonly certificate: string;
    },
  ) => Promise<void>;
}

export interface Holding {
  holdPage(sighting: Sighting): Promise<Held>;
  holdPart(sighting: HostSighting): Promise<Held>;
}

export function createHolding(surroundings: HoldingSurroundings): Holding {
  const { ready, isPrivate, isOff, protectsParts, limitMs, decideOn, reportOf, judgePart, stop } = surroundings;
  /** Waits for the verdict as long as it may. `since`: `performance.now()` when the response came. */
  const isToStop = async (
    tab: number,
    place: Place,
    certificate: string,
    found: Promise<DecidedOn | undefined>,
    since: number,
  ): Promise<boolean> => {
    const limit = timer(limitMs() - (performance.now() - since));
    const inTime = await Promise.race([found, limit.over]);
    limit.stop();
    const decision = decideOn(tab, place, inTime, certificate, inTime === undefined);
    return isStop(decision === 'wait' ? decideOn(tab, place, await found, certificate) : decision);
  };

  const holdPage = async ({ tab, requestId, url, evidence }: Sighting): Promise<Held> => {
    const since = performance.now();
    await ready;
    if (isOff()) return 'go';
    const [privately, seen] = await Promise.all([isPrivate(tab), evidence]);
    const stored = storeEvidence(seen);
    const place = placeOf(url, privately);
    if (place === undefined) return 'go';
    const certificate = certificateDigest(stored);
    const found = reportOf(tab, requestId, url, stored);
    if (!(await isToStop(tab, place, certificate, found, since))) return 'go';
    await stop(tab, { url, place, report: await found, certificate });
    return 'stop';
  };
  const holdPart = async (sighting: HostSighting): Promise<Held> => {
    const since = performance.now();
    await ready;
    if (!protectsParts()) return 'go';
    const { tab, host, port, evidence } = sighting;
    const [privately, seen] = await Promise.all([isPrivate(tab), evidence]);
    const place = { host, port, private: privately };
    const certificate = certificateDigest(storeEvidence(seen));
    return (await isToStop(tab, place, certificate, judgePart(tab, sighting), since)) ? 'stop' : 'go';
  };
  return { holdPage, holdPart };
}

export function isStop(decision: Decision): boolean {
  return decision === 'warn' || decision === 'block';
}

/** Only https has a certificate to be judged by. */
export function placeOf(url: string, privately: boolean): Place | undefined {
  const target = targetOf(url);
  return target.kind === 'off' ? undefined : { host: target.host, port: target.port, private: privately };
}

function timer(ms: number) {
  let running: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    running = setTimeout(() => resolve(undefined), Math.max(0, ms));
  });
  return { over, stop: () => clearTimeout(running) };
}
