/** Generators for property tests. */
import fc from 'fast-check';
import { Name } from '../../../src/dns/name.ts';

/** Any label: any octets, with letters, dots, digits and backslashes more often than chance would have them. */
export const label = fc
  .oneof(
    { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 6 }) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...'aAbBzZ.\\0129 *@$";()-_')).filter((text) => text.length > 0) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 60, maxLength: 63 }) },
  )
  .map((octets) =>
    (octets instanceof Uint8Array ? octets : Uint8Array.from(octets.join(''), (c) => c.charCodeAt(0))).slice(0, 63),
  );

/** Any labels that make a name. */
export const labels = fc
  .array(label, { maxLength: 8 })
  .filter((all) => all.reduce((sum, one) => sum + one.length + 1, 1) <= 255);

export const name = labels.map((all) => Name.fromLabels(all));

/** Names from few labels, so that equal ones and ancestors turn up. */
export const relatedName = fc
  .array(fc.constantFrom('a', 'B', 'b', '\\001', '*', '\\200', 'ab', 'a\\.b'), { maxLength: 4 })
  .map((all) => Name.parse(all.length === 0 ? '.' : all.join('.')));
