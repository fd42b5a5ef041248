/** Certificates by the name a client asks for in its handshake. */
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Leaf } from '../../test/world/authority.ts';

/** What `SNICallback` takes. */
export type FindContext = (host: string, done: (error: Error | null, context?: SecureContext) => void) => void;

export function contextsOf(leaves: ReadonlyMap<string, Leaf>): FindContext {
  const contexts = new Map<string, SecureContext>();
  return (host, done) => {
    const leaf = leaves.get(host);
    if (leaf === undefined) {
      done(new Error(`no site ${host} here`));
      return;
    }
    const context = contexts.get(host) ?? createSecureContext({ cert: leaf.certPem, key: leaf.keyPem });
    contexts.set(host, context);
    done(null, context);
  };
}
