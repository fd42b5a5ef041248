/**
 * `danelaw tlsa`: the records to publish. For the server's own certificate `3 1 1`, which lives as long as its key
 * (RFC 7671 section 5.1); for each issuer in the file `2 0 1`, which holds the issuer's constraints too and needs
 * that the server sends it (sections 5.2.2 and 8.1). Either alone is enough.
 */
import { parseCertificate } from '../dane/certificate.ts';
import { tlsaOwner } from '../dane/owner.ts';
import { associationData, MATCHING, SELECTOR, USAGE } from '../dane/tlsa-record.ts';
import type { Certificate } from '../dane/x509.ts';
import { toHex } from '../dns/encodings.ts';
import type { Name } from '../dns/name.ts';
import { parseName, type TlsaInvocation, UsageError } from './arguments.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { readCertificates } from './inputs.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { joinLines } from './text.ts';

interface PublishedRecord {
  readonly name: string;
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** Hex. */
  readonly data: string;
  /** Whose record it is. */
  readonly subject: string;
}

export async function runTlsa(invocation: TlsaInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { certificateFile, host, port, json } = invocation;
  const ders = await readCertificates('CERT.pem', certificateFile, 'tlsa');
  const [leaf, ...issuers] = ders.map((der, i) => {
    const parsed = parseCertificate(der);
    if (parsed.ok) return parsed.certificate;
    throw new UsageError(`CERT.pem ${certificateFile}: certificate ${i + 1} is none (${parsed.fault})`, 'tlsa');
  });
  const hosts = host === undefined ? hostsOf(leaf!) : [parseName(host, '--host', 'tlsa')];
  if (hosts.length === 0) {
    throw new UsageError('--host is missing, and the certificate names no host by itself (a wildcard is none)', 'tlsa');
  }
  const records = hosts.flatMap((name) => {
    const owner = tlsaOwner(name, port);
    if (owner === undefined) throw new UsageError(`${name}: too long a name for TLSA records`, 'tlsa');
    return [
      recordFor(owner, leaf!, USAGE.DANE_EE, SELECTOR.SPKI),
      ...issuers.map((issuer) => recordFor(owner, issuer, USAGE.DANE_TA, SELECTOR.CERTIFICATE)),
    ];
  });
  surroundings.write(json ? jsonLine({ records }) : joinLines(records.flatMap(recordLines)));
  return EXIT.good;
}

/** The hosts a certificate names one by one. */
function hostsOf({ dnsNames }: Certificate): Name[] {
  return dnsNames.flatMap((text) => {
    try {
      return text.includes('*') ? [] : [parseName(text, 'certificate', 'tlsa')];
    } catch (error) {
      if (error instanceof UsageError) return [];
      throw error;
    }
  });
}

function recordFor(owner: Name, certificate: Certificate, usage: number, selector: number): PublishedRecord {
  const selected = selector === SELECTOR.SPKI ? certificate.spki : certificate.der;
  return {
    name: owner.toString(),
    usage,
    selector,
    matchingType: MATCHING.SHA2_256,
    data: toHex(associationData(selected, MATCHING.SHA2_256)),
    subject: certificate.subject.text,
  };
}

function recordLines({ name, usage, selector, matchingType, data, subject }: PublishedRecord): string[] {
  return [`; ${subject}`, `${name} IN TLSA ${usage} ${selector} ${matchingType} ${data}`];
}
