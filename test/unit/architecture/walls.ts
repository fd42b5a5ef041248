/**
 * The import walls as data, and a checker over one file's path and source. Imports are read from the source itself,
 * since type imports count too; globals from esbuild's reading of it, which knows a local `window` from the browser's.
 */
import { posix } from 'node:path';
import { transformSync } from 'esbuild';

export interface Violation {
  readonly path: string;
  readonly wall: string;
  /** The specifier, global or expression that is not allowed there. */
  readonly what: string;
}

export interface ImportStatement {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

type Room =
  | 'dns'
  | 'dnssec'
  | 'dane'
  | 'people'
  | 'chains'
  | 'doh'
  | 'check'
  | 'probe'
  | 'report'
  | 'services'
  | 'explain'
  | 'locales'
  | 'extension'
  | 'cli'
  | 'library';

const CORE = [
  'dns',
  'dnssec',
  'dane',
  'people',
  'chains',
  'check',
  'probe',
  'report',
  'services',
  'explain',
] as const satisfies readonly Room[];

/** What each room may import of ours, itself apart. `check` and `probe` are handed their door to the network: no `doh`. */
const MAY_IMPORT: Record<Room, readonly Room[]> = {
  dns: [],
  dnssec: ['dns'],
  dane: ['dns', 'dnssec'],
  people: ['dns', 'dnssec', 'dane', 'report', 'check'],
  chains: ['dns', 'dnssec', 'dane', 'people', 'report', 'check'],
  doh: ['dns'],
  report: ['dns', 'dnssec', 'dane'],
  check: ['dns', 'dnssec', 'dane', 'report'],
  probe: ['dns', 'dnssec'],
  services: ['dns', 'dnssec', 'dane', 'report', 'check'],
  explain: ['dns', 'dnssec', 'dane', 'people', 'chains', 'report', 'check', 'probe', 'services', 'locales'],
  locales: [],
  library: ['dns', 'dnssec', 'dane', 'people', 'chains', 'doh', 'report', 'check', 'explain', 'locales'],
  extension: [
    'dns',
    'dnssec',
    'dane',
    'people',
    'chains',
    'doh',
    'report',
    'check',
    'probe',
    'services',
    'explain',
    'locales',
  ],
  cli: [
    'dns',
    'dnssec',
    'dane',
    'people',
    'chains',
    'doh',
    'report',
    'check',
    'probe',
    'services',
    'explain',
    'locales',
  ],
};

/** Packages, each with the files that may load them. */
const PACKAGES: readonly { readonly pattern: RegExp; readonly files: readonly string[]; readonly types?: Room }[] = [
  { pattern: /^webextension-polyfill$/, files: ['src/extension/browser.ts'], types: 'extension' },
  { pattern: /^(pkijs|asn1js)$/, files: ['src/dane/certificate.ts', 'src/people/cms.ts'] },
  { pattern: /^postal-mime$/, files: ['src/people/signed-message-reader.ts'] },
  { pattern: /^qr$/, files: ['src/cli/qr.ts', 'src/extension/inspector/qr.ts'] },
  { pattern: /^openpgp$/, files: ['src/people/openpgp-reader.ts'] },
  // Digests of TLSA data are taken from the same library, without waiting, where records are read and matched.
  {
    pattern: /^@noble\/hashes\/sha2\.js$/,
    files: ['src/dnssec/algorithms.ts', 'src/dane/tlsa-record.ts', 'src/dane/tlsa.ts', 'src/people/owner.ts'],
  },
  { pattern: /^@noble\//, files: ['src/dnssec/algorithms.ts'] },
];

/** The two files whose work is computation with keys. */
const WEB_CRYPTO_FILES = ['src/dnssec/algorithms.ts', 'src/dane/certificate.ts'];

/** Doors to the network, the clock, chance, the page or the machine; the core has none of them. */
const OUTSIDE_WORLD = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'Date.now',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Math.random',
  'window',
  'self',
  'globalThis',
  'document',
  'navigator',
  'location',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'caches',
  'chrome',
  'browser',
  'process',
  'Buffer',
  'require',
  'global',
];

/** `doh` has a time limit and is handed its `fetch`; the page, the browser and the machine are not its to know. */
const DOH_FORBIDS = [
  'fetch',
  'Math.random',
  'window',
  'globalThis',
  'document',
  'chrome',
  'browser',
  'process',
  'Buffer',
];

/** What a source file does that its room may not. `path` is relative to the repository, with slashes. */
export function violations(path: string, source: string): Violation[] {
  const room = roomOf(path);
  if (room === undefined) return [{ path, wall: 'every file is in a room', what: path }];
  const found: Violation[] = [];
  const forbid = (wall: string, what: string) => found.push({ path, wall, what });
  for (const { specifier, typeOnly } of importsOf(source)) {
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(path), specifier);
      const other = roomOf(target);
      const own = room === 'cli' && target === 'package.json';
      if (other === undefined ? !own : other !== room && !MAY_IMPORT[room].includes(other)) {
        forbid(`${room} may import ${['itself', ...MAY_IMPORT[room]].join(', ')}`, specifier);
      }
    } else if (specifier.startsWith('node:')) {
      if (room !== 'cli') forbid('node:* only in cli', specifier);
    } else {
      const rule = PACKAGES.find(({ pattern }) => pattern.test(specifier));
      const asTypes = typeOnly && rule?.types === room;
      if (rule === undefined || !(rule.files.includes(path) || asTypes)) {
        forbid(`${specifier} only in ${rule?.files.join(', ') || 'no file'}`, specifier);
      }
    }
  }
  const core = (CORE as readonly Room[]).includes(room);
  if (core) {
    for (const global of globalsIn(source, OUTSIDE_WORLD)) forbid('the core knows nothing outside itself', global);
    if (readsClock(source)) forbid('the core knows nothing outside itself', 'new Date()');
  }
  if (room === 'doh') for (const global of globalsIn(source, DOH_FORBIDS)) forbid('doh is handed its fetch', global);
  if ((core || room === 'doh') && !WEB_CRYPTO_FILES.includes(path)) {
    for (const global of globalsIn(source, ['crypto']))
      forbid(`WebCrypto only in ${WEB_CRYPTO_FILES.join(', ')}`, global);
  }
  return found;
}

function roomOf(path: string): Room | undefined {
  const [, name] = /^src\/([a-z]+)(?:\/.*|\.ts)$/.exec(path) ?? [];
  return name !== undefined && Object.hasOwn(MAY_IMPORT, name) ? (name as Room) : undefined;
}

/** Static, side-effect and dynamic imports, and re-exports. */
export function importsOf(source: string): ImportStatement[] {
  const code = withoutComments(source);
  const statement = /^[ \t]*(?:import|export)\b([^'"`;()=]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
  const dynamic = /\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g;
  return [
    ...[...code.matchAll(statement)].map(([, clause, specifier]) => ({
      specifier: specifier!,
      typeOnly: /^\s+type\b(?!\s*(?:,|from$))/.test(clause ?? ''),
    })),
    ...[...code.matchAll(dynamic)].map(([, specifier]) => ({ specifier: specifier!, typeOnly: false })),
  ];
}

/** Comments blanked; strings, templates and regular expressions are stepped over as they stand. */
export function withoutComments(source: string): string {
  const piece =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;
  return source.replace(piece, (text) => (/^\/[*/]/.test(text) ? ' ' : text));
}

/** Which of `names` a source uses as globals: neither its own variables nor properties of that name count. */
function globalsIn(source: string, names: readonly string[]): string[] {
  const mark = (name: string) => `__GLOBAL_${name.replace('.', '_')}__`;
  const define = Object.fromEntries(names.map((name) => [name, mark(name)]));
  const { code } = transformSync(source, { loader: 'ts', define });
  return names.filter((name) => code.includes(mark(name)));
}

/** `new Date()` and `Date()` read the clock; `new Date(number)` is computation. esbuild writes the parentheses. */
function readsClock(source: string): boolean {
  const { code } = transformSync(source, { loader: 'ts', define: { Date: '__GLOBAL_Date__' } });
  return /new __GLOBAL_Date__\(\)|(?<!new )__GLOBAL_Date__\(/.test(code);
}
