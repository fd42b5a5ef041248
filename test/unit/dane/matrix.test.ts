/** Every usage, selector and matching type on every certificate of a chain, shown and not: one table, judged row by row. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import { type Chain, makeChain, NOW, tlsaRdata } from './issued.ts';

const HOST = 'www.example.test';
const POSITIONS = ['leaf', 'intermediate', 'root'] as const;
type Position = (typeof POSITIONS)[number];

/** Which certificates are shown. */
const VIEWS = {
  'the whole chain': ['leaf', 'intermediate', 'root'],
  'all but the root': ['leaf', 'intermediate'],
  'the leaf of the whole chain': ['leaf'],
  'the leaf alone': ['leaf'],
} as const satisfies Record<string, readonly Position[]>;
type View = keyof typeof VIEWS;

/** What the RFCs say, independent of the code: the depth of a match, `mismatch` or `unread`. */
function expected(usage: number, selector: number, matchingType: number, of: Position, view: View): number | string {
  const depth = POSITIONS.indexOf(of);
  // D15: usages 1 and 3 are about the leaf only.
  if (usage === 1 || usage === 3) return depth === 0 ? 0 : 'mismatch';
  const shown = VIEWS[view].length;
  const notFound = view === 'the leaf alone' ? 'unread' : 'mismatch';
  // D15: usages 0 and 2 are about issuers only. Where those were not shown, nobody knows.
  if (depth === 0) return notFound;
  if (depth < shown) return depth;
  // D25, D26: Full data of the issuer right above what was shown does without the certificate; a key signs from there.
  if (matchingType === 0 && depth === shown) return selector === 0 ? depth : depth - 1;
  return notFound;
}

const cells = [0, 1, 2, 3].flatMap((usage) =>
  [0, 1].flatMap((selector) => [0, 1, 2].map((matchingType) => [usage, selector, matchingType] as const)),
);

let chain: Chain;
let other: Chain;
beforeAll(async () => {
  chain = await makeChain();
  other = await makeChain({ subject: 'CN=Other Leaf' }, { subject: 'CN=Other Intermediate' });
});

function rdataOf(of: { der: Uint8Array; spki: Uint8Array }, ...cell: readonly [number, number, number]): Uint8Array {
  const selected = cell[1] === 0 ? of.der : of.spki;
  const digest = () =>
    createHash(cell[2] === 1 ? 'sha256' : 'sha512')
      .update(selected)
      .digest();
  return tlsaRdata(...cell, cell[2] === 0 ? selected : digest());
}

async function judge(record: Uint8Array, view: View): Promise<number | string> {
  const kind = view === 'the leaf alone' ? 'leaf only' : 'full chain';
  const certificates = VIEWS[view].map((position) => chain[position].der);
  const { verdict, reason } = await judgeTlsa({
    records: [record],
    evidence: { kind, source: 'tls', pkix: 'valid', certificates, obtainedAt: NOW },
    base: HOST,
    host: HOST,
    now: NOW,
  });
  return reason.code === 'matched' ? reason.depth : verdict;
}

describe.each(Object.keys(VIEWS) as View[])('D12 D13 D15 the matrix, %s shown', (view) => {
  test.each(cells)('usage %i, selector %i, matching type %i', async (...cell) => {
    for (const of of POSITIONS) {
      expect(await judge(rdataOf(chain[of], ...cell), view), of).toBe(expected(...cell, of, view));
      const mismatch = view === 'the leaf alone' && cell[0] % 2 === 0 ? 'unread' : 'mismatch';
      expect(await judge(rdataOf(other[of], ...cell), view), `another ${of}`).toBe(mismatch);
    }
  });
});
