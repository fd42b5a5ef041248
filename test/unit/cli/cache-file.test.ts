/** `--cache FILE`: what lies there, what comes out of it, and files that are none. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../src/dns/message.ts';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
let world: DemoWorld;
let options: string[];
beforeAll(async () => {
  world = await startDemoWorld();
  options = ['--resolver', world.resolverUrl, '--anchors', files.write('anchors', world.anchorsText)];
});
afterAll(async () => {
  files.remove();
  await world?.close();
});

let count = 0;
const newPath = () => join(files.directory, `cache-${count++}`);

interface Run {
  readonly status: number;
  readonly stderr: string;
  readonly security: string;
  readonly answers: { ttl: number }[];
  /** Questions the resolver was asked. */
  readonly asked: number;
}

async function run(
  path: string,
  { now = world.now, name = 'verified.example', more = [] as string[] } = {},
): Promise<Run> {
  // What an earlier run asked in vain, under the path of a fault, may still come in.
  const asked = () => world.log.filter(({ path: to }) => to === '/dns-query').length;
  const before = asked();
  const args = ['lookup', name, 'A', '--json', '--cache', path, ...options, ...more];
  const { status, stdout, stderr } = await danelaw(args, { now });
  const { security, answers } = JSON.parse(stdout);
  return { status, stderr, security, answers, asked: asked() - before };
}

interface Stored {
  format: string;
  version: number;
  entries: { storedAt: number; reply: { message: string; resolver: string } }[];
}
const read = (path: string): Stored => JSON.parse(readFileSync(path, 'utf8'));

describe('--cache', () => {
  it('asks nobody the second time, and says the same, with TTLs that have run', async () => {
    const path = newPath();
    const first = await run(path);
    expect(first).toMatchObject({ status: 0, security: 'secure', stderr: '' });
    expect(first.asked).toBeGreaterThan(3);
    const again = await run(path, { now: world.now + 10 });
    expect(again).toMatchObject({ status: 0, security: 'secure', stderr: '', asked: 0 });
    expect(again.answers[0]!.ttl).toBe(first.answers[0]!.ttl - 10);
  });

  it('is a versioned file that its owner alone may read, with nothing left beside it', async () => {
    const path = newPath();
    await run(path);
    const { format, version, entries } = read(path);
    expect({ format, version }).toEqual({ format: 'danelaw cache', version: 1 });
    expect(entries.length).toBeGreaterThan(3);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(files.directory).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('asks again for what has run out, and drops it from the file', async () => {
    const path = newPath();
    await run(path);
    const later = await run(path, { now: world.now + 4000 });
    expect(later.asked).toBeGreaterThan(0);
    expect(read(path).entries.every(({ storedAt }) => storedAt === world.now + 4000)).toBe(true);
  });

  it('does not believe a file from the future', async () => {
    const path = newPath();
    await run(path, { now: world.now + 100 });
    expect((await run(path)).asked).toBeGreaterThan(3);
  });

  it('V100 has nothing to say for another resolver', async () => {
    const path = newPath();
    await run(path);
    const args = ['lookup', 'verified.example', 'A', '--json', '--cache', path, ...options.slice(2)];
    const { stdout } = await danelaw([...args, '--resolver', world.faultUrl('html')], { now: world.now });
    expect(JSON.parse(stdout).reason.code).toBe('no-answer');
    // And keeps what it had.
    expect((await run(path)).asked).toBe(0);
  });

  it('serves checks and batches as well', async () => {
    const path = newPath();
    const site = world.sites.find(({ expected }) => expected === 'insecure')!;
    const batch = () =>
      danelaw(['check', '--batch', '-', '--cache', path, ...options], {
        input: [JSON.stringify({ host: site.host, port: site.port })],
        now: world.now,
      });
    const first = await batch();
    const before = world.log.length;
    const again = await batch();
    expect(world.log.length).toBe(before);
    expect(JSON.parse(again.stdout).verdict).toBe('insecure');
    expect(JSON.parse(first.stdout).verdict).toBe('insecure');
  });

  it('keeps no failure', async () => {
    const path = newPath();
    await danelaw(['lookup', 'verified.example', 'A', '--cache', path, '--resolver', world.faultUrl('servfail')]);
    expect(existsSync(path)).toBe(false);
  });

  it('proves nothing by itself: what was changed in it fails', async () => {
    const path = newPath();
    await run(path);
    const stored = read(path);
    let changed = 0;
    for (const entry of stored.entries) {
      const decoded = decodeMessage(Uint8Array.from(Buffer.from(entry.reply.message, 'base64')));
      if (!decoded.ok) throw new Error(decoded.fault);
      const { message } = decoded;
      if (message.question[0]!.type !== 1) continue;
      changed++;
      const answer = message.answer.map((record) =>
        record.type === 1 ? { ...record, rdata: Uint8Array.of(203, 0, 113, 66) } : record,
      );
      entry.reply.message = Buffer.from(encodeMessage({ ...message, answer })).toString('base64');
    }
    expect(changed).toBe(1);
    files.write(path.slice(files.directory.length + 1), JSON.stringify(stored));
    expect(await run(path)).toMatchObject({ status: 1, security: 'bogus', stderr: '', asked: 0 });
  });
});

describe('a file that is no cache', () => {
  const good = async (): Promise<Stored> => {
    const path = newPath();
    await run(path);
    return read(path);
  };

  it.each<[string, (stored: Stored) => string]>([
    ['another text', () => 'export PATH=/bin\n'],
    ['JSON of another kind', () => '[1, 2]'],
    ['no JSON to its end', (stored) => JSON.stringify(stored).slice(0, -1)],
    ['another format', (stored) => JSON.stringify({ ...stored, format: 'cache' })],
    ['another version', (stored) => JSON.stringify({ ...stored, version: 2 })],
    ['no list', (stored) => JSON.stringify({ ...stored, entries: {} })],
    ['an entry of nothing', (stored) => JSON.stringify({ ...stored, entries: [...stored.entries, null] })],
    [
      'a time that is none',
      ({ entries: [one], ...rest }) => JSON.stringify({ ...rest, entries: [{ ...one, storedAt: '1' }] }),
    ],
    [
      'a failure',
      ({ entries, ...rest }) =>
        JSON.stringify({ ...rest, entries: [{ ...entries[0], reply: { failure: { code: 'no-resolver' } } }] }),
    ],
    [
      'a message cut short',
      ({ entries: [one], ...rest }) =>
        JSON.stringify({ ...rest, entries: [{ ...one, reply: { ...one!.reply, message: 'AAAA' } }] }),
    ],
    ['nine million octets', () => ' '.repeat(9_000_000)],
  ])('is put aside with a warning, and a new one begun: %s', async (_, spoil) => {
    const path = newPath();
    const text = spoil(await good());
    files.write(path.slice(files.directory.length + 1), text);
    const first = await run(path);
    expect(first).toMatchObject({ status: 0, security: 'secure' });
    expect(first.asked).toBeGreaterThan(3);
    expect(first.stderr).toMatch(/^danelaw: --cache .*: not a cache of this version, or damaged: renamed to .*\.old;/);
    expect(readFileSync(`${path}.old`, 'utf8')).toBe(text);
    expect(await run(path)).toMatchObject({ status: 0, stderr: '', asked: 0 });
  });

  it('may be empty, as made ahead by a script', async () => {
    const path = files.write(`cache-${count++}`, '');
    expect((await run(path)).stderr).toBe('');
    expect((await run(path)).asked).toBe(0);
  });

  it('that cannot be written is a warning, and the answer is there', async () => {
    const path = join(files.directory, 'nowhere', 'cache');
    const { status, stderr } = await run(path);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^danelaw: --cache .*: cannot be written \(ENOENT\)\n$/);
  });

  it('keeps no more than its bound, the longest unused going first', async () => {
    const path = newPath();
    const stored = await good();
    const [one] = stored.entries;
    const decoded = decodeMessage(Uint8Array.from(Buffer.from(one!.reply.message, 'base64')));
    if (!decoded.ok) throw new Error(decoded.fault);
    // Seven megabytes of other replies: with half of one more of that kind, the file would be over its bound.
    const filler = { ...decoded.message.answer[0]!, type: 65280, ttl: 3600, rdata: new Uint8Array(40_000) };
    const bulky = (i: number) => {
      const name = decoded.message.question[0]!.name;
      const message = { ...decoded.message, question: [{ name, type: 1000 + i, class: 1 }], answer: [filler] };
      return { ...one!, reply: { ...one!.reply, message: Buffer.from(encodeMessage(message)).toString('base64') } };
    };
    const entries = Array.from({ length: 156 }, (_, i) => bulky(i));
    files.write(path.slice(files.directory.length + 1), JSON.stringify({ ...stored, entries }));
    expect(statSync(path).size).toBeGreaterThan(8_300_000);
    expect(statSync(path).size).toBeLessThan(8 * 1024 * 1024);
    expect((await run(path)).stderr).toBe('');
    expect(statSync(path).size).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(read(path).entries.length).toBeLessThan(156 + stored.entries.length);
    expect(await run(path)).toMatchObject({ asked: 0, stderr: '' });
  });

  it('is kept from others even where it was open to them before', async () => {
    const path = newPath();
    await run(path);
    chmodSync(path, 0o666);
    await run(path, { name: 'insecure.example' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
