/** From the popup to the inspector, with the host of the page in front. */
import browser from '../browser.ts';
import { openInspector } from '../inspector/opening.ts';
import { targetOf } from '../site.ts';

/** `url`: of the page that the popup is about. */
export async function inspectPage(tab: number, url: string): Promise<void> {
  const { host, port } = targetOf(url);
  const { incognito } = await browser.tabs.get(tab);
  await openInspector(browser, { text: port === 443 || port === 0 ? host : `${host}:${port}`, privately: incognito });
}
