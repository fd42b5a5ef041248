/** A world behind a DoH server, and what a command line needs to ask it. */
import { createHash } from 'node:crypto';
import { type Authority, createAuthority, type Leaf } from '../../world/authority.ts';
import { startDohServer } from '../../world/doh-server.ts';
import type { World } from '../../world/world.ts';
import { createFiles } from './danelaw.ts';

export const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');

export interface Served {
  readonly world: World;
  /** Resolver, anchors and, where there is an authority, its root certificate. */
  readonly options: readonly string[];
  close(): Promise<void>;
}

export async function serve(world: World, authority?: Pick<Authority, 'rootPem'>): Promise<Served> {
  const files = createFiles();
  const server = await startDohServer({ respond: (query) => world.respond(query) });
  return {
    world,
    options: [
      ...['--resolver', server.url],
      ...['--anchors', files.write('anchors', world.anchors())],
      ...(authority === undefined ? [] : ['--ca', files.write('ca.pem', authority.rootPem)]),
    ],
    close: async () => {
      files.remove();
      await server.close();
    },
  };
}

/** An authority, the certificate that is published, and one that is not. */
export function certificates(hosts: readonly string[]): { authority: Authority; leaf: Leaf; stranger: Leaf } {
  const authority = createAuthority({ now: Math.floor(Date.now() / 1000) });
  return { authority, leaf: authority.issue({ hosts }), stranger: authority.issue({ hosts }) };
}
