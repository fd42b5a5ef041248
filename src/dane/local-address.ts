/**
 * Hosts of a URL that stand for this machine or its own network, as far as their text tells. A certificate is the
 * other side's: what it names must not make a browser knock on doors that only it can reach.
 */

/** `host`: as the URL parser gives it, so an IPv4 address is in four decimal parts and IPv6 in brackets, shortest. */
export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name.startsWith('[')) return isLocalIpv6(name.slice(1, -1));
  if (/^\d+(\.\d+){3}$/.test(name)) return isLocalIpv4(name.split('.').map(Number));
  // RFC 6761, RFC 6762, RFC 8375, and `internal`, which ICANN reserved for private use; a single label is local too.
  return !name.includes('.') || /\.(localhost|local|internal|home\.arpa|test|invalid|onion)$/.test(name);
}

/** The special-purpose registry of RFC 6890, multicast (RFC 5771) and what is reserved beyond it. */
function isLocalIpv4(octets: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0] = octets;
  return (
    a === 0 ||
    a === 10 ||
    (a === 100 && b >= 64 && b < 128) ||
    a === 127 ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 0 && c === 0) ||
    (a === 192 && b === 168) ||
    (a === 198 && (b === 18 || b === 19)) ||
    a >= 224
  );
}

/** Only 2000::/3 is given out for the whole Internet; within it, ways into IPv4 lead where nobody looked. */
function isLocalIpv6(address: string): boolean {
  const first = Number.parseInt(address.startsWith('::') ? '0' : address, 16);
  const second = Number.parseInt(address.split(':')[1] || '0', 16);
  // 6to4 (RFC 3056) and Teredo (RFC 4380).
  const tunnel = first === 0x2002 || (first === 0x2001 && second === 0);
  return first < 0x2000 || first > 0x3fff || tunnel;
}
