/** What can be picked as a resolver, and what stands in the way. */
import { describe, expect, test } from 'vitest';
import { KNOWN_RESOLVERS } from '../../../src/doh/resolvers.ts';
import { judgePick, judgeSecond, NOBODY, type Pick, pickFor } from '../../../src/extension/resolver/choice.ts';

const own = (text: string): Pick => ({ kind: 'own', text });

describe('one pick', () => {
  test('nobody is nobody, and what is listed is taken as it is', () => {
    expect(judgePick({ kind: 'none' })).toEqual({ ok: true, url: '' });
    expect(judgePick({ kind: 'listed', url: 'https://a.example/' })).toEqual({ ok: true, url: 'https://a.example/' });
  });

  test.each([
    ['', 'nothing-typed'],
    ['   ', 'nothing-typed'],
    ['dns.example', 'not-a-url'],
    ['ftp://dns.example/', 'scheme'],
    ['http://dns.example/', 'http-not-loopback'],
    ['https://me:secret@dns.example/', 'credentials'],
    ['https://dns.example/#a', 'fragment'],
    ['https://dns.example/{dns}', 'template'],
    ['https://dns.example/?a=1{?dns}', 'template'],
  ])('typed %j: %s', (text, fault) => {
    expect(judgePick(own(text))).toEqual({ ok: false, fault });
  });

  test('typed with a template, and without the blanks around it', () => {
    expect(judgePick(own(' https://dns.example/q{?dns} '))).toEqual({ ok: true, url: 'https://dns.example/q{?dns}' });
  });

  test('H28 a service that has ended is told, not refused', () => {
    expect(judgePick(own('https://dns0.eu/'))).toEqual({ ok: true, url: 'https://dns0.eu/', ended: '2025' });
  });
});

describe('the second', () => {
  const first = judgePick(own('https://dns.example/q'));

  test('is another one, or none', () => {
    expect(judgeSecond(own('https://other.example/q'), first)).toEqual({ ok: true, url: 'https://other.example/q' });
    expect(judgeSecond({ kind: 'none' }, first)).toEqual(NOBODY);
  });

  test.each(['https://dns.example/q', 'https://DNS.example/q{?dns}'])('%s is the first one again', (text) => {
    expect(judgeSecond(own(text), first)).toEqual({ ok: false, fault: 'same-as-first' });
  });

  test('what is faulty by itself says that, and beside no first anything goes', () => {
    expect(judgeSecond(own('x'), first)).toEqual({ ok: false, fault: 'not-a-url' });
    expect(judgeSecond(own('https://dns.example/q'), NOBODY)).toMatchObject({ ok: true });
    expect(judgeSecond(own('https://dns.example/q'), { ok: false, fault: 'scheme' })).toMatchObject({ ok: true });
  });
});

test('what was stored is picked again: from the list where it stands there', () => {
  const [listed] = KNOWN_RESOLVERS;
  expect(pickFor('')).toEqual({ kind: 'none' });
  expect(pickFor(`${listed!.url}{?dns}`)).toEqual({ kind: 'listed', url: listed!.url });
  expect(pickFor('https://dns.example/')).toEqual(own('https://dns.example/'));
});
