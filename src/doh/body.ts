/** The octets of a response, and no more of them than the caller can use: a server decides how much it sends. */

/** All of a body; undefined as soon as it is longer than `most` octets. Rejects where the connection breaks off. */
export async function readUpTo(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) return undefined;
    chunks.push(value);
  }
  return joinOctets(chunks);
}

export function joinOctets(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}
