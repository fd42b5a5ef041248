/**
 * DNSSEC chains inside certificates: an extension that no standard has, written by deployed code. Its value is port,
 * support lifetime and records back to back; taken as well inside an OCTET STRING of its own, and in the forms that
 * chains have elsewhere. Beside it may stand an Urkel proof (HIP-17), which speaks of a tree whose root nobody here
 * has: it is only counted.
 */
import type { ResourceRecord } from '../dns/message.ts';
import { type ParsedChain, parseCertificateChain, parseChain } from '../dnssec/chain.ts';
import { DerFault, readDer, TAG } from './der.ts';
import type { Certificate } from './x509.ts';

export type EmbeddedChain =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'chain';
      readonly records: readonly ResourceRecord[];
      /** The port and the hours it was made for, as it says itself. Neither is signed. */
      readonly port?: number;
      readonly supportLifetimeHours?: number;
    }
  | {
      readonly kind: 'malformed';
      readonly fault: Extract<ParsedChain, { ok: false }>['fault'];
      readonly offset: number;
    }
  /** An Urkel proof alone. */
  | { readonly kind: 'urkel'; readonly proofs: number };

export function embeddedChain({ dnssecChain, urkelProof }: Certificate): EmbeddedChain {
  if (dnssecChain === undefined) {
    // The count comes first; what follows is HIP-17's.
    return urkelProof === undefined ? { kind: 'none' } : { kind: 'urkel', proofs: urkelProof[0] ?? 0 };
  }
  const forms = [dnssecChain, ...unwrapped(dnssecChain)];
  const [first] = forms.map(parseCertificateChain);
  const parsed = [first!, ...forms.slice(1).map(parseCertificateChain), ...forms.map(parseChain)].find(({ ok }) => ok);
  if (parsed?.ok !== true) {
    const { fault, offset } = first as Extract<ParsedChain, { ok: false }>;
    return { kind: 'malformed', fault, offset };
  }
  const { records, port, supportLifetimeHours } = parsed;
  return {
    kind: 'chain',
    records,
    ...(port !== undefined && { port }),
    ...(supportLifetimeHours !== undefined && { supportLifetimeHours }),
  };
}

function unwrapped(value: Uint8Array): Uint8Array[] {
  try {
    return [readDer(value, TAG.OCTET_STRING).contents];
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return [];
  }
}
