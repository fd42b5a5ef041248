/** The keys of `test/world` as the key files of BIND and ldns ("Private-key-format: v1.3"). */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TYPE } from '../../src/dns/codes.ts';
import type { Name } from '../../src/dns/name.ts';
import { formatRecord } from '../../src/dns/presentation.ts';
import type { ZoneKey } from '../world/keys.ts';

/** Writes `BASE.key` and `BASE.private`, and gives the path without the ending, as the signers take it. */
export async function writeKeyFiles(directory: string, base: string, zone: Name, key: ZoneKey): Promise<string> {
  const path = join(directory, base);
  await writeFile(`${path}.key`, `${dnskeyLine(zone, key)}\n`);
  await writeFile(`${path}.private`, privateKeyText(key));
  return path;
}

export function dnskeyLine(zone: Name, key: ZoneKey, ttl = 300): string {
  return formatRecord({ name: zone, type: TYPE.DNSKEY, class: 1, ttl, rdata: key.rdata });
}

const MNEMONICS: Record<number, string> = {
  5: 'RSASHA1',
  7: 'NSEC3RSASHA1',
  8: 'RSASHA256',
  10: 'RSASHA512',
  13: 'ECDSAP256SHA256',
  14: 'ECDSAP384SHA384',
  15: 'ED25519',
  16: 'ED448',
};

function privateKeyText({ algorithm, privateKey }: ZoneKey): string {
  const jwk = privateKey.export({ format: 'jwk' });
  const base64 = (field: string | undefined) => Buffer.from(field!, 'base64url').toString('base64');
  const fields: [string, string | undefined][] =
    jwk.kty === 'RSA'
      ? [
          ['Modulus', jwk.n],
          ['PublicExponent', jwk.e],
          ['PrivateExponent', jwk.d],
          ['Prime1', jwk.p],
          ['Prime2', jwk.q],
          ['Exponent1', jwk.dp],
          ['Exponent2', jwk.dq],
          ['Coefficient', jwk.qi],
        ]
      : [['PrivateKey', jwk.d]];
  const lines = fields.map(([label, field]) => `${label}: ${base64(field)}`);
  return `Private-key-format: v1.3\nAlgorithm: ${algorithm} (${MNEMONICS[algorithm]})\n${lines.join('\n')}\n`;
}
