/** Sites whose certificate carries its own proof: asked about once, and then believed for a day. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseAnchors } from '../../../src/dnssec/anchors.ts';
import {
  AGREEMENT_LIFE_SECONDS,
  CARRIERS_KEY,
  createCarriers,
  MAX_CARRIERS,
} from '../../../src/extension/certificates/carriers.ts';
import { createAuthority } from '../../world/authority.ts';
import { chainOf, extensionValue } from '../../world/chained-certificate.ts';
import { GOOD, RIGHT, Scene, SETTINGS, START, settled, WORLD } from './scene.ts';

const parsed = parseAnchors(WORLD.anchors());
const { chain } = await chainOf(WORLD, '_443._tcp.good.example.', parsed.ok ? parsed.anchors : [], START);
const AUTHORITY = createAuthority({ now: START });
const issue = (value: Uint8Array) =>
  AUTHORITY.issue({ hosts: ['good.example'], keyPem: RIGHT.keyPem, dnssecChain: value }).chain;
const CARRIER = issue(extensionValue(chain));
/** The last signature in it is damaged. */
const DAMAGED = issue(extensionValue(chain.map((octet, i) => (i === chain.length - 1 ? octet ^ 1 : octet))));

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  scene.openTab(1);
  await settled();
});

/** The visit, how many questions it took, and what the report notes beside its verdict. */
async function visit(certificates: readonly Uint8Array[] = CARRIER) {
  const before = scene.questions;
  // Later than any TTL of the world: what was told before does not count any more.
  scene.seconds += 3600;
  scene.visit(1, GOOD, certificates);
  await vi.waitFor(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds), 5000);
  await scene.verdict(1, 'verified', GOOD);
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
    await vi.waitFor(() => expect(scene.browser.session.has(CARRIERS_KEY)).toBe(true));
    const next = new Scene(scene.browser);
    next.seconds = scene.seconds;
    scene = next;
    await settled();
    expect(await visit()).toEqual({ questions: 0, notes: ['chain-answered'] });
  });

  test('is asked about where the person asks for it', async () => {
    await visit();
    const before = scene.questions;
    scene.seconds += 3600;
    await scene.send({ kind: 'check-again', tab: 1 });
    await vi.waitFor(() => expect(scene.state(1)?.shown?.report?.checkedAt).toBe(scene.seconds));
    expect(scene.questions).toBeGreaterThan(before);
    expect(scene.state(1)?.shown?.report?.notes).toMatchObject([{ code: 'chain-agrees' }]);
  });

  test('D44 whose chain does not hold any more is asked about, and no longer known as one', async () => {
    await visit();
    const damaged = await visit(DAMAGED);
    expect(damaged.questions).toBeGreaterThan(0);
    expect(damaged.notes).toEqual(['chain-set-aside']);
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
    carriers.agreed('a.example', 443, START);
    expect(carriers.has('a.example', 443, START + AGREEMENT_LIFE_SECONDS - 1)).toBe(true);
    expect(carriers.has('a.example', 443, START + AGREEMENT_LIFE_SECONDS)).toBe(false);
    expect(carriers.has('a.example', 8443, START)).toBe(false);
    expect(carriers.has('a.example', 443, START - 1)).toBe(false);
  });

  test('is bounded, the newest of it', () => {
    let told: readonly unknown[] = [];
    const carriers = createCarriers([], (entries) => {
      told = entries;
    });
    for (let i = 0; i <= MAX_CARRIERS; i++) carriers.agreed(`s${i}.example`, 443, START);
    expect(told).toHaveLength(MAX_CARRIERS);
    expect(carriers.has('s0.example', 443, START)).toBe(false);
    expect(carriers.has(`s${MAX_CARRIERS}.example`, 443, START)).toBe(true);
    carriers.forget(`s${MAX_CARRIERS}.example`, 443);
    expect(carriers.has(`s${MAX_CARRIERS}.example`, 443, START)).toBe(false);
  });
});
