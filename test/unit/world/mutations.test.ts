/** Each mutation changes what its name says, and nothing else. */
import { describe, expect, it } from 'vitest';
import { RCODE, TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeQuery, type Message, type ResourceRecord } from '../../../src/dns/message.ts';
import { formatRecord } from '../../../src/dns/presentation.ts';
import { parseDnskey, parseDs, parseRrsig, type Rrsig } from '../../../src/dns/rdata.ts';
import * as answers from '../../world/answer-mutations.ts';
import * as data from '../../world/data-mutations.ts';
import * as forged from '../../world/forged-proofs.ts';
import { mixedCase, shuffledAndRepeated } from '../../world/harmless-mutations.ts';
import { keyTag } from '../../world/keys.ts';
import { masterFile } from '../../world/master-file.ts';
import type { Mutation } from '../../world/mutation.ts';
import { ANSWER_MUTATIONS, RRSET_MUTATIONS, ZONE_MUTATIONS } from '../../world/mutations.ts';
import { buildWorld } from '../../world/world.ts';
import { ask, denials, NOW, question, records, rrsets, signed } from './reading.ts';

const RECORDS = `
  www     A     192.0.2.1
  www     TXT   "here"
  *.wild  TXT   "expanded"
  own.wild TXT  "own"
  own.wild A    192.0.2.2
  alias   CNAME www
  moved   DNAME other.example.
`;

const world = buildWorld(
  {
    '.': { sign: 8 },
    'example.': { denial: { optOut: true } },
    'zone.example.': { sign: 13, denial: 'nsec', records: RECORDS },
    'other.example.': { sign: 15, denial: 'nsec3', records: RECORDS },
    'rsa.example.': { sign: 8, records: 'www A 192.0.2.1' },
    'plain.example.': { sign: 'unsigned', records: 'www A 192.0.2.8' },
  },
  { now: NOW },
);

const WWW = question('www.zone.example. A');

/** The questions whose answers a mutation may not touch unless they are meant. */
const CONTROL = [
  'www.zone.example. A',
  'www.zone.example. TXT',
  'zone.example. DNSKEY',
  'zone.example. DS',
  'zone.example. SOA',
  'nothing.zone.example. A',
  'x.wild.zone.example. TXT',
  'alias.zone.example. A',
  'www.moved.zone.example. A',
  'www.other.example. A',
  'nothing.other.example. A',
  'plain.example. DS',
  'www.plain.example. A',
  'example. DNSKEY',
];

/** Control questions that get another answer with the mutation than without. */
function touched(mutation: Mutation): string[] {
  const mutated = world.mutated(mutation);
  return CONTROL.filter((text) => lines(ask(mutated, text)) !== lines(ask(world, text)));
}

function lines(message: Message): string {
  const { answer, authority, rcode, authenticData } = message;
  // ECDSA signatures differ each time they are made; the zone keeps what it made once.
  return [rcode, authenticData, ...[answer, ['--'], authority].flat().map(line)].join('\n');
}

const line = (record: ResourceRecord | string) => (typeof record === 'string' ? record : formatRecord(record));

function signatures(message: Message): Rrsig[] {
  return message.answer.filter(({ type }) => type === TYPE.RRSIG).map(({ rdata }) => parseRrsig(rdata)!);
}

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

/** A name whose NSEC3 denial takes three records, none in two roles. */
const APART = ['', 'own.wild.', 'alias.', 'www.', 'wild.']
  .flatMap((above) => Array.from({ length: 20 }, (_, i) => `n${i}.${above}other.example. TLSA`))
  .find((text) => ask(world, text).rcode === RCODE.NXDOMAIN && denials(ask(world, text)).length === 3)!;

describe('mutations of one answer', () => {
  it.each(['www.zone.example. A', 'nothing.zone.example. A', 'x.wild.zone.example. TXT', 'zone.example. DS'])(
    'touch the answer to %s alone',
    (text) => {
      for (const make of ANSWER_MUTATIONS) {
        const mutation = make(question(text));
        expect([[], [text]], mutation.name).toContainEqual(touched(mutation));
      }
    },
  );

  it.each([
    ['name', 'nothing.zone.example. A', 1],
    ['wildcard', 'nothing.zone.example. A', 1],
    ['exact', 'nothing.wild.zone.example. A', 0],
    ['closest encloser', APART, 1],
    ['next closer', APART, 1],
    ['wildcard', APART, 1],
    ['next closer', 'x.wild.other.example. TXT', 1],
    ['exact', 'www.other.example. MX', 1],
    ['closest encloser', 'x.wild.other.example. A', 1],
    ['wildcard', 'x.wild.other.example. A', 1],
  ] as const)('missing proof "%s" for %s: %i record less', (role, text, less) => {
    const before = ask(world, text);
    const after = ask(world.mutated(answers.missingProof(question(text), role)), text);
    expect(denials(before).length - denials(after).length).toBe(less);
    expect(signed(after.authority)).toEqual(rrsets(after.authority));
    expect(after.answer).toEqual(before.answer);
  });

  it('missing denial: SOA and answer stay', () => {
    const after = ask(
      world.mutated(answers.missingDenial(question('nothing.zone.example. A'))),
      'nothing.zone.example. A',
    );
    expect(rrsets(after.authority)).toEqual(['zone.example. SOA']);
    expect(signed(after.authority)).toEqual(['zone.example. SOA']);
  });

  it('stripped, with AD set: no DNSSEC record left', () => {
    const after = ask(world.mutated(answers.strippedWithAd(WWW)), 'www.zone.example. A');
    expect([after.authenticData, after.answer.map(({ type }) => type)]).toEqual([true, [TYPE.A]]);
  });

  it('unsigned beside signed: the signature is for another name', () => {
    const { answer } = ask(world.mutated(answers.unsignedBesideSigned(WWW)), 'www.zone.example. A');
    expect([rrsets(answer), signed(answer)]).toEqual([
      ['www.zone.example. A', 'zone.example. SOA'],
      ['zone.example. SOA'],
    ]);
  });

  it('NODATA against the bitmap: the record says A', () => {
    const after = ask(world.mutated(forged.deniedAgainstBitmap(WWW)), 'www.zone.example. A');
    expect([after.rcode, after.answer]).toEqual([RCODE.NOERROR, []]);
    expect(records(after.authority)[1]).toMatch(/^www\.zone\.example\. NSEC .* A TXT RRSIG NSEC$/);
  });

  it('denied by the parent: NS without SOA, signed by the parent', () => {
    const after = ask(world.mutated(forged.parentDenial(question('zone.example. SOA'))), 'zone.example. SOA');
    expect(records(after.authority)[1]).toMatch(/ NSEC3 1 1 0 - \w+ NS DS RRSIG$/);
  });

  it('denied under a DNAME: by the very record with the DNAME bit', () => {
    const text = 'www.moved.zone.example. A';
    const mutation = forged.deniedUnderDname(question(text), question('moved.zone.example. A').name);
    const after = ask(world.mutated(mutation), text);
    expect([after.rcode, denials(after)]).toEqual([RCODE.NXDOMAIN, ['moved.zone.example.']]);
  });

  it('opt-out span sold as NXDOMAIN: signed, and every span opt-out', () => {
    const text = 'www.plain.example. A';
    const after = ask(world.mutated(forged.optOutAsNameError(question(text))), text);
    expect([after.rcode, after.answer]).toEqual([RCODE.NXDOMAIN, []]);
    expect(denials(after).length).toBeGreaterThan(0);
    expect(signed(after.authority)).toEqual(rrsets(after.authority));
    expect(records(after.authority).filter((each) => each.includes(' NSEC3 1 1 '))).toHaveLength(denials(after).length);
  });

  it('wildcard over an existing name: data and signature of the wildcard', () => {
    const text = 'own.wild.zone.example. TXT';
    const after = ask(world.mutated(forged.wildcardReplay(question(text))), text);
    expect(records(after.answer)).toEqual(['own.wild.zone.example. TXT "expanded"']);
    expect(signatures(after)[0]!.labels).toBe(3);
    expect(denials(after)).toEqual(['own.wild.zone.example.']);
  });

  it('wildcard-expanded NSEC: labels tell', () => {
    const text = 'own.wild.zone.example. A';
    const after = ask(world.mutated(forged.expandedNsec(question(text))), text);
    expect(denials(after)).toEqual(['own.wild.zone.example.']);
    expect(parseRrsig(after.authority.at(-1)!.rdata)!.labels).toBe(3);
    expect(records(after.authority).at(-1)).toMatch(/ TXT RRSIG NSEC$/);
  });

  it('NSEC beyond its zone: the next name is a sibling of the apex', () => {
    const after = ask(world.mutated(forged.nsecBeyondZone(WWW)), 'www.zone.example. A');
    expect(records(after.authority).at(-1)).toMatch(/^zone\.example\. NSEC zone\\255\.example\. /);
  });

  it('forged synthesized CNAME: leads elsewhere', () => {
    const text = 'www.moved.zone.example. A';
    const after = ask(world.mutated(answers.forgedSynthesis(question(text), 'www.plain.example.')), text);
    expect(records(after.answer).slice(1)).toEqual([
      'www.moved.zone.example. CNAME www.plain.example.',
      'www.plain.example. A 192.0.2.8',
    ]);
  });

  it('resolver fails: for a zone, but not for its DS', () => {
    const mutation = answers.resolverFails(question('zone.example. DS').name);
    expect(touched(mutation)).toEqual(CONTROL.filter((text) => /zone\.example\. (?!DS)/.test(text)));
    expect(ask(world.mutated(mutation), 'www.zone.example. A').rcode).toBe(RCODE.SERVFAIL);
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
