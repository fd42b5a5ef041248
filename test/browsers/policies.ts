/**
 * An administrator's policy for one extension, where the browser itself looks for it: a file of the system's, which
 * takes root (or sudo without a password). It speaks of an extension that has its id for one test alone, so no other
 * browser that starts meanwhile finds anything of its own in it.
 */
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BrowserName } from './drivers/browser.ts';
import { removeFolder, temporaryFolder } from './drivers/processes.ts';

const AS_ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const LIMIT_MS = 10_000;

/** Firefox knows one file, by one name; of Chromium's every file in the folder counts. */
const FILES: Readonly<Record<BrowserName, string>> = {
  firefox: '/etc/firefox/policies/policies.json',
  chromium: `/etc/chromium/policies/managed/danelaw-test-${process.pid}.json`,
};

export interface ManagedExtension {
  /** The build under an id of its own. */
  readonly folder: string;
  /** Takes the file, the folders made for it, and the copy of the build away again. Safe to call twice. */
  readonly remove: () => void;
}

/** `managed`: what the extension is to find in `storage.managed`. Never overwrites a policy of the machine's own. */
export function manageExtension(name: BrowserName, build: string, managed: object): ManagedExtension {
  const file = FILES[name];
  if (existsSync(file)) throw new Error(`this machine has a policy of its own: ${file}`);
  const folder = temporaryFolder('managed');
  cpSync(build, folder, { recursive: true });
  const id = name === 'firefox' ? renameForFirefox(folder) : renameForChromium(folder);
  const extensions = { [id]: managed };
  const policy =
    name === 'firefox' ? { policies: { '3rdparty': { Extensions: extensions } } } : { '3rdparty': { extensions } };
  const made = missingFolders(dirname(file));
  const remove = (): void => {
    process.off('exit', remove);
    if (existsSync(file)) asRoot('rm', '-f', file);
    for (const one of made.splice(0)) if (existsSync(one)) asRoot('rmdir', '--ignore-fail-on-non-empty', one);
    removeFolder(folder);
  };
  process.on('exit', remove);
  const text = join(folder, 'policy.json');
  writeFileSync(text, JSON.stringify(policy));
  asRoot('install', '-D', '-m', '644', text, file);
  return { folder, remove };
}

/** The innermost first. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [folder, ...missingFolders(dirname(folder))];
}

function asRoot(...command: readonly string[]): void {
  const [program, ...rest] = [...AS_ROOT, ...command] as [string, ...string[]];
  execFileSync(program, rest, { timeout: LIMIT_MS });
}

function renameForFirefox(folder: string): string {
  const id = `danelaw-${randomUUID()}@danelaw.invalid`;
  changeManifest(folder, (manifest) => {
    const settings = manifest['browser_specific_settings'] as { gecko: { id: string } };
    return { ...manifest, browser_specific_settings: { ...settings, gecko: { ...settings.gecko, id } } };
  });
  return id;
}

/** A key in the manifest names an extension wherever its folder lies: by half of its SHA-256, hex digits written a to p. */
function renameForChromium(folder: string): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = publicKey.export({ type: 'spki', format: 'der' });
  changeManifest(folder, (manifest) => ({ ...manifest, key: key.toString('base64') }));
  const digits = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

type Manifest = Readonly<Record<string, unknown>>;

function changeManifest(folder: string, change: (manifest: Manifest) => Manifest): void {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Manifest)));
}
