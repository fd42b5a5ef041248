/** JSON lines in, JSON lines out, in the same order. A line that cannot be understood gets its answer, too. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type CommandName, UsageError } from './arguments/usage.ts';
import { EXIT, type ExitStatus, graverStatus } from './exit-status.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';

export interface LineResult {
  readonly output: object;
  readonly status: ExitStatus;
}

/** Lines worked on at once. */
const WIDTH = 8;

export async function runBatch(
  command: CommandName,
  file: string,
  surroundings: Surroundings,
  work: (line: BatchLine) => Promise<LineResult>,
): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.good;
  // Each result is written once it and all before it are there, so that a caller may wait for one before the next.
  let written = Promise.resolve();
  const underWay = new Set<Promise<unknown>>();
  let first = true;
  for await (const text of linesOf(command, file, surroundings)) {
    if (surroundings.isRead?.() === false) {
      // Of the lines that are left nothing is known.
      status = graverStatus(status, EXIT.unknown);
      break;
    }
    if (text.trim() === '') continue;
    const result = workOn(text, command, work);
    underWay.add(result);
    const before = written;
    written = result.then(async ({ output, status: own }) => {
      underWay.delete(result);
      await before;
      status = graverStatus(status, own);
      surroundings.write(jsonLine(output));
    });
    // What the first line proves of the zones above need not be proven again by those beside it.
    if (first || underWay.size >= WIDTH) await Promise.race(underWay);
    first = false;
  }
  await written;
  return status;
}

async function workOn(
  text: string,
  command: CommandName,
  work: (line: BatchLine) => Promise<LineResult>,
): Promise<LineResult> {
  let id: unknown;
  try {
    const line = new BatchLine(text, command);
    id = line.id;
    const { output, status } = await work(line);
    return { output: id === undefined ? output : { id, ...output }, status };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const output = { ...(id !== undefined && { id }), error: error.message };
    return { output, status: EXIT.usage };
  }
}

async function* linesOf(command: CommandName, file: string, { input }: Surroundings): AsyncGenerator<string> {
  const stream = file === '-' ? Readable.from(input) : createReadStream(file);
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    yield* lines;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const why = error.code === 'ENOENT' ? 'no such file' : `cannot be read (${error.code})`;
    throw new UsageError(`--batch ${file}: ${why}`, command);
  }
}

/** One object of a batch; its fields are taken by name and type. */
export class BatchLine {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #command: CommandName;

  constructor(text: string, command: CommandName) {
    this.#command = command;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UsageError(`not JSON: ${text.slice(0, 60)}`, command);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UsageError(`not a JSON object: ${text.slice(0, 60)}`, command);
    }
    this.#fields = { ...value };
  }

  get id(): unknown {
    return this.#fields['id'];
  }

  /** Throws UsageError for fields nobody knows, most often a misspelt one. */
  expectOnly(...known: readonly string[]): void {
    const unknown = Object.keys(this.#fields).find((field) => field !== 'id' && !known.includes(field));
    if (unknown !== undefined) throw new UsageError(`"${unknown}": no such field`, this.#command);
  }

  text(field: string): string | undefined {
    const value = this.#fields[field];
    if (value === undefined || typeof value === 'string') return value;
    throw new UsageError(`"${field}": a text is wanted`, this.#command);
  }

  /** A whole number from 0 on. */
  number(field: string): number | undefined {
    const value = this.#fields[field];
    if (value === undefined) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw new UsageError(`"${field}": a whole number is wanted`, this.#command);
  }

  required(field: string): string {
    const value = this.text(field);
    if (value === undefined) throw new UsageError(`"${field}" is missing`, this.#command);
    return value;
  }
}
