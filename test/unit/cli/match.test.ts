import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../world/authority.ts';
import { createFiles, danelaw } from './danelaw.ts';

const NOW = 1_795_000_000;
const HOST = 'www.example.com';
const authority = createAuthority({ now: NOW });
const leaf = authority.issue({ hosts: [HOST] });
const other = authority.issue({ hosts: [HOST] });
const files = createFiles();
afterAll(files.remove);
const chain = files.write('chain.pem', `Subject: whatever\n${leaf.certPem}`);

const hash = (algorithm: string, octets: Uint8Array) => createHash(algorithm).update(octets).digest('hex');
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const certificate = leaf.chain[0]!;
const key = leaf.publicKeyInfo;

async function match(tlsa: string, ...more: string[]) {
  const file = files.write('tlsa', tlsa);
  const args = ['match', '--host', HOST, '--chain', chain, '--tlsa', file, '--time', String(NOW), ...more];
  const { stdout, status, stderr } = await danelaw([...args, '--json']);
  const text = await danelaw(args);
  expect(stderr).toBe('');
  expect(text.status).toBe(status);
  return { result: JSON.parse(stdout), status, text: text.stdout };
}

describe('danelaw match', () => {
  it.each([
    ['3 0 0', hex(certificate)],
    ['3 0 1', hash('sha256', certificate)],
    ['3 0 2', hash('sha512', certificate)],
    ['3 1 0', hex(key)],
    ['3 1 1', hash('sha256', key)],
    ['3 1 2', hash('sha512', key)],
  ])('D13 finds %s', async (fields, data) => {
    const { result, status, text } = await match(`${fields} ${data}\n`);
    const [usage, selector, matchingType] = fields.split(' ').map(Number);
    const reason = { code: 'matched', usage, selector, matchingType, depth: 0 };
    expect(result).toEqual({ match: true, usage, depth: 0, reason });
    expect(status).toBe(0);
    expect(text).toMatch(/^match\n/);
  });

  it('D17 says no when nothing fits', async () => {
    const { result, status, text } = await match(`3 1 1 ${hash('sha256', other.publicKeyInfo)}\n`);
    expect(result).toEqual({
      match: false,
      usage: null,
      depth: null,
      reason: { code: 'no-match', usable: 1, unusable: 0 },
    });
    expect(status).toBe(1);
    expect(text).toMatch(/^no match\n/);
  });

  it('D17 names the file that holds no record, where no zone proves anything', async () => {
    const { result, status, text } = await match('; none\n');
    expect(result).toMatchObject({ match: false, reason: { code: 'tlsa-absent' } });
    expect(status).toBe(3);
    expect(text).toMatch(/^no match\nThere is no TLSA record in .*tlsa\.\n/);
  });

  it('D18 takes one match among others', async () => {
    const { result } = await match(
      `3 1 1 ${hash('sha256', other.publicKeyInfo)}\n; a comment\n\n3 1 1 ${hash('sha256', key)} # new\n`,
    );
    expect(result.match).toBe(true);
  });

  it('D16 takes nothing usable for nothing published', async () => {
    for (const tlsa of ['3 1 1 abcd\n', '4 1 1 abcd\n', '3 1 1\n', '255 255 255 00\n']) {
      const { result, status } = await match(tlsa);
      expect(result).toMatchObject({ match: false, usage: null, reason: { code: 'tlsa-unusable', records: 1 } });
      expect(status).toBe(3);
    }
    const { result, status } = await match('');
    expect(result.reason).toEqual({ code: 'tlsa-absent' });
    expect(status).toBe(3);
  });

  it('D28 needs --pkix-valid for usage 1', async () => {
    const tlsa = `1 1 1 ${hash('sha256', key)}\n`;
    expect(await match(tlsa, '--pkix-valid')).toMatchObject({ result: { match: true, usage: 1, depth: 0 }, status: 0 });
    const without = await match(tlsa);
    expect(without.result).toMatchObject({ match: false, usage: null });
    expect(without.status).not.toBe(0);
  });

  it('takes lines of a zone file, hex in pieces and in capitals', async () => {
    const data = hash('sha256', key).toUpperCase();
    const { result } = await match(`_443._tcp.${HOST}. 300 IN TLSA 3 1 1 ${data.slice(0, 20)} ${data.slice(20)}\n`);
    expect(result.match).toBe(true);
  });

  it.each([
    ['3 1', /line 1: /],
    ['3 1 1 abc', /line 1: /],
    ['3 1 1 xyzw', /line 1: /],
    ['\n300 1 1 ab', /line 2: /],
    ['x', /line 1: /],
  ])('refuses %j and names the line', async (tlsa, line) => {
    const file = files.write('tlsa', tlsa);
    const { status, stderr } = await danelaw(['match', '--host', HOST, '--chain', chain, '--tlsa', file]);
    expect(stderr).toMatch(line);
    expect(status).toBe(2);
  });
});

describe('danelaw tlsa', () => {
  it('prints the records to publish, for key and issuer', async () => {
    const { stdout, status } = await danelaw(['tlsa', chain]);
    expect(status).toBe(0);
    const records = stdout.split('\n').filter((line) => !line.startsWith(';'));
    expect(records).toEqual([
      `_443._tcp.${HOST}. IN TLSA 3 1 1 ${hash('sha256', key)}`,
      `_443._tcp.${HOST}. IN TLSA 2 0 1 ${hash('sha256', authority.intermediate)}`,
      '',
    ]);
  });

  it('takes host and port from its options, and gives JSON', async () => {
    const { stdout } = await danelaw(['tlsa', chain, '--host', 'Mail.example.net', '--port', '25', '--json']);
    expect(JSON.parse(stdout).records[0]).toMatchObject({
      name: '_25._tcp.mail.example.net.',
      usage: 3,
      selector: 1,
      matchingType: 1,
      data: hash('sha256', key),
    });
  });

  it('gives as comments what would do as well', async () => {
    const { stdout } = await danelaw(['tlsa', chain]);
    expect(stdout).toContain(`;   or _443._tcp.${HOST}. IN TLSA 3 1 2 ${hash('sha512', key)}\n`);
    expect(stdout.split('\n')[0]).toMatch(/^; .*CN=www\.example\.com/);
  });

  it('D15 has a record for a server that shows an authority\u2019s certificate', async () => {
    const root = files.write('root.pem', authority.rootPem);
    const { stdout } = await danelaw(['tlsa', root, '--host', HOST]);
    const records = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
    expect(records.map((line) => line.split(' ').slice(3, 6).join(' '))).toEqual(['3 1 1', '2 0 1']);
  });

  it('prints what match then finds', async () => {
    const { stdout } = await danelaw(['tlsa', chain]);
    expect((await match(stdout)).result).toMatchObject({ match: true, usage: 3 });
  });

  it('asks for a host where the certificate names none by itself', async () => {
    const wildcard = files.write('wildcard.pem', authority.issue({ hosts: ['*.example.com'] }).certPem);
    const { status, stderr } = await danelaw(['tlsa', wildcard]);
    expect(stderr).toMatch(/--host is missing/);
    expect(status).toBe(2);
    expect((await danelaw(['tlsa', wildcard, '--host', HOST])).status).toBe(0);
  });

  it('refuses what is no certificate', async () => {
    const file = files.write('none.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const { status, stderr } = await danelaw(['tlsa', file]);
    expect(stderr).toMatch(/certificate 1 is none/);
    expect(status).toBe(2);
  });
});
