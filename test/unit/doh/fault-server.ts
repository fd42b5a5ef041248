/** A resolver on loopback that misbehaves: each path is one fault, `/sound` is none. */
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import * as asn1js from 'asn1js';
import { AttributeTypeAndValue, BasicConstraints, Certificate, Extension, GeneralName, GeneralNames } from 'pkijs';
import { Name } from '../../../src/dns/name.ts';
import { QUESTION, responseOctets } from './messages.ts';

export type Protocol = 'HTTP/1.1' | 'HTTP/2' | 'HTTP/2 over TLS' | 'HTTP/1.1 over TLS';

export interface FaultServer {
  readonly url: (path: string) => string;
  /** Root certificate, PEM, where there is TLS. */
  readonly ca: string;
  /** `POST /sound HTTP/2.0`, in order of arrival. */
  readonly requests: readonly string[];
  /** How many were made so far. */
  readonly connections: () => number;
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const DNS_MESSAGE = 'application/dns-message';

function send(response: http.ServerResponse, status: number, contentType: string | undefined, body: Uint8Array): void {
  response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType });
  response.end(body);
}

/** A response whose question is a name that points at itself, or at a pointer that points back. */
function pointerLoop(...pointers: number[]): Uint8Array {
  return Uint8Array.of(0, 0, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, ...pointers, 0, 1, 0, 1);
}

const FAULTS: Readonly<Record<string, Handler>> = {
  '/sound': (_, response) => send(response, 200, DNS_MESSAGE, responseOctets()),
  '/500': (_, response) => send(response, 500, 'text/plain', Buffer.from('out of order')),
  '/500-with-message': (_, response) => send(response, 500, DNS_MESSAGE, responseOctets()),
  '/html': (_, response) => send(response, 200, 'text/html', Buffer.from('<h1>Log in to this network</h1>')),
  '/html-as-message': (_, response) => send(response, 200, DNS_MESSAGE, Buffer.from('<h1>Log in here</h1>')),
  '/json': (_, response) => send(response, 200, 'application/dns-json', Buffer.from('{"Status":0}')),
  '/empty': (_, response) => send(response, 200, DNS_MESSAGE, new Uint8Array(0)),
  '/nothing': (_, response) => {
    response.writeHead(200);
    response.end();
  },
  '/zeros': (_, response) => send(response, 200, DNS_MESSAGE, new Uint8Array(1_000_000)),
  '/zeros-in-pieces': (_, response) => {
    response.writeHead(200, { 'content-type': DNS_MESSAGE });
    let left = 100;
    const more = () => {
      while (left-- > 0) if (!response.write(new Uint8Array(10_000))) return void response.once('drain', more);
      response.end();
    };
    more();
  },
  '/cut-short': (_, response) => send(response, 200, DNS_MESSAGE, responseOctets().slice(0, -5)),
  '/truncated': (_, response) => send(response, 200, DNS_MESSAGE, responseOctets({ truncated: true, answer: [] })),
  '/other-question': (_, response) => {
    const question = { ...QUESTION, name: Name.parse('evil.example.net') };
    send(response, 200, DNS_MESSAGE, responseOctets({ question: [question] }));
  },
  '/query-back': (_, response) => send(response, 200, DNS_MESSAGE, responseOctets({ response: false })),
  '/pointer-to-itself': (_, response) => send(response, 200, DNS_MESSAGE, pointerLoop(0xc0, 0x0c)),
  '/pointers-in-a-ring': (_, response) => send(response, 200, DNS_MESSAGE, pointerLoop(0xc0, 0x0e, 0xc0, 0x0c)),
  '/redirect': (_, response) => {
    response.writeHead(307, { location: '/sound' });
    response.end();
  },
  '/hang': () => {},
  '/hang-in-body': (_, response) => {
    response.writeHead(200, { 'content-type': DNS_MESSAGE });
    response.write(responseOctets().slice(0, 20));
  },
  '/drip': (request, response) => {
    response.writeHead(200, { 'content-type': DNS_MESSAGE });
    const timer = setInterval(() => response.write(new Uint8Array(1)), 20);
    request.once('close', () => clearInterval(timer));
    response.once('close', () => clearInterval(timer));
  },
  '/reset': (request) => request.socket.destroy(),
};

export async function startFaultServer(protocol: Protocol): Promise<FaultServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const handler: Handler = (request, response) => {
    const path = new URL(request.url!, 'http://server.invalid').pathname;
    requests.push(`${request.method} ${path} HTTP/${request.httpVersion}`);
    const fault = FAULTS[path];
    if (fault === undefined) throw new Error(`no such fault: ${path}`);
    request.resume();
    fault(request, response);
  };
  // The HTTP/2 compatibility API has the methods used here, under types of its own.
  const handler2 = handler as unknown as (
    request: http2.Http2ServerRequest,
    response: http2.Http2ServerResponse,
  ) => void;
  const secure = protocol.endsWith('TLS') ? await selfSigned() : { key: '', cert: '' };
  const server =
    protocol === 'HTTP/1.1'
      ? http.createServer(handler)
      : protocol === 'HTTP/2'
        ? http2.createServer(handler2)
        : protocol === 'HTTP/2 over TLS'
          ? http2.createSecureServer(secure, handler2)
          : https.createServer(secure, handler);
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scheme = protocol.endsWith('TLS') ? 'https' : 'http';
  return {
    url: (path) => `${scheme}://127.0.0.1:${port}${path}`,
    ca: secure.cert,
    requests,
    connections: () => connections,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A certificate for 127.0.0.1 that is its own root. */
async function selfSigned(): Promise<{ key: string; cert: string }> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ value: 1 });
  const commonName = new AttributeTypeAndValue({
    type: '2.5.4.3',
    value: new asn1js.Utf8String({ value: 'resolver on loopback' }),
  });
  certificate.subject.typesAndValues.push(commonName);
  certificate.issuer.typesAndValues.push(commonName);
  certificate.notBefore.value = new Date(Date.now() - 3_600_000);
  certificate.notAfter.value = new Date(Date.now() + 3_600_000);
  const address = new GeneralName({
    type: 7,
    value: new asn1js.OctetString({ valueHex: Uint8Array.of(127, 0, 0, 1).buffer }),
  });
  certificate.extensions = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: true }).toSchema()),
    extension('2.5.29.17', false, new GeneralNames({ names: [address] }).toSchema()),
  ];
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign(keys.privateKey, 'SHA-256');
  return {
    key: pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', keys.privateKey)),
    cert: pem('CERTIFICATE', certificate.toSchema().toBER()),
  };
}

function extension(extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

function pem(label: string, octets: ArrayBuffer): string {
  const lines = Buffer.from(octets)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
