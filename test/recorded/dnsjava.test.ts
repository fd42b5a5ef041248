/**
 * dnsjava's recordings of real zones, sound and broken, 2013 to 2020. Where they carry an expected verdict ours must
 * be the same; the rest must end in one of the four states. Algorithms 5 and 7 count as supported in them.
 */
import { expect, it } from 'vitest';
import { parseType, TYPE, typeMnemonic } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { parseAnchors, type TrustAnchor } from '../../src/dnssec/anchors.ts';
import { type LookupOutcome, lookup } from '../../src/dnssec/lookup.ts';
import type { Security } from '../../src/dnssec/outcome.ts';
import { decodeAll, epoch, jsonLines, type RecordedMessage, recorded, replay } from './vectors.ts';

interface Recording {
  readonly recording: string;
  readonly date: string;
  readonly expected: {
    readonly query: string;
    readonly ad: boolean;
    readonly rcode: string;
    readonly reason: string | null;
  } | null;
  readonly messages: readonly RecordedMessage[];
}

/** The root key of those years, retired on 2019-01-11, and the one after it (RFC 9718 section 2.3). */
const ANCHORS = `
. DS 19036 8 2 49AAC11D7B6F6446702E54A1607371607A1A41855200FD2CE1CDDE32F24E8FB5
. DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
`;

/** What falls short for a question the recording lacks, and that question. */
const LACKING = new Map([
  // Recorded by a validator that gave up at the anchor it was given; ours fits, and the walk goes on.
  ['TestPriming/testDnskeyPrimeResponseWithWeirdHashIsBad', 'ch. DS'],
]);

function anchors(): readonly TrustAnchor[] {
  const parsed = parseAnchors(ANCHORS);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.fault}`);
  return parsed.anchors;
}

/** `SERVFAIL` stands for bogus; without AD all else is insecure, as the recordings' README says. */
function securityOf({ ad, rcode }: NonNullable<Recording['expected']>): Security {
  if (ad) return 'secure';
  return rcode === 'SERVFAIL' ? 'bogus' : 'insecure';
}

recorded('dnsjava recordings', () => {
  const recordings = jsonLines<Recording>('dnsjava-recordings.jsonl');
  const expected = recordings.filter((recording) => recording.expected !== null);
  const open = recordings.filter((recording) => recording.expected === null);

  async function judge(recording: Recording, name: Name, type: number) {
    const lacking = new Set<string>();
    const outcome = await lookup({
      name,
      type,
      ask: replay(decodeAll(recording.messages), lacking),
      now: epoch(recording.date),
      anchors: anchors(),
      options: { allowSha1: true, speculate: false },
    });
    return { outcome, lacking: [...lacking] };
  }

  function query(recording: Recording): [Name, number] {
    const [name, type] = recording.expected!.query.split('/');
    return [Name.parse(name!), parseType(type!)!];
  }

  it('there are 133, of which 49 carry a verdict: 28 secure, 17 insecure, 4 bogus', () => {
    expect(recordings.length).toBe(133);
    const verdicts = expected.map((recording) => securityOf(recording.expected!));
    const count = (security: Security) => verdicts.filter((verdict) => verdict === security).length;
    expect([verdicts.length, count('secure'), count('insecure'), count('bogus')]).toEqual([49, 28, 17, 4]);
  });

  for (const recording of expected) {
    const { rcode, query: text } = recording.expected!;
    const security = securityOf(recording.expected!);
    const lacks = LACKING.get(recording.recording);
    if (lacks !== undefined) {
      it(`${recording.recording}: ${text} lacks the question ${lacks}`, async () => {
        const { outcome, lacking } = await judge(recording, ...query(recording));
        const [lackingName, lackingType] = lacks.split(' ');
        // Others below it are asked for in the same round, and none of them is come to.
        expect(lacking).toContain(`${lackingName} ${parseType(lackingType!)}`);
        expect(outcome).toMatchObject({
          security: 'indeterminate',
          reason: { code: 'no-answer', name: lackingName, type: lackingType, failure: { code: 'not-recorded' } },
        });
      });
      continue;
    }
    it(`${recording.recording}: ${text} is ${security}`, async () => {
      const { outcome } = await judge(recording, ...query(recording));
      expect(`${outcome.security} (${JSON.stringify(outcome.reason)})`).toMatch(new RegExp(`^${security} `));
      if (security === 'secure') {
        expect(outcome.rcode).toBe(rcode);
        expect(outcome.result === 'nxdomain').toBe(rcode === 'NXDOMAIN');
      }
    });
  }

  /** Where no verdict is recorded, the first question is the one that was asked. */
  for (const recording of open) {
    const { qname, qtype } = recording.messages[0]!;
    it(`${recording.recording}: ${qname} ${typeMnemonic(qtype)} ends in a verdict`, async () => {
      const { outcome } = await judge(recording, Name.parse(qname), qtype);
      expect(['secure', 'insecure', 'bogus', 'indeterminate']).toContain(outcome.security);
      expect(outcome.reason.code).not.toBe('engine');
      checkShape(outcome);
    });
  }

  /** No data unless somebody vouches for it or nobody has to. */
  function checkShape(outcome: LookupOutcome): void {
    const trusted = outcome.security === 'secure' || outcome.security === 'insecure';
    if (!trusted) expect([outcome.answers, outcome.rrset, outcome.result]).toEqual([[], undefined, 'none']);
    if (outcome.security === 'secure') expect(outcome.signatures.every(({ valid }) => valid)).toBe(true);
  }

  /**
   * Tests of their own that change the recorded replies; as recorded the zones are sound, but for those that are
   * broken in the real world. Any other outcome would be a surprise.
   */
  it('of those without a verdict, the zones broken for real are bogus', async () => {
    for (const [name, code] of [
      ['TestInvalid/testInvalid_bogussig.dnssec', 'signature-invalid'],
      ['TestInvalid/testInvalid_bogussig.nsec3', 'signature-invalid'],
      ['TestInvalid/testInvalid_sigexpired.dnssec', 'signature-expired'],
      ['TestInvalid/testInvalid_sigexpired.nsec3', 'signature-expired'],
    ] as const) {
      const recording = open.find((candidate) => candidate.recording === name)!;
      const { qname, qtype } = recording.messages[0]!;
      const { outcome } = await judge(recording, Name.parse(qname), qtype);
      expect([name, outcome.security, outcome.reason.code]).toEqual([name, 'bogus', code]);
    }
  });

  it('algorithms 5 and 7 are insecure without the wish for them', async () => {
    const recording = expected.find(({ recording: name }) => name === 'TestPositive/testValidExising')!;
    const [name, type] = query(recording);
    const outcome = await lookup({
      name,
      type,
      ask: replay(decodeAll(recording.messages)),
      now: epoch(recording.date),
      anchors: anchors(),
      options: { speculate: false },
    });
    expect(outcome).toMatchObject({
      security: 'insecure',
      reason: { code: 'unsupported-algorithms', sha1: true },
    });
    expect(outcome.type).toBe(TYPE.A);
  });
});
