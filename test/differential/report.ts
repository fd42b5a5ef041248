/** What a run has found, counted and put into words. */
import type { Reply } from '../../src/dns/ask.ts';
import { rcodeMnemonic, TYPE, typeMnemonic } from '../../src/dns/codes.ts';
import type { ResourceRecord } from '../../src/dns/message.ts';
import { formatRecord } from '../../src/dns/presentation.ts';
import type { Security } from '../../src/dnssec/outcome.ts';
import type { BatchResult, Judgement } from './batch.ts';
import { compare } from './comparison.ts';
import type { Signer, WorldPlan } from './plan.ts';

export interface Tally {
  worlds: number;
  questions: number;
  readonly security: Record<Security, number>;
  readonly signed: Record<Signer, number>;
  mutatedWorlds: number;
  noAnswer: number;
  agreedLater: number;
  /** By id. */
  readonly divergences: Occurrences;
  readonly refusals: string[];
  readonly idleMutations: string[];
  readonly unserved: string[];
  readonly disagreements: Judgement[];
  readonly delv: { asked: number; agreed: number; readonly otherwise: Occurrences };
}

export function emptyTally(): Tally {
  return {
    worlds: 0,
    questions: 0,
    security: { secure: 0, insecure: 0, bogus: 0, indeterminate: 0 },
    signed: { BIND: 0, ldns: 0, world: 0, nobody: 0 },
    mutatedWorlds: 0,
    noAnswer: 0,
    agreedLater: 0,
    divergences: new Map(),
    refusals: [],
    idleMutations: [],
    unserved: [],
    disagreements: [],
    delv: { asked: 0, agreed: 0, otherwise: new Map() },
  };
}

export function count(tally: Tally, { judgements, signed, refusals, idleMutations, unserved }: BatchResult): void {
  const worlds = new Set(judgements.map(({ plan }) => plan));
  tally.worlds += worlds.size;
  tally.mutatedWorlds += [...worlds].filter(({ mutated }) => mutated).length;
  tally.questions += judgements.length;
  tally.refusals.push(...refusals);
  tally.idleMutations.push(...idleMutations);
  tally.unserved.push(...unserved);
  for (const signer of Object.keys(signed) as Signer[]) tally.signed[signer] += signed[signer];
  for (const judgement of judgements) {
    tally.security[judgement.ours.security]++;
    const comparison = compare(judgement);
    if (comparison.kind === 'no answer') tally.noAnswer++;
    if (comparison.kind === 'agreement' && judgement.askedAgain) tally.agreedLater++;
    if (comparison.kind === 'disagreement') tally.disagreements.push(judgement);
    if (comparison.kind === 'known divergence') increase(tally.divergences, comparison.divergence.id, judgement);
    countDelv(tally, judgement);
  }
}

function countDelv({ delv }: Tally, judgement: Judgement): void {
  const { delv: verdict, ours } = judgement;
  if (verdict === undefined) return;
  delv.asked++;
  if (verdict === ours.security) delv.agreed++;
  else increase(delv.otherwise, `${ours.security} (${ours.reason.code}) by us, ${verdict} by delv`, judgement);
}

/** How often each thing came up, and where first. */
type Occurrences = Map<string, { times: number; readonly first: Judgement }>;

function increase(occurrences: Occurrences, key: string, judgement: Judgement): void {
  const known = occurrences.get(key) ?? { times: 0, first: judgement };
  known.times++;
  occurrences.set(key, known);
}

/** Each verdict must make up so much of the answers, or the run has not looked at all of them. */
export const LEAST_SHARE = 0.15;

/** The verdicts that were too rare. */
export function rareVerdicts({ questions, security }: Tally): Security[] {
  const wanted: readonly Security[] = ['secure', 'insecure', 'bogus'];
  return wanted.filter((verdict) => security[verdict] < LEAST_SHARE * questions);
}

export function formatTally(tally: Tally): string {
  const { questions, security, signed, delv } = tally;
  const share = (part: number) => `${part} (${((100 * part) / Math.max(1, questions)).toFixed(1)} %)`;
  const list = (occurrences: Occurrences) =>
    [...occurrences]
      .sort(([, a], [, b]) => b.times - a.times)
      .map(([key, { times, first }]) => `  ${times} × ${key}, first in ${formatWhere(first)}`);
  return [
    `${tally.worlds} worlds (${tally.mutatedWorlds} with a mutation), ${questions} questions`,
    `zones signed by BIND ${signed.BIND}, by ldns ${signed.ldns}, by test/world ${signed.world}, by nobody ${signed.nobody}`,
    `secure ${share(security.secure)}, insecure ${share(security.insecure)}, bogus ${share(security.bogus)}, indeterminate ${share(security.indeterminate)}`,
    `no answer for us and Unbound alike: ${tally.noAnswer}`,
    `of one mind only when asked again: ${tally.agreedLater}`,
    `known divergences: ${[...tally.divergences.values()].reduce((sum, { times }) => sum + times, 0)}`,
    ...list(tally.divergences),
    `delv asked ${delv.asked} times, of one mind with us ${delv.agreed} times`,
    ...list(delv.otherwise),
    ...(tally.idleMutations.length > 0
      ? [`mutations that found nothing to change: ${tally.idleMutations.length}`]
      : []),
    ...(tally.refusals.length > 0 ? ['signed by test/world after a refusal:'] : []),
    ...tally.refusals.map((refusal) => `  ${refusal}`),
    ...(tally.unserved.length > 0 ? ['worlds that NSD did not serve:'] : []),
    ...tally.unserved.map((world) => `  ${world}`),
    `disagreements: ${tally.disagreements.length}`,
  ].join('\n');
}

/** Everything needed to see a disagreement again, and to judge who is right. */
export function formatDisagreement(judgement: Judgement): string {
  const { plan, choices, ours, reply, unbound, delv } = judgement;
  const { mutation, target } = choices;
  return [
    formatWhere(judgement),
    ...plan.zones.map((zone) => `  ${formatZone(zone)}`),
    `  mutation: ${mutation && target ? `${mutation.name}, ${target.name} ${typeMnemonic(target.type)}. ${mutation.does}` : 'none'}${plan.online ? ' (answered online)' : ''}`,
    `  ours: ${ours.security}, ${ours.rcode}, ${JSON.stringify(ours.reason)}`,
    `  Unbound: ${unbound.security}, ${rcodeMnemonic(unbound.rcode)}, ${unbound.explanation}`,
    ...(delv ? [`  delv: ${delv}`] : []),
    ...formatReply(reply).map((line) => `  > ${line}`),
    `  again: npm run differential -- --seed ${plan.seed} --world ${plan.number}`,
  ].join('\n');
}

function formatWhere({ plan, question }: Judgement): string {
  return `world ${plan.number}, ${question.name} ${typeMnemonic(question.type)}`;
}

function formatZone({ apex, signer, description }: WorldPlan['zones'][number]): string {
  const { sign, denial, delegation = '', digests = '' } = description;
  return `${apex} by ${signer} ${JSON.stringify(sign)} ${JSON.stringify(denial)} ${delegation} ${digests}`.trimEnd();
}

/** The records of a reply, of signatures no more than what they cover. */
export function formatReply(reply: Reply): string[] {
  if (!reply.ok) return [JSON.stringify(reply.failure)];
  const { rcode, answer, authority } = reply.message;
  const line = (section: string) => (record: ResourceRecord) => {
    const text = formatRecord(record);
    return `${section}: ${record.type === TYPE.RRSIG ? text.split(' ').slice(0, 12).join(' ') : text}`;
  };
  return [rcodeMnemonic(rcode), ...answer.map(line('answer')), ...authority.map(line('authority'))];
}
