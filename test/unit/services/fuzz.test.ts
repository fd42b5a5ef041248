/** Names and replies that nobody meant: whatever comes, a report does, and no exception. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMail } from '../../../src/services/mail.ts';
import { parseStsPolicy, stsAllows } from '../../../src/services/policies.ts';
import { SERVICE_VERDICTS } from '../../../src/services/report.ts';
import { checkService } from '../../../src/services/service.ts';
import { MAIL_CASES, mailZones } from '../../world/mail-cases.ts';
import { SERVICE_CASES, serviceZones } from '../../world/service-cases.ts';
import { anchorsFrom, NOW, verifier, world } from '../dnssec/judging.ts';

const digest = 'ab'.repeat(32);
const mail = world(mailZones({ port: 25, key: digest, otherKey: digest, issuer: digest }));
const services = world(serviceZones({ port: 5222, key: digest, otherKey: digest }));
const common = { now: NOW, verifier };

describe('anything as a name', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('a', '.', '_', '-', '\\', '1', '@', '\u0000', '💌'), maxLength: 300 }),
  );
  it('comes to a report', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const report = await checkMail({
          domain: name,
          ask: mail.ask,
          anchors: anchorsFrom(mail.anchors()),
          ...common,
        });
        expect(SERVICE_VERDICTS).toContain(report.verdict);
        const service = { name: `_a._tcp.${name}`, ask: services.ask, anchors: anchorsFrom(services.anchors()) };
        expect(SERVICE_VERDICTS).toContain((await checkService({ ...service, ...common })).verdict);
      }),
      { numRuns: 60 },
    );
  });
});

describe('replies with octets changed', () => {
  it('never make a success of what is none', async () => {
    // Each question's answer has some of its data overwritten, or is left out.
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(MAIL_CASES.length - 1), async (changes, which) => {
        let asked = 0;
        const broken =
          (of: typeof mail): typeof mail.ask =>
          async (question) => {
            const reply = await of.ask(question);
            const hit = changes.find(([at]) => at % 12 === asked++ % 12);
            if (hit === undefined || !reply.ok) return reply;
            const answer = reply.message.answer.map((record, i) => {
              if (i !== hit[1] % reply.message.answer.length || record.rdata.length === 0) return record;
              const rdata = Uint8Array.from(record.rdata);
              rdata[hit[1] % rdata.length]! ^= hit[2] || 1;
              return { ...record, rdata };
            });
            return { ...reply, message: { ...reply.message, answer } };
          };
        const { domain, verdict } = MAIL_CASES[which]!;
        const input = { domain, ask: broken(mail), anchors: anchorsFrom(mail.anchors()), ...common };
        const report = await checkMail(input);
        expect(SERVICE_VERDICTS).toContain(report.verdict);
        if (report.verdict === 'published') {
          // The world without its mutations: what is broken there on purpose is sound here.
          expect(['published', 'bogus', 'indeterminate', 'partial']).toContain(verdict);
        }
        const { name } = SERVICE_CASES[which % SERVICE_CASES.length]!;
        const service = { name, ask: broken(services), anchors: anchorsFrom(services.anchors()), ...common };
        expect(SERVICE_VERDICTS).toContain((await checkService(service)).verdict);
      }),
      { numRuns: 60 },
    );
  });
});

describe('anything as a policy', () => {
  it('is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 300 }), (octets, host) => {
        const policy = parseStsPolicy('https://mta-sts.example/', octets);
        expect(['found', 'malformed']).toContain(policy.state);
        expect(typeof stsAllows(['*.example', 'mx.example.'], host)).toBe('boolean');
      }),
    );
  });

  const policy = (...lines: string[]) => parseStsPolicy('u', new TextEncoder().encode(lines.join('\r\n')));
  it.each([
    [['version: STSv1', 'mode: enforce', 'mx: a.example', 'max_age: 5'], 'found'],
    [['version: STSv1', 'mode: none', 'max_age: 5'], 'found'],
    [['version: STSv2', 'mode: none', 'max_age: 5'], 'version'],
    [['version: STSv1', 'mode: strict', 'max_age: 5'], 'mode'],
    [['version: STSv1', 'mode: none'], 'max_age'],
    [['version: STSv1', 'mode: none', 'max_age: 31557601'], 'max_age'],
    [['version: STSv1', 'mode: enforce', 'max_age: 5'], 'mx'],
    [['version: STSv1', 'mode: enforce', 'mx: *', 'max_age: 5'], 'mx'],
    [['version: STSv1', 'no field'], 'syntax'],
    [new Array<string>(500).fill('x: y'), 'too long'],
  ] as const)('A9 %j: %s', (lines, outcome) => {
    const read = policy(...lines);
    expect(read.state === 'malformed' ? read.fault : read.state).toBe(outcome);
  });

  it('A9 names hosts by a wildcard for one label alone', () => {
    expect(stsAllows(['*.example.com'], 'mx.example.com')).toBe(true);
    expect(stsAllows(['*.example.com'], 'a.mx.example.com')).toBe(false);
    expect(stsAllows(['*.example.com'], 'example.com')).toBe(false);
    expect(stsAllows(['mx.example.com.'], 'MX.example.com')).toBe(true);
  });
});
