/**
 * Where we judge otherwise than Unbound and mean to: each with what tells it, the RFC's reason for our side, and a
 * world in which it shows. A listed divergence that no longer shows in its example is an error too.
 */
import type { Security } from '../../src/dnssec/outcome.ts';
import type { Judgement, UnboundVerdict } from './batch.ts';

export interface Divergence {
  readonly id: string;
  readonly ours: Security;
  readonly unbound: UnboundVerdict['security'];
  /** What else must hold for a disagreement to be this one. */
  readonly when: (judgement: Judgement) => boolean;
  /** Why we are right, by the RFCs. */
  readonly why: string;
  /** Where it can be seen: the world's seed and number, and the question in presentation form. */
  readonly example: { readonly seed: string; readonly world: number; readonly name: string; readonly type: string };
}

export const DIVERGENCES: readonly Divergence[] = [
  {
    id: 'a compact NXDOMAIN is one, whatever the RCODE',
    ours: 'secure',
    unbound: 'secure',
    when: ({ ours, unbound, plan }) => plan.online && ours.result === 'nxdomain' && unbound.rcode === 0,
    why: 'RFC 9824 section 2: NXNAME says that the name does not exist; section 5.1: without CO the RCODE stays NOERROR, and section 8: the proof decides.',
    example: { seed: '1', world: 24, name: 'a.*.mailw.a.bb.a.wwwx.w24.', type: 'A' },
  },
];
