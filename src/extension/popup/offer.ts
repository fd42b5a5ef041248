/** Where a page was not checked: what the popup offers that would change it, as its main button. */
import type { Report } from '../../report.ts';

/** The first leads to the first-run page, the second to the options. */
export type Offer = 'resolver' | 'private windows' | 'check';

export function offerOf({ reason }: Pick<Report, 'reason'>): Offer | undefined {
  // Nobody was asked, since nobody has been chosen.
  if (reason.code === 'no-answer' && reason.failure.code === 'no-resolver') return 'resolver';
  if (reason.code === 'private-window') return 'private windows';
  return reason.code === 'on-click' ? 'check' : undefined;
}

/** The words on the button that opens the options, or the first-run page. */
export function optionsLabel(offer: Offer | undefined): string {
  if (offer === 'resolver') return 'popupChooseResolver';
  return offer === 'private windows' ? 'popupPrivateOptions' : 'popupOptions';
}

/** The words on the button that checks: a first check is not called another. */
export function checkLabel(offer: Offer | undefined): string {
  return offer === 'check' ? 'popupCheckThis' : 'popupCheckAgain';
}
