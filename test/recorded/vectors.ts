/** The recorded chains beside the repository, read where they are; where they are not, the tests say so. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import type { Ask } from '../../src/dns/ask.ts';
import { decodeMessage, type Message } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';

const FOLDER = new URL('../../../shared/vectors/real/', import.meta.url);
const present = existsSync(FOLDER);
if (!present) console.warn('recorded: ../shared/vectors/real is not here, so its tests are skipped');

/** A `describe` over recorded data. Without the data: one visible skip, and in CI one failure. */
export function recorded(title: string, define: () => void): void {
  if (present) describe(title, define);
  else if (process.env['CI'] === 'true') {
    it(`${title}: needs ../shared/vectors/real`, () => {
      throw new Error('../shared/vectors/real is not here');
    });
  } else it.skip(`${title}: needs ../shared/vectors/real`, () => {});
}

export function vectorText(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

export function vectorOctets(file: string): Uint8Array {
  return Uint8Array.from(Buffer.from(vectorText(file).trim(), 'hex'));
}

export function jsonLines<T>(file: string): T[] {
  return vectorText(file)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

export interface RecordedMessage {
  readonly qname: string;
  readonly qtype: number;
  readonly wire_b64: string;
}

/** `name type` as a key for a question. */
export function questionKey(name: Name, type: number): string {
  return `${name} ${type}`;
}

/** Messages by their questions. Throws on octets that are no message: recordings hold none. */
export function decodeAll(recordings: readonly RecordedMessage[]): Map<string, Message> {
  return new Map(
    recordings.map(({ qname, qtype, wire_b64 }) => {
      const decoded = decodeMessage(Uint8Array.from(Buffer.from(wire_b64, 'base64')));
      if (!decoded.ok) throw new Error(`${qname} ${qtype}: ${decoded.fault} at ${decoded.offset}`);
      return [questionKey(Name.parse(qname), qtype), decoded.message];
    }),
  );
}

/** Answers from a recording. Questions it lacks are no answer, and are added to `lacking`. */
export function replay(messages: ReadonlyMap<string, Message>, lacking: Set<string> = new Set()): Ask {
  return async ({ name, type }) => {
    const message = messages.get(questionKey(name, type));
    if (message !== undefined) return { ok: true, resolver: 'recording', message };
    lacking.add(questionKey(name, type));
    return { ok: false, failure: { code: 'not-recorded' } };
  };
}

export function epoch(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}
