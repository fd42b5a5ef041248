/** The world's signer, judged by ldns and BIND: what it signs verifies, and what is changed afterwards does not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { flippedSignature } from '../world/data-mutations.ts';
import type { DenialKind } from '../world/denial.ts';
import { ALGORITHM, ALGORITHMS, type Algorithm, type KeyDescription } from '../world/keys.ts';
import { masterFile } from '../world/master-file.ts';
import { buildWorld, type World } from '../world/world.ts';
import { createRoom, type Room, run } from './harness.ts';

let room: Room;
beforeAll(async () => {
  room = await createRoom();
});
afterAll(() => room.stop());

const RECORDS = `
  @          MX    10 MAIL
  @          TXT   "two" "strings"
  www        A     192.0.2.1
  www        AAAA  2001:db8::1
  *.wild     TXT   "x y" "b\\"c" "\\000\\255"
  deep.er.ent A    192.0.2.3
  alias      CNAME www
  moved      DNAME www.example.net.
  odd\\.label SRV  1 2 443 WWW
  _443._tcp.www TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
  web        HTTPS 1 . alpn=h2
  unknown    TYPE65280 \\# 3 010203
  x.y.unsigned NS  ns.elsewhere.
`;

function world(sign: Algorithm | readonly KeyDescription[], denial: DenialKind): World {
  const now = Math.floor(Date.now() / 1000);
  const description = {
    'example.': { sign, denial, records: RECORDS },
    'signed.example.': { sign: ALGORITHM.ED25519, digests: [2, 4] },
    'plain.example.': { sign: 'unsigned' },
  } as const;
  return buildWorld(description, { now });
}

interface Verdicts {
  readonly ldns: number;
  readonly bind: number;
  readonly loads: number;
  readonly output: string;
}

async function verify(one: World, file: string, bindOptions: readonly string[] = []): Promise<Verdicts> {
  const path = await room.write(file, masterFile(one, one.zone('example.'), 'signed'));
  const [ldns, bind, loads] = await Promise.all([
    run('ldns-verify-zone', [path]),
    run('dnssec-verify', [...bindOptions, '-o', 'example.', path]),
    run('named-checkzone', ['example.', path]),
  ]);
  const output = [ldns, bind, loads].map(({ stdout, stderr }) => stdout + stderr).join('\n');
  return { ldns: ldns.status, bind: bind.status, loads: loads.status, output };
}

const DENIALS: readonly (readonly [string, DenialKind])[] = [
  ['NSEC', 'nsec'],
  ['NSEC3', 'nsec3'],
  ['NSEC3 with salt and iterations', { salt: 'ab12', iterations: 3 }],
  ['NSEC3 opt-out', { optOut: true }],
];

describe.each(ALGORITHMS)('algorithm %i', (algorithm) => {
  it.each(DENIALS)('%s: ldns and BIND verify the zone', async (label, denial) => {
    const { output, ...status } = await verify(world(algorithm, denial), `${algorithm}-${label.replaceAll(' ', '-')}`);
    expect(status, output).toEqual({ ldns: 0, bind: 0, loads: 0 });
  });

  it('with one bit of one signature flipped neither does', async () => {
    const target = { name: Name.parse('www.example.'), type: TYPE.AAAA };
    const broken = world(algorithm, 'nsec').mutated(flippedSignature(target));
    const { ldns, bind, loads, output } = await verify(broken, `${algorithm}-broken`);
    expect([ldns !== 0, bind !== 0, loads], output).toEqual([true, true, 0]);
  });
});

describe('key sets', () => {
  const { ECDSAP256SHA256, ED25519, RSASHA256 } = ALGORITHM;

  it.each<[string, KeyDescription[]]>([
    ['one key for everything', [{ algorithm: ECDSAP256SHA256, role: 'csk' }]],
    [
      'two algorithms at once',
      [RSASHA256, ED25519].flatMap((algorithm): KeyDescription[] => [
        { algorithm, role: 'ksk' },
        { algorithm, role: 'zsk' },
      ]),
    ],
    [
      'standby keys',
      [
        { algorithm: ED25519, role: 'ksk' },
        { algorithm: ED25519, role: 'zsk' },
        { algorithm: ED25519, role: 'ksk', state: 'standby', label: 'next' },
        { algorithm: ED25519, role: 'zsk', state: 'standby', label: 'next' },
      ],
    ],
    [
      'a revoked key',
      [
        { algorithm: ECDSAP256SHA256, role: 'ksk' },
        { algorithm: ECDSAP256SHA256, role: 'zsk' },
        { algorithm: ECDSAP256SHA256, role: 'ksk', state: 'revoked', label: 'old' },
      ],
    ],
  ])('%s: ldns and BIND verify the zone', async (label, keys) => {
    const { output, ...status } = await verify(world(keys, 'nsec3'), `keys-${label.replaceAll(' ', '-')}`, [
      // The SEP bit decides nothing (RFC 4034 section 2.1.1), which BIND wants to be told for a key in both roles.
      ...(keys.some(({ role }) => role === 'csk') ? ['-z'] : []),
    ]);
    expect(status, output).toEqual({ ldns: 0, bind: 0, loads: 0 });
  });
});

it('an unsigned zone written out is one that BIND can sign', async () => {
  const one = world(ALGORITHM.ECDSAP256SHA256, 'nsec');
  const text = masterFile(one, one.zone('example.'), 'unsigned');
  expect(text).not.toMatch(/ (DNSKEY|RRSIG|NSEC) /);
  expect(text).toMatch(/^signed\.example\. .* DS /m);
  const path = await room.write('unsigned', text);
  const keys = ['-a', 'ECDSAP256SHA256', '-K', room.directory];
  await run('dnssec-keygen', [...keys, '-f', 'KSK', 'example.']);
  await run('dnssec-keygen', [...keys, 'example.']);
  const signing = await run('dnssec-signzone', ['-S', '-K', room.directory, '-o', 'example.', path], {
    cwd: room.directory,
  });
  expect(signing.status, signing.stdout + signing.stderr).toBe(0);
});
