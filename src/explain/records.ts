/** Records that are not DANE's, in words: SSHFP, IPSECKEY, CAA, SVCB and HTTPS. */
import type { TlsaView } from '../dane/outcome.ts';
import { usableTlsa } from '../dane/tlsa.ts';
import { type DecodedRecord, decodeRecord, type IpsecGateway } from '../dns/decoded.ts';
import { fromHex } from '../dns/encodings.ts';
import type { ResourceRecord } from '../dns/message.ts';
import type { Security } from '../dnssec/outcome.ts';
import type { BindingsView } from '../report.ts';
import { tlsaLink } from './chain.ts';
import type { FoundItem } from './people.ts';
import { createWords, type Phrase, type Translate, type Words } from './words.ts';

/** Sentences for those of the records that have any, in order, and what their state means for them. */
export function explainRecords(
  { answers, security }: { readonly answers: readonly ResourceRecord[]; readonly security: Security },
  translate: Translate,
  options: { readonly locale?: string } = {},
): string[] {
  const words = createWords(translate, options.locale ?? 'en');
  const decoded = answers.flatMap(({ type, rdata }) => decodeRecord(type, rdata) ?? []);
  const keys = decoded.some(({ type }) => type === 'SSHFP' || type === 'IPSECKEY');
  // RFC 4255 section 2.4, RFC 4025 section 4: keys that nobody signed are no keys.
  const state = keys && security !== 'secure' ? [words.say('found_keys_unsigned')] : [];
  return [...state, ...decoded.map((record) => explainRecord(record, words))].map(({ text }) => text);
}

/** TLSA and SMIMEA records by themselves: what each demands, with nothing to compare. */
export function explainDemands(
  rdatas: readonly Uint8Array[],
  translate: Translate,
  options: { readonly locale?: string } = {},
): FoundItem[] {
  const words = createWords(translate, options.locale ?? 'en');
  const links = usableTlsa(rdatas).tlsa.map((view) => tlsaLink(view, 'signed', [], words));
  return links.map(({ state, title, details }) => ({
    state,
    title: title.text,
    details: details.map(({ text }) => text),
  }));
}

/** What stands below each place that HTTPS records name, one item a place that has records. */
export function explainEndpoints(
  bindings: BindingsView | undefined,
  translate: Translate,
  options: { readonly locale?: string } = {},
): FoundItem[] {
  const words = createWords(translate, options.locale ?? 'en');
  const published = bindings?.endpoints.filter(({ tlsa }) => tlsa.length > 0) ?? [];
  return published.map(({ owner, tlsa }) => ({
    // Nothing that a draft says makes a verdict.
    state: 'open',
    title: words.say('bindings_records', words.name(owner)).text,
    details: explainDemands(tlsa.map(rdataOf), translate, options).flatMap(({ title, details }) => [title, ...details]),
  }));
}

function rdataOf({ usage, selector, matchingType, data }: TlsaView): Uint8Array {
  const octets = fromHex(data) ?? new Uint8Array();
  // A malformed record is shown whole.
  if (usage === null || selector === null || matchingType === null) return octets;
  return Uint8Array.of(usage, selector, matchingType, ...octets);
}

function explainRecord(record: DecodedRecord, words: Words): Phrase {
  switch (record.type) {
    case 'SSHFP':
      return explainSshfp(record, words);
    case 'IPSECKEY':
      return explainIpseckey(record, words);
    case 'CAA':
      return explainCaa(record, words);
    case 'SVCB':
    case 'HTTPS':
      return explainService(record, words);
  }
}

type Of<Type extends DecodedRecord['type']> = Extract<DecodedRecord, { type: Type }>;

/** IANA's numbers for keys of SSH servers; the names are the same in every language. */
const SSH_ALGORITHMS = new Map([
  [1, 'RSA'],
  [2, 'DSA'],
  [3, 'ECDSA'],
  [4, 'Ed25519'],
  [6, 'Ed448'],
]);
const SSH_DIGESTS = new Map([
  [1, 'SHA-1'],
  [2, 'SHA-256'],
]);

function explainSshfp({ algorithm, fingerprintType, fingerprint, wellFormed }: Of<'SSHFP'>, words: Words): Phrase {
  const { say, quote } = words;
  const key = SSH_ALGORITHMS.get(algorithm) ?? say('found_number', algorithm);
  const digest = SSH_DIGESTS.get(fingerprintType) ?? say('found_number', fingerprintType);
  return say(wellFormed ? 'found_sshfp' : 'found_sshfp_length', key, digest, quote(fingerprint));
}

/** RFC 4025 section 2.4, and RFC 7296's successors by IANA. */
const IPSEC_ALGORITHMS = new Map([
  [1, 'DSA'],
  [2, 'RSA'],
  [3, 'ECDSA'],
  [4, 'EdDSA'],
]);

function explainIpseckey({ precedence, algorithm, gateway, key }: Of<'IPSECKEY'>, words: Words): Phrase {
  const { say, quote } = words;
  const through = explainGateway(gateway, words);
  if (algorithm === 0 || key === '') return say('found_ipseckey_none', precedence, through);
  const name = IPSEC_ALGORITHMS.get(algorithm) ?? say('found_number', algorithm);
  return say('found_ipseckey', precedence, through, name, quote(key));
}

function explainGateway(gateway: IpsecGateway, { say, name }: Words): Phrase {
  switch (gateway.kind) {
    case 'none':
      return say('found_gateway_none');
    case 'address':
      return say('found_gateway', gateway.address);
    case 'name':
      return say('found_gateway', name(gateway.name));
  }
}

function explainCaa({ critical, tag, value }: Of<'CAA'>, words: Words): Phrase {
  const { say, quote } = words;
  const [issuer = '', ...parameters] = value.split(';').map((part) => part.trim());
  const conditions = parameters.filter((part) => part !== '').join('; ');
  const condition = conditions === '' ? { text: '' } : say('found_caa_condition', quote(conditions));
  switch (tag) {
    case 'issue':
    case 'issuewild':
    case 'issuemail':
      if (issuer === '') return say(`found_caa_${tag}_nobody`);
      return { text: say(`found_caa_${tag}`, quote(issuer)).text + condition.text };
    case 'iodef':
      return say('found_caa_iodef', quote(value));
    default:
      return say(critical ? 'found_caa_unknown_critical' : 'found_caa_unknown', quote(tag), quote(value));
  }
}

function explainService({ mode, priority, target, parameters }: Of<'SVCB' | 'HTTPS'>, words: Words): Phrase {
  const { say, name, quote, list } = words;
  if (mode === 'alias')
    return target === '.' ? say('found_service_unavailable') : say('found_service_alias', name(target));
  const where = target === '.' ? say('found_service_here', priority) : say('found_service_at', priority, name(target));
  const named = parameters.map(({ key, value }) => explainParameter(key, value, words));
  if (named.length === 0) return where;
  return say('found_service_with', where, list(named.map(({ text }) => quote(text))));
}

/** RFC 9460 section 7, RFC 9848 for `ech`. */
const PARAMETERS: ReadonlySet<string> = new Set(['mandatory', 'alpn', 'port', 'ipv4hint', 'ipv6hint']);

function explainParameter(key: string, value: string, { say }: Words): Phrase {
  if (key === 'no-default-alpn') return say('found_parameter_no_default_alpn');
  if (key === 'ech') return say('found_parameter_ech');
  return PARAMETERS.has(key) ? say(`found_parameter_${key}`, value) : say('found_parameter_other', key, value);
}
