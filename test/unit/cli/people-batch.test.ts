/** Batches of the commands about people: many addresses in one process, each with its own answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCertifiedWorld } from '../../world/certified-people.ts';
import { buildPeopleWorld, type PeopleWorld } from '../../world/people.ts';
import { createSmime } from '../../world/smime.ts';
import { createFiles, danelaw } from './danelaw.ts';
import { type Served, serve } from './services.ts';

const NOW = Math.floor(Date.now() / 1000);
const files = createFiles();
const smime = createSmime();
let people: PeopleWorld;
let ofPeople: Served;
let ofCertified: Served;
beforeAll(async () => {
  people = await buildPeopleWorld(NOW);
  ofPeople = await serve(people.world);
  ofCertified = await serve(buildCertifiedWorld(NOW, smime, smime.device));
});
afterAll(async () => {
  files.remove();
  smime.remove();
  await ofPeople?.close();
  await ofCertified?.close();
});

async function batch(command: string, { options }: Served, lines: readonly object[], ...more: string[]) {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`);
  const { stdout, stderr, status } = await danelaw([command, '--batch', '-', ...options, ...more], { input });
  expect(stderr).toBe('');
  return {
    status,
    results: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

describe('a batch', () => {
  it('A21 of openpgpkey answers each address as one by one', async () => {
    const { status, results } = await batch(
      'openpgpkey',
      ofPeople,
      people.openPgpCases.map(({ address }) => ({ address })),
    );
    expect(results.map(({ verdict, reason }) => ({ verdict, code: reason.code }))).toEqual(
      people.openPgpCases.map(({ verdict, code }) => ({ verdict, code })),
    );
    // No mail address among them: wrong usage is the gravest.
    expect(status).toBe(2);
  });

  it('A27 of pay keeps codes to itself, and one PMTA type for all', async () => {
    const cases = people.paymentCases.filter(({ pmtaType }) => pmtaType === undefined);
    const { results } = await batch(
      'pay',
      ofPeople,
      cases.map(({ address }, id) => ({ id, address })),
    );
    expect(results.map(({ id, verdict, qr }) => [id, verdict, qr])).toEqual(
      cases.map(({ verdict }, id) => [id, verdict, undefined]),
    );
  });

  it('A20 of smimea compares a certificate or a message for each line', async () => {
    const cert = files.write('hugh', smime.hugh.pem);
    const message = files.write('eve.eml', smime.sign(smime.eve));
    const address = 'hugh@people.example';
    const lines = [
      { address, cert },
      { address, message },
      { address, cert, message },
      { address, cert: '/nowhere' },
    ];
    const { results, status } = await batch('smimea', ofCertified, lines);
    expect(results.map(({ verdict, error }) => verdict ?? error)).toEqual([
      'verified',
      'mismatch',
      '--cert or --message, not both',
      '--cert /nowhere: no such file',
    ]);
    expect(status).toBe(2);
  });

  it('A29 of client names a chain for each line', async () => {
    const chain = files.write('device', smime.device.pem);
    const { results, status } = await batch('client', ofCertified, [
      { name: '_smtp-client.device1.clients.example', chain },
    ]);
    expect({ verdict: results[0].verdict, status }).toEqual({ verdict: 'verified', status: 0 });
  });

  it('refuses options that are about one of them, and lines with other fields', async () => {
    const said = async (...args: string[]) => (await danelaw(args)).stderr.split('\n')[0];
    for (const [command, option] of [
      ['openpgpkey', '--save'],
      ['smimea', '--cert'],
      ['smimea', '--message'],
      ['client', '--chain'],
      ['pay', '--proof'],
    ] as const) {
      expect(await said(command, '--batch', '-', option, 'x')).toBe(
        `danelaw: ${option} is for one of them, not for a batch`,
      );
    }
    expect(await said('pay', 'a@b.example', '--batch', '-')).toBe('danelaw: one argument too many: a@b.example');
    const { results } = await batch('openpgpkey', ofPeople, [{ addres: 'a@b.example' }, {}]);
    expect(results.map(({ error }) => error)).toEqual(['"addres": no such field', '"address" is missing']);
  });
});
