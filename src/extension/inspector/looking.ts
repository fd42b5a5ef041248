/**
 * The background's side of the inspector: each lookup runs in the engine of the window it is asked from, so that the
 * cache, the chosen resolver, excluded names and private windows hold as they do for pages.
 */
import { checkChain } from '../../chains/check-chain.ts';
import { checkSite, viewLookup } from '../../check.ts';
import { typeMnemonic } from '../../dns/codes.ts';
import { fromBase64, toBase64 } from '../../dns/encodings.ts';
import { Name, NameError } from '../../dns/name.ts';
import { lookupTwice } from '../../dnssec/second-look.ts';
import { parseAddress } from '../../people/address.ts';
import { checkClient } from '../../people/client.ts';
import { findOpenPgpKeys } from '../../people/openpgpkey.ts';
import { checkPayment } from '../../people/payment.ts';
import type { Judging } from '../../people/published.ts';
import { checkSmimea } from '../../people/smimea.ts';
import { checkMail } from '../../services/mail.ts';
import { checkService, checkXmpp } from '../../services/service.ts';
import type { Engine } from '../engine.ts';
import { gatherEvidence } from '../evidence/gather.ts';
import type { Lookup, LookupAnswer, RecordsReport } from './lookups.ts';
import type { InspectorAnswers, InspectorRequest } from './messages.ts';

export interface InspectorSurroundings {
  readonly engine: (tab: number) => Promise<Engine>;
  /** Epoch seconds. */
  readonly now: () => number;
}

/** No tab has this number; its engine is the one of private windows, which is the shyer one. */
const NO_TAB = -1;

export function createInspector({ engine, now }: InspectorSurroundings) {
  return {
    /** `tab`: where the page that asks is shown. Never rejects. */
    answer: async (
      request: InspectorRequest,
      tab: number = NO_TAB,
    ): Promise<InspectorAnswers[InspectorRequest['kind']]> => {
      const serving = await engine(tab);
      if (request.kind === 'prove') {
        return gatherEvidence({ ...request, verdict: 'signed' }, serving, now());
      }
      return answerLookup(request.lookup, serving, now());
    },
  };
}

async function answerLookup(lookup: Lookup, engine: Engine, now: number): Promise<LookupAnswer> {
  const { refuses, ask, secondLook, anchors, verifier, zoneCache, options, draftBindings } = engine;
  const host = hostOf(lookup);
  // Somebody asks for it: with checks on a click, this was the click. Of a chain nobody hears anything.
  const reason = lookup.kind === 'chain' ? undefined : refuses(host, true);
  if (reason !== undefined) return { kind: 'refused', reason, host, checkedAt: now };
  const judging = { ask, ...(secondLook && { secondLook }), anchors, verifier, zoneCache, options, now };
  try {
    return await lookUp(lookup, judging, draftBindings);
  } catch (error) {
    // A fault of ours must not look like a verdict, nor leave the page waiting.
    console.error('Danelaw: the lookup failed', error);
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function lookUp(lookup: Lookup, judging: Judging, bindings: boolean): Promise<LookupAnswer> {
  switch (lookup.kind) {
    case 'site': {
      const { host, port } = lookup;
      // A page of ours shows no other connection's certificate, and makes none for it.
      const certificate = async () => ({ kind: 'none', why: 'no page opened' }) as const;
      return { kind: 'site', report: await checkSite({ ...judging, host, port, certificate, advise: true, bindings }) };
    }
    case 'mail':
      return { kind: 'mail', report: await checkMail({ ...judging, domain: lookup.domain }) };
    case 'xmpp':
      return { kind: 'xmpp', report: await checkXmpp({ ...judging, domain: lookup.domain }) };
    case 'service':
      return { kind: 'service', report: await checkService({ ...judging, name: lookup.name }) };
    case 'openpgpkey':
      return { kind: 'openpgpkey', report: await findOpenPgpKeys({ ...judging, address: lookup.address }) };
    case 'smimea':
      return { kind: 'smimea', report: await checkSmimea({ ...judging, address: lookup.address }) };
    case 'payment':
      return { kind: 'payment', report: await checkPayment({ ...judging, address: lookup.address }) };
    case 'client':
      return { kind: 'client', report: await checkClient({ ...judging, name: lookup.name }) };
    case 'chain': {
      const { ask: _, secondLook: __, zoneCache: ___, ...offline } = judging;
      const file = fromBase64(lookup.file) ?? new Uint8Array();
      return { kind: 'chain', report: await checkChain({ ...offline, file }) };
    }
    case 'records':
      return { kind: 'records', report: await lookUpRecords(Name.parse(lookup.name), lookup.type, judging) };
  }
}

async function lookUpRecords(name: Name, type: number, { secondLook, ...input }: Judging): Promise<RecordsReport> {
  const outcome = await lookupTwice({ ...input, name, type }, secondLook);
  const { security, result, reason, answers, zones, validUntil, resolvers, work } = outcome;
  return {
    version: 1,
    name: name.toString(),
    type: typeMnemonic(type),
    security,
    result,
    reason,
    answers: answers.map(({ name: owner, type: kind, ttl, rdata }) => ({
      name: owner.toString(),
      type: kind,
      ttl,
      rdata: toBase64(rdata),
    })),
    lookups: [viewLookup(outcome)],
    zones,
    checkedAt: input.now,
    validUntil,
    resolvers,
    work,
  };
}

/** The name that the resolver would hear of, as excluded names are written; empty where there is none. */
export function hostOf(lookup: Lookup): string {
  switch (lookup.kind) {
    case 'chain':
      return '';
    case 'site':
      return lookup.host;
    case 'mail':
    case 'xmpp':
      return lookup.domain;
    case 'service':
    case 'client':
    case 'records':
      return bare(lookup.name);
    case 'openpgpkey':
    case 'smimea':
    case 'payment': {
      const parsed = parseAddress(lookup.address);
      return parsed.ok ? bare(parsed.address.domain.toString()) : '';
    }
  }
}

function bare(text: string): string {
  try {
    return Name.parse(text).toString().replace(/\.$/, '');
  } catch (error) {
    // The lookup itself will say so.
    if (error instanceof NameError) return '';
    throw error;
  }
}
