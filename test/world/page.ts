/** What a demo site shows: its verdict to be, why, and the way to the others. */
import type { SiteVerdict } from '../../src/report.ts';

export interface PageContent {
  readonly title: string;
  readonly explanation: string;
  readonly expected: SiteVerdict;
  readonly facts: readonly (readonly [term: string, value: string])[];
  readonly others: readonly { readonly url: string; readonly title: string }[];
}

const COLOURS: Record<SiteVerdict, string> = {
  verified: '#1a7f37',
  mismatch: '#b42318',
  bogus: '#b42318',
  signed: '#175cd3',
  insecure: '#5d6673',
  indeterminate: '#8a5a00',
  unread: '#8a5a00',
  off: '#5d6673',
};

export function sitePage({ title, explanation, expected, facts, others }: PageContent): string {
  const colour = COLOURS[expected];
  const rows = facts.map(([term, value]) => `<dt>${escapeHtml(term)}</dt><dd><code>${escapeHtml(value)}</code></dd>`);
  const links = others.map(({ url, title: name }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(name)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 17px/1.55 system-ui, sans-serif; }
  body { max-width: 42rem; margin: 0 auto; padding: 3rem 1.5rem; }
  .verdict { display: inline-block; padding: .15rem .8rem; border-radius: 1rem; font-weight: 600; color: #fff; background: ${colour}; }
  h1 { margin: .6rem 0 .4rem; font-size: 2rem; line-height: 1.2; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; padding: 1rem 1.2rem;
       border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .6rem; }
  dt { color: color-mix(in srgb, currentColor 70%, transparent); } dd { margin: 0; overflow-wrap: anywhere; }
  nav { margin-top: 2rem; font-size: .9rem; } ul { padding-left: 1.2rem; columns: 2; }
</style>
<main>
  <p>Expected verdict: <strong class="verdict" id="expected">${escapeHtml(expected)}</strong></p>
  <h1>${escapeHtml(title)}</h1>
  <p>${escapeHtml(explanation)}</p>
  <dl>${rows.join('')}</dl>
</main>
<nav><p>Other cases of the demo world:</p><ul>${links.join('')}</ul></nav>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
