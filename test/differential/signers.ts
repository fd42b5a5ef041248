/** A planned zone signed by whom the plan says: BIND's dnssec-signzone, ldns-signzone, or `test/world`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TYPE } from '../../src/dns/codes.ts';
import type { ResourceRecord } from '../../src/dns/message.ts';
import { PresentationError, parseRecords } from '../../src/dns/presentation.ts';
import { parseRrsig } from '../../src/dns/rdata.ts';
import { run } from '../servers/harness.ts';
import type { ZoneKey } from '../world/keys.ts';
import { masterFile } from '../world/master-file.ts';
import type { SignedRRset } from '../world/signer.ts';
import type { World } from '../world/world.ts';
import type { Zone } from '../world/zone.ts';
import { dnskeyLine, writeKeyFiles } from './key-files.ts';
import type { Signer } from './plan.ts';

export interface SignedZone {
  readonly zone: Zone;
  readonly rrsets: readonly SignedRRset[];
  /** Why another signer than the planned one had to do it. */
  readonly refused?: string;
}

/** `directory` must not be there yet. What a tool refuses to sign `test/world` signs. */
export async function signZone(directory: string, world: World, zone: Zone, signer: Signer): Promise<SignedZone> {
  if (signer === 'world' || signer === 'nobody') return { zone, rrsets: signedHere(zone) };
  await mkdir(directory);
  const keys = zone.keys.map((key, i) => ({ key, base: `key-${i}` }));
  const paths = await Promise.all(keys.map(({ key, base }) => writeKeyFiles(directory, base, zone.apex, key)));
  const input = join(directory, 'unsigned.db');
  const output = join(directory, 'signed.db');
  const records = masterFile(world, zone, 'unsigned');
  const dnskeys = signer === 'BIND' ? zone.keys.map((key) => dnskeyLine(zone.apex, key, zone.description.ttl)) : [];
  await writeFile(input, `${records}${dnskeys.join('\n')}\n`);
  const command = signer === 'BIND' ? 'dnssec-signzone' : 'ldns-signzone';
  const args = signer === 'BIND' ? bindArguments(zone, output) : ldnsArguments(zone, output);
  const { status, stdout, stderr } = await run(command, [...args, input, ...paths], {
    cwd: directory,
    timeoutMs: 20_000,
  });
  const refused = (why: string): SignedZone => ({
    zone,
    rrsets: signedHere(zone),
    refused: `${command}, ${zone.apex}: ${why}`,
  });
  if (status !== 0) return refused((stdout + stderr).trim());
  const text = await readFile(output, 'utf8');
  try {
    const rrsets = groupRecords(parseRecords(text, { origin: zone.apex }));
    const lost = lostIn(rrsets, zone);
    return lost === undefined ? { zone, rrsets } : refused(`${lost} is not in what it wrote`);
  } catch (error) {
    // ldns leaves a quote in a label without its backslash, for one.
    if (error instanceof PresentationError) return refused(`wrote what is no master file: ${error.fault}`);
    throw error;
  }
}

/** A name of the zone that the signed one has not, written otherwise perhaps. */
function lostIn(rrsets: readonly SignedRRset[], zone: Zone): string | undefined {
  const names = new Set(rrsets.map(({ name }) => name.key));
  return zone
    .owners()
    .find((owner) => !names.has(owner.key))
    ?.toString();
}

function signedHere(zone: Zone): SignedRRset[] {
  const rrsets = zone.owners().flatMap((name) => zone.rrsets(name));
  return [...rrsets, ...(zone.denial?.chain() ?? [])].map((rrset) => zone.sign(rrset));
}

/** YYYYMMDDHHMMSS in UTC. */
function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
}

function bindArguments(zone: Zone, output: string): string[] {
  const { inception, expiration } = zone.window;
  const nsec3 = nsec3Of(zone);
  return [
    // -P: no check of the whole zone afterwards; the validators are the check.
    ...['-q', '-P', '-n', '1', '-O', 'full', '-f', output, '-o', zone.apex.toString(), '-d', '.'],
    ...['-s', timestamp(inception), '-e', timestamp(expiration)],
    ...(isSingle(zone.keys) ? ['-z'] : ['-x']),
    ...(nsec3 ? ['-3', nsec3.salt || '-', '-H', String(nsec3.iterations), ...(nsec3.optOut ? ['-A'] : [])] : []),
  ];
}

function ldnsArguments(zone: Zone, output: string): string[] {
  const { inception, expiration } = zone.window;
  const nsec3 = nsec3Of(zone);
  return [
    ...['-f', output, '-o', zone.apex.toString(), '-i', timestamp(inception), '-e', timestamp(expiration)],
    ...(nsec3 ? ['-n', '-a', '1', '-t', String(nsec3.iterations), ...(nsec3.salt ? ['-s', nsec3.salt] : [])] : []),
    ...(nsec3?.optOut ? ['-p'] : []),
  ];
}

function isSingle(keys: readonly ZoneKey[]): boolean {
  return keys.every(({ description }) => description.role === 'csk');
}

function nsec3Of({ description: { denial = 'nsec' } }: Zone) {
  if (denial === 'nsec' || denial === 'compact') return undefined;
  return { salt: '', iterations: 0, optOut: false, ...(denial === 'nsec3' ? {} : denial) };
}

/** Records put together with the signatures over them. */
export function groupRecords(records: readonly ResourceRecord[]): SignedRRset[] {
  const sets = new Map<string, { record: ResourceRecord; rdatas: Uint8Array[]; signatures: Uint8Array[] }>();
  const setOf = (record: ResourceRecord, type: number) => {
    const key = `${type} ${record.name.key}`;
    let set = sets.get(key);
    if (set === undefined) {
      set = { record: { ...record, type }, rdatas: [], signatures: [] };
      sets.set(key, set);
    }
    return set;
  };
  for (const record of records) {
    if (record.type === TYPE.RRSIG) {
      setOf(record, parseRrsig(record.rdata)!.typeCovered).signatures.push(record.rdata);
    } else {
      setOf(record, record.type).rdatas.push(record.rdata);
    }
  }
  return [...sets.values()].map(({ record: { name, type, ttl }, rdatas, signatures }) => ({
    name,
    type,
    ttl,
    rdatas,
    signatures,
  }));
}
