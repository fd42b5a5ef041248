/**
 * RSA keys without the wait: generating one takes a good part of a second, so a few primes stand here and every
 * pair of them is a key of 2048 bits. Anybody can read them: they must never protect anything.
 *
 * Each prime is 2 modulo 3 and not 1 modulo 65537, so exponents 3 and 65537 both have an inverse, and its two top
 * bits are set, so every product has the full 2048 bits.
 */
import { createPrivateKey, generatePrimeSync, type KeyObject } from 'node:crypto';

const PRIMES_1024 = [
  'd5ff44eb8a9f2f0b05a21c751655e6954dea29ca8b19dd56b822cd8e2631644e627e0376a403e04c03239379447efbe4ab281af49f7f4e7b' +
    '898203a223492b3a8b8e014cf4fbedaa1dea579c143c76f8e80bfce4bb277c20a51620237ca144fa43153c50459235b8e3f2a07a9dfb58c5' +
    'afd836d925d85b4b9a815aa358e68a3d',
  'c84dc9f0369b525662d5618cefa7635e131ab5157b4c039820c08e1bc2731d6da12472a85343b59d33a2935ea614bc20ed9ac06fb5e060b4' +
    '77cde6a5c717a471587ab3add8c477e9fae07851efa67e0f1849eded972f14705b14069318e69af7373d5614c4e8b64525db60653d96b3d2' +
    '48fbe6193212ef668e78eee6e06225dd',
  'c22e6654bd121a7c3e215413265b7dc4f4f348481cc4b03e37469d99b54905d1e05ddeeb470f56803d8aa38f9a0023e774554af27f631128' +
    '94fa0c3cc290445789974afdc9d8770d9dc1960569f9a36d1fe3c062bccfcdca504cfc8252f97a9b34a34d7b10f78a44c7afacc4421652a9' +
    '912c7da08d226b38d333e6b5a9aa55bd',
  'de185473fd5afd8af1b24b6996ca503d67e1b0df5ebd7e399f985d8c45346b75ff4751333dc7e96f1a4db3bea2163bc928152125e3a17752' +
    '4dcf83947a2b0bc75d840cd937f0e8cda78994fcfc10cf46746346a9e50f714f92eb4d40a5a3b962a3c3473d960868d2afc8798d1c3f9350' +
    '235694cf5dfc2ab1ba0c1b1f2d49b01d',
  'de0d1b802fd020e19c9fdea7ee8704f8cc999efbb134eab666beaad2a1e4cd31a10b376d201f8976113b4112a7eaa4147b04b12b02f7b38d' +
    'b64c5f5bc595c261fe27f00d8572bee5665cdab66a6ef2503cde3bfc6348e4d9ba62163ecd52250b0c68c011269344cb185afd049c14d197' +
    'a54bf05d625bad296dc63d7212a678ab',
  'd4fd6511a5ac723b324606ae9e27a1d5ef90f834bd29c98e4f221cee65dee4b7de9bf1f65de20e106c6b16c9a249e3500c5c15090c03cb5a' +
    '824f995b5dea269eea3459b8b8ebebb50aba9017bfe73b3eed32cb75f8d9716d6abfc02dcc6cb070fbc0fdb4d8e69442f0437f6b8e104685' +
    'a843e9ef1358e272dc252f3c59130915',
  'e73ef29a0f30e843fc20ef28d05a3cb4558029033bdf7db2df74f91be86ba23da3bd48653369b7b7341c3ae2bda4ed82b8f21414f15157cc' +
    '2f7247f9a574241eb4d87a5cd2d64424f23c6dc6bec51fc91f633becac1de84cab29dd1b61b67c958868960eb6c6e21e440ad3f6e98ce875' +
    '0074006743c8fdb2d9171566e76a97c9',
  'd235c46f43d798e65b768bfa2ddae9e13f51ece7fec8945e9909996411e038a4c9cc9fbce2b277b9910736faf048729bf9a599ef0a4e28db' +
    '81f4b4274b37bbe404a54e4932fa766675c5e7fe90b9319f6a3f59e43c7a9117998113e8afaf63794b86dbaf90eb2910897888eec18dc1d1' +
    'e05ceb009760a0ff79d6f7e434b41b5d',
  'f203796ecc565a4f52c5da900ca59d9e29b4ee7fd89438b40b310eb2fa59172509e2aec7a2d952153aaabfed8e27a31b4c76f7ab24f985df' +
    '78826733dd2cf84575cec40accf838ed2b49c6eaa7b9d716fd17671f27f32b11fd5e609a34c64083de0f6302b3d856e6229f8906bfd4b677' +
    '6e086102fb3408ada3ad6503b4392d1d',
  'e323f36a26d8101c21767ab83008688fac5cf24c5496c0a370978f576245481c836124f37eec68632b6b803713e3e52d4048f48b940403e5' +
    '772472d6aab00a3b0f3ed16cdabcad8f236e3207d24ca7c7125c6baaa86e3512927f14bc4a53d6530a7ca6aac8ffd23377613ea317017ac1' +
    '667a44a00f29ef276ecced3e713ab51b',
  'e5b1c1a66445aefec49fffffad73a11836af97bfa07ee2bc7cff609a0c76370fb45ed1e3f80e1be607525c642b36f3182a0c592280bcf0be' +
    '8d3c4a818443f96fa45ecddc6bb594f25c8ee83454e8332136b7cea818f8060c82770990e868449f026f22724979a7e974980ed54c0e44f5' +
    '7a32011b2eea449609dff1b027924d27',
  'c2fb81126080f9e10a9aec86c96b7eb240e5b3b0fbb9d2a6d0c2a4887144cb818888ded6610d190eff0f30f0b49f71dc8b792637d45b185e' +
    '32f085e415502292351eb97bd378e4316b6b004ab9e372a932a214de4c2948516bae3cdeaf49ab46d3190172bd1b27b80e11486823d7e90e' +
    '12b048ba00a86d5cb052bdf23cbadc79',
  'e5590f9751441aed08d6f5527772e4de1c623acb96cf97d356c3a8b29c46a25bbc08b25ab74800503126c9d81966bbe6dba0146f750513af' +
    '5c84e3ae2cdddb9f35113aaaf19b424f08b5456617f9393ac54864509e9f7ba9a7280bf348ffcd345322967a4d0c371a82eaab976a620741' +
    '3f9492042f944784a4143a0cd61b9e03',
  'f8f52568528fe39cccba803794d453a0777e857e84ab0f7702487663055cfc767302377c1d7874aa290cb32591cbe2d61f73611630fd4294' +
    '4e4e366c8a9907b2b2afff312a874a502fcd0513709586c1672105639090ef91bf708f2200422bfd0d24b8b087aeb102a9abeed66fd6f508' +
    '9e105efa1ef9af63df6855b75a5c0cab',
  'f515d14124cb92b4ed0ad662affb1c024c334d27d5800f91910433e7b00f81169c002b5b086916147d4bec957b7b8eebc706229ef8048d80' +
    'e3733bda2db9e8d2260e515a53728de5df15a289586901b86d003261d1dda11ea0cf0486f924048fbdbd0173dfbe8b4b7df867f4d8db3a8f' +
    '6d7f2f91f9bd91a28c54674082cad75f',
  'fc86bdd55b7b3712ce1d2a3d657c26d44d74d91961d1ba2cc3743bff4191314987f98a188c4f9f07508934d0b7635cb47bee19eabad0438d' +
    'c5a6bdd366415b7609a6c34e45054a27e56ba1e1ed776ce7d7e41c051b1bfecece8af973e141477d9042592759070ee561439d09324a8c49' +
    '923ec4ab03f2bfd11e6821badf2fa0b1',
].map((hex) => BigInt(`0x${hex}`));

export interface RsaShape {
  /** Bits of the modulus. */
  readonly bits: number;
  readonly exponent: bigint;
}

export const USUAL_RSA: RsaShape = { bits: 2048, exponent: 65537n };

/** How many different keys of 2048 bits there are. */
export const RSA_KEY_COUNT = (PRIMES_1024.length * (PRIMES_1024.length - 1)) / 2;

export interface RsaKey {
  readonly privateKey: KeyObject;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * The `index`-th RSA key of a shape: for 2048 bits always the same one, for other sizes made once a process
 * and as slow as its primes are large.
 */
export function rsaKey(index: number, shape: RsaShape = USUAL_RSA): RsaKey {
  const [p, q] = shape.bits === 2048 ? primePair(index) : primesOfSize(index, shape);
  return assemble(p, q, shape.exponent);
}

function primePair(index: number): [bigint, bigint] {
  let left = index % RSA_KEY_COUNT;
  for (let i = 0; ; i++) {
    const pairs = PRIMES_1024.length - 1 - i;
    if (left < pairs) return [PRIMES_1024[i]!, PRIMES_1024[i + 1 + left]!];
    left -= pairs;
  }
}

const made = new Map<string, [bigint, bigint]>();

function primesOfSize(index: number, { bits, exponent }: RsaShape): [bigint, bigint] {
  const slot = `${bits} ${exponent} ${index}`;
  let pair = made.get(slot);
  while (pair === undefined) {
    const p = generatePrimeSync(Math.ceil(bits / 2), { bigint: true });
    const q = generatePrimeSync(Math.floor(bits / 2), { bigint: true });
    const usable = p !== q && greatestCommonDivisor(exponent, (p - 1n) * (q - 1n)) === 1n;
    if (usable && (p * q).toString(2).length === bits) pair = [p, q];
  }
  made.set(slot, pair);
  return pair;
}

function assemble(p: bigint, q: bigint, exponent: bigint): RsaKey {
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const number = (value: bigint) => Buffer.from(octets(value)).toString('base64url');
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: number(p * q),
      e: number(exponent),
      d: number(d),
      p: number(p),
      q: number(q),
      dp: number(d % (p - 1n)),
      dq: number(d % (q - 1n)),
      qi: number(inverse(q, p)),
    },
  });
  return { privateKey, modulus: octets(p * q), exponent: octets(exponent) };
}

/** Big-endian, without leading zeros. */
function octets(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/** x with value·x ≡ 1 (mod modulus), by the extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, nextR] = [modulus, value % modulus];
  let [t, nextT] = [0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  if (r !== 1n) throw new RangeError('no inverse');
  return t < 0n ? t + modulus : t;
}
