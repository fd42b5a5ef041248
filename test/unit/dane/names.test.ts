import { beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../../src/dane/certificate.ts';
import { brokenNameConstraint } from '../../../src/dane/name-constraints.ts';
import {
  matchesName,
  namesHost,
  namesReference,
  presentedNames,
  presentedReferences,
} from '../../../src/dane/names.ts';
import type { Certificate, NameSubtree } from '../../../src/dane/x509.ts';
import { issue, x509 } from './issued.ts';

describe('names (RFC 6125 section 6.4)', () => {
  test.each([
    ['www.example.test', 'www.example.test'],
    ['WWW.Example.TEST', 'www.example.test'],
    ['www.example.test', 'WWW.EXAMPLE.test.'],
    ['*.example.test', 'www.example.test'],
    ['*.example.test', 'xn--bcher-kva.example.test'],
    ['xn--bcher-kva.example.test', 'xn--bcher-kva.example.test'],
    ['_service.example.test', '_service.example.test'],
    ['localhost', 'localhost'],
    [`${'a.'.repeat(125)}abc`, `${'a.'.repeat(125)}abc`],
  ])('%s names %s', (pattern, host) => {
    expect(matchesName(pattern, host)).toBe(true);
  });

  test.each([
    ['www.example.test', 'example.test', 'a label less'],
    ['example.test', 'www.example.test', 'a label more'],
    ['www.example', 'www.example.test', 'the first labels of it'],
    ['www.example.test', 'www.example', 'more labels of it than there are'],
    ['example.test', 'badexample.test', 'a suffix of the text only'],
    ['*.example.test', 'example.test', 'a wildcard is one label'],
    ['*.example.test', 'a.b.example.test', 'a wildcard is one label'],
    ['*.example.test', '*.example.test', 'no host has an asterisk'],
    ['*.test', 'example.test', 'a wildcard needs two labels to its right'],
    ['*', 'localhost', 'a wildcard needs two labels to its right'],
    ['w*.example.test', 'www.example.test', 'an asterisk that is not the whole label'],
    ['*w.example.test', 'www.example.test', 'an asterisk that is not the whole label'],
    ['xn--*.example.test', 'xn--bcher-kva.example.test', 'an asterisk in an A-label'],
    ['www.*.test', 'www.example.test', 'a wildcard that is not leftmost'],
    ['*.*.test', 'www.example.test', 'two wildcards'],
    ['www.example.test\0.evil.test', 'www.example.test', 'a NUL in the name'],
    ['www.example.test.', 'www.example.test', 'a closing dot in the certificate'],
    ['.example.test', 'www.example.test', 'an empty label'],
    ['www..test', 'www..test', 'an empty label in both'],
    ['', '', 'nothing'],
    ['bücher.example.test', 'bücher.example.test', 'U-labels in both'],
    ['www.example.test ', 'www.example.test', 'a space'],
    ['-a.example.test', '-a.example.test', 'a hyphen at the start of a label'],
    ['a-.example.test', 'a-.example.test', 'a hyphen at the end of a label'],
    [`${'a'.repeat(64)}.test`, `${'a'.repeat(64)}.test`, 'a label too long'],
    [`${'a.'.repeat(126)}test`, `${'a.'.repeat(126)}test`, 'a name too long'],
    ['\u212a.example.test', 'k.example.test', 'a Kelvin sign, which lower-cases to k'],
  ])('%j does not name %j: %s', (pattern, host) => {
    expect(matchesName(pattern, host)).toBe(false);
  });

  async function certificate(names: readonly x509.JsonGeneralName[] | undefined, subject = 'CN=common.test') {
    const extensions = names ? [new x509.SubjectAlternativeNameExtension([...names])] : [];
    const parsed = parseCertificate((await issue({ subject, extensions })).der);
    if (!parsed.ok) throw new Error(parsed.fault);
    return parsed.certificate;
  }

  test('the common name counts only where no identifier of a service is there (RFC 6125 section 6.4.4)', async () => {
    expect(namesHost(await certificate(undefined), 'common.test')).toBe(true);
    expect(namesHost(await certificate([{ type: 'ip', value: '192.0.2.1' }]), 'common.test')).toBe(true);
    expect(namesHost(await certificate([{ type: 'dns', value: 'other.test' }]), 'common.test')).toBe(false);
    expect(namesHost(await certificate([{ type: 'url', value: 'https://other.test/' }]), 'common.test')).toBe(false);
    expect(presentedNames(await certificate(undefined, 'CN=Not A Host, CN=host.test'))).toEqual(['host.test']);
    const wild = await certificate(undefined, 'CN=*.host.test, CN=www.*.test, CN=*.test');
    expect(presentedNames(wild)).toEqual(['*.host.test']);
    expect(namesHost(wild, 'a.host.test')).toBe(true);
  });

  test('addresses name no host', async () => {
    const value = await certificate([
      { type: 'ip', value: '192.0.2.1' },
      { type: 'dns', value: 'a.test' },
    ]);
    expect(value.ipAddresses).toHaveLength(1);
    expect(namesHost(value, '192.0.2.1')).toBe(false);
  });
});

describe('name constraints (RFC 5280 section 4.2.1.10)', () => {
  let base: Certificate;
  beforeAll(async () => {
    const parsed = parseCertificate((await issue({ subject: 'O=Example, CN=Leaf' })).der);
    if (!parsed.ok) throw new Error(parsed.fault);
    base = parsed.certificate;
  });

  const dns = (name: string): NameSubtree => ({ kind: 'dns', name });
  const leafOf = (fields: Partial<Certificate>): Certificate => ({
    ...base,
    dnsNames: [],
    subject: { ...base.subject, commonNames: [] },
    ...fields,
  });

  function shutOut(leaf: Partial<Certificate>, permitted: NameSubtree[], excluded: NameSubtree[] = []) {
    const issuer = { ...base, nameConstraints: { permitted, excluded } };
    return brokenNameConstraint([leafOf(leaf), issuer]) !== undefined;
  }

  test.each([
    ['example.test', 'example.test', false],
    ['example.test', 'www.example.test', false],
    ['example.test', '*.example.test', false],
    ['example.test', 'badexample.test', true],
    ['example.test', 'test', true],
    ['Example.TEST', 'www.eXample.test', false],
    ['.example.test', 'www.example.test', false],
    ['.example.test', 'example.test', true],
    ['', 'anything.test', false],
  ])('permitted %j and the name %s', (constraint, name, expected) => {
    expect(shutOut({ dnsNames: [name] }, [dns(constraint)])).toBe(expected);
    // The same subtree excluded has the opposite effect.
    expect(shutOut({ dnsNames: [name] }, [], [dns(constraint)])).toBe(!expected);
  });

  test('one permitted subtree of several is enough, and every name needs one', () => {
    const permitted = [dns('a.test'), dns('b.test')];
    expect(shutOut({ dnsNames: ['x.b.test', 'a.test'] }, permitted)).toBe(false);
    expect(shutOut({ dnsNames: ['x.b.test', 'c.test'] }, permitted)).toBe(true);
    expect(shutOut({ dnsNames: ['x.b.test'] }, permitted, [dns('x.b.test')])).toBe(true);
  });

  test('a wildcard reaches into an excluded subtree one label below it', () => {
    expect(shutOut({ dnsNames: ['*.example.test'] }, [], [dns('bank.example.test')])).toBe(true);
    expect(shutOut({ dnsNames: ['*.example.test'] }, [], [dns('.bank.example.test')])).toBe(true);
    expect(shutOut({ dnsNames: ['*.example.test'] }, [], [dns('a.bank.example.test')])).toBe(false);
    expect(shutOut({ dnsNames: ['www.example.test'] }, [], [dns('bank.example.test')])).toBe(false);
    expect(shutOut({ dnsNames: ['*.example.test'] }, [dns('bank.example.test')])).toBe(true);
    for (const elsewhere of ['bank.other.test', 'bank.example.other', 'x.example', 'com', 'a.b.example.test']) {
      expect(shutOut({ dnsNames: ['*.example.test'] }, [], [dns(elsewhere)])).toBe(false);
    }
  });

  test('the common name is held to them where it counts as a name', () => {
    const subject = { ...base.subject, parts: [], commonNames: ['bank.test'] };
    expect(shutOut({ subject }, [dns('example.test')])).toBe(true);
    expect(shutOut({ subject, dnsNames: ['a.example.test'] }, [dns('example.test')])).toBe(false);
  });

  test('directory names: the subject lies below the constraint', () => {
    const { subject } = base;
    const directory = (parts: readonly string[]): NameSubtree => ({ kind: 'directory', name: { ...subject, parts } });
    expect(shutOut({ subject }, [directory(subject.parts.slice(0, 1))])).toBe(false);
    expect(shutOut({ subject }, [directory(subject.parts)])).toBe(false);
    expect(shutOut({ subject }, [directory([...subject.parts, 'more'])])).toBe(true);
    expect(shutOut({ subject }, [directory(['other'])])).toBe(true);
    expect(shutOut({ subject }, [], [directory(subject.parts.slice(0, 1))])).toBe(true);
    expect(shutOut({ subject: { ...subject, parts: [] } }, [directory(['other'])])).toBe(false);
  });

  test('addresses: by mask, and by family', () => {
    const range: NameSubtree = { kind: 'ip', range: Uint8Array.of(10, 1, 0, 0, 255, 255, 0, 0) };
    const at = (...octets: number[]) => ({ ipAddresses: [Uint8Array.from(octets)] });
    expect(shutOut(at(10, 1, 2, 3), [range])).toBe(false);
    expect(shutOut(at(10, 2, 2, 3), [range])).toBe(true);
    expect(shutOut(at(10, 1, 2, 3), [], [range])).toBe(true);
    expect(shutOut({ ipAddresses: [new Uint8Array(16)] }, [range])).toBe(true);
    expect(shutOut({ ipAddresses: [new Uint8Array(16)] }, [], [range])).toBe(false);
  });

  test('kinds that cannot be judged shut out certificates that have such names, and no others', () => {
    const mail: NameSubtree = { kind: 'other', tag: 1 };
    expect(shutOut({ otherNameKinds: [1] }, [mail])).toBe(true);
    expect(shutOut({ otherNameKinds: [1] }, [], [mail])).toBe(true);
    expect(shutOut({ otherNameKinds: [6] }, [mail], [mail])).toBe(false);
    expect(shutOut({ dnsNames: ['a.test'] }, [mail], [mail])).toBe(false);
    const directory: NameSubtree = { kind: 'directory', name: { ...base.subject, parts: [] } };
    expect(shutOut({ otherNameKinds: [4] }, [], [directory])).toBe(true);
    const elsewhere: NameSubtree = { kind: 'directory', name: { ...base.subject, parts: ['other'] } };
    const nameless = { subject: { ...base.subject, parts: [], commonNames: [] } };
    expect(shutOut({ ...nameless, otherNameKinds: [6] }, [elsewhere], [elsewhere])).toBe(false);
    expect(shutOut({ otherNameKinds: [4] }, [dns('a.test')], [dns('b.test')])).toBe(false);
    // A directory name beside the subject: held to constraints on directory names, and cannot be judged by them.
    expect(shutOut({ ...nameless, otherNameKinds: [4] }, [], [elsewhere])).toBe(true);
    expect(shutOut({ ...nameless, otherNameKinds: [4] }, [elsewhere])).toBe(true);
    expect(shutOut({ ...nameless, otherNameKinds: [4] }, [mail], [mail])).toBe(false);
  });

  test('the name that is shut out is told', () => {
    const told = (fields: Partial<Certificate>, subtree: NameSubtree) =>
      brokenNameConstraint([
        leafOf({ subject: { ...base.subject, parts: [], commonNames: [] }, ...fields }),
        { ...base, nameConstraints: { permitted: [], excluded: [subtree] } },
      ]);
    const range: NameSubtree = { kind: 'ip', range: new Uint8Array(8) };
    expect(told({ ipAddresses: [Uint8Array.of(10, 2, 2, 3)] }, range)).toEqual({ depth: 1, name: '10.2.2.3' });
    expect(told({ otherNameKinds: [1] }, { kind: 'other', tag: 1 })).toEqual({ depth: 1, name: '[1]' });
    expect(told({ dnsNames: ['a.test'] }, dns('a.test'))).toEqual({ depth: 1, name: 'a.test' });
    const directory: NameSubtree = { kind: 'directory', name: base.subject };
    expect(told({ subject: base.subject }, directory)).toEqual({ depth: 1, name: 'O=Example, CN=Leaf' });
  });

  test('they bind every certificate below, but for issuers that issued themselves', () => {
    const constrained = { ...base, nameConstraints: { permitted: [dns('a.test')], excluded: [] } };
    const other = { ...base.subject, parts: ['another issuer'] };
    const middle = leafOf({ dnsNames: ['b.test'], issuer: other });
    const leaf = leafOf({ dnsNames: ['a.test'] });
    expect(brokenNameConstraint([leaf, middle, constrained])).toEqual({ depth: 2, name: 'b.test' });
    expect(brokenNameConstraint([leaf, { ...middle, issuer: middle.subject }, constrained])).toBeUndefined();
    expect(brokenNameConstraint([{ ...middle, issuer: middle.subject }, constrained])).toMatchObject({ depth: 1 });
    expect(brokenNameConstraint([constrained])).toBeUndefined();
  });
});

describe('mail addresses (RFC 8550 section 3)', () => {
  async function withNames(subject: string, names?: readonly x509.JsonGeneralName[]): Promise<Certificate> {
    const extensions = names ? [new x509.SubjectAlternativeNameExtension([...names])] : [];
    const parsed = parseCertificate((await issue({ subject, extensions })).der);
    if (!parsed.ok) throw new Error(parsed.fault);
    return parsed.certificate;
  }
  const email = (value: string): x509.JsonGeneralName => ({ type: 'email', value });
  const dns = (value: string): x509.JsonGeneralName => ({ type: 'dns', value });
  let plain: Certificate;
  let two: Certificate;
  let old: Certificate;

  beforeAll(async () => {
    plain = await withNames('CN=common.test', [email('Anna@Example.TEST')]);
    two = await withNames('CN=x', [email('first@example.test'), email('second@example.test'), dns('host.test')]);
    old = await withNames('CN=common.test, E=old@example.test', [dns('host.test')]);
  });

  test.each([
    ['Anna@example.test', true, 'the host in any letter case'],
    ['Anna@EXAMPLE.test', true, 'on both sides'],
    ['anna@Example.TEST', false, 'the local part in its own'],
    ['Bert@Example.TEST', false, 'another local part'],
    ['Anna@other.test', false, 'another host'],
    ['@example.test', false, 'no local part'],
    ['Example.TEST', false, 'no address at all'],
    ['common.test', false, 'a host'],
    ['', false, 'nothing'],
  ])('%j: %s, %s', (address, fits) => {
    expect(namesReference(plain, address, 'email')).toBe(fits);
  });

  test('a local part of one letter is one; what is no address fits nothing, itself included', async () => {
    expect(namesReference(await withNames('CN=x', [email('a@b.test')]), 'a@B.test', 'email')).toBe(true);
    const none = await withNames('CN=x', [email('@b.test'), email('b.test')]);
    for (const text of ['@b.test', 'b.test']) expect(namesReference(none, text, 'email')).toBe(false);
  });

  test('a quoted local part may hold an @: the last one divides', async () => {
    const quoted = await withNames('CN=x', [email('"A@b"@c.test')]);
    expect(namesReference(quoted, '"A@b"@C.test', 'email')).toBe(true);
    expect(namesReference(quoted, '"A@B"@c.test', 'email')).toBe(false);
  });

  test('one address of several is enough, and no host name counts beside them', () => {
    expect(presentedReferences(two, 'email')).toEqual(['first@example.test', 'second@example.test']);
    expect(presentedReferences(two, 'server')).toEqual(['host.test']);
    expect(namesReference(two, 'second@example.test', 'email')).toBe(true);
    expect(namesReference(two, 'host.test', 'email')).toBe(false);
    expect(namesReference(two, 'host.test', 'server')).toBe(true);
    expect(namesReference(two, 'second@example.test', 'server')).toBe(false);
  });

  test('the subject counts where the subjectAltName has no address, and only there', async () => {
    expect(old.subject.commonNames).toEqual(['common.test']);
    expect(presentedReferences(old, 'email')).toEqual(['old@example.test']);
    expect(namesReference(old, 'old@example.test', 'email')).toBe(true);
    const both = await withNames('CN=x, E=old@example.test', [email('new@example.test')]);
    expect(presentedReferences(both, 'email')).toEqual(['new@example.test']);
    expect(namesReference(both, 'old@example.test', 'email')).toBe(false);
    expect(presentedReferences(await withNames('CN=x@y.test'), 'email')).toEqual([]);
  });
});
