/**
 * A proxy through which a browser sends everything it sends, its own requests included: it notes where each goes, lets
 * through what is for the test's hosts, and refuses the rest.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen } from '../world/listening.ts';

export interface RecordingProxy {
  readonly port: number;
  /** `HOST:PORT` of each connection or plain request asked of it, in order. */
  readonly destinations: readonly string[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Is it one of the test's? */
  readonly isOurs: (host: string) => boolean;
  /** Ports in URLs and the ports of this machine in their place; others are what they say. */
  readonly ports?: Readonly<Record<number, number>>;
}

export async function startRecordingProxy({ isOurs, ports = {} }: ProxyOptions): Promise<RecordingProxy> {
  const destinations: string[] = [];
  const placeOf = (authority: string, usual: number): { host: string; port: number } | undefined => {
    const { hostname, port } = new URL(`http://${authority}`);
    const named = port === '' ? usual : Number(port);
    destinations.push(`${hostname}:${named}`);
    return isOurs(hostname) ? { host: '127.0.0.1', port: ports[named] ?? named } : undefined;
  };

  const server = http.createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://nowhere.invalid');
    const place = placeOf(url.host, 80);
    if (place === undefined) {
      response.writeHead(502).end();
      return;
    }
    const onward = http.request(
      { ...place, method: request.method, path: url.pathname + url.search, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const place = placeOf(request.url ?? '', 443);
    if (place === undefined) {
      client.end('HTTP/1.1 502 Not one of ours\r\n\r\n');
      return;
    }
    const onward = connect(place, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(client);
      client.pipe(onward);
    });
    // Either end may go at any time, and takes the other with it.
    onward.on('error', () => client.destroy());
    onward.on('close', () => client.destroy());
    client.on('close', () => onward.destroy());
  });
  const { port, close } = await listen(server);
  return { port, destinations, close };
}
