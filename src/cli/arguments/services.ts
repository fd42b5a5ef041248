/** `mail`, `srv` and `xmpp`. */
import {
  FLAG,
  noMore,
  type OneOrBatch,
  type Parser,
  parse,
  RESOLVER_OPTIONS,
  type ResolverOptions,
  resolverOptions,
  TEXT,
  texts,
} from './options.ts';
import { parseHost, parsePort } from './targets.ts';
import { type CommandName, UsageError } from './usage.ts';

export interface MailTarget {
  /** In A-labels, or an address, which is said to have no MX. */
  readonly domain: string;
  readonly port: number;
}

export type MailInvocation = {
  readonly command: 'mail';
  /** Connect to the servers. */
  readonly connect: boolean;
  /** Fetch the MTA-STS policy. */
  readonly sts: boolean;
  /** For lines of a batch that name none. */
  readonly port: number;
} & ResolverOptions &
  OneOrBatch<MailTarget>;

/** `name`: an SRV owner for `srv`, a domain for `xmpp`, both in A-labels. */
export interface ServiceTarget {
  readonly name: string;
}

export type SrvInvocation = {
  readonly command: 'srv' | 'xmpp';
  readonly connect: boolean;
} & ResolverOptions &
  OneOrBatch<ServiceTarget>;

export type ServiceInvocation = MailInvocation | SrvInvocation;

export const SERVICE_PARSERS = {
  mail: (args, environment) => {
    const options = { ...RESOLVER_OPTIONS, connect: FLAG, sts: FLAG, port: TEXT };
    const { values, positionals } = parse('mail', args, options);
    const { batch, port: portText } = texts(values);
    const port = portText === undefined ? SMTP_PORT : parsePort(portText, `--port ${portText}`, 'mail');
    const common = {
      command: 'mail',
      ...resolverOptions('mail', values, environment),
      connect: values['connect'] === true,
      sts: values['sts'] === true,
      port,
    } as const;
    if (batch !== undefined) {
      noMore('mail', positionals, 0);
      return { ...common, batchFile: batch };
    }
    const [domain] = positionals;
    if (domain === undefined) throw new UsageError('DOMAIN is missing', 'mail');
    noMore('mail', positionals, 1);
    return { ...common, target: { domain: parseDomain(domain, 'DOMAIN', 'mail'), port } };
  },
  srv: serviceParser('srv'),
  xmpp: serviceParser('xmpp'),
} satisfies Readonly<Record<string, Parser<ServiceInvocation>>>;

const SMTP_PORT = 25;

function serviceParser(command: 'srv' | 'xmpp'): Parser<SrvInvocation> {
  return (args, environment) => {
    const { values, positionals } = parse(command, args, { ...RESOLVER_OPTIONS, connect: FLAG });
    const { batch } = texts(values);
    const common = {
      command,
      ...resolverOptions(command, values, environment),
      connect: values['connect'] === true,
    };
    if (batch !== undefined) {
      noMore(command, positionals, 0);
      return { ...common, batchFile: batch };
    }
    const [text] = positionals;
    const what = command === 'srv' ? 'NAME' : 'DOMAIN';
    if (text === undefined) throw new UsageError(`${what} is missing`, command);
    noMore(command, positionals, 1);
    return { ...common, target: { name: parseServiceTarget(text, what, command) } };
  };
}

/** An SRV owner or a domain, as the command has it. */
export function parseServiceTarget(text: string, source: string, command: 'srv' | 'xmpp'): string {
  if (command === 'xmpp') return parseDomain(text, source, command);
  const name = parseDomain(text, source, command);
  if (!/^_[^.]+\._(tcp|udp|sctp)\.[^.]+\../i.test(name)) {
    throw new UsageError(`${source} ${text}: a name like _imap._tcp.example.com is wanted`, command);
  }
  return name;
}

/** The domain of a service; what is more than that is said. */
export function parseDomain(text: string, source: string, command: CommandName): string {
  if (text.trim() === '') throw new UsageError(`${source} is empty`, command);
  if (text.includes('@')) {
    const domain = text.slice(text.lastIndexOf('@') + 1);
    throw new UsageError(`${source} ${text}: a domain is wanted, not an address: ${domain || 'example.com'}`, command);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const host = URL.canParse(text) ? new URL(text).hostname : '';
    throw new UsageError(`${source} ${text}: a domain is wanted, not a URL: ${host || 'example.com'}`, command);
  }
  // RFC 5321 section 4.1.3: an address literal, which the check itself knows.
  if (/^\[(IPv6:)?[0-9a-fA-F:.]+\]$/i.test(text)) return text;
  return parseHost(text, source, command);
}
