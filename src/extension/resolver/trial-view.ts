/** The Test button: tries the chosen resolver, and after it the second one, where there is one. */
import { PUBLIC_NAMES } from '../../probe.ts';
import { requestAccess } from '../access.ts';
import browser from '../browser.ts';
import { element } from '../dom.ts';
import type { Language } from '../language.ts';
import { TRIAL_CONNECTION, type TrialMessage, type TrialRequest } from '../messages.ts';
import { nameOf, type OutcomeView, outcomeView } from './outcome-view.ts';

export interface TrialView {
  readonly element: HTMLElement;
  /** What was found is no longer about what is chosen. */
  clear(): void;
}

/** What is to be tried. */
export interface Trials {
  /** One after the other. */
  readonly resolverUrls: readonly string[];
  readonly anchors: string;
}

export interface TrialSurroundings {
  readonly language: Language;
  /** What is to be tried, or what stands in the way, as a message's key. */
  readonly request: () => Trials | { readonly fault: string };
}

export function trialView({ language, request }: TrialSurroundings): TrialView {
  const { translate } = language;
  const test = element('button', { type: 'button', id: 'test' }, translate('trialStart'));
  const stop = element('button', { type: 'button', id: 'test-stop', hidden: '' }, translate('trialStop'));
  const names = Object.values(PUBLIC_NAMES).map((name) => nameOf(name.toString(), translate));
  const what = element(
    'p',
    { class: 'quiet', id: 'test-what' },
    translate('trialWhat', names.join(translate('list_separator'))),
  );
  const [first, second] = [outcomeView('test', language), outcomeView('second-test', language)] as const;
  test.setAttribute('aria-describedby', what.id);
  let trial: Trial | undefined;

  const running = (is: boolean): void => {
    test.disabled = is;
    stop.hidden = !is;
  };
  const end = (): void => {
    trial?.end();
    trial = undefined;
    const hadFocus = document.activeElement === stop;
    running(false);
    if (hadFocus) test.focus();
  };
  const clear = (): void => {
    end();
    first.clear();
    second.clear();
  };
  /** Resolves when nothing more will be told. */
  const tryOne = (asked: TrialRequest, outcome: OutcomeView): Promise<void> =>
    new Promise((resolve) => {
      outcome.begin(asked.resolverUrl);
      const connection = browser.runtime.connect({ name: TRIAL_CONNECTION });
      const isOver = () => trial !== started;
      const started: Trial = {
        outcome,
        end: () => {
          connection.disconnect();
          resolve();
        },
      };
      trial = started;
      connection.onMessage.addListener((message) => {
        if (!isOver() && outcome.told(message as TrialMessage)) started.end();
      });
      // Only the other side's closing is told: the background was ended in the middle of it.
      connection.onDisconnect.addListener(() => {
        if (isOver()) return;
        outcome.say('bad', translate('trialInterrupted'));
        resolve();
      });
      connection.postMessage(asked);
    });

  test.addEventListener('click', async () => {
    clear();
    const asked = request();
    if ('fault' in asked) {
      first.say('bad', translate(asked.fault));
      return;
    }
    const { resolverUrls, anchors } = asked;
    const waiting: Trial = { outcome: first, end: () => {} };
    trial = waiting;
    const allowed = requestAccess(browser.permissions, resolverUrls);
    first.begin(resolverUrls[0] ?? '');
    running(true);
    if (!(await allowed)) {
      if (trial !== waiting) return;
      end();
      first.say('bad', translate('accessRefused'));
      return;
    }
    // Called off, or begun anew, while the browser asked.
    if (trial !== waiting) return;
    stop.focus();
    let last: Trial | undefined = waiting;
    for (const [i, outcome] of [first, second].entries()) {
      const resolverUrl = resolverUrls[i];
      if (resolverUrl === undefined || trial !== last) break;
      const told = tryOne({ resolverUrl, anchors }, outcome);
      last = trial;
      await told;
    }
    if (trial === last) end();
  });
  stop.addEventListener('click', () => {
    const outcome = trial?.outcome ?? first;
    end();
    outcome.say('', translate('trialStopped'));
  });
  return {
    element: element(
      'div',
      { class: 'trial' },
      element('div', { class: 'row' }, test, stop, what),
      ...first.elements,
      ...second.elements,
    ),
    clear,
  };
}

/** One that is under way. */
interface Trial {
  readonly outcome: OutcomeView;
  readonly end: () => void;
}
