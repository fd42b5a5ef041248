/** The files an invocation names. What is wrong with one is a `UsageError` that names the file, and the line. */
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { TYPE } from '../dns/codes.ts';
import { fromBase64, fromHex } from '../dns/encodings.ts';
import { PresentationError, parseRdata } from '../dns/presentation.ts';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../dnssec/anchors.ts';
import { type CommandName, UsageError } from './arguments/usage.ts';

async function readText(option: string, file: string, command: CommandName): Promise<string> {
  return new TextDecoder().decode(await readFileOctets(option, file, command));
}

export async function readFileOctets(option: string, file: string, command: CommandName): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a directory' : `cannot be read (${code})`;
    throw new UsageError(`${option} ${file}: ${why}`, command);
  }
}

/** Octets as they are, or as hexadecimal text. */
export async function readOctets(option: string, file: string, command: CommandName): Promise<Uint8Array> {
  const octets = await readFileOctets(option, file, command);
  const text = octets.every((octet) => octet < 0x80) ? new TextDecoder().decode(octets).replace(/\s+/g, '') : '';
  return (text === '' ? undefined : fromHex(text)) ?? octets;
}

export async function readAnchors(file: string | undefined, command: CommandName): Promise<readonly TrustAnchor[]> {
  if (file === undefined) return ROOT_ANCHORS;
  return anchorsIn(await readText('--anchors', file, command), `--anchors ${file}`, command);
}

export function anchorsIn(text: string, source: string, command: CommandName): readonly TrustAnchor[] {
  const parsed = parseAnchors(text);
  if (parsed.ok) return parsed.anchors;
  throw new UsageError(`${source}: ${parsed.line > 0 ? `line ${parsed.line}: ` : ''}${parsed.fault}`, command);
}

/** Root certificates: Node's own and those of the file. Undefined, which is Node's default, where there is no file. */
export async function readRoots(file: string | undefined, command: CommandName): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  const blocks = pemBlocks(await readText('--ca', file, command));
  if (blocks.length === 0) throw new UsageError(`--ca ${file}: no certificate in PEM`, command);
  return [...tls.rootCertificates, ...blocks];
}

/** The certificates of a PEM file in their order, as DER. */
export async function readCertificates(option: string, file: string, command: CommandName): Promise<Uint8Array[]> {
  const blocks = pemBlocks(await readText(option, file, command));
  if (blocks.length === 0) throw new UsageError(`${option} ${file}: no certificate in PEM`, command);
  return blocks.map((block, i) => {
    const der = fromBase64(block.replace(/-----[^-]*-----/g, '').replace(/\s+/g, ''));
    if (der === undefined) throw new UsageError(`${option} ${file}: certificate ${i + 1} is not base64`, command);
    return der;
  });
}

function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

/**
 * TLSA rdata, a record a line: `usage selector matching-type hex`, or with an owner and `TLSA` before that, as in a
 * zone file. A record without data is one that can be published, if useless, and so it is taken.
 */
export async function readTlsa(file: string): Promise<Uint8Array[]> {
  const lines = (await readText('--tlsa', file, 'match')).split('\n');
  return lines.flatMap((line, i) => {
    const fields = line
      .replace(/[;#].*$/, '')
      .replace(/^.*\sTLSA\s/i, '')
      .trim();
    if (fields === '') return [];
    const bare = /^(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})$/.exec(fields);
    if (bare?.slice(1).every((text) => Number(text) <= 255)) return [Uint8Array.from(bare.slice(1), Number)];
    try {
      return [parseRdata(TYPE.TLSA, fields)];
    } catch (error) {
      if (!(error instanceof PresentationError)) throw error;
      throw new UsageError(`--tlsa ${file}: line ${i + 1}: ${error.fault}`, 'match');
    }
  });
}
