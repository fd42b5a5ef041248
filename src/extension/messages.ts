/**
 * What popup and options ask of the background: one union of requests, each with its answer's type. Requests are
 * taken from the extension's own pages only, and only in the shapes below.
 */
import type { CacheSize } from '../doh/cache.ts';
import type { ProbeProgress, ProbeReport } from '../probe.ts';
import type { EvidenceAnswer, PublishableAnswer } from './evidence/gather.ts';
import { MAX_ANCHORS_CHARACTERS } from './settings.ts';

export type Request = TabRequest | { readonly kind: 'cache' } | { readonly kind: 'clear-cache' };

export type TabRequest =
  /** Somebody looks at this tab's report: make one if there is none, or the one there ran out. */
  | { readonly kind: 'look'; readonly tab: number }
  | { readonly kind: 'check-again'; readonly tab: number }
  /** Check again, and read the certificate of the page shown now. */
  | { readonly kind: 'read-certificate'; readonly tab: number }
  /** The signed records that this tab's report rests on. */
  | { readonly kind: 'evidence'; readonly tab: number }
  /** The records to publish for the certificate of this tab's page. */
  | { readonly kind: 'publishable'; readonly tab: number }
  /** The same, reading the certificate if it has not been seen. */
  | { readonly kind: 'publishable-read'; readonly tab: number };

export interface Answers {
  readonly look: Done;
  readonly 'check-again': Done;
  readonly 'read-certificate': Done;
  readonly evidence: EvidenceAnswer;
  readonly publishable: PublishableAnswer;
  readonly 'publishable-read': PublishableAnswer;
  /** Of ordinary windows. */
  readonly cache: CacheSize;
  readonly 'clear-cache': Done;
}

export type Done = { readonly done: true };

/** The request in a message; undefined for anything else. */
export function parseRequest(message: unknown): Request | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, tab } = message as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'cache':
    case 'clear-cache':
      return { kind };
    case 'look':
    case 'check-again':
    case 'read-certificate':
    case 'evidence':
    case 'publishable':
    case 'publishable-read':
      return typeof tab === 'number' && Number.isSafeInteger(tab) && tab >= 0 ? { kind, tab } : undefined;
    default:
      return undefined;
  }
}

/** The connection over which a page has a resolver tried; closing it calls the trial off. */
export const TRIAL_CONNECTION = 'resolver-trial';

/** The one message from the page: whom to try, and what to judge the answers by. */
export interface TrialRequest {
  readonly resolverUrl: string;
  /** Master-file lines; empty for the built-in ones. */
  readonly anchors: string;
}

/** What comes back: how far it is, and in the end the report. */
export type TrialMessage =
  | ProbeProgress
  | { readonly kind: 'report'; readonly report: ProbeReport }
  | { readonly kind: 'unusable'; readonly field: keyof TrialRequest };

/** The request in a message; undefined for anything else. */
export function parseTrialRequest(message: unknown): TrialRequest | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { resolverUrl, anchors } = message as Readonly<Record<string, unknown>>;
  if (typeof resolverUrl !== 'string' || resolverUrl.length > MAX_URL_CHARACTERS) return undefined;
  if (typeof anchors !== 'string' || anchors.length > MAX_ANCHORS_CHARACTERS) return undefined;
  return { resolverUrl, anchors };
}

/** Longer than any URL that a browser lets a person type. */
const MAX_URL_CHARACTERS = 65_536;

/** As much of a message's sender as is looked at. */
export interface Sender {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly tab?: { readonly id?: number | undefined } | undefined;
}

/** Did a page of this extension send it? A content script or another extension has another URL or id. */
export function isOwnPage(sender: Sender, extension: { readonly id: string; readonly root: string }): boolean {
  return sender.id === extension.id && sender.url !== undefined && sender.url.startsWith(extension.root);
}
