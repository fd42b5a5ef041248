/** The holes that have been found in other validators, each as a test of ours. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { Name } from '../../../src/dns/name.ts';
import {
  bareNameError,
  emptyAnswer,
  removedWithoutDenial,
  servfail,
  strippedWithAd,
  unsignedBesideSigned,
} from '../../world/answer-mutations.ts';
import { hugeIterations, signedByAnotherZone } from '../../world/data-mutations.ts';
import {
  childDeniesDs,
  dsDeniedWithoutNs,
  expandedNsec,
  nsecBeyondZone,
  optOutAsNameError,
  parentDenial,
  wildcardReplay,
} from '../../world/forged-proofs.ts';
import type { Mutation } from '../../world/mutation.ts';
import { brief, judge, name, question, records, signedRecords, tampered, world } from './judging.ts';

const RECORDS = 'www A 192.0.2.1\n*.w A 192.0.2.2\nhere.w A 192.0.2.3\nhere.w TXT "x"\ntxt TXT "y"';

const of = world({
  'example.': { records: RECORDS },
  'child.example.': { records: RECORDS },
  'hashed.': { denial: 'nsec3', records: RECORDS },
  'child.hashed.': { denial: 'nsec3', records: RECORDS },
  'optout.': { denial: { optOut: true }, records: RECORDS },
  'unsigned.optout.': { sign: 'unsigned', records: 'www A 192.0.2.4' },
});

const target = (text: string): { name: Name; type: number } => question(text);
const outcome = (text: string, ...mutations: Mutation[]) => judge(of.mutated(...mutations), text);

describe('an unsigned RRset beside a signed one for another name', () => {
  it.each(['www.example. A', 'www.hashed. A'])('%s is bogus', async (text) => {
    expect(await outcome(text, unsignedBesideSigned(target(text)))).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', owner: text.split(' ')[0], type: 'A' },
      answers: [],
    });
  });

  it('with the signature of the other one under its own name, too', async () => {
    const text = 'www.example. A';
    const moved = tampered(text, (message, world) => {
      const soa = signedRecords(world, 'example.', world.zone('example.').soa);
      const here = soa.map((record) => ({ ...record, name: name('www.example.') }));
      return { ...message, answer: [...message.answer.slice(0, 1), ...here] };
    });
    expect(await outcome(text, moved)).toMatchObject({ security: 'bogus', reason: { code: 'signature-missing' } });
  });
});

describe('a DS answer turned into something else', () => {
  const forged = (text: string) =>
    tampered(text, (message) => ({
      ...message,
      answer: records(`${text.split(' ')[0]} 300 IN A 192.0.2.66`),
      authority: [],
    }));

  it.each([
    ['SERVFAIL', 'indeterminate', 'resolver-error', servfail],
    ['NXDOMAIN', 'bogus', 'denial-missing', bareNameError],
    ['nothing', 'bogus', 'denial-missing', emptyAnswer],
    ['a signed SOA alone', 'bogus', 'denial-missing', removedWithoutDenial],
  ] as const)('%s: %s, never insecure', async (_, security, code, mutation) => {
    for (const zone of ['child.example.', 'child.hashed.', 'example.']) {
      const text = `www.${zone} A`;
      const judged = await outcome(text, mutation({ name: name(zone), type: TYPE.DS }), forged(text));
      expect(judged).toMatchObject({ security, reason: { code }, answers: [] });
    }
  });
});

describe('NODATA for DS without the NS bit', () => {
  it.each(['child.example.', 'child.hashed.'])('%s: what is below must still be signed', async (zone) => {
    const text = `www.${zone} A`;
    const forged = tampered(text, (message) => ({
      ...message,
      answer: message.answer.filter(({ type }) => type === TYPE.A),
    }));
    const judged = await outcome(text, dsDeniedWithoutNs(name(zone)), forged);
    expect(judged.security).toBe('bogus');
    expect(judged.answers).toEqual([]);
  });
});

describe('an opt-out span sold as a secure NXDOMAIN', () => {
  it('is insecure', async () => {
    const text = 'www.unsigned.optout. A';
    expect(await outcome(text, optOutAsNameError(target(text)))).toMatchObject({ security: 'insecure' });
    expect(await brief(of, 'no.optout. A')).toBe('insecure opt-out');
  });
});

describe('a wildcard answer replayed over a name that exists', () => {
  it.each(['here.w.example. A', 'here.w.hashed. A', 'here.w.optout. A'])('%s is bogus', async (text) => {
    expect(await outcome(text, wildcardReplay(target(text)))).toMatchObject({
      security: 'bogus',
      reason: { code: 'wildcard-unproven', name: text.split(' ')[0] },
    });
  });
});

describe("the child's own NSEC or NSEC3 denying its DS", () => {
  it.each(['child.example.', 'child.hashed.'])('%s: bogus', async (zone) => {
    expect(await outcome(`www.${zone} A`, childDeniesDs(name(zone)))).toMatchObject({ security: 'bogus' });
    expect(await outcome(`${zone} DS`, childDeniesDs(name(zone)))).toMatchObject({ security: 'bogus' });
  });
});

describe("the parent's NSEC or NSEC3 denying the child's data", () => {
  it.each(['child.example. A', 'child.hashed. A'])('%s: bogus', async (text) => {
    expect(await outcome(text, parentDenial(target(text)))).toMatchObject({ security: 'bogus' });
  });
});

describe('an NSEC whose next name leaves its zone', () => {
  it('proves nothing', async () => {
    const text = 'www.child.example. A';
    expect(await outcome(text, nsecBeyondZone(target(text)))).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', zone: 'child.example.' },
    });
  });
});

describe('a wildcard-expanded NSEC as proof', () => {
  it('proves nothing', async () => {
    const text = 'here.w.example. TXT';
    expect(await outcome(text, expandedNsec(target(text)))).toMatchObject({
      security: 'bogus',
      reason: { code: 'denial-missing', missing: 'any denial record' },
    });
  });
});

describe('65,535 iterations', () => {
  it('are insecure, without one of them', async () => {
    const judged = await outcome('no.hashed. A', hugeIterations(name('hashed.')));
    expect(judged).toMatchObject({
      security: 'insecure',
      reason: { code: 'nsec3-iterations', zone: 'hashed.', iterations: 65_535, limit: 50 },
      work: { nsec3Hashes: 0 },
    });
  });

  it('do not make what is signed insecure', async () => {
    const judged = await outcome('www.hashed. A', hugeIterations(name('hashed.')));
    expect(judged.security).toBe('secure');
  });
});

describe('AD set on stripped data', () => {
  it.each(['www.example. A', 'no.example. A', 'no.w.hashed. A', 'child.example. DS', 'example. DNSKEY', '. DNSKEY'])(
    '%s: bogus',
    async (text) => {
      const stripped = of.mutated(strippedWithAd(target(text)));
      expect(stripped.answer(target(text)).authenticData).toBe(true);
      const asked = text.endsWith('DNSKEY') || text.endsWith('DS') ? 'www.child.example. A' : text;
      const judged = await judge(stripped, asked);
      expect(judged.security).toBe('bogus');
      expect(judged.answers).toEqual([]);
    },
  );
});

describe('a DS or DNSKEY set signed by the wrong zone', () => {
  it.each([
    ['DS by the child itself', { name: name('child.example.'), type: TYPE.DS }, 'child.example.', 'wrong-signer'],
    ['DS by the zone above the parent', { name: name('child.example.'), type: TYPE.DS }, '.', 'wrong-signer'],
    ['DS by a stranger', { name: name('child.example.'), type: TYPE.DS }, 'hashed.', 'wrong-signer'],
    ['DNSKEY by the parent', { name: name('child.example.'), type: TYPE.DNSKEY }, 'example.', 'wrong-signer'],
    ['DNSKEY by a stranger', { name: name('child.example.'), type: TYPE.DNSKEY }, 'hashed.', 'wrong-signer'],
    ['the root DNSKEY by a child', { name: name('.'), type: TYPE.DNSKEY }, 'example.', 'wrong-signer'],
  ] as const)('%s: bogus', async (_, set, signer, code) => {
    expect(await outcome('www.child.example. A', signedByAnotherZone(set, signer))).toMatchObject({
      security: 'bogus',
      reason: { code, signer },
    });
  });
});

describe('signed data of the same zone under another name', () => {
  it('does not verify there', async () => {
    const text = 'www.example. TXT';
    const moved = tampered(text, (message, world) => ({
      ...message,
      rcode: 0,
      answer: signedRecords(world, 'example.', world.zone('example.').rrset(name('txt.example.'), TYPE.TXT)).map(
        (record) => ({ ...record, name: name('www.example.') }),
      ),
      authority: [],
    }));
    expect(await outcome(text, moved)).toMatchObject({ security: 'bogus', reason: { code: 'signature-invalid' } });
  });
});
