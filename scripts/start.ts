/** `npm start`: the demo world, seen through the extension. See `--help`. */
import { startDemoWorld } from '../test/world/demo.ts';
import { closeOnSignals, createClosing } from './demo/closing.ts';
import { showOnCommandLine } from './demo/command-line.ts';
import { showHeadless } from './demo/headless.ts';
import { type DemoOptions, parseOptions, USAGE } from './demo/options.ts';
import { browsersFound, build, installBrowsers } from './demo/prepare.ts';
import { isRight, jsonLine, type SiteResult, table } from './demo/result.ts';
import { showWindow } from './demo/window.ts';

/** All sites in two browsers take well under a minute; this is for a machine where something hangs. */
const HEADLESS_LIMIT_MS = 8 * 60_000;

const parsed = parseOptions(process.argv.slice(2));
if (parsed.kind === 'help') console.log(USAGE);
else if (parsed.kind === 'wrong') {
  console.error(`${parsed.why}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await start(parsed.options);

async function start(asked: DemoOptions): Promise<number> {
  let options = asked;
  if (!options.headless && !hasScreen()) {
    console.error('demo: there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window: as with');
    console.error('        npm start -- --headless');
    options = { ...options, headless: true };
  }
  const closing = createClosing();
  closeOnSignals(closing, options.headless ? HEADLESS_LIMIT_MS : undefined);
  try {
    console.error('demo: building the extension');
    await build();
    let names = browsersFound(options.browser);
    if (names.length === 0) {
      await installBrowsers();
      names = browsersFound(options.browser);
    }
    console.error('demo: starting the demo world (DNS, certificates and sites of its own, on this machine only)');
    const world = await startDemoWorld();
    closing.add(world.close);
    const [first] = names;
    if (first === undefined) return await withoutBrowser(options, world);
    if (!options.headless) {
      await showWindow(first, world, closing);
      return 0;
    }
    const results: SiteResult[] = [];
    for (const name of names) {
      const shown = await showHeadless(name, {
        world,
        closing,
        ...(options.screenshots === undefined ? {} : { screenshots: options.screenshots }),
        onBrowser: (_name, version) => console.error(`demo: ${name} ${version}`),
        onResult: (result) => (options.json ? console.log(jsonLine(result)) : undefined),
      });
      if (!options.json) console.log(`\n${name}\n${table(shown, true)}`);
      results.push(...shown);
    }
    return judge(results);
  } catch (error) {
    console.error('demo:', error);
    return 1;
  } finally {
    await closing.closeAll();
  }
}

/** The sites on the command line; no browser was seen, so a headless run has not shown what it is for. */
async function withoutBrowser(options: DemoOptions, world: Parameters<typeof showOnCommandLine>[0]): Promise<number> {
  console.error('demo: no browser, so the sites are checked on the command line (node dist/cli.js check …)');
  const results = await showOnCommandLine(world, (result) =>
    options.json ? console.log(jsonLine(result)) : undefined,
  );
  if (!options.json) console.log(`\n${table(results, false)}`);
  const right = results.every(({ verdict, expected }) => verdict === expected);
  return right && !options.headless ? 0 : 1;
}

function judge(results: readonly SiteResult[]): number {
  const wrong = results.filter((result) => !isRight(result));
  if (wrong.length === 0) {
    console.error(`demo: all ${results.length} visits ended in the verdict they must end in`);
    return 0;
  }
  console.error(`demo: ${wrong.length} of ${results.length} visits ended in another verdict than they must end in`);
  return 1;
}

function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}
