import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseCertificate, verifySignature } from '../../../src/dane/certificate.ts';
import { MAX_CERTIFICATE_OCTETS } from '../../../src/dane/limits.ts';
import { presentedNames } from '../../../src/dane/names.ts';
import { type Certificate, isSelfIssued, sameName } from '../../../src/dane/x509.ts';
import { ALGORITHMS, type AlgorithmName, issue, makeChain, makeKeys, NOT_AFTER, NOT_BEFORE, x509 } from './issued.ts';
import { KEY_WORDS, type KeyKind, makeKey, openWorkshop, selfSigned, type Workshop } from './openssl.ts';

let workshop: Workshop;
beforeAll(() => {
  workshop = openWorkshop();
  for (const kind of Object.keys(KEY_WORDS) as KeyKind[]) makeKey(workshop, kind, kind);
}, 60_000);
afterAll(() => workshop.close());

function parsed(der: Uint8Array): Certificate {
  const result = parseCertificate(der);
  if (!result.ok) throw new Error(result.fault);
  return result.certificate;
}

const faultOf = (der: Uint8Array) => {
  const result = parseCertificate(der);
  return result.ok ? 'none' : result.fault;
};

/** DER of an element, its length in as few octets as can be. */
function der(tag: number, ...parts: (Uint8Array | readonly number[])[]): Uint8Array {
  const contents = parts.flatMap((part) => [...part]);
  const { length } = contents;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...header, ...contents]);
}

/** The certificate with octets in its TBSCertificate replaced, lengths as they were. */
function replaced(certificate: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array {
  const octets = certificate.slice();
  const at = octets.findIndex((_, i) => from.every((octet, j) => octets[i + j] === octet));
  if (at < 0 || from.length !== to.length) throw new Error('not there');
  octets.set(to, at);
  return octets;
}

/** Octets before the contents of an element. */
const headerOf = (octets: Uint8Array): number => (octets[1]! < 0x80 ? 2 : 2 + (octets[1]! & 0x7f));

describe('parsing', () => {
  test('fields as they were ordered', async () => {
    const { root, intermediate, leaf } = await makeChain(
      { names: ['www.example.test', '*.example.test'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] },
      { pathLength: 3, keyUsage: x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature },
    );
    const value = parsed(leaf.der);
    expect(value.version).toBe(3);
    expect(value.subject.text).toBe('CN=Leaf');
    expect(value.issuer.text).toBe('CN=Test Intermediate');
    expect(value.subject.commonNames).toEqual(['Leaf']);
    expect(value.notBefore).toBe(NOT_BEFORE);
    expect(value.notAfter).toBe(NOT_AFTER);
    expect(value.dnsNames).toEqual(['www.example.test', '*.example.test']);
    expect(value.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(value.basicConstraints).toBeUndefined();
    expect(value.keyUsage).toBeUndefined();
    expect(value.badExtensions).toEqual([]);
    const issuer = parsed(intermediate.der);
    expect(issuer.basicConstraints).toEqual({ ca: true, pathLength: 3 });
    expect(issuer.keyUsage).toEqual(['digitalSignature', 'keyCertSign']);
    expect(sameName(value.issuer, issuer.subject)).toBe(true);
    expect(isSelfIssued(issuer)).toBe(false);
    expect(isSelfIssued(parsed(root.der))).toBe(true);
  });

  test('D13 the octets compared are the sender’s own: slices of the certificate, to the octet', async () => {
    const { leaf } = await makeChain();
    const { der: whole, spki, tbs } = parsed(leaf.der);
    expect(whole).toEqual(leaf.der);
    expect(spki).toEqual(leaf.spki);
    expect(spki.buffer).toBe(whole.buffer);
    expect(tbs.buffer).toBe(whole.buffer);
  });

  test('the value does not change with the octets it was made from', async () => {
    const { leaf } = await makeChain();
    const octets = leaf.der.slice();
    const value = parsed(octets);
    octets.fill(0);
    expect(value.der).toEqual(leaf.der);
    expect(Object.isFrozen(value)).toBe(true);
  });

  test.each([
    ['RSA-2048', [], []],
    [
      'P-384',
      [],
      ['subjectAltName=DNS:a.test,DNS:*.b.test,IP:192.0.2.1,IP:2001:db8::1,email:x@y.test,URI:https://u.test/'],
    ],
    ['Ed25519', [], ['authorityInfoAccess=caIssuers;URI:http://ca.test/ca.der,OCSP;URI:http://ocsp.test/']],
    ['Ed448', [], []],
    ['secp256k1', [], []],
  ] as const)('as openssl and node read it: %s %j %j', (name, signing, extensions) => {
    const octets = selfSigned(workshop, name, signing, extensions);
    const value = parsed(octets);
    const fields = workshop.openssl(
      'x509',
      '-in',
      `${name}.der`,
      '-inform',
      'DER',
      '-noout',
      '-serial',
      '-dates',
      '-fingerprint',
      '-sha256',
    );
    const field = (label: string) => new RegExp(`^${label}=(.*)$`, 'm').exec(fields)![1]!;
    expect(value.serial.replace(/^00/, '').toUpperCase()).toBe(field('serial'));
    expect(value.notBefore).toBe(Date.parse(field('notBefore')) / 1000);
    expect(value.notAfter).toBe(Date.parse(field('notAfter')) / 1000);
    const fingerprint = createHash('sha256').update(value.der).digest('hex').toUpperCase();
    expect(fingerprint).toBe(field('sha256 Fingerprint').replaceAll(':', ''));
    workshop.openssl('pkey', '-in', `${name}.key`, '-pubout', '-outform', 'DER', '-out', `${name}.spki`);
    expect(value.spki).toEqual(workshop.read(`${name}.spki`));

    const byNode = new X509Certificate(octets);
    const dnsNames = (byNode.subjectAltName ?? '').split(', ').flatMap((entry) => /^DNS:(.*)$/.exec(entry)?.[1] ?? []);
    expect(value.dnsNames).toEqual(dnsNames);
    const caIssuers = [...(byNode.infoAccess ?? '').matchAll(/^CA Issuers - URI:(.*)$/gm)].map((match) => match[1]);
    expect(value.caIssuers).toEqual(caIssuers);
    expect(value.ipAddresses.map(({ length }) => length)).toEqual(extensions.join().includes('IP:') ? [4, 16] : []);
    expect(value.otherNameKinds).toEqual(extensions.join().includes('email') ? [1, 6] : []);
    expect(value.subjectKeyId).toBe(
      workshop
        .openssl('x509', '-in', `${name}.der`, '-inform', 'DER', '-noout', '-ext', 'subjectKeyIdentifier')
        .replace(/^.*\n/, '')
        .replace(/[\s:]/g, '')
        .toLowerCase(),
    );
    expect(value.authorityKeyId).toBe(value.subjectKeyId);
    expect(value.badExtensions).toEqual([]);
  });

  test('names: several parts, several types of string, an attribute without a short name', () => {
    const subject = '/C=DE/O=Bücher/OU=a+OU=b/CN=x.test/2.5.4.97=VATDE-1/emailAddress=a@b.test';
    const words = ['-key', 'Ed25519.key', '-subj', subject, '-utf8', '-multivalue-rdn', '-outform', 'DER'];
    workshop.openssl('req', '-x509', '-new', ...words, '-out', 'names.der');
    const value = parsed(workshop.read('names.der'));
    expect(value.subject.text).toBe('C=DE, O=Bücher, OU=a + OU=b, CN=x.test, 2.5.4.97=VATDE-1, emailAddress=a@b.test');
    expect(value.subject.parts).toHaveLength(6);
    expect(sameName(value.subject, value.issuer)).toBe(true);
    expect(presentedNames(value)).toEqual(['x.test']);
    // The same parts of one attribute set in another order, in the issuer alone.
    const unit = (letter: number) => [0x30, 8, 6, 3, 0x55, 4, 11, 0x0c, 1, letter];
    const turned = parsed(replaced(value.der, [...unit(0x61), ...unit(0x62)], [...unit(0x62), ...unit(0x61)]));
    expect(turned.issuer.text).toContain('OU=b + OU=a');
    expect(sameName(turned.subject, turned.issuer)).toBe(true);
  });

  test('names are the same whatever their letter case, runs of spaces and types of string (RFC 5280 section 7.1)', async () => {
    const named = async (subject: string) => parsed((await issue({ subject })).der);
    const plain = await named('CN=Test Root, O=Some');
    for (const other of ['CN=tEST rOOT, O=SOME', 'CN=Test   Root, O=Some', 'CN=" Test Root  ", O=Some']) {
      expect(sameName(plain.subject, (await named(other)).subject)).toBe(true);
    }
    for (const other of ['CN=TestRoot, O=Some', 'CN=Test Root', 'O=Some, CN=Test Root', 'OU=Test Root, O=Some']) {
      expect(sameName(plain.subject, (await named(other)).subject)).toBe(false);
    }
    const { der: octets, subject } = await named('CN=Sound');
    const text = [5, ...Buffer.from('Sound')];
    expect(sameName(subject, parsed(replaced(octets, [0x13, ...text], [0x0c, ...text])).issuer)).toBe(true);
  });

  test('an attribute that is no string is shown as its DER, and is no common name', async () => {
    const { der: octets } = await issue({ subject: 'CN=Sound' });
    const text = [5, ...Buffer.from('Sound')];
    // An OCTET STRING, and a UTCTime, which is told from a string by its tag alone.
    for (const tag of [0x04, 0x17]) {
      const { issuer, subject } = parsed(replaced(octets, [0x13, ...text], [tag, ...text]));
      const shown = `#${Buffer.from([tag, ...text]).toString('hex')}`;
      expect(issuer.text).toBe(`CN=${shown}`);
      expect(issuer.parts[0]).toContain(shown);
      expect(issuer.commonNames).toEqual([]);
      expect(sameName(issuer, subject)).toBe(false);
    }
  });

  test('versions 1 and 2, which have no extensions', async () => {
    workshop.openssl('req', '-new', '-key', 'P-256.key', '-subj', '/CN=old', '-out', 'old.csr');
    const words = ['-in', 'old.csr', '-signkey', 'P-256.key', '-outform', 'DER', '-out', 'old.der'];
    workshop.openssl('x509', '-req', ...words);
    const old = parsed(workshop.read('old.der'));
    expect(old.version).toBe(1);
    expect(old.basicConstraints).toBeUndefined();
    const { der: octets } = await issue({ subject: 'CN=x' });
    expect(parsed(replaced(octets, [0xa0, 3, 2, 1, 2], [0xa0, 3, 2, 1, 1])).version).toBe(2);
  });

  test('name constraints of every kind', () => {
    const constraints =
      'permitted;DNS:.a.test,excluded;DNS:b.test,permitted;IP:10.0.0.0/255.0.0.0,permitted;email:.c.test';
    workshop.write(
      'dir.cnf',
      '[req]\ndistinguished_name=n\nx509_extensions=x\n[n]\n[x]\nnameConstraints=critical,permitted;dirName:d\n[d]\nO=Example\n',
    );
    selfSigned(workshop, 'P-256', [], [`nameConstraints=critical,${constraints}`]);
    expect(parsed(workshop.read('P-256.der')).nameConstraints).toEqual({
      permitted: [
        { kind: 'dns', name: '.a.test' },
        { kind: 'ip', range: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) },
        { kind: 'other', tag: 1 },
      ],
      excluded: [{ kind: 'dns', name: 'b.test' }],
    });
    const words = ['-key', 'P-256.key', '-subj', '/O=Example/CN=x', '-config', 'dir.cnf', '-outform', 'DER'];
    workshop.openssl('req', '-x509', '-new', ...words, '-out', 'dir.der');
    const value = parsed(workshop.read('dir.der'));
    const [subtree] = value.nameConstraints!.permitted;
    expect(subtree).toMatchObject({ kind: 'directory', name: { text: 'O=Example', parts: [value.subject.parts[0]] } });
  });
});

describe('octets that are no certificate', () => {
  let sound: Uint8Array;
  beforeAll(async () => {
    sound = (await issue({ subject: 'CN=Sound', names: ['a.test'], ca: false })).der;
    expect(faultOf(sound)).toBe('none');
  });

  test('nothing, one octet, noise', () => {
    expect(faultOf(new Uint8Array())).toBe('cut short');
    expect(faultOf(Uint8Array.of(0x30))).toBe('cut short');
    expect(faultOf(Uint8Array.of(0x30, 0))).toBe('cut short');
    expect(faultOf(Uint8Array.of(0x31, 0))).toBe('unexpected element');
    expect(faultOf(new Uint8Array(500).fill(0xff))).toBe('unexpected element');
  });

  test('every cut, and every octet added', () => {
    for (let length = 0; length < sound.length; length++) {
      expect(faultOf(sound.subarray(0, length)), `${length} octets`).toBe('cut short');
    }
    expect(faultOf(Uint8Array.from([...sound, 0]))).toBe('octets left over');
    expect(faultOf(Uint8Array.from([...sound, ...sound]))).toBe('octets left over');
  });

  test('BER: indefinite length', () => {
    const contents = sound.subarray(4);
    expect(faultOf(Uint8Array.from([0x30, 0x80, ...contents, 0, 0]))).toBe('not DER');
  });

  test('BER: a length in more octets than needed', () => {
    const [tag, form, high, low, ...contents] = sound;
    expect([tag, form]).toEqual([0x30, 0x82]);
    expect(faultOf(Uint8Array.from([0x30, 0x83, 0, high!, low!, ...contents]))).toBe('not DER');
  });

  test('absurd sizes: one octet over the limit is not even looked at', () => {
    const big = (length: number) => {
      const octets = new Uint8Array(length);
      octets.set([0x30, 0x82, 0xff, 0xff]);
      return octets;
    };
    expect(faultOf(big(MAX_CERTIFICATE_OCTETS + 1))).toBe('too large');
    expect(faultOf(big(MAX_CERTIFICATE_OCTETS))).not.toBe('too large');
  });

  test('nesting and numbers of elements are bounded', () => {
    let nested = new Uint8Array();
    for (let i = 0; i < 40; i++) nested = Uint8Array.from(der(0x30, nested));
    expect(faultOf(nested)).toBe('nested too deep');
    const many = der(
      0x30,
      new Uint8Array(2 * 20_001).map((_, i) => (i % 2 === 0 ? 5 : 0)),
    );
    expect(faultOf(many)).toBe('too many elements');
  });

  test('a version that is none', () => {
    expect(faultOf(replaced(sound, [0xa0, 3, 2, 1, 2], [0xa0, 3, 2, 1, 3]))).toBe('unexpected element');
    expect(faultOf(replaced(sound, [0xa0, 3, 2, 1, 2], [0xa0, 3, 2, 1, 0]))).toBe('unexpected element');
    const octets = [...sound];
    // The same certificate put together again, with a version of its own.
    const { tbs } = parsed(sound);
    const withVersion = (...version: number[]) =>
      der(
        0x30,
        der(0x30, der(0xa0, der(2, version)), tbs.subarray(headerOf(tbs) + 5)),
        octets.slice(headerOf(sound) + tbs.length),
      );
    expect(withVersion(2)).toEqual(sound);
    expect(faultOf(withVersion(1, 2))).toBe('unexpected element');
    expect(faultOf(withVersion(2, 0))).toBe('unexpected element');
  });

  test('a key that is no SubjectPublicKeyInfo', () => {
    const { tbs, spki } = parsed(sound);
    const at = spki.byteOffset - tbs.byteOffset;
    const withKey = (key: Uint8Array) =>
      der(
        0x30,
        der(0x30, tbs.subarray(headerOf(tbs), at), key, tbs.subarray(at + spki.length)),
        sound.slice(headerOf(sound) + tbs.length),
      );
    expect(withKey(spki)).toEqual(sound);
    const contents = spki.subarray(2);
    expect(faultOf(withKey(der(0x30, contents, [5, 0])))).toBe('octets left over');
    expect(faultOf(withKey(der(0x30, contents.subarray(0, 21))))).toBe('cut short');
    expect(faultOf(withKey(der(0x30, der(0x30, [5, 0]), der(3, [0, 4]))))).toBe('unexpected element');
    expect(faultOf(withKey(der(0x30, der(0x30, der(6, [0x2a, 3])), der(4, [4]))))).toBe('unexpected element');
  });

  test('an attribute of a class of its own', () => {
    // PrintableString `Sound` of the issuer, with a tag of the private class.
    const text = [5, ...Buffer.from('Sound')];
    expect(faultOf(replaced(sound, [0x13, ...text], [0xc4, ...text]))).toBe('unexpected element');
    expect(faultOf(replaced(sound, [0x13, ...text], [0x40, ...text]))).toBe('unexpected element');
    expect(faultOf(replaced(sound, [0x13, ...text], [0x04, ...text]))).toBe('none');
  });

  test('unique identifiers are BIT STRINGs', () => {
    // In place of the extensions, whose tag is 0xa3: their first octet is no number of unused bits.
    const { tbs } = parsed(sound);
    const at = tbs.byteOffset - parsed(sound).der.byteOffset + tbs.indexOf(0xa3, tbs.length - 40);
    const octets = sound.slice();
    expect(octets[at]).toBe(0xa3);
    octets[at] = 0x81;
    expect(faultOf(octets)).toBe('not DER');
  });

  test('two algorithms that differ', () => {
    // ecdsa-with-SHA256 inside, ecdsa-with-SHA384 outside: the first one found is the inner.
    const oid = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    expect(faultOf(replaced(sound, oid, [...oid.slice(0, -1), 3]))).toBe('unexpected element');
  });

  test.each([
    ['261301000000Z', 'month 13'],
    ['260230000000Z', '30 February'],
    ['261101240000Z', 'hour 24'],
    ['26110100000Z0', 'other form'],
    ['2611010000+01', 'offset'],
  ])('a date that is none: %s, %s', (date) => {
    const from = [...Buffer.from('261101000000Z')];
    expect(faultOf(replaced(sound, from, [...Buffer.from(date)]))).toBe('unexpected element');
  });

  test('UTCTime of 49 is 2049, of 50 is 1950 (RFC 5280 section 4.1.2.5.1)', () => {
    const at = (date: string) =>
      parsed(replaced(sound, [...Buffer.from('261101000000Z')], [...Buffer.from(date)])).notBefore;
    expect(at('491231235959Z')).toBe(Date.UTC(2049, 11, 31, 23, 59, 59) / 1000);
    expect(at('500101000000Z')).toBe(Date.UTC(1950, 0, 1) / 1000);
  });

  test('GeneralizedTime to the year 9999', async () => {
    const far = await issue({ subject: 'CN=Far', notAfter: Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 });
    expect(parsed(far.der).notAfter).toBe(253_402_300_799);
  });
});

describe('extensions that are not what they should be', () => {
  async function withExtension(oid: string, value: readonly number[], times = 1) {
    const extensions = Array(times).fill(new x509.Extension(oid, false, Uint8Array.from(value)));
    return parsed((await issue({ subject: 'CN=x', extensions })).der);
  }

  test.each([
    ['2.5.29.14', [0x04, 2, 1]],
    ['2.5.29.15', [0x03, 2, 9, 0]],
    ['2.5.29.17', [0x30, 2, 0x82, 5]],
    ['2.5.29.19', [0x30, 3, 1, 1, 1]],
    ['2.5.29.19', [0x30, 6, 1, 1, 0xff, 2, 1, 0xff]],
    ['2.5.29.19', [0x30, 0, 0]],
    ['2.5.29.19', [0x31, 0]],
    ['2.5.29.19', [0x05, 0]],
    ['2.5.29.19', [0x30, 14, 1, 1, 0xff, 2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['2.5.29.30', [0x31, 0]],
    ['2.5.29.35', [0x05, 0]],
    ['2.5.29.37', [0x30, 3, 6, 1, 0x80]],
    ['1.3.6.1.5.5.7.1.1', [0x0c, 1, 0x61]],
  ])('%s %j spoils paths, not the certificate', async (oid, value) => {
    expect((await withExtension(oid, value)).badExtensions).toEqual([oid]);
  });

  test('one that stands there twice', async () => {
    expect((await withExtension('2.5.29.19', [0x30, 0], 2)).badExtensions).toEqual(['2.5.29.19']);
    expect((await withExtension('1.2.3.4', [5, 0], 2)).badExtensions).toEqual(['1.2.3.4']);
  });

  test('what they leave out is not there, and what they say is kept', async () => {
    const constraints = await withExtension('2.5.29.19', [0x30, 6, 1, 1, 0xff, 2, 1, 0]);
    expect(constraints.basicConstraints).toEqual({ ca: true, pathLength: 0 });
    const plain = await withExtension('2.5.29.19', [0x30, 0]);
    expect(plain.basicConstraints).toStrictEqual({ ca: false });
    const keyId = await withExtension('2.5.29.35', [0x30, 0]);
    expect([keyId.authorityKeyId, keyId.badExtensions]).toEqual([undefined, []]);
    const unknown = new x509.Extension('1.2.3.4', true, Uint8Array.of(5, 0));
    const harmless = new x509.Extension('1.2.3.5', false, Uint8Array.of(5, 0));
    const policies = new x509.CertificatePolicyExtension(['1.2.3.4'], true);
    const { unknownCritical, badExtensions } = parsed(
      (await issue({ subject: 'CN=x', ca: true, extensions: [unknown, harmless, policies] })).der,
    );
    expect([unknownCritical, badExtensions]).toEqual([['1.2.3.4'], []]);
  });

  test('an issuer is fetched from a URL, not from a name of another kind', async () => {
    const place = (tag: number, text: string) =>
      der(0x30, der(6, [0x2b, 6, 1, 5, 5, 7, 0x30, 2]), der(tag, [...Buffer.from(text)]));
    const value = der(0x30, place(0x82, 'ca.test'), place(0x86, 'http://ca.test/'));
    expect((await withExtension('1.3.6.1.5.5.7.1.1', [...value])).caIssuers).toEqual(['http://ca.test/']);
  });

  test('a NUL in a name is kept, so that the name fits nothing', async () => {
    const name = Buffer.from('bank.test\0.evil.test');
    const value = await withExtension('2.5.29.17', [0x30, name.length + 2, 0x82, name.length, ...name]);
    expect(value.dnsNames).toEqual(['bank.test\0.evil.test']);
  });
});

describe('signatures', () => {
  test.each(Object.keys(ALGORITHMS) as AlgorithmName[])(
    '%s: verifies, and not with a bit flipped',
    async (algorithm) => {
      const root = await issue({ subject: 'CN=Root', keys: await makeKeys(algorithm), signing: algorithm });
      const leaf = await issue({ subject: 'CN=Leaf', issuer: root, signing: algorithm });
      const value = parsed(leaf.der);
      expect(await verifySignature(value, root.spki)).toEqual({ ok: true });
      expect(await verifySignature(parsed(root.der), root.spki)).toEqual({ ok: true });
      const invalid = { ok: false, fault: 'signature invalid' };
      const tbs = value.tbs.slice();
      tbs[tbs.length - 1]! ^= 1;
      expect(await verifySignature({ ...value, tbs }, root.spki)).toEqual(invalid);
      const signature = value.signature.slice();
      signature[signature.length - 1]! ^= 1;
      expect(await verifySignature({ ...value, signature }, root.spki)).toEqual(invalid);
      const stranger = await issue({ subject: 'CN=Root', keys: await makeKeys(algorithm), signing: algorithm });
      expect(await verifySignature(value, stranger.spki)).toEqual(invalid);
    },
  );

  test.each([
    ['RSA-2048', ['-sha256'], 'ok'],
    ['RSA-2048', ['-sha384'], 'ok'],
    ['RSA-2048', ['-sha512'], 'ok'],
    ['RSA-2048', ['-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'], 'ok'],
    ['RSA-2048', ['-sha512', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:20'], 'ok'],
    ['RSA-PSS-2048', ['-sha256'], 'ok'],
    ['P-256', ['-sha256'], 'ok'],
    ['P-256', ['-sha512'], 'ok'],
    ['P-384', ['-sha384'], 'ok'],
    ['P-521', ['-sha512'], 'ok'],
    ['Ed25519', [], 'ok'],
    ['RSA-2048', ['-sha1'], 'weak signature algorithm'],
    ['RSA-2048', ['-sha224'], 'unsupported signature algorithm'],
    ['RSA-1024', ['-sha256'], 'weak key'],
    ['secp256k1', ['-sha256'], 'unsupported key'],
    ['Ed448', [], 'unsupported signature algorithm'],
  ] as const)('made by openssl: %s %j is %s', async (kind: KeyKind, signing, outcome) => {
    const value = parsed(selfSigned(workshop, kind, signing));
    const result = await verifySignature(value, value.spki);
    expect(result.ok ? 'ok' : result.fault).toBe(outcome);
  });

  test('a key of another kind than the signature', async () => {
    const rsa = await issue({
      subject: 'CN=a',
      keys: await makeKeys('RSA PKCS#1 SHA-256'),
      signing: 'RSA PKCS#1 SHA-256',
    });
    const ec = await issue({ subject: 'CN=b' });
    const edwards = await issue({ subject: 'CN=c', keys: await makeKeys('Ed25519'), signing: 'Ed25519' });
    const other = { ok: false, fault: 'key of another kind' };
    expect(await verifySignature(parsed(rsa.der), ec.spki)).toEqual(other);
    expect(await verifySignature(parsed(ec.der), edwards.spki)).toEqual(other);
    expect(await verifySignature(parsed(edwards.der), rsa.spki)).toEqual(other);
    expect(await verifySignature(parsed(ec.der), Uint8Array.of(0x30, 0))).toEqual({
      ok: false,
      fault: 'unsupported key',
    });
  });

  test('an id-RSASSA-PSS key signs by PSS only (RFC 4055 section 1.2)', async () => {
    const pss = parsed(selfSigned(workshop, 'RSA-PSS-2048', ['-sha256']));
    const pkcs1 = parsed(selfSigned(workshop, 'RSA-2048', ['-sha256']));
    expect(await verifySignature(pkcs1, pss.spki)).toEqual({ ok: false, fault: 'key of another kind' });
  });

  test('a PSS salt that no key of its size can sign with is an invalid signature, not an error', async () => {
    const root = await issue({
      subject: 'CN=Root',
      keys: await makeKeys('RSA PSS SHA-256'),
      signing: 'RSA PSS SHA-256',
    });
    const value = parsed(root.der);
    // 2048 bits leave 256 - 32 - 2 = 222 octets for the salt.
    for (const saltLength of [222, 223, 255]) {
      const signatureAlgorithm = { kind: 'rsa-pss', hash: 'SHA-256', saltLength } as const;
      const result = await verifySignature({ ...value, signatureAlgorithm }, value.spki);
      expect(result).toEqual({ ok: false, fault: 'signature invalid' });
    }
  });

  test('a point that is not on its curve is no key', async () => {
    const { der: octets, spki } = await issue({ subject: 'CN=x' });
    const off = spki.slice();
    off[off.length - 1]! ^= 1;
    expect(await verifySignature(parsed(octets), off)).toEqual({ ok: false, fault: 'unsupported key' });
  });

  test('an ECDSA signature that is not two numbers, or too long ones', async () => {
    const value = parsed((await issue({ subject: 'CN=x' })).der);
    for (const signature of [
      new Uint8Array(),
      Uint8Array.of(0x30, 0),
      der(0x30, der(2, [1]), der(2, [1]), der(2, [1])),
    ]) {
      expect(await verifySignature({ ...value, signature }, value.spki)).toMatchObject({ fault: 'signature invalid' });
    }
    const long = der(0x30, der(2, new Uint8Array(33).fill(1)), der(2, [1]));
    expect(await verifySignature({ ...value, signature: long }, value.spki)).toMatchObject({
      fault: 'signature invalid',
    });
  });
});

describe('an engine', () => {
  afterEach(() => void vi.restoreAllMocks());

  const selfIssued = async () => {
    const { der: octets, spki } = await issue({ subject: 'CN=x' });
    return { value: parsed(octets), spki };
  };

  test('is given keys for nothing but verifying, not to be read out again', async () => {
    const { value, spki } = await selfIssued();
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    expect(await verifySignature(value, spki)).toEqual({ ok: true });
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    expect(imports).toHaveBeenCalledWith('spki', expect.any(Object), algorithm, false, ['verify']);
  });

  test.each(['DataError', 'NotSupportedError'])('that refuses a key by %s: unsupported', async (name) => {
    const { value, spki } = await selfIssued();
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', name));
    expect(await verifySignature(value, spki)).toEqual({ ok: false, fault: 'unsupported key' });
  });

  test('that fails is not taken for a verdict', async () => {
    const { value, spki } = await selfIssued();
    for (const method of ['importKey', 'verify'] as const) {
      for (const error of [new TypeError('out of order'), 'out of order']) {
        vi.spyOn(crypto.subtle, method).mockRejectedValue(error);
        await expect(verifySignature(value, spki)).rejects.toBe(error);
        vi.restoreAllMocks();
      }
    }
  });

  test('that cannot check a signature at all has not checked it', async () => {
    const { value, spki } = await selfIssued();
    vi.spyOn(crypto.subtle, 'verify').mockRejectedValue(new DOMException('no', 'OperationError'));
    expect(await verifySignature(value, spki)).toEqual({ ok: false, fault: 'signature invalid' });
  });
});
