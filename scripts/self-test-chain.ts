/**
 * `npx tsx scripts/self-test-chain.ts`: signs a small DNS of the tests' own, a zone for each algorithm, and writes its
 * records as one chain to `src/extension/self-test/chain.ts`, which is kept in the repository. To be run again when
 * the parts of the self-test change; the same keys come out each time.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TYPE } from '../src/dns/codes.ts';
import { toBase64 } from '../src/dns/encodings.ts';
import { Name } from '../src/dns/name.ts';
import { formatAnchor, parseAnchors } from '../src/dnssec/anchors.ts';
import { proveLookups } from '../src/dnssec/prove.ts';
import { SELF_TEST_ALGORITHMS } from '../src/extension/self-test/self-test.ts';
import { ALGORITHM, type Algorithm } from '../test/world/keys.ts';
import { buildWorld } from '../test/world/world.ts';

const OUT = fileURLToPath(new URL('../src/extension/self-test/chain.ts', import.meta.url));
/** 2026-01-01, and a year of life for the signatures. */
const AT = Date.UTC(2026, 0, 1) / 1000;
const YEAR = 365 * 24 * 3600;
const WINDOW = { from: -24 * 3600, to: YEAR };

const ALGORITHMS = SELF_TEST_ALGORITHMS as readonly Algorithm[];

const key = (algorithm: Algorithm) => [{ algorithm, role: 'csk' as const }];
const world = buildWorld(
  {
    '.': { sign: key(ALGORITHM.ECDSAP256SHA256), window: WINDOW },
    ...Object.fromEntries(
      ALGORITHMS.map((algorithm) => [
        `algorithm-${algorithm}.`,
        {
          sign: key(algorithm),
          window: WINDOW,
          digests: algorithm === ALGORITHM.ECDSAP384SHA384 ? [4] : [2],
          denial: 'nsec3' as const,
          records: `_443._tcp TLSA 3 1 1 ${'d5'.repeat(32)}`,
        },
      ]),
    ),
  },
  { now: AT },
);
const anchors = parseAnchors(world.anchors());
if (!anchors.ok) throw new Error(anchors.fault);
const proven = await proveLookups({
  ask: world.ask,
  now: AT,
  anchors: anchors.anchors,
  lookups: [
    ...ALGORITHMS.map((algorithm) => ({ name: Name.parse(`_443._tcp.algorithm-${algorithm}.`), type: TYPE.TLSA })),
    { name: Name.parse('nowhere.'), type: TYPE.TLSA },
    { name: Name.parse('nowhere.algorithm-13.'), type: TYPE.TLSA },
    // An unsigned record is bogus only where no unsigned zone can lie between it and the signed one.
    { name: Name.parse('_tcp.algorithm-13.'), type: TYPE.DS },
    { name: Name.parse('_443._tcp.algorithm-13.'), type: TYPE.DS },
  ],
});
if (!proven.holds) throw new Error('the chain does not hold');
const lines = toBase64(proven.chain).match(/.{1,110}/g)!;
writeFileSync(
  OUT,
  `/**
 * A small DNS, signed with keys of the tests: a zone for each algorithm below a root of its own. Written by
 * \`scripts/self-test-chain.ts\`.
 */

/** Epoch seconds; all signatures hold then. */
export const CHAIN_TIME = ${AT};

/** The key of its root. */
export const CHAIN_ANCHOR = '${anchors.anchors.map(formatAnchor).join('\\n')}';

/** Records as in RFC 9102 section 2.3, ${proven.chain.length} octets. */
export const CHAIN = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`,
);
console.log(`${proven.records.length} records, ${proven.chain.length} octets`);
