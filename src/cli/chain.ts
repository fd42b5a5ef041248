/** `danelaw chain`: what a lookup rests on, as one chain of RFC 9102 in a file; judged by itself before it is written. */
import { typeMnemonic } from '../dns/codes.ts';
import { toHex } from '../dns/encodings.ts';
import { type Proven, proveLookups } from '../dnssec/prove.ts';
import { explainLookup } from '../explain.ts';
import type { ChainInvocation } from './arguments/chains.ts';
import { EXIT, type ExitStatus, statusOfSecurity } from './exit-status.ts';
import { jsonLine } from './json.ts';
import { saveFile } from './outputs.ts';
import type { Surroundings } from './program.ts';
import { chainLines, holdsLine, type Speech, workLine } from './sentences.ts';
import { openSession } from './session.ts';
import { statsText } from './stats.ts';
import { joinLines } from './text.ts';

export async function runChain(invocation: ChainInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { target, outputFile, hex, allowSha1, json } = invocation;
  const session = await openSession(invocation, surroundings);
  try {
    const { ask, now, anchors } = session.terms;
    const { verifier } = session;
    const found = await proveLookups({ ask, now, anchors, verifier, options: { allowSha1 }, lookups: [target] });
    const [outcome] = found.lookups;
    // That data fails may be proven as well, and is nothing to hand on.
    const sound = outcome!.security === 'secure' || outcome!.security === 'insecure';
    const proven = { ...found, holds: found.holds && sound };
    session.stats?.add(outcome!.work);
    const stats = session.stats?.stats;
    const written = outputFile !== undefined && proven.holds ? outputFile : undefined;
    if (written !== undefined) {
      await saveFile('-o', written, hex ? `${toHex(proven.chain)}\n` : proven.chain, 'chain');
    }
    surroundings.write(
      json
        ? jsonLine({ ...chainJson(proven), ...(stats && { stats }) })
        : chainText(proven, written, hex, surroundings.speech),
    );
    if (stats && !json) surroundings.complain(statsText(stats));
    return statusOf(proven);
  } finally {
    await session.close();
  }
}

/** Genuine records; or, as with lookups for people, nothing there, be it proven. */
function statusOf({ lookups: [outcome], holds }: Proven): ExitStatus {
  const { security, rrset } = outcome!;
  if (security === 'bogus' || security === 'indeterminate') return statusOfSecurity(security);
  if (!holds) return EXIT.unknown;
  return security === 'secure' && rrset !== undefined ? EXIT.good : EXIT.unprotected;
}

function chainJson({ lookups: [outcome], chain, holds, records }: Proven): object {
  const { name, type, security, result, reason, validUntil, work, resolvers } = outcome!;
  return {
    name: name.toString(),
    type: typeMnemonic(type),
    security,
    result,
    reason,
    holds,
    records: records.length,
    // Without proof of itself it is none to hand on.
    chain: holds ? toHex(chain) : null,
    validUntil,
    resolvers,
    ...work,
  };
}

function chainText(
  { lookups: [outcome], chain, holds }: Proven,
  written: string | undefined,
  hex: boolean,
  speech: Speech,
): string {
  const { translate, options } = speech;
  const octets = new Intl.NumberFormat(options.locale).format(chain.length);
  const { name, type, security, validUntil, work, resolvers } = outcome!;
  const told = explainLookup({ ...outcome!, name: name.toString(), type: typeMnemonic(type) }, translate, options);
  return joinLines([
    `${security}: ${name} ${typeMnemonic(type)}`,
    told.headline,
    told.why,
    '',
    ...chainLines(told.chain),
    '',
    ...(holds
      ? [
          written === undefined ? translate('print_chain', octets) : translate('print_chain_in', octets, written),
          holdsLine(validUntil, speech),
        ]
      : [translate('print_no_chain')]),
    workLine(work, resolvers, speech),
    ...(holds && written === undefined && hex ? ['', ...(toHex(chain).match(/.{1,64}/g) ?? [])] : []),
  ]);
}
