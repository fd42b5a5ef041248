/**
 * A server on 127.0.0.1 that begins in the clear and turns to TLS, or does one thing of that wrong: SMTP, IMAP, POP3
 * and XMPP as far as a client goes that wants the certificate alone. It ends with `close()`.
 */
import { createServer } from 'node:net';
import tls from 'node:tls';
import type { Leaf } from './authority.ts';
import { listen } from './listening.ts';

export type ClearServerKind = 'smtp' | 'imap' | 'pop3' | 'xmpp';

export type ClearServerFault =
  /** It greets with a refusal. */
  | 'refuses'
  /** It has no TLS to offer. */
  | 'no tls'
  /** It offers TLS and says no when asked for it. */
  | 'takes back'
  /** After its last word in the clear it goes on in the clear. */
  | 'talks on'
  | 'says nothing'
  | 'says too much'
  | 'hangs up'
  /** TLS begins with what is none. */
  | 'garbage';

export interface ClearServer {
  readonly port: number;
  /** What clients said in the clear, and the names they gave to TLS. */
  readonly heard: string[];
  readonly serverNames: (string | false)[];
  close(): Promise<void>;
}

export async function startClearServer(
  kind: ClearServerKind,
  leaf: Pick<Leaf, 'certPem' | 'keyPem'>,
  fault?: ClearServerFault,
): Promise<ClearServer> {
  const heard: string[] = [];
  const serverNames: (string | false)[] = [];
  const context = tls.createSecureContext({ cert: leaf.certPem, key: leaf.keyPem });
  const server = createServer((socket) => {
    const script = SCRIPTS[kind];
    if (fault === 'says nothing') return;
    if (fault === 'hangs up') return void socket.end();
    if (fault === 'says too much') return void socket.write('x'.repeat(100_000));
    if (fault === 'refuses' && kind !== 'xmpp') return void socket.end(script.refusal);
    if (script.greeting !== undefined) socket.write(script.greeting);
    const answer = (octets: Buffer) => {
      const said = octets.toString('latin1');
      heard.push(said);
      if (fault === 'refuses') return void socket.end(script.refusal);
      if (!script.startTls.test(said)) return void socket.write(fault === 'no tls' ? script.without : script.offer);
      if (fault === 'no tls' || fault === 'takes back') return void socket.write(script.no);
      socket.off('data', answer);
      socket.write(fault === 'talks on' ? `${script.yes}more\r\n` : script.yes);
      if (fault === 'garbage') return void socket.once('data', () => socket.end('this is no TLS\r\n'));
      const secured = new tls.TLSSocket(socket, {
        isServer: true,
        secureContext: context,
        SNICallback: (name, done) => {
          serverNames.push(name);
          done(null, context);
        },
      });
      secured.on('error', () => {});
      secured.resume();
    };
    socket.on('data', answer);
  });
  const { port, close } = await listen(server);
  return { port, heard, serverNames, close };
}

interface Script {
  readonly greeting?: string;
  readonly refusal: string;
  /** What asks for TLS. */
  readonly startTls: RegExp;
  /** What is answered to the word before. */
  readonly offer: string;
  readonly without: string;
  readonly yes: string;
  readonly no: string;
}

const STREAM = "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const XMPP_TLS = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'";

const SCRIPTS: Readonly<Record<ClearServerKind, Script>> = {
  smtp: {
    greeting: '220-mail.example\r\n220 ready\r\n',
    refusal: '554 5.7.1 not you\r\n',
    startTls: /^STARTTLS\r\n/,
    offer: '250-mail.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n',
    without: '250-mail.example\r\n250 8BITMIME\r\n',
    yes: '220 go ahead\r\n',
    no: '454 4.7.0 TLS not available\r\n',
  },
  imap: {
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    refusal: '* BYE not you\r\n',
    startTls: /^a1 STARTTLS\r\n/,
    offer: '',
    without: '',
    yes: '* some news\r\na1 OK begin\r\n',
    no: 'a1 BAD unknown\r\n',
  },
  pop3: {
    greeting: '+OK ready\r\n',
    refusal: '-ERR not you\r\n',
    startTls: /^STLS\r\n/,
    offer: '',
    without: '',
    yes: '+OK begin\r\n',
    no: '-ERR unknown\r\n',
  },
  xmpp: {
    refusal: `${STREAM}<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`,
    startTls: /^<starttls/,
    offer: `${STREAM}<stream:features><starttls ${XMPP_TLS}><required/></starttls></stream:features>`,
    without: `${STREAM}<stream:features/>`,
    yes: `<proceed ${XMPP_TLS}/>`,
    no: `<failure ${XMPP_TLS}/></stream:stream>`,
  },
};
