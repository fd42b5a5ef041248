/**
 * Records that speak of an issuer: usage 2 (RFC 7671 section 5.2) and usage 0 (section 5.4). They match certificates
 * above the leaf only, and only where true signatures lead from there down to the leaf.
 */
import { equalOctets } from '../dns/name.ts';
import { parseCertificate } from './certificate.ts';
import type { PkixStatus } from './evidence.ts';
import type { PathFault, TlsaOutcome } from './outcome.ts';
import { checkIssuer, checkPath, findPaths, type Path, type PathRules, type PathSearch } from './path.ts';
import { fitsCertificate, MATCHING, SELECTOR, type TlsaRecord, USAGE } from './tlsa-record.ts';
import type { Certificate } from './x509.ts';

export interface IssuerInput extends PathRules {
  readonly leaf: Certificate;
  /** The other certificates that were shown, in any order. */
  readonly shown: readonly Certificate[];
  /** What the reader's trust store put on top of them: for usage 0 alone. */
  readonly appended: readonly Certificate[];
  /** Issuers from elsewhere, where only the leaf was shown: good for a match, since true signatures lead through them. */
  readonly fetched: readonly Certificate[];
  /** Is that all of the chain? Where it is not, what does not fit may just not have been shown. */
  readonly complete: boolean;
  readonly pkix: PkixStatus;
}

/** One outcome each record, in the order given. All are of usage 0 or 2 and usable. */
export async function judgeIssuers(records: readonly TlsaRecord[], input: IssuerInput): Promise<TlsaOutcome[]> {
  if (records.length === 0) return [];
  const published = [...input.fetched, ...records.flatMap(publishedCertificate)];
  const searchAmong = async (certificates: readonly Certificate[]) => {
    const issuers = distinct([...certificates, ...published]);
    return { issuers, search: await findPaths(input.leaf, issuers) };
  };
  // RFC 7671 section 5.2.2: for usage 2 only what the server sent, or DNS has, counts; usage 0 follows PKIX, whose
  // path ends in the trust store (section 5.4).
  const sent = await searchAmong(input.shown);
  const known = input.appended.length === 0 ? sent : await searchAmong([...input.shown, ...input.appended]);
  return Promise.all(
    records.map((record) => {
      const { issuers, search } = record.usage === USAGE.DANE_TA ? sent : known;
      return judgeIssuer(record, search, issuers, input);
    }),
  );
}

/** RFC 7671 section 5.2.2: an anchor in a `2 0 0` record need not be in the server's chain. */
function publishedCertificate({ selector, matchingType, data }: TlsaRecord): Certificate[] {
  if (selector !== SELECTOR.CERTIFICATE || matchingType !== MATCHING.FULL) return [];
  const parsed = parseCertificate(data);
  return parsed.ok ? [parsed.certificate] : [];
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return certificates.filter(
    (certificate, i) => certificates.findIndex(({ der }) => equalOctets(der, certificate.der)) === i,
  );
}

async function judgeIssuer(
  record: TlsaRecord,
  search: PathSearch,
  issuers: readonly Certificate[],
  input: IssuerInput,
): Promise<TlsaOutcome> {
  const faults: PathFault[] = [];
  for (const path of search.paths) {
    const depth = path.length - 1;
    if (depth === 0 || !fitsCertificate(record, path[depth]!)) continue;
    const fault = faultOf(record, path, input);
    if (fault === undefined) return accepted(record, { code: 'matched', depth }, input);
    if (isCertain(fault, path, input)) faults.push(fault);
  }
  const fitting = issuers.find((issuer) => fitsCertificate(record, issuer));
  if (fitting === undefined) {
    const bareKey = await judgeBareKey(record, search, input);
    if (bareKey.matched !== undefined) return accepted(record, bareKey.matched, input);
    faults.push(...bareKey.faults);
  }
  const [fault] = faults.sort((a, b) => RANK.indexOf(a.code) - RANK.indexOf(b.code));
  if (fault !== undefined) return { code: 'path-failed', fault };

  // No path leads to anything that fits. Where not all was shown, the path may run where nobody saw it.
  if (search.exhausted) return { code: 'path-failed', fault: { code: 'work-limit' } };
  if (!input.complete && !(await isSelfSigned(input.leaf, search))) {
    // RFC 7671 section 5.4: usage 0 comes on top of PKIX, which has failed, whatever was not shown.
    const { pkix } = input;
    const hopeless = record.usage === USAGE.PKIX_TA && (pkix === 'invalid' || pkix === 'overridden');
    return hopeless ? { code: 'pkix-failed', pkix } : { code: 'issuer-unread' };
  }
  if (fitting === undefined) {
    const withheld = record.usage === USAGE.DANE_TA && input.appended.some((issuer) => fitsCertificate(record, issuer));
    return withheld ? { code: 'path-failed', fault: { code: 'not-sent' } } : { code: 'not-matched' };
  }
  const link = search.broken.find(({ issuer }) => issuer === fitting);
  return { code: 'path-failed', fault: link?.fault ?? { code: 'no-path' } };
}

/** The most telling first: what a site's owner can put right at once. */
const RANK: readonly PathFault['code'][] = [
  'name',
  'expired',
  'not-yet-valid',
  'name-constraint',
  'purpose',
  'path-length',
  'not-an-issuer',
  'critical-extension',
  'bad-extension',
  'signature',
  'not-sent',
  'no-path',
  'work-limit',
];

/**
 * Usage 2 takes the whole of PKIX upon itself, only the anchor is the record's (RFC 6698 section 2.1.1). Usage 0
 * comes on top of the browser's own PKIX, which has judged names, dates and constraints by its own clock; what is
 * left is that the issuer is one.
 */
function faultOf({ usage }: TlsaRecord, path: Path, rules: PathRules): PathFault | undefined {
  if (usage === USAGE.DANE_TA) return checkPath(path, rules);
  return path.map((_, depth) => checkIssuer(path, depth)).find((fault) => fault !== undefined);
}

/**
 * An issuer from elsewhere may be another certificate of the same key than the one the server sent, and have dates or
 * constraints of its own. What is wrong with the leaf is wrong with every path.
 */
function isCertain(fault: PathFault, path: Path, { fetched }: IssuerInput): boolean {
  return fault.code === 'name' || ('depth' in fault && fault.depth === 0) || !path.some((at) => fetched.includes(at));
}

function accepted(
  { usage }: TlsaRecord,
  matched: Extract<TlsaOutcome, { code: 'matched' }>,
  { pkix }: IssuerInput,
): TlsaOutcome {
  return usage === USAGE.DANE_TA || pkix === 'valid' ? matched : { code: 'pkix-failed', pkix };
}

/**
 * RFC 7671 section 5.2.3: where no certificate has the key of an `x 1 0` record, see whether the key signed the
 * topmost certificate. Any certificate with a true path counts as the topmost here, since the shown ones may be in
 * disorder or more than needed.
 */
async function judgeBareKey(record: TlsaRecord, search: PathSearch, input: IssuerInput) {
  const faults: PathFault[] = [];
  if (record.selector !== SELECTOR.SPKI || record.matchingType !== MATCHING.FULL) return { faults };
  for (const path of search.paths) {
    const depth = path.length - 1;
    if ((await search.verify(path[depth]!, record.data)) !== 'valid') continue;
    // The anchor is a key, with no certificate to hold to rules: those of the path below it remain.
    const fault = faultOf(record, path, input);
    if (fault === undefined) return { matched: { code: 'matched', depth, bareKey: true } as const, faults };
    if (isCertain(fault, path, input)) faults.push(fault);
  }
  return { faults };
}

async function isSelfSigned(leaf: Certificate, search: PathSearch): Promise<boolean> {
  return (await search.verify(leaf, leaf.spki)) === 'valid';
}
