/** Faults of this room that `npm run differential` brought to light, each as the smallest case that shows it. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { encodeTypeBitmap } from '../../../src/dns/presentation.ts';
import { TypeBitmap } from '../../../src/dns/rdata.ts';
import { WireReader } from '../../../src/dns/wire.ts';
import { nsec3Hash } from '../../../src/dnssec/algorithms.ts';
import { Budget } from '../../../src/dnssec/limits.ts';
import { type NsecRecord, proveByNsec } from '../../../src/dnssec/nsec.ts';
import { Nsec3Proof } from '../../../src/dnssec/nsec3.ts';

const apex = Name.parse('example.');

function nsec(owner: string, next: string, ...types: number[]): NsecRecord {
  const octets = encodeTypeBitmap([...types, TYPE.RRSIG, TYPE.NSEC]);
  return { owner: Name.parse(owner), next: Name.parse(next), types: new TypeBitmap(new WireReader(octets)) };
}

describe('NSEC records of one zone that contradict each other', () => {
  const name = Name.parse('q.a.x.example.');
  // a.x exists by what is below it; the other record says that nothing does between x and the end of the zone.
  const specific = nsec('b.a.x.example.', 'y.example.', TYPE.TXT);
  const sweeping = nsec('x.example.', 'example.', TYPE.TXT);

  it('deny no wildcard under an encloser that one of them denies', () => {
    expect(proveByNsec([specific, sweeping], apex, name, TYPE.A)).toEqual({
      proven: 'nothing',
      missing: 'no wildcard matches',
    });
  });

  it('prove the same in any order', () => {
    expect(proveByNsec([sweeping, specific], apex, name, TYPE.A)).toEqual(
      proveByNsec([specific, sweeping], apex, name, TYPE.A),
    );
  });

  it('but a span that ends below the closest encloser does not contradict it', () => {
    const before = nsec('x.example.', 'b.a.x.example.', TYPE.TXT);
    expect(proveByNsec([specific, before], apex, name, TYPE.A)).toEqual({ proven: 'nxdomain', optOut: false });
  });
});

describe('NXNAME beside types that are there', () => {
  const owner = Name.parse('x.example.');
  const contradictory = nsec('x.example.', '\\000.x.example.', TYPE.MX, TYPE.NXNAME);

  it('does not deny a type of the same bitmap', () => {
    expect(proveByNsec([contradictory], apex, owner, TYPE.MX)).toEqual({
      proven: 'nothing',
      missing: 'type does not exist',
    });
  });

  it('does not make the name a name that is not there', () => {
    const noData = { proven: 'nodata', delegation: false, optOut: false };
    expect(proveByNsec([contradictory], apex, owner, TYPE.A)).toEqual(noData);
  });

  it('nor with NSEC3', () => {
    const ownerHash = nsec3Hash(owner.wire, new Uint8Array(), 0);
    const record = { ownerHash, nextHash: ownerHash, optOut: false, types: contradictory.types };
    const set = { apex, iterations: 0, salt: new Uint8Array(), records: [record] };
    expect(new Nsec3Proof(set, new Budget()).prove(owner, TYPE.A)).toMatchObject({ proven: 'nodata' });
  });
});
