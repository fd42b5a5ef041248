/** What each verdict of the inspector looks like. The words beside it are messages, one a verdict. */
import type { ChainVerdict } from '../../chains/check-chain.ts';
import type { AssociationVerdict } from '../../people/associated.ts';
import type { OpenPgpKeyVerdict } from '../../people/openpgpkey.ts';
import type { PaymentVerdict } from '../../people/payment.ts';
import type { UnansweredVerdict } from '../../people/published.ts';
import type { SiteVerdict } from '../../report.ts';
import type { ServiceVerdict } from '../../services/report.ts';

export type Verdict =
  | SiteVerdict
  | ServiceVerdict
  | OpenPgpKeyVerdict
  | AssociationVerdict
  | UnansweredVerdict
  | PaymentVerdict
  | ChainVerdict
  /** Of records by themselves: they are there, or proven not to be. */
  | 'answer'
  | 'nothing';

/** Names of icons. */
export type Look = SiteVerdict;

/**
 * `verified`: what is shown is proven, and there is nothing left to compare. `unread`: it is published and proven, and
 * nothing was compared with it.
 */
const LOOKS: Readonly<Record<Verdict, Look>> = {
  verified: 'verified',
  answer: 'verified',
  secure: 'verified',
  found: 'verified',
  payable: 'verified',
  published: 'unread',
  unread: 'unread',
  partial: 'signed',
  signed: 'signed',
  nothing: 'signed',
  none: 'signed',
  absent: 'signed',
  unusable: 'signed',
  insecure: 'insecure',
  indeterminate: 'indeterminate',
  mismatch: 'mismatch',
  refused: 'mismatch',
  bogus: 'bogus',
  off: 'off',
};

export const VERDICTS = Object.keys(LOOKS) as readonly Verdict[];

export function lookOfVerdict(verdict: Verdict): Look {
  return LOOKS[verdict];
}
