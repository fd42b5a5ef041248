import { beforeAll, describe, expect, it } from 'vitest';
import { parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../../src/dnssec/anchors.ts';
import type { ReadOpenPgpKey } from '../../../src/people/openpgp-key.ts';
import { readOpenPgpKey } from '../../../src/people/openpgp-reader.ts';
import { checkOpenPgpKey, type OpenPgpKeyInput } from '../../../src/people/openpgpkey.ts';
import { buildPeopleWorld, type PeopleWorld } from '../../world/people.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;

let people: PeopleWorld;
let anchors: readonly TrustAnchor[];
beforeAll(async () => {
  people = await buildPeopleWorld(NOW);
  const parsed = parseAnchors(people.world.anchors());
  anchors = parsed.ok ? parsed.anchors : [];
});

const check = (address: string, more: Partial<OpenPgpKeyInput> = {}) =>
  checkOpenPgpKey({ address, ask: people.world.ask, now: NOW, anchors, readKey: readOpenPgpKey, ...more });

describe('the key of a mail address', () => {
  it('A19 A21 has the verdict and the reason of its case', async () => {
    const seen = [];
    for (const { address } of people.openPgpCases) {
      const { verdict, reason } = await check(address);
      seen.push({ address, verdict, code: reason.code });
    }
    expect(seen).toEqual(people.openPgpCases);
  });

  it('is told whole, in plain values', async () => {
    const report = await check('hugh@people.example');
    expect(report).toMatchObject({
      version: 1,
      address: 'hugh@people.example',
      checkedAt: NOW,
      records: [{ outcome: 'key', userId: 'same' }],
      lookups: [{ type: 'OPENPGPKEY', security: 'secure', result: 'answer' }],
    });
    expect(report.owner).toBe('c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6._openpgpkey.people.example.');
    expect(report.validUntil).toBe(NOW + 300);
    expect(report.zones.map(({ zone }) => zone)).toEqual(['.', 'example.', 'people.example.']);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('A17 matches its user ids, and says where letter case alone differs', async () => {
    const matchOf = async (address: string) => {
      const { reason } = await check(address);
      return reason.code === 'key-found' ? reason.userId : reason.code;
    };
    expect(await matchOf('hugh@people.example')).toBe('same');
    expect(await matchOf('Upper.Case@people.example')).toBe('other letter case');
    expect(await matchOf('another@people.example')).toBe('none');
    expect(await matchOf('j\u00fcrgen@people.example')).toBe('same');
  });

  it('is read where there is one beside rubbish', async () => {
    const { records } = await check('two@people.example');
    expect(records.map(({ outcome }) => outcome).sort()).toEqual(['key', 'unreadable']);
    const { records: garbage } = await check('garbage@people.example');
    expect(garbage).toEqual([
      {
        octets: 13,
        hex: '6e6f206b657920617420616c6c',
        outcome: 'unreadable',
        fault: { code: 'bad-packet', offset: 0 },
      },
    ]);
  });

  it('A21 is never read where it is not secure, and the records are not shown', async () => {
    const read: Uint8Array[] = [];
    const readKey: ReadOpenPgpKey = async (octets, now) => {
      read.push(octets);
      return readOpenPgpKey(octets, now);
    };
    for (const address of ['hugh@unsigned.example', 'hugh@broken.example', 'hugh@silent.example', 'hugh']) {
      expect((await check(address, { readKey })).records).toEqual([]);
    }
    expect(read).toEqual([]);
  });

  it('is bogus or unknown for a minute at most', async () => {
    expect((await check('hugh@broken.example')).validUntil).toBe(NOW + 60);
    expect((await check('hugh@silent.example')).validUntil).toBe(NOW + 60);
  });

  it('is asked for a second time before it is called bogus', async () => {
    const sound = (await buildPeopleWorld(NOW)).world;
    // The same names, other keys: only its own second look tells whether it was used.
    const reasons: string[] = [];
    const report = await check('hugh@broken.example', {
      secondLook: ({ code }) => {
        reasons.push(code);
        return sound.ask;
      },
    });
    expect(reasons).toEqual(['signature-invalid']);
    expect(report.verdict).toBe('bogus');
    expect(report.work.queries).toBeGreaterThan((await check('hugh@broken.example')).work.queries);
  });

  it('asks nobody about what is no address, nor without an anchor for the truth', async () => {
    const before = people.world.log.length;
    const { reason, owner } = await check('hu gh@people.example');
    expect(reason).toMatchObject({ code: 'address', fault: { code: 'unexpected-character' } });
    expect(owner).toBeNull();
    expect((await check(`h@${'a.'.repeat(95)}example`)).reason.code).toBe('owner-too-long');
    expect(people.world.log.length).toBe(before);
    expect((await check('hugh@people.example', { anchors: ROOT_ANCHORS })).verdict).toBe('bogus');
  });

  it('survives a reader that breaks its word', async () => {
    const broken = () => Promise.reject(new Error('no'));
    expect(await check('hugh@people.example', { readKey: broken })).toMatchObject({
      verdict: 'unusable',
      reason: { code: 'key-unreadable', fault: { code: 'unreadable' } },
    });
  });
});
