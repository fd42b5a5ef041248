/** The command line of `npm start`. */
import { parseArgs } from 'node:util';
import type { BrowserName } from '../../test/browsers/drivers/browser.ts';

export interface DemoOptions {
  readonly headless: boolean;
  readonly json: boolean;
  /** Folder for PNGs of pages and popups. */
  readonly screenshots?: string;
  /** Undefined: every browser found, or with a window the first. */
  readonly browser?: BrowserName;
}

export const USAGE = `usage: npm start -- [options]

Builds the extension, starts the demo world (a DNS of its own and HTTPS sites, all on this machine) and shows its
sites in a browser with the extension loaded, each with its verdict in the toolbar.

  --headless            without a window, in every browser found: prints a table and ends by itself;
                        exit status 0 only if every site got the verdict it must get
  --json                one JSON line a site and browser, then the visit after a swapped certificate (implies --headless)
  --screenshots DIR     page and popup of each site as PNG (implies --headless)
  --browser NAME        firefox or chromium only
  --help                this text`;

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string };

export function parseOptions(words: readonly string[]): ParsedOptions {
  let values: { headless?: boolean; json?: boolean; screenshots?: string; browser?: string; help?: boolean };
  try {
    values = parseArgs({
      args: [...words],
      options: {
        headless: { type: 'boolean' },
        json: { type: 'boolean' },
        screenshots: { type: 'string' },
        browser: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return { kind: 'wrong', why: (error as Error).message };
  }
  const { json = false, screenshots, browser } = values;
  if (values.help === true) return { kind: 'help' };
  if (browser !== undefined && browser !== 'firefox' && browser !== 'chromium') {
    return { kind: 'wrong', why: `no such browser: ${browser}` };
  }
  return {
    kind: 'run',
    options: {
      headless: values.headless === true || json || screenshots !== undefined,
      json,
      ...(screenshots === undefined ? {} : { screenshots }),
      ...(browser === undefined ? {} : { browser }),
    },
  };
}
