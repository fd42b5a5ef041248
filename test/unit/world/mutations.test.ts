/** Each mutation of zone data changes what its name says, and nothing else; harmless ones change nothing that counts. */
import { describe, expect, it } from 'vitest';
import { RCODE, TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeQuery } from '../../../src/dns/message.ts';
import { parseDnskey, parseDs, type Rrsig } from '../../../src/dns/rdata.ts';
import * as answers from '../../world/answer-mutations.ts';
import * as data from '../../world/data-mutations.ts';
import * as forged from '../../world/forged-proofs.ts';
import { mixedCase, shuffledAndRepeated } from '../../world/harmless-mutations.ts';
import { keyTag } from '../../world/keys.ts';
import { masterFile } from '../../world/master-file.ts';
import { RRSET_MUTATIONS, ZONE_MUTATIONS } from '../../world/mutations.ts';
import { line, lines, signatures, touched, WWW, world } from './mutating.ts';
import { ask, denials, NOW, question, records } from './reading.ts';

describe('mutations of an RRset', () => {
  const before = ask(world, 'www.zone.example. A');
  const plain = signatures(before)[0]!;

  it.each(RRSET_MUTATIONS.map((make) => make(WWW)).map((mutation) => [mutation.name, mutation] as const))(
    '%s: touches the answers with that RRset, and no other',
    (_, mutation) => {
      expect(touched(mutation)).toEqual(['www.zone.example. A', 'alias.zone.example. A']);
    },
  );

  /** Which field of the signature differs, the signature itself aside. */
  it.each([
    [data.expiredSignature(WWW), { inception: NOW - 8 * 86_400, expiration: NOW - 86_400 }],
    [data.futureSignature(WWW), { inception: NOW + 86_400, expiration: NOW + 8 * 86_400 }],
    [data.tooManyLabels(WWW), { labels: 4 }],
    [data.wrongTypeCovered(WWW), { typeCovered: TYPE.TXT }],
    [data.wrongKeyTag(WWW), { keyTag: plain.keyTag ^ 1 }],
  ])('$name: differs in the field it names alone', (mutation, difference) => {
    const message = ask(world.mutated(mutation), 'www.zone.example. A');
    const strip = ({ signature: _, fixedPart: __, signer, ...fields }: Rrsig) => ({ ...fields, signer: signer.key });
    expect(signatures(message).map(strip)).toEqual([{ ...strip(plain), ...difference }]);
    expect(records(message.answer)).toEqual(records(before.answer));
  });

  it('wrong signer name: names the zone above', () => {
    const [rrsig] = signatures(ask(world.mutated(data.wrongSignerName(WWW)), 'www.zone.example. A'));
    expect(rrsig!.signer.toString()).toBe('example.');
    expect(rrsig!.keyTag).toBe(plain.keyTag);
  });

  it('flipped bit in a signature: one bit', () => {
    const [rrsig] = signatures(ask(world.mutated(data.flippedSignature(WWW)), 'www.zone.example. A'));
    expect(differingBits(rrsig!.signature, plain.signature)).toBe(1);
  });

  it('flipped bit in rdata: one bit, the signature stays', () => {
    const message = ask(world.mutated(data.flippedRdata(WWW)), 'www.zone.example. A');
    expect(records(message.answer)).toEqual(['www.zone.example. A 192.0.2.0']);
    expect(signatures(message)[0]!.signature).toEqual(plain.signature);
  });

  it('missing signature and missing RRset: take away that much', () => {
    const unsigned = ask(world.mutated(data.missingSignature(WWW)), 'www.zone.example. A');
    expect([records(unsigned.answer), signatures(unsigned)]).toEqual([records(before.answer), []]);
    const gone = ask(world.mutated(data.missingRRset(WWW)), 'www.zone.example. A');
    expect([gone.rcode, gone.answer, gone.authority]).toEqual([RCODE.NOERROR, [], []]);
  });

  it('one signature too many: the good one is still there', () => {
    const found = signatures(ask(world.mutated(data.extraSignature(WWW)), 'www.zone.example. A'));
    expect(found).toHaveLength(2);
    expect(found[1]!.signature).toEqual(plain.signature);
  });

  it('raised TTL: the original TTL tells', () => {
    const message = ask(world.mutated(data.raisedTtl(WWW)), 'www.zone.example. A');
    expect([message.answer[0]!.ttl, signatures(message)[0]!.originalTtl]).toEqual([3000, 300]);
  });

  it('signed by another zone: in its name and with its key', () => {
    const mutation = data.signedByAnotherZone(question('zone.example. DNSKEY'), 'other.example.');
    expect(touched(mutation)).toEqual(['zone.example. DNSKEY']);
    const [rrsig] = signatures(ask(world.mutated(mutation), 'zone.example. DNSKEY'));
    const keys = world.zone('other.example.').keys.map((key) => key.keyTag);
    expect(rrsig!.signer.toString()).toBe('other.example.');
    expect(keys).toContain(rrsig!.keyTag);
  });

  it('KeyTrap: keys of one tag, and signatures that fit none', () => {
    const target = question('www.rsa.example. A');
    const trapped = world.mutated(data.keyTrap(target, { keys: 20, signatures: 30 }));
    const keys = ask(trapped, 'rsa.example. DNSKEY').answer.filter(({ type }) => type === TYPE.DNSKEY);
    const tag = world.zone('rsa.example.').signingKeys(TYPE.A)[0]!.keyTag;
    expect(keys).toHaveLength(22);
    expect(keys.filter(({ rdata }) => keyTag(rdata) === tag)).toHaveLength(21);
    const found = signatures(ask(trapped, 'www.rsa.example. A'));
    expect(found).toHaveLength(30);
    expect(new Set(found.map((rrsig) => rrsig.signature.join())).size).toBe(30);
    expect(new Set(found.map((rrsig) => rrsig.keyTag))).toEqual(new Set([tag]));
  });
});

function differingBits(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, octet, i) => sum + (octet ^ b[i]!).toString(2).replaceAll('0', '').length, 0);
}

describe('mutations of a zone', () => {
  const zone = question('zone.example. DS').name;

  it.each(
    ZONE_MUTATIONS.map((make) => make(zone))
      .filter(({ name }) => name !== 'huge NSEC3 iterations')
      .map((mutation) => [mutation.name, mutation] as const),
  )('%s: touches its DS or DNSKEY, and no other answer', (name, mutation) => {
    expect(touched(mutation)).toEqual([
      name === 'DNSKEY without the KSK' ? 'zone.example. DNSKEY' : 'zone.example. DS',
    ]);
  });

  it('swapped DS: well signed, and for the keys of another zone', () => {
    const mutated = world.mutated(data.swappedDs(zone, 'other.example.'));
    const message = ask(mutated, 'zone.example. DS');
    const tags = message.answer.filter(({ type }) => type === TYPE.DS).map(({ rdata }) => parseDs(rdata)!.keyTag);
    expect(tags).toEqual([world.zone('other.example.').signingKeys(TYPE.DNSKEY)[0]!.keyTag]);
    expect(signatures(message).map(({ signer }) => signer.toString())).toEqual(['example.']);
  });

  it('DNSKEY without the KSK: the ZSK is left and signs', () => {
    const message = ask(world.mutated(data.missingEntryKeys(zone)), 'zone.example. DNSKEY');
    const flags = message.answer
      .filter(({ type }) => type === TYPE.DNSKEY)
      .map(({ rdata }) => parseDnskey(rdata)!.flags);
    expect([flags, signatures(message).length]).toEqual([[256], 1]);
  });

  it('unknown algorithm and digest: in every DS', () => {
    const dsOf = (what: 'algorithm' | 'digest') =>
      parseDs(ask(world.mutated(data.unsupportedDs(zone, what)), 'zone.example. DS').answer[0]!.rdata)!;
    expect([dsOf('algorithm').algorithm, dsOf('algorithm').digestType]).toEqual([200, 2]);
    expect([dsOf('digest').algorithm, dsOf('digest').digestType]).toEqual([13, 200]);
  });

  it('huge iterations: in every NSEC3 of that zone, and nothing else of it', () => {
    const other = question('other.example. DS').name;
    expect(touched(data.hugeIterations(other))).toEqual(['nothing.other.example. A']);
    const message = ask(world.mutated(data.hugeIterations(other)), 'nothing.other.example. A');
    const nsec3 = records(message.authority).filter((text) => text.includes(' NSEC3 '));
    expect(nsec3.every((text) => text.includes(' NSEC3 1 0 65535 - '))).toBe(true);
    expect(nsec3.length).toBe(denials(ask(world, 'nothing.other.example. A')).length);
  });

  it('child denies its own DS: with a record of its own', () => {
    const message = ask(world.mutated(forged.childDeniesDs(zone)), 'zone.example. DS');
    expect(records(message.authority)).toContain('zone.example. NSEC alias.zone.example. NS SOA RRSIG NSEC DNSKEY');
    expect(message.answer).toEqual([]);
  });

  it('DS denied without NS: the bit is gone', () => {
    const message = ask(world.mutated(forged.dsDeniedWithoutNs(zone)), 'zone.example. DS');
    const nsec3 = records(message.authority).find((text) => text.includes(' NSEC3 '))!;
    expect(nsec3).toMatch(/ RRSIG$/);
    expect(nsec3).not.toMatch(/ NS | DS /);
  });

  it('shows in the master file, too', () => {
    const expired = world.mutated(data.expiredSignature(WWW));
    const changed = (text: string) => text.split('\n').filter((each) => !sound.has(each));
    const sound = new Set(masterFile(world, world.zone('zone.example.'), 'signed').split('\n'));
    expect(changed(masterFile(expired, world.zone('zone.example.'), 'signed'))).toHaveLength(1);
  });
});

describe('harmless mutations', () => {
  it('shuffled and repeated: the same records, as a set', () => {
    const text = 'nothing.zone.example. A';
    const [before, after] = [ask(world, text), ask(world.mutated(shuffledAndRepeated(7)), text)];
    expect(new Set(after.authority.map(line))).toEqual(new Set(before.authority.map(line)));
    expect(after.authority.length).toBeGreaterThan(before.authority.length);
    expect(after.authority.map(line)).not.toEqual(before.authority.map(line));
  });

  it('mixed case: other octets, the same message', () => {
    const mutated = world.mutated(mixedCase(7));
    const query = encodeQuery(question('alias.zone.example. A'));
    const [before, after] = [world.respond(query)!, mutated.respond(query)!];
    expect(Buffer.from(after).toString('latin1')).toMatch(/[A-Z]{2}/);
    expect(decodeMessage(after)).toEqual(decodeMessage(before));
  });
});

it('a mutated world leaves the sound one as it was', () => {
  const before = lines(ask(world, 'www.zone.example. A'));
  ask(world.mutated(data.expiredSignature(WWW), answers.servfail(WWW)), 'www.zone.example. A');
  expect(lines(ask(world, 'www.zone.example. A'))).toBe(before);
});
