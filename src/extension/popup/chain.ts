/** The chain of trust of a report as links in order: the root, each zone, the TLSA records, the certificate. */
import type { Reason, Report } from '../../report.ts';

/** `good` holds · `broken` contradicts · `open` proven not to be there · `unknown` could not be found out · `idle` not needed. */
export type LinkState = 'good' | 'broken' | 'open' | 'unknown' | 'idle';

export type ChainLink =
  | { readonly kind: 'zone'; readonly state: LinkState; readonly zone: Report['zones'][number] }
  | { readonly kind: 'tlsa'; readonly state: LinkState; readonly lookup: Report['lookups'][number] }
  | { readonly kind: 'certificate'; readonly state: LinkState; readonly reason: Reason };

const STATE_OF_SECURITY = { secure: 'good', insecure: 'open', bogus: 'broken', indeterminate: 'unknown' } as const;

export function chainOf(report: Report): ChainLink[] {
  if (report.verdict === 'off') return [];
  const links: ChainLink[] = report.zones.map((zone) => ({
    kind: 'zone',
    state: STATE_OF_SECURITY[zone.security],
    zone,
  }));
  // The last one asked is the one the verdict rests on; those before it were aliases' or expanded names'.
  const lookup = report.lookups.findLast(({ type }) => type === 'TLSA');
  if (lookup !== undefined) {
    const absent = lookup.security === 'secure' && lookup.result !== 'answer';
    links.push({ kind: 'tlsa', state: absent ? 'open' : STATE_OF_SECURITY[lookup.security], lookup });
  }
  links.push({ kind: 'certificate', state: certificateState(report), reason: report.reason });
  return links;
}

function certificateState({ verdict }: Report): LinkState {
  switch (verdict) {
    case 'verified':
      return 'good';
    case 'mismatch':
      return 'broken';
    case 'unread':
      return 'unknown';
    default:
      return 'idle';
  }
}
