/**
 * The command line's own TLS connection to a site, for its certificates alone: nothing is sent over it. The chain is
 * as the server sent it, what Node's trust store put on top stands apart, and what PKIX says of it is Node's word.
 */
import type { X509Certificate } from 'node:crypto';
import tls, { type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { CertificateEvidence, LoadFailure } from '../dane/evidence.ts';
import type { SiteTarget } from './arguments/targets.ts';

export interface TlsOptions {
  /** Root certificates, PEM; undefined: Node's own. */
  readonly roots: readonly string[] | undefined;
  readonly timeoutMs: number;
  /** Epoch seconds. */
  readonly now: number;
}

/** Never rejects: a handshake that fails is evidence of its kind. */
export function readSiteCertificate(site: SiteTarget, options: TlsOptions): Promise<CertificateEvidence> {
  const { roots, timeoutMs, now } = options;
  return new Promise((resolve) => {
    const socket = tls.connect({
      host: site.connect?.address ?? site.host,
      port: site.connect?.port ?? site.port,
      servername: site.host,
      ALPNProtocols: ['h2', 'http/1.1'],
      // The certificate is to be seen whatever PKIX says of it: usage 3 does not ask PKIX (RFC 7671 section 5.1).
      rejectUnauthorized: false,
      ...(roots && { ca: [...roots] }),
    });
    const finish = (evidence: CertificateEvidence) => {
      clearTimeout(timer);
      resolve(evidence);
    };
    let connected = false;
    const failed = (error?: NodeJS.ErrnoException) => {
      socket.destroy();
      finish({ kind: 'none', why: failureOf(error?.code, connected) });
    };
    // One limit for the whole handshake: a server that sends an octet now and then must not hold it open.
    const timer = setTimeout(() => failed(), timeoutMs);
    socket
      .once('connect', () => {
        connected = true;
      })
      .once('error', failed)
      .once('close', () => failed());
    socket.once('secureConnect', () => {
      const { certificates, appended } = chainOf(socket);
      // Not `destroy`: the server is told that the connection ends, as it should be (RFC 8446 section 6.1).
      socket.destroySoon();
      finish({
        kind: 'full chain',
        source: 'tls',
        pkix: socket.authorized ? 'valid' : 'invalid',
        certificates,
        ...(appended.length > 0 && { appended }),
        obtainedAt: now,
      });
    });
  });
}

/** By the code that Node gives the error; what ends a connection that stood is the handshake's failure. */
function failureOf(code: string | undefined, connected: boolean): LoadFailure {
  if (connected) return 'handshake failed';
  if (code === 'ECONNREFUSED') return 'connection refused';
  // EAI_AGAIN is a resolver of the system that cannot be asked, most often for want of a network.
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'host not found' : 'connection failed';
}

/**
 * The certificates in the order the server sent them, and beside them what is only in the chain that OpenSSL built:
 * a root out of the trust store. The order of the calls matters: the list as sent is given out once, and with it goes
 * what the other is built from.
 */
export function chainOf(socket: TLSSocket): { certificates: Uint8Array[]; appended: Uint8Array[] } {
  const built = chainBuilt(socket);
  const certificates: Uint8Array[] = [];
  const sent = new Set<string>();
  let certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (certificate !== undefined) {
    sent.add(certificate.fingerprint256);
    certificates.push(new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  const appended = built.filter(({ fingerprint256 }) => !sent.has(fingerprint256));
  return { certificates, appended: appended.map(({ raw }) => new Uint8Array(raw)) };
}

/** Leaf first, each followed by its issuer; a root is its own issuer, and ends the chain. */
function chainBuilt(socket: TLSSocket): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  const seen = new Set<string>();
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    chain.push(certificate);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
