import { describe, expect, it } from 'vitest';
import { exposition } from '../../../lib/telemetry/prometheus.ts';

describe('exposition', () => {
  it('is the text format, with labels and help escaped', () => {
    const text = exposition([
      {
        name: 'x_total',
        type: 'counter',
        help: 'a\\b\nc',
        samples: [{ labels: { kind: 'I"\n\\', reason: 'r' }, value: 2 }, { value: 0.5 }],
      },
      {
        name: 'd_seconds',
        type: 'histogram',
        help: 'd',
        samples: [
          { series: 'bucket', labels: { le: '0.1' }, value: 1 },
          { series: 'sum', value: 0.05 },
          { series: 'count', value: 1 },
        ],
      },
      { name: 'none', type: 'gauge', help: 'left out', samples: [] },
      { name: 'y', type: 'gauge', help: 'y', samples: [Number.NaN, Infinity, -Infinity].map((value) => ({ value })) },
    ]);
    expect(text).toBe(
      [
        '# HELP x_total a\\\\b\\nc',
        '# TYPE x_total counter',
        'x_total{kind="I\\"\\n\\\\",reason="r"} 2',
        'x_total 0.5',
        '# HELP d_seconds d',
        '# TYPE d_seconds histogram',
        'd_seconds_bucket{le="0.1"} 1',
        'd_seconds_sum 0.05',
        'd_seconds_count 1',
        '# HELP y y',
        '# TYPE y gauge',
        'y NaN',
        'y +Inf',
        'y -Inf',
        '',
      ].join('\n'),
    );
  });
});
