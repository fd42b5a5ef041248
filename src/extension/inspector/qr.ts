/** A QR code as a drawing, behind the one file of the extension that knows the library. */
import encodeQR from 'qr';
import { drawn } from '../dom.ts';

/** Characters of the longest text drawn: a code of 130 modules a side, which a camera still reads from a screen. */
const MAX_TEXT = 1000;
/** Modules of the quiet zone that readers want around it (ISO/IEC 18004). */
const BORDER = 4;

/** Undefined for a text too long to be drawn. `name`: what those hear who do not see it. */
export function drawQr(text: string, name: string): SVGSVGElement | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const rows = encodeQR(text, 'raw', { border: BORDER, ecc: 'low' });
  const size = String(rows.length);
  const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return drawn(
    'svg',
    { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges' },
    drawn('rect', { class: 'light', width: size, height: size }),
    drawn('path', { class: 'dark', d: dark.join('') }),
  );
}
