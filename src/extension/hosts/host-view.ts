/** From the hosts kept for a tab to what is shown of them: the worst first, and how many there are of which kind. */
import type { SiteVerdict } from '../../report.ts';
import { isCurrent } from '../verdict-life.ts';
import type { HostCertificate, HostReport, PageHost, TabHosts } from './host-list.ts';

export type HostLook = SiteVerdict | 'pending' | 'unchecked';

export interface HostView {
  readonly host: string;
  readonly port: number;
  readonly look: HostLook;
  /** The worst of its certificates' reports, as long as it holds. */
  readonly report?: HostReport;
  /** How many different certificates its connections showed. */
  readonly certificates: number;
}

export interface HostsView {
  /** The worst first. */
  readonly hosts: readonly HostView[];
  /** There were more than are listed. */
  readonly full: boolean;
  /** Was every request of the page seen? */
  readonly watched: boolean;
  readonly counts: HostCounts;
}

export interface HostCounts {
  readonly total: number;
  readonly pending: number;
  readonly mismatch: number;
  readonly bogus: number;
}

/** Undefined where nothing is known of the document shown. `now`: epoch seconds. */
export function viewHosts({ shown, documents }: TabHosts, now: number): HostsView | undefined {
  const document = documents.find(({ key }) => key === shown);
  if (shown === undefined || document === undefined) return undefined;
  const hosts = document.hosts.map((host) => viewHost(host, now));
  const count = (look: HostLook) => hosts.filter((host) => host.look === look).length;
  return {
    hosts: hosts.sort((a, b) => rankOf(a.look) - rankOf(b.look) || compare(a.host, b.host) || a.port - b.port),
    full: document.full ?? false,
    watched: document.watched,
    counts: {
      total: hosts.length,
      pending: count('pending'),
      mismatch: count('mismatch'),
      bogus: count('bogus'),
    },
  };
}

/** The worst first; of one host's certificates the first in this order counts. */
const RANKS: readonly HostLook[] = [
  'mismatch',
  'bogus',
  'unread',
  'indeterminate',
  'pending',
  'unchecked',
  'verified',
  'signed',
  'insecure',
  'off',
];

function rankOf(look: HostLook): number {
  return RANKS.indexOf(look);
}

function viewHost({ host, port, certificates }: PageHost, now: number): HostView {
  const seen = certificates.map((certificate) => ({ certificate, look: lookOf(certificate, now) }));
  const [worst] = seen.sort((a, b) => rankOf(a.look) - rankOf(b.look));
  const report = worst?.look === 'pending' || worst?.look === 'unchecked' ? undefined : worst?.certificate.report;
  return {
    host,
    port,
    look: worst?.look ?? 'unchecked',
    ...(report === undefined ? {} : { report }),
    certificates: certificates.length,
  };
}

function lookOf({ check, report }: HostCertificate, now: number): HostLook {
  if (check !== undefined) return 'pending';
  return report !== undefined && isCurrent(report, now) ? report.verdict : 'unchecked';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
