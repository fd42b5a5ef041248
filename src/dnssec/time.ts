/** Signature times: 32-bit serial numbers (RFC 4034 section 3.1.5, RFC 1982). */

/**
 * How far `serial` lies after `now` (negative: before), in seconds, on the circle of 2^32. A distance of exactly
 * 2^31 is undefined in RFC 1982; it comes out as NaN, which no comparison accepts.
 */
export function secondsAfter(now: number, serial: number): number {
  const distance = (serial - (Math.floor(now) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  if (distance === 2 ** 31) return Number.NaN;
  return distance < 2 ** 31 ? distance : distance - 2 ** 32;
}

/** The epoch second a serial number means, seen from `now`; the number itself where the distance is undefined. */
export function serialToEpoch(now: number, serial: number): number {
  const distance = secondsAfter(now, serial);
  return Number.isNaN(distance) ? serial : Math.floor(now) + distance;
}
