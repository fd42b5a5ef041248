/** BIND's signer, NSD and Unbound's DNS over HTTPS; what Unbound and delv make of it is what the cases say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseType, RCODE, rcodeMnemonic } from '../../src/dns/codes.ts';
import type { Message, Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { CASES, type Case, type Validator } from './cases.ts';
import { delv } from './delv.ts';
import { askOverUdp } from './harness.ts';
import { type Internet, startInternet } from './internet.ts';
import { inParallel } from './parallel.ts';

let internet: Internet;
beforeAll(async () => {
  internet = await startInternet();
});
afterAll(async () => {
  await internet?.stop();
});

const questionOf = ({ name, type }: Case): Question => ({ name: Name.parse(name), type: parseType(type)! });
const expectedOf = (one: Case, validator: Validator) => one.except?.[validator]?.security ?? one.security;

describe('the private internet', () => {
  it('gives the courier what the cases say, without a judgement', async () => {
    const wrong = await inParallel(8, CASES, async (one) => {
      const question = questionOf(one);
      const answer = await askOverUdp(internet.courier.port, question);
      const records = answer?.answer.filter(({ type }) => type === question.type).length;
      const seen = `${answer && rcodeMnemonic(answer.rcode)} ${records} records, AD ${answer?.authenticData}`;
      return seen === `${one.rcode} ${one.answers} records, AD false` ? undefined : `${one.name} ${one.type}: ${seen}`;
    });
    expect(wrong).toEqual([]);
  });

  it("is judged by Unbound's validator as the cases say", async () => {
    const wrong = await inParallel(8, CASES, async (one) => {
      const answer = await askOverUdp(internet.validator.port, questionOf(one), { checkingDisabled: false });
      const seen = unboundVerdict(answer);
      return seen === expectedOf(one, 'unbound') ? undefined : `${one.name} ${one.type}: ${seen}, not ${one.security}`;
    });
    expect(wrong).toEqual([]);
  });

  it('is judged by delv as the cases say', async () => {
    const wrong = await inParallel(4, CASES, async (one) => {
      const { security, output } = await delv(internet.courier.port, internet.delvAnchorFile, questionOf(one));
      return security === expectedOf(one, 'delv') ? undefined : `${one.name} ${one.type}: ${security}\n${output}`;
    });
    expect(wrong).toEqual([]);
  });
});

/** With CD=0: SERVFAIL for bogus data, AD for secure data. */
function unboundVerdict(answer: Message | undefined): string {
  if (answer === undefined) return 'no answer';
  if (answer.rcode === RCODE.SERVFAIL) return 'bogus';
  return answer.authenticData ? 'secure' : 'insecure';
}
