/** What is asked at once, and how many rounds a walk takes where the guess is right and where it is not. */
import { describe, expect, it } from 'vitest';
import { TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import type { Question } from '../../../src/dns/message.ts';
import type { Name } from '../../../src/dns/name.ts';
import { type ValidationOptions, Validator } from '../../../src/dnssec/lookup.ts';
import { type Known, type KnownName, plan, planSigned, planUnsigned, planZone } from '../../../src/dnssec/plan.ts';
import { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, NOW, name, question, verifier, world } from './judging.ts';

const texts = (questions: readonly Question[]) =>
  questions.map(({ name: owner, type }) => `${owner} ${typeMnemonic(type)}`);

/** Known zones by name, with whether they delegate; every name below is in the closest of them. */
function knowing(zones: Record<string, 'anchored' | 'insecure' | 'delegates' | 'ends'>): Known {
  return (asked: Name): KnownName => {
    const what = zones[asked.toString()];
    if (what === undefined) return { kind: 'unknown' };
    if (what === 'anchored' || what === 'insecure') return { kind: what };
    return { kind: 'secure', zone: asked, delegates: what === 'delegates' };
  };
}

const SITE = [question('www.example.com. A'), question('_443._tcp.www.example.com. TLSA')];

describe('a plan', () => {
  it('for a site of which nothing is known: everything at once', () => {
    expect(texts(plan(SITE, knowing({ '.': 'anchored' })))).toEqual([
      'www.example.com. A',
      '. DNSKEY',
      'com. DS',
      'com. DNSKEY',
      'example.com. DS',
      'example.com. DNSKEY',
      'www.example.com. DS',
      '_443._tcp.www.example.com. TLSA',
    ]);
  });

  it('with root and TLD known: five questions', () => {
    for (const kind of ['delegates', 'ends'] as const) {
      expect(texts(plan(SITE, knowing({ '.': 'delegates', 'com.': kind })))).toEqual([
        'www.example.com. A',
        'example.com. DS',
        'example.com. DNSKEY',
        'www.example.com. DS',
        '_443._tcp.www.example.com. TLSA',
      ]);
    }
  });

  it('in a zone that is known: the answers alone', () => {
    expect(plan(SITE, knowing({ 'example.com.': 'ends' }))).toEqual(SITE);
    expect(plan([question('a.b.example.com. A')], knowing({ 'example.com.': 'ends' }))).toHaveLength(1);
  });

  it('in a known zone that has delegated: what may be another delegation', () => {
    expect(texts(plan([question('example.co.uk. A')], knowing({ 'co.uk.': 'delegates' })))).toEqual([
      'example.co.uk. A',
      'example.co.uk. DS',
      'example.co.uk. DNSKEY',
    ]);
  });

  it('below a proven insecure delegation: the answers alone', () => {
    expect(plan(SITE, knowing({ '.': 'anchored', 'example.com.': 'insecure' }))).toEqual(SITE);
  });

  it('from the closest anchor on, and no DS where it stands', () => {
    expect(
      texts(plan([question('a.example.com. A')], knowing({ '.': 'anchored', 'example.com.': 'anchored' }))),
    ).toEqual(['a.example.com. A', 'example.com. DNSKEY', 'a.example.com. DS', 'a.example.com. DNSKEY']);
  });

  it('without any anchor: up to the root', () => {
    expect(texts(plan([question('com. NS')], knowing({})))).toEqual([
      'com. NS',
      '. DS',
      '. DNSKEY',
      'com. DS',
      'com. DNSKEY',
    ]);
  });

  it('a signer is taken for a zone, whatever its name and wherever it lies', () => {
    expect(texts(planZone(name('www.example.com.'), knowing({ 'example.com.': 'ends' })))).toEqual([
      'www.example.com. DS',
      'www.example.com. DNSKEY',
    ]);
    expect(planZone(name('example.com.'), knowing({ 'example.com.': 'ends' }))).toEqual([]);
    expect(planZone(name('a.example.com.'), knowing({ 'example.com.': 'insecure' }))).toEqual([]);
  });

  it('labels that only begin like an attribute or like www are names as any other', () => {
    expect(texts(plan([question('wwww.com. A')], knowing({ 'com.': 'ends' })))).toContain('wwww.com. DNSKEY');
    expect(texts(plan([question('a_b.com. A')], knowing({ 'com.': 'ends' })))).toContain('a_b.com. DNSKEY');
    expect(plan([question('_b.com. TXT')], knowing({ 'com.': 'ends' }))).toHaveLength(1);
  });
});

describe('without guesses', () => {
  it('the way to a signer: each delegation on it, and the keys at either end', () => {
    expect(texts(planSigned(name('example.com.'), knowing({ '.': 'anchored' })))).toEqual([
      '. DNSKEY',
      'com. DS',
      'example.com. DS',
      'example.com. DNSKEY',
    ]);
    expect(texts(planSigned(name('example.com.'), knowing({ 'com.': 'ends' })))).toEqual([
      'example.com. DS',
      'example.com. DNSKEY',
    ]);
    expect(texts(planSigned(name('.'), knowing({ '.': 'anchored' })))).toEqual(['. DNSKEY']);
    expect(planSigned(name('example.com.'), knowing({ 'example.com.': 'ends' }))).toEqual([]);
  });

  it('where nobody signed: the keys of the anchor and the first delegation below what is known', () => {
    expect(texts(planUnsigned(name('www.example.com.'), knowing({ '.': 'anchored' })))).toEqual([
      '. DNSKEY',
      'com. DS',
    ]);
    expect(texts(planUnsigned(name('www.example.com.'), knowing({ 'com.': 'ends' })))).toEqual(['example.com. DS']);
    expect(planUnsigned(name('com.'), knowing({ 'com.': 'ends' }))).toEqual([]);
  });

  it('nothing below a proven insecure delegation, nor without an anchor', () => {
    for (const known of [knowing({ '.': 'anchored', 'com.': 'insecure' }), knowing({})]) {
      expect(planSigned(name('example.com.'), known)).toEqual([]);
      expect(planUnsigned(name('example.com.'), known)).toEqual([]);
    }
  });
});

describe('rounds', () => {
  const description = {
    'com.': {},
    'example.com.': {
      records: 'www A 192.0.2.1\nal CNAME www.far.com.\ntwice CNAME al\nnone CNAME www.unsigned.com.',
    },
    'www2.example.com.': { records: '@ A 192.0.2.2' },
    'plain.example.com.': { sign: 'unsigned', records: '@ A 192.0.2.3' },
    'far.com.': { records: 'www A 192.0.2.4\n_443._tcp.www TLSA 3 1 1 00' },
    'unsigned.com.': { sign: 'unsigned', records: 'www A 192.0.2.5' },
  } as const;

  /** The work of the last of several lookups that share what was proven. */
  async function work(of: World, ...asked: string[]) {
    return workBy({}, of, ...asked);
  }
  async function workBy(options: ValidationOptions, of: World, ...asked: string[]) {
    const zoneCache = new ZoneCache();
    let last: Awaited<ReturnType<Validator['lookup']>> | undefined;
    for (const text of asked) {
      const { name: owner, type } = question(text);
      const input = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier, zoneCache, options };
      last = await new Validator(input).lookup(owner, type);
    }
    return { security: last!.security, queries: last!.work.queries, rounds: last!.work.roundTrips };
  }

  const of = world(description);

  it('one for a site in a zone of a TLD, cold', async () => {
    expect(await work(of, 'www.example.com. A')).toEqual({ security: 'secure', queries: 7, rounds: 1 });
  });

  it('with root and TLD known, one of four questions; with the zone known, one question', async () => {
    expect(await work(of, 'www.far.com. A', 'www.example.com. A')).toEqual({
      security: 'secure',
      queries: 4,
      rounds: 1,
    });
    expect(await work(of, 'www.example.com. A', 'www.example.com. TXT')).toMatchObject({ queries: 1, rounds: 1 });
  });

  it('a zone cut in an unexpected place costs a second round, not a wrong verdict', async () => {
    const warm = 'www.example.com. A';
    expect(await work(of, warm, 'www2.example.com. A')).toEqual({ security: 'secure', queries: 3, rounds: 2 });
    expect(await work(of, warm, 'plain.example.com. A')).toEqual({ security: 'insecure', queries: 2, rounds: 2 });
    // Once it has been met, the next is expected.
    expect(await work(of, warm, 'plain.example.com. A', 'www2.example.com. A')).toEqual({
      security: 'secure',
      queries: 3,
      rounds: 1,
    });
  });

  it('an alias into another zone costs a second round, however many there are', async () => {
    for (const alias of ['al', 'twice']) {
      expect(await work(of, `${alias}.example.com. A`)).toMatchObject({ security: 'secure', rounds: 2 });
    }
    expect(await work(of, 'none.example.com. A')).toMatchObject({ security: 'insecure', rounds: 2 });
  });

  it('without guesses: fewer questions, more rounds, the same verdict', async () => {
    const careful = { speculate: false };
    expect(await workBy(careful, of, 'www.example.com. A')).toEqual({ security: 'secure', queries: 6, rounds: 3 });
    // With the zone known there is nothing to guess.
    expect(await workBy(careful, of, 'www.example.com. A', 'www.example.com. TXT')).toMatchObject({
      queries: 1,
      rounds: 1,
    });
    expect(await work(of, 'www.unsigned.com. A')).toEqual({ security: 'insecure', queries: 7, rounds: 1 });
    expect(await workBy(careful, of, 'www.unsigned.com. A')).toEqual({ security: 'insecure', queries: 5, rounds: 4 });
  });

  it('where an alias chain leads is told before it is proven', async () => {
    const ends: string[] = [];
    const input = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier };
    const { name: owner } = question('twice.example.com. A');
    await new Validator(input).lookup(owner, TYPE.A, (end) => ends.push(end.toString()));
    await new Validator(input).lookup(question('www.example.com. A').name, TYPE.A, (end) => ends.push(end.toString()));
    expect(ends).toEqual(['www.far.com.']);
  });
});
