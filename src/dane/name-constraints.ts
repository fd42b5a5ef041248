/**
 * Name constraints (RFC 5280 section 4.2.1.10) over DNS names, directory names and addresses. A constraint of another
 * kind cannot be judged, so a certificate that has names of that kind counts as shut out.
 */
import { presentedNames } from './names.ts';
import { type Certificate, isSelfIssued, isWithin, type NameSubtree } from './x509.ts';

/** GeneralName tag of a directoryName. */
const DIRECTORY_TAG = 4;

/** The first name in a path (leaf first) that an issuer above it shuts out, and that issuer's depth. */
export function brokenNameConstraint(path: readonly Certificate[]): { depth: number; name: string } | undefined {
  for (const [depth, { nameConstraints }] of path.entries()) {
    if (nameConstraints === undefined) continue;
    for (const [below, certificate] of path.slice(0, depth).entries()) {
      // Section 6.1.3 (b): an issuer that issued itself is exempt, the leaf never.
      if (below > 0 && isSelfIssued(certificate)) continue;
      const name = constrainedNames(certificate).find(
        (candidate) =>
          nameConstraints.excluded.some((subtree) => overlaps(candidate, subtree)) ||
          !isPermitted(candidate, nameConstraints.permitted),
      );
      if (name !== undefined) return { depth, name: name.text };
    }
  }
  return undefined;
}

type ConstrainedName =
  | { readonly kind: 'dns'; readonly text: string; readonly labels: readonly string[] }
  | { readonly kind: 'directory'; readonly text: string; readonly name: Certificate['subject'] }
  | { readonly kind: 'ip'; readonly text: string; readonly address: Uint8Array }
  | { readonly kind: 'other'; readonly text: string; readonly tag: number };

function constrainedNames(certificate: Certificate): ConstrainedName[] {
  const { subject, ipAddresses, otherNameKinds } = certificate;
  return [
    ...presentedNames(certificate).map((text) => ({ kind: 'dns' as const, text, labels: labelsOf(text) })),
    ...(subject.parts.length > 0 ? [{ kind: 'directory' as const, text: subject.text, name: subject }] : []),
    ...ipAddresses.map((address) => ({ kind: 'ip' as const, text: address.join('.'), address })),
    ...otherNameKinds.map((tag) => ({ kind: 'other' as const, text: `[${tag}]`, tag })),
  ];
}

/** A kind of name that no permitted subtree speaks of is free. */
function isPermitted(name: ConstrainedName, permitted: readonly NameSubtree[]): boolean {
  const relevant = permitted.filter((subtree) => isOfKind(name, subtree));
  return relevant.length === 0 || relevant.some((subtree) => covers(subtree, name));
}

function isOfKind(name: ConstrainedName, subtree: NameSubtree): boolean {
  if (name.kind !== 'other') return name.kind === subtree.kind;
  return subtree.kind === 'other'
    ? subtree.tag === name.tag
    : subtree.kind === 'directory' && name.tag === DIRECTORY_TAG;
}

function covers(subtree: NameSubtree, name: ConstrainedName): boolean {
  if (subtree.kind === 'dns' && name.kind === 'dns') return coversLabels(subtree.name, name.labels);
  if (subtree.kind === 'directory' && name.kind === 'directory') return isWithin(name.name, subtree.name);
  if (subtree.kind === 'ip' && name.kind === 'ip') return coversAddress(subtree.range, name.address);
  return false;
}

/** Does the name lie in an excluded subtree, may it, or can nobody tell? */
function overlaps(name: ConstrainedName, subtree: NameSubtree): boolean {
  if (!isOfKind(name, subtree)) return false;
  if (name.kind === 'other' || subtree.kind === 'other') return true;
  if (covers(subtree, name)) return true;
  // A wildcard reaches into every subtree one label below its own domain.
  if (name.kind !== 'dns' || subtree.kind !== 'dns' || name.labels[0] !== '*') return false;
  const base = labelsOf(subtree.name.replace(/^\./, ''));
  return base.length === name.labels.length && base.slice(1).every((label, i) => label === name.labels[i + 1]);
}

/** The base with any labels added on its left; a leading dot demands at least one. The empty base is every name. */
function coversLabels(base: string, labels: readonly string[]): boolean {
  if (base === '') return true;
  const dotted = base.startsWith('.');
  const baseLabels = labelsOf(dotted ? base.slice(1) : base);
  const extra = labels.length - baseLabels.length;
  return extra >= (dotted ? 1 : 0) && baseLabels.every((label, i) => label === labels[extra + i]);
}

function coversAddress(range: Uint8Array, address: Uint8Array): boolean {
  if (range.length !== 2 * address.length) return false;
  return address.every((octet, i) => ((octet ^ range[i]!) & range[address.length + i]!) === 0);
}

function labelsOf(name: string): string[] {
  return name.toLowerCase().split('.');
}
