/** Zones as master files, for servers and tools that are not ours. */
import { TYPE } from '../../src/dns/codes.ts';
import type { ResourceRecord } from '../../src/dns/message.ts';
import { formatRecord } from '../../src/dns/presentation.ts';
import { recordsOf, type SignedRRset } from './signer.ts';
import type { World } from './world.ts';
import type { Zone } from './zone.ts';

/** Records that only a signed zone has. DS is not among them: the parent publishes it whoever signs. */
const SIGNING_TYPES: readonly number[] = [TYPE.DNSKEY, TYPE.NSEC3PARAM];

/**
 * Every record of a zone, SOA first. `signed`: with keys, signatures and the denial chain, as the world's mutations
 * leave them. `unsigned`: what a signer of somebody else's would start from.
 */
export function zoneRecords(world: World, zone: Zone, form: 'signed' | 'unsigned'): ResourceRecord[] {
  if (zone.denial?.online && form === 'signed') throw new RangeError(`${zone.apex} is signed per question`);
  const rrsets = zone.owners().flatMap((name) => zone.rrsets(name));
  const soaFirst = [zone.soa, ...rrsets.filter((rrset) => rrset !== zone.soa)];
  if (form === 'unsigned') {
    return soaFirst
      .filter(({ type }) => !SIGNING_TYPES.includes(type))
      .flatMap((rrset) => recordsOf({ ...rrset, signatures: [] }, false));
  }
  return [...soaFirst, ...(zone.denial?.chain() ?? [])]
    .map((rrset) => world.served(zone, rrset))
    .filter((rrset): rrset is SignedRRset => rrset !== undefined)
    .flatMap((rrset) => recordsOf(rrset, true));
}

export function masterFile(world: World, zone: Zone, form: 'signed' | 'unsigned'): string {
  return `${zoneRecords(world, zone, form).map(formatRecord).join('\n')}\n`;
}
