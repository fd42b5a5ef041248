/**
 * A client of Firefox's Marionette protocol, version 3: over TCP, each packet is the octet length of a JSON text in
 * decimal, a colon, and the text. The server greets with one object; then `[0, id, command, parameters]` goes out and
 * `[1, id, error, result]` comes back. Only what Firefox speaks to itself: no direction-1 commands, no older versions.
 */
import { createConnection, type Socket } from 'node:net';

export interface Marionette {
  /** Rejects with `MarionetteError` on an error reply, and with `Error` when the limit is over or the socket closes. */
  readonly send: (command: string, parameters?: object, limitMs?: number) => Promise<unknown>;
  readonly close: () => void;
}

/** An error reply: `kind` is WebDriver's error code, e.g. `no such window`. */
export class MarionetteError extends Error {
  readonly kind: string;
  readonly command: string;

  constructor(command: string, kind: string, message: string) {
    super(`${command}: ${kind}: ${message}`);
    this.name = 'MarionetteError';
    this.kind = kind;
    this.command = command;
  }
}

interface Waiting {
  readonly command: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const COMMAND_LIMIT_MS = 30_000;
const GREETING_LIMIT_MS = 10_000;
/** A packet is at most a screenshot of a long page; more is no packet of ours. */
const PACKET_LIMIT_OCTETS = 64 * 1024 * 1024;

export async function connectMarionette(port: number): Promise<Marionette> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: Error | undefined;

  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
    socket.destroy();
  };

  const answer = (packet: unknown) => {
    if (!Array.isArray(packet) || packet[0] !== 1) {
      end(new Error(`Marionette: not a reply: ${JSON.stringify(packet).slice(0, 200)}`));
      return;
    }
    const [, id, error, result] = packet as [1, number, { error: string; message: string } | null, unknown];
    const entry = waiting.get(id);
    // A reply nobody waits for any more: its command ran out of time here.
    if (entry === undefined) return;
    waiting.delete(id);
    if (error === null) entry.resolve(result);
    else entry.reject(new MarionetteError(entry.command, error.error, error.message));
  };

  let greet: ((greeting: unknown) => void) | undefined;
  const greeting = new Promise<unknown>((resolve, reject) => {
    greet = resolve;
    const timer = setTimeout(() => reject(new Error('Marionette: no greeting')), GREETING_LIMIT_MS);
    timer.unref();
    socket.once('close', () => reject(ended ?? new Error('Marionette: connection closed')));
  });
  readPackets(
    socket,
    (packet) => {
      if (greet === undefined) {
        answer(packet);
        return;
      }
      greet(packet);
      greet = undefined;
    },
    end,
  );
  socket.on('error', (error) => end(error));
  socket.on('close', () => end(new Error('Marionette: connection closed')));

  const hello = await greeting.catch((error: Error) => {
    end(error);
    throw error;
  });
  if ((hello as { marionetteProtocol?: unknown }).marionetteProtocol !== 3) {
    end(new Error('Marionette: not protocol 3'));
    throw new Error(`Marionette: not protocol 3: ${JSON.stringify(hello)}`);
  }

  return {
    send: (command, parameters = {}, limitMs = COMMAND_LIMIT_MS) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        lastId += 1;
        const id = lastId;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`Marionette: ${command} took longer than ${limitMs} ms`));
        }, limitMs);
        waiting.set(id, {
          command,
          resolve: (result) => {
            clearTimeout(timer);
            resolve(result);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        });
        const text = Buffer.from(JSON.stringify([0, id, command, parameters]));
        socket.write(Buffer.concat([Buffer.from(`${text.length}:`), text]));
      }),
    close: () => end(new Error('Marionette: closed')),
  };
}

/** Cuts the stream into packets, however the octets come. */
function readPackets(socket: Socket, onPacket: (packet: unknown) => void, onFault: (error: Error) => void): void {
  let chunks: Buffer[] = [];
  let size = 0;
  let needed = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    // A screenshot comes in hundreds of chunks: join them once, when the whole packet is there.
    if (size < needed) return;
    let buffer: Buffer = Buffer.concat(chunks);
    for (;;) {
      const colon = buffer.subarray(0, 16).indexOf(0x3a);
      const digits = buffer.subarray(0, colon === -1 ? 16 : colon).toString('latin1');
      const length = Number(digits);
      if (!/^\d*$/.test(digits) || length > PACKET_LIMIT_OCTETS || (colon === -1 && buffer.length >= 16)) {
        onFault(new Error(`Marionette: not a packet length: ${JSON.stringify(digits)}`));
        return;
      }
      needed = colon === -1 ? 0 : colon + 1 + length;
      if (colon === -1 || buffer.length < needed) break;
      const text = buffer.subarray(colon + 1, needed).toString('utf8');
      buffer = buffer.subarray(needed);
      needed = 0;
      let packet: unknown;
      try {
        packet = JSON.parse(text);
      } catch (error) {
        onFault(new Error('Marionette: a packet is not JSON', { cause: error }));
        return;
      }
      onPacket(packet);
    }
    chunks = [buffer];
    size = buffer.length;
  });
}
