/** Sentences for what a resolver can do. */
import type { ProbeReport, ProbeStep } from '../probe.ts';
import type { LinkState } from './chain.ts';
import { explainValidation, keyOf } from './validation.ts';
import { createWords, type Translate, type Words } from './words.ts';

export interface ProbeStepExplanation {
  readonly state: LinkState;
  readonly text: string;
  readonly detail?: string;
}

export interface ProbeExplanation {
  /** What it comes to, in one sentence. */
  readonly headline: string;
  readonly steps: readonly ProbeStepExplanation[];
  /** Left out where nobody answered. */
  readonly latency?: string;
}

const STATES: Readonly<Record<ProbeStep['works'], LinkState>> = {
  yes: 'good',
  no: 'broken',
  unclear: 'unknown',
  untried: 'unknown',
};

export function explainProbe(report: ProbeReport, translate: Translate, locale = 'en'): ProbeExplanation {
  const words = createWords(translate, locale);
  const { result, steps, latency } = report;
  return {
    headline: words.say(`probe_${result}`).text,
    steps: steps.map((step) => explainStep(step, words)),
    ...(latency && {
      latency: words.say(
        'probe_latency',
        words.number(latency.questions),
        words.number(Math.round(latency.median)),
        words.number(Math.round(latency.slowest)),
      ).text,
    }),
  };
}

/** One step by itself, as soon as it was made. */
export function explainProbeStep(step: ProbeStep, translate: Translate, locale = 'en'): ProbeStepExplanation {
  return explainStep(step, createWords(translate, locale));
}

function explainStep({ capability, name, works, untried, reason }: ProbeStep, words: Words): ProbeStepExplanation {
  const state = STATES[works];
  const text = words.say(
    `probe_${keyOf(capability)}_${works === 'untried' ? 'unclear' : works}`,
    words.name(name),
  ).text;
  if (untried === 'outside-anchors') return { state, text, detail: words.say('probe_outside_anchors').text };
  // Proven, and not what was looked for: another root has other names, and an owner may have changed his.
  if (works === 'unclear' && reason?.code === 'validated') {
    return { state, text, detail: words.say('probe_not_as_needed').text };
  }
  // What data fails of is no news where it was to fail.
  const telling = reason !== undefined && works !== 'yes';
  return telling ? { state, text, detail: explainValidation(reason, words).text } : { state, text };
}
