/** The Test button: one question to the resolver in the form, validated against the anchors in the form. */
import { TYPE } from '../dns/codes.ts';
import { Name } from '../dns/name.ts';
import { lookup } from '../dnssec/lookup.ts';
import { parseResolverUrl } from '../doh/resolver-url.ts';
import { createEngine, type Surroundings } from './engine.ts';
import type { Request, ResolverTest } from './messages.ts';
import { readSettings } from './settings.ts';

export async function testResolver(
  { resolverUrl, anchors }: Extract<Request, { kind: 'test-resolver' }>,
  surroundings: Surroundings,
): Promise<ResolverTest> {
  if (!parseResolverUrl(resolverUrl).ok) return { kind: 'unusable', field: 'resolverUrl' };
  const { settings, faults } = readSettings({ version: 1, resolverUrl, consent: true, anchors });
  if (faults.includes('anchors')) return { kind: 'unusable', field: 'anchors' };
  const engine = createEngine(settings, surroundings);
  const name = engine.anchors[0]?.name ?? Name.root;
  const started = performance.now();
  const { security, reason } = await lookup({ ...engine, now: surroundings.now(), name, type: TYPE.DNSKEY });
  return { kind: 'answered', zone: name.toString(), security, reason, ms: performance.now() - started };
}
