/** Certificates that carry the DNSSEC chain of the TLSA record that names their own key, as deployed code makes them. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import type { TrustAnchor } from '../../src/dnssec/anchors.ts';
import { proveLookups } from '../../src/dnssec/prove.ts';
import { makeCertificate, subjectPublicKeyInfo } from './certificate.ts';
import type { World } from './world.ts';

export interface SiteKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** The TLSA rdata that names it: 3 1 1. */
  readonly tlsa: string;
}

export function makeSiteKey(): SiteKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const digest = createHash('sha256').update(subjectPublicKeyInfo(publicKey)).digest('hex');
  return { publicKey, privateKey, tlsa: `TLSA 3 1 1 ${digest}` };
}

/** The records that prove what `owner` has of TLSA, back to back. */
export async function chainOf(world: World, owner: string, anchors: readonly TrustAnchor[], now: number) {
  const { chain, holds } = await proveLookups({
    ask: world.ask,
    now,
    anchors,
    lookups: [{ name: Name.parse(owner), type: TYPE.TLSA }],
  });
  return { chain, holds };
}

/** The extension's value: port and support lifetime before the chain. */
export function extensionValue(chain: Uint8Array, port = 443, lifetimeHours = 0): Uint8Array {
  return Uint8Array.of(port >> 8, port & 0xff, lifetimeHours >> 8, lifetimeHours & 0xff, ...chain);
}

/** Self-signed, as most certificates of this kind are. */
export function selfSigned(
  host: string,
  { publicKey, privateKey }: SiteKey,
  now: number,
  proofs: { readonly dnssecChain?: Uint8Array; readonly urkelProof?: Uint8Array } = {},
): Uint8Array {
  return makeCertificate({
    subject: host,
    issuer: host,
    publicKey,
    signingKey: privateKey,
    issuerPublicKey: publicKey,
    notBefore: now - 3600,
    notAfter: now + 30 * 86_400,
    use: { kind: 'server', hosts: [host] },
    ...proofs,
  });
}
