/**
 * Builds what is shipped: `dist/firefox/` and `dist/chrome/`, loadable unpacked, `dist/cli.js`, and `dist/library/`. One
 * `manifest.json` serves both browsers; where they differ is written here. The output is readable on purpose:
 * reviewers of add-ons read it, and nothing in it is evaluated from text.
 */

import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { LANGUAGES } from '../src/locales/languages.ts';
import { buildLibrary } from './library.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const EXTENSION = join(ROOT, 'src/extension');
const PAGES = ['popup', 'details', 'options', 'meaning', 'warning', 'welcome', 'inspector'];
/** Built by itself, in pieces: the library for OpenPGP keys is loaded where there is one. */
const IN_PIECES = 'inspector';
/** Loaded by the popup once it is painted, and so a script of its own. */
const AFTER_PAINT = 'popup/later';

type Manifest = Record<string, unknown> & {
  permissions: string[];
  host_permissions: string[];
  action: Record<string, unknown>;
};

const BROWSERS = {
  firefox: {
    background: 'background-firefox.ts',
    // Which would hand out what is there already.
    alias: { 'webextension-polyfill': join(EXTENSION, 'native-browser.ts') },
    /** ESR 140 is the first to show the data collection permissions (B25) and has all that is used here. */
    manifest: (manifest: Manifest) => ({
      ...manifest,
      permissions: [...manifest.permissions, 'webRequestBlocking'],
      // On the toolbar from the start: in the extensions menu nobody would see a verdict. Chromium knows no such key.
      action: { ...manifest.action, default_area: 'navbar' },
      // An event page; a service worker alone is an error in Firefox, both together a warning (B7).
      background: { scripts: ['background.js'], type: 'module' },
      browser_specific_settings: {
        gecko: {
          id: 'danelaw@danelaw.invalid',
          strict_min_version: '140.0',
          // The names of the sites visited go to the resolver the user chose (B23).
          data_collection_permissions: { required: ['browsingActivity'] },
        },
        gecko_android: { strict_min_version: '142.0' },
      },
    }),
  },
  chrome: {
    background: 'background-chromium.ts',
    alias: {},
    manifest: (manifest: Manifest) => ({
      ...manifest,
      // `debugger` cannot be optional; `scripting` runs one request for headers in the page that is read;
      // `declarativeNetRequest` stops requests to hosts, where the person wants that.
      permissions: [...manifest.permissions, 'debugger', 'scripting', 'declarativeNetRequest'],
      // In Firefox the hosts of both schemes are those of http and https.
      host_permissions: [...manifest.host_permissions, 'wss://*/*'],
      background: { service_worker: 'background.js', type: 'module' },
      // Chromium hands on nothing of an administrator's that no schema names; Firefox needs none (B21).
      storage: { managed_schema: 'managed-schema.json' },
      // The first with Ed25519 in WebCrypto; everything else used is older (B17).
      minimum_chrome_version: '137',
    }),
  },
} as const;

export type BrowserName = keyof typeof BROWSERS;

const BUNDLE: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2023',
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
  absWorkingDir: ROOT,
};

const leftToTheBrowser: Plugin = {
  name: 'left to the browser',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/later\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './later.js', external: true } : undefined,
    ),
};

const STYLE = /^ *<link rel="stylesheet" href="([^"]+)">\n/gm;

await buildExtension('firefox');
await buildExtension('chrome');
await buildCommandLine();
await buildLibrary();

async function buildExtension(name: BrowserName): Promise<void> {
  const out = join(ROOT, 'dist', name);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { background, alias, manifest } = BROWSERS[name];
  await build({
    ...BUNDLE,
    platform: 'browser',
    entryPoints: [
      { in: join(EXTENSION, background), out: 'background' },
      ...PAGES.filter((page) => page !== IN_PIECES).map(entryOf),
      { in: join(EXTENSION, `${AFTER_PAINT}.ts`), out: AFTER_PAINT },
    ],
    plugins: [leftToTheBrowser],
    alias,
    outdir: out,
  });
  await build({
    ...BUNDLE,
    platform: 'browser',
    entryPoints: [entryOf(IN_PIECES)],
    splitting: true,
    alias,
    chunkNames: `${IN_PIECES}/[name]-[hash]`,
    outdir: out,
  });
  for (const page of PAGES) await writePage(page, out);
  await cp(join(EXTENSION, 'options/infobar.svg'), join(out, 'options/infobar.svg'));
  if (name === 'chrome') await cp(join(EXTENSION, 'managed-schema.json'), join(out, 'managed-schema.json'));
  await cp(join(ROOT, 'icons'), join(out, 'icons'), { recursive: true });
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const common = JSON.parse(await readFile(join(ROOT, 'manifest.json'), 'utf8'));
  await writeJson(join(out, 'manifest.json'), manifest({ ...common, version }));
  await writeLocales(out);
  console.log(`dist/${name}/`);
}

/** The page with all of its styles in one file, since each file more is waited for before anything is painted. */
async function writePage(page: string, out: string): Promise<void> {
  const html = await readFile(join(EXTENSION, page, `${page}.html`), 'utf8');
  const styles = [...html.matchAll(STYLE)].map(([, href]) => href!);
  const texts = await Promise.all(styles.map((href) => readFile(join(EXTENSION, page, href), 'utf8')));
  await writeFile(join(out, page, `${page}.css`), texts.join('\n'));
  let links = 0;
  const linked = html.replace(STYLE, () => (links++ === 0 ? `    <link rel="stylesheet" href="${page}.css">\n` : ''));
  await writeFile(join(out, page, `${page}.html`), linked);
}

function entryOf(page: string): { in: string; out: string } {
  return { in: join(EXTENSION, page, `${page}.ts`), out: `${page}/${page}` };
}

/**
 * The sentences shared with the command line and the extension's own labels, one catalogue a language. What one lacks
 * the browsers take from that of `default_locale`.
 */
async function writeLocales(out: string): Promise<void> {
  const places = [join(ROOT, 'src/locales'), join(EXTENSION, 'locales')];
  for (const language of LANGUAGES) {
    const catalogue: Record<string, unknown> = {};
    for (const place of places) {
      const messages = JSON.parse(await readFile(join(place, language, 'messages.json'), 'utf8'));
      for (const [key, message] of Object.entries(messages)) {
        if (Object.hasOwn(catalogue, key)) throw new Error(`${language}: the message ${key} is there twice`);
        catalogue[key] = message;
      }
    }
    await mkdir(join(out, '_locales', language), { recursive: true });
    await writeJson(join(out, '_locales', language, 'messages.json'), catalogue);
  }
}

async function buildCommandLine(): Promise<void> {
  const entry = join(ROOT, 'src/cli/main.ts');
  if (!existsSync(entry)) {
    console.log('dist/cli.js skipped: there is no src/cli/main.ts');
    return;
  }
  const out = join(ROOT, 'dist/cli.js');
  await build({
    ...BUNDLE,
    platform: 'node',
    target: 'node20',
    entryPoints: [entry],
    outfile: out,
    banner: {
      // Some bundled packages are CommonJS and call `require` for Node's own modules.
      // Under a name of its own: OpenPGP.js imports the same.
      js: "#!/usr/bin/env node\nimport { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);",
    },
  });
  await chmod(out, 0o755);
  console.log('dist/cli.js');
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
