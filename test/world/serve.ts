/**
 * `npx tsx test/world/serve.ts [--seconds N] [--delay MS]`: the demo world for trying things by hand. Prints one JSON
 * object (resolver URLs, anchors, authority, sites) and stays until it is interrupted or the time is over.
 */
import { parseArgs } from 'node:util';
import { startDemoWorld } from './demo.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, delay: { type: 'string', default: '0' } } });
const demo = await startDemoWorld({ delayMs: Number(values.delay) });
const { resolverUrl, secureResolverUrl, anchorsText, sites, hostMap } = demo;
const { rootPem, intermediatePem } = demo.authority;
console.log(
  JSON.stringify({ resolverUrl, secureResolverUrl, anchorsText, sites, hostMap, rootPem, intermediatePem }, null, 2),
);

let timer: NodeJS.Timeout | undefined;
const stop = () => {
  clearTimeout(timer);
  void demo.close();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
if (values.seconds !== undefined) timer = setTimeout(stop, Number(values.seconds) * 1000);
