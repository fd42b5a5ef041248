/**
 * A stretch of network in front of a port of this machine: every octet takes half a round trip in either direction,
 * and nothing a client sends leaves it before the round trip that opens a TCP connection. So TLS and whatever is
 * asked cost what they would. Bandwidth is not limited.
 */
import { connect, createServer, type Socket } from 'node:net';
import { type Listening, listen } from '../../test/world/listening.ts';

export interface Link extends Listening {
  /** Ends every connection there is: whoever wants something next connects anew. */
  cut(): void;
  /** Connections opened so far. */
  readonly opened: number;
}

export async function startLink(port: number, roundTripMs: number): Promise<Link> {
  const ends = new Set<Socket>();
  let opened = 0;
  const server = createServer({ noDelay: true }, (near) => {
    opened++;
    const far = connect({ host: '127.0.0.1', port, noDelay: true });
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
    }
    carry(near, far, roundTripMs / 2, performance.now() + roundTripMs);
    carry(far, near, roundTripMs / 2, 0);
  });
  const listening = await listen(server);
  return {
    ...listening,
    cut: () => {
      for (const end of ends) end.destroy();
    },
    get opened() {
      return opened;
    },
  };
}

/** `notBefore`: when the first octet sets out at the earliest. */
function carry(from: Socket, to: Socket, delayMs: number, notBefore: number): void {
  const onTheWay: { readonly at: number; readonly octets: Buffer | 'end' }[] = [];
  const deliver = () => {
    const now = performance.now();
    while (onTheWay.length > 0 && onTheWay[0]!.at <= now) {
      const { octets } = onTheWay.shift()!;
      if (octets === 'end') to.end();
      else to.write(octets);
    }
    if (onTheWay.length > 0) setTimeout(deliver, onTheWay[0]!.at - now);
  };
  const send = (octets: Buffer | 'end') => {
    onTheWay.push({ at: Math.max(performance.now(), notBefore) + delayMs, octets });
    if (onTheWay.length === 1) setTimeout(deliver, onTheWay[0]!.at - performance.now());
  };
  from.on('data', send);
  from.on('end', () => send('end'));
}
