/**
 * Real servers for tests, on 127.0.0.1 and free ports, in a directory of their own: BIND's signer, NSD, Unbound
 * with DNS over HTTPS. They run in the foreground as children; `stop` ends each by its own process id, and they end
 * with this process whatever ends it. Everything has a time limit.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMessage, encodeMessage, encodeQuery, type Message, type Question } from '../../src/dns/message.ts';

/** A directory and the processes that live in it. */
export interface Room {
  readonly directory: string;
  /** Writes a file of the room and gives its path. */
  readonly write: (name: string, text: string) => Promise<string>;
  readonly path: (name: string) => string;
  /** Starts a server in the foreground; its output goes to `NAME.log`. */
  readonly start: (
    name: string,
    command: string,
    args: readonly string[],
    ready: () => Promise<boolean>,
  ) => Promise<void>;
  /** Ends every server of the room, last started first, and removes the directory. */
  readonly stop: () => Promise<void>;
}

const READY_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 3000;

export async function createRoom(): Promise<Room> {
  const directory = await mkdtemp(join(tmpdir(), 'danelaw-servers-'));
  const children: ChildProcess[] = [];
  const path = (name: string) => join(directory, name);
  const endAll = () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  };
  process.once('exit', endAll);
  return {
    directory,
    path,
    write: async (name, text) => {
      await writeFile(path(name), text);
      return path(name);
    },
    start: async (name, command, args, ready) => {
      // setpriv (util-linux): the kernel ends the server with us, even where nobody is left to do it.
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
        cwd: directory,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let output = '';
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (output += text));
      let failed: Error | undefined;
      child.once('error', (error) => (failed = error));
      const deadline = Date.now() + READY_LIMIT_MS;
      while (!(await ready())) {
        if (failed !== undefined) throw new Error(`${command}: ${failed.message}`);
        if (child.exitCode !== null || Date.now() > deadline) {
          const logged = await readFile(path(`${name}.log`), 'utf8').catch(() => '');
          throw new Error(`${name} is not up (exit status ${child.exitCode})\n${output}${logged}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: async () => {
      for (const child of children.reverse()) await end(child);
      process.off('exit', endAll);
      await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}

export interface Ran {
  /** The exit status; -1 where a signal, the time limit for one, ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program to its end. Rejects only where it cannot be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd, timeoutMs = 30_000, env, input } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      { timeout: timeoutMs, maxBuffer: 64 << 20, ...(cwd && { cwd }), env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number' && error.signal === undefined) return reject(error);
        resolve({ status: error ? (typeof error.code === 'number' ? error.code : -1) : 0, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/** As `run`, for programs that must succeed. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit status ${status}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Ports free for TCP and UDP at this moment, all different. Below those that systems hand out by themselves, so that no
 * connection comes by one of them before its server does.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

const LOWEST_PORT = 12_000;
const HIGHEST_PORT = 32_000;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', resolve));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    await Promise.all([
      new Promise((resolve) => server.close(resolve)),
      new Promise<void>((resolve) => socket.close(resolve)),
    ]);
  }
}

export interface PlainQueryOptions {
  readonly checkingDisabled?: boolean;
  readonly timeoutMs?: number;
}

/** One question over UDP to a server on 127.0.0.1; undefined where no answer comes. */
export function askOverUdp(
  port: number,
  question: Question,
  options: PlainQueryOptions = {},
): Promise<Message | undefined> {
  const { checkingDisabled = true, timeoutMs = 2000 } = options;
  const query = decodeMessage(encodeQuery(question, { padTo: 0, udpPayloadSize: 65_000 }));
  if (!query.ok) throw new Error(query.fault);
  const id = Math.floor(Math.random() * 0x10000);
  const octets = encodeMessage({ ...query.message, id, checkingDisabled });
  const socket = createSocket('udp4');
  return new Promise<Message | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    const finish = (message: Message | undefined) => {
      clearTimeout(timer);
      resolve(message);
    };
    socket.on('error', () => finish(undefined));
    socket.on('message', (answer) => {
      const decoded = decodeMessage(answer);
      if (decoded.ok && decoded.message.id === id) finish(decoded.message);
    });
    // Connected, so that a closed port is an error at once and not silence.
    socket.connect(port, '127.0.0.1', () => socket.send(octets));
  }).finally(() => socket.close());
}
