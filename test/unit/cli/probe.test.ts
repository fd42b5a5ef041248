/** `danelaw probe` over the demo world's resolver, and over one that does not answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
let world: DemoWorld;
let options: string[];
beforeAll(async () => {
  world = await startDemoWorld();
  const port = world.sites.find(({ host }) => host === 'verified.example')!.port;
  options = [
    ...['--anchors', files.write('anchors', world.anchorsText)],
    ...['--signed', 'example', '--unsigned', 'insecure.example'],
    ...['--tlsa', `_${port}._tcp.verified.example`],
    ...['--bogus', 'bogus.example'],
  ];
});
afterAll(async () => {
  files.remove();
  await world?.close();
});

const probe = (...more: string[]) => danelaw(['probe', ...options, ...more]);

describe('danelaw probe', () => {
  it('H18 prints the facts as one object', async () => {
    const { stdout, status, stderr } = await probe('--resolver', world.resolverUrl, '--json');
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ version: 1, resolver: world.resolverUrl, resolvers: [world.resolverUrl] });
    const states = found.steps.map(({ capability, works }: Record<string, string>) => [capability, works]);
    expect(states).toEqual([
      ['zone-keys', 'yes'],
      ['signed-delegation', 'yes'],
      ['unsigned-delegation', 'yes'],
      ['tlsa', 'yes'],
      // The demo's broken site has a sound address, and a broken TLSA.
      ['bogus-data', 'unclear'],
    ]);
    expect(found.latency).toMatchObject({ questions: 5, median: expect.any(Number) });
    expect(found.result).toBe('unclear');
    expect(status).toBe(4);
    expect(stderr).toBe('');
  });

  it('H18 says it in words, a line for each step', async () => {
    const { stdout, status } = await probe('--resolver', world.faultUrl('servfail'));
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`lacking: ${world.faultUrl('servfail')}`);
    expect(lines[1]).toMatch(/^This resolver does not pass on what a check needs/);
    expect(lines.filter((line) => line.startsWith('!!  '))).toHaveLength(5);
    expect(stdout).toMatch(/^Of 5 questions half were answered within \d+ ms/m);
    expect(status).toBe(1);
  });

  it('H18 says of a name that is proven not to be what it was taken for that nothing follows', async () => {
    const { stdout } = await probe('--resolver', world.resolverUrl);
    const lines = stdout.split('\n');
    const open = lines.indexOf('??  Whether data that fails is passed on is open (bogus.example).');
    expect(lines[open + 1]).toBe('      The answer is proven, but this name is not one that this can be tried with.');
  });

  it('H18 tells a resolver that does not answer', async () => {
    const { stdout, status } = await probe('--resolver', world.faultUrl('html'));
    expect(stdout).toMatch(/^silent: .*\nThis resolver did not answer\.\n/);
    expect(stdout).toContain('text/html');
    expect(status).toBe(4);
  });
});
