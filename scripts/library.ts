/**
 * Builds `dist/library/`: what Node projects import, with types. Packages stay imports, so that a project has each of
 * them once; ours is in chunks that the entries share.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const ENTRIES = { index: 'library', openpgp: 'people/openpgp-reader', message: 'people/signed-message-reader' };

export async function buildLibrary(): Promise<void> {
  const out = join(ROOT, 'dist/library');
  rmSync(out, { recursive: true, force: true });
  await build({
    entryPoints: Object.entries(ENTRIES).map(([name, file]) => ({ in: join(ROOT, `src/${file}.ts`), out: name })),
    outdir: out,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'neutral',
    format: 'esm',
    target: 'es2023',
    charset: 'utf8',
    logLevel: 'warning',
  });
  declareTypes(out);
  console.log('dist/library/');
}

function declareTypes(out: string): void {
  const types = join(out, 'types');
  const files = Object.values(ENTRIES).map((file) => `src/${file}.ts`);
  const options = [
    '--declaration',
    '--emitDeclarationOnly',
    '--noEmit',
    'false',
    '--rootDir',
    'src',
    '--outDir',
    types,
  ];
  const shared = ['--target', 'ES2023', '--module', 'ESNext', '--moduleResolution', 'Bundler', '--skipLibCheck'];
  const forms = [
    '--lib',
    'ES2023,DOM,DOM.Iterable',
    '--types',
    'node',
    '--allowImportingTsExtensions',
    '--resolveJsonModule',
  ];
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--ignoreConfig'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...files, ...options, ...shared, ...forms, ...strict], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // The compiler leaves `./name.ts` in declarations, which only a project with our settings could follow.
  for (const path of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.d.ts')) continue;
    const file = join(types, path);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/((?:from|import\() ?['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'),
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildLibrary();
