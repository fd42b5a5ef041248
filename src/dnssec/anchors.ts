/**
 * Trust anchors: where validation starts. The root's are built in and change with a release of this program
 * (RFC 9102 section 8 names software updates); RFC 5011 is not run, since a sleeping extension cannot keep its
 * 30 days of continuous sightings.
 */
import { Name } from '../dns/name.ts';

/** One delegation signer record that is trusted without proof, for the root or any other name. */
export interface TrustAnchor {
  readonly name: Name;
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
  /** Epoch seconds (RFC 9718 section 2.2). Left out: open-ended. */
  readonly validFrom?: number;
  readonly validUntil?: number;
}

const octets = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));

/** KSK-2017 (Klajeyz) and KSK-2024 (Kmyv6jo), RFC 9718 section 2.3. */
export const ROOT_ANCHORS: readonly TrustAnchor[] = [
  {
    name: Name.root,
    keyTag: 20326,
    algorithm: 8,
    digestType: 2,
    digest: octets('E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'),
    validFrom: Date.UTC(2017, 1, 2) / 1000,
  },
  {
    name: Name.root,
    keyTag: 38696,
    algorithm: 8,
    digestType: 2,
    digest: octets('683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16'),
    validFrom: Date.UTC(2024, 6, 18) / 1000,
  },
];
