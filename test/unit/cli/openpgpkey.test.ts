/** `danelaw openpgpkey` through a resolver over the world of people. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPeopleWorld, type PeopleWorld } from '../../world/people.ts';
import { createFiles, danelaw } from './danelaw.ts';
import { type Served, serve } from './services.ts';

const NOW = Math.floor(Date.now() / 1000);
const files = createFiles();
let people: PeopleWorld;
let served: Served;
beforeAll(async () => {
  people = await buildPeopleWorld(NOW);
  served = await serve(people.world);
});
afterAll(async () => {
  files.remove();
  await served?.close();
});

const run = (address: string, ...more: string[]) => danelaw(['openpgpkey', address, ...served.options, ...more]);

const STATUS = { found: 0, bogus: 1, off: 2, unusable: 3, absent: 3, insecure: 3, indeterminate: 4 } as const;

describe('danelaw openpgpkey', () => {
  it('says the verdict of every case, and ends with its status', async () => {
    const seen = [];
    for (const { address } of people.openPgpCases) {
      const { stdout, status } = await run(address, '--json');
      const { verdict, reason } = JSON.parse(stdout);
      seen.push({ address, verdict, code: reason.code, status });
    }
    expect(seen).toEqual(people.openPgpCases.map((one) => ({ ...one, status: STATUS[one.verdict] })));
  });

  it('prints the key in words, the chain and the work', async () => {
    const { stdout, status } = await run('hugh@people.example');
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'found: hugh@people.example',
      'hugh@people.example has an OpenPGP key in DNS, signed by the owner of its domain.',
    ]);
    expect(stdout).toMatch(/^ok {2}OpenPGP key [0-9A-F]{4}( [0-9A-F]{4}){9}$/m);
    expect(stdout).toMatch(/^ {6}User id: <hugh@people\.example>$/m);
    expect(stdout).toMatch(/^holds until /m);
    expect(stdout).toMatch(/ questions in 1 round, /);
  });

  it('gives a helpful sentence for what is no address, and asks nobody', async () => {
    const before = people.world.log.length;
    const { stdout, status } = await run('hugh at people.example');
    expect(status).toBe(2);
    expect(stdout).toContain('has an @ between the name and the domain');
    const nothing = await run(' ');
    expect(nothing).toMatchObject({ stdout: '', status: 2 });
    expect(nothing.stderr).toContain('ADDRESS is empty');
    expect((await run(`${'a'.repeat(300)}@people.example`)).stdout).toContain('300 octets, and mail allows 64');
    expect(people.world.log.length).toBe(before);
  });

  it('shows garbage as hexadecimal with the reason', async () => {
    const { stdout } = await run('garbage@people.example');
    expect(stdout).toContain('13 octets: 6e6f206b657920617420616c6c');
    expect(stdout).toContain('no OpenPGP packets');
    expect((await run('bomb@people.example')).stdout).toContain('It was not unpacked.');
  });

  it('saves the key as text, once, and only one that can be used', async () => {
    const file = join(files.directory, 'hugh.asc');
    expect((await run('hugh@people.example', '--save', file)).status).toBe(0);
    const saved = await readKey({ armoredKey: readFileSync(file, 'utf8') });
    expect(saved.getUserIDs()).toEqual(['<hugh@people.example>']);
    const again = await run('two@people.example', '--save', file);
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('is there already') });
    const none = join(files.directory, 'none.asc');
    await run('revoked@people.example', '--save', none);
    expect(existsSync(none)).toBe(false);
  });

  it('refuses what is no argument of its own', async () => {
    expect((await danelaw(['openpgpkey'])).stderr).toContain('ADDRESS is missing');
    expect((await danelaw(['openpgpkey', 'a@b.example', 'c@d.example'])).stderr).toContain('one argument too many');
    expect((await danelaw(['openpgpkey', 'a@b.example', '--batch', '-'])).stderr).toContain('one argument too many');
    expect((await danelaw(['openpgpkey', '--help'])).stdout).toContain('RFC 7929');
  });
});
