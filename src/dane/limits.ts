/** What hostile certificates may cost. Nothing in these limits is a standard; each says what real input has. */

/** Octets of the largest certificate read. TLS allows 2^24; real ones have 1 to 4 thousand. */
export const MAX_CERTIFICATE_OCTETS = 64 * 1024;

/** Nesting and number of DER elements in one certificate. Real ones: about 10 deep, up to a few thousand elements. */
export const MAX_DER_DEPTH = 32;
export const MAX_DER_ELEMENTS = 20_000;

/** RSA moduli in bits: below is too weak to bind an issuer (CA/Browser Forum 6.1.5), above too dear to check. */
export const RSA_MODULUS_BITS = { least: 2048, most: 8192 } as const;
/** The work of a check grows with the public exponent. Real ones have 17 bits. */
export const MAX_RSA_EXPONENT_BITS = 32;

/** Requests for issuers that did not come with the leaf. Public chains have one or two, and a second place for each. */
export const MAX_ISSUER_FETCHES = 3;

/** Certificates of one connection that are looked at. Real chains have two to five. */
export const MAX_CHAIN = 16;

/** Certificates from the leaf to the anchor, both counted. */
export const MAX_PATH = 10;
/** Signatures checked while looking for paths from one leaf. A chain of five in disorder takes four. */
export const MAX_PATH_SIGNATURES = 40;
/** Places in the tree of possible paths that are visited. Grows beyond the number of certificates by cross-signing only. */
export const MAX_PATH_STEPS = 64;
