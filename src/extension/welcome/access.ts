/** What the browser itself has the person allow, apart from our own question: access to sites, and sending data. */
import type { Permissions } from 'webextension-polyfill';

type Api = Pick<Permissions.Static, 'request' | 'getAll'>;

/**
 * Host access can be withheld when the extension is installed or taken back later. Where nothing is missing nobody is
 * asked anything. To be called in answer to a click and before anything is waited for, as both browsers demand.
 */
export async function askForHosts(permissions: Pick<Api, 'request'>): Promise<boolean> {
  return permissions.request({ origins: ['*://*/*'] });
}

/**
 * Has the person agreed that names of sites are sent (B23, B25)? Firefox asks on installing, from version 140 on, and
 * lists what was agreed to; a browser that lists nothing has not asked, and our own page is the question.
 */
export async function allowsBrowsingActivity(permissions: Pick<Api, 'getAll'>): Promise<boolean> {
  const { data_collection: agreed } = (await permissions.getAll()) as { readonly data_collection?: unknown };
  return !Array.isArray(agreed) || agreed.includes('browsingActivity');
}
