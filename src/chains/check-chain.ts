/**
 * A chain as somebody hands it over, judged offline at a given time: what it proves, and, where it is of TLSA records
 * and a certificate is given or holds the chain, whether that is the one they name (RFC 9102). A chain speaks for the
 * names in it and changes nothing for others.
 */
import { viewLookup } from '../check.ts';
import { parseCertificate } from '../dane/certificate.ts';
import { classifyHost, tlsaOwner } from '../dane/owner.ts';
import { TYPE, typeMnemonic } from '../dns/codes.ts';
import type { Name } from '../dns/name.ts';
import { formatRdata } from '../dns/presentation.ts';
import { type ChainForm, chainAsk, verifyChain } from '../dnssec/chain.ts';
import { type LookupOutcome, sumOfWork } from '../dnssec/lookup.ts';
import type { Security, ValidationReason, ZoneStep } from '../dnssec/outcome.ts';
import { type Association, type AssociationReason, associate, type ShownCertificates } from '../people/associated.ts';
import { checkPayment, type PaymentReason, type PaymentVerdict } from '../people/payment.ts';
import { type Findings, findingsOf, type Judging, noFindings } from '../people/published.ts';
import { type ChainFile, type ChainFileFault, readChainFile } from './chain-file.ts';
import { type ChainSubject, isServiceName, MAX_SUBJECTS, subjectsOf } from './subjects.ts';

export interface ChainInput extends Omit<Judging, 'ask' | 'secondLook' | 'zoneCache'> {
  /** A chain or a certificate with one, as octets or as text. */
  readonly file: Uint8Array;
  /** What it is to be judged for. Left out: what it has data of. A chain that proves absence alone needs it. */
  readonly subject?: ChainSubject;
  /** Certificates to compare with TLSA records, leaf first. Left out: the certificate the chain stands in. */
  readonly shown?: ShownCertificates;
}

/**
 * `verified`, `mismatch`, `unread`, `unusable`: of a certificate, by TLSA records that are secure · `secure` what is
 * there is genuine · `absent` genuinely nothing is there · `insecure` proven unsigned · `bogus` something fails ·
 * `indeterminate` it says too little · `off` no chain, or nobody said what of.
 */
export type ChainVerdict =
  | 'verified'
  | 'mismatch'
  | 'unread'
  | 'unusable'
  | 'secure'
  | 'absent'
  | 'insecure'
  | 'bogus'
  | 'indeterminate'
  | 'off';

export type ChainReason =
  | ValidationReason
  | AssociationReason
  | { readonly code: 'chain-file'; readonly fault: ChainFileFault }
  /** Nothing in it but proofs of absence, keys and delegations: of what, has to be said. */
  | { readonly code: 'chain-subject-unknown'; readonly records: number }
  /** It has nothing to say to the question: something it would need is not in it. */
  | { readonly code: 'chain-lacks'; readonly name: string; readonly type: string };

/** One question that the chain answers. */
export interface ChainAnswer {
  readonly name: string;
  readonly type: string;
  readonly security: Security;
  readonly result: LookupOutcome['result'];
  readonly reason: ChainReason;
  /** Records in presentation form; only where they are secure. */
  readonly data: readonly { readonly type: string; readonly text: string }[];
  /** Of TLSA records. */
  readonly association?: Association;
  /** Of `user._bitcoin-payment` names: what BIP-353, which is stricter, makes of it. */
  readonly payment?: { readonly address: string; readonly verdict: PaymentVerdict; readonly reason: PaymentReason };
}

export interface ChainReport extends Findings {
  readonly verdict: ChainVerdict;
  readonly reason: ChainReason;
  /** Undefined where it is no chain. */
  readonly file?: {
    readonly form: ChainForm;
    readonly records: number;
    /** The certificate it stands in: its place is what the reader sees first. */
    readonly inCertificate: boolean;
    readonly port?: number;
    /** Only shown: who pins by it is a TLS client, and this is none (RFC 9102 section 7). */
    readonly supportLifetimeHours?: number;
    readonly address?: string;
  };
  readonly answers: readonly ChainAnswer[];
}

type ReadFile = Extract<ChainFile, { ok: true }>;

/** Never rejects. Asks nobody. */
export async function checkChain(input: ChainInput): Promise<ChainReport> {
  const file = readChainFile(input.file);
  const none = { ...noFindings(input), verdict: 'off', answers: [] } as const;
  if (!file.ok) return { ...none, reason: { code: 'chain-file', fault: file.fault } };
  const { records, certificate } = file;
  const described = { ...none, file: viewFile(file) };
  const subjects = input.subject === undefined ? subjectsIn(file) : [input.subject];
  if (subjects.length === 0) {
    return { ...described, reason: { code: 'chain-subject-unknown', records: records.length } };
  }
  const own = certificate && ({ certificates: [certificate], pkix: 'unknown' } as const);
  const judged: Judged[] = [];
  for (const subject of subjects) judged.push(await judge(subject, records, { ...input, shown: input.shown ?? own }));
  const worst = judged.reduce((one, other) => (GRAVITY[verdictOf(other)] > GRAVITY[verdictOf(one)] ? other : one));
  return {
    ...mergedFindings(judged, input),
    file: described.file,
    verdict: verdictOf(worst),
    reason: worst.answer.association?.reason ?? worst.answer.reason,
    answers: judged.map(({ answer }) => answer),
  };
}

/** The graver first where a chain has several answers: nobody is to overlook it. */
const GRAVITY: Readonly<Record<ChainVerdict, number>> = {
  verified: 0,
  secure: 1,
  absent: 2,
  unusable: 3,
  insecure: 4,
  unread: 5,
  off: 6,
  indeterminate: 7,
  mismatch: 8,
  bogus: 9,
};

interface Judged {
  readonly outcome: LookupOutcome;
  readonly answer: ChainAnswer;
}

function verdictOf({ answer, outcome }: Judged): ChainVerdict {
  if (outcome.security !== 'secure') return outcome.security;
  if (outcome.rrset === undefined) return 'absent';
  const verdict = answer.association?.verdict;
  return verdict === undefined || verdict === 'published' ? 'secure' : verdict;
}

/** A certificate's chain that proves absence is about the certificate's own names. */
function subjectsIn({ records, certificate, port = 443 }: ReadFile): readonly ChainSubject[] {
  const found = subjectsOf(records);
  const parsed = certificate && parseCertificate(certificate);
  if (found.length > 0 || parsed?.ok !== true || port === 0) return found;
  return parsed.certificate.dnsNames.slice(0, MAX_SUBJECTS).flatMap((host) => {
    const classified = classifyHost(host);
    const owner = classified.kind === 'name' ? tlsaOwner(classified.name, port) : undefined;
    return owner === undefined ? [] : [{ name: owner, type: TYPE.TLSA }];
  });
}

async function judge(
  { name, type }: ChainSubject,
  records: ReadFile['records'],
  input: Omit<ChainInput, 'shown'> & { readonly shown: ShownCertificates | undefined },
): Promise<Judged> {
  const { file: _, subject: _subject, shown, ...judging } = input;
  const outcome = await verifyChain({ ...judging, records, name, type });
  const { security, result, rrset, answers, reason } = outcome;
  const secure = security === 'secure' ? answers : [];
  const association =
    secure.length > 0 && type === TYPE.TLSA && rrset !== undefined
      ? await associate(rrset.rdatas, shown, { name: hostOf(name), purpose: 'server', now: input.now })
      : undefined;
  const payment = type === TYPE.TXT ? await judgePayment(name, records, judging) : undefined;
  const lacks = reason.code === 'no-answer' && reason.failure.code === 'not-recorded';
  const answer: ChainAnswer = {
    name: name.toString(),
    type: typeMnemonic(type),
    security,
    result,
    reason: lacks ? { code: 'chain-lacks', name: reason.name, type: reason.type } : reason,
    data: secure.map((record) => ({ type: typeMnemonic(record.type), text: formatRdata(record.type, record.rdata) })),
    ...(association && { association }),
    ...(payment && { payment }),
  };
  return { outcome, answer };
}

/** RFC 9102 section 3: the name the client asked the server by, no alias followed. */
function hostOf(owner: Name): string {
  const host = isServiceName(owner) ? owner.parent().parent() : owner;
  return host.toString().replace(/\.$/, '');
}

/** BIP-353 names: `<user>.user._bitcoin-payment.<domain>`. */
async function judgePayment(
  name: Name,
  records: ReadFile['records'],
  judging: Omit<Judging, 'ask'>,
): Promise<ChainAnswer['payment']> {
  const [, user, domain] = /^(.+)\.user\._bitcoin-payment\.(.+)\.$/.exec(name.toString()) ?? [];
  if (user === undefined || domain === undefined) return undefined;
  const address = `${user}@${domain}`;
  const options = { ...judging.options, speculate: false };
  const { verdict, reason } = await checkPayment({ ...judging, ask: chainAsk(records), address, options });
  return { address, verdict, reason };
}

function viewFile({
  records,
  form,
  port,
  supportLifetimeHours,
  address,
  certificate,
}: ReadFile): NonNullable<ChainReport['file']> {
  return {
    form,
    records: records.length,
    inCertificate: certificate !== undefined,
    ...(port !== undefined && { port }),
    ...(supportLifetimeHours !== undefined && { supportLifetimeHours }),
    ...(address !== undefined && { address }),
  };
}

/** RFC 9102 section 6: what a chain says lasts no longer than its TTLs, counted from when it is read. */
function mergedFindings(judged: readonly Judged[], { now }: Pick<ChainInput, 'now'>): Findings {
  const each = judged.map(({ outcome }) => findingsOf(outcome, { now }));
  const zones = new Map<string, ZoneStep>();
  for (const zone of each.flatMap((findings) => findings.zones)) zones.set(zone.zone, zone);
  const nothing = noFindings({ now });
  return {
    ...nothing,
    validUntil: Math.min(...each.map(({ validUntil }) => validUntil)),
    lookups: judged.map(({ outcome }) => viewLookup(outcome)),
    zones: [...zones.values()],
    // Nobody was asked: what the walk took from the chain is no question.
    work: { ...each.map(({ work }) => work).reduce(sumOfWork), queries: 0, roundTrips: 0 },
  };
}
