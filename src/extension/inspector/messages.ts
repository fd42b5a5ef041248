/** What the inspector asks of the background. Requests are taken from the extension's own pages, in these shapes only. */
import { MAX_FILE_OCTETS } from '../../chains/chain-file.ts';
import type { EvidenceAnswer } from '../evidence/gather.ts';
import { type Lookup, type LookupAnswer, MAX_QUERY_CHARACTERS } from './lookups.ts';

export type InspectorRequest =
  | { readonly kind: 'inspect'; readonly lookup: Lookup }
  /** The signed records behind an answer. `host`: whom the answer is about. */
  | { readonly kind: 'prove'; readonly host: string; readonly lookups: readonly ProvedLookup[] };

export interface ProvedLookup {
  readonly name: string;
  /** As in `typeMnemonic`. */
  readonly type: string;
}

export interface InspectorAnswers {
  readonly inspect: LookupAnswer;
  readonly prove: EvidenceAnswer;
}

/** Lookups of one report: twelve mail servers have three each. */
const MAX_PROVED = 64;
/** Base64 of a file that is one octet too long, which the check itself says. */
const MAX_FILE_CHARACTERS = 2 * MAX_FILE_OCTETS;

/** The request in a message; undefined for anything else. */
export function parseInspectorRequest(message: unknown): InspectorRequest | undefined {
  const { kind, lookup, host, lookups } = fieldsOf(message);
  if (kind === 'inspect') {
    const parsed = parseLookup(lookup);
    return parsed && { kind, lookup: parsed };
  }
  if (kind !== 'prove' || !isText(host) || !Array.isArray(lookups) || lookups.length > MAX_PROVED) return undefined;
  const parsed = lookups
    .map(fieldsOf)
    .flatMap(({ name, type }) => (isText(name) && isText(type) ? [{ name, type }] : []));
  return parsed.length === lookups.length ? { kind, host, lookups: parsed } : undefined;
}

function parseLookup(value: unknown): Lookup | undefined {
  const { kind, host, port, domain, name, address, type, file } = fieldsOf(value);
  switch (kind) {
    case 'site':
      return isText(host) && isUint16(port) && port > 0 ? { kind, host, port } : undefined;
    case 'mail':
    case 'xmpp':
      return isText(domain) ? { kind, domain } : undefined;
    case 'service':
    case 'client':
      return isText(name) ? { kind, name } : undefined;
    case 'openpgpkey':
    case 'smimea':
    case 'payment':
      return isText(address) ? { kind, address } : undefined;
    case 'chain':
      return typeof file === 'string' && file.length <= MAX_FILE_CHARACTERS ? { kind, file } : undefined;
    case 'records':
      return isText(name) && isUint16(type) ? { kind, name, type } : undefined;
    default:
      return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_QUERY_CHARACTERS;
}

function isUint16(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff;
}
