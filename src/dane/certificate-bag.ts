/**
 * What stands where a certificate says its issuer is (RFC 5280 section 4.2.2.1): one certificate in DER, or several in
 * a CMS message that has nothing else, "certs-only" (RFC 8551 section 3.8). Hostile octets give none.
 */
import { DerFault, DerReader, objectIdentifierText, readDer, TAG } from './der.ts';
import { MAX_CHAIN } from './limits.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** Each is one DER element; whether it is a certificate, its reader finds out. */
export function certificatesIn(octets: Uint8Array): Uint8Array[] {
  try {
    const outer = new DerReader(readDer(octets, TAG.SEQUENCE).contents);
    // ContentInfo (RFC 5652 section 3) begins with an OBJECT IDENTIFIER, Certificate with a SEQUENCE.
    const type = outer.optional(TAG.OBJECT_IDENTIFIER);
    if (type === undefined) return [octets];
    if (objectIdentifierText(type.contents) !== SIGNED_DATA) return [];
    const content = outer.next(0xa0);
    outer.expectEnd();
    return readSignedData(readDer(content.contents, TAG.SEQUENCE).contents);
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return [];
  }
}

/** RFC 5652 section 5.1: version, digest algorithms, content, certificates; what follows is not needed. */
function readSignedData(contents: Uint8Array): Uint8Array[] {
  const reader = new DerReader(contents);
  reader.next(TAG.INTEGER);
  reader.next(TAG.SET);
  reader.next(TAG.SEQUENCE);
  const certificates = new DerReader(reader.next(0xa0).contents);
  const found: Uint8Array[] = [];
  while (!certificates.done && found.length < MAX_CHAIN) {
    const { tag, whole } = certificates.next();
    // Of the choices of RFC 5652 section 10.2.2 only the first is an X.509 certificate.
    if (tag === TAG.SEQUENCE) found.push(whole);
  }
  return found;
}
