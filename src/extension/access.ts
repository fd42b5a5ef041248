/**
 * Which sites the browser lets the extension see. In Firefox the access that the manifest asks for may be taken back at
 * any time, and Chromium can keep it to some sites: then nothing is asked in secret, and the person is told (B19, B20).
 */
import type { Permissions } from 'webextension-polyfill';
import type { Fetch } from '../doh/doh.ts';

/** As the manifest says it. */
export const ALL_SITES = '*://*/*';

/** As much of `browser.permissions` as is used here. */
export type AccessApi = Pick<Permissions.Static, 'contains'> & {
  readonly [event in 'onAdded' | 'onRemoved']: Pick<Permissions.Static[event], 'addListener'>;
};

export interface Access {
  /** May the extension see what comes from there, and ask there? */
  reaches(url: string): Promise<boolean>;
  /** All sites. */
  isComplete(): Promise<boolean>;
}

/** Registers its listeners, synchronously. */
export function createAccess(permissions: AccessApi, changed: () => void): Access {
  let complete: Promise<boolean> | undefined;
  const onChange = (): void => {
    complete = undefined;
    changed();
  };
  permissions.onAdded.addListener(onChange);
  permissions.onRemoved.addListener(onChange);
  const isComplete = (): Promise<boolean> => (complete ??= permissions.contains({ origins: [ALL_SITES] }));
  return {
    isComplete,
    reaches: async (url) => (await isComplete()) || permissions.contains({ origins: [patternOf(url)] }),
  };
}

/** Every page of that host. A pattern has no port: it stands for all of them. */
export function patternOf(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${hostname}/*`;
}

/**
 * Asks the person for access to these hosts, where it is missing. To be called in answer to a click and before anything
 * is waited for, as both browsers demand.
 */
export function requestAccess(
  permissions: Pick<Permissions.Static, 'request'>,
  urls: readonly string[],
): Promise<boolean> {
  return request(permissions, urls.map(patternOf));
}

/** The same for all sites. Access can be withheld when the extension is installed, or taken back later. */
export function requestAllSites(permissions: Pick<Permissions.Static, 'request'>): Promise<boolean> {
  return request(permissions, [ALL_SITES]);
}

async function request(permissions: Pick<Permissions.Static, 'request'>, origins: string[]): Promise<boolean> {
  try {
    return await permissions.request({ origins });
  } catch (error) {
    // A browser may refuse even to ask: the person has not said yes then.
    console.warn('Danelaw: the browser did not ask for access', error);
    return false;
  }
}

/**
 * Asks nobody out of reach. Such a request would not fail by itself wherever the server lets strangers in (CORS), and
 * would tell it which extension asks.
 */
export function withinReach(fetch: Fetch, { reaches }: Pick<Access, 'reaches'>): Fetch {
  return async (url, init) => {
    if (await reaches(url)) return fetch(url, init);
    throw new TypeError(`the browser does not let this extension reach ${new URL(url).host}`);
  };
}
