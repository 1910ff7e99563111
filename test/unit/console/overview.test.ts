import { describe, expect, it } from 'vitest';
import { overviewOf } from '../../../lib/console/overview.ts';
import { ownerText, readingOf } from '../../../lib/console/reading.ts';
import { ownerKey } from '../../../lib/contract/index.ts';
import { encodeClaim, encodeIngress, hostDigest } from '../../../lib/ledger/index.ts';
import { backendId, namesOf } from '../../../lib/netscaler/index.ts';
import type { BackendTraffic } from '../../../lib/traffic/index.ts';
import { claim, owner, reading, record, route } from './support.ts';

const facts = { version: 3, appliance: 'edge', unreachable: undefined, drift: undefined, queues: undefined };
const [a, b, c] = [owner('a'), owner('b'), owner('c', 'default', 'west')];

describe('the figures of an appliance', () => {
  it('states, conflicts, and Ingresses that are unfinished or have findings', () => {
    const overview = overviewOf({
      ...facts,
      reading: reading(
        [
          route('a.example.com', claim(a), { standby: [claim(b)] }),
          route('b.example.com', claim(b), { state: 'down' }),
          route('c.example.com', undefined, { state: 'stray' }),
        ],
        [
          [a, record(a, { findings: 'x' })],
          [b, record(b, { state: 'pending' })],
          [c, record(c, { kind: 'tombstone', findings: 'x' })],
        ],
      ),
    });
    expect(overview).toMatchObject({
      version: 3,
      at: 5000,
      total: 3,
      states: { serving: 1, down: 1, empty: 0, redirect: 0, unbound: 0, stray: 1 },
      conflicts: 1,
      pending: 1,
      ingressesWithFindings: 1,
      drift: undefined,
    });
    expect(overview).not.toHaveProperty('unreachable');
  });

  it('clusters by name, also one that lost its ledger and still holds hosts', () => {
    const { clusters } = overviewOf({
      ...facts,
      reading: reading(
        [route('a.example.com', claim(a)), route('b.example.com', claim(b)), route('c.example.com', claim(c))],
        [
          [a, record(a, { sequence: 30 })],
          [b, record(b, { sequence: 20 })],
        ],
      ),
    });
    expect(clusters).toEqual([
      { name: 'east', ingresses: 2, routes: 2, newest: 30 },
      { name: 'west', ingresses: 0, routes: 1, newest: undefined },
    ]);
  });

  it('why the appliance is away, with the figures of the last reading', () => {
    const overview = overviewOf({ ...facts, unreachable: 'no answer', drift: 2, reading: reading([]) });
    expect(overview).toMatchObject({ unreachable: 'no answer', at: 5000, total: 0, drift: 2 });
  });
});

describe('a reading of rows', () => {
  const names = namesOf('nsp');
  const frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' as const };
  const key = { service: 'web', port: '443', frontendKey: '192.0.2.10_443', settings: '' };
  const rowsOf = (host: string) => [
    encodeClaim({
      frontend: key.frontendKey,
      hostDigest: hostDigest(host),
      created: 1000,
      ownerKey: ownerKey(a),
      owner: a,
      target: { service: 'web', port: '443' },
      settings: '',
      form: 'exact',
      host,
    }),
    { key: host, value: backendId(ownerKey(a), key), comment: '' },
  ];
  const input = {
    names,
    frontends: [{ frontend, rows: [...rowsOf('a.example.com'), ...rowsOf('b.example.com')] }],
    ledgers: [{ cluster: 'east', rows: [encodeIngress(record(a))] }],
    members: new Map(),
  };

  it('two hosts of one back end → its connections count once, those of others not at all', () => {
    const counted = (object: string, open: number): BackendTraffic => ({
      object,
      open,
      connections: 90,
      received: 1_000,
      sent: 2_000,
      up: true,
      membersUp: 1,
      membersDown: 0,
    });
    const backends = [counted(names.backend(a, key), 7), counted('somebody-else', 100)];
    const traffic = { backends, frontends: [], refusedLast: 0 };
    const { connections, routes } = readingOf({ ...input, traffic }, 1);
    expect(connections).toBe(7);
    const each = { open: 7, connections: 90, received: 1_000, sent: 2_000 };
    expect(routes.map((of) => of.traffic)).toEqual([each, each]);
    expect(readingOf({ ...input, traffic: undefined }, 1).connections).toBeUndefined();
  });

  it('a record has the name of its cluster', () => {
    const { records, clusters, at } = readingOf({ ...input, traffic: undefined }, 1);
    expect([at, clusters]).toEqual([1, ['east']]);
    expect(records.get(ownerText(a))?.owner).toEqual(a);
  });
});
