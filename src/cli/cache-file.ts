/**
 * `--cache FILE`: replies kept from one run to the next, for jobs that ask the same every hour. Messages lie there as
 * they came, with the time they came at, and go through the whole validation each time: who writes to the file can do
 * no more than a resolver could. A file that is not exactly one of these is put aside, with a warning.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import type { Ask, Reply } from '../dns/ask.ts';
import { CLASS_IN, RCODE } from '../dns/codes.ts';
import type { Question } from '../dns/message.ts';
import { isObject, restoreReply, type StoredReply, storeReply } from '../doh/stored-replies.ts';
import { agedReply, lifetimeSeconds } from '../doh/ttl.ts';
import { type CommandName, UsageError } from './arguments/usage.ts';
import type { Surroundings } from './program.ts';
import { escapeForTerminal } from './text.ts';

export interface CacheFile {
  /** Looks into the file first, for replies of these resolvers alone. */
  readonly over: (ask: Ask, resolvers: readonly string[]) => Ask;
  /** Writes what is worth keeping. Never rejects: a file that cannot be written is a warning. */
  readonly save: () => Promise<void>;
}

interface Entry {
  readonly reply: Extract<Reply, { ok: true }>;
  /** Epoch seconds. */
  readonly storedAt: number;
}

/** As it stands in the file, whose list has the longest unused first. */
interface StoredEntry {
  readonly storedAt: number;
  readonly reply: StoredReply;
}

const FORMAT = 'danelaw cache';
const VERSION = 1;
/** Room for some thousand replies; what has been unused for the longest time goes first. */
const MAX_FILE_OCTETS = 8 * 1024 * 1024;
/** As in memory: RFC 2181 section 8 allows an upper bound. */
const MAX_LIFETIME_SECONDS = 86_400;

/** Throws UsageError where `path` is something other than a file, or must not be read. */
export async function openCacheFile(
  path: string,
  command: CommandName,
  surroundings: Surroundings,
): Promise<CacheFile> {
  const warn = (text: string) => surroundings.complain(`danelaw: --cache ${escapeForTerminal(`${path}: ${text}`)}\n`);
  const entries = new Map<string, Entry>();
  const text = await readText(path, command);
  const read = text === undefined ? [] : entriesIn(text);
  if (read === undefined) await putAside(path, warn);
  for (const entry of read ?? []) if (lasts(entry, surroundings.now())) entries.set(keyOf(entry), entry);
  let changed = false;

  const kept = (question: Question, resolver: string): Reply | undefined => {
    const key = keyFor(question, resolver);
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    const now = surroundings.now();
    if (!lasts(entry, now)) return undefined;
    entries.set(key, entry);
    return agedReply(entry.reply, Math.floor(now) - entry.storedAt);
  };

  return {
    over: (ask, resolvers) => async (question) => {
      for (const resolver of resolvers) {
        const reply = kept(question, resolver);
        if (reply !== undefined) return reply;
      }
      const reply = await ask(question);
      if (!reply.ok) return reply;
      const entry = { reply, storedAt: Math.floor(surroundings.now()) };
      if (!lasts(entry, entry.storedAt)) return reply;
      entries.delete(keyOf(entry));
      entries.set(keyOf(entry), entry);
      changed = true;
      return reply;
    },
    save: async () => {
      if (!changed) return;
      try {
        await replaceFile(path, fileText([...entries.values()].filter((entry) => lasts(entry, surroundings.now()))));
      } catch (error) {
        warn(`cannot be written (${codeOf(error)})`);
      }
    },
  };
}

/** Undefined where there is no file yet, or an empty one. */
async function readText(path: string, command: CommandName): Promise<string | undefined> {
  try {
    const found = await stat(path);
    // A device is neither to be read to its end nor to be replaced.
    if (!found.isFile()) throw new UsageError(`--cache ${path}: not a file`, command);
    if (found.size === 0) return undefined;
    return found.size > MAX_FILE_OCTETS ? '' : await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`--cache ${path}: cannot be read (${code})`, command);
  }
}

/** Undefined where anything at all is not as it was written. */
function entriesIn(text: string): Entry[] | undefined {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
  if (!isObject(file) || file['format'] !== FORMAT || file['version'] !== VERSION) return undefined;
  const { entries } = file;
  if (!Array.isArray(entries)) return undefined;
  const read: Entry[] = [];
  for (const value of entries as unknown[]) {
    const entry = isObject(value) ? entryIn(value) : undefined;
    if (entry === undefined) return undefined;
    read.push(entry);
  }
  return read;
}

function entryIn({ storedAt, reply: stored }: Readonly<Record<string, unknown>>): Entry | undefined {
  const reply = restoreReply(stored);
  if (!reply?.ok || typeof storedAt !== 'number' || !Number.isSafeInteger(storedAt)) return undefined;
  return { reply, storedAt };
}

/** Not worth more work than a step aside, and not ours to delete: the path may have been a slip. */
async function putAside(path: string, warn: (text: string) => void): Promise<void> {
  const aside = `${path}.old`;
  try {
    await rename(path, aside);
    warn(`not a cache of this version, or damaged: renamed to ${aside}; starting with an empty one`);
  } catch (error) {
    warn(`not a cache of this version, or damaged, and cannot be renamed (${codeOf(error)})`);
  }
}

/** Is there an answer, and has it time left? A file from the future is of a clock set back: it says nothing. */
function lasts({ reply: { message }, storedAt }: Entry, now: number): boolean {
  if (message.rcode !== RCODE.NOERROR && message.rcode !== RCODE.NXDOMAIN) return false;
  const elapsed = Math.floor(now) - storedAt;
  return elapsed >= 0 && elapsed < Math.min(lifetimeSeconds(message), MAX_LIFETIME_SECONDS);
}

function fileText(entries: readonly Entry[]): string {
  const head = `{"format":${JSON.stringify(FORMAT)},"version":${VERSION},"entries":[`;
  const tail = ']}\n';
  const lines: string[] = [];
  let length = head.length + tail.length;
  for (const { storedAt, reply } of entries.toReversed()) {
    const entry: StoredEntry = { storedAt, reply: storeReply(reply) };
    const line = JSON.stringify(entry);
    // JSON here is ASCII but for a resolver's text, which is a URL and so ASCII as well.
    length += line.length + 2;
    if (length > MAX_FILE_OCTETS) break;
    lines.push(line);
  }
  return `${head}\n${lines.toReversed().join(',\n')}\n${tail}`;
}

/** Whoever reads it finds the old file or the new one, whole; only its owner may. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch((failure: unknown) => {
      // It was never made, or is in its place already.
      if (codeOf(failure) !== 'ENOENT') throw failure;
    });
    throw error;
  }
}

function keyOf({ reply }: Entry): string {
  return keyFor(reply.message.question[0]!, reply.resolver);
}

function keyFor({ name, type, class: questionClass = CLASS_IN }: Question, resolver: string): string {
  return `${resolver} ${type}/${questionClass}/${name.key}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
