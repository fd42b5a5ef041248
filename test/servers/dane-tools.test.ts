/**
 * TLSA judged here and by ldns-dane on the same chains and records, and the records GnuTLS' danetool makes of
 * certificates. ldns-dane tells no depth. danetool judges no records from files: it takes them from DNS alone.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../src/dane/certificate.ts';
import { judgeTlsa } from '../../src/dane/tlsa.ts';
import { associationData } from '../../src/dane/tlsa-record.ts';
import { openWorkshop, type Workshop } from '../unit/dane/openssl.ts';

const run = promisify(execFile);
const HOST = 'www.example.test';
const NAMES = ['leaf', 'intermediate', 'root', 'stranger'] as const;
type CertificateName = (typeof NAMES)[number];

let workshop: Workshop;
const der = (name: CertificateName) => workshop.read(`${name}.der`);
const spki = (name: CertificateName) => {
  const parsed = parseCertificate(der(name));
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.certificate.spki;
};

function makeCertificate(name: string, issuer: string | undefined, extension: string): void {
  const { openssl, write } = workshop;
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  write(`${name}.ext`, extension);
  const signer =
    issuer === undefined
      ? ['-signkey', `${name}.key`]
      : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
  const rest = ['-days', '30', '-extfile', `${name}.ext`, '-out', `${name}.pem`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, ...rest);
  openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
}

/** What the server sends; ldns-dane has the root in its trust store besides. */
const CHAINS = {
  whole: ['leaf', 'intermediate', 'root'],
  'without root': ['leaf', 'intermediate'],
  'leaf alone': ['leaf'],
} as const satisfies Record<string, readonly CertificateName[]>;
type ChainName = keyof typeof CHAINS;

beforeAll(() => {
  workshop = openWorkshop();
  makeCertificate('root', undefined, 'basicConstraints=critical,CA:TRUE');
  makeCertificate('intermediate', 'root', 'basicConstraints=critical,CA:TRUE');
  // ldns-dane compares the owner's name with its closing dot, which no certificate has; this one does, for its sake.
  makeCertificate('leaf', 'intermediate', `subjectAltName=DNS:${HOST},DNS:${HOST}.`);
  makeCertificate('stranger', undefined, 'basicConstraints=critical,CA:TRUE');
  for (const [chain, names] of Object.entries(CHAINS)) {
    const pems = names.map((name) => Buffer.from(workshop.read(`${name}.pem`)).toString());
    workshop.write(`${chain}.chain`, pems.join(''));
  }
});
afterAll(() => workshop.close());

interface RecordText {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly of: CertificateName;
}

function dataOf({ selector, matchingType, of }: RecordText): Buffer {
  const selected = selector === 0 ? der(of) : spki(of);
  if (matchingType === 0) return Buffer.from(selected);
  return createHash(matchingType === 1 ? 'sha256' : 'sha512')
    .update(selected)
    .digest();
}

type Verdict = 'match' | 'no match';

async function byLdns(chain: ChainName, record: RecordText): Promise<Verdict> {
  const { usage, selector, matchingType, of } = record;
  const file = `${chain} ${usage}${selector}${matchingType}${of}.tlsa`;
  const data = dataOf(record).toString('hex');
  workshop.write(file, `_443._tcp.${HOST}. 3600 IN TLSA ${usage} ${selector} ${matchingType} ${data}\n`);
  const args = ['-t', workshop.path(file), '-c', workshop.path(`${chain}.chain`), '-f', workshop.path('root.pem')];
  const said = await run('ldns-dane', [...args, 'verify'], { timeout: 20_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  expect(said).toMatch(/dane-validate/);
  return /dane-validated successfully/.test(said) ? 'match' : 'no match';
}

async function byUs(chain: ChainName, record: RecordText): Promise<Verdict> {
  const now = Math.floor(Date.now() / 1000);
  const names = CHAINS[chain];
  const { verdict } = await judgeTlsa({
    records: [Uint8Array.from([record.usage, record.selector, record.matchingType, ...dataOf(record)])],
    evidence: {
      kind: 'full chain',
      source: 'file',
      // The intermediate is in nobody's trust store, so without it PKIX fails.
      pkix: chain === 'leaf alone' ? 'invalid' : 'valid',
      certificates: names.map(der),
      ...(chain === 'without root' && { appended: [der('root')] }),
      obtainedAt: now,
    },
    base: HOST,
    host: HOST,
    now,
  });
  return verdict === 'verified' ? 'match' : 'no match';
}

/** Where the two differ, and why. Anything else that differs fails the test, and so does one that no longer does. */
interface Difference {
  readonly chain: ChainName;
  readonly record: RecordText;
  readonly ldns: Verdict;
  readonly ours: Verdict;
  readonly because: string;
}

const DIFFERENCES: readonly Difference[] = [
  {
    chain: 'leaf alone',
    record: { usage: 2, selector: 0, matchingType: 0, of: 'intermediate' },
    ldns: 'no match',
    ours: 'match',
    because:
      'RFC 7671 section 5.2.2: a client MUST cope with an anchor that only DNS has. ldns-dane takes certificates from the chain and its trust store; OpenSSL does as we do',
  },
];

const kinds = [0, 1, 2, 3].flatMap((usage) =>
  [0, 1].flatMap((selector) => [0, 1, 2].map((matchingType) => ({ usage, selector, matchingType }))),
);

describe.each(Object.keys(CHAINS) as ChainName[])('D12 D13 D15 ldns-dane, chain: %s', (chain) => {
  test.each(NAMES)('records of %s', { timeout: 120_000 }, async (of) => {
    const differing: unknown[] = [];
    for (const kind of kinds) {
      const record = { ...kind, of };
      const [ldns, ours] = await Promise.all([byLdns(chain, record), byUs(chain, record)]);
      if (ldns !== ours) differing.push({ chain, record, ldns, ours });
    }
    const known = DIFFERENCES.filter((difference) => difference.chain === chain && difference.record.of === of);
    expect(differing).toEqual(known.map(({ because: _because, ...facts }) => facts));
  });
});

describe('D13 danetool makes the records we match', () => {
  const cells = (['leaf', 'intermediate'] as const).flatMap((of) =>
    [true, false].flatMap((domain) =>
      [0, 1].flatMap((selector) => [1, 2].map((matchingType) => ({ of, domain, selector, matchingType }))),
    ),
  );
  test.each(cells)('$of, domain-issued $domain, $selector $matchingType', async (cell) => {
    const { of, domain, selector, matchingType } = cell;
    const { stdout } = await run(
      'danetool',
      [
        ...['--tlsa-rr', '--load-certificate', workshop.path(`${of}.pem`), '--host', HOST, '--port', '8443'],
        ...['--hash', matchingType === 1 ? 'sha256' : 'sha512', ...(selector === 0 ? ['--x509'] : [])],
        ...[...(of === 'leaf' ? [] : ['--ca']), ...(domain ? [] : ['--no-domain'])],
      ],
      { timeout: 20_000 },
    );
    const [, owner, rdata] = /^(\S+) IN TLSA \( ([0-9a-f ]+) \)$/m.exec(stdout) ?? [];
    expect(owner).toBe(`_8443._tcp.${HOST}.`);
    const record = new Uint8Array(Buffer.from(rdata!.replaceAll(' ', ''), 'hex'));
    const usage = (of === 'leaf' ? 1 : 0) + (domain ? 2 : 0);
    const selected = selector === 0 ? der(of) : spki(of);
    expect([...record]).toEqual([usage, selector, matchingType, ...associationData(selected, matchingType)]);
    const now = Math.floor(Date.now() / 1000);
    const certificates = [der('leaf'), der('intermediate')];
    const evidence = { kind: 'full chain', source: 'file', pkix: 'valid', certificates, obtainedAt: now } as const;
    const { reason } = await judgeTlsa({ records: [record], evidence, base: HOST, host: HOST, now });
    expect(reason).toMatchObject({ code: 'matched', usage, depth: of === 'leaf' ? 0 : 1 });
  });
});
