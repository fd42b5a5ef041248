/** Certificates made and read by the openssl command, as a second opinion. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workshop {
  /** Runs openssl in the workshop's folder; its output. */
  readonly openssl: (...words: readonly string[]) => string;
  readonly path: (file: string) => string;
  readonly read: (file: string) => Uint8Array;
  readonly write: (file: string, content: string | Uint8Array) => void;
  readonly close: () => void;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'danelaw-'));
  return {
    openssl: (...words) =>
      execFileSync('openssl', words, {
        cwd: folder,
        encoding: 'utf8',
        timeout: 30_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    path: (file) => join(folder, file),
    read: (file) => new Uint8Array(readFileSync(join(folder, file))),
    write: (file, content) => writeFileSync(join(folder, file), content),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const KEY_WORDS = {
  'RSA-2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA-1024': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  'RSA-PSS-2048': ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  secp256k1: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  Ed25519: ['-algorithm', 'ED25519'],
  Ed448: ['-algorithm', 'ED448'],
} as const;

export type KeyKind = keyof typeof KEY_WORDS;

/** A new key in `NAME.key`. */
export function makeKey(workshop: Workshop, name: string, kind: KeyKind): void {
  workshop.openssl('genpkey', ...KEY_WORDS[kind], '-out', `${name}.key`);
}

/** A certificate that the key in `NAME.key` signed for itself, in `NAME.der`. */
export function selfSigned(
  workshop: Workshop,
  name: string,
  signing: readonly string[] = [],
  extensions: readonly string[] = [],
): Uint8Array {
  const subject = ['-subj', `/CN=${name}`, '-days', '30', '-outform', 'DER', '-out', `${name}.der`];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  workshop.openssl('req', '-x509', '-new', '-key', `${name}.key`, ...signing, ...subject, ...added);
  return workshop.read(`${name}.der`);
}
