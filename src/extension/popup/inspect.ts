/** From the popup to the inspector, with the host of the page in front. */
import browser from '../browser.ts';
import { openInspector } from '../inspector/opening.ts';
import { targetOf } from '../site.ts';

/** `url`: of the page that the popup is about. */
export async function inspectPage(tab: number, url: string): Promise<void> {
  // Pages of the browser's own have no host that DNS would know: there the field stays empty.
  const { host, port } = /^https?:/.test(url) ? targetOf(url) : { host: '', port: 0 };
  const { incognito } = await browser.tabs.get(tab);
  await openInspector(browser, {
    text: port === 443 || port === 80 || port === 0 ? host : `${host}:${port}`,
    privately: incognito,
  });
}
