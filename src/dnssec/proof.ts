/**
 * What a denial of existence can prove, the same words for NSEC and NSEC3. `nsec.ts` and `nsec3.ts` judge records
 * whose signatures have been verified already.
 */
import type { MissingProof } from './outcome.ts';

export type Proof =
  | {
      readonly proven: 'nodata';
      /** The name itself is an unsigned delegation: NS there, neither DS nor SOA (RFC 4035 section 5.2). */
      readonly delegation: boolean;
      /** It rests on an opt-out span, so a name that exists unsigned is not excluded (RFC 5155 section 9.2). */
      readonly optOut: boolean;
    }
  | { readonly proven: 'nxdomain'; readonly optOut: boolean }
  /** The name lies in an opt-out span, so nothing is known but that it has no signed delegation (RFC 5155 section 8.6). */
  | { readonly proven: 'opt-out' }
  | { readonly proven: 'nothing'; readonly missing: MissingProof };

/** Does a denial show that a wildcard answer was due (RFC 4035 section 5.3.4, RFC 5155 section 8.8)? */
export type WildcardProof = 'proven' | 'opt-out' | 'missing';
