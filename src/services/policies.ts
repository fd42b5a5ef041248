/**
 * MTA-STS (RFC 8461) and TLSRPT (RFC 8460): what stands beside DANE for mail. They are shown and judged by themselves;
 * neither takes anything away from what DANE demands (RFC 8461 section 2).
 */
import { parseTxt } from '../dns/rdata.ts';
import type { LookupOutcome } from '../dnssec/lookup.ts';
import type { Security, ValidationReason } from '../dnssec/outcome.ts';
import { MAX_POLICY_LINES, MAX_POLICY_OCTETS } from './limits.ts';

interface Looked {
  readonly name: string;
  readonly security: Security;
}

type Missing =
  | { readonly state: 'absent' }
  /** More than one record: clients take it as none (RFC 8461 section 3.1, RFC 8460 section 3). */
  | { readonly state: 'several'; readonly records: number }
  | { readonly state: 'malformed'; readonly text: string }
  | { readonly state: 'unknown'; readonly reason: ValidationReason };

export type StsRecord = Looked & ({ readonly state: 'found'; readonly id: string } | Missing);
export type ReportsRecord = Looked & ({ readonly state: 'found'; readonly addresses: readonly string[] } | Missing);

/** RFC 8461 section 3.1: the TXT records at `_mta-sts.<domain>`. */
export function readStsRecord(lookup: LookupOutcome): StsRecord {
  return readRecord(lookup, /^v=STSv1[ \t]*;/, (text) => {
    const id = fieldsOf(text)?.get('id');
    return id !== undefined && /^[A-Za-z0-9]{1,32}$/.test(id) ? { id } : undefined;
  });
}

/** RFC 8460 section 3: the TXT records at `_smtp._tls.<domain>`. */
export function readReportsRecord(lookup: LookupOutcome): ReportsRecord {
  return readRecord(lookup, /^v=TLSRPTv1[ \t]*;/, (text) => {
    const addresses = fieldsOf(text)
      ?.get('rua')
      ?.split(',')
      .map((address) => address.trim());
    const sound = addresses?.every((address) => /^(mailto:[^\s,!;]+@[^\s,!;]+|https:\/\/[^\s,!;]+)$/i.test(address));
    return addresses !== undefined && sound ? { addresses } : undefined;
  });
}

function readRecord<Found extends object>(
  { name, security, reason, rrset }: LookupOutcome,
  version: RegExp,
  read: (text: string) => Found | undefined,
): Looked & ((Found & { state: 'found' }) | Missing) {
  const looked = { name: bare(name.toString()), security };
  if (security === 'bogus' || security === 'indeterminate') return { ...looked, state: 'unknown', reason };
  // Records of other kinds may stand there and do not count. The strings of one record are one text.
  const texts = (rrset?.rdatas ?? []).map(textOf).filter((text) => version.test(text));
  const [text] = texts;
  if (text === undefined) return { ...looked, state: 'absent' };
  if (texts.length > 1) return { ...looked, state: 'several', records: texts.length };
  const found = read(text);
  return found === undefined ? { ...looked, state: 'malformed', text } : { ...looked, ...found, state: 'found' };
}

function textOf(rdata: Uint8Array): string {
  const strings = parseTxt(rdata) ?? [];
  return strings.map((octets) => String.fromCharCode(...octets)).join('');
}

/** `key=value` with semicolons between; undefined where one of them is none. */
function fieldsOf(text: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const part of text.split(';').map((part) => part.trim())) {
    if (part === '') continue;
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]*=[ \t]*(.*)$/s.exec(part) ?? [];
    if (key === undefined || value === undefined) return undefined;
    if (!fields.has(key)) fields.set(key, value);
  }
  return fields;
}

export type StsMode = 'enforce' | 'testing' | 'none';

export type StsPolicy =
  | {
      readonly state: 'found';
      readonly url: string;
      readonly mode: StsMode;
      readonly maxAgeSeconds: number;
      /** Host names, perhaps with `*` for the first label. */
      readonly patterns: readonly string[];
    }
  | { readonly state: 'malformed'; readonly url: string; readonly fault: StsFault }
  | { readonly state: 'unfetched'; readonly url: string; readonly why: StsFetchFault; readonly status?: number };

export type StsFault = 'version' | 'mode' | 'max_age' | 'mx' | 'syntax' | 'too long';
export type StsFetchFault = 'certificate refused' | 'connection failed' | 'no answer' | 'HTTP status' | 'too large';

/** What the shell hands back; it follows no redirect (RFC 8461 section 3.3) and reads `MAX_POLICY_OCTETS` at most. */
export type FetchedPolicy =
  | { readonly ok: true; readonly octets: Uint8Array }
  | { readonly ok: false; readonly why: StsFetchFault; readonly status?: number };

export type FetchPolicy = (url: string) => Promise<FetchedPolicy>;

export function stsPolicyUrl(domain: string): string {
  return `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
}

/** RFC 8461 section 3.2. */
export function parseStsPolicy(url: string, octets: Uint8Array): StsPolicy {
  const fail = (fault: StsFault): StsPolicy => ({ state: 'malformed', url, fault });
  if (octets.length > MAX_POLICY_OCTETS) return fail('too long');
  const lines = new TextDecoder().decode(octets).split(/\r?\n/);
  if (lines.length > MAX_POLICY_LINES) return fail('too long');
  const fields = new Map<string, string>();
  const patterns: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (key === undefined || value === undefined) return fail('syntax');
    if (key === 'mx') patterns.push(value.toLowerCase());
    // Of fields given twice, the first counts.
    else if (!fields.has(key)) fields.set(key, value);
  }
  if (fields.get('version') !== 'STSv1') return fail('version');
  const mode = fields.get('mode');
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return fail('mode');
  const maxAge = fields.get('max_age') ?? '';
  // RFC 8461 section 3.2: at most a year.
  if (!/^\d{1,10}$/.test(maxAge) || Number(maxAge) > 31_557_600) return fail('max_age');
  const pattern = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/;
  if (patterns.some((text) => text.length > 255 || !pattern.test(text))) return fail('mx');
  if (mode !== 'none' && patterns.length === 0) return fail('mx');
  return { state: 'found', url, mode, maxAgeSeconds: Number(maxAge), patterns };
}

/** RFC 8461 section 4.1: a wildcard stands for the leftmost label alone. */
export function stsAllows(patterns: readonly string[], host: string): boolean {
  const name = bare(host).toLowerCase();
  return patterns.map(bare).some((pattern) => {
    if (!pattern.startsWith('*.')) return pattern === name;
    const dot = name.indexOf('.');
    return dot > 0 && name.slice(dot) === pattern.slice(1);
  });
}

function bare(name: string): string {
  return name.replace(/\.$/, '');
}
