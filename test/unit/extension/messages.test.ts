import { describe, expect, test } from 'vitest';
import { isOwnPage, parseRequest, parseTrialRequest } from '../../../src/extension/messages.ts';
import { MAX_ANCHORS_CHARACTERS } from '../../../src/extension/settings.ts';

describe('parseRequest', () => {
  test.each([
    { kind: 'look', tab: 0 },
    { kind: 'check-again', tab: 2_147_483_647 },
    { kind: 'read-certificate', tab: 7 },
    { kind: 'evidence', tab: 7 },
    { kind: 'publishable', tab: 7 },
    { kind: 'publishable-read', tab: 7 },
    { kind: 'cache' },
    { kind: 'clear-cache' },
  ])('%j is a request', (request) => {
    expect(parseRequest(request)).toEqual(request);
  });

  test('what a request does not have is left out', () => {
    expect(parseRequest({ kind: 'look', tab: 1, url: 'https://evil.example/' })).toEqual({ kind: 'look', tab: 1 });
  });

  test.each([
    undefined,
    null,
    'look',
    {},
    { kind: 'unknown', tab: 1 },
    { kind: 'look' },
    { kind: 'look', tab: '1' },
    { kind: 'read-certificate', tab: -1 },
    { kind: 'look', tab: -1 },
    { kind: 'look', tab: 1.5 },
    { kind: 'check-again', tab: Number.NaN },
  ])('%j is none', (message) => {
    expect(parseRequest(message)).toBeUndefined();
  });
});

describe('parseTrialRequest', () => {
  test('a resolver and anchors, and nothing besides', () => {
    const request = { resolverUrl: 'https://dns.example/', anchors: '' };
    expect(parseTrialRequest({ ...request, names: ['evil.example'] })).toEqual(request);
  });

  test.each([
    undefined,
    null,
    'https://dns.example/',
    {},
    { resolverUrl: 1, anchors: '' },
    { resolverUrl: '' },
    { resolverUrl: 'x'.repeat(65_537), anchors: '' },
    { resolverUrl: '', anchors: 'x'.repeat(MAX_ANCHORS_CHARACTERS + 1) },
  ])('%j is none', (message) => {
    expect(parseTrialRequest(message)).toBeUndefined();
  });
});

describe('isOwnPage', () => {
  const extension = { id: 'danelaw', root: 'moz-extension://a-b-c/' };

  test('a page of the extension is', () => {
    expect(isOwnPage({ id: 'danelaw', url: 'moz-extension://a-b-c/popup/popup.html?tab=1' }, extension)).toBe(true);
  });

  test.each([
    ['another extension', { id: 'other', url: 'moz-extension://a-b-c/popup/popup.html' }],
    ['a content script', { id: 'danelaw', url: 'https://evil.example/moz-extension://a-b-c/' }],
    ['a host that begins alike', { id: 'danelaw', url: 'moz-extension://a-b-c.evil/' }],
    ['nobody in particular', { id: 'danelaw' }],
    ['nobody at all', {}],
  ])('%s is not', (_who, sender) => {
    expect(isOwnPage(sender, extension)).toBe(false);
  });
});
