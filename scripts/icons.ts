/**
 * Renders `icons/*.svg` to the PNG sizes the toolbars and stores want, with the Chromium the tests use. Run by hand
 * after a drawing changed (`npx tsx scripts/icons.ts`); the PNG files are kept in the repository, so that building
 * needs no browser.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ICONS = fileURLToPath(new URL('../icons/', import.meta.url));
/** Toolbars at the usual densities, lists, stores. */
const SIZES = [16, 19, 32, 38, 48, 128];

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage();
  for (const file of (await readdir(ICONS)).filter((name) => name.endsWith('.svg')).sort()) {
    const name = basename(file, '.svg');
    const svg = await readFile(join(ICONS, file), 'utf8');
    for (const size of SIZES) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      );
      await writeFile(join(ICONS, `${name}-${size}.png`), await page.screenshot({ omitBackground: true }));
    }
    console.log(`${name}: ${SIZES.join(', ')}`);
  }
} finally {
  await browser.close();
}
