/** Where a page was not checked: what the popup offers that would change it, as its main button. */
import type { Report } from '../../report.ts';

/** Each leads to the options. */
export type Offer = 'resolver' | 'private windows';

export function offerOf({ reason }: Pick<Report, 'reason'>): Offer | undefined {
  // Nobody was asked, since nobody has been chosen.
  if (reason.code === 'no-answer' && reason.failure.code === 'no-resolver') return 'resolver';
  return reason.code === 'private-window' ? 'private windows' : undefined;
}

/** The words on the button that opens the options. */
export function optionsLabel(offer: Offer | undefined): string {
  if (offer === undefined) return 'popupOptions';
  return offer === 'resolver' ? 'popupChooseResolver' : 'popupPrivateOptions';
}
