import { percentile } from '../figure.ts';
import { growthPlot, histogram, type Plot, type Series } from './plot.ts';
import { type Results, type Row, rowsOf, type Scenario } from './results.ts';

/** A picture of the page. */
interface Picture {
  readonly file: string;
  readonly alt: string;
  /** Part under whose figures it is shown; absent: under growth. */
  readonly part?: string;
}

const [TIME, CPU, MEMORY] = ['performance-time.svg', 'performance-cpu.svg', 'performance-memory.svg'] as const;
/** Parts that measure single times, each with a histogram. */
const LATENCIES = ['pipeline', 'change-probe'] as const;

const latencyFile = (part: string): string => `performance-${part}.svg`;

export const PLOTS: readonly Picture[] = [
  {
    file: TIME,
    alt: 'Time to fill an empty appliance, the limit, and one call for each object, by number of Ingresses',
  },
  { file: CPU, alt: 'Processor time of the engine by number of Ingresses' },
  { file: MEMORY, alt: 'Peak memory of the engine by number of Ingresses' },
  ...LATENCIES.map((part) => ({ file: latencyFile(part), alt: 'Times from a change until it is routed', part })),
];

const FUNCTION_MB = 1_024;

/** Draws every picture: name of the file → SVG. */
export function plotsOf(results: Results): Map<string, string> {
  const rows = rowsOf(results);
  const of = (scenario: Scenario, value: (row: Row) => number | undefined): Series['points'] =>
    rows.flatMap((row): [number, number][] => {
      const y = row.scenario === scenario ? value(row) : undefined;
      return y === undefined || y <= 0 ? [] : [[row.size, y]];
    });
  const four = (value: (row: Row) => number): Series[] => [
    { name: 'empty appliance', points: of('cold', value) },
    { name: 'verified', points: of('verified', value) },
    { name: 'audit', points: of('audit', value) },
    { name: 'unchanged snapshot', points: of('unchanged', value) },
  ];
  const sizes = [...new Set(rows.filter(({ scenario }) => scenario === 'cold').map(({ size }) => size))];
  const pictures: [string, string][] = [
    [
      TIME,
      growthPlot(
        plot('An empty appliance is filled: time', 'seconds', 'The engine, the limit and one call for each object.'),
        [
          { name: 'this engine', points: of('cold', ({ ours }) => ours.wallMs / 1_000) },
          { name: 'one call for each', points: of('cold', ({ each }) => seconds(each?.wallMs)) },
          { name: 'the limit', points: of('cold', ({ limit }) => seconds(limit?.wallMs)), dashed: true },
        ],
      ),
    ],
    [
      CPU,
      growthPlot(
        plot('Processor time of the engine', 'seconds', 'A straight line at the slope of the grid is linear growth.'),
        four(({ ours }) => ours.cpuMs / 1_000),
      ),
    ],
    [
      MEMORY,
      growthPlot(plot('Peak memory of the engine', 'MB', 'The dashed line is the memory of the function.'), [
        ...four(({ ours }) => ours.peakMb).slice(0, 3),
        { name: `function: ${FUNCTION_MB} MB`, points: sizes.map((size) => [size, FUNCTION_MB]), dashed: true },
      ]),
    ],
  ];
  return new Map([...pictures, ...LATENCIES.flatMap((part) => latency(results, part))]);
}

function latency({ parts }: Results, name: string): [string, string][] {
  const figures = parts.find((part) => part.name === name)?.figures ?? [];
  const [figure] = figures.filter(({ samples = [] }) => samples.length > 0);
  if (figure?.samples === undefined) return [];
  const marks = [50, 99].map((percent) => ({
    name: percent === 50 ? 'median' : `${percent}th percentile`,
    value: percentile(figure.samples ?? [], percent),
  }));
  const [median, most] = marks.map(({ value }) => value.toFixed(0));
  const about: Plot = {
    title: figure.what,
    description: `Histogram of ${figure.samples.length} times from a change until the data plane routes by it: median ${median} ms, 99th percentile ${most} ms.`,
    x: 'milliseconds',
    y: 'changes',
  };
  return [[latencyFile(name), histogram(about, figure.samples, marks)]];
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1_000);

const plot = (title: string, y: string, description: string): Plot => ({
  title,
  description: `${title}, by number of Ingresses, on logarithmic axes. ${description} The numbers are in the tables.`,
  x: 'Ingresses',
  y,
});
