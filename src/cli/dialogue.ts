/**
 * What comes before TLS in protocols that begin in the clear: the server's greeting, and the words that turn to TLS.
 * A server says as much as it likes, so what is read is bounded, and none of it is read on under TLS: what came ahead
 * of the handshake may be another's (RFC 3207 section 6).
 */
import { isIPv6, type Socket } from 'node:net';
import type { ConnectionFault } from '../services/report.ts';

export type ClearProtocol = 'smtp' | 'imap' | 'pop3' | 'xmpp-client' | 'xmpp-server';

/** Undefined where TLS can begin. */
export type DialogueResult = { readonly fault: ConnectionFault; readonly said?: string } | undefined;

/** Far more than any greeting takes. */
const MAX_OCTETS = 32_768;

/** `domain`: whose service it is, which XMPP asks for. Rejects where the connection ends, or says too much. */
export function turnToTls(socket: Socket, protocol: ClearProtocol, domain: string): Promise<DialogueResult> {
  const talk = new Talk(socket);
  const result = DIALOGUES[protocol](talk, domain);
  return result.then((fault) => {
    talk.end();
    if (fault !== undefined) return fault;
    const rest = talk.rest;
    return rest === '' ? undefined : { fault: 'starttls refused', said: firstLine(rest) };
  });
}

type Dialogue = (talk: Talk, domain: string) => Promise<DialogueResult>;

const DIALOGUES: Readonly<Record<ClearProtocol, Dialogue>> = {
  smtp: turnSmtp,
  imap: turnImap,
  pop3: turnPop3,
  'xmpp-client': (talk, domain) => turnXmpp(talk, domain, 'jabber:client'),
  'xmpp-server': (talk, domain) => turnXmpp(talk, domain, 'jabber:server'),
};

/** RFC 3207. */
async function turnSmtp(talk: Talk): Promise<DialogueResult> {
  const greeting = await talk.take(SMTP_REPLY);
  if (!greeting.startsWith('220')) return { fault: 'greeting refused', said: firstLine(greeting) };
  // RFC 5321 section 4.1.4: who has no name of his own says his address.
  talk.send(`EHLO ${talk.addressLiteral}\r\n`);
  const offer = await talk.take(SMTP_REPLY);
  if (!/^250[ -]STARTTLS\s*$/im.test(offer)) return { fault: 'starttls not offered', said: lastLine(offer) };
  talk.send('STARTTLS\r\n');
  const answer = await talk.take(SMTP_REPLY);
  return answer.startsWith('220') ? undefined : { fault: 'starttls refused', said: firstLine(answer) };
}

/** RFC 5321 section 4.2: lines of one code, the last with a space behind it. */
const SMTP_REPLY = /^(?:\d{3}-[^\n]*\n)*(?:\d{3}(?: [^\n]*)?\r?\n|(?!\d{3}[ -])[^\n]*\n)/;

/** RFC 3501 section 6.2.1. */
async function turnImap(talk: Talk): Promise<DialogueResult> {
  const greeting = await talk.take(LINE);
  if (!/^\* OK\b/i.test(greeting)) return { fault: 'greeting refused', said: firstLine(greeting) };
  talk.send('a1 STARTTLS\r\n');
  const answer = await talk.take(/^(?:\*[^\n]*\n)*(?!\*)[^\n]*\n/);
  return /^a1 OK\b/im.test(answer) ? undefined : { fault: 'starttls not offered', said: lastLine(answer) };
}

/** RFC 2595 section 4. */
async function turnPop3(talk: Talk): Promise<DialogueResult> {
  const greeting = await talk.take(LINE);
  if (!greeting.startsWith('+OK')) return { fault: 'greeting refused', said: firstLine(greeting) };
  talk.send('STLS\r\n');
  const answer = await talk.take(LINE);
  return answer.startsWith('+OK') ? undefined : { fault: 'starttls not offered', said: firstLine(answer) };
}

const LINE = /^[^\n]*\n/;

/** RFC 6120 section 5.4. */
async function turnXmpp(talk: Talk, domain: string, namespace: string): Promise<DialogueResult> {
  const to = domain.replace(/[&<>'"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const stream = `xmlns='${namespace}' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'`;
  talk.send(`<?xml version='1.0'?><stream:stream to='${to}' ${stream}>`);
  const features = await talk.take(
    /^[\s\S]*?(?:<\/stream:features>|<stream:features\s*\/>|<\/stream:(?:error|stream)>)/,
  );
  if (!/<stream:features/.test(features)) return { fault: 'greeting refused', said: errorIn(features) };
  if (!/<starttls\b[^>]*urn:ietf:params:xml:ns:xmpp-tls/.test(features)) return { fault: 'starttls not offered' };
  talk.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  const answer = await talk.take(/^[\s\S]*?<(?:proceed|failure)\b[^>]*>/);
  return /<proceed\b/.test(answer) ? undefined : { fault: 'starttls refused', said: firstLine(answer) };
}

/** The condition of a stream error (RFC 6120 section 4.9.3), or else the beginning of what was said. */
function errorIn(text: string): string {
  return /<stream:error>\s*<([a-z-]+)/.exec(text)?.[1] ?? firstLine(text);
}

const MAX_LINE = 200;

function firstLine(text: string): string {
  return (text.split(/\r?\n/, 1)[0] ?? '').slice(0, MAX_LINE);
}

function lastLine(text: string): string {
  return firstLine(text.trimEnd().split('\n').at(-1) ?? '');
}

/** Text on a socket, read piece by piece as patterns say. */
class Talk {
  readonly #socket: Socket;
  #text = '';
  #closed: Error | undefined;
  #wake: () => void = () => {};
  readonly #read = (octets: Buffer) => {
    this.#text += octets.toString('latin1');
    if (this.#text.length > MAX_OCTETS) this.#closed = new Error('too much is said');
    this.#wake();
  };
  readonly #close = () => {
    this.#closed ??= new Error('the connection ended');
    this.#wake();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#read).on('close', this.#close).on('end', this.#close);
  }

  /** What was said and not taken. */
  get rest(): string {
    return this.#text;
  }

  get addressLiteral(): string {
    const { localAddress = '127.0.0.1' } = this.#socket;
    return isIPv6(localAddress) ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** The text that the pattern matches at the beginning, as soon as it is there. */
  async take(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#text)?.[0];
      if (found !== undefined) {
        this.#text = this.#text.slice(found.length);
        return found;
      }
      if (this.#closed !== undefined) throw this.#closed;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** From here on the socket is TLS's. */
  end(): void {
    this.#socket.off('data', this.#read).off('close', this.#close).off('end', this.#close);
    this.#socket.pause();
  }
}
