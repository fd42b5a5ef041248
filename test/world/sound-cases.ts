/** Zones of every kind, sound, with questions of every kind, and how secure a validator must find the answers. */
import { RECORDS, type Verdict } from './mutation-cases.ts';
import type { ZoneDescription } from './zone.ts';

export const SOUND_ZONES: Readonly<Record<string, ZoneDescription>> = {
  'nsec.example.': { sign: 8, denial: 'nsec', records: RECORDS },
  'nsec3.example.': { sign: 15, denial: { salt: 'beef', iterations: 5 }, records: RECORDS },
  'optout.example.': { sign: 14, denial: { optOut: true }, records: RECORDS },
  'compact.example.': { sign: 13, denial: 'compact', records: RECORDS },
  'compact3.example.': { sign: 13, denial: { online: 'compact nsec3' }, records: RECORDS },
  'minimal.example.': { sign: 15, denial: { online: 'minimal nsec' }, records: RECORDS },
  'minimal3.example.': { sign: 13, denial: { online: 'minimal nsec3' }, records: RECORDS },
  'ed448.example.': { sign: 16, denial: 'nsec3', records: RECORDS },
  'sha512.example.': { sign: 10, denial: 'nsec', records: RECORDS, digests: [4] },
  'csk.example.': { sign: [{ algorithm: 13, role: 'csk' }], records: RECORDS },
  'revoked.example.': {
    sign: [
      { algorithm: 15, role: 'ksk' },
      { algorithm: 15, role: 'zsk' },
      { algorithm: 15, role: 'ksk', state: 'revoked', label: 'old' },
      { algorithm: 15, role: 'zsk', state: 'standby', label: 'next' },
    ],
    records: RECORDS,
  },
  'plain.example.': { sign: 'unsigned', records: RECORDS },
  'island.example.': { sign: 13, delegation: 'island', records: RECORDS },
};

/** Labels below a zone, and a type. */
export const SOUND_QUESTIONS: readonly string[] = [
  'www A',
  'www MX',
  'nothing A',
  'a.b.nothing A',
  'x.wild TXT',
  'x.y.wild TXT',
  'x.wild A',
  'er A',
  'er DS',
  'known A',
  'known DS',
  'un.known DS',
  'wild TXT',
  'alias A',
  'alias MX',
  'abroad TXT',
  'www.moved A',
  'nothing.moved A',
  'x.wild.moved TXT',
];

/** `www A` in `nsec.example.`: `www.nsec.example. A` */
export function questionIn(zone: string, text: string): string {
  const [label, type] = text.split(' ');
  return `${label}.${zone} ${type}`;
}

export function soundVerdict(zone: string, text: string): Verdict {
  if (zone === 'plain.example.' || zone === 'island.example.') return 'insecure';
  return isFromOptOutSpan(zone, text) ? 'insecure' : 'secure';
}

/** RFC 5155 section 9.2: what an opt-out span alone denies may be there, unsigned; so may what a wildcard stands in for. */
export function isFromOptOutSpan(zone: string, text: string): boolean {
  if (zone !== 'optout.example.') return false;
  return /^(x\.wild|x\.y\.wild|nothing|a\.b\.nothing|known|un\.known) /.test(text);
}
