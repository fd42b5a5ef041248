/**
 * CMS SignedData (RFC 5652 section 5) by pkijs: one signer, whose certificate comes along, and a true signature by an
 * algorithm that still binds somebody. Whether the certificate is anybody's is not judged here.
 */
import { Certificate, ContentInfo, SignedData } from 'pkijs';
import { MAX_CHAIN } from '../dane/limits.ts';
import type { MessageFault } from './signed-message.ts';

export type VerifiedSignedData =
  /** DER, the signer's first. */
  | { readonly ok: true; readonly certificates: readonly Uint8Array[] }
  | { readonly ok: false; readonly fault: MessageFault };

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const ENVELOPED: readonly string[] = ['1.2.840.113549.1.7.3', '1.2.840.113549.1.9.16.1.23'];
/** SHA-256, SHA-384, SHA-512. */
const DIGESTS: readonly string[] = [1, 2, 3].map((last) => `2.16.840.1.101.3.4.2.${last}`);

/** `content`: what a detached signature is over. */
export async function verifySignedData(
  octets: Uint8Array,
  content: Uint8Array | undefined,
): Promise<VerifiedSignedData> {
  const fail = (fault: MessageFault): VerifiedSignedData => ({ ok: false, fault });
  const read = readSignedData(octets);
  if (!read.ok) return read;
  const { signed } = read;
  const [signer, ...others] = signed.signerInfos;
  if (signer === undefined) return fail({ code: 'not-signed' });
  if (others.length > 0) return fail({ code: 'several-signers', signers: others.length + 1 });
  const digest = signer.digestAlgorithm.algorithmId;
  if (!DIGESTS.includes(digest)) return fail({ code: 'weak-algorithm', oid: digest });
  const certificates = (signed.certificates ?? []).slice(0, MAX_CHAIN);
  signed.certificates = certificates;
  if (certificates.length === 0) return fail({ code: 'no-certificate' });
  if (signed.encapContentInfo.eContent === undefined && content === undefined) return fail({ code: 'malformed' });
  const result = await verify(signed, content);
  if (result === 'no certificate') return fail({ code: 'no-certificate' });
  if (result === undefined) return fail({ code: 'signature-invalid' });
  const leaf = octetsOf(result);
  const rest = certificates.flatMap((one) => (one instanceof Certificate ? [octetsOf(one)] : []));
  return { ok: true, certificates: [leaf, ...rest.filter((der) => !same(der, leaf))] };
}

function readSignedData(
  octets: Uint8Array,
): { ok: true; signed: SignedData } | Extract<VerifiedSignedData, { ok: false }> {
  try {
    const info = ContentInfo.fromBER(new Uint8Array(octets));
    if (ENVELOPED.includes(info.contentType)) return { ok: false, fault: { code: 'encrypted' } };
    if (info.contentType !== SIGNED_DATA) return { ok: false, fault: { code: 'not-signed' } };
    return { ok: true, signed: new SignedData({ schema: info.content }) };
  } catch {
    // The library tells bad input by exceptions of many classes.
    return { ok: false, fault: { code: 'malformed' } };
  }
}

/** The signer's certificate where the signature is true. */
async function verify(
  signed: SignedData,
  content: Uint8Array | undefined,
): Promise<Certificate | 'no certificate' | undefined> {
  const data = content === undefined ? {} : { data: new Uint8Array(content).buffer };
  try {
    const result = await signed.verify({ signer: 0, ...data, checkChain: false, extendedMode: true });
    return result.signatureVerified && result.signerCertificate ? result.signerCertificate : undefined;
  } catch (error) {
    // Its codes: 3 no certificate of the signer, 8 and others what does not verify.
    return codeOf(error) === 3 ? 'no certificate' : undefined;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** As it came: the library keeps the octets it read. */
function octetsOf(certificate: Certificate): Uint8Array {
  return new Uint8Array(certificate.toSchema().toBER(false));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
