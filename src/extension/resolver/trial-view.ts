/** The Test button and what comes of it: how far it is, and in the end what the resolver can do, in words. */
import { type ProbeReport, type ProbeStep, PUBLIC_NAMES } from '../../probe.ts';
import { requestAccess } from '../access.ts';
import browser from '../browser.ts';
import { displayable, element, foreign } from '../dom.ts';
import type { Language } from '../language.ts';
import { TRIAL_CONNECTION, type TrialMessage, type TrialRequest } from '../messages.ts';

export interface TrialView {
  readonly element: HTMLElement;
  /** What was found is no longer about what is chosen. */
  clear(): void;
}

export interface TrialSurroundings {
  readonly language: Language;
  /** Whom to try, or what stands in the way, as a message's key. */
  readonly request: () => TrialRequest | { readonly fault: string };
}

/** What each result of the whole is to look like. */
const LOOKS: Readonly<Record<ProbeReport['result'], 'good' | 'doubt' | 'bad'>> = {
  full: 'good',
  enough: 'doubt',
  unclear: 'doubt',
  lacking: 'bad',
  silent: 'bad',
};
/** Beside words that say the same. */
const MARKS = { good: '✓', doubt: '?', bad: '✗', broken: '✗', unknown: '?', open: '–' } as const;

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
  const whom = element('p', { id: 'test-whom', class: 'quiet' });
  const status = element('p', { id: 'test-result', role: 'status', 'aria-live': 'polite' });
  const steps = element('ol', { id: 'test-steps', 'aria-label': translate('trialSteps') });
  const latency = element('p', { id: 'test-latency' });
  test.setAttribute('aria-describedby', what.id);
  let lastDetail: string | undefined;
  let trial: { readonly end: () => void } | undefined;

  const say = (look: 'good' | 'doubt' | 'bad' | 'running' | '', words: string): void => {
    status.dataset['result'] = look;
    status.replaceChildren(
      ...(look === '' || look === 'running' ? [] : [element('span', { 'aria-hidden': 'true' }, `${MARKS[look]} `)]),
      words,
    );
  };
  const addStep = (step: ProbeStep): void => {
    const { state, text, detail } = language.explainProbeStep(step);
    const mark = element('span', { class: 'mark', 'data-state': state, 'aria-hidden': 'true' }, MARKS[state]);
    // Where one fault stands behind several steps it is told once.
    const isNews = detail !== undefined && detail !== lastDetail;
    lastDetail = detail;
    const more = !isNews ? undefined : element('span', { class: 'quiet' }, ` ${detail}`);
    steps.append(element('li', { 'data-state': state }, mark, element('span', {}, text, more)));
  };
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
    steps.replaceChildren();
    lastDetail = undefined;
    latency.textContent = '';
    whom.textContent = '';
    say('', '');
  };
  const told = (message: TrialMessage): void => {
    switch (message.kind) {
      case 'trying':
        say('running', translate('trialTrying', message.type, nameOf(message.name, translate)));
        break;
      case 'tried':
        addStep(message.step);
        break;
      case 'timing':
        say('running', translate('trialTiming'));
        break;
      case 'report': {
        const { headline, latency: took } = language.explainProbe(message.report);
        latency.textContent = took ?? '';
        end();
        say(LOOKS[message.report.result], headline);
        break;
      }
      case 'unusable':
        end();
        say('bad', translate(message.field === 'anchors' ? 'trialAnchorsFaulty' : 'resolverFault_not_a_url'));
        break;
    }
  };

  test.addEventListener('click', async () => {
    clear();
    const asked = request();
    if ('fault' in asked) {
      say('bad', translate(asked.fault));
      return;
    }
    const allowed = requestAccess(browser.permissions, [asked.resolverUrl]);
    whom.replaceChildren(translate('trialWhom'), ' ', foreign(asked.resolverUrl));
    say('running', translate('trialRunning'));
    running(true);
    if (!(await allowed)) {
      end();
      say('bad', translate('accessRefused'));
      return;
    }
    const connection = browser.runtime.connect({ name: TRIAL_CONNECTION });
    const started = { end: () => connection.disconnect() };
    trial = started;
    connection.onMessage.addListener((message) => {
      if (trial === started) told(message as TrialMessage);
    });
    // Only the other side's closing is told: the background was ended in the middle of it.
    connection.onDisconnect.addListener(() => {
      if (trial !== started) return;
      end();
      say('bad', translate('trialInterrupted'));
    });
    connection.postMessage(asked);
    stop.focus();
  });
  stop.addEventListener('click', () => {
    end();
    say('', translate('trialStopped'));
  });
  return {
    element: element(
      'div',
      { class: 'trial' },
      element('div', { class: 'row' }, test, stop, what),
      whom,
      status,
      steps,
      latency,
    ),
    clear,
  };
}

function nameOf(name: string, translate: Language['translate']): string {
  return name === '.' ? translate('chainRoot') : displayable(name.replace(/\.$/, ''));
}
