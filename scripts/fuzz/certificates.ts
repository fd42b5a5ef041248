/**
 * Mutated certificates, certificate bags and TLSA rdata through all that reads them. The oracle needs no knowledge of
 * the code: a match counts only where the octets bear it out.
 */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { parseCertificate } from '../../src/dane/certificate.ts';
import { certificatesIn } from '../../src/dane/certificate-bag.ts';
import type { CertificateEvidence } from '../../src/dane/evidence.ts';
import { judgeTlsa, parseTlsa, usableTlsa } from '../../src/dane/tlsa.ts';
import { createAuthority } from '../../test/world/authority.ts';
import { mutatedOctets } from './octets.ts';
import { type Random, randomFor } from './random.ts';
import { Tally } from './tally.ts';

const HOST = 'www.example.com';
const NOW = Math.floor(Date.UTC(2026, 10, 22) / 1000);
const CASE_LIMIT_MS = 1000;

export interface CertificateRun {
  readonly seed: number;
  readonly cases: number;
  /** Index of the first. */
  readonly from?: number;
  /** Called before each case. */
  readonly progress?: (index: number) => void;
}

/** Keys are new in each run, so a case that went wrong shows its octets. Counts by kind and outcome. */
export async function fuzzCertificates({ seed, cases, from = 0, progress = () => {} }: CertificateRun): Promise<Tally> {
  const tally = new Tally();
  const material = makeMaterial();
  for (let index = from; index < from + cases; index++) {
    progress(index);
    const random = randomFor(seed, index);
    const [kind, tryOne] = KINDS[index % KINDS.length]!;
    const started = performance.now();
    const tried: Uint8Array[] = [];
    try {
      tally.count(`${kind}: ${await tryOne(material, random, (octets) => tried.push(octets))}`);
    } catch (error) {
      const octets = tried.map((piece) => Buffer.from(piece).toString('hex')).join(' ');
      tally.fault(index, `${kind}: ${error instanceof Error ? error.stack : String(error)}\n${octets}`);
    }
    const took = performance.now() - started;
    if (took > CASE_LIMIT_MS) tally.fault(index, `took ${Math.round(took)} ms`);
  }
  return tally;
}

interface Material {
  readonly leaf: Uint8Array;
  readonly leafKey: Uint8Array;
  readonly intermediate: Uint8Array;
  readonly root: Uint8Array;
  readonly bag: Uint8Array;
  /** Records that match the chain. */
  readonly records: readonly Uint8Array[];
}

function makeMaterial(): Material {
  const authority = createAuthority({ now: NOW });
  const { chain, publicKeyInfo: leafKey } = authority.issue({ hosts: [HOST] });
  const [leaf, intermediate] = chain as [Uint8Array, Uint8Array];
  const key = keyOf(intermediate);
  const records = [
    record(3, 1, 1, digest(1, leafKey)),
    record(3, 0, 0, leaf),
    record(3, 1, 0, leafKey),
    record(1, 0, 2, digest(2, leaf)),
    record(2, 0, 0, authority.root),
    record(2, 1, 1, digest(1, key)),
    record(0, 1, 2, digest(2, key)),
  ];
  const bag = certificatesOnly([leaf, intermediate, authority.root]);
  return { leaf, leafKey, intermediate, root: authority.root, bag, records };
}

type Try = (material: Material, random: Random, tried: (octets: Uint8Array) => void) => Promise<string>;

/** Usage 3 sees each changed octet, and what was read is what was there. */
const tryLeaf: Try = async ({ leaf, leafKey, intermediate }, random, tried) => {
  const octets = mutatedOctets(leaf, intermediate, random);
  tried(octets);
  const parsed = parseCertificate(octets);
  if (parsed.ok && !same(parsed.certificate.der, octets)) throw new Error('other octets than were given');
  for (const selector of [0, 1]) {
    const published = record(3, selector, 1, digest(1, selector === 0 ? leaf : leafKey));
    const { verdict } = await judge(published, [octets]);
    const selected = parsed.ok ? (selector === 0 ? octets : parsed.certificate.spki) : undefined;
    const fits = selected !== undefined && same(selected, selector === 0 ? leaf : leafKey);
    const expected = fits ? 'verified' : parsed.ok ? 'mismatch' : 'unread';
    if (verdict !== expected) throw new Error(`${verdict}, not ${expected}`);
  }
  return parsed.ok ? 'read' : parsed.fault;
};

/** No path leads through a certificate that was changed. */
const tryChain: Try = async ({ leaf, intermediate, root }, random, tried) => {
  const chain = [leaf, intermediate, root];
  const which = random.below(2);
  const octets = mutatedOctets(chain[which]!, chain[1 - which]!, random);
  tried(octets);
  const { verdict } = await judge(record(2, 0, 1, digest(1, root)), chain.with(which, octets));
  if (verdict === 'verified' && !same(octets, chain[which]!)) throw new Error('a path through a changed certificate');
  return verdict;
};

/** A bag gives pieces of itself, or nothing. */
const tryBag: Try = async ({ bag, leaf }, random, tried) => {
  const octets = mutatedOctets(bag, leaf, random);
  tried(octets);
  const found = certificatesIn(octets);
  for (const piece of found) {
    if (Buffer.from(octets).indexOf(piece) < 0) throw new Error('octets that are not in the bag');
    parseCertificate(piece);
  }
  return found.length === 0 ? 'nothing' : 'certificates';
};

/** Each record is usable or not, and a match is in the octets. */
const tryRdata: Try = async ({ records, leaf, intermediate }, random, tried) => {
  const rdata = mutatedOctets(random.pick(records), random.pick(records), random);
  tried(rdata);
  const parsed = parseTlsa(rdata);
  if (parsed.ok !== rdata.length >= 4) throw new Error('four octets make a record');
  const { usable, unusable } = usableTlsa([rdata]);
  if (usable.length + unusable !== 1) throw new Error('one record, counted otherwise');
  const { verdict, reason } = await judge(rdata, [leaf, intermediate]);
  if (reason.code !== 'matched') return verdict === 'verified' ? fail('verified without a match') : verdict;
  const { selector, matchingType, data } = parsed.ok ? parsed.record : fail('a match of no record');
  if (reason.usage % 2 === 0 && matchingType === 0 && reason.depth !== 1) {
    // An anchor or key that only the record has must have signed what was shown.
    const anchor = parseCertificate(data);
    const key = createPublicKey({
      key: Buffer.from(anchor.ok ? anchor.certificate.spki : data),
      format: 'der',
      type: 'spki',
    });
    const signed = [leaf, intermediate].some((der) => new X509Certificate(der).verify(key));
    return signed ? 'matched by its own anchor' : fail('an anchor that signed nothing');
  }
  const certificate = [leaf, intermediate][reason.depth] ?? fail(`a match at depth ${reason.depth}`);
  if ((reason.usage % 2 === 1) !== (reason.depth === 0)) throw new Error('a usage at the wrong depth');
  const selected = selector === 0 ? certificate : keyOf(certificate);
  if (!same(digest(matchingType, selected), data)) {
    const bareKey =
      reason.bareKey &&
      new X509Certificate(certificate).verify(createPublicKey({ key: Buffer.from(data), format: 'der', type: 'spki' }));
    if (!bareKey) throw new Error('a match that is not there');
  }
  return 'matched';
};

const KINDS: readonly (readonly [string, Try])[] = [
  ['leaf', tryLeaf],
  ['rdata', tryRdata],
  ['chain', tryChain],
  ['bag', tryBag],
];

function judge(rdata: Uint8Array, certificates: readonly Uint8Array[]) {
  const evidence: CertificateEvidence = {
    kind: 'full chain',
    source: 'file',
    pkix: 'valid',
    certificates,
    obtainedAt: NOW,
  };
  return judgeTlsa({ records: [rdata], evidence, base: HOST, host: HOST, now: NOW });
}

function fail(what: string): never {
  throw new Error(what);
}

function record(usage: number, selector: number, matchingType: number, data: Uint8Array): Uint8Array {
  return Uint8Array.from([usage, selector, matchingType, ...data]);
}

function digest(matchingType: number, octets: Uint8Array): Uint8Array {
  if (matchingType === 0) return octets;
  return new Uint8Array(
    createHash(matchingType === 1 ? 'sha256' : 'sha512')
      .update(octets)
      .digest(),
  );
}

function keyOf(der: Uint8Array): Uint8Array {
  return new Uint8Array(new X509Certificate(der).publicKey.export({ format: 'der', type: 'spki' }));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** ContentInfo with SignedData that signs nothing (RFC 5652 sections 3 and 5.1). */
function certificatesOnly(certificates: readonly Uint8Array[]): Uint8Array {
  const oid = (last: number) => Uint8Array.of(0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last);
  const none = element(0x31);
  const signed = [element(0x02, Uint8Array.of(1)), none, element(0x30, oid(1)), element(0xa0, ...certificates), none];
  return element(0x30, oid(2), element(0xa0, element(0x30, ...signed)));
}

function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return Uint8Array.from([tag, ...header, ...contents]);
}
