/**
 * The same chain by the verification functions of `bns`. Its resolvers bring their own sockets, so the walk over the
 * recorded replies is written here, from the root's DS down, with nothing but its calls.
 */
import { createRequire } from 'node:module';
import { toHex } from '../../src/dns/encodings.ts';
import { ROOT_ANCHORS } from '../../src/dnssec/anchors.ts';
import type { RecordedReply } from './recording.ts';

interface BnsRecord {
  readonly type: number;
  readonly data: { keyTag(): number; readonly flags: number };
}
interface BnsMessage {
  readonly answer: BnsRecord[];
}
interface BnsDnssec {
  verifyDS(message: BnsMessage, ds: BnsRecord[], name: string): Map<number, BnsRecord> | null | false;
  verifyZSK(message: BnsMessage, keys: Map<number, BnsRecord>, name: string): boolean;
  verifyMessage(message: BnsMessage, keys: Map<number, BnsRecord>): boolean;
}

const DS = 43;
const DNSKEY = 48;

/** Loaded only here: the package needs Node's Buffer and is no dependency of the product. */
export async function bnsChain(replies: readonly RecordedReply[], clock: number): Promise<() => Promise<void>> {
  const require = createRequire(import.meta.url);
  const dnssec: BnsDnssec = require('bns/lib/dnssec');
  const wire: {
    Message: { decode(octets: Buffer): BnsMessage };
    Record: { fromString(text: string): BnsRecord };
  } = require('bns/lib/wire');
  const util: { fakeTime(epochSeconds: number): void } = require('bns/lib/util');
  util.fakeTime(clock);
  const octetsOf = new Map(
    replies.map((reply) => [`${reply.qtype} ${reply.qname.replace(/\.?$/, '.')}`, reply.octets]),
  );
  const message = (name: string, type: number) => wire.Message.decode(Buffer.from(octetsOf.get(`${type} ${name}`)!));
  const anchors = ROOT_ANCHORS.map((anchor) =>
    wire.Record.fromString(
      `. 3600 IN DS ${anchor.keyTag} ${anchor.algorithm} ${anchor.digestType} ${toHex(anchor.digest)}`,
    ),
  );
  const check = <T>(value: T | null | false, what: string): T => {
    if (value === null || value === false) throw new Error(`bns: ${what}`);
    return value;
  };
  return async () => {
    let ds = anchors;
    let keys = new Map<number, BnsRecord>();
    for (const zone of ['.', 'com.', 'cloudflare.com.']) {
      if (zone !== '.') {
        const delegation = message(zone, DS);
        check(dnssec.verifyMessage(delegation, keys), `${zone} DS`);
        ds = delegation.answer.filter((record) => record.type === DS);
      }
      const keySet = message(zone, DNSKEY);
      const entry = check(dnssec.verifyDS(keySet, ds, zone), `${zone} DS and DNSKEY`);
      check(dnssec.verifyZSK(keySet, entry, zone), `${zone} DNSKEY`);
      keys = new Map(
        keySet.answer.filter((record) => record.type === DNSKEY).map((record) => [record.data.keyTag(), record]),
      );
    }
    check(dnssec.verifyMessage(message('cloudflare.com.', 1), keys), 'answer');
  };
}
