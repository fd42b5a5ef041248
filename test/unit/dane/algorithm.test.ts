/** AlgorithmIdentifier and SubjectPublicKeyInfo, octet by octet: what is known, what is weak, and what is asked of WebCrypto. */
import { describe, expect, test } from 'vitest';
import { isWeakKey, planVerification, readSignatureAlgorithm } from '../../../src/dane/algorithm.ts';
import { DerFault } from '../../../src/dane/der.ts';
import { MAX_RSA_EXPONENT_BITS, RSA_MODULUS_BITS } from '../../../src/dane/limits.ts';

type Octets = Uint8Array | readonly number[];

/** DER of an element, its length in as few octets as can be. */
function der(tag: number, ...parts: Octets[]): Uint8Array {
  const contents = parts.flatMap((part) => [...part]);
  const { length } = contents;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...header, ...contents]);
}

/** DER of an OBJECT IDENTIFIER in dotted decimal. */
function oid(text: string): Uint8Array {
  const [first, second, ...rest] = text.split('.').map(Number) as [number, number, ...number[]];
  const arcs = [first * 40 + second, ...rest].map((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 0x80); left > 0; left = Math.floor(left / 0x80))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(6, arcs.flat());
}

const NULL = [5, 0];
const sequence = (...parts: Octets[]) => der(0x30, ...parts);
const SHA = { 256: '2.16.840.1.101.3.4.2.1', 384: '2.16.840.1.101.3.4.2.2', 512: '2.16.840.1.101.3.4.2.3' } as const;
const PKCS1 = '1.2.840.113549.1.1';

const read = (...parts: Octets[]) => readSignatureAlgorithm(Uint8Array.from(parts.flatMap((part) => [...part])));

describe('signature algorithms', () => {
  test.each([
    [`${PKCS1}.11`, { kind: 'rsa-pkcs1', hash: 'SHA-256' }],
    [`${PKCS1}.12`, { kind: 'rsa-pkcs1', hash: 'SHA-384' }],
    [`${PKCS1}.13`, { kind: 'rsa-pkcs1', hash: 'SHA-512' }],
    ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'SHA-256' }],
    ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'SHA-384' }],
    ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'SHA-512' }],
    ['1.3.101.112', { kind: 'ed25519' }],
  ])('%s is known, and its parameters are what its RFC says', (number, algorithm) => {
    expect(read(oid(number))).toEqual(algorithm);
    // RFC 4055 section 5: NULL with RSA. RFC 5758 section 3.2, RFC 8410 section 3: absent with the others.
    if (algorithm.kind === 'rsa-pkcs1') expect(read(oid(number), NULL)).toEqual(algorithm);
    else expect(() => read(oid(number), NULL)).toThrow(new DerFault('unexpected element'));
    expect(() => read(oid(number), sequence())).toThrow(new DerFault('unexpected element'));
    expect(() => read(oid(number), NULL, NULL)).toThrow(DerFault);
  });

  test.each([`${PKCS1}.2`, `${PKCS1}.4`, `${PKCS1}.5`, '1.2.840.10040.4.3', '1.2.840.10045.4.1'])(
    '%s is weak',
    (number) => {
      expect(read(oid(number), NULL)).toEqual({ kind: 'weak', oid: number });
      expect(planVerification(read(oid(number)), new Uint8Array(), new Uint8Array())).toBe('weak signature algorithm');
    },
  );

  test.each([`${PKCS1}.14`, '1.3.101.113', '1.2.3'])('%s is unknown', (number) => {
    expect(read(oid(number), NULL)).toEqual({ kind: 'unknown', oid: number });
    expect(planVerification(read(oid(number)), new Uint8Array(), new Uint8Array())).toBe(
      'unsupported signature algorithm',
    );
  });
});

describe('RSASSA-PSS parameters (RFC 4055 section 3.1)', () => {
  const PSS = `${PKCS1}.10`;
  const unknown = { kind: 'unknown', oid: PSS };
  const hash = (bits: keyof typeof SHA) => der(0xa0, sequence(oid(SHA[bits]), NULL));
  const mask = (bits: keyof typeof SHA, function_ = `${PKCS1}.8`) =>
    der(0xa1, sequence(oid(function_), sequence(oid(SHA[bits]), NULL)));
  const salt = (...octets: number[]) => der(0xa2, der(2, octets));
  const trailer = (...octets: number[]) => der(0xa3, der(2, octets));
  const pss = (...parameters: Octets[]) => read(oid(PSS), sequence(...parameters));

  test.each([256, 384, 512] as const)('SHA-%i for message and mask, with the salt that is named', (bits) => {
    const algorithm = { kind: 'rsa-pss', hash: `SHA-${bits}`, saltLength: 32 };
    expect(pss(hash(bits), mask(bits), salt(32))).toEqual(algorithm);
    expect(pss(hash(bits), mask(bits), salt(32), trailer(1))).toEqual(algorithm);
  });

  test('the salt has 20 octets where none is named, and 255 at the most', () => {
    expect(pss(hash(256), mask(256))).toMatchObject({ saltLength: 20 });
    expect(pss(hash(256), mask(256), salt(0))).toMatchObject({ saltLength: 0 });
    expect(pss(hash(256), mask(256), salt(0, 255))).toMatchObject({ saltLength: 255 });
    expect(pss(hash(256), mask(256), salt(1, 0))).toEqual(unknown);
    expect(() => pss(hash(256), mask(256), salt(0x80))).toThrow(DerFault);
  });

  test.each([
    ['no parameters, which mean SHA-1', []],
    ['no hash', [sequence(mask(256))]],
    ['no mask', [sequence(hash(256))]],
    ['another hash in the mask', [sequence(hash(256), mask(512))]],
    ['another mask function', [sequence(hash(256), mask(256, `${PKCS1}.9`))]],
    ['a mask function without parameters', [sequence(hash(256), der(0xa1, sequence(oid(`${PKCS1}.8`))))]],
    ['another trailer', [sequence(hash(256), mask(256), trailer(2))]],
    [
      'a hash nobody knows, twice',
      [
        sequence(
          der(0xa0, sequence(oid('1.3.14.3.2.26'), NULL)),
          der(0xa1, sequence(oid(`${PKCS1}.8`), sequence(oid('1.3.14.3.2.26'), NULL))),
        ),
      ],
    ],
  ])('%s: unknown', (_, parameters) => {
    expect(read(oid(PSS), ...parameters)).toEqual(unknown);
  });

  test('what is left over behind them is no DER of theirs', () => {
    expect(() => pss(hash(256), mask(256), salt(32), trailer(1), NULL)).toThrow(DerFault);
    expect(() => pss(mask(256), hash(256))).toThrow(DerFault);
    expect(() => read(oid(PSS), der(0x31, hash(256), mask(256)))).toThrow(DerFault);
  });
});

/** An RSA key of so many bits, none of them a key anybody has. */
function rsa(bits: number, exponent: readonly number[] = [1, 0, 1], algorithm = `${PKCS1}.1`) {
  const modulus = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
  modulus[0] = 0xff >> (7 - ((bits - 1) % 8));
  const key = sequence(der(2, modulus[0] >= 0x80 ? [0] : [], modulus), der(2, exponent));
  return { key, spki: sequence(sequence(oid(algorithm), NULL), der(3, [0], key)) };
}

const RSA_PKCS1 = { kind: 'rsa-pkcs1', hash: 'SHA-384' } as const;
const RSA_PSS = { kind: 'rsa-pss', hash: 'SHA-512', saltLength: 9 } as const;
const SIGNATURE = Uint8Array.of(1, 2, 3);

describe('RSA keys', () => {
  test('below 2048 bits they are weak, above 8192 or with a long exponent too dear', () => {
    const { least, most } = RSA_MODULUS_BITS;
    const plan = (bits: number, exponent?: readonly number[]) =>
      planVerification(RSA_PKCS1, SIGNATURE, rsa(bits, exponent).spki);
    expect(plan(least - 1)).toBe('weak key');
    expect(plan(least)).toMatchObject({ signature: SIGNATURE });
    expect(plan(most)).toMatchObject({ signature: SIGNATURE });
    expect(plan(most + 1)).toBe('unsupported key');
    expect(MAX_RSA_EXPONENT_BITS).toBe(32);
    expect(plan(least, [0, 0xff, 0xff, 0xff, 0xff])).toMatchObject({ signature: SIGNATURE });
    expect(plan(least, [1, 0, 0, 0, 0])).toBe('unsupported key');
    for (const [bits, weak] of [
      [512, true],
      [least - 1, true],
      [least, false],
    ] as const) {
      expect(isWeakKey(rsa(bits).spki)).toBe(weak);
    }
    expect(isWeakKey(sequence(sequence(oid('1.3.101.112')), der(3, [0, 1])))).toBe(false);
    expect(isWeakKey(Uint8Array.of(1))).toBe(false);
  });

  test('WebCrypto is given the plain form of a key, whatever it may sign by', () => {
    const plain = rsa(2048).spki;
    expect(planVerification(RSA_PKCS1, SIGNATURE, plain)).toEqual({
      spki: plain,
      keyAlgorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
      algorithm: { name: 'RSASSA-PKCS1-v1_5' },
      signature: SIGNATURE,
    });
    const byPss = {
      spki: plain,
      keyAlgorithm: { name: 'RSA-PSS', hash: 'SHA-512' },
      algorithm: { name: 'RSA-PSS', saltLength: 9 },
      signature: SIGNATURE,
    };
    expect(planVerification(RSA_PSS, SIGNATURE, plain)).toEqual(byPss);
    const { spki: pssOnly } = rsa(2048, [1, 0, 1], `${PKCS1}.10`);
    expect(planVerification(RSA_PSS, SIGNATURE, pssOnly)).toEqual(byPss);
    expect(planVerification(RSA_PKCS1, SIGNATURE, pssOnly)).toBe('key of another kind');
  });

  test('a key that is more or less than modulus and exponent is none', () => {
    const one = der(2, [1]);
    for (const key of [sequence(one), sequence(one, one, one), der(0x31, one, one), sequence(der(2, [0x80]), one)]) {
      const spki = sequence(sequence(oid(`${PKCS1}.1`), NULL), der(3, [0], key));
      expect(planVerification(RSA_PKCS1, SIGNATURE, spki)).toBe('unsupported key');
    }
    // Unused bits in the BIT STRING, and an element behind it.
    const { key } = rsa(2048);
    const odd = sequence(sequence(oid(`${PKCS1}.1`), NULL), der(3, [1], [...key.slice(0, -1), key.at(-1)! & 0xfe]));
    expect(planVerification(RSA_PKCS1, SIGNATURE, odd)).toBe('unsupported key');
    const behind = sequence(sequence(oid(`${PKCS1}.1`), NULL), der(3, [0], key), NULL);
    expect(planVerification(RSA_PKCS1, SIGNATURE, behind)).toBe('unsupported key');
  });
});

describe('keys on curves', () => {
  const EC = '1.2.840.10045.2.1';
  const spkiOf = (...parameters: Octets[]) => sequence(sequence(oid(EC), ...parameters), der(3, [0, 4]));
  const ECDSA = { kind: 'ecdsa', hash: 'SHA-256' } as const;
  const signed = (r: Octets, s: Octets) => sequence(der(2, r), der(2, s));

  test.each([
    ['P-256', '1.2.840.10045.3.1.7', 32],
    ['P-384', '1.3.132.0.34', 48],
    ['P-521', '1.3.132.0.35', 66],
  ] as const)('%s: two numbers of the width of the curve', (namedCurve, number, width) => {
    const spki = spkiOf(oid(number));
    const full = new Uint8Array(width).fill(0x7f);
    const high = new Uint8Array(width).fill(0xee);
    const plan = planVerification(ECDSA, signed(full, [0, ...high]), spki);
    expect(plan).toEqual({
      spki,
      keyAlgorithm: { name: 'ECDSA', namedCurve },
      algorithm: { name: 'ECDSA', hash: 'SHA-256' },
      signature: Uint8Array.of(...full, ...high),
    });
    const small = planVerification(ECDSA, signed([5], [0]), spki);
    const zeros = new Uint8Array(width - 1);
    expect(small).toMatchObject({ signature: Uint8Array.of(...zeros, 5, ...zeros, 0) });
    for (const odd of [
      signed([1, ...full], [1]),
      signed([1], [1, ...full]),
      signed([0x80], [1]),
      sequence(der(2, [1])),
      sequence(der(2, [1]), der(2, [1]), der(2, [1])),
      der(0x31, der(2, [1]), der(2, [1])),
    ]) {
      expect(planVerification(ECDSA, odd, spki)).toBe('signature invalid');
    }
  });

  test('another curve, a curve spelled out, or none: unsupported', () => {
    for (const parameters of [[oid('1.3.132.0.10')], [sequence()], [NULL], []]) {
      expect(planVerification(ECDSA, signed([1], [1]), spkiOf(...parameters))).toBe('unsupported key');
    }
    // The number of a curve as the parameter of another algorithm.
    const other = sequence(sequence(oid('1.2.3'), oid('1.2.840.10045.3.1.7')), der(3, [0, 4]));
    expect(planVerification(ECDSA, signed([1], [1]), other)).toBe('unsupported key');
  });

  test('each algorithm takes keys of its own kind alone', () => {
    const edwards = sequence(sequence(oid('1.3.101.112')), der(3, [0], new Uint8Array(32)));
    const curve = spkiOf(oid('1.2.840.10045.3.1.7'));
    const { spki } = rsa(2048);
    const ED25519 = { kind: 'ed25519' } as const;
    expect(planVerification(ED25519, SIGNATURE, edwards)).toEqual({
      spki: edwards,
      keyAlgorithm: { name: 'Ed25519' },
      algorithm: { name: 'Ed25519' },
      signature: SIGNATURE,
    });
    for (const [algorithm, keys] of [
      [ED25519, [curve, spki]],
      [ECDSA, [edwards, spki]],
      [RSA_PKCS1, [edwards, curve]],
      [RSA_PSS, [edwards, curve]],
    ] as const) {
      for (const key of keys) expect(planVerification(algorithm, signed([1], [1]), key)).toBe('key of another kind');
    }
  });
});
