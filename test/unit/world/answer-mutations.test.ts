/** Each mutation of one answer changes what its name says, and no other answer. */
import { describe, expect, it } from 'vitest';
import { RCODE, TYPE } from '../../../src/dns/codes.ts';
import { parseRrsig } from '../../../src/dns/rdata.ts';
import * as answers from '../../world/answer-mutations.ts';
import * as forged from '../../world/forged-proofs.ts';
import { ANSWER_MUTATIONS } from '../../world/mutations.ts';
import { CONTROL, signatures, touched, WWW, world } from './mutating.ts';
import { ask, denials, question, records, rrsets, signed } from './reading.ts';

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
