/** What Firefox itself has the person allow, apart from our own question: sending data. */
import type { Permissions } from 'webextension-polyfill';

/**
 * Has the person agreed that names of sites are sent (B23, B25)? Firefox asks on installing, from version 140 on, and
 * lists what was agreed to; a browser that lists nothing has not asked, and our own page is the question.
 */
export async function allowsBrowsingActivity(permissions: Pick<Permissions.Static, 'getAll'>): Promise<boolean> {
  const { data_collection: agreed } = (await permissions.getAll()) as { readonly data_collection?: unknown };
  return !Array.isArray(agreed) || agreed.includes('browsingActivity');
}
