/** Lookups through the demo world's resolver, and through resolvers that fail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { type FaultServer, startFaultServer } from '../doh/fault-server.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
let world: DemoWorld;
let options: string[];
beforeAll(async () => {
  world = await startDemoWorld();
  const anchors = files.write('anchors', world.anchorsText);
  options = ['--resolver', world.resolverUrl, '--anchors', anchors];
});
afterAll(async () => {
  files.remove();
  await world?.close();
});

const lookup = (name: string, type: string, ...more: string[]) => danelaw(['lookup', name, type, ...options, ...more]);
const json = async (name: string, type: string, ...more: string[]) => {
  const { stdout, status } = await lookup(name, type, '--json', ...more);
  expect(stdout.split('\n')).toHaveLength(2);
  return { ...JSON.parse(stdout), status };
};

describe('danelaw lookup', () => {
  it('prints one object with all its fields, in their types', async () => {
    const found = await json('verified.example', 'A');
    expect(found).toMatchObject({
      name: 'verified.example.',
      type: 'A',
      security: 'secure',
      rcode: 'NOERROR',
      result: 'answer',
      reason: { code: 'validated' },
      aliases: [],
      resolvers: [world.resolverUrl],
      status: 0,
    });
    expect(found.answers).toEqual([
      { name: 'verified.example.', type: 'A', ttl: expect.any(Number), data: expect.stringMatching(/^[\d.]+$/) },
    ]);
    expect(found.zones.map(({ zone }: { zone: string }) => zone)).toEqual(['.', 'example.', 'verified.example.']);
    for (const field of ['queries', 'roundTrips', 'ms', 'validUntil', 'signatureChecks', 'nsec3Hashes']) {
      expect(found[field]).toEqual(expect.any(Number));
    }
    expect(found.queries).toBeGreaterThan(3);
    expect(found).not.toHaveProperty('trace');
  });

  it('ends with 0, 1, 3 and 4 for secure, bogus, insecure and indeterminate', async () => {
    const port = (host: string) => world.sites.find((site) => site.host === host)!.port;
    const owner = (host: string) => `_${port(host)}._tcp.${host}`;
    const seen = await Promise.all(
      ['verified', 'bogus', 'insecure', 'unreachable'].map(async (label) => {
        const { security, status } = await json(owner(`${label}.example`), 'TLSA');
        return [security, status];
      }),
    );
    expect(seen).toEqual([
      ['secure', 0],
      ['bogus', 1],
      ['insecure', 3],
      ['indeterminate', 4],
    ]);
  });

  it('proves what is not there', async () => {
    const absent = { answers: [], reason: { code: 'validated' }, status: 0 };
    const nxdomain = { rcode: 'NXDOMAIN', result: 'nxdomain' };
    expect(await json('nowhere.verified.example', 'A')).toMatchObject({ ...absent, ...nxdomain });
    const nodata = { rcode: 'NOERROR', result: 'nodata' };
    expect(await json('verified.example', 'TYPE65280')).toMatchObject({ ...absent, ...nodata, type: 'TYPE65280' });
  });

  it('prints text with the verdict first, the records, the chain and the work', async () => {
    const { stdout, status } = await lookup('verified.example', 'A');
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('secure: verified.example. A');
    expect(stdout).toMatch(/^verified\.example\. +\d+ +A +[\d.]+$/m);
    expect(lines.filter((line) => line.startsWith('ok  '))).toHaveLength(3);
    expect(stdout).toMatch(/^\d+ questions in 1 round, \d+ signatures checked, \d+ ms, by http:/m);
    expect(stdout).not.toMatch(/^round 1/m);
  });

  it('names the fault in text', async () => {
    const site = world.sites.find(({ expected }) => expected === 'bogus')!;
    const { stdout, status } = await lookup(`_${site.port}._tcp.${site.host}`, 'TLSA');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^bogus: _\d+\._tcp\.bogus\.example\. TLSA\n/);
    expect(stdout).toMatch(/signature over the TLSA record set/);
  });

  it('shows the walk with --trace', async () => {
    const { stdout } = await lookup('verified.example', 'A', '--trace');
    expect(stdout).toMatch(/^round 1 {2}asked +verified\.example\. A$/m);
    expect(stdout).toMatch(/^ +zone +example\. secure$/m);
    expect(stdout).toMatch(/^ +records +verified\.example\. A secure$/m);
    const { trace } = await json('verified.example', 'A', '--trace');
    expect(trace[0]).toEqual({ step: 'asked', name: 'verified.example.', type: 'A', round: 1 });
  });

  it('judges as of --time', async () => {
    const later = await json('verified.example', 'A', '--time', String(world.now + 400 * 86_400));
    expect(later.status).not.toBe(0);
    expect(JSON.stringify(later.reason)).toContain('signature-expired');
  });

  it('believes no keys but the anchors', async () => {
    const { stdout, status } = await danelaw([
      ...['lookup', 'verified.example', 'A', '--json'],
      ...['--resolver', world.resolverUrl],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ security: 'bogus', reason: { code: 'anchor-mismatch', zone: '.' } });
    expect(status).toBe(1);
  });

  it('H1 asks over TLS whom --ca vouches for, and nobody else', async () => {
    const ca = files.write('ca.pem', world.authority.rootPem);
    const secure = ['lookup', 'verified.example', 'A', '--json', '--resolver', world.secureResolverUrl];
    const anchored = [...secure, ...options.slice(2)];
    expect((await danelaw([...anchored, '--ca', ca])).status).toBe(0);
    const { status, stdout } = await danelaw(anchored);
    expect(status).toBe(4);
    const { reason } = JSON.parse(stdout);
    expect(reason).toMatchObject({ code: 'no-answer', failure: { code: 'unreachable' } });
  });
});

describe('danelaw lookup --batch', () => {
  it('answers line by line, in order, each with its id', async () => {
    const input = [
      '{"id":1,"name":"verified.example","type":"A"}\n{"id":"two","name":"nowhere.verified.example","type":"A"}\n\n',
      '{"name":"verified.ex',
      'ample","type":"SOA"}',
    ];
    const { stdout, status } = await danelaw(['lookup', '--batch', '-', ...options], { input });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id, name, type, security }) => [id, name, type, security])).toEqual([
      [1, 'verified.example.', 'A', 'secure'],
      ['two', 'nowhere.verified.example.', 'A', 'secure'],
      [undefined, 'verified.example.', 'SOA', 'secure'],
    ]);
    expect(status).toBe(0);
  });

  it('answers a line before the next comes', async () => {
    let first: (() => void) | undefined;
    const answered = new Promise<void>((resolve) => {
      first = resolve;
    });
    const { runProgram } = await import('../../../src/cli/program.ts');
    let stdout = '';
    const input = (async function* () {
      yield '{"name":"verified.example","type":"A"}\n';
      await answered;
      yield '{"name":"example","type":"SOA"}\n';
    })();
    const status = await runProgram(['lookup', '--batch', '-', ...options], {
      write: (text) => {
        stdout += text;
        first?.();
      },
      complain: () => {},
      input,
      environment: {},
      now: () => Date.now() / 1000,
    });
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(status).toBe(0);
  });

  it('nobody is asked for a reader who has gone, and the status is not that of a good end', async () => {
    let isRead = true;
    let given = 0;
    const { runProgram } = await import('../../../src/cli/program.ts');
    const status = await runProgram(['lookup', '--batch', '-', ...options], {
      write: () => {
        isRead = false;
      },
      isRead: () => isRead,
      complain: () => {},
      input: (async function* () {
        for (; given < 50; given++) {
          yield '{"name":"verified.example","type":"A"}\n';
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })(),
      environment: {},
      now: () => Date.now() / 1000,
    });
    expect(given).toBeLessThan(50);
    expect(status).toBe(4);
  });

  it.each([
    ['nonsense', /not JSON: nonsense/],
    ['[1]', /not a JSON object/],
    ['{"type":"A"}', /"name" is missing/],
    ['{"name":"example"}', /"type" is missing/],
    ['{"name":"a..b","type":"A"}', /"name" a\.\.b: empty label/],
    ['{"name":"example","type":"NO"}', /"type" NO: no such type/],
    ['{"name":1,"type":"A"}', /"name": a text is wanted/],
    ['{"name":"example","type":"A","time":"now"}', /"time": a whole number is wanted/],
    ['{"name":"example","type":"A","when":1}', /"when": no such field/],
    ['{"name":"example","type":"A","anchors":"x"}', /"anchors": /],
    ['{"name":"example","type":"A","resolver":"x"}', /"resolver" x: it is not a URL/],
  ])('answers %s with what is wrong with it, and goes on', async (line, error) => {
    const input = [`${line}\n{"name":"verified.example","type":"A"}\n`];
    const { stdout, status } = await danelaw(['lookup', '--batch', '-', ...options], { input });
    const [wrong, right] = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(wrong.error).toMatch(error);
    expect(right.security).toBe('secure');
    expect(status).toBe(2);
  });

  it('takes time, anchors and resolver from a line, and ends with the gravest status', async () => {
    const file = files.write(
      'batch',
      [
        { id: 'good', name: 'verified.example', type: 'A' },
        { id: 'late', name: 'verified.example', type: 'A', time: world.now + 400 * 86_400 },
        { id: 'mute', name: 'verified.example', type: 'A', resolver: world.faultUrl('status-500') },
        { id: 'island', name: 'verified.example', type: 'A', anchors: world.world.anchors('verified.example.') },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const { stdout, status } = await danelaw(['lookup', '--batch', file, ...options]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [good, late, mute, island] = lines;
    expect(good.security).toBe('secure');
    expect(JSON.stringify(late.reason)).toContain('signature-expired');
    expect(mute).toMatchObject({
      security: 'indeterminate',
      reason: { failure: { code: 'http-status', status: 500 } },
    });
    expect(island).toMatchObject({ security: 'secure', zones: [{ zone: 'verified.example.', anchored: true }] });
    expect(status).toBe(late.security === 'bogus' ? 1 : 4);
  });
});

describe('danelaw lookup with a resolver that fails', () => {
  let server: FaultServer;
  beforeAll(async () => {
    server = await startFaultServer('HTTP/2');
  });
  afterAll(() => server?.close());

  it.each([
    ['/500', { code: 'http-status', status: 500 }, /500/],
    ['/html', { code: 'content-type', contentType: 'text/html' }, /text\/html/],
    ['/empty', { code: 'empty' }, /./],
    ['/zeros', { code: 'too-large' }, /./],
    ['/cut-short', { code: 'malformed' }, /./],
    ['/truncated', { code: 'truncated' }, /./],
    ['/other-question', { code: 'wrong-question' }, /./],
    ['/redirect', { code: 'redirected' }, /./],
    ['/hang', { code: 'timeout', limitMs: 200 }, /./],
    ['/reset', { code: 'unreachable' }, /./],
  ])('%s is indeterminate with a reason of its own, in time', async (path, failure, words) => {
    const args = ['lookup', 'www.example.com', 'A', '--resolver', server.url(path), '--timeout', '200'];
    const started = performance.now();
    const { stdout, status } = await danelaw([...args, '--json']);
    // Without a limit it never ends; the rest is room for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      security: 'indeterminate',
      result: 'none',
      answers: [],
      reason: { code: 'no-answer', failure: { ...failure, resolver: server.url(path) } },
    });
    const text = await danelaw(args);
    expect(text.status).toBe(4);
    expect(text.stdout).toMatch(/^indeterminate: www\.example\.com\. A\n/);
    expect(text.stdout).toMatch(words);
  });
});
