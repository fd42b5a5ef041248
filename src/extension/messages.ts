/**
 * What popup and options ask of the background: one union of requests, each with its answer's type. Requests are
 * taken from the extension's own pages only, and only in the shapes below.
 */
import type { Security, ValidationReason } from '../dnssec/outcome.ts';
import { MAX_ANCHORS_CHARACTERS } from './settings.ts';

export type Request =
  /** Somebody looks at this tab's report: make one if there is none, or the one there ran out. */
  | { readonly kind: 'look'; readonly tab: number }
  | { readonly kind: 'check-again'; readonly tab: number }
  /** Check again, and read the certificate of the page shown now. */
  | { readonly kind: 'read-certificate'; readonly tab: number }
  /** Ask this resolver for the keys of the trusted zone, and validate them against these anchors. */
  | { readonly kind: 'test-resolver'; readonly resolverUrl: string; readonly anchors: string };

export interface Answers {
  readonly look: Done;
  readonly 'check-again': Done;
  readonly 'read-certificate': Done;
  readonly 'test-resolver': ResolverTest;
}

export type Done = { readonly done: true };

export type ResolverTest =
  | {
      readonly kind: 'answered';
      /** The zone whose keys were asked for. */
      readonly zone: string;
      readonly security: Security;
      readonly reason: ValidationReason;
      readonly ms: number;
    }
  | { readonly kind: 'unusable'; readonly field: 'resolverUrl' | 'anchors' };

/** The request in a message; undefined for anything else. */
export function parseRequest(message: unknown): Request | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, tab, resolverUrl, anchors } = message as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'look':
    case 'check-again':
    case 'read-certificate':
      return typeof tab === 'number' && Number.isSafeInteger(tab) && tab >= 0 ? { kind, tab } : undefined;
    case 'test-resolver': {
      if (typeof resolverUrl !== 'string' || typeof anchors !== 'string') return undefined;
      return anchors.length <= MAX_ANCHORS_CHARACTERS ? { kind, resolverUrl, anchors } : undefined;
    }
    default:
      return undefined;
  }
}

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
