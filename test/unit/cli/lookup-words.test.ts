/** `danelaw lookup` of records that are no DANE: words in text, fields in JSON. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DohServer, startDohServer } from '../../world/doh-server.ts';
import { buildWorld } from '../../world/world.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
const RECORDS = `
host SSHFP 4 2 ${'ab'.repeat(32)}
host TYPE45 \\# 8 0a0103c0000201ff
host CAA 0 issue "ca.example"
host HTTPS 1 . alpn=h2,h3 port=8443
`;
let server: DohServer;
let options: string[];
beforeAll(async () => {
  const zones = {
    'signed.example.': { records: RECORDS },
    'unsigned.example.': { sign: 'unsigned' as const, records: RECORDS },
    'example.': {},
  };
  const world = buildWorld(zones, { now: Math.floor(Date.now() / 1000) });
  server = await startDohServer({ respond: (query) => world.respond(query) });
  options = ['--resolver', server.url, '--anchors', files.write('anchors', world.anchors())];
});
afterAll(async () => {
  files.remove();
  await server?.close();
});

const lookup = (zone: string, type: string, ...more: string[]) =>
  danelaw(['lookup', `host.${zone}.example`, type, ...options, ...more]);

describe('danelaw lookup in words', () => {
  it.each([
    ['SSHFP', 'The SSH server has a key of kind Ed25519'],
    ['IPSECKEY', 'IPsec, precedence 10, by the gateway 192.0.2.1'],
    ['CAA', 'ca.example may issue certificates'],
    ['HTTPS', 'Priority 1: the service is at this very name. With: protocols h2,h3, port 8443.'],
  ])('A31 puts %s in words', async (type, words) => {
    expect((await lookup('signed', type)).stdout).toContain(words);
  });

  it('A31 warns of keys that nobody signed', async () => {
    const warning = 'nobody should rely on them';
    for (const type of ['SSHFP', 'IPSECKEY']) {
      expect((await lookup('unsigned', type)).stdout).toContain(warning);
      expect((await lookup('signed', type)).stdout).not.toContain(warning);
    }
    expect((await lookup('unsigned', 'CAA')).stdout).not.toContain(warning);
  });

  it('gives the fields as JSON beside the text of the record', async () => {
    const decodedOf = async (type: string) =>
      JSON.parse((await lookup('signed', type, '--json')).stdout).answers[0].decoded;
    expect(await decodedOf('SSHFP')).toEqual({
      algorithm: 4,
      fingerprintType: 2,
      fingerprint: 'ab'.repeat(32),
      wellFormed: true,
    });
    expect(await decodedOf('IPSECKEY')).toEqual({
      precedence: 10,
      algorithm: 3,
      gateway: { kind: 'address', address: '192.0.2.1' },
      key: '/w==',
    });
    expect(await decodedOf('CAA')).toEqual({ critical: false, tag: 'issue', value: 'ca.example' });
    expect(await decodedOf('HTTPS')).toEqual({
      mode: 'service',
      priority: 1,
      target: '.',
      parameters: [
        { key: 'alpn', value: 'h2,h3' },
        { key: 'port', value: '8443' },
      ],
    });
    expect(await decodedOf('TXT').catch(() => 'none')).toBe('none');
  });
});
