/**
 * `danelaw tlsa`: the records to publish for a certificate, or for a server's chain. Of each certificate the most
 * advisable record, and what would do as well.
 */
import { tlsaOwner } from '../dane/owner.ts';
import { tlsaRecordsFor } from '../dane/publish.ts';
import { associationData, MATCHING, SELECTOR, type TlsaRecord, USAGE } from '../dane/tlsa-record.ts';
import type { Certificate } from '../dane/x509.ts';
import { toHex } from '../dns/encodings.ts';
import type { Name } from '../dns/name.ts';
import type { TlsaInvocation } from './arguments/sites.ts';
import { parseName } from './arguments/targets.ts';
import { UsageError } from './arguments/usage.ts';
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
  /** The most advisable of its certificate's. */
  readonly advised: boolean;
  /** Whose record it is. */
  readonly subject: string;
}

export async function runTlsa(invocation: TlsaInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { certificateFile, host, port, json } = invocation;
  const ders = await readCertificates('CERT.pem', certificateFile, 'tlsa');
  const published = ders.map((der, i) => {
    const result = tlsaRecordsFor(der);
    if (result.ok) return result;
    throw new UsageError(`CERT.pem ${certificateFile}: certificate ${i + 1} is none (${result.fault})`, 'tlsa');
  });
  const leaf = published[0]!.certificate;
  const hosts = host === undefined ? hostsOf(leaf) : [parseName(host, '--host', 'tlsa')];
  if (hosts.length === 0) {
    throw new UsageError('--host is missing, and the certificate names no host by itself (a wildcard is none)', 'tlsa');
  }
  const records = hosts.flatMap((name): PublishedRecord[] => {
    const owner = tlsaOwner(name, port);
    if (owner === undefined) throw new UsageError(`${name}: too long a name for TLSA records`, 'tlsa');
    return published.flatMap(({ certificate, records }, i) => {
      // A server may show a certificate that calls itself an authority's (`openssl req -x509` makes them so), and
      // usage 2 speaks of issuers only (RFC 6698 section 2.1.1).
      const shownByServer = i === 0 && certificate.basicConstraints?.ca ? [keyOf(certificate)] : [];
      return [...shownByServer, ...records].map((record, place) => {
        const advised = place === 0 || place === shownByServer.length;
        return {
          name: owner.toString(),
          ...record,
          data: toHex(record.data),
          advised,
          subject: certificate.subject.text,
        };
      });
    });
  });
  surroundings.write(json ? jsonLine({ records }) : joinLines(recordLines(records)));
  return EXIT.good;
}

function keyOf(certificate: Certificate): TlsaRecord {
  const matchingType = MATCHING.SHA2_256;
  const data = associationData(certificate.spki, matchingType);
  return { usage: USAGE.DANE_EE, selector: SELECTOR.SPKI, matchingType, data };
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

/** A certificate's records under its subject; those that are not advised are comments. */
function recordLines(records: readonly PublishedRecord[]): string[] {
  let subject: string | undefined;
  return records.flatMap((record) => {
    const { name, usage, selector, matchingType, data, advised } = record;
    const line = `${advised ? '' : ';   or '}${name} IN TLSA ${usage} ${selector} ${matchingType} ${data}`;
    const heading = record.subject === subject ? [] : [`; ${record.subject}`];
    subject = record.subject;
    return [...heading, line];
  });
}
