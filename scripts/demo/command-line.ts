/** The same sites without a browser, through the command line that the build leaves. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SITE_VERDICTS, type SiteVerdict } from '../../src/report.ts';
import type { DemoSite, DemoWorld } from '../../test/world/demo.ts';
import { ROOT } from './prepare.ts';
import type { SiteResult } from './result.ts';

const LIMIT_MS = 30_000;

export async function showOnCommandLine(
  world: DemoWorld,
  onResult: (result: SiteResult) => void,
): Promise<readonly SiteResult[]> {
  const files = writeFiles(world);
  try {
    const results: SiteResult[] = [];
    // The command line checks TLS services; a page over plain HTTP is none.
    for (const site of world.sites.filter(({ url }) => url.startsWith('https:'))) {
      const result = await check(
        site,
        [
          ...['--connect', `127.0.0.1:${site.port}`],
          ...['--resolver', world.resolverUrl, '--anchors', files.anchors, '--json'],
        ],
        files.authority,
      );
      results.push(result);
      onResult(result);
    }
    return results;
  } finally {
    files.remove();
  }
}

/** The line to type for one of the sites while the demo world is there, and what takes its files away again. */
export function commandLine(world: DemoWorld): { readonly text: string; readonly remove: () => void } {
  const { host, port } = world.sites[0]!;
  const { anchors, authority, remove } = writeFiles(world);
  const site = `${host}:${port} --connect 127.0.0.1`;
  return {
    text: `node dist/cli.js check ${site} --resolver ${world.resolverUrl} --anchors ${anchors} --ca ${authority}`,
    remove,
  };
}

function writeFiles(world: DemoWorld) {
  const folder = mkdtempSync(join(tmpdir(), 'danelaw-demo-'));
  const anchors = join(folder, 'anchors');
  const authority = join(folder, 'authority.pem');
  writeFileSync(anchors, world.anchorsText);
  writeFileSync(authority, world.authority.rootPem);
  return { anchors, authority, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function check(
  { host, port, url, expected }: DemoSite,
  options: readonly string[],
  authority: string,
): Promise<SiteResult> {
  const start = performance.now();
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'dist/cli.js'), 'check', `${host}:${port}`, ...options],
      { timeout: LIMIT_MS, env: { ...process.env, NODE_EXTRA_CA_CERTS: authority } },
      // The exit status is the verdict's; a failure to run shows as a missing report.
      (_error, stdout, stderr) => {
        const ms = Math.round(performance.now() - start);
        const { verdict, remark } = readVerdict(stdout, stderr);
        resolve({ browser: 'command line', site: url, expected, verdict, badge: '', title: remark, ms });
      },
    );
  });
}

function readVerdict(stdout: string, stderr: string): { verdict: SiteVerdict | 'none'; remark: string } {
  try {
    const report = JSON.parse(stdout) as { verdict?: unknown; reason?: { code?: unknown } };
    const verdict = SITE_VERDICTS.find((known) => known === report.verdict);
    if (verdict !== undefined) return { verdict, remark: String(report.reason?.code ?? '') };
  } catch {
    // No report: what it says instead is shown below.
  }
  return { verdict: 'none', remark: stderr.trim().split('\n').at(-1) ?? '' };
}
