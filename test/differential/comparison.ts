/** Our verdict beside Unbound's: the same, or otherwise for a reason that is known, or a disagreement. */
import { RCODE, rcodeMnemonic } from '../../src/dns/codes.ts';
import type { Judgement } from './batch.ts';
import { DIVERGENCES, type Divergence } from './divergences.ts';

export type Comparison =
  | { readonly kind: 'agreement' }
  /** No answer was to be had, for us with CD=1 and for Unbound alike. */
  | { readonly kind: 'no answer' }
  | { readonly kind: 'known divergence'; readonly divergence: Divergence }
  | { readonly kind: 'disagreement'; readonly about: 'security' | 'RCODE' };

export function compare(judgement: Judgement, divergences: readonly Divergence[] = DIVERGENCES): Comparison {
  const { ours, reply, unbound } = judgement;
  const { reason } = ours;
  const unanswered = reason.code === 'no-answer' || reason.code === 'resolver-error';
  if (unanswered && (unbound.security === 'no answer' || unbound.rcode === RCODE.SERVFAIL))
    return { kind: 'no answer' };
  const sameSecurity = ours.security === unbound.security;
  // Where nothing is proven the RCODE is only what came along. What Unbound said with CD=1 counts as well: of a DS it
  // may say NODATA later, by what it has learnt of the names around.
  const rcodes = [unbound.rcode, ...(reply.ok ? [reply.message.rcode] : [])].map(rcodeMnemonic);
  const sameRcode = ours.security !== 'secure' || rcodes.includes(ours.rcode);
  if (sameSecurity && sameRcode) return { kind: 'agreement' };
  const divergence = divergences.find(
    (known) => known.ours.includes(ours.security) && known.unbound.includes(unbound.security) && known.when(judgement),
  );
  if (divergence !== undefined) return { kind: 'known divergence', divergence };
  return { kind: 'disagreement', about: sameSecurity ? 'RCODE' : 'security' };
}
