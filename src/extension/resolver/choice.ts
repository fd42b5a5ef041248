/** What a person has picked, and what stands in the way of it: nothing here touches the page. */
import { parseResolverUrl, type ResolverUrlFault } from '../../doh/resolver-url.ts';
import { endOfService, findKnownResolver } from '../../doh/resolvers.ts';

export type Pick =
  /** Nobody. */
  | { readonly kind: 'none' }
  | { readonly kind: 'listed'; readonly url: string }
  /** As it was typed. */
  | { readonly kind: 'own'; readonly text: string };

export type PickFault = ResolverUrlFault | 'nothing-typed' | 'same-as-first';

/** `url` is empty for nobody. */
export type Judgement =
  | { readonly ok: true; readonly url: string; readonly ended?: string }
  | { readonly ok: false; readonly fault: PickFault };

export const NOBODY: Judgement = { ok: true, url: '' };

export interface ResolverChoice {
  readonly resolverUrl: string;
  readonly secondResolverUrl?: string | undefined;
}

/** The first one first. */
export function urlsOf({ resolverUrl, secondResolverUrl }: ResolverChoice): readonly string[] {
  return secondResolverUrl === undefined ? [resolverUrl] : [resolverUrl, secondResolverUrl];
}

export function judgePick(pick: Pick): Judgement {
  if (pick.kind === 'none') return NOBODY;
  if (pick.kind === 'listed') return { ok: true, url: pick.url };
  const url = pick.text.trim();
  if (url === '') return { ok: false, fault: 'nothing-typed' };
  const parsed = parseResolverUrl(url);
  if (!parsed.ok) return parsed;
  const ended = endOfService(url);
  return { ok: true, url, ...(ended !== undefined && { ended }) };
}

/** The second only counts beside a first, and has to be another. */
export function judgeSecond(pick: Pick, first: Judgement): Judgement {
  const judged = judgePick(pick);
  if (!judged.ok || !first.ok || judged.url === '' || first.url === '') return judged;
  return postUrl(judged.url) === postUrl(first.url) ? { ok: false, fault: 'same-as-first' } : judged;
}

/** What was stored, as a pick: a URL that is on the list is picked from the list. */
export function pickFor(url: string): Pick {
  if (url === '') return { kind: 'none' };
  const listed = findKnownResolver(url);
  return listed === undefined ? { kind: 'own', text: url } : { kind: 'listed', url: listed.url };
}

function postUrl(url: string): string {
  const parsed = parseResolverUrl(url);
  return parsed.ok ? parsed.resolver.post : url;
}
