import { describe, expect, it } from 'vitest';
import { linearAxis, logAxis } from '../../../bench/report/axis.ts';
import { growthPlot, histogram } from '../../../bench/report/plot.ts';

const ABOUT = { title: 'Time & growth', description: 'a < b', x: 'Ingresses', y: 'seconds' };

describe('axes', () => {
  it('logarithmic: whole decades hold all values, a decade is as long as the next', () => {
    const axis = logAxis([100, 50_000], 300);
    expect(axis.ticks.map(({ label }) => label)).toEqual(['100', '1,000', '10,000', '100,000']);
    expect([100, 1_000, 100_000].map(axis.at)).toEqual([0, 100, 300]);
  });

  it('logarithmic: a single value still has a decade around it', () => {
    expect(logAxis([1], 100).ticks.map(({ value }) => value)).toEqual([1, 10]);
    expect(logAxis([0.02], 100).ticks.map(({ label }) => label)).toEqual(['0.01', '0.1']);
  });

  it.each([
    [7, ['0', '2', '4', '6', '8']],
    [100, ['0', '20', '40', '60', '80', '100']],
    [0.3, ['0', '0.1', '0.2', '0.3']],
  ])('linear: %d is within few round ticks from 0', (most, labels) => {
    const axis = linearAxis(most, 100);
    expect(axis.ticks.map(({ label }) => label)).toEqual(labels);
    expect(axis.at(most)).toBeLessThanOrEqual(100);
  });
});

describe('growthPlot', () => {
  const svg = growthPlot(ABOUT, [
    {
      name: 'ours',
      points: [
        [100, 1],
        [1_000, 10],
        [10_000, 100],
      ],
    },
    { name: 'limit', points: [[100, 1]], dashed: true },
    { name: 'nothing', points: [] },
  ]);

  it('linear growth is a straight line', () => {
    const [, points = ''] = /<polyline class="line c0" points="([^"]+)"/.exec(svg) ?? [];
    const [a, b, c] = points.split(' ').map((point) => point.split(',').map(Number)) as [number[], number[], number[]];
    expect((b[0] ?? 0) - (a[0] ?? 0)).toBeCloseTo((c[0] ?? 0) - (b[0] ?? 0), 0);
    expect((b[1] ?? 0) - (a[1] ?? 0)).toBeCloseTo((c[1] ?? 0) - (b[1] ?? 0), 0);
  });

  it('has a title and a description for those who do not see it, escaped', () => {
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toContain('<title id="title">Time &amp; growth</title>');
    expect(svg).toContain('<desc id="desc">a &lt; b</desc>');
  });

  it('has colours for light and dark pages, and a legend of what is drawn', () => {
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).toContain('>ours</text>');
    expect(svg).not.toContain('>nothing</text>');
    expect(svg).toContain('class="line c1 dashed"');
  });

  it('without a value it says so', () => {
    expect(growthPlot(ABOUT, [])).toContain('not measured');
    expect(histogram(ABOUT, [], [])).toContain('not measured');
  });
});

describe('histogram', () => {
  const svg = histogram(ABOUT, [1, 1, 1, 99], [{ name: 'median', value: 1 }]);

  it('each value is in one bar, and the height of a bar is its share of the values', () => {
    const heights = [...svg.matchAll(/class="bar"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
    expect(heights).toHaveLength(2);
    expect(heights[0]).toBeCloseTo(3 * (heights[1] ?? 0), 0);
  });

  it('names its marks', () => {
    expect(svg).toContain('median: 1');
  });
});
