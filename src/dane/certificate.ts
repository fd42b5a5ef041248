/**
 * X.509 certificates (RFC 5280): octets in, a plain immutable value out. Exactly one certificate in DER of at most
 * 64 KiB, nothing after it; see `der.ts` for what counts as DER.
 *
 * The structure and everything TLSA compares is read from the sender's own octets; pkijs decodes names and
 * extension values only, and is known to this file alone. An extension that does not decode, or stands there twice,
 * spoils paths through the certificate (RFC 5280 section 4.2), not the certificate: usage 3 needs none of them.
 */
import { BaseStringBlock, fromBER } from 'asn1js';
import { AltName, AuthorityKeyIdentifier, BasicConstraints, ExtKeyUsage, InfoAccess, NameConstraints } from 'pkijs';
import { toHex } from '../dns/encodings.ts';
import { equalOctets } from '../dns/name.ts';
import { planVerification, readSignatureAlgorithm, type SignatureFault, type VerificationPlan } from './algorithm.ts';
import {
  bitStringOctets,
  checkBitString,
  DerFault,
  DerReader,
  objectIdentifierText,
  readDer,
  TAG,
  timeSeconds,
} from './der.ts';
import { MAX_CERTIFICATE_OCTETS } from './limits.ts';
import type { Certificate, DistinguishedName, KeyUsage, NameSubtree, ParsedCertificate } from './x509.ts';

export function parseCertificate(octets: Uint8Array): ParsedCertificate {
  if (octets.length > MAX_CERTIFICATE_OCTETS) return { ok: false, fault: 'too large' };
  try {
    // A copy of our own, so that nobody can change the value afterwards.
    return { ok: true, certificate: Object.freeze(readCertificate(octets.slice())) };
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return { ok: false, fault: error.code };
  }
}

/** Is this one SubjectPublicKeyInfo in DER, of whatever algorithm? */
export function isSubjectPublicKeyInfo(octets: Uint8Array): boolean {
  try {
    checkSpki(readDer(octets, TAG.SEQUENCE).contents);
    return true;
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return false;
  }
}

/** RFC 5280 section 4.1. */
function readCertificate(der: Uint8Array): Certificate {
  const outer = new DerReader(readDer(der, TAG.SEQUENCE).contents);
  const tbs = outer.next(TAG.SEQUENCE);
  const outerAlgorithm = outer.next(TAG.SEQUENCE);
  const signature = bitStringOctets(outer.next(TAG.BIT_STRING));
  outer.expectEnd();

  const reader = new DerReader(tbs.contents);
  const version = readVersion(reader);
  const serial = toHex(reader.next(TAG.INTEGER).contents);
  const algorithm = reader.next(TAG.SEQUENCE);
  // Section 4.1.1.2: the algorithm outside the signature must be the one inside.
  if (!equalOctets(algorithm.whole, outerAlgorithm.whole)) throw new DerFault('unexpected element');
  const issuer = readName(reader.next(TAG.SEQUENCE).whole);
  const validity = new DerReader(reader.next(TAG.SEQUENCE).contents);
  const notBefore = timeSeconds(validity.next());
  const notAfter = timeSeconds(validity.next());
  validity.expectEnd();
  const subject = readName(reader.next(TAG.SEQUENCE).whole);
  const spki = reader.next(TAG.SEQUENCE);
  checkSpki(spki.contents);
  // Unique identifiers, which nobody uses (section 4.1.2.8).
  for (const tag of [0x81, 0x82]) {
    const identifier = reader.optional(tag);
    if (identifier !== undefined) checkBitString(identifier.contents);
  }
  const extensions = reader.optional(0xa3);
  reader.expectEnd();
  return {
    der,
    tbs: tbs.whole,
    spki: spki.whole,
    version,
    serial,
    subject,
    issuer,
    notBefore,
    notAfter,
    signatureAlgorithm: readSignatureAlgorithm(algorithm.contents),
    signature,
    ...readExtensions(extensions && readDer(extensions.contents, TAG.SEQUENCE).contents),
  };
}

function readVersion(reader: DerReader): 1 | 2 | 3 {
  const tagged = reader.optional(0xa0);
  if (tagged === undefined) return 1;
  const { contents } = readDer(tagged.contents, TAG.INTEGER);
  const version = contents.length === 1 ? contents[0]! + 1 : 0;
  if (version !== 2 && version !== 3) throw new DerFault('unexpected element');
  return version;
}

function checkSpki(contents: Uint8Array): void {
  const reader = new DerReader(contents);
  new DerReader(reader.next(TAG.SEQUENCE).contents).next(TAG.OBJECT_IDENTIFIER);
  reader.next(TAG.BIT_STRING);
  reader.expectEnd();
}

const ATTRIBUTES = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
]);

/** A Name: a SEQUENCE of SETs of type and value (RFC 5280 section 4.1.2.4). */
function readName(der: Uint8Array): DistinguishedName {
  const texts: string[] = [];
  const parts: string[] = [];
  const commonNames: string[] = [];
  const emailAddresses: string[] = [];
  const sets = new DerReader(readDer(der, TAG.SEQUENCE).contents);
  while (!sets.done) {
    const pairs: [string, string][] = [];
    const set = new DerReader(sets.next(TAG.SET).contents);
    while (!set.done) {
      const pair = new DerReader(set.next(TAG.SEQUENCE).contents);
      const oid = objectIdentifierText(pair.next(TAG.OBJECT_IDENTIFIER).contents);
      const { tag, whole: value } = pair.next();
      pair.expectEnd();
      // ANY by the letter, but of the universal class in every attribute there is.
      if (tag >= 0x40) throw new DerFault('unexpected element');
      const text = stringValue(value);
      // RFC 4514 section 2.4: a value that is no string is shown as the hex of its DER.
      pairs.push([`${ATTRIBUTES.get(oid) ?? oid}=${text ?? `#${toHex(value)}`}`, `${oid}=${keyText(text, value)}`]);
      if (oid === '2.5.4.3' && text !== undefined) commonNames.push(text);
      if (oid === '1.2.840.113549.1.9.1' && text !== undefined) emailAddresses.push(text);
    }
    texts.push(pairs.map(([text]) => text).join(' + '));
    parts.push(JSON.stringify(pairs.map(([, key]) => key).sort()));
  }
  return { text: texts.join(', '), der, parts, commonNames, emailAddresses };
}

/** RFC 5280 section 7.1, without the rarer steps of stringprep: letter case and runs of spaces do not count. */
function keyText(text: string | undefined, value: Uint8Array): string {
  return text === undefined ? `#${toHex(value)}` : text.trim().replace(/ +/g, ' ').toLowerCase();
}

/** NumericString, PrintableString, TeletexString, IA5String, VisibleString, UniversalString, BMPString, UTF8String. */
const STRING_TAGS = new Set([0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e]);

function stringValue(der: Uint8Array): string | undefined {
  if (!STRING_TAGS.has(der[0]!)) return undefined;
  const block = decoded(() => fromBER(copy(der)).result);
  return block instanceof BaseStringBlock ? block.getValue() : undefined;
}

/** pkijs and asn1js tell bad input by exceptions of many classes, so each of them means just that here. */
function decoded<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

const EXTENSION = {
  SUBJECT_KEY_ID: '2.5.29.14',
  KEY_USAGE: '2.5.29.15',
  SUBJECT_ALT_NAME: '2.5.29.17',
  BASIC_CONSTRAINTS: '2.5.29.19',
  NAME_CONSTRAINTS: '2.5.29.30',
  AUTHORITY_KEY_ID: '2.5.29.35',
  EXTENDED_KEY_USAGE: '2.5.29.37',
  AUTHORITY_INFO_ACCESS: '1.3.6.1.5.5.7.1.1',
} as const;

/** No standard has these two; they are what deployed code writes. Their values need not be DER. */
const PROOFS = new Map<string, 'dnssecChain' | 'urkelProof'>([
  ['1.3.6.1.4.1.54392.5.1621', 'dnssecChain'],
  ['1.3.6.1.4.1.54392.5.1620', 'urkelProof'],
]);

/** Certificate policies, mappings, policy constraints, inhibitAnyPolicy: no policy is asked for here, so all are met. */
const POLICY_EXTENSIONS = ['2.5.29.32', '2.5.29.33', '2.5.29.36', '2.5.29.54'];
const KNOWN = new Set<string>([...Object.values(EXTENSION), ...POLICY_EXTENSIONS]);

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type ExtensionFields = Mutable<
  Pick<
    Certificate,
    | 'dnsNames'
    | 'emailAddresses'
    | 'ipAddresses'
    | 'otherNameKinds'
    | 'basicConstraints'
    | 'keyUsage'
    | 'extendedKeyUsage'
    | 'nameConstraints'
    | 'subjectKeyId'
    | 'authorityKeyId'
    | 'caIssuers'
    | 'dnssecChain'
    | 'urkelProof'
    | 'unknownCritical'
    | 'badExtensions'
  >
>;

/** RFC 5280 section 4.2. */
function readExtensions(contents: Uint8Array | undefined): ExtensionFields {
  const bad = new Set<string>();
  const unknownCritical: string[] = [];
  const fields: ExtensionFields = {
    dnsNames: [],
    emailAddresses: [],
    ipAddresses: [],
    otherNameKinds: [],
    caIssuers: [],
    unknownCritical,
    badExtensions: [],
  };
  const seen = new Set<string>();
  const reader = new DerReader(contents ?? new Uint8Array());
  while (!reader.done) {
    const extension = new DerReader(reader.next(TAG.SEQUENCE).contents);
    const oid = objectIdentifierText(extension.next(TAG.OBJECT_IDENTIFIER).contents);
    // An explicit FALSE is not DER, but browsers take it, and it says nothing else than its absence.
    const critical = extension.optional(TAG.BOOLEAN)?.contents[0] === 0xff;
    const value = extension.next(TAG.OCTET_STRING).contents;
    extension.expectEnd();
    if (seen.has(oid)) bad.add(oid);
    seen.add(oid);
    const proof = PROOFS.get(oid);
    if (proof !== undefined) fields[proof] = value;
    if (!KNOWN.has(oid)) {
      if (critical) unknownCritical.push(oid);
    } else if (!POLICY_EXTENSIONS.includes(oid)) {
      const read = readExtension(oid, value);
      if (read === undefined) bad.add(oid);
      else Object.assign(fields, read);
    }
  }
  return { ...fields, badExtensions: [...bad] };
}

/** The fields one known extension gives; undefined where its value is not what it should be. */
function readExtension(oid: string, value: Uint8Array): Partial<ExtensionFields> | undefined {
  try {
    // First our own reader, which bounds depth and refuses what is not DER; pkijs never sees anything else.
    readDer(value);
    return decodeExtension(oid, value);
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return undefined;
  }
}

function decodeExtension(oid: string, value: Uint8Array): Partial<ExtensionFields> | undefined {
  switch (oid) {
    case EXTENSION.SUBJECT_KEY_ID:
      return { subjectKeyId: toHex(readDer(value, TAG.OCTET_STRING).contents) };
    case EXTENSION.KEY_USAGE:
      return { keyUsage: readKeyUsage(readDer(value, TAG.BIT_STRING).contents) };
    case EXTENSION.BASIC_CONSTRAINTS: {
      const read = decoded(() => BasicConstraints.fromBER(copy(value)));
      const pathLength: unknown = read?.pathLenConstraint;
      if (read === undefined || (pathLength !== undefined && typeof pathLength !== 'number')) return undefined;
      if (pathLength !== undefined && pathLength < 0) return undefined;
      return { basicConstraints: { ca: read.cA, ...(pathLength !== undefined && { pathLength }) } };
    }
    case EXTENSION.EXTENDED_KEY_USAGE: {
      const read = decoded(() => ExtKeyUsage.fromBER(copy(value)).keyPurposes);
      return read && { extendedKeyUsage: read };
    }
    case EXTENSION.AUTHORITY_KEY_ID: {
      const read = decoded(() => AuthorityKeyIdentifier.fromBER(copy(value)));
      const keyId = read?.keyIdentifier?.valueBlock.valueHexView;
      return read && (keyId ? { authorityKeyId: toHex(keyId) } : {});
    }
    case EXTENSION.AUTHORITY_INFO_ACCESS: {
      const read = decoded(() => InfoAccess.fromBER(copy(value)).accessDescriptions);
      return read && { caIssuers: read.filter(isCaIssuers).map(({ accessLocation }) => String(accessLocation.value)) };
    }
    case EXTENSION.SUBJECT_ALT_NAME: {
      const names = decoded(() => AltName.fromBER(copy(value)).altNames);
      return names && readAltNames(names);
    }
    case EXTENSION.NAME_CONSTRAINTS: {
      const read = decoded(() => NameConstraints.fromBER(copy(value)));
      const subtrees = (list: NameConstraints['permittedSubtrees']) =>
        (list ?? []).map(({ base }) => readSubtree(base.type, base.value));
      return (
        read && {
          nameConstraints: { permitted: subtrees(read.permittedSubtrees), excluded: subtrees(read.excludedSubtrees) },
        }
      );
    }
    default:
      throw new Error(`no decoder for ${oid}`);
  }
}

/** asn1js keeps views of what it is given, so it gets octets of its own. */
function copy(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(octets);
}

function isCaIssuers({ accessMethod, accessLocation }: InfoAccess['accessDescriptions'][number]): boolean {
  return accessMethod === '1.3.6.1.5.5.7.48.2' && accessLocation.type === 6;
}

const KEY_USAGE_BITS: readonly (readonly [number, KeyUsage])[] = [
  [0x80, 'digitalSignature'],
  [0x40, 'nonRepudiation'],
  [0x20, 'keyEncipherment'],
  [0x08, 'keyAgreement'],
  [0x04, 'keyCertSign'],
];

function readKeyUsage(bits: Uint8Array): KeyUsage[] {
  return KEY_USAGE_BITS.filter(([bit]) => ((bits[1] ?? 0) & bit) !== 0).map(([, usage]) => usage);
}

function readAltNames(names: AltName['altNames']): Partial<ExtensionFields> {
  return {
    dnsNames: names.filter(({ type }) => type === 2).map(({ value }) => String(value)),
    emailAddresses: names.filter(({ type }) => type === 1).map(({ value }) => String(value)),
    ipAddresses: names.filter(({ type }) => type === 7).map(({ value }) => octetString(value)),
    otherNameKinds: names.map(({ type }) => type).filter((type) => type !== 2 && type !== 7),
  };
}

function readSubtree(tag: number, value: unknown): NameSubtree {
  if (tag === 2) return { kind: 'dns', name: String(value) };
  if (tag === 7) return { kind: 'ip', range: octetString(value) };
  if (tag === 4) {
    const der = (value as { valueBeforeDecode: ArrayBuffer }).valueBeforeDecode;
    return { kind: 'directory', name: readName(new Uint8Array(der)) };
  }
  return { kind: 'other', tag };
}

function octetString(value: unknown): Uint8Array {
  return new Uint8Array((value as { valueBlock: { valueHexView: Uint8Array } }).valueBlock.valueHexView);
}

/** Did the owner of the key `issuerSpki` (a SubjectPublicKeyInfo in DER) sign this certificate? */
export async function verifySignature(
  certificate: Certificate,
  issuerSpki: Uint8Array,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly fault: SignatureFault }> {
  const plan = planVerification(certificate.signatureAlgorithm, certificate.signature, issuerSpki);
  if (typeof plan === 'string') return { ok: false, fault: plan };
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('spki', copy(plan.spki), plan.keyAlgorithm, false, ['verify']);
  } catch (error) {
    // DataError: no such point or key. NotSupportedError: this engine lacks the algorithm. All else is a fault of ours.
    const name = error instanceof Error ? error.name : '';
    if (name !== 'DataError' && name !== 'NotSupportedError') throw error;
    return { ok: false, fault: 'unsupported key' };
  }
  const valid = await verify(plan, key, certificate.tbs);
  return valid ? { ok: true } : { ok: false, fault: 'signature invalid' };
}

async function verify(
  { algorithm, signature }: VerificationPlan,
  key: CryptoKey,
  signed: Uint8Array,
): Promise<boolean> {
  try {
    return await crypto.subtle.verify(algorithm, key, copy(signature), copy(signed));
  } catch (error) {
    // A PSS salt that is too long for the key: a certificate may claim any, and nothing can have been signed so.
    if (!(error instanceof Error) || error.name !== 'OperationError') throw error;
    return false;
  }
}
