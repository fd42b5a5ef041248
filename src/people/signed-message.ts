/** What can be said of a signed mail message. `signed-message-reader.ts` reads it, and loads the libraries for that. */

export type MessageFault =
  | { readonly code: 'too-large'; readonly octets: number; readonly limit: number }
  /** No message with headers. */
  | { readonly code: 'malformed' }
  | { readonly code: 'not-signed' }
  /** Encrypted: what is inside, nobody sees. */
  | { readonly code: 'encrypted' }
  /** Signed, but by OpenPGP. */
  | { readonly code: 'openpgp' }
  | { readonly code: 'several-signers'; readonly signers: number }
  /** The signer's certificate is not in the message. */
  | { readonly code: 'no-certificate' }
  /** MD5 or SHA-1. */
  | { readonly code: 'weak-algorithm'; readonly oid: string }
  | { readonly code: 'signature-invalid' };

export interface SignerFacts {
  /** The addresses the message says it is from. The signature covers the body alone: nobody signed these. */
  readonly from: readonly string[];
}

export type SignedMessage =
  | {
      readonly ok: true;
      /** DER, the signer's first. */
      readonly certificates: readonly Uint8Array[];
      readonly signer: SignerFacts;
    }
  | { readonly ok: false; readonly fault: MessageFault };

/** Reads one message (RFC 5322), and checks its signature. Never rejects. */
export type ReadSignedMessage = (octets: Uint8Array) => Promise<SignedMessage>;
