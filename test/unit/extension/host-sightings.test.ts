/** What the browsers tell of a page's other hosts: whose document it is, which host, which certificate. */
import { describe, expect, test } from 'vitest';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { chromiumHosts, type SubresourceEvent } from '../../../src/extension/hosts/chromium-hosts.ts';
import { firefoxHosts } from '../../../src/extension/hosts/firefox-hosts.ts';
import {
  documentKey,
  documentOf,
  type GetFrame,
  type HostSighting,
  markOf,
  placeOf,
  type SubresourceDetails,
} from '../../../src/extension/hosts/host-sightings.ts';
import { NOW } from './reports.ts';

const DETAILS: SubresourceDetails = {
  tabId: 7,
  requestId: 'r',
  url: 'https://cdn.example/a.js',
  frameId: 0,
  parentFrameId: -1,
};
const noFrames: GetFrame = async () => null;

describe('the document a response is for', () => {
  test('the outermost frame’s: the one that asks', async () => {
    expect(await documentOf({ ...DETAILS, documentId: 'D' }, noFrames)).toBe('id D');
    expect(documentKey({ documentId: 'D', url: 'https://a.example/' })).toBe('id D');
  });

  test('a frame’s: the page around it, for the frame’s own document, too', async () => {
    const inFrame = { ...DETAILS, frameId: 5, parentFrameId: 0, parentDocumentId: 'D' };
    expect(await documentOf({ ...inFrame, documentId: 'F' }, noFrames)).toBe('id D');
    expect(await documentOf(inFrame, noFrames)).toBe('id D');
  });

  test('a frame in a frame in a frame: the outermost', async () => {
    const frames = new Map([
      [5, { parentFrameId: 0, documentId: 'F5', parentDocumentId: 'D' }],
      [6, { parentFrameId: 5, documentId: 'F6', parentDocumentId: 'F5' }],
    ]);
    const getFrame: GetFrame = async ({ frameId }) => frames.get(frameId);
    const details = { ...DETAILS, frameId: 8, parentFrameId: 6, parentDocumentId: 'F6', documentId: 'F8' };
    expect(await documentOf(details, getFrame)).toBe('id D');
    // The frame shows another document by now, or is gone: nobody knows whose it was.
    frames.set(5, { parentFrameId: 0, documentId: 'another', parentDocumentId: 'E' });
    expect(await documentOf(details, getFrame)).toBeUndefined();
    frames.delete(5);
    expect(await documentOf(details, getFrame)).toBeUndefined();
  });

  test('frames that are their own ancestors end', async () => {
    const getFrame: GetFrame = async ({ frameId }) => ({
      parentFrameId: frameId,
      documentId: 'F',
      parentDocumentId: 'F',
    });
    const details = { ...DETAILS, frameId: 8, parentFrameId: 6, parentDocumentId: 'F' };
    expect(await documentOf(details, getFrame)).toBeUndefined();
  });

  test('without names for documents: by the URL of the page, its fragment aside', async () => {
    const documentUrl = 'https://a.example/page#part';
    expect(await documentOf({ ...DETAILS, documentUrl }, noFrames)).toBe(documentKey({ url: documentUrl }));
    expect(documentKey({ url: documentUrl })).toBe('url https://a.example/page');
    const frameAncestors = [
      { url: 'https://b.example/', frameId: 4 },
      { url: 'https://a.example/page', frameId: 0 },
    ];
    const inFrame = { ...DETAILS, frameId: 5, parentFrameId: 4, documentUrl: 'https://c.example/', frameAncestors };
    expect(await documentOf(inFrame, noFrames)).toBe('url https://a.example/page');
    expect(await documentOf({ ...DETAILS, documentUrl: 'moz-nullprincipal:{1}' }, noFrames)).toBeUndefined();
    expect(await documentOf(DETAILS, noFrames)).toBeUndefined();
  });
});

test.each([
  ['https://a.example/x', { host: 'a.example', port: 443 }],
  ['https://a.example:8443/x', { host: 'a.example', port: 8443 }],
  ['wss://a.example/', { host: 'a.example', port: 443 }],
  ['wss://a.example:444/', { host: 'a.example', port: 444 }],
  ['https://[2001:db8::1]/', { host: '[2001:db8::1]', port: 443 }],
  ['http://a.example/', undefined],
  ['ws://a.example/', undefined],
  ['data:,x', undefined],
  ['nothing', undefined],
])('the place of %s', (url, place) => {
  expect(placeOf(url)).toEqual(place);
});

const evidence = (certificate: number[], pkix: 'valid' | 'overridden' = 'valid'): CertificateEvidence => ({
  kind: 'full chain',
  source: 'firefox-security-info',
  pkix,
  certificates: [Uint8Array.from(certificate), Uint8Array.of(9)],
  obtainedAt: NOW,
});

test('a mark tells leaves, and what the browser thinks of them, apart', async () => {
  const marks = await Promise.all(
    [evidence([1]), evidence([1]), evidence([2]), evidence([1], 'overridden')].map((one) => markOf(one)),
  );
  expect(marks[0]).toBe(marks[1]);
  expect(new Set(marks).size).toBe(3);
  expect(marks[0]).toMatch(/^[0-9a-f]{32} valid$/);
  expect(await markOf({ kind: 'none', why: 'no connection seen' })).toBe('');
});

describe('Firefox', () => {
  type Listener = (details: object) => undefined;
  const start = (decides: (host: string) => boolean = () => true) => {
    const listeners: Listener[] = [];
    const filters: unknown[] = [];
    const asked: { certificateChain: boolean }[] = [];
    const onHeadersReceived = {
      addListener: (listener: Listener, ...more: unknown[]) => {
        listeners.push(listener);
        filters.push(more);
      },
      removeListener: (listener: Listener) => {
        listeners.splice(listeners.indexOf(listener), 1);
      },
    };
    const getSecurityInfo = async (_request: string, options: { certificateChain: boolean }) => {
      asked.push(options);
      const der = (octet: number) => ({ rawDER: [octet] });
      return { state: 'secure', certificates: options.certificateChain ? [der(1), der(2)] : [der(1)] };
    };
    const source = firefoxHosts(
      { onHeadersReceived, getSecurityInfo } as never,
      { getFrame: async () => null } as never,
      () => NOW,
    );
    const seen: HostSighting[] = [];
    source.listen(
      (sighting) => void seen.push(sighting),
      (_tab, host) => decides(host),
    );
    const fire = (details: object) =>
      listeners.map((listener) => listener({ ...DETAILS, documentId: 'D', ...details }));
    return { source, seen, fire, listeners, filters, asked };
  };

  test('B1 each response is told with its certificates, and none is held up', async () => {
    const { seen, fire, filters } = start();
    expect(fire({})).toEqual([undefined]);
    expect(seen).toMatchObject([{ tab: 7, host: 'cdn.example', port: 443 }]);
    expect(await seen[0]?.document).toBe('id D');
    expect(await seen[0]?.evidence).toMatchObject({ kind: 'full chain', pkix: 'valid', obtainedAt: NOW });
    const [[filter, extra]] = filters as [[{ urls: string[]; types: string[] }, string[]]];
    expect(filter.urls).toEqual(['https://*/*', 'wss://*/*']);
    expect(filter.types).not.toContain('main_frame');
    expect(extra).toEqual(['blocking']);
  });

  test('after some responses of one host the leaf alone is read; another page begins anew', async () => {
    const { seen, fire, asked } = start();
    for (let i = 0; i < 4; i++) fire({});
    const kinds = (await Promise.all(seen.map(({ evidence }) => evidence))).map(({ kind }) => kind);
    expect(kinds).toEqual(['full chain', 'full chain', 'leaf only', 'leaf only']);
    expect(asked.filter(({ certificateChain }) => !certificateChain)).toHaveLength(4);
    fire({ documentId: 'E' });
    expect(await seen.at(-1)?.evidence).toMatchObject({ kind: 'full chain' });
  });

  test('no certificate is asked for where none decides anything', async () => {
    const { seen, fire, asked } = start((host) => host !== 'cdn.example');
    fire({});
    expect(await seen[0]?.evidence).toEqual({ kind: 'none', why: 'not needed' });
    expect(asked).toEqual([]);
    fire({ url: 'https://other.example/' });
    expect(await seen[1]?.evidence).toMatchObject({ kind: 'full chain' });
  });

  test('requests of no tab, and those without TLS, are nobody’s', () => {
    const { seen, fire } = start();
    fire({ tabId: -1 });
    fire({ url: 'http://cdn.example/' });
    expect(seen).toEqual([]);
  });

  test('stopped, it hears nothing; started twice, it hears everything once', () => {
    const { source, seen, fire, listeners } = start();
    source.listen(
      () => undefined,
      () => true,
    );
    expect(listeners).toHaveLength(1);
    source.stop();
    source.stop();
    expect(listeners).toHaveLength(0);
    fire({});
    expect(seen).toEqual([]);
  });
});

describe('Chromium', () => {
  const start = (knowsSecurityInfo: boolean, featureOn: boolean) => {
    const listeners: ((details: never) => undefined)[] = [];
    const event = {
      addListener: (listener: never, _filter: object, extra?: string[]) => {
        if (extra !== undefined && !knowsSecurityInfo) throw new TypeError('Invalid value');
        // With the feature off, the listener is silently dropped (B11).
        if (extra === undefined || featureOn) listeners.push(listener);
      },
      removeListener: (listener: never) => {
        const at = listeners.indexOf(listener);
        if (at >= 0) listeners.splice(at, 1);
      },
    } as unknown as SubresourceEvent;
    const source = chromiumHosts(event, noFrames, () => NOW);
    const seen: HostSighting[] = [];
    source.listen(
      (sighting) => void seen.push(sighting),
      () => true,
    );
    const fire = (details: object) => {
      for (const listener of [...listeners]) listener({ ...DETAILS, documentId: 'D', ...details } as never);
    };
    return { source, seen, fire, listeners };
  };
  const securityInfo = { state: 'secure', certificates: [{ rawDER: [1, 2] }] };

  test('B10 with the feature on, each response once, with its leaf', async () => {
    const { seen, fire } = start(true, true);
    fire({ securityInfo });
    fire({ securityInfo, requestId: 's' });
    expect(seen).toHaveLength(2);
    expect(await seen[0]?.evidence).toMatchObject({ kind: 'leaf only', source: 'chromium-security-info' });
    fire({ requestId: 'out of a cache' });
    expect(await seen[2]?.evidence).toEqual({ kind: 'none', why: 'no connection seen' });
  });

  test.each([
    ['B11 with the feature off', true],
    ['B11 before the feature', false],
  ])('%s: the host, and no certificate', async (_when, knows) => {
    const { seen, fire } = start(knows, false);
    fire({});
    expect(seen).toMatchObject([{ tab: 7, host: 'cdn.example', port: 443 }]);
    expect(await seen[0]?.evidence).toEqual({ kind: 'none', why: 'not shown by this browser' });
  });

  test('stopped, it hears nothing', () => {
    const { source, seen, fire, listeners } = start(true, true);
    source.stop();
    expect(listeners).toHaveLength(0);
    fire({ securityInfo });
    expect(seen).toEqual([]);
    fire({ tabId: -1 });
  });
});
