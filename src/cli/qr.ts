/** A QR code for the terminal, behind the one file that knows the library. */
import encodeQR from 'qr';

/** Characters of the longest text drawn: about 100 columns, which a terminal can show and a camera read. */
const MAX_TEXT = 700;

/** Lines of half blocks, dark on light with the quiet zone; undefined for a text too long to be drawn. */
export function qrLines(text: string): string[] | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const rows = encodeQR(text, 'raw', { border: 3, ecc: 'low' });
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const [upper, lower] = [rows[y]!, rows[y + 1]];
    // Light modules are drawn, so that it is right on the usual dark ground; readers of codes take either.
    lines.push(upper.map((dark, x) => BLOCKS[Number(!dark) * 2 + Number(lower !== undefined && !lower[x])]).join(''));
  }
  return lines;
}

const BLOCKS = [' ', '▄', '▀', '█'];
