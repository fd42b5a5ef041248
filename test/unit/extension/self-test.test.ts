/** The self-test: passes here, and names the part that fails where one does. */
import { describe, expect, test } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import {
  builtInChain,
  runSelfTest,
  SELF_TEST_ALGORITHMS,
  type SelfTestResult,
  SINGLE_KINDS,
} from '../../../src/extension/self-test/self-test.ts';

const failed = (results: readonly SelfTestResult[]) =>
  results.filter(({ passed }) => !passed).map(({ part, reason }) => ({ ...part, code: reason.code }));

describe('the self-test', () => {
  test('passes: each algorithm three times, and each single part', async () => {
    const results = await runSelfTest(builtInChain());
    expect(failed(results)).toEqual([]);
    expect(results).toHaveLength(3 * SELF_TEST_ALGORITHMS.length + SINGLE_KINDS.length);
    for (const kind of SINGLE_KINDS) expect(results.filter(({ part }) => part.kind === kind)).toHaveLength(1);
  });

  test('names the algorithm whose signatures this engine cannot check', async () => {
    class Lame extends SignatureVerifier {
      override async verify(...[key, ...rest]: Parameters<SignatureVerifier['verify']>): Promise<boolean> {
        return key.algorithm !== 16 && super.verify(key, ...rest);
      }
    }
    expect(failed(await runSelfTest(builtInChain(), new Lame()))).toEqual([
      { kind: 'sound', algorithm: 16, code: 'signature-invalid' },
    ]);
  });

  test('fails where every signature passes', async () => {
    class Credulous extends SignatureVerifier {
      override async verify(): Promise<boolean> {
        return true;
      }
    }
    const found = failed(await runSelfTest(builtInChain(), new Credulous()));
    expect(found).toHaveLength(2 * SELF_TEST_ALGORITHMS.length);
    for (const { kind, code } of found) {
      expect(kind).toMatch(/^altered-/);
      expect(code).toBe('validated');
    }
  });

  test('names what the built-in chain lacks, or what of it has run out', async () => {
    const { records, ...rest } = builtInChain();
    const withoutNsec = records.filter(({ type }) => type !== TYPE.NSEC);
    expect(failed(await runSelfTest({ ...rest, records: withoutNsec }))).toEqual([
      { kind: 'denial-nsec', code: 'denial-missing' },
    ]);
    const late = await runSelfTest({ ...rest, records, now: rest.now + 400 * 24 * 3600 });
    expect(failed(late)).toContainEqual({ kind: 'sound', algorithm: 8, code: 'signature-expired' });
  });
});
