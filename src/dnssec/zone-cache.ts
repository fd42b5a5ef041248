/**
 * Zones proven earlier, for lookups to come: keys of secure ones, and cuts proven insecure. What failed is not kept.
 * An entry lasts as long as the shortest-lived evidence on the way to it (RFC 4035 section 5.3.3). One cache belongs
 * to one set of anchors and options; whoever changes those starts a new one.
 */
import type { Name } from '../dns/name.ts';
import type { Reached } from './zones.ts';

export class ZoneCache {
  readonly #entries = new Map<string, Reached>();
  /** Zones seen to delegate something. */
  readonly #delegating = new Set<string>();
  readonly #limit: number;

  /** `limit`: names held at once; the one put in first goes first. */
  constructor(limit = 1000) {
    this.#limit = limit;
  }

  get(name: Name, now: number): Reached | undefined {
    const entry = this.#entries.get(name.key);
    if (entry === undefined || entry.validUntil > now) return entry;
    this.#entries.delete(name.key);
    return undefined;
  }

  put(name: Name, reached: Reached, now: number): void {
    const { security } = reached.zone;
    if ((security !== 'secure' && security !== 'insecure') || reached.validUntil <= now) return;
    this.#entries.delete(name.key);
    if (this.#entries.size >= this.#limit) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(name.key, reached);
    const { zone } = reached;
    if (zone.parent === undefined || !zone.name.equals(name)) return;
    if (this.#delegating.size >= this.#limit) this.#delegating.delete(this.#delegating.keys().next().value!);
    this.#delegating.add(zone.parent.name.key);
  }

  /** Has `zone` been seen to delegate anything? A hint of what to ask, and proof of nothing. */
  delegates(zone: Name): boolean {
    return this.#delegating.has(zone.key);
  }

  clear(): void {
    this.#entries.clear();
    this.#delegating.clear();
  }
}
