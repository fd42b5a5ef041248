/**
 * An X.509 certificate as a plain immutable value (RFC 5280). `certificate.ts` makes it and is the only file to.
 */
import type { SignatureAlgorithm } from './algorithm.ts';
import type { DerFaultCode } from './der.ts';

export type CertificateFault = DerFaultCode | 'too large';

export type ParsedCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly fault: CertificateFault };

export interface DistinguishedName {
  /** `CN=www.example.com, O=Example`, in the order of the certificate. The issuer's text, to be escaped for display. */
  readonly text: string;
  readonly der: Uint8Array;
  /** One each part, equal for parts that RFC 5280 section 7.1 calls equal: letter case, spaces, string type aside. */
  readonly parts: readonly string[];
  readonly commonNames: readonly string[];
  /** Mail addresses, as old certificates have them (RFC 5280 section 4.1.2.6). */
  readonly emailAddresses: readonly string[];
}

/** What a leaf is used for, and which of its names count: those of a host, or a mail address. */
export type Purpose = 'server' | 'client' | 'email';

export type KeyUsage = 'digitalSignature' | 'nonRepudiation' | 'keyEncipherment' | 'keyAgreement' | 'keyCertSign';

/** A base name of a name constraint (RFC 5280 section 4.2.1.10). */
export type NameSubtree =
  | { readonly kind: 'dns'; readonly name: string }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  /** Address and mask, 8 or 32 octets. */
  | { readonly kind: 'ip'; readonly range: Uint8Array }
  /** Kinds this program does not judge, by their GeneralName tag. */
  | { readonly kind: 'other'; readonly tag: number };

export interface Certificate {
  readonly der: Uint8Array;
  /** The octets the issuer signed. */
  readonly tbs: Uint8Array;
  /** The whole SubjectPublicKeyInfo SEQUENCE, as selector 1 means it (RFC 6698 section 2.1.2). */
  readonly spki: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Hex. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Epoch seconds, both inclusive (RFC 5280 section 4.1.2.5). */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** subjectAltName entries; `otherNameKinds` are the GeneralName tags of the rest. */
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly ipAddresses: readonly Uint8Array[];
  readonly otherNameKinds: readonly number[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  /** Object identifiers. */
  readonly extendedKeyUsage?: readonly string[];
  readonly nameConstraints?: { readonly permitted: readonly NameSubtree[]; readonly excluded: readonly NameSubtree[] };
  /** Hex. */
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  /** Where the issuer's certificate can be had (RFC 5280 section 4.2.2.1). */
  readonly caIssuers: readonly string[];
  /** The value of an extension that holds a DNSSEC chain, as it is; `embedded-chain.ts` reads it. */
  readonly dnssecChain?: Uint8Array;
  /** The same for a proof of Handshake's tree, which nobody here can verify. */
  readonly urkelProof?: Uint8Array;
  /** Object identifiers of critical extensions nobody here understands. */
  readonly unknownCritical: readonly string[];
  /** Object identifiers of extensions that do not decode or stand there twice. */
  readonly badExtensions: readonly string[];
}

/** Subject and issuer are the same name: a root, or a certificate that claims to be one (RFC 5280 section 3.2). */
export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.subject, certificate.issuer);
}

export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a.parts.length === b.parts.length && isWithin(a, b);
}

/** Is `name` the name `ancestor` or one below it (RFC 5280 section 4.2.1.10, on directory names)? */
export function isWithin(name: DistinguishedName, ancestor: DistinguishedName): boolean {
  return ancestor.parts.every((part, i) => part === name.parts[i]);
}
