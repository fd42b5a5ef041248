/** `check --expiry-days`: what a verdict rests on and what runs out soon. Facts; the sentences are `explain.ts`'s. */
import type { SignatureView } from '../dnssec/outcome.ts';
import type { ExpiryWarning, Report } from '../report.ts';

const DAY = 86_400;

export function expiryWarnings(report: Report, days: number): ExpiryWarning[] {
  const until = report.checkedAt + days * DAY;
  const signatures = ownSignatures(report).filter(({ expiration }) => expiration <= until);
  return [
    ...signatures.map(
      ({ zone, owner, type, keyTag, expiration }): ExpiryWarning => ({
        code: 'signature-expires',
        zone,
        owner,
        type,
        keyTag,
        expiration,
      }),
    ),
    ...certificatesReliedOn(report)
      .filter(({ notAfter }) => notAfter <= until)
      .map(
        ({ depth, subject, notAfter }): ExpiryWarning => ({ code: 'certificate-expires', depth, subject, notAfter }),
      ),
  ];
}

/**
 * Signatures of the zones that answered. Those of the zones above are left out: they last for days only, are renewed
 * as often, and are nobody's here to renew.
 */
function ownSignatures({ lookups, zones }: Report): SignatureView[] {
  const ofAnswers = lookups.flatMap(({ signatures }) => signatures);
  const own = new Set(ofAnswers.map(({ zone }) => zone));
  const ofKeys = zones.flatMap(({ signatures }) => signatures).filter(({ zone }) => own.has(zone));
  const found = new Map<string, SignatureView>();
  for (const signature of [...ofAnswers, ...ofKeys]) {
    const { owner, type, keyTag, expiration, valid } = signature;
    if (valid) found.set(`${owner} ${type} ${keyTag} ${expiration}`, signature);
  }
  return [...found.values()];
}

/** The site's own certificate, and its issuers as far up as the record that matched. */
function certificatesReliedOn({ certificate, reason }: Report) {
  if (certificate.kind === 'none') return [];
  const top = reason.code === 'matched' ? reason.depth : 0;
  return certificate.chain.filter(({ depth }) => depth <= top);
}
