/**
 * The drawing beside each part of the chain of trust: what kind of thing it is by its outline, whether it holds by
 * the sign in it and by the links of the chain that lead to it. No meaning hangs on colour alone, and none on the
 * drawing alone: the words stand beside it.
 */
import type { Life, LinkState, PicturePart } from '../../explain.ts';
import { drawn } from '../dom.ts';

type Kind = PicturePart['kind'];

/** In units of the drawing, which are CSS pixels at its natural size. */
const WIDTH = 32;
const HEIGHT = 44;

const SHEET = 'M7 18.500h12.500l6.500 6v17H7ZM19.500 18.500v6h6.500';

/** A zone is a ring, a record a sheet, a certificate a seal; all centred on 16, 30. */
const OUTLINES: Readonly<Record<Kind, string>> = {
  zone: 'M16 18.500a11.500 11.500 0 1 1 0 23a11.500 11.500 0 1 1 0-23Z',
  tlsa: SHEET,
  records: SHEET,
  certificate:
    'M16 17.500l3.600 2.700 4.500-.2 1.300 4.300 3.700 2.500-1.500 4.200 1.500 4.200-3.700 2.500-1.300 4.300-4.500-.2-3.600 2.700-3.600-2.700-4.500.2-1.300-4.300-3.700-2.500 1.500-4.200-1.500-4.200 3.700-2.500 1.300-4.300 4.500.2Z',
};

const SIGNS: Readonly<Record<LinkState, string>> = {
  good: 'M11 30.400l3.600 3.700 6.600-7.800',
  broken: 'M12 26l8 8m0-8l-8 8',
  // An open ring: nothing vouches, and nothing is wrong.
  open: 'M12.500 30h7',
  unknown:
    'M12.900 27.600c0-2.100 1.400-3.300 3.200-3.300s3.200 1.200 3.200 3c0 2.400-3.100 2.500-3.100 4.900M16.200 35v.3',
};

/** Two links of a chain: whole, torn apart, one left open, or not to be made out. */
const LINKS: Readonly<Record<LinkState, readonly string[]>> = {
  good: [capsule(16, -5), capsule(16, 5)],
  broken: [
    'M12 3V-1a4 4 0 0 1 8 0V3',
    'M10.500 10.500l-2.500-3M21.500 10.500l2.500-3M16 8.500v-3.500',
    'M12 13v1a4 4 0 0 0 8 0v-1',
  ],
  open: ['M12 5V-1a4 4 0 0 1 8 0V5'],
  unknown: ['M16-3V17'],
};

function capsule(x: number, top: number): string {
  return `M${x - 4} ${top + 4}a4 4 0 0 1 8 0v5a4 4 0 0 1-8 0Z`;
}

/** `first`: nothing leads to it. */
export function drawPart(
  { kind, state, link }: Pick<PicturePart, 'kind' | 'state' | 'link'>,
  first: boolean,
): SVGSVGElement {
  return drawn(
    'svg',
    {
      class: 'drawing',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: String(WIDTH),
      height: String(HEIGHT),
      'aria-hidden': 'true',
      focusable: 'false',
    },
    ...(first ? [] : LINKS[link].map((d) => drawn('path', { class: `link ${link}`, d }))),
    drawn('path', { class: 'outline', d: OUTLINES[kind] }),
    drawn('path', { class: 'sign', d: SIGNS[state] }),
  );
}

const LIFE_WIDTH = 44;
const LIFE_HEIGHT = 6;

/** How much of a signature's or certificate's life is left. The words beside it say how long that is. */
export function drawLife(life: Life): SVGSVGElement {
  const whole = life.to - life.from;
  const left = whole <= 0 ? 0 : Math.min(1, Math.max(0, (life.to - life.at) / whole));
  const bar = { x: '0', y: '0', height: String(LIFE_HEIGHT), rx: '3' };
  return drawn(
    'svg',
    {
      class: 'life',
      viewBox: `0 0 ${LIFE_WIDTH} ${LIFE_HEIGHT}`,
      width: String(LIFE_WIDTH),
      height: String(LIFE_HEIGHT),
      'aria-hidden': 'true',
      focusable: 'false',
    },
    drawn('rect', { ...bar, class: 'whole', width: String(LIFE_WIDTH) }),
    drawn('rect', { ...bar, class: 'left', width: (left * LIFE_WIDTH).toFixed(1) }),
  );
}
