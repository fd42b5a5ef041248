/**
 * Master-file text (RFC 1035 section 5) to and from wire rdata, by one table of fields a type for both directions.
 *
 * Reads one record a line, with comments, quoted strings, parentheses over lines, `$ORIGIN`, `$TTL`, `@`, relative
 * names and a repeated owner; a type not in the table takes the generic form `\# length hex` (RFC 3597 section 5),
 * which every type accepts. Refuses everything else with the line it stands on.
 */
import { CLASS_IN, typeMnemonic } from './codes.ts';
import { fromHex, toHex } from './encodings.ts';
import type { ResourceRecord } from './message.ts';
import { escapeOctets, Name } from './name.ts';
import {
  absoluteLabels,
  FIELDS,
  orFault,
  PresentationError,
  parseNumber,
  requireType,
  type Token,
  Tokens,
} from './presentation-fields.ts';
import { WireFault, WireReader, WireWriter } from './wire.ts';

export { encodeTypeBitmap, PresentationError } from './presentation-fields.ts';

/** Rdata as text; in the generic form where the type has no other or the octets do not fit it. */
export function formatRdata(type: number, rdata: Uint8Array): string {
  const fields = FIELDS.get(type);
  if (fields !== undefined) {
    const reader = new WireReader(rdata);
    try {
      const texts = fields.map((field) => field.format(reader));
      reader.expectEnd();
      return texts.filter((text) => text !== '').join(' ');
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
    }
  }
  return `\\# ${rdata.length}${rdata.length > 0 ? ` ${toHex(rdata)}` : ''}`;
}

/** Rdata from text, relative names under `origin`. Throws PresentationError. */
export function parseRdata(type: number, text: string, origin: Name = Name.root): Uint8Array {
  const lines = tokenize(text);
  if (lines.length > 1) throw new PresentationError('more than one line');
  return rdataFromTokens(type, new Tokens(lines[0]?.tokens ?? [], origin));
}

function rdataFromTokens(type: number, tokens: Tokens): Uint8Array {
  const writer = new WireWriter();
  const first = tokens.peek();
  if (first?.text === '\\#' && !first.quoted) {
    tokens.take('\\#');
    const length = parseNumber(tokens.take('a length'), 0xffff);
    const octets = orFault(fromHex(tokens.rest()), 'not hexadecimal', 'hexadecimal');
    if (octets.length !== length) throw new PresentationError(`${octets.length} octets, not ${length}`);
    return octets;
  }
  const fields = FIELDS.get(type);
  if (fields === undefined) throw new PresentationError(`${typeMnemonic(type)} needs the form \\# length hex`);
  for (const field of fields) field.parse(tokens, writer);
  tokens.expectEnd();
  return writer.finish();
}

interface ReadingOptions {
  readonly origin?: Name;
  readonly ttl?: number;
}

/** Records from master-file text. Throws PresentationError with the line. */
export function parseRecords(text: string, options: ReadingOptions = {}): ResourceRecord[] {
  return parseNumberedRecords(text, options).map(({ record }) => record);
}

/** The same, each record with the line it begins on, counted from 1. */
export function parseNumberedRecords(
  text: string,
  options: ReadingOptions = {},
): { readonly line: number; readonly record: ResourceRecord }[] {
  let origin = options.origin ?? Name.root;
  let ttl = options.ttl ?? 3600;
  let owner: Name | undefined;
  const records: { line: number; record: ResourceRecord }[] = [];
  for (const line of tokenize(text)) {
    const first = line.tokens[0]!;
    try {
      const tokens = new Tokens(line.tokens, origin);
      if (first.text === '$ORIGIN') {
        tokens.take('$ORIGIN');
        origin = Name.fromLabels(absoluteLabels(tokens.take('a name'), origin));
        tokens.expectEnd();
      } else if (first.text === '$TTL') {
        tokens.take('$TTL');
        ttl = parseNumber(tokens.take('a TTL'), 0x7fffffff);
        tokens.expectEnd();
      } else {
        if (!line.indented) owner = Name.fromLabels(absoluteLabels(tokens.take('an owner name'), origin));
        if (owner === undefined) throw new PresentationError('no owner name');
        records.push({ line: first.line, record: recordFromTokens(owner, ttl, tokens) });
      }
    } catch (error) {
      if (error instanceof PresentationError) throw new PresentationError(error.fault, first.line, error.code);
      throw error;
    }
  }
  return records;
}

/** TTL and class may stand in either order, or not at all (RFC 1035 section 5.1). */
function recordFromTokens(owner: Name, defaultTtl: number, tokens: Tokens): ResourceRecord {
  let ttl = defaultTtl;
  for (;;) {
    const word = tokens.take('a type');
    if (/^\d+$/.test(word)) ttl = parseNumber(word, 0x7fffffff);
    else if (/^(CH|HS|CLASS\d+)$/i.test(word)) throw new PresentationError(`class ${word} is not IN`, 0, 'class');
    else if (word.toUpperCase() !== 'IN') {
      const type = requireType(word);
      return { name: owner, type, class: CLASS_IN, ttl, rdata: rdataFromTokens(type, tokens) };
    }
  }
}

interface Line {
  readonly tokens: Token[];
  /** Starts with white space: the owner of the record before. */
  readonly indented: boolean;
}

/** Splits text into the tokens of each logical line, parentheses joining lines; empty lines are left out. */
function tokenize(text: string): Line[] {
  const lines: Line[] = [];
  let current: Line | undefined;
  let depth = 0;
  const pattern = /;[^\n]*|\r?\n|[ \t]+|[()]|"((?:[^"\\\n]|\\[^\n])*)"|((?:[^\s;()"\\]|\\[^\n])+)|[\s\S]/gy;
  let line = 1;
  let lineStart = 0;
  let tokenEnd = -1;
  for (const match of text.matchAll(pattern)) {
    const piece = match[0];
    const last = current?.tokens.at(-1);
    // RFC 9460 section 2.1: the value of a service parameter may stand in quotes, `alpn="h2"`.
    if (match[1] !== undefined && last?.text.endsWith('=') && match.index === tokenEnd && !last.quoted) {
      current!.tokens.splice(-1, 1, { ...last, text: last.text + match[1] });
      continue;
    }
    if (piece === '(') depth++;
    else if (piece === ')') depth--;
    else if (match[1] !== undefined || match[2] !== undefined) {
      if (current === undefined) {
        current = { tokens: [], indented: match.index > lineStart };
        lines.push(current);
      }
      current.tokens.push({ text: match[1] ?? match[2]!, quoted: match[1] !== undefined, line });
      tokenEnd = match.index + piece.length;
    } else if (piece.endsWith('\n')) {
      if (depth === 0) current = undefined;
      line++;
      lineStart = match.index + piece.length;
    } else if (!/^(;|[ \t])/.test(piece)) {
      throw new PresentationError(
        piece === '"'
          ? 'a quote is not closed'
          : `unexpected ${escapeOctets(Uint8Array.of(piece.charCodeAt(0) & 0xff), '')}`,
        line,
      );
    }
    if (depth < 0) throw new PresentationError('a parenthesis closes nothing', line);
  }
  if (depth > 0) throw new PresentationError('a parenthesis is not closed', line);
  return lines;
}

/** One record as a master-file line. */
export function formatRecord(record: ResourceRecord): string {
  return `${record.name} ${record.ttl} IN ${typeMnemonic(record.type)} ${formatRdata(record.type, record.rdata)}`;
}
