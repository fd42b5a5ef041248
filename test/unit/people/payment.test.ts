import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/dns/encodings.ts';
import { parseAnchors, type TrustAnchor } from '../../../src/dnssec/anchors.ts';
import { checkPayment, type PaymentInput } from '../../../src/people/payment.ts';
import { ARMORY_PMTA_TYPE, parsePmta } from '../../../src/people/pmta.ts';
import { buildPeopleWorld, type PeopleWorld } from '../../world/people.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;

let people: PeopleWorld;
let anchors: readonly TrustAnchor[];
beforeAll(async () => {
  people = await buildPeopleWorld(NOW);
  const parsed = parseAnchors(people.world.anchors());
  anchors = parsed.ok ? parsed.anchors : [];
});

const check = (address: string, more: Partial<PaymentInput> = {}) =>
  checkPayment({ address, ask: people.world.ask, now: NOW, anchors, ...more });

describe('payment instructions', () => {
  it('A26 A27 X9 have the verdict and the reason of their case', async () => {
    const seen = [];
    for (const { address, pmtaType } of people.paymentCases) {
      const { verdict, reason } = await check(address, pmtaType === undefined ? {} : { pmtaType });
      seen.push({ address, ...(pmtaType !== undefined && { pmtaType }), verdict, code: reason.code });
    }
    expect(seen).toEqual(people.paymentCases);
  });

  it('A26 join the strings of a record and never records', async () => {
    const { records } = await check('parts@people.example');
    expect(records.map((record) => ('text' in record ? record.text : record.kind)).sort()).toEqual([
      'bitcoin:?sp=sp1qxyz&lno=lno1x',
      'hello',
    ]);
    expect((await check('two@people.example')).reason).toEqual({ code: 'payment-several', records: 2 });
  });

  it('A27 take no SHA-1, also where the person takes it elsewhere', async () => {
    const strict = await check('hugh@sha1.example', { options: { allowSha1: true } });
    expect(strict).toMatchObject({ verdict: 'insecure', reason: { code: 'unsupported-algorithms', sha1: true } });
    // PMTA has no such rule.
    const lax = { pmtaType: ARMORY_PMTA_TYPE, options: { allowSha1: true } };
    expect((await check('hugh@sha1.example', lax)).verdict).toBe('absent');
  });

  it('A27 last no longer than the lowest TTL they rest on', async () => {
    expect((await check('hugh@people.example')).validUntil).toBe(NOW + 300);
  });

  it('are plain values, under the user as a label', async () => {
    const report = await check('\u20bfhugh@people.example');
    expect(report).toMatchObject({
      version: 1,
      scheme: 'bip353',
      address: 'hugh@people.example',
      owner: 'hugh.user._bitcoin-payment.people.example.',
      records: [{ kind: 'instructions', uri: { satoshi: '1500000', label: 'Hugh' } }],
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('A24 of a form nobody knows are shown as hexadecimal', async () => {
    const { records } = await check('old@people.example', { pmtaType: ARMORY_PMTA_TYPE });
    expect(records).toEqual([{ kind: 'unreadable', data: '01020304' }]);
  });
});

describe('PMTA data', () => {
  const parse = (hex: string) => parsePmta(fromHex(hex)!);

  it('A23 is network, preference, URI and data', () => {
    expect(parse('0002000a0003612f6200313233')).toEqual({
      network: 'bitcoin',
      networkSelector: 2,
      preference: 10,
      uri: 'a/b',
      dataType: 0,
      data: '313233',
      address: '123',
    });
    expect(parse('00010000000000')).toMatchObject({ network: 'bitcoin-test', uri: '', data: '', address: null });
    expect(parse('00070000000001ff')).toMatchObject({ network: 'other', dataType: 1, data: 'ff', address: null });
    expect(parse('00020000000000ff')).toMatchObject({ dataType: 0, data: 'ff', address: null });
  });

  it('A24 is none where it is cut short, or the URI is no text', () => {
    for (const hex of ['', '0002', '000200000000', '0002000000036162', '000200000001ff00', '00020000ffff0000']) {
      expect([hex, parse(hex)]).toEqual([hex, undefined]);
    }
  });
});
