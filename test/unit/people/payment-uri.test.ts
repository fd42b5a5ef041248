import { describe, expect, it } from 'vitest';
import { bitcoinText, MAX_URI, parsePaymentUri, type UriFault } from '../../../src/people/payment-uri.ts';

const BC1 = 'bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l';

function uri(text: string) {
  const parsed = parsePaymentUri(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fault));
  return parsed.uri;
}

describe('a bitcoin: URI', () => {
  it('A26 is taken apart: address, amount, label, message, lightning, silent payments', () => {
    expect(
      uri(`bitcoin:${BC1}?amount=0.015&label=Hugh%20%26%20Co&message=Thanks&lightning=LNBC1X&lno=lno1x&sp=sp1q&pop=x:`),
    ).toEqual({
      text: `bitcoin:${BC1}?amount=0.015&label=Hugh%20%26%20Co&message=Thanks&lightning=LNBC1X&lno=lno1x&sp=sp1q&pop=x:`,
      methods: [
        { kind: 'address', network: 'main', value: BC1 },
        { kind: 'lightning', network: 'main', value: 'LNBC1X' },
        { kind: 'offer', network: 'unknown', value: 'lno1x' },
        { kind: 'silent', network: 'main', value: 'sp1q' },
      ],
      satoshi: '1500000',
      label: 'Hugh & Co',
      message: 'Thanks',
      others: [{ name: 'pop', value: 'x:' }],
    });
  });

  it('is of any letter case, and may have its address among the parameters', () => {
    expect(uri('BITCOIN:?BC=BC1QYYQ734DCNHHCWYW8YJXSWXG4P7K9NXU0QT84QZ').methods).toEqual([
      { kind: 'address', network: 'main', value: 'BC1QYYQ734DCNHHCWYW8YJXSWXG4P7K9NXU0QT84QZ' },
    ]);
    expect(uri('bitcoin:?tb=tb1qx').methods[0]).toMatchObject({ network: 'test' });
    expect(uri('bitcoin:mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn').methods[0]).toMatchObject({ network: 'test' });
    expect(uri('bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2').methods[0]).toMatchObject({ network: 'main' });
  });

  it.each([
    ['0', '0'],
    ['1', '100000000'],
    ['0.00000001', '1'],
    ['20.3', '2030000000'],
    ['21000000', '2100000000000000'],
  ])('has %s bitcoin to the satoshi', (amount, satoshi) => {
    expect(uri(`bitcoin:${BC1}?amount=${amount}`).satoshi).toBe(satoshi);
    expect(bitcoinText(satoshi)).toBe(amount);
  });

  const FAULTS: readonly [text: string, fault: UriFault][] = [
    ['litecoin:x', { code: 'scheme' }],
    ['bitcoin', { code: 'scheme' }],
    ['bitcoin:', { code: 'no-method' }],
    ['bitcoin:?amount=1', { code: 'no-method' }],
    ['bitcoin:?lightning=', { code: 'no-method' }],
    ['bitcoin:b\u00e9', { code: 'characters' }],
    [`bitcoin:${BC1}?label=a b`, { code: 'characters' }],
    [`bitcoin:${BC1}?label=%C3`, { code: 'escape', name: 'label' }],
    [`bitcoin:${BC1}?label=%zz`, { code: 'escape', name: 'label' }],
    [`bitcoin:${BC1}?amount=1&AMOUNT=2`, { code: 'repeated', name: 'amount' }],
    [`bitcoin:${BC1}?x=1&x=2`, { code: 'repeated', name: 'x' }],
    [`bitcoin:${BC1}?amount=1,5`, { code: 'amount', value: '1,5' }],
    [`bitcoin:${BC1}?amount=-1`, { code: 'amount', value: '-1' }],
    [`bitcoin:${BC1}?amount=1e3`, { code: 'amount', value: '1e3' }],
    [`bitcoin:${BC1}?amount=0.000000001`, { code: 'amount', value: '0.000000001' }],
    [`bitcoin:${BC1}?amount=`, { code: 'amount', value: '' }],
    [`bitcoin:${BC1}?req-somethingnew=1`, { code: 'required-unknown', name: 'req-somethingnew' }],
    [`bitcoin:${'x'.repeat(MAX_URI)}`, { code: 'too-long', characters: MAX_URI + 8, limit: MAX_URI }],
    [`bitcoin:${BC1}?${'a&'.repeat(33)}`, { code: 'too-many-parameters', limit: 32 }],
  ];
  it.each(FAULTS)('%s is refused', (text, fault) => {
    expect(parsePaymentUri(text)).toEqual({ ok: false, fault });
  });

  it('takes required parameters that are known, and ways to pay more than once', () => {
    expect(uri(`bitcoin:?req-bc=${BC1}&bc=${BC1}&sp=sp1a&sp=sp1b`).methods).toHaveLength(4);
    expect(uri(`bitcoin:${'x'.repeat(MAX_URI - 8)}`).methods).toHaveLength(1);
  });
});
