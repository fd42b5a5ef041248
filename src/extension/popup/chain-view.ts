/** Draws the chain of trust: one item a link, each opening to its facts. */
import type { KeyFacts, SignatureView } from '../../dnssec/outcome.ts';
import type { Report } from '../../report.ts';
import { type Child, displayable, element, foreign } from '../dom.ts';
import type { Times } from '../times.ts';
import type { Translate } from '../toolbar.ts';
import { type ChainLink, chainOf, type LinkState } from './chain.ts';

export interface ViewTools {
  readonly translate: Translate;
  readonly times: Times;
  /** Epoch seconds. */
  readonly now: number;
  /** One sentence for a reason. */
  readonly say: (reason: Report['reason']) => string;
}

/** Told apart without colour. */
const MARKS: Readonly<Record<LinkState, string>> = { good: '✓', broken: '✗', open: '', unknown: '?', idle: '–' };

export function chainItems(report: Report, tools: ViewTools): HTMLLIElement[] {
  return chainOf(report).map((link) => {
    const facts = factsOf(link, report, tools);
    const summary = element(
      'summary',
      {},
      element('span', { class: 'name' }, nameOf(link, report, tools)),
      ' ',
      element('span', { class: 'state' }, tools.translate(`chain_${link.kind}_${link.state}`)),
    );
    const details = element('details', {}, summary, element('ul', { class: 'facts' }, ...facts));
    // What does not hold is what the person came for.
    details.open = link.state === 'broken';
    return element(
      'li',
      { 'data-state': link.state, 'data-link': link.kind },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[link.state]),
      details,
    );
  });
}

function nameOf(link: ChainLink, report: Report, { translate }: ViewTools): Child {
  switch (link.kind) {
    case 'zone':
      return link.zone.zone === '.' ? translate('chainRoot') : foreign(link.zone.zone);
    case 'tlsa':
      return translate('chainTlsa');
    case 'certificate':
      return report.certificate.kind === 'none'
        ? translate('chainCertificate')
        : translate('chainCertificateOf', displayable(report.host));
  }
}

function factsOf(link: ChainLink, report: Report, tools: ViewTools): Child[] {
  const { translate, say } = tools;
  switch (link.kind) {
    case 'zone': {
      const { zone } = link;
      return [
        link.state === 'good' ? undefined : fact(say(zone.reason)),
        zone.anchored
          ? fact(translate('factAnchored', zone.ds.map(({ keyTag }) => String(keyTag)).join(', ')))
          : undefined,
        ...(zone.anchored
          ? []
          : zone.ds.map((ds) => fact(translate('factDs', [String(ds.keyTag), String(ds.digestType)])))),
        ...zone.keys.map((key) => fact(keyText(key, translate))),
        ...zone.signatures.map((signature) => fact(...signatureText(signature, tools))),
      ];
    }
    case 'tlsa':
      return [
        fact(foreign(link.lookup.name)),
        link.state === 'good' ? undefined : fact(say(link.lookup.reason)),
        ...link.lookup.aliases.map(({ owner, target }) => fact(foreign(owner), ' → ', foreign(target))),
        ...report.tlsa.map((record) =>
          fact(
            element('code', {}, `${record.usage} ${record.selector} ${record.matchingType} ${shortened(record.data)}`),
            ` ${translate(`tlsaOutcome_${record.outcome.code.replaceAll('-', '_')}`)}`,
          ),
        ),
        ...link.lookup.signatures.map((signature) => fact(...signatureText(signature, tools))),
      ];
    case 'certificate':
      return certificateFacts(report, tools);
  }
}

function certificateFacts({ certificate, reason, verdict }: Report, tools: ViewTools): Child[] {
  const { translate, times, now, say } = tools;
  const why = verdict === 'mismatch' || verdict === 'unread' ? fact(say(reason)) : undefined;
  if (certificate.kind === 'none')
    return [why ?? fact(translate(`certificateNone_${certificate.why.replaceAll(/[ /]/g, '_')}`))];
  return [
    why,
    ...certificate.chain.map(({ subject, issuer, notAfter, spkiSha256 }) =>
      fact(
        foreign(subject),
        element('br'),
        element('span', { class: 'quiet' }, translate('factIssuer'), ' ', foreign(issuer), ' · '),
        element(
          'span',
          { class: 'quiet', title: times.date(notAfter) },
          translate('factExpires', times.relative(notAfter, now)),
        ),
        element('br'),
        element('code', { class: 'quiet', title: spkiSha256 }, `SPKI SHA-256 ${shortened(spkiSha256)}`),
      ),
    ),
  ];
}

function fact(...children: Child[]): HTMLLIElement {
  return element('li', {}, ...children);
}

function keyText({ keyTag, algorithm, entryPoint }: KeyFacts, translate: Translate): string {
  return translate(entryPoint ? 'factEntryKey' : 'factKey', [String(keyTag), algorithmName(algorithm)]);
}

function signatureText(signature: SignatureView, { translate, times, now }: ViewTools): Child[] {
  const { owner, type, keyTag, expiration, inception, valid } = signature;
  const life =
    inception > now
      ? translate('signatureStarts', times.relative(inception, now))
      : translate(expiration < now ? 'signatureEnded' : 'signatureEnds', times.relative(expiration, now));
  return [
    valid ? undefined : element('strong', {}, translate('signatureInvalid'), ' '),
    `${translate('factSignature', [type, String(keyTag)])} `,
    foreign(owner),
    ', ',
    element('span', { title: `${times.date(inception)} – ${times.date(expiration)}` }, life),
  ];
}

/** IANA's DNSSEC algorithm numbers in words. */
const ALGORITHMS: Readonly<Record<number, string>> = {
  5: 'RSA/SHA-1',
  7: 'RSA/SHA-1 (NSEC3)',
  8: 'RSA/SHA-256',
  10: 'RSA/SHA-512',
  13: 'ECDSA P-256',
  14: 'ECDSA P-384',
  15: 'Ed25519',
  16: 'Ed448',
};

function algorithmName(algorithm: number): string {
  return ALGORITHMS[algorithm] ?? String(algorithm);
}

function shortened(hex: string): string {
  return hex.length > 24 ? `${hex.slice(0, 16)}…${hex.slice(-8)}` : hex;
}
