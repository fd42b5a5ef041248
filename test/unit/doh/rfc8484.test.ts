/** The examples of RFC 8484 sections 4.1.1 and 4.2.2, octet for octet. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { fromHex } from '../../../src/dns/encodings.ts';
import { decodeMessage, encodeMessage } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { formatRdata } from '../../../src/dns/presentation.ts';
import { createDoh, type Fetch } from '../../../src/doh/doh.ts';

const octets = (text: string) => fromHex(text.replace(/\s+/g, ''))!;

const QUERY = octets(`
  00 00 01 00 00 01 00 00  00 00 00 00 03 77 77 77
  07 65 78 61 6d 70 6c 65  03 63 6f 6d 00 00 01 00
  01`);
const LONG_QUERY = octets(`
  00 00 01 00 00 01 00 00  00 00 00 00 01 61 3e 36
  32 63 68 61 72 61 63 74  65 72 6c 61 62 65 6c 2d
  6d 61 6b 65 73 2d 62 61  73 65 36 34 75 72 6c 2d
  64 69 73 74 69 6e 63 74  2d 66 72 6f 6d 2d 73 74
  61 6e 64 61 72 64 2d 62  61 73 65 36 34 07 65 78
  61 6d 70 6c 65 03 63 6f  6d 00 00 01 00 01`);
const LONG_NAME = 'a.62characterlabel-makes-base64url-distinct-from-standard-base64.example.com';
const RESPONSE = octets(`
  00 00 81 80 00 01 00 01  00 00 00 00 03 77 77 77
  07 65 78 61 6d 70 6c 65  03 63 6f 6d 00 00 1c 00
  01 c0 0c 00 1c 00 01 00  00 0e 7d 00 10 20 01 0d
  b8 ab cd 00 12 00 01 00  02 00 03 00 04`);

/** What is asked, and what came of the answer. */
async function exchange(name: string, type: number, method: 'GET' | 'POST') {
  let asked = { url: '', body: new Uint8Array() };
  const fetch: Fetch = async (url, init) => {
    asked = { url, body: (init.body as Uint8Array<ArrayBuffer> | undefined) ?? new Uint8Array() };
    const headers = { 'content-type': 'application/dns-message', 'cache-control': 'max-age=3709' };
    return new Response(new Uint8Array(RESPONSE), { headers });
  };
  const ask = createDoh({ url: 'https://dnsserver.example.net/dns-query{?dns}', fetch, method });
  return { reply: await ask({ name: Name.parse(name), type }), asked };
}

describe('RFC 8484', () => {
  it.each([
    ['www.example.com', QUERY, 'AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB'],
    [
      LONG_NAME,
      LONG_QUERY,
      'AAABAAABAAAAAAAAAWE-NjJjaGFyYWN0ZXJsYWJlbC1tYWtlcy1iYXNlNjR1cmwtZGlzdGluY3QtZnJvbS1zdGFuZGFyZC1iYXNlNjQHZXhhbXBsZQNjb20AAAEAAQ',
    ],
  ])('H9 T5 query for %s: but for CD and EDNS, ours is the example', async (name, example, text) => {
    expect(Buffer.from(example).toString('base64url')).toBe(text);
    const { asked } = await exchange(name, TYPE.A, 'POST');
    const ours = decodeMessage(asked.body);
    if (!ours.ok) throw new Error(ours.fault);
    const { edns, ...bare } = ours.message;
    expect(edns).toBeDefined();
    expect(encodeMessage({ ...bare, checkingDisabled: false })).toEqual(example);
  });

  it('H1 H9 GET says in base64url what POST says in octets', async () => {
    for (const name of ['www.example.com', LONG_NAME]) {
      const [get, post] = await Promise.all([exchange(name, TYPE.A, 'GET'), exchange(name, TYPE.A, 'POST')]);
      const dns = Buffer.from(post.asked.body).toString('base64url');
      expect(get.asked.url).toBe(`https://dnsserver.example.net/dns-query?dns=${dns}`);
      expect(post.asked.url).toBe('https://dnsserver.example.net/dns-query');
    }
  });

  it('T5 reads the response', async () => {
    const { reply } = await exchange('www.example.com', TYPE.AAAA, 'GET');
    if (!reply.ok) throw new Error(reply.failure.code);
    const [record] = reply.message.answer;
    expect(record).toMatchObject({ type: TYPE.AAAA, ttl: 3709 });
    expect(formatRdata(record!.type, record!.rdata)).toBe('2001:db8:abcd:12:1:2:3:4');
  });
});
