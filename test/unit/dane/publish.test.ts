import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { tlsaRecordsFor } from '../../../src/dane/publish.ts';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import { type Chain, makeChain, NOW, tlsaRdata } from './issued.ts';

let chain: Chain;
beforeAll(async () => {
  chain = await makeChain();
});

const hex = (bits: 256 | 512, octets: Uint8Array) => createHash(`sha${bits}`).update(octets).digest('hex');

function lines(der: Uint8Array): string[] {
  const result = tlsaRecordsFor(der);
  if (!result.ok) throw new Error(result.fault);
  return result.records.map(
    ({ usage, selector, matchingType, data }) =>
      `${usage} ${selector} ${matchingType} ${Buffer.from(data).toString('hex')}`,
  );
}

describe('records to publish', () => {
  test('for a site’s certificate: 3 1 1 first', () => {
    const { der, spki } = chain.leaf;
    expect(lines(der)).toEqual([`3 1 1 ${hex(256, spki)}`, `3 1 2 ${hex(512, spki)}`, `3 0 1 ${hex(256, der)}`]);
  });

  test('for a certificate that a server shows as its own: 3 1 1 first, whatever it calls itself', () => {
    const result = tlsaRecordsFor(chain.root.der, 'server');
    expect(result.ok && result.records.map(({ usage, selector }) => `${usage} ${selector}`)).toEqual([
      '3 1',
      '3 1',
      '3 0',
    ]);
  });

  test('for an authority’s certificate: 2 0 1 first', () => {
    for (const { der, spki } of [chain.intermediate, chain.root]) {
      expect(lines(der)).toEqual([`2 0 1 ${hex(256, der)}`, `2 0 2 ${hex(512, der)}`, `2 1 1 ${hex(256, spki)}`]);
    }
  });

  test('each of them verifies the chain by itself', async () => {
    const certificates = [chain.leaf.der, chain.intermediate.der, chain.root.der];
    const evidence = { kind: 'full chain', source: 'tls', pkix: 'invalid', certificates, obtainedAt: NOW } as const;
    for (const der of certificates) {
      const result = tlsaRecordsFor(der);
      if (!result.ok) throw new Error(result.fault);
      for (const { usage, selector, matchingType, data } of result.records) {
        const records = [tlsaRdata(usage, selector, matchingType, data)];
        const host = 'www.example.test';
        expect((await judgeTlsa({ records, evidence, base: host, host, now: NOW })).verdict).toBe('verified');
      }
    }
  });

  test('for octets that are no certificate: their fault', () => {
    expect(tlsaRecordsFor(Uint8Array.of(1, 2, 3))).toEqual({ ok: false, fault: 'cut short' });
  });
});
