/**
 * The command line's own TLS connection to a site, for its certificates alone: nothing is sent over it. The chain is
 * as the server showed it, and what PKIX says of it is Node's word.
 */
import tls, { type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { CertificateEvidence } from '../dane/evidence.ts';
import type { SiteTarget } from './arguments.ts';

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
    const failed = () => {
      socket.destroy();
      finish({ kind: 'none', why: 'connection failed' });
    };
    // One limit for the whole handshake: a server that sends an octet now and then must not hold it open.
    const timer = setTimeout(failed, timeoutMs);
    socket.once('error', failed).once('close', failed);
    socket.once('secureConnect', () => {
      const certificates = chainOf(socket);
      // Not `destroy`: the server is told that the connection ends, as it should be (RFC 8446 section 6.1).
      socket.destroySoon();
      finish({
        kind: 'full chain',
        source: 'tls',
        pkix: socket.authorized ? 'valid' : 'invalid',
        certificates,
        obtainedAt: now,
      });
    });
  });
}

/** Leaf first, each followed by its issuer; a root is its own issuer, and ends the chain. */
function chainOf(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    chain.push(new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
