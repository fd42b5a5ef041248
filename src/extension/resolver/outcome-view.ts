/** What comes of the test of one resolver: how far it is, and in the end what the resolver can do, in words. */
import type { ProbeReport, ProbeStep } from '../../probe.ts';
import { displayable, element, foreign } from '../dom.ts';
import type { Language } from '../language.ts';
import type { TrialMessage } from '../messages.ts';

type Look = 'good' | 'doubt' | 'bad';

export interface OutcomeView {
  readonly elements: readonly HTMLElement[];
  clear(): void;
  begin(resolverUrl: string): void;
  say(look: Look | 'running' | '', words: string): void;
  /** True: it was the last. */
  told(message: TrialMessage): boolean;
}

/** What each result of the whole is to look like. */
const LOOKS: Readonly<Record<ProbeReport['result'], Look>> = {
  full: 'good',
  enough: 'doubt',
  unclear: 'doubt',
  lacking: 'bad',
  silent: 'bad',
};
/** Beside words that say the same. */
const MARKS = { good: '✓', doubt: '?', bad: '✗', broken: '✗', unknown: '?', open: '–' } as const;

/** `id`: what the ids of its parts begin with. */
export function outcomeView(id: string, language: Language): OutcomeView {
  const { translate } = language;
  const whom = element('p', { id: `${id}-whom`, class: 'trial-whom quiet' });
  const status = element('p', { id: `${id}-result`, class: 'trial-result', role: 'status', 'aria-live': 'polite' });
  const steps = element('ol', { id: `${id}-steps`, class: 'trial-steps', 'aria-label': translate('trialSteps') });
  const latency = element('p', { id: `${id}-latency`, class: 'trial-latency' });
  let lastDetail: string | undefined;

  const say: OutcomeView['say'] = (look, words) => {
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
  return {
    elements: [whom, status, steps, latency],
    clear: () => {
      steps.replaceChildren();
      lastDetail = undefined;
      latency.textContent = '';
      whom.textContent = '';
      say('', '');
    },
    begin: (resolverUrl) => {
      whom.replaceChildren(translate('trialWhom'), ' ', foreign(resolverUrl));
      say('running', translate('trialRunning'));
    },
    say,
    told: (message) => {
      switch (message.kind) {
        case 'trying':
          say('running', translate('trialTrying', message.type, nameOf(message.name, translate)));
          return false;
        case 'tried':
          addStep(message.step);
          return false;
        case 'timing':
          say('running', translate('trialTiming'));
          return false;
        case 'report': {
          const { headline, latency: took } = language.explainProbe(message.report);
          latency.textContent = took ?? '';
          say(LOOKS[message.report.result], headline);
          return true;
        }
        case 'unusable':
          say('bad', translate(message.field === 'anchors' ? 'trialAnchorsFaulty' : 'resolverFault_not_a_url'));
          return true;
      }
    },
  };
}

export function nameOf(name: string, translate: Language['translate']): string {
  return name === '.' ? translate('chainRoot') : displayable(name.replace(/\.$/, ''));
}
