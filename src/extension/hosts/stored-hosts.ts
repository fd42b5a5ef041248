/** How a tab's hosts lie in `storage.session`. */

import { SITE_VERDICTS } from '../../report.ts';
import { isEvidence, isObject } from '../tabs.ts';
import type { TabHosts } from './host-list.ts';

export function hostsKey(tab: number): string {
  return `hosts:${tab}`;
}

/** Is it a list this version wrote? Against other versions and broken storage, as `isTabState` is. */
export function isTabHosts(value: unknown): value is TabHosts {
  if (!isObject(value) || value['version'] !== 1) return false;
  return isTextOrNone(value['shown']) && isListOf(value['documents'], isDocument);
}

function isDocument(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['key'] === 'string' &&
    isTextOrNone(value['origin']) &&
    typeof value['watched'] === 'boolean' &&
    isListOf(value['hosts'], isHost)
  );
}

function isHost(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['host'] === 'string' &&
    typeof value['port'] === 'number' &&
    isTextOrNone(value['from']) &&
    isListOf(value['certificates'], isCertificate)
  );
}

function isCertificate(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['mark'] === 'string' &&
    isTextOrNone(value['check']) &&
    (value['evidence'] === undefined || isEvidence(value['evidence'])) &&
    (value['report'] === undefined || isHostReport(value['report']))
  );
}

function isHostReport(value: unknown): boolean {
  return (
    isObject(value) &&
    SITE_VERDICTS.some((verdict) => verdict === value['verdict']) &&
    typeof value['checkedAt'] === 'number' &&
    typeof value['validUntil'] === 'number' &&
    isObject(value['reason'])
  );
}

function isListOf(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
