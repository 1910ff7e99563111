import { describe, expect, it } from 'vitest';
import { atJson, atTable, atYaml, linesOf } from '../../../lib/cli/at-report.ts';
import { historyAppliances } from '../../../lib/cli/history-appliances.ts';
import { Fold } from '../../../lib/history/index.ts';
import { changed, gateway, gatewayChanged, snapshot, state } from '../../support/events.ts';
import { archivedBody } from '../../support/long-archive.ts';

const START = Date.parse('2026-11-24T08:00:00Z');
const annotations = { 'ingress.citrix.com/csvserver': '{"clttimeout":"100"}' };

function fold(): Fold {
  const made = new Fold(historyAppliances({}));
  const events = [
    snapshot(10, [state('shop', { annotations }), state('other', { vip: '192.0.2.11' })], { flagged: true }),
    gatewayChanged(20, gateway('edge', { listeners: ['HTTP:80', 'TLS:443'] })),
    changed(30, state('late')),
  ];
  for (const [index, event] of events.entries()) made.add(archivedBody(event, START + index * 60_000));
  return made;
}

const screen = { paint: (_style: unknown, text: string) => text, width: undefined };
const table = (filter: Parameters<typeof linesOf>[1]): string[] =>
  atTable(fold(), linesOf(fold(), filter), START + 120_000, screen).split('\n');

describe('front ends in nspass at', () => {
  it('table: listeners and settings, each with its event; front ends with hosts only are not listed', () => {
    const lines = table({});
    const head = lines.findIndex((line) => line.startsWith('FRONT END'));
    expect(lines.slice(head, head + 5).map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'FRONT END | HAS | BY | SINCE | EVENT',
      '192.0.2.10:80 | listener (404) | test/infra/gateway/edge | 2026-11-24T08:01:00Z | Gateway Changed event-20 @20',
      '192.0.2.10:443 | listener (reset) | test/infra/gateway/edge | 2026-11-24T08:01:00Z | Gateway Changed event-20 @20',
      '192.0.2.10:443 | clttimeout 100 | test/default/shop | 2026-11-24T08:00:00Z | Cluster Snapshot (flagged) event-10 @10',
      '',
    ]);
  });

  it.each([
    ['--host', { host: 'other.example.com' }, []],
    ['--host of a front end with settings', { host: 'shop.example.com' }, ['192.0.2.10:443', '192.0.2.10:443']],
    ['--cluster of another', { cluster: 'another' }, []],
  ])('%s → only the front ends of what is shown', (_what, filter, expected) => {
    const rows = table(filter).filter((line) => /^192\.0\.2\.\d+:\d+ /.test(line));
    expect(rows.map((line) => line.split(' ')[0])).toEqual(expected);
  });

  it('JSON and YAML: every front end, with the event since which it is open', () => {
    const { appliances } = atJson(fold(), linesOf(fold(), {}), START);
    expect(appliances[0]?.frontends).toMatchObject([
      { frontend: '192.0.2.10:80', kind: 'http', listeners: [{ gateway: 'infra/gateway/edge' }], settings: [] },
      { frontend: '192.0.2.10:443', since: { id: 'event-10' }, settings: [{ attribute: 'clttimeout', value: '100' }] },
      { frontend: '192.0.2.11:443', kind: 'tls', listeners: [], settings: [] },
    ]);
    expect(atYaml(fold(), linesOf(fold(), {}), START)).toContain('attribute: clttimeout');
  });
});
