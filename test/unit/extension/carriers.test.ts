/** Sites whose certificate carries its own proof: asked about once, and then believed for a day. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseType } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRdata } from '../../../src/dns/presentation.ts';
import { parseAnchors } from '../../../src/dnssec/anchors.ts';
import {
  AGREEMENT_LIFE_SECONDS,
  CARRIERS_KEY,
  createCarriers,
  MAX_CARRIERS,
} from '../../../src/extension/certificates/carriers.ts';
import type { SiteVerdict } from '../../../src/report.ts';
import { createAuthority } from '../../world/authority.ts';
import { chainOf, extensionValue } from '../../world/chained-certificate.ts';
import { isTarget } from '../../world/mutation.ts';
import { GOOD, RIGHT, Scene, SETTINGS, START, settled, WORLD } from './scene.ts';

const parsed = parseAnchors(WORLD.anchors());
const { chain } = await chainOf(WORLD, '_443._tcp.good.example.', parsed.ok ? parsed.anchors : [], START);
const AUTHORITY = createAuthority({ now: START });
const issue = (value: Uint8Array) =>
  AUTHORITY.issue({ hosts: ['good.example'], keyPem: RIGHT.keyPem, dnssecChain: value }).chain;
const CARRIER = issue(extensionValue(chain));
/** The last signature in it is damaged. */
const DAMAGED = issue(extensionValue(chain.map((octet, i) => (i === chain.length - 1 ? octet ^ 1 : octet))));

/** What the owner published before, and took back: the zone's signature over it lasts, as does a certificate with it. */
const BEFORE = AUTHORITY.issue({ hosts: ['good.example'] });
const TLSA = { name: Name.parse('_443._tcp.good.example.'), type: parseType('TLSA')! };
const RECORD = parseRdata(TLSA.type, `3 1 1 ${createHash('sha256').update(BEFORE.publicKeyInfo).digest('hex')}`);
const PAST = WORLD.mutated({
  name: 'another record',
  does: 'Publishes another certificate.',
  breaks: 'nothing',
  rrset: (signed, zone) => (isTarget(TLSA, signed) ? zone.sign({ ...signed, rdatas: [RECORD] }) : signed),
});
const { chain: pastChain } = await chainOf(PAST, '_443._tcp.good.example.', parsed.ok ? parsed.anchors : [], START);
const TAKEN_BACK = AUTHORITY.issue({
  hosts: ['good.example'],
  keyPem: BEFORE.keyPem,
  dnssecChain: extensionValue(pastChain),
}).chain;

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  scene.openTab(1);
  await settled();
});

/** The visit, how many questions it took, and what the report notes beside its verdict. */
async function visit(certificates: readonly Uint8Array[] = CARRIER, verdict: SiteVerdict = 'verified') {
  const before = scene.questions;
  // Later than any TTL of the world: what was told before does not count any more.
  scene.seconds += 3600;
  scene.visit(1, GOOD, certificates);
  await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
  await scene.verdict(1, verdict, GOOD);
  const notes = scene.state(1)?.shown?.report?.notes.map(({ code }) => code) ?? [];
  return { questions: scene.questions - before, notes };
}

describe('D42 a site whose certificate carries what DNS says of it', () => {
  test('is asked about once, and then nobody is asked for a day', async () => {
    const first = await visit();
    expect(first.notes).toEqual(['chain-agrees']);
    expect(first.questions).toBeGreaterThan(0);
    expect(await visit()).toEqual({ questions: 0, notes: ['chain-answered'] });
    expect(await visit()).toEqual({ questions: 0, notes: ['chain-answered'] });
    scene.seconds += AGREEMENT_LIFE_SECONDS;
    const nextDay = await visit();
    expect(nextDay.notes).toEqual(['chain-agrees']);
    expect(nextDay.questions).toBeGreaterThan(0);
  });

  test('is known as one to the next background', async () => {
    await visit();
    await scene.until(() => expect(scene.browser.session.has(CARRIERS_KEY)).toBe(true));
    const next = new Scene(scene.browser);
    next.seconds = scene.seconds;
    scene = next;
    await settled();
    expect(await visit()).toEqual({ questions: 0, notes: ['chain-answered'] });
  });

  test('is read and believed where certificates do not pass by', async () => {
    scene.readable.set('good.example', [...CARRIER]);
    const told = async () => {
      const before = scene.questions;
      scene.seconds += 3600;
      scene.request(1, GOOD);
      scene.commit(1, GOOD);
      await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
      await scene.verdict(1, 'verified', GOOD);
      const notes = scene.state(1)?.shown?.report?.notes.map(({ code }) => code);
      return { asked: scene.questions > before, notes, reads: scene.reads };
    };
    expect(await told()).toEqual({ asked: true, notes: ['chain-agrees'], reads: 1 });
    expect(await told()).toEqual({ asked: false, notes: ['chain-answered'], reads: 2 });
  });

  test('is asked about where the person asks for it', async () => {
    await visit();
    const before = scene.questions;
    scene.seconds += 3600;
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.until(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
    expect(scene.questions).toBeGreaterThan(before);
    expect(scene.state(1)?.shown?.report?.notes).toMatchObject([{ code: 'chain-agrees' }]);
  });

  test('is asked about where it shows another certificate, whose chain does not hold', async () => {
    await visit();
    const damaged = await visit(DAMAGED);
    expect(damaged.questions).toBeGreaterThan(0);
    // DNS answers; nobody looks at the chain.
    expect(damaged.notes).toEqual([]);
    expect((await visit()).questions).toBeGreaterThan(0);
  });

  test('whose certificate carries nothing any more is asked about', async () => {
    await visit();
    expect(await visit(RIGHT.chain)).toMatchObject({ notes: [] });
    expect((await visit()).questions).toBeGreaterThan(0);
  });

  test.each([
    [
      'the resolver changes',
      () => scene.browser.setLocal({ settings: { ...SETTINGS, resolverUrl: 'https://b.example/q' } }),
    ],
    ['answers are thrown away', () => scene.send({ kind: 'clear-cache' })],
  ])('is unknown again where %s', async (_what, change) => {
    await visit();
    const before = scene.questions;
    // The page shown is checked anew where the settings change, and else at its next visit.
    await change();
    await settled();
    await visit();
    expect(scene.questions).toBeGreaterThan(before);
  });

  test('is asked about where it shows another certificate, whose chain tells of what was taken back before', async () => {
    // By itself that chain holds.
    scene.down = true;
    expect((await visit(TAKEN_BACK)).notes).toEqual(['chain-answered']);
    scene.down = false;
    await visit();
    const taken = await visit(TAKEN_BACK, 'mismatch');
    expect(taken.questions).toBeGreaterThan(0);
    expect((await visit()).questions).toBeGreaterThan(0);
  });

  test('and one without is never believed by itself', async () => {
    for (let i = 0; i < 2; i++) {
      const seen = await visit(RIGHT.chain);
      expect(seen.notes).toEqual([]);
      expect(seen.questions).toBeGreaterThan(0);
    }
  });
});

describe('what is remembered', () => {
  test('is host and port, for a day, and not by a clock that was ahead', () => {
    const carriers = createCarriers();
    carriers.agreed('a.example', 443, 'd', START);
    expect(carriers.believed('a.example', 443, START + AGREEMENT_LIFE_SECONDS - 1)).toBe('d');
    expect(carriers.believed('a.example', 443, START + AGREEMENT_LIFE_SECONDS)).toBeUndefined();
    expect(carriers.believed('a.example', 8443, START)).toBeUndefined();
    expect(carriers.believed('a.example', 443, START - 1)).toBeUndefined();
  });

  test('is bounded, the newest of it', () => {
    let told: readonly unknown[] = [];
    const carriers = createCarriers([], (entries) => {
      told = entries;
    });
    for (let i = 0; i <= MAX_CARRIERS; i++) carriers.agreed(`s${i}.example`, 443, 'd', START);
    expect(told).toHaveLength(MAX_CARRIERS);
    expect(carriers.believed('s0.example', 443, START)).toBeUndefined();
    expect(carriers.believed(`s${MAX_CARRIERS}.example`, 443, START)).toBe('d');
    carriers.forget(`s${MAX_CARRIERS}.example`, 443);
    expect(carriers.believed(`s${MAX_CARRIERS}.example`, 443, START)).toBeUndefined();
  });
});
