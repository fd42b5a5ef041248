/** D34 to D38: the endpoints of HTTPS records, after a draft, beside the verdict. */
import { describe, expect, it } from 'vitest';
import { type CheckInput, checkSite } from '../../../src/check.ts';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { TYPE } from '../../../src/dns/codes.ts';
import { explain } from '../../../src/explain.ts';
import { english } from '../../../src/library.ts';
import { makeSiteKey, selfSigned } from '../../world/chained-certificate.ts';
import { flippedSignature } from '../../world/data-mutations.ts';
import { anchorsFrom, NOW, name, verifier, world } from '../dnssec/judging.ts';

const KEY = makeSiteKey();
const OTHER = makeSiteKey();
const of = world({
  'example.com.': {
    denial: 'nsec',
    records: `
      simple           A     192.0.2.1
      simple           HTTPS 1 . alpn=h3,h2
      _443._tcp.simple  ${KEY.tlsa}
      _443._quic.simple ${OTHER.tlsa}
      draft            A     192.0.2.1
      draft            HTTPS 1 svc4 alpn=h2,h3 port=8443
      svc4             CNAME xyz
      xyz              A     192.0.2.2
      _8443._quic.svc4 ${KEY.tlsa}
      _8443._tcp.xyz   ${KEY.tlsa}
      ported           A     192.0.2.1
      _8443._https.ported HTTPS 1 ported port=9443
      _9443._tcp.ported ${KEY.tlsa}
      apex             A     192.0.2.1
      apex             HTTPS 0 target
      target           HTTPS 2 second alpn=h2
      target           HTTPS 1 first alpn=h3 no-default-alpn
      first            A     192.0.2.3
      second           A     192.0.2.4
      _443._tcp.second TLSA  9 9 9 00
      alias            A     192.0.2.1
      alias            HTTPS 0 plain
      plain            A     192.0.2.5
      _443._tcp.plain  ${KEY.tlsa}
      gone             A     192.0.2.1
      gone             HTTPS 0 .
      loop             A     192.0.2.1
      loop             HTTPS 0 loop
      away             A     192.0.2.1
      away             HTTPS 1 svc.unsigned.com.
      lured            A     192.0.2.1
      lured            HTTPS 0 svc.unsigned.com.
      false            A     192.0.2.1
      false            HTTPS 1 . port=9443
      _9443._tcp.false ${KEY.tlsa}
      strange          A     192.0.2.1
      strange          HTTPS 1 svc4 mandatory=key667 key667=x
      strange          HTTPS 2 . port=0
      none             A     192.0.2.1
      many             A     192.0.2.1
      ${[1, 2, 3, 4, 5, 6].map((priority) => `many HTTPS ${priority} xyz port=${priority}`).join('\n      ')}
    `,
  },
  'unsigned.com.': { sign: 'unsigned', records: `svc A 192.0.2.1\n_443._tcp.svc ${KEY.tlsa}\nsvc HTTPS 1 .` },
}).mutated(flippedSignature({ name: name('_9443._tcp.false.example.com'), type: TYPE.TLSA }));

const evidence: CertificateEvidence = {
  kind: 'leaf only',
  source: 'tls',
  pkix: 'invalid',
  certificates: [selfSigned('x.example.com', KEY, NOW)],
  obtainedAt: NOW,
};

async function check(label: string, input: Partial<CheckInput> = {}) {
  const from = of.log.length;
  const report = await checkSite({
    host: `${label}.example.com`,
    port: 443,
    ask: of.ask,
    now: NOW,
    anchors: anchorsFrom(of.anchors()),
    verifier,
    bindings: true,
    certificate: async () => evidence,
    ...input,
  });
  const { bindings } = report;
  const endpoints = bindings?.endpoints.map((one) => {
    const state = one.state === 'published' ? one.fits : one.state === 'absent' ? 'absent' : one.security;
    return `${one.owner} ${state}`;
  });
  return { report, bindings, endpoints, asked: of.log.slice(from) };
}

describe('the endpoints of HTTPS records', () => {
  it('D34 have _quic for HTTP/3 and _tcp for all else', async () => {
    const { endpoints, report } = await check('simple');
    expect(endpoints).toEqual(['_443._quic.simple.example.com. mismatch', '_443._tcp.simple.example.com. verified']);
    // Whatever they say, the verdict is the one that it is without them.
    expect(report).toMatchObject({ verdict: 'verified', base: 'simple.example.com' });
  });

  it('D35 are looked for at the end of an alias first, then at the target, at the port that is named', async () => {
    const { endpoints, asked } = await check('draft');
    expect(endpoints).toEqual(['_8443._quic.svc4.example.com. verified', '_8443._tcp.xyz.example.com. verified']);
    expect(asked.map(({ name: owner }) => owner.toString())).toContain('_8443._quic.xyz.example.com.');
  });

  it('D36 are found below the port where that is another, behind aliases, in their order, and as their owner', async () => {
    expect((await check('ported', { port: 8443 })).endpoints).toEqual(['_9443._tcp.ported.example.com. verified']);
    expect((await check('apex')).endpoints).toEqual([
      '_443._quic.first.example.com. absent',
      '_443._tcp.second.example.com. signed',
    ]);
    expect((await check('alias')).endpoints).toEqual(['_443._tcp.plain.example.com. verified']);
    expect((await check('gone')).bindings).toMatchObject({ result: 'unavailable', endpoints: [] });
    expect((await check('loop')).bindings).toMatchObject({ result: 'too many aliases', endpoints: [] });
    expect((await check('none')).bindings).toEqual({ result: 'none', endpoints: [], leftOut: 0 });
  });

  it('D36 are passed over where they demand what nobody knows, or name no port', async () => {
    expect((await check('strange')).bindings).toEqual({ result: 'endpoints', endpoints: [], leftOut: 0 });
  });

  it('D36 are bounded', async () => {
    const { bindings } = await check('many');
    expect(bindings).toMatchObject({ leftOut: 2 });
    expect(bindings?.endpoints.map(({ port }) => port)).toEqual([1, 2, 3, 4]);
  });

  it('D37 X2 are not asked for unless somebody wants them, and keep the names of the origin', async () => {
    const { report, asked } = await check('draft', { bindings: false });
    expect(report.bindings).toBeUndefined();
    expect(asked.some(({ type }) => type === TYPE.HTTPS)).toBe(false);
  });

  it('D38 are not relied on where a step is not secure', async () => {
    expect((await check('away')).endpoints).toEqual(['_443._tcp.svc.unsigned.com. insecure']);
    expect((await check('lured')).bindings).toMatchObject({
      result: 'not secure',
      security: 'insecure',
      endpoints: [],
    });
    expect((await check('false')).endpoints).toEqual(['_9443._tcp.false.example.com. bogus']);
  });

  it('D37 are told as a draft, each in a sentence', async () => {
    const told = async (label: string) => explain((await check(label)).report, english).notes;
    const all = await Promise.all(
      ['simple', 'draft', 'apex', 'gone', 'loop', 'none', 'away', 'lured', 'false', 'many'].map(told),
    );
    for (const sentence of all.flat().filter((one) => one.includes('HTTPS'))) {
      expect(sentence).toMatch(/^Draft for HTTPS records: [^$]+\.$/);
    }
    expect(all[0]).toContain(
      'Draft for HTTPS records: a record for simple.example.com, port 443 names this certificate.',
    );
    const { report } = await check('simple', { certificate: async () => ({ kind: 'none', why: 'no answer' }) });
    expect(explain(report, english).notes.join()).toContain('no certificate here, or too little of one, to compare');
  });
});
