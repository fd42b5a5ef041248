/** Plain DNS over UDP and TCP on loopback, so that other validators (delv, Unbound) can be asked about the same answers. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers over UDP above this come truncated, so that the client turns to TCP. */
const UDP_OCTETS = 1232;

/** `respond` gives undefined for octets that are no query; they get no answer. */
export async function startDnsServer(respond: (query: Uint8Array) => Uint8Array | undefined): Promise<DnsServer> {
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that resets its connection has what it wanted.
    socket.on('error', () => socket.destroy());
    serveStream(socket, respond);
  });
  await new Promise<void>((resolve, reject) => tcp.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4');
  udp.on('message', (query, client) => {
    const answer = respond(query);
    if (answer !== undefined)
      udp.send(answer.length > UDP_OCTETS ? truncated(answer) : answer, client.port, client.address);
  });
  await new Promise<void>((resolve, reject) => udp.once('error', reject).bind(port, '127.0.0.1', resolve));
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => tcp.close(() => resolve())),
        new Promise<void>((resolve) => udp.close(() => resolve())),
      ]);
    },
  };
}

/** Messages behind two octets of length each (RFC 1035 section 4.2.2). */
function serveStream(socket: Socket, respond: (query: Uint8Array) => Uint8Array | undefined): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE()) {
      const end = 2 + waiting.readUInt16BE();
      const answer = respond(Uint8Array.from(waiting.subarray(2, end)));
      waiting = waiting.subarray(end);
      if (answer !== undefined)
        socket.write(Buffer.concat([Buffer.of(answer.length >>> 8, answer.length & 0xff), answer]));
    }
  });
}

/** Header and question alone, with TC set. */
function truncated(answer: Uint8Array): Uint8Array {
  let end = 12;
  while (answer[end] !== 0) end += 1 + answer[end]!;
  const cut = answer.slice(0, end + 5);
  cut[2]! |= 0x02;
  cut.fill(0, 6, 12);
  return cut;
}
