/**
 * Certification paths from a leaf upwards (RFC 5280 section 6), for the usages that speak of issuers.
 *
 * `findPaths` follows names and signatures through whatever certificates there are, in any order; `checkPath` applies
 * the rest of the rules to one path, the last certificate being the trust anchor. No trust store is consulted: what
 * makes an anchor is the TLSA record that names it (RFC 7671 section 5.2.2).
 */
import type { SignatureFault } from './algorithm.ts';
import { verifySignature } from './certificate.ts';
import { MAX_PATH, MAX_PATH_SIGNATURES, MAX_PATH_STEPS } from './limits.ts';
import { brokenNameConstraint } from './name-constraints.ts';
import { namesReference, presentedReferences } from './names.ts';
import type { PathFault } from './outcome.ts';
import { type Certificate, isSelfIssued, type KeyUsage, type Purpose, sameName } from './x509.ts';

/** Leaf first. */
export type Path = readonly [Certificate, ...Certificate[]];

export interface BrokenLink {
  readonly issuer: Certificate;
  readonly fault: Extract<PathFault, { code: 'signature' }>;
}

export interface PathSearch {
  /** Every path found, the leaf alone and each beginning of a longer one included, the shorter before the longer. */
  readonly paths: readonly Path[];
  /** Issuers that fit by name and did not sign. */
  readonly broken: readonly BrokenLink[];
  /** The work ran out, so there may be more. */
  readonly exhausted: boolean;
  /** Checks one more signature within the same budget; undefined where that is used up. */
  readonly verify: (certificate: Certificate, spki: Uint8Array) => Promise<SignatureFault | 'valid' | undefined>;
}

/**
 * Breadth first, so that the shortest path is found whatever loops and cross-signatures are thrown in. A key occurs
 * once in a path at most.
 */
export async function findPaths(leaf: Certificate, issuers: readonly Certificate[]): Promise<PathSearch> {
  const verify = createVerifier();
  const paths: Path[] = [[leaf]];
  const broken: BrokenLink[] = [];
  let exhausted = false;
  for (let at = 0; at < paths.length && !exhausted; at++) {
    const path = paths[at]!;
    const top = path.at(-1)!;
    for (const issuer of issuers) {
      if (!sameName(top.issuer, issuer.subject) || isInPath(issuer, path)) continue;
      const result = await verify(top, issuer.spki);
      if (result === undefined || path.length >= MAX_PATH || paths.length >= MAX_PATH_STEPS) exhausted = true;
      else if (result === 'valid') paths.push([...path, issuer]);
      else broken.push({ issuer, fault: { code: 'signature', depth: path.length - 1, fault: result } });
    }
  }
  return { paths, broken, exhausted, verify };
}

function isInPath(certificate: Certificate, path: Path): boolean {
  return path.some((other) => other === certificate || equalKeys(other, certificate));
}

function equalKeys(a: Certificate, b: Certificate): boolean {
  return sameName(a.subject, b.subject) && a.spki.length === b.spki.length && a.spki.every((o, i) => o === b.spki[i]);
}

function createVerifier(): PathSearch['verify'] {
  const known = new Map<Certificate, Map<string, SignatureFault | 'valid'>>();
  let left = MAX_PATH_SIGNATURES;
  return async (certificate, spki) => {
    const results = known.get(certificate) ?? new Map<string, SignatureFault | 'valid'>();
    known.set(certificate, results);
    const key = spki.join();
    const before = results.get(key);
    if (before !== undefined) return before;
    if (left === 0) return undefined;
    left--;
    const result = await verifySignature(certificate, spki);
    results.set(key, result.ok ? 'valid' : result.fault);
    return results.get(key);
  };
}

export interface PathRules {
  /** The names the leaf may have: one of them is enough. */
  readonly references: readonly string[];
  /** Epoch seconds. */
  readonly now: number;
  /** What the leaf is for; a TLS server where left out. */
  readonly purpose?: Purpose;
}

/**
 * The first rule that a path of true signatures breaks; undefined where it breaks none. The anchor is held to the
 * rules too, its path length and name constraints above all (RFC 7671 section 5.2.1).
 */
export function checkPath(path: Path, { references, now, purpose = 'server' }: PathRules): PathFault | undefined {
  for (const [depth, certificate] of path.entries()) {
    const fault = checkIssuer(path, depth) ?? checkExtensions(certificate, depth, purpose);
    if (fault !== undefined) return fault;
  }
  const constraint = brokenNameConstraint(path);
  if (constraint !== undefined) return { code: 'name-constraint', ...constraint };
  // RFC 5280 section 6.1.3 (a) (2). Every certificate, so an expired leaf or anchor fails.
  for (const [depth, { notBefore, notAfter }] of path.entries()) {
    if (now > notAfter) return { code: 'expired', depth, notAfter, now };
    if (now < notBefore) return { code: 'not-yet-valid', depth, notBefore, now };
  }
  // RFC 7671 section 5.2: usage 2 does not dispense with the name check.
  const [leaf] = path;
  if (references.some((reference) => namesReference(leaf, reference, purpose))) return undefined;
  return { code: 'name', references, names: presentedReferences(leaf, purpose) };
}

/** May the certificate at this depth issue the one below it? RFC 5280 section 6.1.4 (k), (l), (n). */
export function checkIssuer(path: Path, depth: number): PathFault | undefined {
  if (depth === 0) return undefined;
  const certificate = path[depth]!;
  const { basicConstraints, keyUsage, version } = certificate;
  // Certificates before version 3 cannot say that they are issuers: that is left to anchors that issued themselves.
  const isAnchor = depth === path.length - 1;
  const oldAnchor = version < 3 && isAnchor && isSelfIssued(certificate);
  const mayIssue = basicConstraints?.ca ?? oldAnchor;
  if (!mayIssue || (keyUsage !== undefined && !keyUsage.includes('keyCertSign'))) {
    return { code: 'not-an-issuer', depth };
  }
  const allowed = basicConstraints?.pathLength;
  // Section 4.2.1.9: the number of issuers between this one and the leaf, those that issued themselves not counted.
  const below = path.slice(1, depth).filter((issuer) => !isSelfIssued(issuer)).length;
  return allowed !== undefined && below > allowed ? { code: 'path-length', depth, allowed } : undefined;
}

const ANY_PURPOSE = '2.5.29.37.0';
/** Extended key usage (RFC 5280 section 4.2.1.12), and the key usages of which the leaf needs one. */
const PURPOSES: Readonly<Record<Purpose, { readonly oid: string; readonly keyUsages: readonly KeyUsage[] }>> = {
  server: { oid: '1.3.6.1.5.5.7.3.1', keyUsages: ['digitalSignature', 'keyEncipherment', 'keyAgreement'] },
  client: { oid: '1.3.6.1.5.5.7.3.2', keyUsages: ['digitalSignature', 'keyAgreement'] },
  // RFC 8550 section 4.4.2: for signing or for encrypting.
  email: {
    oid: '1.3.6.1.5.5.7.3.4',
    keyUsages: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement'],
  },
};

function checkExtensions(certificate: Certificate, depth: number, purpose: Purpose): PathFault | undefined {
  const [bad] = certificate.badExtensions;
  if (bad !== undefined) return { code: 'bad-extension', depth, oid: bad };
  // RFC 5280 section 4.2: a critical extension that is not understood.
  const [unknown] = certificate.unknownCritical;
  if (unknown !== undefined) return { code: 'critical-extension', depth, oid: unknown };
  // An issuer's purposes bind those below it, as browsers and OpenSSL have it, beyond RFC 5280 section 4.2.1.12.
  const { extendedKeyUsage, keyUsage } = certificate;
  if (extendedKeyUsage && !extendedKeyUsage.some((oid) => oid === PURPOSES[purpose].oid || oid === ANY_PURPOSE)) {
    return { code: 'purpose', depth };
  }
  if (depth === 0 && keyUsage && !PURPOSES[purpose].keyUsages.some((usage) => keyUsage.includes(usage))) {
    return { code: 'purpose', depth };
  }
  return undefined;
}
