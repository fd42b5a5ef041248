import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { parseArguments } from '../../../src/cli/arguments.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
afterAll(files.remove);
const notAnchors = files.write('not-anchors', '; nothing\nexample. IN A 192.0.2.1\n');
const empty = files.write('empty', '');
const goodTlsa = files.write('tlsa', `3 1 1 ${'ab'.repeat(32)}\n`);
const badTlsa = files.write('bad-tlsa', `3 1 1 ${'ab'.repeat(32)}\n3 1 1 abc\n`);

describe('wrong usage ends with status 2 and a line that names the argument', () => {
  const long = 'x'.repeat(64);
  it.each<[string[], RegExp]>([
    [[], /a command is missing: lookup, check, match, tlsa, probe/],
    [['look'], /no such command: look; there are lookup, check, /],
    [['--json'], /a command comes before --json/],
    [['help', 'look'], /no such command: look/],
    [['lookup'], /NAME is missing/],
    [['lookup', 'example.com'], /TYPE is missing/],
    [['lookup', 'example.com', 'A', 'B'], /one argument too many: B/],
    [['lookup', 'a..b', 'A'], /NAME a\.\.b: empty label/],
    [['lookup', `${long}.example`, 'A'], /NAME x+\.example: label too long/],
    [['lookup', 'a\\999.example', 'A'], /NAME .*: bad escape/],
    [['lookup', 'example.com', 'TLSE'], /TYPE TLSE: no such type/],
    [['lookup', 'example.com', 'TYPE65536'], /TYPE TYPE65536: no such type/],
    [['lookup', 'example.com', 'OPT'], /TYPE OPT: not a type that can be looked up/],
    [['lookup', 'example.com', 'NXNAME'], /TYPE NXNAME: not a type that can be looked up/],
    [['lookup', 'example.com', 'A', '--resolve', 'x'], /Unknown option '--resolve'/],
    [['lookup', 'example.com', 'A', '--resolver'], /--resolver <value>' argument missing/],
    [['lookup', 'example.com', 'A', '--resolver', ''], /--resolver is empty/],
    [['lookup', 'example.com', 'A', '--resolver', 'dns.example'], /--resolver dns\.example: it is not a URL/],
    [['lookup', 'example.com', 'A', '--resolver', 'http://192.0.2.1/'], /--resolver .*: http is for loopback/],
    [['lookup', 'example.com', 'A', '--resolver', 'https://a@b/'], /--resolver .*: it has a user name/],
    [['lookup', 'example.com', 'A', '--resolver', 'https://a/', '--resolver', ''], /--resolver is empty/],
    [['lookup', 'example.com', 'A', '--resolver', 'https://a/', '--resolver', 'x'], /--resolver x: it is not a URL/],
    [
      ['lookup', 'example.com', 'A', ...Array.from({ length: 9 }, (_, i) => ['--resolver', `https://a/${i}`]).flat()],
      /--resolver: 8 resolvers at most/,
    ],
    [['lookup', 'example.com', 'A', '--method', 'PUT'], /--method PUT: POST or GET/],
    [['lookup', 'example.com', 'A', '--cache', ''], /--cache is empty/],
    [['lookup', 'example.com', 'A', '--cache', files.directory], /--cache .*: not a file/],
    [['lookup', 'example.com', 'A', '--cache', '/dev/null'], /--cache \/dev\/null: not a file/],
    [['lookup', 'example.com', 'A', '--cache', `${goodTlsa}/x`], /--cache .*: cannot be read \(ENOTDIR\)/],
    [['lookup', 'example.com', 'A', '--time', 'now'], /--time now: seconds since 1970/],
    [['lookup', 'example.com', 'A', '--time=-5'], /--time -5: seconds since 1970/],
    [['lookup', 'example.com', 'A', '--time', '1.5'], /--time 1\.5: seconds/],
    [['lookup', 'example.com', 'A', '--timeout', '0'], /--timeout 0: milliseconds/],
    [['lookup', 'example.com', 'A', '--connect', '127.0.0.1'], /Unknown option '--connect'/],
    [['lookup', 'example.com', 'A', '--anchors', '/nowhere/x'], /--anchors \/nowhere\/x: no such file/],
    [['lookup', 'example.com', 'A', '--anchors', files.directory], /--anchors .*: is a directory/],
    [['lookup', 'example.com', 'A', '--anchors', notAnchors], /--anchors .*: line 2: A is neither DS nor DNSKEY/],
    [['lookup', 'example.com', 'A', '--anchors', empty], /--anchors .*: no DS or DNSKEY line/],
    [['lookup', 'example.com', 'A', '--ca', empty], /--ca .*: no certificate in PEM/],
    [['lookup', 'example.com', '--batch', '-'], /one argument too many: example\.com/],
    [['lookup', '--batch', '/nowhere/x'], /--batch \/nowhere\/x: no such file/],
    [['check'], /HOST is missing/],
    [
      ['check', 'example.com', '--expiry-days', '-3'],
      /--expiry-days: a value is wanted, and what follows begins with -/,
    ],
    [['check', 'example.com', '--resolver', '--json'], /--resolver: a value is wanted, and what follows begins with -/],
    [
      ['check', 'https://example.com/'],
      /HOST https:\/\/example\.com\/: a host and port is wanted, not a URL: example\.com\n/,
    ],
    [['check', 'example.com:0'], /HOST example\.com:0: a port is a number from 1 to 65535/],
    [['check', 'example.com:65536'], /HOST example\.com:65536: a port/],
    [['check', 'example.com:https'], /HOST example\.com:https: a port/],
    [['check', 'exa mple.com'], /HOST exa mple\.com: not a host name/],
    [['check', ':443'], /HOST :443: a host, or host:port/],
    [['check', 'user@example.com'], /HOST user@example\.com: not a host name/],
    [['check', 'example.com', '--connect', 'localhost'], /--connect localhost: not an IP address/],
    [['check', 'example.com', '--connect', '127.0.0.1:0'], /--connect 127\.0\.0\.1:0: a port/],
    [['check', '--batch', '-', '--connect', '::1'], /--connect stands in each line/],
    [['match'], /--host is missing/],
    [['match', '--host', 'example.com'], /--chain is missing/],
    [['match', '--host', 'example.com', '--chain', 'x'], /--tlsa is missing/],
    [['match', '--host', 'a..b', '--chain', 'x', '--tlsa', 'y'], /--host a\.\.b: /],
    [
      ['match', '--host', 'example.com', '--chain', '/nowhere/x', '--tlsa', goodTlsa],
      /--chain \/nowhere\/x: no such file/,
    ],
    [['match', '--host', 'example.com', '--chain', empty, '--tlsa', goodTlsa], /--chain .*: no certificate in PEM/],
    [['match', '--host', 'example.com', '--chain', empty, '--tlsa', badTlsa], /line 2|no certificate in PEM/],
    [['probe', 'example.com'], /one argument too many: example\.com/],
    [['probe', '--resolver', 'https://a/', '--resolver', 'https://b/'], /one resolver at a time/],
    [['probe', '--batch', '-'], /Unknown option '--batch'/],
    [['probe', '--tlsa', 'a..b'], /--tlsa a\.\.b: empty label/],
    [['tlsa'], /CERT\.pem is missing/],
    [['tlsa', '/nowhere/x'], /CERT\.pem \/nowhere\/x: no such file/],
    [['tlsa', empty], /CERT\.pem .*: no certificate in PEM/],
    [['tlsa', empty, '--port', '0'], /--port: a port is a number/],
  ])('%j', async (args, line) => {
    const { status, stdout, stderr } = await danelaw(args);
    expect(stderr).toMatch(line);
    expect(stderr.split('\n')[0]).toMatch(/^danelaw: /);
    expect(stderr.split('\n')[1]).toMatch(/^Try 'danelaw (\w+ )?--help'\.$/);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('and shows nothing that could act on a terminal', async () => {
    const { stderr } = await danelaw(['lookup', 'a\u001b[2J', 'A']);
    expect(stderr).toContain('a\\u{1b}[2J');
    expect(stderr).not.toContain('\u001b');
  });

  it('names DANELAW_RESOLVER when the mistake is there', async () => {
    const environment = { DANELAW_RESOLVER: 'ftp://dns.example/' };
    const { status, stderr } = await danelaw(['lookup', 'example.com', 'A'], { environment });
    expect(status).toBe(2);
    expect(stderr).toMatch(/DANELAW_RESOLVER ftp:\/\/dns\.example\/: it is neither https nor/);
  });
});

describe('help and version', () => {
  it('prints the version', async () => {
    expect(await danelaw(['--version'])).toEqual({ status: 0, stdout: `danelaw ${packageJson.version}\n`, stderr: '' });
  });

  it('prints help as a whole and for each command, in lines a terminal can show', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { status, stdout } = await danelaw(args);
      expect(status).toBe(0);
      for (const command of ['lookup', 'check', 'match', 'tlsa', 'probe'])
        expect(stdout).toContain(`danelaw ${command} `);
    }
    for (const command of ['lookup', 'check', 'match', 'tlsa', 'probe']) {
      const help = await danelaw([command, '--help']);
      expect(help.status).toBe(0);
      expect(help.stdout).toContain(`Usage: danelaw ${command} `);
      expect(await danelaw(['help', command])).toEqual(help);
      for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('names the default resolver', async () => {
    const { stdout } = await danelaw(['lookup', '--help']);
    expect(stdout).toContain('https://cloudflare-dns.com/dns-query');
    expect(stdout).toContain('DANELAW_RESOLVER');
  });
});

describe('arguments', () => {
  const parsed = (args: string[], environment = {}) => parseArguments(args, environment);
  const lookup = (...more: string[]) => parsed(['lookup', 'example.com', 'A', ...more]) as Record<string, unknown>;

  it('take the resolvers from the options, then from the environment, then the default', () => {
    const inherited = { DANELAW_RESOLVER: 'https://env.example/q' };
    const resolversOf = (args: string[], environment = {}) => {
      const invocation = parsed(['lookup', 'example.com', 'A', ...args], environment);
      return 'resolvers' in invocation && invocation.resolvers;
    };
    const DEFAULT = 'https://cloudflare-dns.com/dns-query';
    expect(resolversOf([])).toEqual([DEFAULT]);
    expect(resolversOf([], inherited)).toEqual(['https://env.example/q']);
    const one = ['--resolver', 'http://127.0.0.1:53/q{?dns}'];
    expect(resolversOf(one, inherited)).toEqual(['http://127.0.0.1:53/q{?dns}']);
    expect(resolversOf([], { DANELAW_RESOLVER: '' })).toEqual([DEFAULT]);
    const two = [...one, '--resolver', 'https://b.example/', '--resolver', 'https://B.example'];
    expect(resolversOf(two)).toEqual(['http://127.0.0.1:53/q{?dns}', 'https://b.example/']);
    const several = { DANELAW_RESOLVER: ' https://a.example/q  https://b.example/q ' };
    expect(resolversOf([], several)).toEqual(['https://a.example/q', 'https://b.example/q']);
  });

  it('take the method of HTTP', () => {
    expect(lookup()['method']).toBe('POST');
    expect(lookup('--method', 'get')['method']).toBe('GET');
  });

  it('take names with any octet, and IDN', () => {
    const nameOf = (text: string) => {
      const invocation = parsed(['lookup', text, 'A']);
      return 'target' in invocation && 'name' in invocation.target && invocation.target.name.toString();
    };
    expect(nameOf('.')).toBe('.');
    expect(nameOf('Example.COM')).toBe('example.com.');
    expect(nameOf('a\\.b.example')).toBe('a\\.b.example.');
    expect(nameOf('_443._tcp.example.')).toBe('_443._tcp.example.');
    expect(nameOf('bücher.example')).toBe('xn--bcher-kva.example.');
  });

  it('H17 take every type the product supports, and any by number', () => {
    const types = 'A AAAA CNAME DNAME NS SOA MX SRV TXT DS DNSKEY TLSA SMIMEA OPENPGPKEY HTTPS SVCB SSHFP IPSECKEY';
    for (const type of [...types.split(' '), 'tlsa', 'TYPE52', 'type65280']) {
      expect(() => parsed(['lookup', 'example.com', type])).not.toThrow();
    }
  });

  it.each([
    ['example.com', { host: 'example.com', port: 443 }],
    ['Example.COM.:8443', { host: 'example.com', port: 8443 }],
    ['bücher.example', { host: 'xn--bcher-kva.example', port: 443 }],
    ['[2001:db8::1]:8443', { host: '[2001:db8::1]', port: 8443 }],
    ['2001:db8::1', { host: '[2001:db8::1]', port: 443 }],
    ['192.0.2.1:1', { host: '192.0.2.1', port: 1 }],
  ])('take %s for a site', (text, target) => {
    expect(parsed(['check', text])).toMatchObject({ command: 'check', target });
  });

  it.each([
    ['127.0.0.1', { address: '127.0.0.1', port: 8443 }],
    ['127.0.0.1:99', { address: '127.0.0.1', port: 99 }],
    ['::1', { address: '::1', port: 8443 }],
    ['[::1]:99', { address: '::1', port: 99 }],
  ])('take %s to connect to', (text, connect) => {
    expect(parsed(['check', 'example.com:8443', '--connect', text])).toMatchObject({ target: { connect } });
  });
});
