/**
 * Postfix for tests: an instance of its own in the room's directory, a server on loopback and a sender that follows
 * DANE beside it. The sender asks the resolver of the system, so it runs where /etc/resolv.conf names a resolver of the
 * test's, which listens at port 53 of a loopback address of its own. All of that takes root, or sudo without a password.
 */
import { createSocket } from 'node:dgram';
import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { freePorts, mustRun, type Room } from './harness.ts';

const MASTER = '/usr/lib/postfix/sbin/master';
const QUEUES = [
  ...['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'maildrop', 'private', 'public'],
  ...['saved', 'trace'],
];

/** Not one of the sender's own (`inet_interfaces`), or it would take the server for itself and see a loop. */
export const SERVER_ADDRESS = '127.0.0.2';
const SEND_LIMIT_MS = 20_000;

const AS_ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

export interface Postfix {
  /** Where it takes mail by SMTP with STARTTLS. */
  readonly port: number;
  /** Where it takes mail to be sent on, without TLS. */
  readonly submissionPort: number;
  /** Its own log. */
  readonly log: () => Promise<string>;
  /** Gives a message to the sender and waits for what becomes of it: `sent`, `deferred` or `bounced`, and why. */
  readonly send: (recipient: string) => Promise<{ readonly status: string; readonly why: string }>;
}

export interface PostfixOptions {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What the sender demands (`smtp_tls_security_level`). */
  readonly level: 'dane' | 'dane-only';
  /** The port of the server; the records of the test's zones stand below it. */
  readonly port: number;
}

/** A loopback address at which nobody has port 53, so that a resolver may stand there. */
export async function freeResolverAddress(): Promise<string> {
  for (;;) {
    const address = `127.53.${Math.floor(Math.random() * 200) + 1}.${Math.floor(Math.random() * 200) + 1}`;
    const socket = createSocket('udp4');
    const free = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false)).bind(53, address, () => resolve(true));
    });
    socket.close();
    if (free) return address;
  }
}

/** Runs a program as if the system's resolver were at `resolverAddress`; nobody else sees the change. */
export function withResolver(room: Room, command: string, args: readonly string[]): readonly string[] {
  const script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
  return [...AS_ROOT, 'unshare', '--mount', 'sh', '-c', script, 'sh', room.path('resolv.conf'), command, ...args];
}

export async function writeResolverConfiguration(room: Room, resolverAddress: string): Promise<void> {
  await room.write('resolv.conf', `nameserver ${resolverAddress}\noptions trust-ad edns0 timeout:3 attempts:1\n`);
}

export async function startPostfix(room: Room, options: PostfixOptions): Promise<Postfix> {
  const { certificateFile, keyFile, level, port } = options;
  const [submissionPort] = await freePorts(1);
  const directory = room.path('postfix');
  // What `postfix check` would make, without its walk through all of it, which takes seconds.
  await mkdir(`${directory}/queue/pid`, { recursive: true });
  const owned = [...QUEUES.map((name) => `${directory}/queue/${name}`), `${directory}/data`];
  for (const path of owned) await mkdir(path);
  await mustRun('chmod', ['755', room.directory]);
  const [own, ...ownArgs] = [...AS_ROOT, 'chown', 'postfix', ...owned];
  await mustRun(own!, ownArgs);
  await room.write(
    'postfix/main.cf',
    `compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file_prefixes = ${room.directory}
maillog_file = ${directory}/log
mail_owner = postfix
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = sender.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
append_dot_mydomain = no
smtpd_peername_lookup = no
smtpd_tls_chain_files = ${keyFile}, ${certificateFile}
smtp_dns_support_level = dnssec
smtp_host_lookup = dns
smtp_tls_security_level = ${level}
smtp_tls_loglevel = 1
smtp_connect_timeout = 5s
smtp_helo_timeout = 5s
default_transport = smtp
smtp_tcp_port = ${port}
minimal_backoff_time = 1h
maximal_backoff_time = 1h
queue_run_delay = 1h
bounce_queue_lifetime = 0
smtp_balance_inet_protocols = no
`,
  );
  await room.write(
    'postfix/master.cf',
    `${SERVER_ADDRESS}:${port} inet n - n - - smtpd -o syslog_name=postfix/server -o myhostname=server.example -o smtpd_tls_security_level=may -o smtpd_relay_restrictions=permit_mynetworks,reject -o content_filter=discard:
127.0.0.1:${submissionPort} inet n - n - - smtpd -o syslog_name=postfix/taken -o smtpd_relay_restrictions=permit_mynetworks,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 3600 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`,
  );
  const [command, ...args] = withResolver(room, MASTER, ['-c', directory, '-d']);
  await room.start(
    'postfix',
    command!,
    args,
    async () => (await greets(SERVER_ADDRESS, port)) && (await greets('127.0.0.1', submissionPort!)),
  );
  const log = () => readFile(`${directory}/log`, 'utf8');
  return {
    port,
    submissionPort: submissionPort!,
    log,
    send: async (recipient) => {
      await submit(submissionPort!, recipient);
      const deadline = Date.now() + SEND_LIMIT_MS;
      for (;;) {
        const line = (await log()).split('\n').find((text) => text.includes(`to=<${recipient}>,`));
        const [, status, why] = / status=(\w+) \((.*)\)$/.exec(line ?? '') ?? [];
        if (status !== undefined && why !== undefined) return { status, why };
        if (Date.now() > deadline) throw new Error(`nothing became of the mail to ${recipient}\n${await log()}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}

/** One message, word by word. */
function submit(port: number, recipient: string): Promise<void> {
  const words = [
    ...['EHLO test.example', 'MAIL FROM:<someone@sender.example>', `RCPT TO:<${recipient}>`, 'DATA'],
    ...['Subject: a test\r\n\r\nHello.\r\n.', 'QUIT'],
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(SEND_LIMIT_MS, () => socket.destroy(new Error(`no word to ${recipient}`)));
    socket.on('data', (octets) => {
      const reply = octets.toString().trim().split('\n').at(-1)!;
      if (!/^[23]\d\d /.test(reply)) return void socket.destroy(new Error(reply));
      const word = words.shift();
      if (word !== undefined) socket.write(`${word}\r\n`);
    });
    socket.once('error', reject).once('close', () => resolve());
  });
}

function greets(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.setTimeout(2000, () => socket.destroy());
    socket.once('data', (octets) => {
      resolve(octets.toString().startsWith('220'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false)).once('close', () => resolve(false));
  });
}
