/** The words around a lookup: what it is called, what stands in the way of one, and the command line that goes further. */
import { typeMnemonic } from '../../dns/codes.ts';
import { explainAddressFault, explainHostFault } from '../../explain/people.ts';
import { createWords } from '../../explain/words.ts';
import { displayable } from '../dom.ts';
import type { Language } from '../language.ts';
import type { Lookup } from './lookups.ts';
import type { Meaning, QueryFault } from './query.ts';
import type { Verdict } from './verdicts.ts';

export function lookupLabel(lookup: Lookup, { translate }: Language): string {
  switch (lookup.kind) {
    case 'site':
      return lookup.port === 443
        ? translate('inspectorKindSite')
        : translate('inspectorKindServer', String(lookup.port));
    case 'mail':
      return translate('inspectorKindMail');
    case 'xmpp':
      return translate('inspectorKindXmpp');
    case 'service':
      return translate('inspectorKindService');
    case 'openpgpkey':
      return translate('inspectorKindOpenPgp');
    case 'smimea':
      return translate('inspectorKindSmimea');
    case 'payment':
      return translate('inspectorKindPayment');
    case 'client':
      return translate('inspectorKindClient');
    case 'chain':
      return translate('inspectorKindChain');
    case 'records':
      return translate('inspectorKindRecords', typeMnemonic(lookup.type));
  }
}

const MEANINGS: Readonly<Record<Meaning, string>> = {
  domain: 'inspectorMeansDomain',
  server: 'inspectorMeansServer',
  address: 'inspectorMeansAddress',
  'payment address': 'inspectorMeansPayment',
  service: 'inspectorMeansService',
  'owner name': 'inspectorMeansOwner',
  records: 'inspectorMeansRecords',
  chain: 'inspectorMeansChain',
};

export function meaningKey(meaning: Meaning): string {
  return MEANINGS[meaning];
}

export function sayFault(fault: QueryFault, { translate, locale, number }: Language): string {
  const words = createWords(translate, locale);
  switch (fault.code) {
    case 'empty':
      return translate('inspectorFaultEmpty');
    case 'not-text':
      return translate('address_not_text');
    case 'too-long':
      return translate('inspectorFaultTooLong', number(fault.characters), number(fault.limit));
    case 'address':
      return explainAddressFault(fault.fault, words).text;
    case 'ip-address':
      return translate('inspectorFaultIpAddress', displayable(fault.text));
    case 'single-label':
      return translate('inspectorFaultSingleLabel', displayable(fault.text));
    case 'bad-name':
      return words.say('address_bad_domain', words.quote(fault.text), explainHostFault(fault.fault, words)).text;
    case 'scheme':
      return translate('inspectorFaultScheme', displayable(fault.scheme));
    case 'port':
      return translate('inspectorFaultPort', displayable(fault.text));
    case 'type':
      return translate('inspectorFaultType', displayable(fault.text));
    case 'unaskable-type':
      return translate('inspectorFaultUnaskable', displayable(fault.text));
    case 'chain-hex':
      return translate('inspectorFaultChainHex');
  }
}

/** What a browser cannot do and the command line can; undefined where there is nothing more to find out. */
export function furtherCommand(
  lookup: Lookup,
  verdict: Verdict,
): { readonly why: string; readonly command: string } | undefined {
  if (verdict === 'off' || verdict === 'none' || verdict === 'absent' || verdict === 'bogus') return undefined;
  const command = (...words: readonly string[]) => ['danelaw', ...words.map(quoteForShell)].join(' ');
  switch (lookup.kind) {
    case 'site':
      if (verdict !== 'unread') return undefined;
      return { why: 'inspectorFurtherSite', command: command('check', `${lookup.host}:${lookup.port}`) };
    case 'mail':
      return { why: 'inspectorFurtherMail', command: command('mail', lookup.domain, '--connect') };
    case 'xmpp':
      return { why: 'inspectorFurtherServers', command: command('xmpp', lookup.domain, '--connect') };
    case 'service':
      return { why: 'inspectorFurtherServers', command: command('srv', lookup.name, '--connect') };
    case 'smimea':
      if (verdict !== 'published') return undefined;
      return { why: 'inspectorFurtherSmimea', command: command('smimea', lookup.address, '--cert', 'FILE') };
    case 'client':
      if (verdict !== 'published') return undefined;
      return { why: 'inspectorFurtherClient', command: command('client', lookup.name, '--chain', 'FILE') };
    default:
      return undefined;
  }
}

/** People paste this into a shell, and names may hold what a shell takes for its own. */
export function quoteForShell(word: string): string {
  if (/^[A-Za-z0-9_.@:=-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
