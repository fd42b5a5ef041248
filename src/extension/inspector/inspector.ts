/**
 * The inspector: one field for whatever somebody has of a service or a person, and what signed DNS says of it. Nothing
 * is looked up while somebody types: what is typed is only told in words (`query.ts`).
 */
import { MAX_FILE_OCTETS } from '../../chains/chain-file.ts';
import { fromBase64 } from '../../dns/encodings.ts';
import { readFoundKeys } from '../../people/openpgpkey.ts';
import browser from '../browser.ts';
import { byId, displayable, element, translatePage } from '../dom.ts';
import { languageOf } from '../language.ts';
import { loadEffective } from '../managed.ts';
import { mayAsk } from '../settings.ts';
import { listenToDrops } from './drops.ts';
import { type Answer, type Finding, findingOf } from './finding.ts';
import { type FindingPlace, findingPlace } from './finding-view.ts';
import { furtherCommand, lookupLabel, meaningKey, sayFault } from './labels.ts';
import type { Lookup } from './lookups.ts';
import type { InspectorAnswers, InspectorRequest } from './messages.ts';
import { fragmentText, takeAsked } from './opening.ts';
import { chainQuery, type Query, readQuery } from './query.ts';

const language = languageOf(browser.i18n);
const { translate, plural, number } = language;

const place = {
  form: byId('form', HTMLFormElement),
  query: byId('query', HTMLInputElement),
  file: byId('file', HTMLInputElement),
  means: byId('means', HTMLElement),
  fault: byId('fault', HTMLElement),
  suggestion: byId('suggestion', HTMLButtonElement),
  unasked: byId('unasked', HTMLElement),
  empty: byId('empty', HTMLElement),
  examples: byId('examples', HTMLUListElement),
  progress: byId('progress', HTMLElement),
  status: byId('status', HTMLElement),
  bar: byId('bar', HTMLProgressElement),
  findings: byId('findings', HTMLElement),
};

/** Counts what was asked for: answers to anything but the last come too late. */
let asked = 0;

translatePage(translate);
document.title = `${translate('inspectorTitle')} – Danelaw`;
place.examples.append(...examples());
place.query.addEventListener('input', () => {
  showFault(undefined);
  tellMeaning();
});
place.form.addEventListener('submit', (event) => {
  event.preventDefault();
  ask();
});
place.suggestion.addEventListener('click', () => {
  fill(place.suggestion.dataset['text'] ?? '');
  place.query.focus();
});
place.file.addEventListener('change', () => {
  const [file] = place.file.files ?? [];
  // The same file may be chosen again.
  if (file !== undefined) askForFile(file).finally(() => (place.file.value = ''));
});
listenToDrops(askForFile);
window.addEventListener('hashchange', () => fill(fragmentText(location.hash)));
await begin();

/** See `opening.ts`: only what was asked for inside the extension is looked up at once. */
async function begin(): Promise<void> {
  const { session } = browser.storage;
  const given = await takeAsked(session, new URLSearchParams(location.search).get('asked'));
  fill(given?.text ?? fragmentText(location.hash));
  place.query.focus();
  const here = await browser.tabs.getCurrent();
  // A page of an ordinary window has another engine than the private window where it was asked for.
  const isHere = given !== undefined && (!given.privately || here?.incognito === true);
  if (isHere && given.text.trim() !== '') await ask();
}

function fill(text: string): void {
  place.query.value = text;
  showFault(undefined);
  tellMeaning();
}

/** What would be looked up, before it is. */
function tellMeaning(): void {
  const query = place.query.value.trim() === '' ? undefined : readQuery(place.query.value);
  place.means.textContent = query?.ok ? meaningOf(query) : '';
}

function meaningOf(query: Extract<Query, { ok: true }>): string {
  const labels = query.lookups.map((lookup) => lookupLabel(lookup, language));
  return translate(meaningKey(query.meaning), displayable(query.subject), labels.join(translate('list_separator')));
}

function showFault(query: Extract<Query, { ok: false }> | undefined): void {
  const { fault, suggestion } = query ?? {};
  place.fault.hidden = fault === undefined;
  place.fault.textContent = fault === undefined ? '' : sayFault(fault, language);
  if (fault === undefined) place.query.removeAttribute('aria-invalid');
  else place.query.setAttribute('aria-invalid', 'true');
  place.suggestion.hidden = suggestion === undefined;
  place.suggestion.textContent = translate('inspectorSuggestion', displayable(suggestion ?? ''));
  place.suggestion.dataset['text'] = suggestion ?? '';
}

async function ask(query: Query = readQuery(place.query.value)): Promise<void> {
  const run = ++asked;
  clear();
  if (!query.ok) {
    showFault(query);
    place.query.focus();
    return;
  }
  showFault(undefined);
  const { settings } = await loadEffective(browser.storage);
  if (run !== asked) return;
  // Until the person has chosen whom to ask, there is nothing to wait for. A chain needs nobody.
  if (!mayAsk(settings) && query.meaning !== 'chain') {
    place.unasked.hidden = false;
    place.unasked.focus();
    return;
  }
  await lookUpAll(query.lookups, query.subject, run);
}

/** A file holds a chain: nothing else is read from one. */
async function askForFile(file: File): Promise<void> {
  // One octet more than is taken is enough to say that it is too long.
  const octets = new Uint8Array(await file.slice(0, MAX_FILE_OCTETS + 1).arrayBuffer());
  fill('');
  await ask(chainQuery(octets, file.name));
}

function clear(): void {
  place.findings.replaceChildren();
  place.findings.setAttribute('aria-busy', 'false');
  place.progress.hidden = true;
  place.status.textContent = '';
  place.empty.hidden = true;
  place.unasked.hidden = true;
}

async function lookUpAll(lookups: readonly Lookup[], subject: string, run: number): Promise<void> {
  place.findings.setAttribute('aria-busy', 'true');
  place.progress.hidden = false;
  place.bar.hidden = false;
  place.bar.max = lookups.length;
  const tell = (done: number): void => {
    place.bar.value = done;
    place.status.textContent = translate(
      'inspectorProgress',
      displayable(subject),
      number(done),
      number(lookups.length),
    );
  };
  tell(0);
  let done = 0;
  const each = lookups.map(async (lookup, i) => {
    const label = lookupLabel(lookup, language);
    const shown = findingPlace({ language, id: `finding-${i}`, label, subject, prove });
    shown.element.dataset['kind'] = lookup.kind;
    place.findings.append(shown.element);
    await lookUp(lookup, shown, run);
    if (run === asked) tell(++done);
  });
  await Promise.all(each);
  if (run !== asked) return;
  place.bar.hidden = true;
  place.status.textContent = plural('inspectorDone', lookups.length, displayable(subject), number(lookups.length));
  place.findings.setAttribute('aria-busy', 'false');
}

async function lookUp(lookup: Lookup, shown: FindingPlace, run: number): Promise<void> {
  const finding = await findingFor(lookup);
  if (run === asked) shown.show(finding, furtherCommand(lookup, finding.verdict));
}

/** Never rejects: the page has a place for what went wrong. */
async function findingFor(lookup: Lookup): Promise<Finding> {
  try {
    const answer = await send({ kind: 'inspect', lookup });
    return findingOf(await withKeysRead(answer), language);
  } catch (error) {
    console.error('Danelaw: the lookup failed', error);
    return findingOf({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) }, language);
  }
}

/** The library for keys is large: it is loaded here, where there is a key to read, and nowhere else in the extension. */
async function withKeysRead(answer: InspectorAnswers['inspect']): Promise<Answer> {
  if (answer.kind !== 'openpgpkey') return answer;
  const { kind, report } = answer;
  if (!('rdatas' in report)) return { kind, report };
  const { readOpenPgpKey } = await import('../../people/openpgp-reader.ts');
  return { kind, report: await readFoundKeys(report, readOpenPgpKey) };
}

async function prove(proof: NonNullable<Finding['proof']>): Promise<Uint8Array | undefined> {
  let answer: InspectorAnswers['prove'];
  try {
    answer = await send({ kind: 'prove', ...proof });
  } catch (error) {
    // The background ended in the middle of it: pressing the button again asks the next one.
    console.warn('Danelaw: no proof was made', error);
    return undefined;
  }
  return answer.kind === 'evidence' && answer.holds ? fromBase64(answer.chain) : undefined;
}

function send<Kind extends InspectorRequest['kind']>(
  request: Extract<InspectorRequest, { kind: Kind }>,
): Promise<InspectorAnswers[Kind]> {
  return browser.runtime.sendMessage(request);
}

/** Each puts itself into the field, and no more. */
function examples(): HTMLElement[] {
  const texts: readonly (readonly [text: string, message: string])[] = [
    ['example.com', 'inspectorExampleDomain'],
    ['mail.example.com:993', 'inspectorExampleServer'],
    ['hugh@example.com', 'inspectorExampleAddress'],
    ['_xmpp-client._tcp.example.com', 'inspectorExampleService'],
    ['_25._tcp.mx.example.com TLSA', 'inspectorExampleRecords'],
  ];
  return texts.map(([text, message]) => {
    const button = element('button', { type: 'button', class: 'plain', dir: 'ltr' }, text);
    button.addEventListener('click', () => {
      fill(text);
      place.query.focus();
    });
    return element('li', {}, button, element('span', { class: 'quiet' }, translate(message)));
  });
}
