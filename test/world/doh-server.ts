/**
 * A DNS-over-HTTPS server (RFC 8484) over whatever answers octets with octets: GET and POST, HTTP/2 and HTTP/1.1
 * over TLS, plain HTTP on loopback. It can be slow, keeps a log, and misbehaves on request.
 */
import http from 'node:http';
import http2 from 'node:http2';
import type { Server } from 'node:net';
import { RCODE } from '../../src/dns/codes.ts';
import { decodeMessage, encodeMessage, MAX_MESSAGE_OCTETS, type Message } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { listen } from './listening.ts';

/** Each a way in which a DoH server can fail its clients. */
export const FAULTS = [
  'status-500',
  'status-429',
  /** A page, as a captive portal shows it. */
  'html',
  /** A good message under another content type. */
  'content-type',
  'redirect',
  /** 200 and no octets. */
  'empty',
  /** The connection ends without a response. */
  'closed',
  /** A million octets of zero. */
  'zeros',
  /** The message stops half way. */
  'cut-short',
  /** TC=1 and nothing in it. */
  'truncated',
  'other-question',
  /** The query itself comes back. */
  'echo',
  'hang',
  'servfail',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface DohExchange {
  readonly name: string;
  readonly type: number;
  /** `performance.now()` milliseconds. */
  readonly askedAt: number;
  /** Undefined as long as nothing has been sent back. */
  answeredAt?: number;
  /** Whoever asked went away before anything was sent back. */
  givenUp?: true;
  readonly method: string;
  readonly httpVersion: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly queryOctets: number;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
  readonly fault?: Fault;
}

export interface DohOptions {
  /** Undefined: the octets are no query. */
  readonly respond: (query: Uint8Array) => Uint8Array | undefined;
  /** PEM; plain HTTP where left out. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly port?: number;
  /** How long each answer is held back. */
  readonly delayMs?: number;
  /** What goes wrong with a question. Any question under the path `/fault/NAME` gets that fault besides. */
  readonly fault?: (question: { name: string; type: number }) => Fault | undefined;
}

export interface DohServer {
  readonly url: string;
  readonly port: number;
  readonly log: readonly DohExchange[];
  /** The URL under which each question meets `fault`. */
  faultUrl(fault: Fault): string;
  /** Ends everything, hanging exchanges included. */
  close(): Promise<void>;
}

const MEDIA_TYPE = 'application/dns-message';

type Request = http.IncomingMessage | http2.Http2ServerRequest;
type Response = http.ServerResponse | http2.Http2ServerResponse;

export async function startDohServer(options: DohOptions): Promise<DohServer> {
  const log: DohExchange[] = [];
  const handle = (request: Request, response: Response) => {
    serve(request, response, options, log).catch((error: unknown) => {
      // The client went away while its query was read; there is nobody left to tell.
      if (!response.destroyed) response.destroy(error as Error);
    });
  };
  const server: Server = options.tls
    ? http2.createSecureServer({ ...options.tls, allowHTTP1: true }, handle)
    : http.createServer(handle);
  const { port, close } = await listen(server, options.port);
  const origin = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    url: `${origin}/dns-query`,
    port,
    log,
    faultUrl: (fault) => `${origin}/fault/${fault}`,
    close,
  };
}

async function serve(request: Request, response: Response, options: DohOptions, log: DohExchange[]): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const pathFault = FAULTS.find((fault) => url.pathname === `/fault/${fault}`);
  if (url.pathname !== '/dns-query' && pathFault === undefined) {
    refuse(response, 404);
    return;
  }
  const query = await readQuery(request, url);
  if (typeof query === 'number') {
    refuse(response, query);
    return;
  }
  const decoded = decodeMessage(query);
  const question = decoded.ok ? decoded.message.question[0] : undefined;
  if (!decoded.ok || question === undefined) {
    refuse(response, 400);
    return;
  }
  const asked = { name: question.name.toString(), type: question.type };
  const fault = pathFault ?? options.fault?.(asked);
  const exchange: DohExchange = {
    ...asked,
    askedAt: performance.now(),
    method: request.method ?? '',
    httpVersion: request.httpVersion,
    path: url.pathname,
    headers: request.headers,
    queryOctets: query.length,
    dnssecOk: decoded.message.edns?.dnssecOk ?? false,
    checkingDisabled: decoded.message.checkingDisabled,
    ...(fault && { fault }),
  };
  log.push(exchange);
  response.once('close', () => {
    if (exchange.answeredAt === undefined) exchange.givenUp = true;
  });
  if (options.delayMs) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
  if (fault === 'hang') return;
  if (fault === undefined) sendAnswer(response, options.respond(query));
  else misbehave(response, fault, query, decoded.message, options);
  exchange.answeredAt = performance.now();
}

/** The query's octets, or the status that refuses the request. */
async function readQuery(request: Request, url: URL): Promise<Uint8Array | number> {
  if (request.method === 'GET') {
    const encoded = url.searchParams.get('dns');
    // RFC 8484 section 6: base64url without padding.
    if (encoded === null || !/^[A-Za-z0-9_-]+$/.test(encoded)) return 400;
    return Uint8Array.from(Buffer.from(encoded, 'base64url'));
  }
  if (request.method !== 'POST') return 405;
  if (request.headers['content-type'] !== MEDIA_TYPE) return 415;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_MESSAGE_OCTETS) return 413;
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

function refuse(response: Response, status: number): void {
  send(response, status, 'text/plain', Buffer.from(`${status}\n`));
}

function sendAnswer(response: Response, octets: Uint8Array | undefined): void {
  if (octets === undefined) refuse(response, 400);
  else send(response, 200, MEDIA_TYPE, octets, { 'cache-control': `max-age=${freshness(octets)}` });
}

/** RFC 8484 section 5.1: no longer than the smallest TTL in the answer section. */
function freshness(octets: Uint8Array): number {
  const decoded = decodeMessage(octets);
  const ttls = decoded.ok ? decoded.message.answer.map(({ ttl }) => ttl) : [];
  return ttls.length > 0 ? Math.min(...ttls) : 0;
}

function send(
  response: Response,
  status: number,
  type: string,
  body: Uint8Array,
  more: Record<string, string> = {},
): void {
  // One signature for both kinds of response: Node's own types differ in what they let be called.
  const plain = response as http.ServerResponse;
  plain.writeHead(status, { 'content-type': type, 'content-length': body.length, ...more });
  plain.end(body);
}

function misbehave(
  response: Response,
  fault: Exclude<Fault, 'hang'>,
  query: Uint8Array,
  message: Message,
  { respond }: DohOptions,
): void {
  const sound = () => respond(query) ?? new Uint8Array();
  const bare: Message = { ...message, response: true, recursionAvailable: true };
  const answer = (changed: Message) => send(response, 200, MEDIA_TYPE, encodeMessage(changed));
  switch (fault) {
    case 'status-500':
      send(response, 500, 'text/plain', Buffer.from('Internal Server Error\n'));
      break;
    case 'status-429':
      send(response, 429, 'text/plain', Buffer.from('Too Many Requests\n'), { 'retry-after': '30' });
      break;
    case 'html':
      send(response, 200, 'text/html', Buffer.from('<!doctype html><title>Please log in</title><p>Log in.</p>'));
      break;
    case 'content-type':
      send(response, 200, 'application/octet-stream', sound());
      break;
    case 'redirect':
      send(response, 302, 'text/plain', Buffer.from('Elsewhere\n'), { location: '/dns-query' });
      break;
    case 'empty':
      send(response, 200, MEDIA_TYPE, new Uint8Array());
      break;
    case 'closed':
      response.socket?.destroy();
      break;
    case 'zeros':
      send(response, 200, MEDIA_TYPE, new Uint8Array(1_000_000));
      break;
    case 'cut-short':
      send(response, 200, MEDIA_TYPE, sound().subarray(0, sound().length >>> 1));
      break;
    case 'truncated':
      answer({ ...bare, truncated: true });
      break;
    case 'other-question':
      answer({ ...bare, question: [{ ...message.question[0]!, name: Name.parse('another.example') }] });
      break;
    case 'echo':
      send(response, 200, MEDIA_TYPE, query);
      break;
    case 'servfail':
      answer({ ...bare, rcode: RCODE.SERVFAIL });
      break;
  }
}
