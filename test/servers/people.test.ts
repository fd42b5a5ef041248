/**
 * People's keys and certificates by other hands: delv on each lookup, GnuPG on the key that we saved and on keys that it
 * made, OpenSSL on certificates and messages. What agreed is printed as a table.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { parseAnchors, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import type { Security } from '../../src/dnssec/outcome.ts';
import { checkClient } from '../../src/people/client.ts';
import { readOpenPgpKey } from '../../src/people/openpgp-reader.ts';
import { checkOpenPgpKey } from '../../src/people/openpgpkey.ts';
import { checkPayment } from '../../src/people/payment.ts';
import type { Findings } from '../../src/people/published.ts';
import { readSignedMessage } from '../../src/people/signed-message-reader.ts';
import { checkSmimea } from '../../src/people/smimea.ts';
import { danelaw } from '../unit/cli/danelaw.ts';
import { buildCertifiedWorld, CLIENT_CASES, SMIMEA_CASES } from '../world/certified-people.ts';
import { type DnsServer, startDnsServer } from '../world/dns-server.ts';
import { startDohServer } from '../world/doh-server.ts';
import { buildPeopleWorld, type PeopleWorld } from '../world/people.ts';
import { createSmime } from '../world/smime.ts';
import type { World } from '../world/world.ts';
import { startUnbound } from './daemons.ts';
import { bindAnchors, delv } from './delv.ts';
import { createRoom, mustRun, type Room, run } from './harness.ts';
import { inParallel } from './parallel.ts';
import { freeResolverAddress, withResolver, writeResolverConfiguration } from './postfix.ts';

// GnuPG's agent has a socket there, whose path may not be long.
const directory = mkdtempSync(join(tmpdir(), 'dl-'));
const home = join(directory, 'gnupg');
mkdirSync(home, { mode: 0o700 });
const smime = createSmime();
const NOW = Math.ceil(Date.now() / 1000);
let people: PeopleWorld;
let certified: World;
beforeAll(async () => {
  people = await buildPeopleWorld(NOW);
  certified = buildCertifiedWorld(NOW, smime, smime.device);
});
afterAll(async () => {
  await run('gpgconf', ['--homedir', home, '--kill', 'all']);
  smime.remove();
  rmSync(directory, { recursive: true, force: true });
});

const table: string[] = [];
afterAll(() => console.log(['', ...table].join('\n')));

function anchorsOf(world: World): readonly TrustAnchor[] {
  const parsed = parseAnchors(world.anchors());
  return parsed.ok ? parsed.anchors : [];
}

const judging = (world: World) => ({ ask: world.ask, now: NOW, anchors: anchorsOf(world) });

/** Each report's lookup beside delv's verdict on the same name and type. */
async function compareWithDelv(world: World, what: string, reports: readonly Findings[]): Promise<void> {
  const server = await startDnsServer((query) => world.respond(query.with(3, query[3]! | 0x10)));
  const file = join(directory, `anchors-${what}`);
  writeFileSync(file, bindAnchors(world.anchors().trim().split('\n')));
  try {
    const asked = reports.flatMap(({ lookups }) => lookups).filter(({ security }) => security !== 'indeterminate');
    const wrong = await inParallel(3, asked, async ({ name, type, security }) => {
      const number = type === 'TYPE65337' ? 65_337 : TYPE[type as keyof typeof TYPE];
      const seen: Security = (await delv(server.port, file, { name: Name.parse(name), type: number })).security;
      return seen === security ? undefined : `${name} ${type}: ${seen}, not ${security}`;
    });
    expect(wrong).toEqual([]);
    table.push(`delv     ${what.padEnd(12)} ${asked.length} lookups agree`);
  } finally {
    await server.close();
  }
}

describe('delv', () => {
  it('A21 agrees on OPENPGPKEY', async () => {
    const readKey = readOpenPgpKey;
    const addresses = people.openPgpCases.map(({ address }) => address);
    const reports = await Promise.all(
      addresses.map((address) => checkOpenPgpKey({ ...judging(people.world), address, readKey })),
    );
    await compareWithDelv(people.world, 'OPENPGPKEY', reports);
  });

  it('A21 A27 agrees on payment instructions', async () => {
    // BIND counts signatures over SHA-1 that RFC 9905 has operators turn off.
    const cases = people.paymentCases.filter(({ address }) => !address.endsWith('@sha1.example'));
    const reports = await Promise.all(
      cases.map(({ address, pmtaType }) =>
        checkPayment({ ...judging(people.world), address, ...(pmtaType !== undefined && { pmtaType }) }),
      ),
    );
    await compareWithDelv(people.world, 'payments', reports);
  });

  it('A21 agrees on SMIMEA and on TLSA of clients', async () => {
    const addresses = [...new Set(SMIMEA_CASES.map(({ address }) => address))];
    const names = [...new Set(CLIENT_CASES.map(({ name }) => name))];
    await compareWithDelv(
      certified,
      'SMIMEA',
      await Promise.all(addresses.map((address) => checkSmimea({ ...judging(certified), address }))),
    );
    await compareWithDelv(
      certified,
      'clients',
      await Promise.all(names.map((name) => checkClient({ ...judging(certified), name }))),
    );
  });
});

describe('GnuPG', () => {
  const gpg = (...args: string[]) =>
    mustRun('gpg', ['--homedir', home, '--batch', '--yes', '--no-tty', '--with-colons', ...args]);

  it('A19 imports the key that was saved, with the same fingerprint and user id', async () => {
    const report = await checkOpenPgpKey({
      ...judging(people.world),
      address: 'hugh@people.example',
      readKey: readOpenPgpKey,
    });
    const [record] = report.records;
    if (record?.outcome !== 'key') throw new Error('no key');
    const file = join(directory, 'hugh.asc');
    writeFileSync(file, record.key.armored);
    await gpg('--import', file);
    const listed = await gpg('--fingerprint', '--list-keys', 'hugh@people.example');
    const fields = (kind: string, at: number) =>
      listed
        .split('\n')
        .filter((line) => line.startsWith(`${kind}:`))
        .map((line) => line.split(':')[at]);
    expect(fields('fpr', 9)).toEqual(
      [record.key, ...record.key.subkeys].map(({ fingerprint }) => fingerprint.toUpperCase()),
    );
    expect(fields('uid', 9)).toEqual(['<hugh@people.example>']);
    table.push('GnuPG    import       the saved key has the same fingerprints and user id');
  });

  it('A15 A19 names the same owner, and makes keys that are read as it lists them', async () => {
    const name = 'Gerda <gerda@people.example>';
    for (const kind of ['ed25519', 'rsa2048']) {
      await gpg('--passphrase', '', '--quick-generate-key', name, kind, 'sign', '30d');
      const listed = await gpg('--fingerprint', '--list-keys', 'gerda@people.example');
      const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)![1]!;
      const file = join(directory, `${kind}.gpg`);
      await gpg('--output', file, '--export', fingerprint);
      const reading = await readOpenPgpKey(new Uint8Array(readFileSync(file)), NOW + 60);
      expect(reading).toMatchObject({
        ok: true,
        key: { fingerprint: fingerprint.toLowerCase(), status: 'valid', userIds: [{ text: name, status: 'valid' }] },
      });
      // The hash and the zone it stands under, as GnuPG prints them for zone files.
      const dane = await mustRun('gpg', [
        '--homedir',
        home,
        '--batch',
        '--export',
        '--export-options',
        'export-dane',
        fingerprint,
      ]);
      const owner = await checkOpenPgpKey({
        ...judging(people.world),
        address: 'gerda@people.example',
        readKey: readOpenPgpKey,
      });
      const [hash] = owner.owner!.split('.');
      expect(dane).toContain(hash);
      await gpg('--delete-secret-and-public-key', fingerprint);
    }
    table.push('GnuPG    export-dane  its owner names are ours; its keys are read as it lists them');
  });
});

describe('GnuPG by DNS', () => {
  let room: Room;
  let dns: DnsServer;
  beforeAll(async () => {
    room = await createRoom();
    dns = await startDnsServer((query) => people.world.respond(query.with(3, query[3]! | 0x10)));
    const address = await freeResolverAddress();
    await writeResolverConfiguration(room, address);
    const forward = `forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@${dns.port}\n`;
    const server = `  interface: ${address}@53\n${forward}`;
    await startUnbound(room, { zones: [], authorityPort: 0, anchors: people.world.anchors(), server });
  });
  afterAll(async () => {
    await room?.stop();
    await dns?.close();
  });

  it('A15 A19 fetches the same key by the same records, and none where they fail or are not there', async () => {
    for (const [i, address] of ['hugh@people.example', 'nobody@people.example', 'hugh@broken.example'].entries()) {
      const report = await checkOpenPgpKey({ ...judging(people.world), address, readKey: readOpenPgpKey });
      const ours = report.reason.code === 'key-found' ? report.reason.fingerprint.toUpperCase() : undefined;
      const apart = join(directory, `dane-${i}`);
      mkdirSync(apart, { mode: 0o700 });
      const options = ['--homedir', apart, '--batch', '--no-tty', '--with-colons', '--auto-key-locate', 'clear,dane'];
      const [command, ...rest] = withResolver(room, 'gpg', [...options, '--locate-external-keys', address]);
      const [kill, ...killing] = withResolver(room, 'gpgconf', ['--homedir', apart, '--kill', 'all']);
      try {
        const { stdout } = await run(command!, rest);
        expect([address, /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1]]).toEqual([address, ours]);
      } finally {
        await run(kill!, killing);
      }
      table.push(`GnuPG    by DNS       ${address}: ${ours === undefined ? 'no key either' : 'the same key'}`);
    }
  });
});

describe('OpenSSL', () => {
  it('A20 reads the certificate that was saved as the one that was published', async () => {
    const server = await startDohServer({ respond: (query) => certified.respond(query) });
    try {
      const [anchors, saved] = [join(directory, 'certified-anchors'), join(directory, 'hugh.pem')];
      writeFileSync(anchors, certified.anchors());
      const args = ['--resolver', server.url, '--anchors', anchors, '--save', saved, '--json'];
      const { stdout, status } = await danelaw(['smimea', 'whole@people.example', ...args]);
      expect(status).toBe(0);
      const ours: string = JSON.parse(stdout).published[0].certificate.sha256;
      const read = await mustRun('openssl', ['x509', '-in', saved, '-noout', '-fingerprint', '-sha256', '-email']);
      expect(read.replaceAll(':', '').toLowerCase()).toContain(ours);
      table.push('OpenSSL  x509         the saved certificate has the same fingerprint');
    } finally {
      await server.close();
    }
  });

  it('A20 verifies the messages that are found true, and refuses the changed', async () => {
    const { hugh, root } = smime;
    const message = smime.sign(hugh);
    const changed = Buffer.from(Buffer.from(message).toString('latin1').replace('signed.', 'Signed.'), 'latin1');
    for (const [octets, good] of [
      [message, true],
      [new Uint8Array(changed), false],
    ] as const) {
      const file = join(directory, 'message.eml');
      writeFileSync(file, octets);
      const ran = await run('openssl', ['cms', '-verify', '-in', file, '-CAfile', root.pemFile, '-purpose', 'any']);
      expect([ran.status === 0, (await readSignedMessage(octets)).ok]).toEqual([good, good]);
    }
    table.push('OpenSSL  cms -verify  agrees on a true message and a changed one');
  });
});
