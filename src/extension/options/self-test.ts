/** The part of the options that has validation tested in this browser, and says in words what came of it. */
import { byId, element } from '../dom.ts';
import type { Language } from '../language.ts';
import { builtInChain, runSelfTest, type SelfTestPart, type SelfTestResult } from '../self-test/self-test.ts';

export function selfTestSection(language: Language): void {
  const { translate, number, plural } = language;
  const button = byId('self-test-run', HTMLButtonElement);
  const outcome = byId('self-test-result', HTMLElement);
  const failures = byId('self-test-failures', HTMLUListElement);
  const all = byId('self-test-all', HTMLDetailsElement);
  const parts = byId('self-test-parts', HTMLUListElement);

  button.addEventListener('click', async () => {
    button.disabled = true;
    outcome.dataset['state'] = 'off';
    outcome.hidden = false;
    outcome.textContent = translate('selfTestRunning');
    const began = performance.now();
    const results = await runSelfTest(builtInChain());
    const took = number(Math.round(performance.now() - began));
    const failed = results.filter(({ passed }) => !passed);
    outcome.dataset['state'] = failed.length === 0 ? 'on' : 'bad';
    outcome.textContent =
      failed.length === 0
        ? translate('selfTestPassed', number(results.length), took)
        : plural('selfTestFailed', failed.length, number(failed.length), number(results.length));
    failures.replaceChildren(...failed.map((result) => itemOf(result, language)));
    failures.hidden = failed.length === 0;
    parts.replaceChildren(...results.map((result) => itemOf(result, language)));
    all.hidden = false;
    button.disabled = false;
    button.focus();
  });
}

function itemOf(result: SelfTestResult, language: Language): HTMLElement {
  const { translate, sayReason } = language;
  const { part, passed, reason } = result;
  const item = element('li', {}, sentenceOf(part, language));
  item.dataset['state'] = passed ? 'good' : 'broken';
  item.prepend(
    element('span', { class: 'mark', 'aria-hidden': 'true' }, passed ? '✓' : '✗'),
    element('span', { class: 'aloud' }, `${translate(passed ? 'selfTestPartPassed' : 'selfTestPartFailed')} `),
  );
  if (!passed) item.append(element('p', {}, translate('selfTestInstead', sayReason(reason))));
  return item;
}

function sentenceOf(part: SelfTestPart, { translate, algorithm }: Language): string {
  const key = `selfTest_${part.kind.replaceAll('-', '_')}`;
  return 'algorithm' in part ? translate(key, algorithm(part.algorithm)) : translate(key);
}
