/** Sentences about people: one sample for every member of every union, so that the type checker demands each. */
import { describe, expect, it } from 'vitest';
import type { ChainFileFault } from '../../../src/chains/chain-file.ts';
import type { ChainReport, ChainVerdict } from '../../../src/chains/check-chain.ts';
import type { PathFault } from '../../../src/dane/outcome.ts';
import type { HostFault } from '../../../src/dane/owner.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRecords } from '../../../src/dns/presentation.ts';
import type { Security } from '../../../src/dnssec/outcome.ts';
import { explainClient, explainSmimea } from '../../../src/explain/associations.ts';
import { explainOpenPgpKey } from '../../../src/explain/openpgp.ts';
import { explainPayment } from '../../../src/explain/payment.ts';
import { explainChainReport } from '../../../src/explain/proof.ts';
import { explainRecords } from '../../../src/explain/records.ts';
import type { AddressFault } from '../../../src/people/address.ts';
import type { ClientReason, ClientReport, ClientVerdict } from '../../../src/people/client.ts';
import type { OpenPgpKey, OpenPgpStatus } from '../../../src/people/openpgp-key.ts';
import type { KeyFault } from '../../../src/people/openpgp-packets.ts';
import type {
  AddressMatch,
  OpenPgpKeyReason,
  OpenPgpKeyReport,
  OpenPgpKeyVerdict,
  OpenPgpRecord,
} from '../../../src/people/openpgpkey.ts';
import type { PaymentReason, PaymentRecord, PaymentReport, PaymentVerdict } from '../../../src/people/payment.ts';
import { parsePaymentUri, type UriFault } from '../../../src/people/payment-uri.ts';
import type { MessageFault } from '../../../src/people/signed-message.ts';
import type { SmimeaReason, SmimeaReport, SmimeaVerdict } from '../../../src/people/smimea.ts';
import { createTranslator } from './people-sentences.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;
const DAY = 86_400;
const { translate, unknown, unused } = createTranslator();

/** No gap left in it, and nothing of the outside world that acts. */
function expectSentence(text: string): void {
  expect(text).toMatch(/\S/);
  expect(text).not.toMatch(/\$\d|undefined|\[object|NaN|[\p{Cc}\u202e]/u);
}

const HOST_FAULTS: Record<HostFault, true> = {
  empty: true,
  'empty label': true,
  'label too long': true,
  'name too long': true,
  'bad escape': true,
  'not ASCII': true,
  'forbidden character': true,
  'numeric top label': true,
};

const ADDRESS_FAULTS: { [Code in AddressFault['code']]: Extract<AddressFault, { code: Code }> } = {
  empty: { code: 'empty' },
  'no-at': { code: 'no-at' },
  'no-local-part': { code: 'no-local-part' },
  'no-domain': { code: 'no-domain' },
  'angle-brackets': { code: 'angle-brackets' },
  'second-at': { code: 'second-at' },
  'stray-dot': { code: 'stray-dot' },
  'open-quote': { code: 'open-quote' },
  'open-comment': { code: 'open-comment' },
  'not-text': { code: 'not-text' },
  'unexpected-character': { code: 'unexpected-character', character: '\u202e', at: 3 },
  'local-part-too-long': { code: 'local-part-too-long', octets: 300, limit: 64 },
  'too-long': { code: 'too-long', octets: 300, limit: 254 },
  'address-literal': { code: 'address-literal', domain: '[192.0.2.1]' },
  'single-label': { code: 'single-label', domain: 'localhost' },
  'bad-domain': { code: 'bad-domain', domain: 'a..b', fault: 'empty label' },
};

const KEY_FAULTS: { [Code in KeyFault['code']]: Extract<KeyFault, { code: Code }> } = {
  empty: { code: 'empty' },
  'too-large': { code: 'too-large', octets: 70_000, limit: 65_535 },
  armored: { code: 'armored' },
  base64: { code: 'base64' },
  'secret-key': { code: 'secret-key' },
  'not-a-key': { code: 'not-a-key', tag: 8 },
  'several-keys': { code: 'several-keys', keys: 2 },
  'bad-packet': { code: 'bad-packet', offset: 12 },
  'too-many-packets': { code: 'too-many-packets', limit: 256 },
  'number-too-long': { code: 'number-too-long', bits: 40_000, limit: 16_384 },
  unreadable: { code: 'unreadable' },
};

const STATUSES: Record<OpenPgpStatus, true> = {
  valid: true,
  revoked: true,
  expired: true,
  'not yet': true,
  unbound: true,
};
const MATCHES: Record<AddressMatch, true> = { same: true, 'other letter case': true, none: true };

const FINDINGS = {
  version: 1,
  checkedAt: NOW,
  validUntil: NOW + 300,
  lookups: [],
  zones: [],
  resolvers: [],
  work: { queries: 0, roundTrips: 0, signatureChecks: 0, nsec3Hashes: 0 },
} as const;

describe('sentences about OpenPGP keys', () => {
  const PART = {
    fingerprint: '0123456789abcdef0123456789abcdef01234567',
    keyId: '89abcdef01234567',
    version: 4,
    algorithm: 'rsaEncryptSign',
    bits: 3072,
    created: NOW - DAY,
    expires: NOW + DAY,
    status: 'valid',
  } as const;
  const KEY: OpenPgpKey = {
    ...PART,
    userIds: [{ text: 'Hugh \u202e<hugh@example.com>', email: 'hugh@example.com', status: 'valid' }],
    attributes: 0,
    subkeys: [{ ...PART, expires: null }],
    encryptsTo: PART.fingerprint,
    armored: '',
  };
  const report = (more: Partial<OpenPgpKeyReport>): OpenPgpKeyReport => ({
    ...FINDINGS,
    address: 'hugh@example.com',
    owner: null,
    verdict: 'found',
    reason: { code: 'key-absent' },
    records: [],
    ...more,
  });
  const explained = (more: Partial<OpenPgpKeyReport>) => explainOpenPgpKey(report(more), translate);
  const why = (reason: OpenPgpKeyReason) => explained({ reason }).why;
  const item = (record: Partial<Extract<OpenPgpRecord, { outcome: 'key' }>>) =>
    explained({ records: [{ octets: 1, hex: '00', outcome: 'key', key: KEY, userId: 'same', ...record }] });

  it('have a headline for every verdict', () => {
    const verdicts: Record<OpenPgpKeyVerdict, true> = {
      found: true,
      unusable: true,
      absent: true,
      insecure: true,
      bogus: true,
      indeterminate: true,
      off: true,
    };
    for (const verdict of Object.keys(verdicts) as OpenPgpKeyVerdict[]) {
      const { headline } = explained({ verdict });
      expectSentence(headline);
      expect(headline).toContain('hugh@example.com');
    }
  });

  it('have a reason for every code', () => {
    const { fingerprint } = PART;
    const reasons: OpenPgpKeyReason[] = [
      ...(Object.keys(MATCHES) as AddressMatch[]).map(
        (userId) => ({ code: 'key-found', fingerprint, userId }) as const,
      ),
      ...(Object.keys(STATUSES) as OpenPgpStatus[]).flatMap((status) =>
        status === 'valid' ? [] : [{ code: 'key-not-valid', fingerprint, status } as const],
      ),
      ...Object.values(KEY_FAULTS).map((fault) => ({ code: 'key-unreadable', fault }) as const),
      ...Object.values(ADDRESS_FAULTS).map((fault) => ({ code: 'address', fault }) as const),
      ...(Object.keys(HOST_FAULTS) as HostFault[]).map(
        (fault) => ({ code: 'address', fault: { code: 'bad-domain', domain: 'x', fault } }) as const,
      ),
      { code: 'key-absent' },
      { code: 'owner-too-long', address: 'hugh@example.com' },
      { code: 'insecure-delegation', zone: 'example.com.', parent: 'com.', proof: 'NSEC' },
    ];
    for (const reason of reasons) expectSentence(why(reason));
    expect(new Set(reasons.map(why)).size).toBe(reasons.length);
  });

  it('show a key: fingerprint in groups, dates, states, user ids escaped', () => {
    const [shown] = item({}).items;
    expect(shown!.title).toBe('OpenPGP key 0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567');
    expect(shown!.details).toEqual([
      'Main key: RSA 3072, made November 21, 2026 at 00:00 UTC, ends November 23, 2026 at 00:00 UTC (in 24 hours); valid',
      'User id: Hugh \\u{202e}<hugh@example.com>',
      'Subkey: RSA 3072, made November 21, 2026 at 00:00 UTC, no end; valid',
      'Mail would be encrypted to 0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567.',
    ]);
    for (const status of Object.keys(STATUSES) as OpenPgpStatus[]) {
      const { items } = item({ key: { ...KEY, status, userIds: [{ text: 'x', email: null, status }], attributes: 2 } });
      for (const detail of items[0]!.details) expectSentence(detail);
    }
    expect(item({ key: { ...KEY, attributes: 1 } }).items[0]!.details[2]).toBe(
      '1 picture or other attribute, not looked at',
    );
  });

  it('tell by state what counts', () => {
    expect(item({}).items[0]!.state).toBe('good');
    expect(item({ userId: 'none' }).items[0]!.state).toBe('open');
    expect(item({ key: { ...KEY, status: 'revoked' } }).items[0]!.state).toBe('broken');
    expect(item({ key: { ...KEY, status: 'expired' } }).items[0]!.state).toBe('open');
  });

  it('show what is no key as hexadecimal, cut, with the reason', () => {
    const { items } = explained({
      records: [
        { octets: 2, hex: 'abcd', outcome: 'unreadable', fault: { code: 'unreadable' } },
        { octets: 5000, hex: 'ab'.repeat(5000), outcome: 'not-read' },
        { octets: 0, hex: '', outcome: 'unreadable', fault: { code: 'empty' } },
      ],
    });
    expect(items.map(({ details }) => details)).toEqual([
      ['The octets are no OpenPGP key that could be read.', '2 octets: abcd'],
      ['More records are published than are read.', `5,000 octets: ${'ab'.repeat(64)}…`],
      ['The record is empty.'],
    ]);
  });

  it('warn of a key for another address, and of one without encryption', () => {
    expect(item({}).notes).toEqual([]);
    expect(item({ userId: 'none' }).notes).toHaveLength(1);
    const [note] = item({ key: { ...KEY, encryptsTo: null } }).notes;
    expectSentence(note!);
  });
});

describe('sentences about payments', () => {
  const BC1 = 'bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l';
  const explained = (more: Partial<PaymentReport>) => {
    const report: PaymentReport = {
      ...FINDINGS,
      scheme: 'bip353',
      address: 'hugh@example.com',
      owner: null,
      verdict: 'payable',
      reason: { code: 'payment-found', methods: 1 },
      records: [],
      ...more,
    };
    return explainPayment(report, translate);
  };
  const URI_FAULTS: { [Code in UriFault['code']]: Extract<UriFault, { code: Code }> } = {
    scheme: { code: 'scheme' },
    'too-long': { code: 'too-long', characters: 5000, limit: 4096 },
    characters: { code: 'characters' },
    escape: { code: 'escape', name: 'label' },
    repeated: { code: 'repeated', name: 'amount' },
    amount: { code: 'amount', value: '1,5' },
    'required-unknown': { code: 'required-unknown', name: 'req-time' },
    'too-many-parameters': { code: 'too-many-parameters', limit: 32 },
    'no-method': { code: 'no-method' },
  };

  it('have a headline for every verdict, and a reason for every code', () => {
    const verdicts: Record<PaymentVerdict, true> = {
      payable: true,
      refused: true,
      absent: true,
      insecure: true,
      bogus: true,
      indeterminate: true,
      off: true,
    };
    for (const verdict of Object.keys(verdicts) as PaymentVerdict[]) {
      expect(explained({ verdict }).headline).toContain('hugh@example.com');
    }
    const reasons: PaymentReason[] = [
      { code: 'payment-found', methods: 1 },
      { code: 'payment-found', methods: 2 },
      { code: 'payment-absent' },
      { code: 'payment-several', records: 2 },
      ...Object.values(URI_FAULTS).map((fault) => ({ code: 'payment-uri', fault }) as const),
      { code: 'payment-sha1', zone: 'example.com.' },
      { code: 'payment-unreadable' },
      { code: 'payment-user', user: 'j\u00fcrgen' },
      { code: 'address', fault: { code: 'empty' } },
      { code: 'insecure-delegation', zone: 'example.com.', parent: 'com.', proof: 'NSEC' },
    ];
    const whys = reasons.map((reason) => explained({ reason }).why);
    for (const why of whys) expectSentence(why);
    expect(new Set(whys).size).toBe(reasons.length);
  });

  it('put a URI in words', () => {
    const parsed = parsePaymentUri(
      `bitcoin:${BC1}?amount=0.015&label=Hugh&message=Hi&lightning=x&lno=lno1&sp=tsp1&pay=y&z=1`,
    );
    if (!parsed.ok) throw new Error(parsed.fault.code);
    const { items, notes } = explained({ records: [{ kind: 'instructions', text: '', uri: parsed.uri }] });
    expect(items).toEqual([
      {
        state: 'good',
        title: 'Payment instructions',
        details: [
          `Pay on the chain (Bitcoin): ${BC1}`,
          'Lightning invoice (network not named): x',
          'Lightning offer (network not named): lno1',
          'Silent payments (Bitcoin): tsp1',
          'Private payments, BIP-351 (network not named): y',
          'Amount: 0.015 bitcoin',
          'For: Hugh',
          'Message: Hi',
          'Also: z = 1',
        ],
      },
    ]);
    expect(notes).toEqual(['Nothing was opened or paid. The wallet checks the addresses.']);
    const open = parsePaymentUri('bitcoin:?tb=tb1q');
    const [item] = explained({
      records: [{ kind: 'instructions', text: '', uri: open.ok ? open.uri : parsed.uri }],
    }).items;
    expect(item!.details).toEqual(['Pay on the chain (a test network): tb1q', 'Amount: as the payer likes']);
  });

  it('show other records as what they are', () => {
    const pmta = {
      networkSelector: 2,
      preference: 1,
      uri: 'https://pay.example/',
      dataType: 0,
      data: '31',
      address: '1',
    };
    const records: PaymentRecord[] = [
      { kind: 'other', text: 'hello\u0007' },
      { kind: 'faulty', text: 'bitcoin:', fault: { code: 'no-method' } },
      { kind: 'unreadable', data: 'abcd' },
      { kind: 'pmta', pmta: { ...pmta, network: 'bitcoin' } },
      { kind: 'pmta', pmta: { ...pmta, network: 'bitcoin-test', uri: '' } },
      { kind: 'pmta', pmta: { ...pmta, network: 'other', dataType: 9, address: null } },
    ];
    const { items, notes } = explained({ scheme: 'pmta', records });
    expect(items.map(({ details }) => details)).toEqual([
      ['Text: hello\\u{7}'],
      ['No way to pay stands in it.', 'Text: bitcoin:'],
      ['2 octets: abcd'],
      [
        'Network: Bitcoin (2)',
        'Preference: 1, the lowest first',
        'Address to ask: https://pay.example/',
        'Payment address: 1',
      ],
      ["Network: Bitcoin's test network (2)", 'Preference: 1, the lowest first', 'Payment address: 1'],
      [
        'Network: number 2, which is not known',
        'Preference: 1, the lowest first',
        'Address to ask: https://pay.example/',
        'Data of kind 9, 1 octets: 31',
      ],
    ]);
    for (const { title } of items) expectSentence(title);
    expect(notes[0]).toContain('experiment');
  });
});

describe('sentences about certificates', () => {
  const HEX = 'ab'.repeat(32);
  const CERTIFICATE = {
    depth: 0,
    subject: 'CN=hugh',
    issuer: 'CN=root',
    names: [],
    notBefore: NOW - DAY,
    notAfter: NOW + DAY,
    sha256: HEX,
    spkiSha256: HEX,
  };
  const RECORD = { usage: 3, selector: 1, matchingType: 1, data: HEX, outcome: { code: 'matched', depth: 0 } } as const;
  const NOTHING = { ...FINDINGS, owner: null, tlsa: [], published: [], chain: [], notes: [] };
  const smimea = (more: Partial<SmimeaReport>) =>
    explainSmimea(
      { ...NOTHING, address: 'hugh@example.com', verdict: 'verified', reason: { code: 'smimea-absent' }, ...more },
      translate,
    );
  const client = (more: Partial<ClientReport>) =>
    explainClient(
      {
        ...NOTHING,
        name: 'device.example.com',
        identity: null,
        verdict: 'verified',
        reason: { code: 'client-absent' },
        ...more,
      },
      translate,
    );
  const VERDICTS: Record<SmimeaVerdict | ClientVerdict, true> = {
    verified: true,
    mismatch: true,
    unread: true,
    published: true,
    unusable: true,
    absent: true,
    insecure: true,
    bogus: true,
    indeterminate: true,
    off: true,
  };
  const MESSAGE_FAULTS: { [Code in MessageFault['code']]: Extract<MessageFault, { code: Code }> } = {
    'too-large': { code: 'too-large', octets: 5, limit: 4 },
    malformed: { code: 'malformed' },
    'not-signed': { code: 'not-signed' },
    encrypted: { code: 'encrypted' },
    openpgp: { code: 'openpgp' },
    'several-signers': { code: 'several-signers', signers: 2 },
    'no-certificate': { code: 'no-certificate' },
    'weak-algorithm': { code: 'weak-algorithm', oid: '1.3.14.3.2.26' },
    'signature-invalid': { code: 'signature-invalid' },
  };

  it('have a headline for every verdict', () => {
    for (const verdict of Object.keys(VERDICTS) as SmimeaVerdict[]) {
      expect(smimea({ verdict }).headline).toContain('hugh@example.com');
      expect(client({ verdict }).headline).toContain('device.example.com');
    }
  });

  it('speak of a message without a signer, and not of another certificate', () => {
    for (const fault of Object.values(MESSAGE_FAULTS)) {
      const { headline } = smimea({ verdict: 'mismatch', reason: { code: 'message', fault } });
      expect(headline).toBe('Nothing proves that hugh@example.com signed this message.');
    }
  });

  it('have a reason for every code', () => {
    const failed = (fault: PathFault) => ({ code: 'path-failed', usage: 2, fault }) as const;
    const smimeaReasons: SmimeaReason[] = [
      { code: 'smimea-absent' },
      { code: 'tlsa-unusable', records: 1 },
      { code: 'tlsa-unusable', records: 2 },
      { code: 'published', usable: 1, unusable: 0 },
      { code: 'published', usable: 2, unusable: 0 },
      { code: 'matched', usage: 3, selector: 1, matchingType: 1, depth: 0 },
      { code: 'no-match', usable: 1, unusable: 0 },
      { code: 'issuer-unread' },
      failed({ code: 'name', references: ['hugh@example.com'], names: [] }),
      failed({ code: 'purpose', depth: 0 }),
      failed({ code: 'no-path' }),
      ...Object.values(MESSAGE_FAULTS).map((fault) => ({ code: 'message', fault }) as const),
      { code: 'address', fault: { code: 'no-at' } },
      { code: 'insecure-delegation', zone: 'example.com.', parent: 'com.', proof: 'NSEC' },
    ];
    const clientReasons: ClientReason[] = [
      { code: 'client-absent' },
      { code: 'client-server-name', name: '_443._tcp.example.com' },
      { code: 'client-name', name: 'a..b', fault: 'empty label' },
      { code: 'client-name', name: '192.0.2.1', fault: 'address' },
      { code: 'client-name', name: 'localhost', fault: 'single label' },
      { code: 'insecure-delegation', zone: 'example.com.', parent: 'com.', proof: 'NSEC' },
    ];
    const whys = [
      ...smimeaReasons.map((reason) => smimea({ reason }).why),
      ...clientReasons.map((reason) => client({ reason }).why),
    ];
    for (const why of whys) {
      expectSentence(why);
      // There is no site here.
      expect(why).not.toMatch(/\bsite|browser|web server/);
    }
    expect(new Set(whys).size).toBe(whys.length - 1);
  });

  it('show the records, the certificates within them, and those that were given', () => {
    const { items } = smimea({
      tlsa: [RECORD, { ...RECORD, usage: 1, selector: 0, matchingType: 0, outcome: { code: 'issuer-unread' } }],
      published: [{ record: 1, certificate: CERTIFICATE }],
      chain: [CERTIFICATE, { ...CERTIFICATE, depth: 1, subject: '' }],
    });
    expect(items.map(({ state, title }) => [state, title])).toEqual([
      ['good', 'Published record 3 1 1'],
      ['unknown', 'Published record 1 0 0'],
      ['good', 'Given: CN=hugh'],
      ['open', 'Given: Certificate without a subject'],
    ]);
    expect(items[0]!.details.slice(0, 2)).toEqual([
      'It fits the certificate of its holder.',
      "It names the holder's own certificate.",
    ]);
    expect(items[1]!.details).toContain('It holds the certificate itself: CN=hugh');
    for (const detail of items.flatMap(({ details }) => details)) expect(detail).not.toMatch(/\bsite|browser/);
  });

  it('tell from whom a message says to be, and that the draft for clients is one', () => {
    const signer = (fromAddress: boolean) => smimea({ signer: { from: [], fromAddress } }).notes;
    expect(signer(true)).toEqual([
      'The signature on the message is true, and the message says that it is from hugh@example.com.',
    ]);
    expect(signer(false)[0]).toContain('does not say');
    const notes = client({ notes: [{ code: 'name-mismatch', host: 'device.example.com' }] }).notes;
    expect(notes).toHaveLength(2);
    expect(notes[1]).toContain('draft');
  });
});

describe('records in words', () => {
  const say = (text: string, security: Security = 'secure') => {
    const answers = parseRecords(text, { origin: Name.parse('example.com') });
    return explainRecords({ answers, security }, translate);
  };

  it.each([
    [
      'A31 SSHFP',
      `a SSHFP 4 2 ${'ab'.repeat(32)}`,
      `The SSH server has a key of kind Ed25519 with the fingerprint (SHA-256) ${'ab'.repeat(32)}.`,
    ],
    [
      'A31 SSHFP of unknown kinds',
      'a SSHFP 9 9 abcd',
      'The SSH server has a key of kind number 9 with the fingerprint (number 9) abcd.',
    ],
    [
      'A31 SSHFP cut short',
      'a SSHFP 1 1 abcd',
      'A fingerprint (SHA-1) of an SSH key of kind RSA, of the wrong length: abcd.',
    ],
    [
      'A31 IPSECKEY by a name',
      'a TYPE45 \\# 16 0a030201610000010203040506070809',
      'IPsec, precedence 10, by the gateway a, with the key (RSA) AAECAwQFBgcICQ==.',
    ],
    [
      'A31 IPSECKEY by an address',
      'a TYPE45 \\# 8 0a0103c0000201ff',
      'IPsec, precedence 10, by the gateway 192.0.2.1, with the key (ECDSA) /w==.',
    ],
    ['A31 IPSECKEY without a key', 'a TYPE45 \\# 3 0a0000', 'IPsec, precedence 10, without a gateway, without a key.'],
    [
      'CAA',
      'a CAA 0 issue "ca.example; account=1"',
      'ca.example may issue certificates for this name. Condition: account=1.',
    ],
    [
      'CAA for wildcards',
      'a CAA 0 issuewild "ca.example"',
      'ca.example may issue wildcard certificates for this name.',
    ],
    [
      'CAA for mail',
      'a CAA 0 issuemail "ca.example"',
      'ca.example may issue S/MIME certificates for addresses of this name.',
    ],
    ['CAA for nobody', 'a CAA 0 issue ";"', 'No authority may issue certificates for this name by this record.'],
    [
      'CAA for no wildcards',
      'a CAA 0 issuewild ";"',
      'No authority may issue wildcard certificates for this name by this record.',
    ],
    [
      'CAA for no mail',
      'a CAA 0 issuemail ";"',
      'No authority may issue S/MIME certificates for addresses of this name by this record.',
    ],
    ['CAA to report to', 'a CAA 0 iodef "mailto:a@b.example"', 'Authorities may report to mailto:a@b.example.'],
    ['CAA unknown', 'a CAA 0 tbs "x"', 'A property that is not known here: tbs = x.'],
    [
      'CAA unknown and critical',
      'a CAA 128 tbs "x"',
      'A property that is not known here, tbs = x; authorities that do not know it either must not issue.',
    ],
    ['HTTPS as an alias', 'a HTTPS 0 svc.example.net.', 'The service is found under another name: svc.example.net.'],
    ['HTTPS of no service', 'a HTTPS 0 .', 'There is no such service.'],
    ['HTTPS at the owner', 'a HTTPS 1 .', 'Priority 1: the service is at this very name.'],
    [
      'HTTPS with parameters',
      'a HTTPS 1 svc mandatory=port alpn=h2,h3 no-default-alpn port=8443 ipv4hint=192.0.2.1 ech=AAAA ipv6hint=2001:db8::1 key667=x',
      'Priority 1: the service is at svc.example.com. With: clients must understand port, protocols h2,h3, only the protocols named, port 8443, addresses 192.0.2.1, a key for encrypted hello, addresses 2001:db8::1, key667 = x.',
    ],
    ['SVCB', 'a SVCB 2 svc port=53', 'Priority 2: the service is at svc.example.com. With: port 53.'],
  ])('%s', (_, text, sentence) => {
    expect(say(text)).toEqual([sentence]);
  });

  it('A31 say of keys that are not secure that they are none', () => {
    for (const security of ['insecure', 'bogus', 'indeterminate'] as const) {
      expect(say(`a SSHFP 4 2 ${'ab'.repeat(32)}`, security)[0]).toBe(
        "These keys are not proven to be the owner's, and nobody should rely on them.",
      );
    }
    expect(say('a CAA 0 issue "ca.example"', 'insecure')).toHaveLength(1);
  });

  it('pass over other types, and over octets that are none of the structure', () => {
    expect(say('a A 192.0.2.1\nb TXT "x"')).toEqual([]);
    for (const type of ['SSHFP', 'TYPE45', 'CAA', 'HTTPS']) expect(say(`a ${type} \\# 1 ff`)).toEqual([]);
    expect(say('a TYPE45 \\# 4 0a040200')).toEqual([]);
  });
});

describe('sentences about chains handed over', () => {
  const report = (more: Partial<ChainReport>): ChainReport => ({
    ...FINDINGS,
    verdict: 'secure',
    reason: { code: 'validated' },
    answers: [],
    ...more,
  });
  const VERDICTS: Record<ChainVerdict, true> = {
    verified: true,
    mismatch: true,
    unread: true,
    unusable: true,
    secure: true,
    absent: true,
    insecure: true,
    bogus: true,
    indeterminate: true,
    off: true,
  };
  const FAULTS: { [Code in ChainFileFault['code']]: Extract<ChainFileFault, { code: Code }> } = {
    empty: { code: 'empty' },
    'too-large': { code: 'too-large', limit: 524_280 },
    'not-a-chain': { code: 'not-a-chain', fault: 'cut short', offset: 7 },
    'certificate-without-chain': { code: 'certificate-without-chain' },
    'urkel-proof': { code: 'urkel-proof', proofs: 1 },
  };

  it.each(Object.keys(VERDICTS) as ChainVerdict[])('verdict %s', (verdict) => {
    expectSentence(explainChainReport(report({ verdict }), translate).headline);
  });

  it.each(Object.values(FAULTS))('D49 file: $code', (fault) => {
    const { why } = explainChainReport(report({ verdict: 'off', reason: { code: 'chain-file', fault } }), translate);
    expectSentence(why);
  });

  it('what has to be said, what is missing, and what there is to compare', () => {
    const why = (reason: ChainReport['reason']) => explainChainReport(report({ reason }), translate).why;
    expectSentence(why({ code: 'chain-subject-unknown', records: 1 }));
    expectSentence(why({ code: 'chain-subject-unknown', records: 12 }));
    expectSentence(why({ code: 'published', usable: 1, unusable: 0 }));
    expect(why({ code: 'chain-lacks', name: 'com.', type: 'DS' })).toBe(
      'The chain is not complete: it says nothing of the DS records of com, which are needed.',
    );
  });

  it('D45 its size, where it stands, and a support lifetime that is shown and nothing else', () => {
    const file = { form: 'certificate', records: 12, inCertificate: true, supportLifetimeHours: 48 } as const;
    const notes = (more: Partial<NonNullable<ChainReport['file']>>) =>
      explainChainReport(report({ file: { ...file, ...more } }), translate).notes;
    expect(notes({})).toEqual([
      '12 records inside a certificate, and nobody was asked for more.',
      'Whoever made it promises to go on sending chains for 2 days. Nothing here rests on that.',
    ]);
    expect(notes({ records: 1, inCertificate: false, supportLifetimeHours: 0, address: 'a\u202e@b.example' })).toEqual([
      '1 record, and nobody was asked for more.',
      'It came with the address a\\u{202e}@b.example, which no signature covers.',
    ]);
    for (const sentence of notes({ records: 1 })) expectSentence(sentence);
    for (const sentence of notes({ inCertificate: false })) expectSentence(sentence);
  });

  it('each answer with its records, and what BIP-353 makes of it', () => {
    const { items } = explainChainReport(
      report({
        answers: [
          {
            name: 'a.user._bitcoin-payment.example.com.',
            type: 'TXT',
            security: 'secure',
            result: 'answer',
            reason: { code: 'validated' },
            data: [{ type: 'TXT', text: '"bitcoin:a\u202e"' }],
            payment: {
              address: 'a@example.com',
              verdict: 'refused',
              reason: { code: 'payment-several', records: 2 },
            },
          },
        ],
      }),
      translate,
    );
    expect(items).toMatchObject([
      { state: 'good', title: 'The TXT records of a.user._bitcoin-payment.example.com are proven genuine.' },
    ]);
    expect(items[0]!.details[0]).toBe('TXT: "bitcoin:a\\u{202e}"');
    for (const sentence of items[0]!.details) expectSentence(sentence);
  });
});

// The last test of the file: by now every sentence about people has been asked for.
describe('the catalogue', () => {
  it('holds every sentence about people, and none that nobody asks for', () => {
    expect(unknown()).toEqual([]);
    expect(unused()).toEqual([]);
  });
});
