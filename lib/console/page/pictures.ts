import type { RouteState } from '../../status/index.ts';
import { element, svg } from './dom.ts';
import { count } from './format.ts';
import { STATE_WORDS, STATES } from './words.ts';

const BAR = { width: 600, height: 14, least: 3 } as const;
const TREND = { width: 120, height: 24 } as const;

/** Draws the shares of the states. Each that occurs can be seen; the table below has the numbers. */
export function stateBar(states: Readonly<Record<RouteState, number>>, total: number): HTMLElement {
  const shown = STATES.filter((state) => states[state] > 0);
  const widths = shown.map((state) => Math.max(BAR.least, (states[state] / Math.max(1, total)) * BAR.width));
  const scale =
    BAR.width /
    Math.max(
      1,
      widths.reduce((sum, width) => sum + width, 0),
    );
  let x = 0;
  const parts = shown.map((state, index) => {
    const width = (widths[index] ?? 0) * scale;
    x += width;
    return svg('rect', {
      class: `bar-${state}`,
      x: x - width,
      y: 0,
      width: Math.max(1, width - 1),
      height: BAR.height,
    });
  });
  const text = shown.map((state) => `${count(states[state])} ${STATE_WORDS[state].label.toLowerCase()}`).join(', ');
  return element(
    'div',
    { class: 'state-bar' },
    svg(
      'svg',
      {
        role: 'img',
        'aria-label': text === '' ? 'No routes' : `Routes: ${text}`,
        viewBox: `0 0 ${BAR.width} ${BAR.height}`,
        preserveAspectRatio: 'none',
      },
      parts,
    ),
  );
}

/**
 * Draws how a value went since the page was opened.
 *
 * @returns undefined before there are two readings.
 */
export function trendLine(values: readonly (number | undefined)[], of: string): HTMLElement | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length < 2) return undefined;
  const least = Math.min(...known);
  const range = Math.max(1, Math.max(...known) - least);
  const points = known.map((value, index) => {
    const x = (index / (known.length - 1)) * TREND.width;
    const y = TREND.height - 2 - ((value - least) / range) * (TREND.height - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const text = `${of} since this page was opened: from ${count(known[0] ?? 0)} to ${count(known.at(-1) ?? 0)}`;
  return element(
    'span',
    { class: 'trend' },
    svg(
      'svg',
      {
        role: 'img',
        'aria-label': text,
        viewBox: `0 0 ${TREND.width} ${TREND.height}`,
        preserveAspectRatio: 'none',
      },
      svg('polyline', { points: points.join(' ') }),
    ),
  );
}
