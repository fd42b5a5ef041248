/** The styles of the pages: enough contrast in each palette, nothing that moves by itself, nothing lost in system colours. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const EXTENSION = fileURLToPath(new URL('../../../src/extension/', import.meta.url));
const styles = readdirSync(EXTENSION, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
const textOf = (file: string) => readFileSync(EXTENSION + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

type Palette = Readonly<Record<string, string>>;

/** The custom properties of the `:root` under exactly these conditions. */
function paletteOf(media: string | undefined): Palette {
  const text = textOf('pages.css');
  const start = media === undefined ? 0 : text.indexOf(`@media ${media} {`);
  expect(start).toBeGreaterThanOrEqual(0);
  const rule = /:root \{([^}]*)\}/.exec(text.slice(start))?.[1] ?? '';
  return Object.fromEntries(
    [...rule.matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name!, colour!]),
  );
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

const INKS = ['text', 'quiet', 'accent', 'good', 'bad', 'doubt', 'note'] as const;
const DARK = '(prefers-color-scheme: dark)';
const MORE = '(prefers-contrast: more)';

describe('colours', () => {
  const light = paletteOf(undefined);
  const dark = { ...light, ...paletteOf(DARK) };
  const palettes: readonly [string, Palette, number][] = [
    ['light', light, 4.5],
    ['dark', dark, 4.5],
    ['light, more contrast', { ...light, ...paletteOf(MORE) }, 7],
    ['dark, more contrast', { ...dark, ...paletteOf(`${MORE} and ${DARK}`) }, 7],
  ];

  test.each(palettes)(
    '%s: every ink on both grounds, and the ground on what is filled with the accent',
    (_, palette, least) => {
      for (const ground of ['ground', 'raised'] as const) {
        for (const ink of INKS) {
          expect(contrast(palette[ink]!, palette[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least);
        }
      }
    },
  );

  test.each(palettes.slice(2))('%s: lines can be seen, too', (_, palette) => {
    expect(contrast(palette['line']!, palette['ground']!)).toBeGreaterThanOrEqual(3);
  });

  test('the sum is right: black on white is 21 to 1', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });
});

describe('the styles', () => {
  test.each(styles)('%s moves nothing by itself, whatever the person prefers', (file) => {
    expect(textOf(file)).not.toMatch(/(?:^|[\s;{])(?:animation|transition)[\w-]*\s*:|@keyframes|scroll-behavior/);
  });

  test.each(styles.filter((file) => /^\s*fill: var|^\s*stroke: var/m.test(textOf(file))))(
    '%s draws with colours of its own, and says which of the system’s take their place',
    (file) => {
      expect(textOf(file)).toContain('@media (forced-colors: active)');
    },
  );
});
