/** `danelaw lookup` against Unbound's own DNS over HTTPS: the verdicts of delv, Unbound and the cases, each time. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseType } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { CASES } from './cases.ts';
import { delv } from './delv.ts';
import { run } from './harness.ts';
import { type Internet, startInternet } from './internet.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let internet: Internet;
let overTls: string[];
let overPlainHttp2: string[];
beforeAll(async () => {
  internet = await startInternet();
  const anchors = ['--anchors', internet.anchorFile];
  overTls = ['--resolver', internet.courier.url, '--ca', internet.certificate.caFile, ...anchors];
  overPlainHttp2 = ['--resolver', internet.validator.url, ...anchors];
});
afterAll(async () => {
  await internet?.stop();
});

/** The command line as a process of its own. */
function danelaw(args: readonly string[], input?: string) {
  const command = ['--import', 'tsx', 'src/cli/main.ts', ...args];
  return run(process.execPath, command, { cwd: ROOT, timeoutMs: 60_000, ...(input !== undefined && { input }) });
}

describe('danelaw lookup through Unbound', () => {
  it.each([
    ['over HTTPS, from a resolver that does not judge', () => overTls],
    ['over plain HTTP/2, from a resolver that judges for itself: CD=1 lets bogus data through', () => overPlainHttp2],
  ])('judges every case as it should, %s', async (_, options) => {
    const lines = CASES.map(({ name, type }, id) => JSON.stringify({ id, name, type }));
    const { stdout, stderr, status } = await danelaw(['lookup', '--batch', '-', ...options()], lines.join('\n'));
    expect(stderr).toBe('');
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results).toHaveLength(CASES.length);
    const wrong = CASES.flatMap((one, i) => {
      const { id, security, rcode, answers, reason } = results[i];
      const records = answers.filter(({ type }: { type: string }) => type === one.type).length;
      // What is bogus is not shown.
      const expected = one.security === 'bogus' ? { answers: 0 } : { answers: one.answers };
      const right =
        id === i &&
        security === one.security &&
        records === expected.answers &&
        (one.security === 'bogus' || rcode === one.rcode);
      return right ? [] : [`${one.name} ${one.type}: ${security}, not ${one.security}: ${JSON.stringify(reason)}`];
    });
    expect(wrong).toEqual([]);
    expect(status).toBe(1);
  });

  const EXAMPLES = [
    { name: '_443._tcp.www.p256.example.', type: 'TLSA', status: 0, says: /3 1 1 0123456789abcdef/ },
    { name: 'www.old.alias.example.', type: 'A', status: 0, says: /192\.0\.2\.2/ },
    { name: 'nowhere.ed448.example.', type: 'A', status: 0, says: /does not exist/ },
    { name: 'www.expired.example.', type: 'A', status: 1, says: /ran out .* on September 1, 2026/ },
    { name: 'www.early.example.', type: 'A', status: 1, says: /August 1, 2036/ },
    { name: 'www.flipped.example.', type: 'A', status: 1, says: /does not fit/ },
    { name: 'www.stripped.example.', type: 'A', status: 1, says: /stripped\.example/ },
    { name: 'www.unsigned.optout.', type: 'A', status: 3, says: /opt-out/ },
  ];

  it.each(EXAMPLES)('$name $type: text, JSON and exit status agree with delv', async ({ name, type, status, says }) => {
    const [text, json, judged] = await Promise.all([
      danelaw(['lookup', name, type, ...overTls]),
      danelaw(['lookup', name, type, ...overTls, '--json']),
      delv(internet.courier.port, internet.delvAnchorFile, { name: Name.parse(name), type: parseType(type)! }),
    ]);
    const { security } = JSON.parse(json.stdout);
    expect(security).toBe(judged.security);
    expect(text.stdout.split('\n')[0]).toBe(`${judged.security}: ${name} ${type}`);
    expect(text.stdout).toMatch(says);
    expect({ text: text.status, json: json.status }).toEqual({ text: status, json: status });
  });

  it('calls it indeterminate when the resolver is not trusted, or gone', async () => {
    const anchors = ['--anchors', internet.anchorFile];
    const untrusted = await danelaw(['lookup', 'example.', 'SOA', '--resolver', internet.courier.url, ...anchors]);
    expect(untrusted.status).toBe(4);
    expect(untrusted.stdout).toMatch(/^indeterminate: example\. SOA\n/);
    const gone = await danelaw([
      'lookup',
      'example.',
      'SOA',
      '--resolver',
      'http://127.0.0.1:1/',
      '--json',
      ...anchors,
    ]);
    expect(gone.status).toBe(4);
    expect(JSON.parse(gone.stdout).reason).toMatchObject({ code: 'no-answer', failure: { code: 'unreachable' } });
  });
});
