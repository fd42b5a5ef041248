/** The same lookup by `@relaycorp/dnssec`, which walks the chain itself and is handed the recorded replies. */
import { dnssecLookUp, Question, SecurityStatus } from '@relaycorp/dnssec';
import type { RecordedReply } from './recording.ts';

export async function relaycorpChain(replies: readonly RecordedReply[], clock: number): Promise<() => Promise<void>> {
  const octetsOf = new Map(
    replies.map((reply) => [`${reply.qtype} ${dotted(reply.qname)}`, Buffer.from(reply.octets)]),
  );
  const resolver = async (question: Question) => {
    const octets = octetsOf.get(`${question.typeId} ${dotted(question.name)}`);
    if (octets === undefined) throw new Error(`not recorded: ${question.name} ${question.typeId}`);
    return octets;
  };
  const at = new Date(clock * 1000);
  return async () => {
    const result = await dnssecLookUp(new Question('cloudflare.com.', 'A'), resolver, {
      dateOrPeriod: at,
    });
    if (result.status !== SecurityStatus.SECURE) throw new Error(`@relaycorp/dnssec: ${result.status}`);
  };
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
