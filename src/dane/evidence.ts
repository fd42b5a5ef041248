/**
 * The certificates of one connection as handed to the core, and how much they prove. Octets only: parsing is
 * `certificate.ts`'s.
 */
/** Where a certificate was read. `tls`: a connection of the command line's own. `file`: given by the user. */
export type CertificateSource =
  | 'firefox-security-info'
  | 'chromium-security-info'
  | 'chromium-debugger'
  | 'tls'
  | 'file';

/** How much of a server's chain a source can show. `leaf only` leaves usages 0 and 2 open (D32). */
export type CertificateProof = 'full chain' | 'leaf only' | 'none';

/**
 * `with the response`: of the connection that brought the document. `asked again`: of a request made for it, to the
 * same host and port, over a connection that is still open where there is one. `own connection`: made to look.
 */
export type CertificateHow = 'with the response' | 'asked again' | 'own connection' | 'given';

/** Every source there is, the most it can prove, and how it comes by what it shows. It may show less, or nothing. */
export const CERTIFICATE_SOURCES: Readonly<
  Record<CertificateSource, { readonly most: CertificateProof; readonly how: CertificateHow }>
> = {
  'firefox-security-info': { most: 'full chain', how: 'with the response' },
  'chromium-security-info': { most: 'leaf only', how: 'with the response' },
  'chromium-debugger': { most: 'full chain', how: 'asked again' },
  tls: { most: 'full chain', how: 'own connection' },
  file: { most: 'full chain', how: 'given' },
};

/** What the connection's owner (browser or TLS library) says of the certificate by the rules of PKIX. */
export type PkixStatus =
  | 'valid'
  /** Accepted by hand although invalid (a browser exception). */
  | 'overridden'
  | 'invalid'
  | 'unknown';

/** The certificate evidence for one connection. DER octets, leaf first. */
export type CertificateEvidence =
  | {
      readonly kind: 'full chain' | 'leaf only';
      readonly source: CertificateSource;
      readonly pkix: PkixStatus;
      readonly certificates: readonly Uint8Array[];
      /**
       * What the reader's own trust store put on top, and the server did not send. Usage 2 takes no account of it
       * (RFC 7671 section 5.2.2). Left out where there is none, or where the reader cannot tell, as in Firefox (D31).
       */
      readonly appended?: readonly Uint8Array[];
      /** `asked again` found no connection open: this is a new one's, and the page may have come with another. */
      readonly newConnection?: true;
      /** Issuers from elsewhere, where the leaf came alone: the server may have sent others. */
      readonly fetched?: readonly FetchedIssuer[];
      /** Epoch seconds. */
      readonly obtainedAt: number;
      /**
       * Epoch seconds: it was read then, on an earlier connection to the same host and port, and kept since. Left
       * out: it is of the document's own visit.
       */
      readonly readAt?: number;
    }
  | { readonly kind: 'none'; readonly why: CertificateMissing };

/** A certificate from where the one below it says its issuer is (RFC 5280 section 4.2.2.1), whose signature it bears. */
export interface FetchedIssuer {
  readonly url: string;
  readonly certificate: Uint8Array;
}

export type CertificateMissing =
  /** Nobody asked for it: DNS alone decided. */
  | 'not needed'
  /** What is published was looked up, and no page opened with it. */
  | 'no page opened'
  /** This browser shows no certificate without a permission or setting it does not have. */
  | 'not shown by this browser'
  /** The page came without a connection of its own: cache, service worker, back/forward cache. */
  | 'no connection seen'
  /** One of an earlier connection was kept, and does not fit what is published now: it can confirm, never accuse. */
  | 'earlier one does not fit'
  /** It is read when the person asks for it. */
  | 'on click only'
  /** The person does not want it read. */
  | 'reading switched off'
  /** Another debugger holds the tab. */
  | 'debugger busy'
  /** The browser lets no debugger into this page. */
  | 'debugger refused'
  /** The person ended the debugger while it read. */
  | 'debugger cancelled'
  | 'tab closed'
  | 'tab crashed'
  /** The tab shows another document by now. */
  | 'went elsewhere'
  /** The site was asked once more for its certificate, and did not answer in time. */
  | 'no answer'
  | LoadFailure;

/** No certificate was shown because no page came: the browser, or TLS, gave the connection up. */
export type LoadFailure =
  /** The browser does not accept the certificate. */
  | 'certificate refused'
  /** TLS came to nothing; whether for the certificate, nobody said. */
  | 'handshake failed'
  | 'host not found'
  | 'connection refused'
  /** Anything else before an answer. */
  | 'connection failed';

const LOAD_FAILURES: ReadonlySet<string> = new Set<LoadFailure>([
  'certificate refused',
  'handshake failed',
  'host not found',
  'connection refused',
  'connection failed',
]);

export function isLoadFailure(why: CertificateMissing): why is LoadFailure {
  return LOAD_FAILURES.has(why);
}
