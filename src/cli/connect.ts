/**
 * Connections of the command line's own to servers of mail and other services, for their certificates alone: TLS from
 * the start, or after a few words in the clear. One connection to each address, each under one limit of time.
 */
import { connect as connectTcp } from 'node:net';
import tls, { type PeerCertificate } from 'node:tls';
import type { PeerConnection, PeerToConnect } from '../services/connection.ts';
import type { ConnectionFault } from '../services/report.ts';
import { type ClearProtocol, type DialogueResult, turnToTls } from './dialogue.ts';
import { chainOf, type TlsOptions } from './tls.ts';

/** How TLS begins. */
export type Opening =
  | { readonly kind: 'tls'; readonly alpn?: string }
  | { readonly kind: 'starttls'; readonly protocol: ClearProtocol };

export interface PeerOptions extends TlsOptions {
  readonly opening: Opening;
  /** Whose service it is. */
  readonly domain: string;
}

/** Never rejects: what goes wrong is a fault of its kind. */
export function connectToPeer(peer: PeerToConnect, options: PeerOptions): Promise<PeerConnection[]> {
  return Promise.all(peer.addresses.map((address) => connectTo(address, peer, options)));
}

async function connectTo(address: string, peer: PeerToConnect, options: PeerOptions): Promise<PeerConnection> {
  const { port } = peer;
  const { opening, domain, timeoutMs } = options;
  const socket = connectTcp({ host: address, port });
  let late = false;
  // One limit for all of it: a server that says a word now and then must not hold the connection open.
  const timer = setTimeout(() => {
    late = true;
    socket.destroy();
  }, timeoutMs);
  const fail = (fault: ConnectionFault, said?: string): PeerConnection => {
    socket.destroy();
    return { address, port, fault: late ? 'no answer' : fault, ...(said !== undefined && { said }) };
  };
  try {
    const fault = await connected(socket);
    if (fault !== undefined) return fail(fault);
    if (opening.kind === 'starttls') {
      const result = await turnToTls(socket, opening.protocol, domain).catch(
        (): DialogueResult => ({ fault: 'greeting refused' }),
      );
      if (result !== undefined) return fail(result.fault, result.said);
    }
    const evidence = await startTls(socket, peer, options);
    return evidence === undefined ? fail('handshake failed') : { address, port, evidence };
  } catch (error) {
    // Node takes some names for no server's before a word is said.
    return fail('handshake failed', error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

function connected(socket: ReturnType<typeof connectTcp>): Promise<ConnectionFault | undefined> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(undefined));
    // Errors after this one end the connection, which is what is waited for.
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'ECONNREFUSED' ? 'connection refused' : 'connection failed'),
    );
    socket.once('close', () => resolve('connection failed'));
  });
}

type Evidence = Extract<PeerConnection, { evidence: unknown }>['evidence'];

/** Undefined where no handshake comes about. */
function startTls(
  socket: ReturnType<typeof connectTcp>,
  { serverName, references }: PeerToConnect,
  { roots, now, opening }: PeerOptions,
): Promise<Evidence | undefined> {
  return new Promise((resolve) => {
    const secured = tls.connect({
      socket,
      servername: serverName,
      ...(opening.kind === 'tls' && opening.alpn !== undefined && { ALPNProtocols: [opening.alpn] }),
      // The certificate is to be seen whatever PKIX says of it: usage 3 does not ask PKIX (RFC 7671 section 5.1).
      rejectUnauthorized: false,
      checkServerIdentity: (_, certificate) => checkNames(references, certificate),
      ...(roots && { ca: [...roots] }),
    });
    secured.once('error', () => resolve(undefined)).once('close', () => resolve(undefined));
    secured.once('secureConnect', () => {
      const { certificates, appended } = chainOf(secured);
      const pkix = secured.authorized ? 'valid' : 'invalid';
      const found = appended.length > 0 && { appended };
      resolve({ kind: 'full chain', source: 'tls', pkix, certificates, ...found, obtainedAt: now });
      sayGoodbye(secured, opening);
    });
  });
}

/** One of the names is enough (RFC 6125 section 6.4). */
function checkNames(references: readonly string[], certificate: PeerCertificate): Error | undefined {
  const faults = references.map((reference) => tls.checkServerIdentity(reference, certificate));
  return faults.some((fault) => fault === undefined) ? undefined : (faults[0] ?? new Error('no name to look for'));
}

/** A server is told that nothing more comes, as its protocol has it; it is not waited for. */
function sayGoodbye(secured: tls.TLSSocket, opening: Opening): void {
  if (opening.kind === 'starttls' && (opening.protocol === 'smtp' || opening.protocol === 'pop3')) {
    secured.write('QUIT\r\n');
  }
  secured.destroySoon();
}
