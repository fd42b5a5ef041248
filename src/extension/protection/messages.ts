/** What the warning page and the options say to the background about protection, and what they are told. */
import type { Report } from '../../report.ts';
import { isObject } from '../tabs.ts';

export type ProtectionRequest =
  /** The warning page: what does this tab's page with that number stand for? */
  | { readonly kind: 'stopped'; readonly stop: string }
  /** Once more, judged anew (`again`), or let through. */
  | { readonly kind: 'proceed'; readonly stop: string; readonly how: Proceed }
  /** `alone`: the tab's history holds nothing else. */
  | { readonly kind: 'leave'; readonly stop: string; readonly alone: boolean }
  | { readonly kind: 'remove-exception'; readonly id: string };

export type Proceed = (typeof PROCEEDS)[number];

const PROCEEDS = ['again', 'once', 'session'] as const;

export type StoppedView =
  | {
      readonly kind: 'stopped';
      readonly stop: string;
      readonly url: string;
      readonly report: Report;
      /** SHA-256, hex; empty where none was seen. */
      readonly certificate: string;
      readonly mayProceed: boolean;
    }
  /** Not of this tab, or forgotten. */
  | { readonly kind: 'nothing' };

export type Proceeding = { readonly kind: 'proceed'; readonly url: string } | { readonly kind: 'nothing' };

/** Undefined for anything else. */
export function parseProtectionRequest(message: unknown): ProtectionRequest | undefined {
  if (!isObject(message)) return undefined;
  const { kind, stop, how, alone, id } = message;
  if (kind === 'remove-exception') return isId(id) ? { kind, id } : undefined;
  if (!isId(stop)) return undefined;
  if (kind === 'stopped') return { kind, stop };
  if (kind === 'proceed') {
    const known = PROCEEDS.find((one) => one === how);
    return known && { kind, stop, how: known };
  }
  return kind === 'leave' && typeof alone === 'boolean' ? { kind, stop, alone } : undefined;
}

const MAX_ID_CHARACTERS = 64;

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_CHARACTERS;
}
