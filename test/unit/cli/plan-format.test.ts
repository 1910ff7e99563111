import { describe, expect, it } from 'vitest';
import { renderPlan, wouldChange } from '../../../lib/cli/plan-format.ts';
import { PLAIN } from '../../../lib/cli/terminal.ts';
import { type PlanReport, planJson, planSummary } from '../../../lib/library/plan-judge.ts';

const REPORT: PlanReport = {
  routes: [
    {
      change: 'add',
      host: 'shop.example.com',
      frontend: '192.0.2.10:443',
      ingress: 'prod/shop/web',
      from: null,
      to: 'web:443',
      reason: '2 members',
    },
    {
      change: 'change',
      host: 'api.test',
      frontend: '192.0.2.10:443',
      ingress: 'prod/shop/api',
      from: 'old:443',
      to: 'api:443',
      reason: 'leads to another back end',
    },
    {
      change: 'remove',
      host: 'gone.test',
      frontend: '192.0.2.10:80',
      ingress: 'prod/shop/web',
      from: 'redirect to :443',
      to: null,
      reason: 'nothing claims it any more',
    },
  ],
  waiting: [
    {
      host: 'x.test',
      frontend: '192.0.2.10:443',
      ingress: 'prod/a/b',
      holder: 'prod/c/d',
      reason: 'prod/c/d is older',
    },
  ],
  commands: ['bind policy stringmap m h v', 'rm lb vserver x'],
  findings: [],
  warnings: ['be careful'],
};
const EMPTY: PlanReport = { routes: [], waiting: [], commands: [], findings: [], warnings: [] };

describe('what nspass plan prints', () => {
  it('routes first, then who waits, objects where they are asked for, and a summary', () => {
    expect(renderPlan('table', REPORT, true, PLAIN).split('\n')).toEqual([
      '+ shop.example.com  192.0.2.10:443  web:443  (prod/shop/web: 2 members)',
      '~ api.test          192.0.2.10:443  old:443 → api:443  (prod/shop/api: leads to another back end)',
      '- gone.test         192.0.2.10:80   redirect to :443  (prod/shop/web: nothing claims it any more)',
      '! x.test on 192.0.2.10:443: prod/a/b waits behind prod/c/d: prod/c/d is older',
      '',
      'Objects:',
      '  bind policy stringmap m h v',
      '  rm lb vserver x',
      '',
      'warning: be careful',
      '',
      'Plan: 1 to add, 1 to change, 1 to remove, 2 objects.',
    ]);
    expect(renderPlan('table', REPORT, false, PLAIN)).not.toContain('Objects:');
  });

  it('nothing → one sentence', () => {
    expect(renderPlan('table', EMPTY, true, PLAIN)).toBe('Nothing would change.');
    expect(wouldChange(EMPTY)).toBe(false);
    expect(wouldChange({ ...EMPTY, commands: ['rm x'] })).toBe(true);
  });

  it('JSON has the summary, the routes and the objects', () => {
    expect(planSummary(REPORT.routes)).toEqual({ add: 1, change: 1, remove: 1 });
    expect(JSON.parse(renderPlan('json', REPORT, false, PLAIN))).toEqual(planJson(REPORT));
    expect(planJson(REPORT)).toMatchObject({
      summary: { add: 1, change: 1, remove: 1 },
      objects: [
        { op: 'bind', command: 'bind policy stringmap m h v' },
        { op: 'rm', command: 'rm lb vserver x' },
      ],
    });
  });

  it('Markdown: no value of a manifest ends a cell or begins markup', () => {
    const [route] = REPORT.routes;
    const hostile = { ...REPORT, routes: [{ ...route!, to: 'a|b`c', reason: '[x](http://evil) <img>\n# y' }] };
    const text = renderPlan('markdown', hostile, true, PLAIN);
    expect(text).toContain('| a\\|b\\`c |');
    expect(text).toContain('\\[x\\](http://evil) \\<img\\> \\# y |');
    expect(text.split('\n')[0]).toBe('### nspass plan: 1 to add, 0 to change, 0 to remove, 2 objects.');
  });
});
