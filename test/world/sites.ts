/** The demo's web sites: one HTTPS server that knows its hosts by SNI, and a plain HTTP one beside it. */
import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { Leaf } from './authority.ts';
import { type Listening, listen } from './listening.ts';

export interface SiteServer extends Listening {
  /** Sites under `host` from now on show this certificate; connections made before are ended. */
  useCertificate(host: string, leaf: Leaf): void;
  /** How many connections (TLS handshakes where there is TLS) were made for a host. */
  connections(host: string): number;
}

/**
 * What a host has at a path (and query, as it stands in the request): HTML, octets of another type, or a redirect;
 * undefined where there is nothing.
 */
export type Page = (host: string, path: string) => string | OtherAnswer | undefined;

export type OtherAnswer =
  | { readonly type: string; readonly octets: Uint8Array }
  /** A URL. */
  | { readonly redirect: string };

export async function startHttpsSites(page: Page, port = 0): Promise<SiteServer> {
  const contexts = new Map<string, SecureContext>();
  const shown = new Map<string, string>();
  const counts = new Map<string, number>();
  const byHost = new Map<string, Set<TLSSocket>>();
  const server = https.createServer(
    {
      // Every visit is to be a whole handshake, certificate included: no tickets, and nobody keeps sessions.
      secureOptions: NO_TICKET,
      SNICallback: (host, callback) => {
        const context = contexts.get(host.toLowerCase());
        if (context === undefined) callback(new Error(`no site ${host} here`));
        else callback(null, context);
      },
    },
    respondWith(page),
  );
  server.on('secureConnection', (socket: TLSSocket) => {
    const host = String(socket.servername || '').toLowerCase();
    counts.set(host, (counts.get(host) ?? 0) + 1);
    const sockets = byHost.get(host) ?? new Set();
    byHost.set(host, sockets.add(socket));
    socket.on('close', () => sockets.delete(socket));
    // A handshake that was under way when the certificate changed.
    if (fingerprintOf(socket) !== shown.get(host)) socket.destroy();
  });
  const listening = await listen(server, port);
  return {
    ...listening,
    useCertificate: (host, { certPem, keyPem, chain }) => {
      shown.set(host, new X509Certificate(chain[0]!).fingerprint256);
      contexts.set(host, createSecureContext({ cert: certPem, key: keyPem }));
      for (const socket of byHost.get(host) ?? []) socket.destroy();
    },
    connections: (host) => counts.get(host) ?? 0,
  };
}

/** Of the certificate this side showed. */
function fingerprintOf(socket: TLSSocket): string | undefined {
  return (socket.getCertificate() as PeerCertificate | null)?.fingerprint256;
}

/** SSL_OP_NO_TICKET: node:tls takes options of OpenSSL as their numbers. */
const NO_TICKET = 1 << 14;

export async function startHttpSites(page: Page, port = 0): Promise<Listening> {
  return listen(http.createServer(respondWith(page)), port);
}

function respondWith(page: Page): http.RequestListener {
  return (request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const answer = page(host, request.url ?? '/');
    const send = (status: number, type: string, body: string | Uint8Array) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (answer === undefined) send(404, 'text/plain', 'No such site.\n');
    else if (typeof answer === 'string') send(200, 'text/html; charset=utf-8', answer);
    else if ('redirect' in answer) response.writeHead(302, { location: answer.redirect }).end();
    else send(200, answer.type, answer.octets);
  };
}
