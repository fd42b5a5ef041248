/** What hostile keys, certificates, messages and payment texts may cost. Each limit says what real ones have. */

/** Octets of one key read: as many as a DNS message holds. Real keys have one to twenty thousand. */
export const MAX_KEY_OCTETS = 65_535;
/** Packets of one key. Real ones in DNS are stripped of others' signatures and have five to thirty. */
export const MAX_KEY_PACKETS = 256;
/** Bits of one number of a public key. Keys of 8192 bits exist; the work grows with the third power. */
export const MAX_KEY_NUMBER_BITS = 16_384;
/** Bits of an RSA exponent, the other factor. Real ones have 17, old ones of GnuPG 6. */
export const MAX_KEY_EXPONENT_BITS = 64;
/** The same of DSA, which reckons with exponents as long as the order. FIPS 186-4 has 3072 and 256. */
export const MAX_DSA_NUMBER_BITS = 4096;
export const MAX_DSA_ORDER_BITS = 512;
/** Records of one RRset that are read as keys; the rest stays octets. Real RRsets have one or two. */
export const MAX_KEYS = 8;
/** Characters of a user id that are kept. */
export const MAX_USER_ID = 512;
/** Octets of one signed message. Servers take 25 to 50 million; what is in it does not matter, its signature does. */
export const MAX_MESSAGE_OCTETS = 32 * 1024 * 1024;
