/**
 * Connections to the servers found, made by the shell, and what a client that follows DANE would do with what each of
 * them shows.
 */
import { viewEvidence } from '../check.ts';
import { parseCertificate } from '../dane/certificate.ts';
import type { CertificateEvidence } from '../dane/evidence.ts';
import { MAX_CHAIN } from '../dane/limits.ts';
import { judgeTlsa, viewCertificate } from '../dane/tlsa.ts';
import type { ConnectionFault, ConnectionReason, ConnectionReport, Treatment } from './report.ts';

export interface PeerToConnect {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  /** What TLS is to tell the server (SNI): the TLSA base domain (RFC 7672 section 8.1). */
  readonly serverName: string;
  /** The names of which a certificate must have one to be valid by PKIX. */
  readonly references: readonly string[];
}

export type PeerConnection = {
  readonly address: string;
  readonly port: number;
} & (
  | { readonly evidence: Exclude<CertificateEvidence, { kind: 'none' }> }
  | { readonly fault: ConnectionFault; readonly said?: string }
);

/** Makes one connection to each address, under limits of its own. Never rejects. */
export type Connect = (peer: PeerToConnect) => Promise<readonly PeerConnection[]>;

export interface Expectation {
  readonly treatment: Treatment;
  readonly records: readonly Uint8Array[];
  readonly pkixUsages: boolean;
  readonly host: string;
  readonly base: string;
  readonly references: readonly string[];
  /** Epoch seconds. */
  readonly now: number;
}

export async function judgeConnection(connection: PeerConnection, expected: Expectation): Promise<ConnectionReport> {
  const { address, port } = connection;
  const facts = { address, port, tlsa: [], notes: [], certificate: NO_CERTIFICATE };
  if ('fault' in connection) {
    const { fault, said } = connection;
    return { ...facts, ...withoutTls(fault, expected.treatment), ...(said !== undefined && { said }) };
  }
  const { evidence } = connection;
  if (expected.treatment !== 'verify') {
    const chain = evidence.certificates.slice(0, MAX_CHAIN).flatMap((der, depth) => {
      const parsed = parseCertificate(der);
      return parsed.ok ? [viewCertificate(parsed.certificate, depth)] : [];
    });
    return { ...facts, ...withoutRecords(evidence, expected), certificate: viewEvidence(evidence, chain) };
  }
  const { records, pkixUsages, host, base, references, now } = expected;
  const input = { records, pkixUsages, host, base, otherNames: references, now, evidence };
  const { verdict, reason, tlsa, chain, notes } = await judgeTlsa(input);
  const result = verdict === 'verified' ? 'accepted' : verdict === 'mismatch' ? 'refused' : 'unreached';
  return { ...facts, result, reason, tlsa, notes, certificate: viewEvidence(evidence, chain) };
}

const NO_CERTIFICATE = { kind: 'none', why: 'connection failed' } as const;

/** The server has TLS or it has not; what cannot be reached says nothing of that. */
const WITHOUT_TLS: ReadonlySet<ConnectionFault> = new Set([
  'starttls not offered',
  'starttls refused',
  'handshake failed',
]);

function withoutTls(fault: ConnectionFault, treatment: Treatment): { result: Result; reason: ConnectionReason } {
  if (!WITHOUT_TLS.has(fault)) return { result: 'unreached', reason: { code: 'fault', fault } };
  // RFC 7672 section 2.2: with records, TLS is demanded; without, mail goes as it always did.
  if (treatment === 'opportunistic') return { result: 'accepted', reason: { code: 'in-clear', fault } };
  return { result: 'refused', reason: { code: 'fault', fault } };
}

type Result = ConnectionReport['result'];

function withoutRecords(
  { pkix }: { readonly pkix: string },
  { treatment, references }: Expectation,
): { result: Result; reason: ConnectionReason } {
  if (treatment !== 'usual rules') return { result: 'accepted', reason: { code: 'encrypted' } };
  return pkix === 'valid'
    ? { result: 'accepted', reason: { code: 'pkix-valid', references } }
    : { result: 'refused', reason: { code: 'pkix-invalid', references } };
}
