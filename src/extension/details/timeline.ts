/**
 * The timeline: how long each signature and certificate lasts that a report rests on, a line each along the chain of
 * trust, over one scale of time. What a line says is text beside it; the drawing says the same to the eye alone, by
 * its shape before its colour.
 */
import type { Lasting, LifeState } from '../../explain.ts';
import type { Report } from '../../report.ts';
import { drawn, element } from '../dom.ts';
import type { Language } from '../language.ts';
import { type TimeScale, timeScale } from './time-scale.ts';

export interface TimelinePlace {
  readonly axis: HTMLElement;
  readonly lines: HTMLElement;
  readonly what: HTMLElement;
  readonly leftOut: HTMLElement;
}

export function drawTimeline(place: TimelinePlace, report: Report, language: Language): void {
  const { lasting, leftOut, at } = language.lives(report);
  // An authority's decades would leave little room for the rest: its line runs out of the picture.
  const scaled = lasting.filter(({ kind }) => kind !== 'issuer');
  const scale = timeScale(
    at,
    scaled.flatMap(({ from, to }) => [from, to]),
  );
  place.what.textContent = language.translate('livesWhat', language.date(at));
  place.axis.replaceChildren(axisOf(scale, at, language));
  // The seconds are among the records.
  const dates = new Intl.DateTimeFormat(language.locale, { dateStyle: 'medium', timeStyle: 'short' });
  place.lines.replaceChildren(...lasting.map((one) => lineOf(one, scale, at, dates)));
  place.leftOut.hidden = leftOut === 0;
  place.leftOut.textContent = leftOut === 0 ? '' : language.plural('livesMore', leftOut, language.number(leftOut));
}

function lineOf(one: Lasting, scale: TimeScale, at: number, dates: Intl.DateTimeFormat): HTMLLIElement {
  const { title, brief, told, from, to } = one;
  const date = (time: number) => dates.format(time * 1000);
  return element(
    'li',
    { 'data-life': one.state.replace(' ', '-'), 'data-kind': one.kind },
    element(
      'div',
      { class: 'what' },
      element('p', { class: 'name', dir: 'auto' }, title),
      brief === '' ? undefined : element('p', { class: 'quiet', dir: 'auto' }, brief),
    ),
    element('div', { class: 'room' }, trackOf(one, scale, at)),
    element(
      'div',
      { class: 'when' },
      element('p', { class: 'told', dir: 'auto' }, told),
      element('p', { class: 'quiet' }, `${date(from)} – ${date(to)}`),
    ),
  );
}

/** In pixels down; across, everything is a part of the width. */
const BAR = 10;

/** Signs around the point 0, 0, each another shape. */
const SIGNS = {
  /** The one to look at next. */
  first: 'M0-9L8 0L0 9L-8 0Z',
  ended: 'M-6-6L6 6M6-6L-6 6',
  'not-yet': 'M-6 0a6 6 0 1 1 12 0a6 6 0 1 1-12 0Z',
  failed: 'M-2-9L-5 1H4L1 9',
  /** It goes on beyond the picture. */
  before: 'M6-6L0 0L6 6M13-6L7 0L13 6',
  after: 'M-6-6L0 0L-6 6M-13-6L-7 0L-13 6',
} as const;

type PlacedSign = readonly [keyof typeof SIGNS, number];

function trackOf({ state, from, to }: Lasting, scale: TimeScale, at: number): SVGSVGElement {
  const [start, end] = [scale.place(from), scale.place(Math.max(from, to))];
  const signs: readonly PlacedSign[] = [
    ...(from < scale.from ? [['before', 0] as const] : []),
    ...(to > scale.to ? [['after', 1] as const] : []),
    ...signOf(state, start, end),
  ];
  return picture(
    'track',
    ...ruler(scale, at),
    drawn(
      'svg',
      { y: '50%', overflow: 'visible' },
      drawn('rect', {
        class: 'bar',
        x: percent(start),
        width: percent(end - start),
        y: String(-BAR / 2),
        height: String(BAR),
        rx: '2',
      }),
    ),
    ...signs.map(([sign, x]) => signAt(sign, x)),
  );
}

function signOf(state: LifeState, start: number, end: number): readonly PlacedSign[] {
  switch (state) {
    case 'holds':
      return [];
    case 'first':
      return [['first', end]];
    case 'ended':
      return [['ended', end]];
    case 'not yet':
      return [['not-yet', start]];
    case 'failed':
      return [['failed', (start + end) / 2]];
  }
}

function signAt(sign: keyof typeof SIGNS, x: number): SVGSVGElement {
  return drawn(
    'svg',
    { x: percent(x), y: '50%', overflow: 'visible' },
    drawn('path', { class: `sign ${sign}`, d: SIGNS[sign] }),
  );
}

function axisOf(scale: TimeScale, at: number, { locale }: Language): SVGSVGElement {
  const inUnit = (unit: 'day' | 'year', value: number) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: 'narrow',
      signDisplay: 'exceptZero',
    }).format(value);
  const now = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'second');
  const label = (x: number, text: string, kind: string) => drawn('text', { class: kind, x: percent(x), y: '13' }, text);
  return picture(
    'axis-picture',
    ...scale.marks.map(({ place, days }) =>
      label(place, days % 365 === 0 ? inUnit('year', days / 365) : inUnit('day', days), 'mark'),
    ),
    label(scale.place(at), now, 'now'),
  );
}

/** The marks and the moment, down the whole line, so that they run on from one to the next. */
function ruler(scale: TimeScale, at: number): SVGLineElement[] {
  const down = (x: number, kind: string) =>
    drawn('line', { class: kind, x1: percent(x), x2: percent(x), y1: '0', y2: '100%' });
  return [...scale.marks.map(({ place }) => down(place, 'mark')), down(scale.place(at), 'now')];
}

/** What is drawn is told in words beside it. Time runs one way, whatever the direction of writing. */
function picture(kind: string, ...children: readonly SVGElement[]): SVGSVGElement {
  return drawn('svg', { class: kind, 'aria-hidden': 'true', focusable: 'false', direction: 'ltr' }, ...children);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2)}%`;
}
