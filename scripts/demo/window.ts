/** The demo with a window: an index of the sites, and each of them in a tab, until the window is closed. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserName } from '../../test/browsers/drivers/browser.ts';
import { activateTab } from '../../test/browsers/drivers/browser.ts';
import { configure, launchWithExtension } from '../../test/browsers/drivers/extension.ts';
import type { DemoSite, DemoWorld } from '../../test/world/demo.ts';
import type { Closing } from './closing.ts';
import { commandLine } from './command-line.ts';
import { extensionFolder } from './prepare.ts';

/** Settles when the browser has been closed. */
export async function showWindow(name: BrowserName, world: DemoWorld, closing: Closing): Promise<void> {
  const index = await serveIndex(world.sites);
  closing.add(index.close);
  const browser = await launchWithExtension(name, {
    extensionFolder: extensionFolder(name),
    hosts: world.hostMap,
    authorityPem: world.authority.rootPem,
    headless: false,
  });
  closing.add(browser.close);
  await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
  const first = await browser.openTab();
  await first.open(index.url);
  for (const site of world.sites) {
    const tab = await browser.openTab();
    await tab.open(site.url);
  }
  await activateTab(browser, first);
  await browser.closeDesk();
  console.log(`\n${name} ${browser.version} shows these sites, a tab each; watch the toolbar button of Danelaw:\n`);
  const width = Math.max(...world.sites.map(({ url }) => url.length));
  for (const { url, expected, title } of world.sites) {
    console.log(`  ${url.padEnd(width)}  ${expected.padEnd(13)}  ${title}`);
  }
  const typed = commandLine(world);
  closing.add(async () => typed.remove());
  console.log(`\nThe first of them on the command line, in another terminal:\n\n  ${typed.text}`);
  console.log('\nClose the window or press Ctrl-C to end.');
  await browser.closed;
}

async function serveIndex(sites: readonly DemoSite[]): Promise<{ url: string; close: () => Promise<void> }> {
  const html = indexPage(sites);
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(html);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Titles and explanations are the demo world's own text, without markup. */
function indexPage(sites: readonly DemoSite[]): string {
  const rows = sites.map(
    ({ url, title, expected, explanation }) =>
      `<tr><td><a href="${url}">${title}</a><td><code>${expected}</code><td>${explanation}</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Danelaw: the demo sites</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem; }
  td { padding: .5rem 1.2rem .5rem 0; vertical-align: top; border-top: 1px solid #8886; }
</style>
<h1>Danelaw: the demo sites</h1>
<p>Each is open in a tab of its own. The toolbar button of Danelaw shows the verdict for the tab in front of you;
click it for the reasons. All of this, DNS and certificates included, lives on this machine only.</p>
<table>${rows.join('\n')}</table>
</html>
`;
}
