/** The cache answers what it was asked before, and infers nothing (RFC 8198 is left out). */
import { expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { createCache } from '../../../src/doh/cache.ts';
import { buildWorld } from '../../world/world.ts';

const NOW = 1_795_348_800;

it.each(['nsec', 'nsec3', 'compact'] as const)(
  'V99 V80 asks for a name that a %s span in the cache already denies, and for one a wildcard would answer',
  async (denial) => {
    const world = buildWorld({ 'example.': { denial, records: 'www A 192.0.2.1\n*.w TXT "x"' } }, { now: NOW });
    const ask = createCache(world.ask, { now: () => NOW });
    const get = (name: string, type: number) => ask({ name: Name.parse(name), type });
    const asked = () => world.log.map(({ name, type }) => `${name} ${type}`);
    await get('no.example', TYPE.A);
    await get('nn.example', TYPE.A);
    await get('no.example', TYPE.TXT);
    await get('a.w.example', TYPE.TXT);
    await get('b.w.example', TYPE.TXT);
    expect(asked()).toEqual(['no.example. 1', 'nn.example. 1', 'no.example. 16', 'a.w.example. 16', 'b.w.example. 16']);
    await get('no.example', TYPE.A);
    await get('b.w.example', TYPE.TXT);
    expect(asked()).toHaveLength(5);
  },
);
