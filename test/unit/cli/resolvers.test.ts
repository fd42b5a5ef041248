/** Several resolvers, what `--stats` counts, and what a batch proves once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeMessage } from '../../../src/dns/message.ts';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { type DohServer, startDohServer } from '../../world/doh-server.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
let world: DemoWorld;
let second: DohServer;
let anchors: string[];
beforeAll(async () => {
  world = await startDemoWorld();
  second = await startDohServer({ respond: (query) => world.world.respond(query) });
  anchors = ['--anchors', files.write('anchors', world.anchorsText)];
});
afterAll(async () => {
  files.remove();
  await Promise.all([world?.close(), second?.close()]);
});

const json = async (...args: string[]) => {
  const { stdout, status, stderr } = await danelaw([...args, ...anchors, '--json']);
  return { ...JSON.parse(stdout), status, stderr };
};
const lookup = (...args: string[]) => json('lookup', 'verified.example', 'A', ...args);

describe('several resolvers', () => {
  it('are asked in their order: the second is not, where the first answers', async () => {
    const before = second.log.length;
    const found = await lookup('--resolver', world.resolverUrl, '--resolver', second.url);
    expect(found).toMatchObject({ security: 'secure', resolvers: [world.resolverUrl], status: 0 });
    expect(second.log.length).toBe(before);
  });

  it.each(['status-500', 'status-429', 'servfail', 'html', 'closed', 'truncated', 'zeros'] as const)(
    'stand in for each other: the first fails with %s',
    async (fault) => {
      const found = await lookup('--resolver', world.faultUrl(fault), '--resolver', second.url);
      expect(found).toMatchObject({ security: 'secure', resolvers: [second.url], status: 0 });
    },
  );

  it('come to a reason where all fail, and the first to fail is told', async () => {
    const first = world.faultUrl('html');
    const found = await lookup('--resolver', first, '--resolver', second.faultUrl('cut-short'));
    expect(found).toMatchObject({
      security: 'indeterminate',
      reason: { code: 'no-answer', failure: { code: 'content-type', resolver: first } },
      status: 4,
    });
  });

  it('H19 correct each other: the first leaves a signature out', async () => {
    const stripping = await startDohServer({
      respond: (query) => {
        const octets = world.world.respond(query);
        const decoded = octets && decodeMessage(octets);
        if (!decoded?.ok) return octets;
        const answer = decoded.message.answer.filter(({ type }) => type !== TYPE.RRSIG);
        return encodeMessage({ ...decoded.message, answer });
      },
    });
    try {
      const alone = await lookup('--resolver', stripping.url);
      expect(alone).toMatchObject({ security: 'bogus', status: 1 });
      const both = await lookup('--resolver', stripping.url, '--resolver', second.url, '--stats');
      expect(both).toMatchObject({ security: 'secure', resolvers: [second.url], status: 0 });
      // The cost of both walks is told, and nobody's question came from a cache.
      expect(both.stats).toMatchObject({ questions: both.queries, rounds: both.roundTrips, cacheHits: 0 });
    } finally {
      await stripping.close();
    }
  });

  it('may come from the environment', async () => {
    const environment = { DANELAW_RESOLVER: `${world.faultUrl('html')} ${second.url}` };
    const { stdout } = await danelaw(['lookup', 'verified.example', 'A', '--json', ...anchors], { environment });
    expect(JSON.parse(stdout).resolvers).toEqual([second.url]);
  });
});

describe('--no-speculation', () => {
  it('fewer questions and more rounds for the same answer, as --stats tells', async () => {
    const args = ['lookup', 'www.verified.example', 'A', '--resolver', world.resolverUrl, '--stats'];
    const [ahead, careful] = [await json(...args), await json(...args, '--no-speculation')];
    expect(careful).toMatchObject({ security: ahead.security, result: ahead.result, zones: ahead.zones });
    expect(careful.stats.questions).toBeLessThan(ahead.stats.questions);
    expect(careful.stats.rounds).toBeGreaterThan(ahead.stats.rounds);
  });
});

describe('--stats', () => {
  it('counts questions, rounds and octets by resolver, in the JSON object', async () => {
    const before = world.log.length;
    const found = await lookup('--resolver', world.resolverUrl, '--resolver', second.url, '--stats');
    const requests = world.log.slice(before);
    expect(found.stats).toEqual({
      questions: found.queries,
      rounds: 1,
      cacheHits: 0,
      resolvers: [
        {
          resolver: world.resolverUrl,
          requests: requests.length,
          octetsSent: requests.reduce((sum, { queryOctets }) => sum + queryOctets, 0),
          octetsReceived: expect.any(Number),
        },
        { resolver: second.url, requests: 0, octetsSent: 0, octetsReceived: 0 },
      ],
    });
    expect(found.stats.questions).toBeGreaterThan(3);
    expect(found.stats.resolvers[0].octetsReceived).toBeGreaterThan(1000);
    expect(found.stderr).toBe('');
  });

  it('counts what a GET carries', async () => {
    const before = world.log.length;
    const found = await lookup('--resolver', world.resolverUrl, '--method', 'GET', '--stats');
    const requests = world.log.slice(before);
    expect(requests.every(({ method }) => method === 'GET')).toBe(true);
    const [{ octetsSent }] = found.stats.resolvers;
    expect(octetsSent).toBe(requests.reduce((sum, { queryOctets }) => sum + Math.ceil((queryOctets * 4) / 3), 0));
  });

  it('is told on standard error with text, and of a batch as a whole', async () => {
    const args = ['--resolver', world.resolverUrl, ...anchors, '--stats'];
    const text = await danelaw(['lookup', 'verified.example', 'A', ...args]);
    expect(text.stdout).not.toContain('stats');
    expect(text.stderr).toMatch(/^stats: \d+ questions, 1 round, 0 answered from the cache\n {2}http.* requests .*\n$/);
    const line = '{"name":"verified.example","type":"A"}\n';
    const batch = await danelaw(['lookup', '--batch', '-', ...args], { input: [line, line] });
    expect(batch.stdout).not.toContain('stats');
    const [, questions, hits] = /^stats: (\d+) questions, \d+ rounds?, (\d+) answered/.exec(batch.stderr) ?? [];
    expect(Number(hits)).toBeGreaterThan(0);
    expect(Number(hits)).toBeLessThan(Number(questions));
  });

  it('is told of a check, too', async () => {
    const site = world.sites.find(({ expected }) => expected === 'insecure')!;
    const args = ['check', `${site.host}:${site.port}`, '--resolver', world.resolverUrl, '--stats'];
    const report = await json(...args);
    expect(report.stats.questions).toBe(report.work.queries);
    expect(report.stats.rounds).toBe(report.work.roundTrips);
    const { stderr } = await danelaw([...args, ...anchors]);
    expect(stderr).toMatch(/^stats: /);
  });
});

describe('a batch', () => {
  const signatures = async (lines: readonly object[]) => {
    // One after the other: what runs at the same time cannot know of each other's zones yet.
    let answered: (() => void) | undefined;
    const input = (async function* () {
      for (const line of lines) {
        yield `${JSON.stringify(line)}\n`;
        await new Promise<void>((resolve) => {
          answered = resolve;
        });
      }
    })();
    const { runProgram } = await import('../../../src/cli/program.ts');
    const found: { signatureChecks: number; security: string; zones: object[] }[] = [];
    await runProgram(['lookup', '--batch', '-', '--resolver', world.resolverUrl, ...anchors], {
      write: (text) => {
        found.push(JSON.parse(text));
        answered?.();
      },
      complain: () => {},
      input,
      environment: {},
      now: () => world.now,
    });
    expect(found).toHaveLength(lines.length);
    return found;
  };
  const A = { name: 'verified.example', type: 'A' };
  const SOA = { name: 'verified.example', type: 'SOA' };

  it('proves a zone once', async () => {
    const [first, again] = await signatures([A, SOA]);
    expect(first!.signatureChecks).toBeGreaterThan(3);
    expect(again).toMatchObject({ security: 'secure', signatureChecks: 1 });
    expect(again!.zones).toEqual(first!.zones);
  });

  it('proves no zone above once more for lines that come together', async () => {
    const lines = ['A', 'SOA', 'NS', 'TXT'].map((type) => JSON.stringify({ name: 'verified.example', type }));
    const args = ['lookup', '--batch', '-', '--resolver', world.resolverUrl, ...anchors];
    const { stdout } = await danelaw(args, { input: [lines.join('\n')] });
    const checks = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).signatureChecks);
    expect(checks[0]).toBeGreaterThan(3);
    // The answer's own, or the SOA's and the NSEC's where there is none.
    expect(Math.max(...checks.slice(1))).toBeLessThanOrEqual(2);
  });

  it('proves a zone anew for other anchors, another resolver and another time', async () => {
    const { length } = (await signatures([A]))[0]!.zones;
    const others = [{ anchors: world.anchorsText }, { resolver: second.url }, { time: world.now }];
    for (const other of others) {
      const [, anew, same] = await signatures([A, { ...SOA, ...other }, SOA]);
      expect(anew!.security).toBe('secure');
      expect(anew!.signatureChecks).toBeGreaterThan(length);
      expect(same!.signatureChecks).toBe(1);
    }
  });

  it('takes nothing over to anchors that do not vouch for it', async () => {
    const island = { anchors: world.world.anchors('bogus.example.') };
    const [, other] = await signatures([A, { ...A, ...island }]);
    expect(other).toMatchObject({ security: 'indeterminate', reason: { code: 'no-anchor' } });
  });
});
