/** Opening a server on loopback, and ending it with every connection it has, at whatever stage each is. */
import type { Http2Session } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, on a free port where `port` is left out or 0. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  const open = new Set<Socket | Http2Session>();
  const track = (connection: Socket | Http2Session) => {
    open.add(connection);
    connection.on('close', () => open.delete(connection));
    // Clients that reset their connections have what they wanted.
    connection.on('error', () => connection.destroy());
  };
  // The bare connection, TLS over it, HTTP/2 over that: each is there from its own moment on.
  for (const event of ['connection', 'secureConnection', 'session']) server.on(event, track);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        for (const connection of [...open].reverse()) connection.destroy();
      }),
  };
}
