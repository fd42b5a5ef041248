import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Link, startLink } from '../../../scripts/bench/link.ts';
import { spreadOf } from '../../../scripts/bench/spread.ts';
import { type Listening, listen } from '../../world/listening.ts';

const ROUND_TRIP_MS = 60;
/** Timers of Node may be early by so much. */
const EARLY_MS = 2;

const open: Listening[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A link to a server that sends back what it gets. */
async function startEcho(): Promise<Link> {
  const server = await listen(createServer((socket) => socket.pipe(socket)));
  open.push(server);
  const link = await startLink(server.port, ROUND_TRIP_MS);
  open.push(link);
  return link;
}

function received(socket: Socket, length: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const add = (octets: Buffer) => {
      text += octets.toString('latin1');
      if (text.length < length) return;
      socket.off('data', add);
      resolve(text);
    };
    socket.on('data', add);
    socket.once('close', () => reject(new Error('closed')));
  });
}

test('the first words of a connection cost two round trips, the next ones one', async () => {
  const { port } = await startEcho();
  const start = performance.now();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write('hello');
  expect(await received(socket, 5)).toBe('hello');
  const greeted = performance.now();
  expect(greeted - start).toBeGreaterThanOrEqual(2 * ROUND_TRIP_MS - EARLY_MS);
  socket.write('again');
  expect(await received(socket, 5)).toBe('again');
  expect(performance.now() - greeted).toBeGreaterThanOrEqual(ROUND_TRIP_MS - EARLY_MS);
  socket.destroy();
});

test('octets arrive in order, whenever they were sent', async () => {
  const { port } = await startEcho();
  const socket = connect({ port, host: '127.0.0.1' });
  const sent = Array.from({ length: 200 }, (_, i) => `${i} `).join('');
  const all = received(socket, sent.length);
  for (const part of sent.match(/.{1,7}/g)!) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await all).toBe(sent);
  socket.destroy();
});

test('what is cut ends for both, and whoever comes next is let in', async () => {
  const link = await startEcho();
  const socket = connect({ port: link.port, host: '127.0.0.1' });
  socket.write('hello');
  await received(socket, 5);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  link.cut();
  await closed;
  const next = connect({ port: link.port, host: '127.0.0.1' });
  next.write('again');
  expect(await received(next, 5)).toBe('again');
  expect(link.opened).toBe(2);
  next.destroy();
});

test('a spread is the middle and what nine of ten do not exceed', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, p90: 4.6 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, p90: 1.9 });
  expect(spreadOf([7])).toEqual({ median: 7, p90: 7 });
});
