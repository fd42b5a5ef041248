/** Zones signed by BIND's own tools: dnssec-keygen, dnssec-dsfromkey, dnssec-signzone. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, type Room } from './harness.ts';

/** DNSSEC algorithm numbers the signer is asked for here, as its tools take them. */
export type SigningAlgorithm = 5 | 7 | 8 | 10 | 13 | 14 | 15 | 16;

/** `split`: a key signing key and a zone signing key. `single`: one key for both. */
export interface KeyPlan {
  readonly algorithm: SigningAlgorithm;
  readonly keys?: 'split' | 'single';
}

export interface SigningPlan extends KeyPlan {
  /** Left out: NSEC. */
  readonly nsec3?: { readonly salt?: string; readonly iterations?: number; readonly optOut?: boolean };
  /** YYYYMMDDHHMMSS. Left out: from an hour ago to 30 days ahead. */
  readonly signatures?: { readonly from: string; readonly until: string };
}

export interface ZoneKeys {
  readonly apex: string;
  readonly directory: string;
  /** DNSKEY lines of all keys. */
  readonly keyLines: readonly string[];
  /** DS lines (SHA-256) of the keys that sign the DNSKEY RRset. */
  readonly dsLines: readonly string[];
}

let made = 0;

export async function makeKeys(room: Room, apex: string, { algorithm, keys = 'single' }: KeyPlan): Promise<ZoneKeys> {
  const directory = room.path(`keys-${made++}`);
  await mkdir(directory);
  const size = algorithm === 5 || algorithm === 7 || algorithm === 8 || algorithm === 10 ? ['-b', '2048'] : [];
  const generate = async (...flags: string[]) => {
    const args = ['-q', '-K', directory, '-a', String(algorithm), ...size, ...flags, '-n', 'ZONE', apex];
    return (await mustRun('dnssec-keygen', args, { timeoutMs: 60_000 })).trim();
  };
  const entry = await generate('-f', 'KSK');
  const files = keys === 'split' ? [entry, await generate()] : [entry];
  const keyText = await Promise.all(files.map((file) => readFile(join(directory, `${file}.key`), 'utf8')));
  const ds = await mustRun('dnssec-dsfromkey', ['-2', join(directory, `${entry}.key`)]);
  return { apex, directory, keyLines: keyText.map(withoutComments), dsLines: ds.trim().split('\n') };
}

/** The zone signed, one record a line with full owner names. */
export async function signZone(text: string, keys: ZoneKeys, plan: SigningPlan): Promise<string> {
  const { apex, directory } = keys;
  const input = join(directory, 'unsigned.db');
  const output = join(directory, 'signed.db');
  await writeFile(input, `${text}\n${keys.keyLines.join('\n')}\n`);
  const { nsec3, signatures } = plan;
  const denial = nsec3 && [
    ...['-3', nsec3.salt ?? '-', '-H', String(nsec3.iterations ?? 0)],
    ...(nsec3.optOut ? ['-A'] : []),
  ];
  // -P: a zone signed for another time could not pass the check afterwards.
  const time = signatures && ['-s', signatures.from, '-e', signatures.until, '-P'];
  const single = plan.keys === 'split' ? [] : ['-z'];
  await mustRun(
    'dnssec-signzone',
    ['-q', '-K', directory, '-d', directory, '-O', 'full', '-f', output, '-o', apex].concat(
      denial ?? [],
      time ?? [],
      single,
      [input],
    ),
    { cwd: directory, timeoutMs: 60_000 },
  );
  return readFile(output, 'utf8');
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .join('\n');
}
