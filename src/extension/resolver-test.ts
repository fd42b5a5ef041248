/** The Test button: one question to the resolver in the form, validated against the anchors in the form. */
import { TYPE } from '../dns/codes.ts';
import { Name } from '../dns/name.ts';
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
  const reply = await engine.ask({ name, type: TYPE.DNSKEY });
  const ms = performance.now() - started;
  const zone = name.toString();
  if (!reply.ok) {
    return {
      kind: 'answered',
      zone,
      security: 'indeterminate',
      reason: { code: 'no-answer', name: zone, type: 'DNSKEY', failure: reply.failure },
      ms,
    };
  }
  return { kind: 'answered', zone, security: 'indeterminate', reason: { code: 'engine', detail: 'being written' }, ms };
}
