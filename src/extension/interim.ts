/** Stands in for `parseAnchors` until src/dnssec has it. */
import { TYPE } from '../dns/codes.ts';
import { PresentationError, parseRecords } from '../dns/presentation.ts';
import { parseDs } from '../dns/rdata.ts';
import type { TrustAnchor } from '../dnssec/anchors.ts';

export function parseAnchors(
  text: string,
): { ok: true; anchors: TrustAnchor[] } | { ok: false; line: number; fault: string } {
  const anchors: TrustAnchor[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    try {
      for (const record of parseRecords(line)) {
        const ds = record.type === TYPE.DS ? parseDs(record.rdata) : undefined;
        if (ds === undefined) return { ok: false, line: i + 1, fault: 'not a DS' };
        anchors.push({ name: record.name, ...ds });
      }
    } catch (error) {
      if (!(error instanceof PresentationError)) throw error;
      return { ok: false, line: i + 1, fault: error.message };
    }
  }
  return { ok: true, anchors };
}
