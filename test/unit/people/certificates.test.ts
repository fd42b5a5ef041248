/** SMIMEA and certificates of clients, against what OpenSSL made. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAnchors, type TrustAnchor } from '../../../src/dnssec/anchors.ts';
import { checkClient } from '../../../src/people/client.ts';
import { readSignedMessage } from '../../../src/people/signed-message-reader.ts';
import { checkSmimea, type SmimeaInput } from '../../../src/people/smimea.ts';
import { buildCertifiedWorld, CLIENT_CASES, type Shown, SMIMEA_CASES } from '../../world/certified-people.ts';
import { createSmime } from '../../world/smime.ts';

const smime = createSmime();
afterAll(() => smime.remove());
// OpenSSL's certificates begin when they are made.
const NOW = Math.ceil(Date.now() / 1000);
const world = buildCertifiedWorld(NOW, smime, smime.device);
const parsed = parseAnchors(world.anchors());
const anchors: readonly TrustAnchor[] = parsed.ok ? parsed.anchors : [];
const judging = { ask: world.ask, now: NOW, anchors };
const { hugh, eve, root, server, device } = smime;
const messages = { hugh: smime.sign(hugh), eve: smime.sign(eve) };

function shownAs(shown: Shown | undefined, pkix: 'valid' | 'unknown'): Partial<SmimeaInput> {
  const certificates = (...people: readonly (typeof hugh)[]) => ({
    shown: { certificates: people.map(({ der }) => der), pkix },
  });
  const message = (octets: Uint8Array) => ({ message: { octets, read: readSignedMessage, pkix } });
  switch (shown) {
    case undefined:
      return {};
    case 'hugh':
      return certificates(hugh);
    case 'eve':
      return certificates(eve);
    case 'hugh and root':
      return certificates(hugh, root);
    case 'server and root':
      return certificates(server, root);
    case 'message of hugh':
      return message(messages.hugh);
    case 'message of eve':
      return message(messages.eve);
    case 'no message':
      return message(Buffer.from('From: a@b.example\r\n\r\nhello'));
  }
}

describe('SMIMEA', () => {
  it('A20 A21 has the verdict and the reason of every case', async () => {
    const seen = [];
    for (const one of SMIMEA_CASES) {
      const more = shownAs(one.shown, one.pkixValid ? 'valid' : 'unknown');
      const { verdict, reason } = await checkSmimea({ ...judging, address: one.address, ...more });
      seen.push({ ...one, verdict, code: reason.code });
    }
    expect(seen).toEqual(SMIMEA_CASES);
  });

  it('A20 usage 2 demands the address, the purpose and the signature of the issuer', async () => {
    const faultOf = async (address: string, ...people: readonly (typeof hugh)[]) => {
      const shown = { certificates: people.map(({ der }) => der), pkix: 'unknown' } as const;
      const { reason } = await checkSmimea({ ...judging, address, shown });
      return reason.code === 'path-failed' ? reason.fault.code : reason.code;
    };
    expect(await faultOf('issuer@people.example', hugh, root)).toBe('matched');
    expect(await faultOf('hugh+issuer@people.example', hugh, root)).toBe('name');
    expect(await faultOf('issuer@people.example', server, root)).toBe('purpose');
    expect(await faultOf('issuer@people.example', root, hugh)).toBe('no-match');
    const shown = { certificates: [hugh.der, root.der], pkix: 'unknown' } as const;
    const { reason } = await checkSmimea({ ...judging, address: 'hugh+issuer@people.example', shown });
    expect(reason).toMatchObject({
      code: 'path-failed',
      fault: {
        code: 'name',
        references: ['hugh+issuer@people.example'],
        names: ['hugh@people.example', 'issuer@people.example'],
      },
    });
  });

  it('shows whole certificates, which OpenSSL takes', async () => {
    const report = await checkSmimea({ ...judging, address: 'whole@people.example' });
    expect(report.published).toMatchObject([{ record: 0, certificate: { subject: 'CN=hugh' } }]);
    const file = join(smime.directory, 'published.der');
    writeFileSync(file, Buffer.from(report.tlsa[0]!.data, 'hex'));
    expect(smime.openssl('verify', '-CAfile', root.pemFile, '-purpose', 'smimesign', file)).toContain('OK');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('tells whether a message says that it is from the address', async () => {
    const signerOf = async (address: string, octets: Uint8Array) => {
      const message = { octets, read: readSignedMessage, pkix: 'unknown' } as const;
      return (await checkSmimea({ ...judging, address, message })).signer;
    };
    expect(await signerOf('hugh@people.example', messages.hugh)).toEqual({
      from: ['hugh@people.example'],
      fromAddress: true,
    });
    expect((await signerOf('whole@people.example', messages.hugh))?.fromAddress).toBe(false);
  });
});

describe('a client of TLS', () => {
  it('A29 A30 has the verdict and the reason of every case', async () => {
    const seen = [];
    for (const one of CLIENT_CASES) {
      const people = { device: [device], 'device and root': [device, root], other: [server] }[one.shown ?? 'device'];
      const shown = { certificates: people.map(({ der }) => der), pkix: one.pkixValid ? 'valid' : 'unknown' } as const;
      const report = await checkClient({ ...judging, name: one.name, ...(one.shown && { shown }) });
      seen.push({ ...one, verdict: report.verdict, code: report.reason.code });
    }
    expect(seen).toEqual(CLIENT_CASES);
  });

  it('A29 is looked up at exactly its name, and identified without the label of the service', async () => {
    const report = await checkClient({ ...judging, name: '_smtp-client.device1.clients.example' });
    expect(report).toMatchObject({
      owner: '_smtp-client.device1.clients.example.',
      identity: 'device1.clients.example',
      lookups: [{ type: 'TLSA', name: '_smtp-client.device1.clients.example.' }],
    });
    expect((await checkClient({ ...judging, name: 'device1._device.clients.example' })).identity).toBe(
      'device1._device.clients.example',
    );
  });

  it('A30 takes no certificate that is for servers alone, where names count', async () => {
    const shown = { certificates: [server.der, root.der], pkix: 'unknown' } as const;
    const { reason } = await checkClient({ ...judging, name: 'device1.clients.example', shown });
    expect(reason).toMatchObject({ code: 'path-failed', fault: { code: 'purpose', depth: 0 } });
  });
});
