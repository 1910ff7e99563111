import { type Axis, linearAxis, logAxis } from './axis.ts';

/** A line of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** For what others set: a limit. */
  readonly dashed?: boolean;
}

export interface Plot {
  readonly title: string;
  /** The same in words, for those who do not see the plot. */
  readonly description: string;
  readonly x: string;
  readonly y: string;
}

const WIDTH = 760;
const HEIGHT = 380;
const LEFT = 78;
const TOP = 54;
const INNER = { width: 480, height: 264 } as const;
const LEGEND_LINE = 22;

/** Draws lines over two logarithmic axes: work that grows in proportion is a straight line at 45 degrees. */
export function growthPlot(plot: Plot, series: readonly Series[]): string {
  const drawn = series.filter(({ points }) => points.length > 0);
  const points = drawn.flatMap((each) => each.points);
  if (points.length === 0) return frame(plot, [text(LEFT, TOP + 20, 's', 'not measured')]);
  const x = logAxis(
    points.map(([value]) => value),
    INNER.width,
  );
  const y = logAxis(
    points.map(([, value]) => value),
    INNER.height,
  );
  const lines = drawn.flatMap(({ name, points, dashed }, index) => {
    const place = points.map(([a, b]) => `${px(LEFT + x.at(a))},${px(TOP + INNER.height - y.at(b))}`);
    const css = `line c${index % COLOURS.length}${dashed === true ? ' dashed' : ''}`;
    const legend = TOP + 10 + index * LEGEND_LINE;
    const right = LEFT + INNER.width + 20;
    return [
      `<polyline class="${css}" points="${place.join(' ')}"/>`,
      ...place.map(
        (at) => `<circle class="dot d${index % COLOURS.length}" cx="${at.replace(',', '" cy="')}" r="3.5"/>`,
      ),
      `<line class="${css}" x1="${right}" y1="${legend}" x2="${right + 26}" y2="${legend}"/>`,
      text(right + 34, legend + 4, 's', name),
    ];
  });
  return frame(plot, [...axes(plot, x, y), ...lines]);
}

const BARS = 40;

/** Draws how often values of a list are in each of {@link BARS} equal ranges from 0. Marks are values with a name. */
export function histogram(
  plot: Plot,
  values: readonly number[],
  marks: readonly { readonly name: string; readonly value: number }[],
): string {
  if (values.length === 0) return frame(plot, [text(LEFT, TOP + 20, 's', 'not measured')]);
  const x = linearAxis(Math.max(...values, ...marks.map(({ value }) => value)), INNER.width);
  const most = x.ticks.at(-1)?.value ?? 1;
  const counts = Array.from({ length: BARS }, () => 0);
  for (const value of values) {
    const bar = Math.min(BARS - 1, Math.floor((value / most) * BARS));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const y = linearAxis(Math.max(...counts), INNER.height);
  const width = INNER.width / BARS;
  const bars = counts.flatMap((count, index) => {
    const height = y.at(count);
    const place = `x="${px(LEFT + index * width + 0.5)}" y="${px(TOP + INNER.height - height)}"`;
    return count === 0 ? [] : [`<rect class="bar" ${place} width="${px(width - 1)}" height="${px(height)}"/>`];
  });
  const lines = marks.flatMap(({ name, value }, index) => {
    const at = px(LEFT + x.at(value));
    const label = TOP + 12 + index * 16;
    return [
      `<line class="line c1 dashed" x1="${at}" y1="${TOP}" x2="${at}" y2="${TOP + INNER.height}"/>`,
      text(LEFT + INNER.width + 20, label, 's', `${name}: ${value.toFixed(0)}`),
    ];
  });
  return frame(plot, [...axes(plot, x, y), ...bars, ...lines]);
}

function axes({ x: xName, y: yName }: Plot, x: Axis, y: Axis): string[] {
  const bottom = TOP + INNER.height;
  const xTicks = x.ticks.flatMap(({ value, label }) => {
    const at = px(LEFT + x.at(value));
    return [`<line class="grid" x1="${at}" y1="${TOP}" x2="${at}" y2="${bottom}"/>`, middle(at, bottom + 18, label)];
  });
  const yTicks = y.ticks.flatMap(({ value, label }) => {
    const at = px(bottom - y.at(value));
    return [
      `<line class="grid" x1="${LEFT}" y1="${at}" x2="${LEFT + INNER.width}" y2="${at}"/>`,
      `<text class="s" x="${LEFT - 8}" y="${px(Number(at) + 4)}" text-anchor="end">${escaped(label)}</text>`,
    ];
  });
  return [...xTicks, ...yTicks, middle(px(LEFT + INNER.width / 2), bottom + 42, xName), text(12, TOP - 12, 's', yName)];
}

const COLOURS = [
  ['#2457a6', '#7fb0ff'],
  ['#b3541e', '#ffab73'],
  ['#2f7d46', '#6fc98a'],
  ['#8a3b8f', '#dd9be2'],
] as const;

/** A line for each class, so that a reader, and the check of pictures, sees which has no dark colour. */
function rules(dark: 0 | 1, rest = ''): string {
  const [page, title, text, grid] = dark === 0 ? LIGHT : DARK;
  return [
    `.page { fill: ${page} }`,
    `.t { fill: ${title} }`,
    `.s { fill: ${text} }`,
    `.grid { stroke: ${grid} }${rest}`,
    `.bar { fill: ${COLOURS[0][dark]} }`,
    ...COLOURS.flatMap((pair, index) => [`.c${index} { stroke: ${pair[dark]} }`, `.d${index} { fill: ${pair[dark]} }`]),
  ].join('\n    ');
}

const LIGHT = ['#ffffff', '#1b2233', '#3d465c', '#dfe3ec'] as const;
const DARK = ['#161a24', '#eef1f8', '#c3cbe0', '#343d52'] as const;
const FORMS =
  ' .t { font-weight: 600 } .s { font-size: 12px } .line { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 6 4 }';

const STYLE = `svg { font: 14px system-ui, sans-serif }
    ${rules(0, FORMS)}
    @media (prefers-color-scheme: dark) {
    ${rules(1)}
    }`;

function frame({ title, description }: Plot, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc">
  <title id="title">${escaped(title)}</title>
  <desc id="desc">${escaped(description)}</desc>
  <style>
    ${STYLE}
  </style>
  <rect class="page" width="100%" height="100%" rx="8"/>
  <text class="t" x="12" y="24">${escaped(title)}</text>
  ${content.join('\n  ')}
</svg>
`;
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

const text = (x: number, y: number, css: string, content: string): string =>
  `<text class="${css}" x="${x}" y="${y}">${escaped(content)}</text>`;

const middle = (x: string, y: number, content: string): string =>
  `<text class="s" x="${x}" y="${y}" text-anchor="middle">${escaped(content)}</text>`;

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
