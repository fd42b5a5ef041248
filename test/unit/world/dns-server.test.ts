import { createSocket } from 'node:dgram';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeMessage, encodeQuery, type Message } from '../../../src/dns/message.ts';
import { type DnsServer, startDnsServer } from '../../world/dns-server.ts';
import { buildWorld } from '../../world/world.ts';
import { NOW, question, records } from './reading.ts';

const world = buildWorld(
  { 'a.': { records: `www A 192.0.2.1\nbig TXT ${'"0123456789012345678901234567890123456789" '.repeat(40)}` } },
  { now: NOW },
);

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer((query) => world.respond(query));
});
afterAll(() => server.close());

function read(octets: Uint8Array): Message {
  const decoded = decodeMessage(octets);
  if (!decoded.ok) throw new Error(decoded.fault);
  return decoded.message;
}

function overUdp(text: string): Promise<Message> {
  const socket = createSocket('udp4');
  const answer = new Promise<Message>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (octets) => resolve(read(Uint8Array.from(octets))));
  });
  socket.send(encodeQuery(question(text)), server.port, '127.0.0.1');
  return answer.finally(() => socket.close());
}

/** Several queries, sent octet by octet in one stream. */
function overTcp(texts: readonly string[]): Promise<Message[]> {
  const octets = texts.flatMap((text) => {
    const query = encodeQuery(question(text));
    return [query.length >>> 8, query.length & 0xff, ...query];
  });
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const messages: Message[] = [];
    const socket = createConnection({ port: server.port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(Uint8Array.from(octets.slice(0, 1)));
      setTimeout(() => socket.write(Uint8Array.from(octets.slice(1))), 5);
    });
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const end = 2 + received.readUInt16BE();
        messages.push(read(Uint8Array.from(received.subarray(2, end))));
        received = received.subarray(end);
      }
      if (messages.length === texts.length) {
        socket.destroy();
        resolve(messages);
      }
    });
  });
}

it('answers over UDP', async () => {
  expect(records((await overUdp('www.a. A')).answer)).toEqual(['www.a. A 192.0.2.1']);
});

it('says over UDP that a large answer is to be had over TCP', async () => {
  const message = await overUdp('big.a. TXT');
  expect([message.truncated, message.answer.length, message.question[0]!.name.toString()]).toEqual([true, 0, 'big.a.']);
});

it('answers over TCP, large ones too, however the octets come', async () => {
  const [first, second] = await overTcp(['big.a. TXT', 'www.a. A']);
  expect([first!.truncated, records(first!.answer)[0]!.length > 1600]).toEqual([false, true]);
  expect(records(second!.answer)).toEqual(['www.a. A 192.0.2.1']);
});
