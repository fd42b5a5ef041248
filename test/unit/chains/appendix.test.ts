/**
 * The eight proofs of RFC 9102 appendix A: its zones as they stand there, signed anew, and each proof as a chain of its
 * own. The octets of A.1 itself are judged in test/recorded; those of the others are nowhere at hand.
 */
import { describe, expect, it } from 'vitest';
import { checkChain } from '../../../src/chains/check-chain.ts';
import { TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import { parseChain, verifyChain } from '../../../src/dnssec/chain.ts';
import { proveLookups } from '../../../src/dnssec/prove.ts';
import { anchorsFrom, NOW, name, verifier, world } from '../dnssec/judging.ts';

const TLSA = 'TLSA 3 1 1 8bd1da95272f7fa4ffb24137fc0ed03aae67e5c4d8b3c50734e1050a7920b922';

const of = world({
  '.': { sign: 13 },
  'com.': { sign: 13 },
  'org.': { sign: 13 },
  'net.': { sign: 13 },
  'example.': { sign: 13, denial: { optOut: true }, records: 'ns.secure A 192.0.2.9' },
  'insecure.example.': { sign: 'unsigned', records: 'www A 192.0.2.9' },
  'example.com.': {
    sign: 13,
    denial: 'nsec',
    records: `
      www            A 192.0.2.3
      smtp           A 192.0.2.4
      *._tcp         ${TLSA}
      _443._tcp.www  ${TLSA}
    `,
  },
  'example.org.': {
    sign: 13,
    denial: 'nsec3',
    records: `
      www            A 192.0.2.1
      smtp           A 192.0.2.2
      *._tcp         ${TLSA}
      _443._tcp.www  CNAME dane311
      dane311        ${TLSA}
    `,
  },
  'example.net.': { sign: 13, records: '@ DNAME example.com.' },
});
const anchors = anchorsFrom(of.anchors());

describe('T4 the proofs of RFC 9102 appendix A', () => {
  it.each([
    ['A.1', '_443._tcp.www.example.com.', 'secure', 'answer', ['TLSA']],
    ['A.2', '_25._tcp.example.com.', 'secure', 'answer', ['TLSA', 'NSEC']],
    ['A.3', '_25._tcp.example.org.', 'secure', 'answer', ['TLSA', 'NSEC3']],
    ['A.4', '_443._tcp.www.example.org.', 'secure', 'answer', ['CNAME', 'TLSA']],
    ['A.5', '_443._tcp.www.example.net.', 'secure', 'answer', ['DNAME', 'TLSA']],
    ['A.6', '_25._tcp.smtp.example.com.', 'secure', 'nxdomain', ['NSEC']],
    ['A.7', '_25._tcp.smtp.example.org.', 'secure', 'nxdomain', ['NSEC3']],
    ['A.8', '_443._tcp.www.insecure.example.', 'insecure', 'none', ['NSEC3']],
  ])('T4 %s: %s is %s, %s', async (_number, owner, security, result, types) => {
    const target = name(owner);
    const lookups = [{ name: target, type: TYPE.TLSA }];
    const { chain, holds } = await proveLookups({ ask: of.ask, now: NOW, anchors, verifier, lookups });
    expect(holds).toBe(true);
    const parsed = parseChain(chain);
    if (!parsed.ok) throw new Error(parsed.fault);
    const { records } = parsed;
    expect(records.map(({ type }) => typeMnemonic(type))).toEqual(expect.arrayContaining(types));
    const judge = (bag: typeof records) =>
      verifyChain({ records: bag, name: target, type: TYPE.TLSA, now: NOW, anchors, verifier });
    const outcome = await judge(records);
    expect(outcome).toMatchObject({ security, ...(result !== 'none' && { result }) });
    // RFC 9102 section 2.3: any order, and an alias that a DNAME implies may be missing.
    const implied = records.filter(({ type, name: at }) => type !== TYPE.CNAME || !at.isBelow(name('example.net.')));
    expect(await judge([...implied].reverse())).toMatchObject({ security, reason: outcome.reason });
    // What is taken out is missed: nothing becomes unsigned or absent by it.
    for (const missing of records.keys()) {
      const rest = await judge(records.filter((_, i) => i !== missing));
      if (rest.security === 'secure' || rest.security === 'insecure') expect(rest.result).toBe(outcome.result);
    }
    const report = await checkChain({ file: chain, now: NOW, anchors, subject: { name: target, type: TYPE.TLSA } });
    expect(report.verdict).toBe(security === 'insecure' ? 'insecure' : result === 'answer' ? 'secure' : 'absent');
  });
});
