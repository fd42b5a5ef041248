/** Labels and names for random worlds: the ordinary, and the octets that validators trip over. */
import { type Name, NameError } from '../../src/dns/name.ts';
import type { Random } from './random.ts';

const octets = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const ORDINARY = ['a', 'b', 'c', 'd', 'www', 'mail', '_tcp', '_443', 'x1', 'zz', '0', '-', 'host'].map(octets);

/** A dot, a backslash, a quote, a semicolon, a space, NUL, both ends of the octets, case bits above ASCII, 63 octets. */
const ODD = [
  'a.b',
  '\\',
  'q"t',
  'se;mi',
  'sp ace',
  '\0',
  'a\0',
  '\x01',
  '\xff',
  '\xc4\xe4',
  '@',
  '(x)',
  '$v',
  'a*',
  '**',
  '*a',
  '[',
  '`',
  '{',
  'l'.repeat(63),
].map(octets);

export function randomLabel(random: Random, oddness = 0.15): Uint8Array {
  if (random.chance(oddness)) return random.pick(ODD);
  const label = random.pick(ORDINARY);
  return random.chance(0.3) ? Uint8Array.of(...label, 0x61 + random.between(0, 25)) : label;
}

/** A name `depth` labels below `above`; undefined where that would be too long. */
export function randomBelow(random: Random, above: Name, depth: number, oddness?: number): Name | undefined {
  let name = above;
  try {
    for (let i = 0; i < depth; i++) name = name.child(randomLabel(random, oddness));
    // Room for a label more, which questions and wildcards put in front.
    return name.wire.length <= 230 ? name : undefined;
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

/** A name right beside `name` in canonical order, or as near as a random octet comes. */
export function neighbour(random: Random, name: Name): Name | undefined {
  const label = name.label(0);
  const last = label.at(-1)!;
  const changed = random.weighted<Uint8Array | undefined>([
    [1, label.length < 63 ? Uint8Array.of(...label, 0) : undefined],
    [1, last > 0 ? label.with(label.length - 1, last - 1) : undefined],
    [1, last < 255 ? label.with(label.length - 1, last + 1) : undefined],
    [1, label.length > 1 ? label.subarray(0, -1) : undefined],
  ]);
  if (changed === undefined) return undefined;
  const beside = name.parent().child(changed);
  return beside.equals(name) ? undefined : beside;
}
