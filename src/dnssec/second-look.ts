/** A lookup that does not call data bogus before it has been asked for in another way, where there is one. */
import type { SecondLook } from '../dns/ask.ts';
import type { Name } from '../dns/name.ts';
import { type LookupOutcome, lookup, sumOfWork, type ValidatorInput } from './lookup.ts';

/** Never rejects. */
export async function lookupTwice(
  input: ValidatorInput & { readonly name: Name; readonly type: number },
  secondLook?: SecondLook,
): Promise<LookupOutcome> {
  const first = await lookup(input);
  const ask = first.security === 'bogus' ? secondLook?.(first.reason) : undefined;
  if (ask === undefined) return first;
  const second = await lookup({ ...input, ask });
  const better = second.security === 'secure' || second.security === 'insecure' ? second : first;
  return { ...better, work: sumOfWork(first.work, second.work) };
}
