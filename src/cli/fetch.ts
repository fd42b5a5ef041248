/**
 * A fetch for the command line. Node's own speaks HTTP/1.1 alone, which some resolvers have dropped (Quad9,
 * Unbound never had it), so this one speaks HTTP/2 where the server does, one connection for all questions, and
 * HTTP/1.1 where it does not. It covers what `createDoh` asks of a fetch and no more: a body of octets, no
 * redirects followed, no cookies, no cache.
 */
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import tls from 'node:tls';
import type { Fetch } from '../doh/doh.ts';

export interface HttpClient {
  readonly fetch: Fetch;
  /** Ends every connection, those being made as well, and lets none be made any more. */
  readonly close: () => void;
}

/** How to speak to one origin, found out once for each connection. */
type Connection =
  | { readonly protocol: 'HTTP/2'; readonly session: http2.ClientHttp2Session }
  | { readonly protocol: 'HTTP/1.1'; readonly agent: http.Agent };

interface Opening {
  readonly connection: Promise<Connection>;
  readonly destroy: () => void;
}

/** A server on loopback that has not greeted in HTTP/2 by then is spoken to in HTTP/1.1. */
const GREETING_LIMIT_MS = 1000;
/** How long a session may take to end by itself. */
const SESSION_END_MS = 50;
/** The errors that tell of the server's protocol; others, as a refused connection, would come again by HTTP/1.1. */
const NOT_HTTP2 = new Set(['ERR_HTTP2_ERROR', 'ERR_HTTP2_SESSION_ERROR', 'ECONNRESET', 'EPIPE']);

/** `ca`: root certificates (PEM) to trust; left out, those of Node. */
export function createHttpClient({ ca }: { ca?: readonly string[] } = {}): HttpClient {
  const openings = new Map<string, Opening>();
  let closed = false;

  const connectionTo = (url: URL): Promise<Connection> => {
    const known = openings.get(url.origin);
    if (known !== undefined) return known.connection;
    const opening = url.protocol === 'https:' ? openTls(url, ca) : openPlain(url);
    openings.set(url.origin, opening);
    const forget = () => {
      if (openings.get(url.origin) === opening) openings.delete(url.origin);
    };
    opening.connection.then((connection) => {
      if (connection.protocol === 'HTTP/2') {
        connection.session.once('close', forget).once('goaway', forget).once('error', forget);
      }
    }, forget);
    return opening.connection;
  };

  return {
    fetch: async (text, init) => {
      // A question that was to be tried again must not open what nobody will close.
      if (closed) throw new Error('the client is closed');
      const url = new URL(text);
      const connection = await connectionTo(url);
      const signal = init.signal ?? undefined;
      signal?.throwIfAborted();
      const { protocol } = connection;
      return protocol === 'HTTP/2'
        ? requestHttp2(connection.session, url, init, signal)
        : requestHttp1(connection.agent, url, init, signal);
    },
    close: () => {
      closed = true;
      for (const opening of openings.values()) opening.destroy();
      openings.clear();
    },
  };
}

function openTls(url: URL, ca: readonly string[] | undefined): Opening {
  const host = bareHost(url);
  const trust = ca && { ca: [...ca] };
  const socket = tls.connect({
    host,
    port: Number(url.port || 443),
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['h2', 'http/1.1'],
    ...trust,
  });
  let end = () => {
    socket.destroy();
  };
  const connection = new Promise<Connection>((resolve, reject) => {
    socket.once('error', reject).once('close', () => reject(new Error('connection closed')));
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol === 'h2') {
        const session = http2.connect(url.origin, { createConnection: () => socket });
        session.on('error', reject);
        end = () => endSession(session);
        resolve({ protocol: 'HTTP/2', session });
      } else {
        socket.destroy();
        const agent = new https.Agent({ keepAlive: true, ALPNProtocols: ['http/1.1'], ...trust });
        end = () => agent.destroy();
        resolve({ protocol: 'HTTP/1.1', agent });
      }
    });
  });
  return { connection, destroy: () => end() };
}

/** Without TLS nothing is negotiated: HTTP/2 is tried first (RFC 9113 section 3.3), then HTTP/1.1. */
function openPlain(url: URL): Opening {
  const session = http2.connect(url.origin);
  let end = () => endSession(session);
  const connection = new Promise<Connection>((resolve, reject) => {
    const fallBack = () => {
      session.destroy();
      const agent = new http.Agent({ keepAlive: true });
      end = () => agent.destroy();
      resolve({ protocol: 'HTTP/1.1', agent });
    };
    const greeting = setTimeout(fallBack, GREETING_LIMIT_MS);
    session.once('remoteSettings', () => {
      clearTimeout(greeting);
      resolve({ protocol: 'HTTP/2', session });
    });
    session.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(greeting);
      if (NOT_HTTP2.has(error.code ?? '')) fallBack();
      else reject(error);
    });
    session.once('close', () => {
      clearTimeout(greeting);
      reject(new Error('connection closed'));
    });
  });
  return { connection, destroy: () => end() };
}

/**
 * Lets the streams just given up be done with first: in Node 20 a session that is destroyed while data for such a
 * stream is still coming in corrupts the process's memory ("corrupted size vs. prev_size", about one run in seven).
 */
function endSession(session: http2.ClientHttp2Session): void {
  session.close();
  setTimeout(() => session.destroy(), SESSION_END_MS);
}

function requestHttp2(
  session: http2.ClientHttp2Session,
  url: URL,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const body = bodyOf(init);
  return new Promise((resolve, reject) => {
    const stream = session.request(
      { ':method': init.method ?? 'GET', ':path': url.pathname + url.search, ...headersOf(init, body) },
      { endStream: body === undefined, ...(signal && { signal }) },
    );
    stream.on('error', reject);
    stream.once('close', () => reject(new Error(`stream closed without an answer (${stream.rstCode})`)));
    stream.once('response', (headers) => {
      resolve(responseOf(headers[':status'] ?? 0, headers, stream));
    });
    if (body !== undefined) stream.end(body);
  });
}

function requestHttp1(
  agent: http.Agent,
  url: URL,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const body = bodyOf(init);
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent, method: init.method ?? 'GET', headers: headersOf(init, body), ...(signal && { signal }) },
      (answer) => {
        answer.on('error', reject);
        resolve(responseOf(answer.statusCode ?? 0, answer.headers, answer));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Throws RangeError for a status HTTP does not have. */
function responseOf(status: number, headers: http.IncomingHttpHeaders, body: Readable): Response {
  const fields = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of [value].flat()) fields.append(name, one);
  }
  if (status === 204 || status === 205 || status === 304) {
    body.resume();
    return new Response(null, { status, headers: fields });
  }
  // Node's own ReadableStream is the global one, but its types are not (`@types/node` against lib.dom).
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { status, headers: fields });
}

function bodyOf({ body }: RequestInit): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (!(body instanceof Uint8Array)) throw new TypeError('only octets are sent');
  return body;
}

function headersOf(init: RequestInit, body: Uint8Array | undefined): Record<string, string> {
  const headers = Object.fromEntries(new Headers(init.headers));
  return body === undefined ? headers : { ...headers, 'content-length': String(body.length) };
}

/** The host without the brackets of an IPv6 address. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
