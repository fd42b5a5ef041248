/** Taking things away: text to the clipboard, the signed chain to a file. */
import { fromBase64 } from '../../dns/encodings.ts';
import type { Report } from '../../report.ts';
import { saveFile } from '../saving.ts';
import { send } from '../send.ts';
import { fileNameOf } from './report-text.ts';

/** What was done, as the key of its message. */
export type Taken = 'takenCopied' | 'takenSaved' | 'takenNotCopied' | 'takenNoProof';

export async function copy(text: string): Promise<Taken> {
  try {
    await navigator.clipboard.writeText(text);
    return 'takenCopied';
  } catch (error) {
    console.warn('Danelaw: the clipboard took nothing', error);
    return 'takenNotCopied';
  }
}

/** Octets of RFC 9102, section 2.3, which need nobody's word to be checked. */
export async function saveProof(tab: number, report: Report): Promise<Taken> {
  const answer = await send({ kind: 'evidence', tab });
  const chain = answer.kind === 'evidence' && answer.holds ? fromBase64(answer.chain) : undefined;
  if (chain === undefined || chain.length === 0) return 'takenNoProof';
  saveFile(fileNameOf(report), 'application/octet-stream', chain);
  return 'takenSaved';
}
