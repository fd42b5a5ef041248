import { describe, expect, test } from 'vitest';
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

  test('nothing, where a resolver failed or the page is none to check', () => {
    const failure = { code: 'timeout', resolver: 'https://dns.example/', limitMs: 5 } as const;
    const failed = report('indeterminate', { reason: { code: 'no-answer', name: 'a.example.', type: 'A', failure } });
    expect(offerOf(failed)).toBeUndefined();
    expect(offerOf(report('off', { reason: { code: 'excluded', host: 'a.local' } }))).toBeUndefined();
    expect(optionsLabel(undefined)).toBe('popupOptions');
  });
});
