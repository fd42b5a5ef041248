/** What docs/json.md says of `--json`: the fields of every command, as they come. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/arguments/usage.ts';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
let world: DemoWorld;
let options: string[];
let questions: Readonly<Record<(typeof COMMANDS)[number], readonly string[]>>;
beforeAll(async () => {
  world = await startDemoWorld();
  options = ['--resolver', world.resolverUrl, '--anchors', files.write('anchors', world.anchorsText)];
  const { host, port } = world.sites.find(({ expected }) => expected === 'verified')!;
  const certificate = files.write('certificate.pem', world.authority.rootPem);
  const asking = (...args: string[]) => [...args, ...options];
  const [, chain = ''] = /\n([0-9a-f\n]+)$/.exec((await danelaw(asking('chain', `${host}:${port}`, '--hex'))).stdout)!;
  const anchors = ['--anchors', options[3]!];
  questions = {
    lookup: asking('lookup', host, 'A', '--trace'),
    check: asking('check', `${host}:${port}`, '--connect', '127.0.0.1', '--expiry-days', '1', '--draft-svcb'),
    match: ['match', '--host', host, '--chain', certificate, '--tlsa', files.write('tlsa', '')],
    tlsa: ['tlsa', certificate, '--host', host],
    probe: asking('probe'),
    openpgpkey: asking('openpgpkey', `hugh@${host}`),
    smimea: asking('smimea', `hugh@${host}`),
    pay: asking('pay', `hugh@${host}`),
    client: asking('client', `device.${host}`),
    mail: asking('mail', host),
    srv: asking('srv', `_imap._tcp.${host}`),
    xmpp: asking('xmpp', host),
    chain: asking('chain', `${host}:${port}`),
    'verify-chain': ['verify-chain', files.write('chain', chain), ...anchors],
  };
});
afterAll(async () => {
  files.remove();
  await world?.close();
});

const paper = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');

/** The fields in the row of a command; those that may be left out end in a question mark. */
function fieldsOf(command: string): string[] {
  const row = paper.split('\n').find((line) => line.startsWith(`| \`${command}\` `));
  return [...(row ?? '').matchAll(/`([^`]+)`/g)].slice(1).flatMap(([, field]) => (field === 'srv' ? [] : [field!]));
}

describe('docs/json.md', () => {
  it.each(COMMANDS)('names the fields of %s, and those alone', async (command) => {
    const { stdout } = await danelaw([...questions[command], '--json']);
    const printed = Object.keys(JSON.parse(stdout));
    const fields = fieldsOf(command);
    expect(printed.filter((field) => !fields.includes(field) && !fields.includes(`${field}?`))).toEqual([]);
    expect(fields.filter((field) => !field.endsWith('?') && !printed.includes(field))).toEqual([]);
  });
});
