/** What `--help` prints. */
import type { Name } from '../dns/name.ts';
import { LANGUAGES } from '../locales/languages.ts';
import { ARMORY_PMTA_TYPE } from '../people/pmta.ts';
import { PUBLIC_NAMES } from '../probe.ts';
import { DEFAULT_RESOLVER } from './arguments/options.ts';
import type { CommandName } from './arguments/usage.ts';

const EXIT_STATUS = `Exit status:
  0  secure, or the certificate is the one published
  1  bogus, or the certificate is not the one published
  2  wrong usage
  3  proven unsigned, or nothing (usable) published
  4  it could not be found out
`;

const RESOLVING = `  --resolver URL   whom to ask: https, or http on a loopback address; may end in
                   {?dns}. Default: $DANELAW_RESOLVER, or else
                   ${DEFAULT_RESOLVER}
                   The resolver sees every name asked for. It is not believed.
                   Given again: asked where those before are late or fail
  --method NAME    POST (the default) or GET
  --anchors FILE   start from these keys instead of the built-in root anchors:
                   master-file lines of DS or DNSKEY, for any owner name
  --time EPOCH     judge as of this time, seconds since 1970
  --timeout MS     for each question (5000)
  --ca FILE        trust these root certificates as well (PEM), for the resolver
                   and for the site
  --allow-sha1     count signatures of algorithms 5 and 7 (RFC 9905 does not)
  --no-speculation ask nothing before it is known to be needed: fewer questions,
                   more round trips, the same verdict
  --json           one JSON object instead of text
  --lang TAG       the language of the text; JSON has none
  --cache FILE     keep replies there for the next run; what comes from it is
                   validated like any other
  --stats          tell questions, rounds and octets by resolver: on standard
                   error, or as "stats" in the JSON object
  --batch FILE     many in one process: a JSON object a line in, one out, in the
                   same order; - is standard input
`;

/** For commands without batches. */
const ONE_RESOLVING = RESOLVING.replace(/ {2}--batch[\s\S]*$/, '');

export const HELP = `danelaw: DNSSEC validated here, from the root keys down, and DANE on top of it

Usage:
  danelaw lookup NAME TYPE      look a name up and validate the answer
  danelaw check HOST[:PORT]     is the site's certificate the one published?
  danelaw match --host NAME --chain CHAIN.pem --tlsa FILE
                                the same offline, with files
  danelaw mail DOMAIN           what do the domain's mail servers publish?
  danelaw srv NAME              the same for a service, _imap._tcp.example.com
  danelaw xmpp DOMAIN           the same for the XMPP services of a domain
  danelaw tlsa CERT.pem         the TLSA records to publish for a certificate
  danelaw probe                 what can be had from a resolver
  danelaw openpgpkey ADDRESS    the OpenPGP key published for a mail address
  danelaw smimea ADDRESS        the S/MIME certificates published for one
  danelaw pay ADDRESS           the payment instructions of user@domain
  danelaw client NAME           the certificates published for a TLS client
  danelaw chain HOST[:PORT]     all records a verdict rests on, as one file
  danelaw verify-chain FILE     is such a file sound? Asks nobody
  danelaw COMMAND --help        more about one of them
  danelaw --version

Sentences are in the language of --lang TAG (${LANGUAGES.join(', ')}),
or else of LC_ALL, LC_MESSAGES or LANG. JSON, traces and help are in English.

${EXIT_STATUS}`;

const COMMAND_HELP: Readonly<Record<CommandName, string>> = {
  lookup: `Usage: danelaw lookup NAME TYPE [options]
       danelaw lookup --batch FILE|- [options]

Looks NAME up over DNS over HTTPS and validates the answer, or the proof that
there is none, from the trust anchors down. TYPE is a mnemonic (A, TLSA, ...) or
TYPEnnn.

${RESOLVING}  --trace          show the walk step by step

A line of a batch: {"name":"www.example.com","type":"TLSA"}, and if need be
"time", "anchors" (the text itself), "resolver", and an "id" that comes back.

${EXIT_STATUS}  A batch ends with the gravest status of its lines.
`,
  check: `Usage: danelaw check HOST[:PORT] [options]
       danelaw check --batch FILE|- [options]

Looks up what HOST publishes about its certificate, and if that is secure and
usable, connects to it (port 443 unless given) and compares. Where there are
such records, advice for those who publish them stands at the end ("advice").

  --connect ADDR[:PORT]
                   connect there instead of to the address of HOST
  --certificate-first
                   connect before asking anybody: where the certificate carries
                   the signed records that name it, nobody is asked at all.
                   Without it they are looked at where asking led to nothing
  --draft-svcb     look at the places that HTTPS records name as well: TLSA
                   below target and port, _quic for HTTP/3. A draft (svcb-dane);
                   said beside the verdict ("bindings" in JSON), no part of it
  --expiry-days N  warn ("warnings" in JSON) where the certificate, or a
                   signature by a zone that answered, runs out within N days;
                   signatures of the zones above are not counted
${RESOLVING}
A line of a batch: {"host":"www.example.com","port":443}, and if need be
"connect", "time", "anchors" (the text itself), "resolver", and an "id" that
comes back.

${EXIT_STATUS}  With --expiry-days, 1 as well where there is a warning.
  A batch ends with the gravest status of its lines.
`,
  mail: `Usage: danelaw mail DOMAIN [options]
       danelaw mail --batch FILE|- [options]

Looks up where mail for DOMAIN goes (MX), what each server publishes about its
certificate (TLSA), and tells what a sender that follows RFC 7672 does with it:
demand a published certificate, demand TLS, take TLS where offered, or go past.
MTA-STS and TLSRPT records stand beside it.

  --connect        speak SMTP with each server, turn to TLS, and compare
  --sts            fetch the MTA-STS policy too, where one is announced
  --port N         the port of the servers (25)
${RESOLVING}
A line of a batch: {"domain":"example.com"}, and if need be "port", "time",
"anchors" (the text itself), "resolver", and an "id" that comes back.

Exit status:
  0  every server publishes a certificate; with --connect, and shows it
  1  bogus, or a server shows another certificate or no TLS
  2  wrong usage
  3  unsigned, or not every server publishes one, or there is no mail
  4  it could not be found out
  A batch ends with the gravest status of its lines.
`,
  srv: `Usage: danelaw srv NAME [options]
       danelaw srv --batch FILE|- [options]

NAME is the owner of SRV records, as _imap._tcp.example.com. Looks up the
servers they name, what each publishes about its certificate (TLSA, below the
port and protocol of the SRV record), and tells what a client that follows
RFC 7673 does with it.

  --connect        connect to each server and compare: with STARTTLS for xmpp-,
                   submission, imap and pop3, with TLS at once for xmpps-,
                   submissions, imaps, pop3s, ldaps, sips, caldavs, carddavs
${RESOLVING}
A line of a batch: {"name":"_imap._tcp.example.com"}, and if need be "time",
"anchors" (the text itself), "resolver", and an "id" that comes back.

Exit status:
  0  every server publishes a certificate; with --connect, and shows it
  1  bogus, or a server shows a certificate no client could accept, or no TLS
  2  wrong usage
  3  unsigned, or not every server publishes one, or there is no such service
  4  it could not be found out
  A batch ends with the gravest status of its lines.
`,
  xmpp: `Usage: danelaw xmpp DOMAIN [options]
       danelaw xmpp --batch FILE|- [options]

As srv, for the four services of an XMPP domain: clients and servers, with
STARTTLS (_xmpp-client, _xmpp-server) and with TLS at once (_xmpps-client,
_xmpps-server). The gravest of those that are offered is the verdict.

  --connect        connect to each server and compare
${RESOLVING}
A line of a batch: {"domain":"example.com"}, and if need be "time", "anchors"
(the text itself), "resolver", and an "id" that comes back.

Exit status:
  0  every server publishes a certificate; with --connect, and shows it
  1  bogus, or a server shows a certificate no client could accept, or no TLS
  2  wrong usage
  3  unsigned, or not every server publishes one, or there is no such service
  4  it could not be found out
  A batch ends with the gravest status of its lines.
`,
  match: `Usage: danelaw match --host NAME --chain CHAIN.pem --tlsa FILE [options]

Compares a certificate chain with TLSA records, both in files; asks nobody.

  --host NAME      the name the certificates must have, where names count
  --chain FILE     certificates in PEM, the server's first
  --tlsa FILE      a record a line: usage selector matching-type hex
  --pkix-valid     the chain is valid by PKIX (usages 0 and 1 need that)
  --time EPOCH     judge as of this time, seconds since 1970
  --json           one JSON object instead of text

${EXIT_STATUS}`,
  tlsa: `Usage: danelaw tlsa CERT.pem [options]

Prints the TLSA records to publish for a certificate, or for a chain of them
with the server's first: one advised for each, and as comments what would do as
well. One record that fits is enough.

  --host NAME      the owner name to print (default: from the certificate)
  --port N         the port in the owner name (443)
  --json           one JSON object instead of text
`,
  openpgpkey: `Usage: danelaw openpgpkey ADDRESS [options]
       danelaw openpgpkey --batch FILE|- [options]

Looks up the OpenPGP keys published for a mail address (RFC 7929), and shows
them if the domain is signed: fingerprint, user ids, dates, and whether a user
id names the address. An address may be quoted ("a b"@example.com); upper and
lower case make different addresses.

  --save FILE      write the key there as text (.asc); never over a file
${RESOLVING}
A line of a batch: {"address":"hugh@example.com"}, and if need be "time",
"anchors" (the text itself), "resolver", and an "id" that comes back.

Exit status:
  0  a key that can be used is published and secure
  1  bogus
  2  wrong usage, or no mail address
  3  proven unsigned, nothing published, or no key that can be used
  4  it could not be found out
  A batch ends with the gravest status of its lines.
`,
  smimea: `Usage: danelaw smimea ADDRESS [options]
       danelaw smimea --batch FILE|- [options]

Looks up the S/MIME certificates published for a mail address (RFC 8162), and
shows them if the domain is signed. A certificate or the signer of a message is
compared with them; the message's signature must be true.

  --cert FILE      compare this certificate: PEM, issuers behind it
  --message FILE   compare the signer of this message (.eml)
  --pkix-valid     the certificate is valid by PKIX (usages 0 and 1 need that)
  --save FILE      write the published certificates there (PEM); never over a
                   file
${RESOLVING}
A line of a batch: {"address":"hugh@example.com"}, and if need be "cert" or
"message" (files), "time", "anchors" (the text itself), "resolver", and an "id"
that comes back.

Exit status:
  0  published and secure; what was given is one of those published
  1  bogus, or what was given is none of those published
  2  wrong usage, or no mail address
  3  proven unsigned, or nothing usable published
  4  it could not be found out, or told
  A batch ends with the gravest status of its lines.
`,
  client: `Usage: danelaw client NAME [--chain FILE] [options]
       danelaw client --batch FILE|- [options]

Looks up the TLSA records of a TLS client, at exactly this name, as the draft of
the DANCE working group has them: _service.client.example,
device._device.example or the bare name. Its certificate, in a file, is compared
with them.

  --chain FILE     the certificates the client shows, in PEM, its own first
  --pkix-valid     they are valid by PKIX (usages 0 and 1 need that)
${RESOLVING}
A line of a batch: {"name":"device1.example.com"}, and if need be "chain" (a
file), "time", "anchors" (the text itself), "resolver", and an "id" that comes
back.

Exit status:
  0  published and secure; the certificate given is one of those published
  1  bogus, or the certificate given is none of those published
  2  wrong usage, or no name of a client
  3  proven unsigned, or nothing usable published
  4  it could not be found out, or told
  A batch ends with the gravest status of its lines.
`,
  pay: `Usage: danelaw pay ADDRESS [options]
       danelaw pay --batch FILE|- [options]

Looks up how user@domain wants to be paid (BIP-353), and shows it in words, as
text and as a QR code. Stricter than a lookup: exactly one record that begins
with bitcoin:, and no signature with SHA-1. Opens and pays nothing.

  --proof FILE     judge the records in this file (octets or hexadecimal, as in
                   BIP-353 and RFC 9102) and ask nobody
  --pmta-type N    look for PMTA records of this type number instead: an
                   experiment, for which Armory used ${ARMORY_PMTA_TYPE}
${RESOLVING}
A line of a batch: {"address":"hugh@example.com"}, and if need be "time",
"anchors" (the text itself), "resolver", and an "id" that comes back.

Exit status:
  0  instructions are published, secure, and by the rules
  1  bogus, or secure and against the rules
  2  wrong usage, or no such address
  3  proven unsigned, or nothing published
  4  it could not be found out
  A batch ends with the gravest status of its lines.
`,
  chain: `Usage: danelaw chain HOST[:PORT] [-o FILE] [options]
       danelaw chain NAME TYPE [-o FILE] [options]

Looks up the TLSA records of HOST (port 443 unless given), or records of TYPE at
NAME, and puts all that the answer rests on, down from the root's keys, into one
chain in the form of RFC 9102. It is judged once more by itself; what does not
stand by itself is not written.

  -o FILE          write the chain there; never over a file
  --hex            as hexadecimal text; without -o at the end of what is printed
${ONE_RESOLVING}
Exit status:
  0  the records are secure, and the chain proves it
  1  bogus
  2  wrong usage
  3  proven unsigned, or nothing published; the chain proves that
  4  it could not be found out
`,
  'verify-chain': `Usage: danelaw verify-chain FILE|- [options]

Judges a chain by nothing but what is in it: records in the form of RFC 9102 or
BIP-353, as octets, hexadecimal or base64, or a certificate (PEM or DER) that
carries one. Asks nobody. What it is of is read from the chain; one that proves
absence alone needs --host or --name. - is standard input.

  --host HOST[:PORT]
                   judge what it says of this site's TLSA records
  --name NAME      judge what it says of this name
  --type TYPE      and of this type (TLSA)
  --cert FILE      compare this certificate (PEM, issuers behind it) with the
                   TLSA records; one that carries the chain is compared anyway
  --pkix-valid     the certificate is valid by PKIX (usages 0 and 1 need that)
  --anchors FILE   start from these keys instead of the built-in root anchors
  --time EPOCH     judge as of this time, seconds since 1970
  --allow-sha1     count signatures of algorithms 5 and 7 (RFC 9905 does not)
  --json           one JSON object instead of text

Exit status:
  0  it is sound; with a certificate, it is the one the chain names
  1  it fails validation, or the certificate is another one
  2  wrong usage, or no chain
  3  it proves that the domain is not signed, or that nothing is published
  4  it says too little
`,
  probe: `Usage: danelaw probe [--resolver URL] [options]

Tries what a validation needs of a resolver, and how long it takes: keys with
signatures, a signed delegation, the proof of an unsigned one, TLSA records, and
data that fails on purpose, which a resolver must pass on to those who validate
themselves.

  --signed NAME    a signed delegation (${bare(PUBLIC_NAMES.signed)})
  --unsigned NAME  one that is proven unsigned (${bare(PUBLIC_NAMES.unsigned)})
  --tlsa NAME      owner of TLSA records (${bare(PUBLIC_NAMES.tlsa)})
  --bogus NAME     has addresses whose signatures fail
                   (${bare(PUBLIC_NAMES.bogus)})
  --resolver, --method, --anchors, --time, --timeout, --ca, --allow-sha1, --json
                   as in lookup

Exit status:
  0  all of it can be had
  1  something cannot
  2  wrong usage
  4  it could not be found out
`,
};

function bare(name: Name): string {
  return name.toString().replace(/\.$/, '');
}

export function commandHelp(command: CommandName): string {
  return COMMAND_HELP[command];
}
