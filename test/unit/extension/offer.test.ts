import { describe, expect, test } from 'vitest';
import type { TransportFailure } from '../../../src/dns/ask.ts';
import { nextStepOf } from '../../../src/extension/popup/next-step.ts';
import { checkLabel, offerOf, optionsLabel } from '../../../src/extension/popup/offer.ts';
import { report } from './reports.ts';

describe('what the popup offers for a page that was not checked', () => {
  test('a resolver, where nobody has been chosen', () => {
    const unasked = report('indeterminate', {
      reason: { code: 'no-answer', name: 'a.example.', type: 'A', failure: { code: 'no-resolver' } },
    });
    expect(offerOf(unasked)).toBe('resolver');
    expect(optionsLabel('resolver')).toBe('popupChooseResolver');
  });

  test('the option, in a private window', () => {
    const shut = report('off', { reason: { code: 'private-window', host: 'a.example' } });
    expect(offerOf(shut)).toBe('private windows');
    expect(optionsLabel('private windows')).toBe('popupPrivateOptions');
  });

  test('the check itself, where pages wait for a click', () => {
    expect(offerOf(report('off', { reason: { code: 'on-click', host: 'a.example' } }))).toBe('check');
    expect(checkLabel('check')).toBe('popupCheckThis');
    expect(optionsLabel('check')).toBe('popupOptions');
    expect(checkLabel(undefined)).toBe('popupCheckAgain');
  });

  test('what to do next, where the resolver gave no answer: the site is not to blame', () => {
    const resolver = 'https://dns.example/';
    const next = (failure: TransportFailure) =>
      nextStepOf(report('indeterminate', { reason: { code: 'no-answer', name: 'a.example.', type: 'A', failure } }));
    expect(next({ code: 'unreachable', detail: 'x', resolver })).toBe('nextSilent');
    expect(next({ code: 'timeout', limitMs: 5, resolver })).toBe('nextSilent');
    expect(next({ code: 'content-type', contentType: 'text/html', resolver })).toBe('nextSignIn');
    expect(next({ code: 'http-status', status: 500, resolver })).toBe('nextFaulty');
    expect(next({ code: 'http-status', status: 404, resolver })).toBe('nextAddress');
    expect(next({ code: 'empty', resolver })).toBe('nextFaulty');
    expect(next({ code: 'no-resolver' })).toBeUndefined();
    expect(nextStepOf(report('signed'))).toBeUndefined();
  });

  test('nothing, where a resolver failed or the page is none to check', () => {
    const failure = { code: 'timeout', resolver: 'https://dns.example/', limitMs: 5 } as const;
    const failed = report('indeterminate', { reason: { code: 'no-answer', name: 'a.example.', type: 'A', failure } });
    expect(offerOf(failed)).toBeUndefined();
    expect(offerOf(report('off', { reason: { code: 'excluded', host: 'a.local' } }))).toBeUndefined();
    expect(optionsLabel(undefined)).toBe('popupOptions');
  });
});
