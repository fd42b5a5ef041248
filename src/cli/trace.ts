/** The walk step by step, as `--trace` shows it. */
import type { TraceStep, ValidationReason } from '../dnssec/outcome.ts';
import { alignColumns } from './text.ts';

export function traceLines(trace: readonly TraceStep[]): string[] {
  return alignColumns(trace.map(traceRow));
}

function traceRow(step: TraceStep): [string, string, string] {
  switch (step.step) {
    case 'asked':
      return [`round ${step.round}`, 'asked', `${step.name} ${step.type}`];
    case 'zone':
      return ['', 'zone', `${step.zone} ${state(step.security, step.reason)}`];
    case 'no zone cut':
      return ['', 'no cut', `${step.name} is in ${step.zone}`];
    case 'records':
      return ['', 'records', `${step.owner} ${step.type} ${state(step.verdict.security, step.verdict.reason)}`];
    case 'denial':
      return ['', 'denial', `${step.name} ${step.type} ${state(step.verdict.security, step.verdict.reason)}`];
    case 'alias':
      return ['', 'alias', `${step.owner} -> ${step.target}`];
  }
}

function state(security: string, reason: ValidationReason): string {
  return reason.code === 'validated' ? security : `${security} (${reason.code})`;
}
