import { describe, expect, it } from 'vitest';
import { trafficFamilies } from '../../../lib/exporter/families.ts';
import { trafficOf } from '../../../lib/traffic/read-traffic.ts';

const row = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  state: 'UP',
  curclntconnections: '2',
  tothits: '30',
  totalrequestbytes: '4000',
  totalresponsebytes: '50000',
  ...more,
});
const COUNTED = { open: 2, connections: 30, received: 4000, sent: 50_000 };
const nothing = { backends: [], frontends: [], policies: [] };

describe('the traffic of a system', () => {
  it('is that of its own objects', () => {
    const backends = [row('nsp-a', { actsvcs: '2', inactsvcs: '1' }), row('nspx-b'), row('web'), row('other-nsp-c')];
    expect(trafficOf({ ...nothing, backends }, 'nsp').backends).toEqual([
      { object: 'nsp-a', ...COUNTED, up: true, membersUp: 2, membersDown: 1 },
    ]);
  });

  it.each([
    ['DOWN', false],
    ['OUT OF SERVICE', false],
    ['UP', true],
  ])('a back end that is %s: up is %s', (state, up) => {
    expect(trafficOf({ ...nothing, backends: [row('nsp-a', { state })] }, 'nsp').backends[0]?.up).toBe(up);
  });

  it.each([undefined, '', 'NA', '-1', null, 'Infinity'])('a counter that is %j counts as 0', (value) => {
    const backends = [row('nsp-a', { tothits: value, totalrequestbytes: value })];
    expect(trafficOf({ ...nothing, backends }, 'nsp').backends[0]).toMatchObject({ connections: 0, received: 0 });
  });

  it.each([
    ['nsp-192.0.2.10-443', '192.0.2.10', 443],
    ['nsp-2001:db8::10-8443', '2001:db8::10', 8443],
  ])('a front end is named after its address and port: %s', (name, vip, port) => {
    expect(trafficOf({ ...nothing, frontends: [row(name)] }, 'nsp').frontends).toEqual([
      { vip, port, ...COUNTED, up: true, refused: undefined },
    ]);
  });

  it.each(['nsp-443', 'nsp-', 'nsp-192.0.2.10-', 'nsp-192.0.2.10-x'])('%s is no front end', (name) => {
    expect(trafficOf({ ...nothing, frontends: [row(name)] }, 'nsp').frontends).toEqual([]);
  });

  it('refusals are those of the policies of the front end, and the last policy is shared', () => {
    const at = '192.0.2.10-443';
    const hits = (name: string, number: number) => ({ name, hits: String(number) });
    const policies = [
      hits(`nsp-gate-${at}`, 5),
      hits(`nsp-exact-${at}`, 10),
      hits(`nsp-wildcard-${at}`, 100),
      hits(`nsp-wildcard2-${at}`, 1000),
      hits('nsp-gate-192.0.2.11-443', 7),
      hits('nsp-reset', 3),
    ];
    const frontends = [row(`nsp-${at}`), row('nsp-192.0.2.11-443'), row('nsp-192.0.2.10-80')];
    const traffic = trafficOf({ ...nothing, frontends, policies }, 'nsp');
    expect(traffic.frontends.map(({ refused }) => refused)).toEqual([
      { 'unknown-name': 5, 'no-member': 1110 },
      { 'unknown-name': 7, 'no-member': 0 },
      undefined,
    ]);
    expect(traffic.refusedLast).toBe(3);
  });
});

describe('its metrics', () => {
  it('cost one series for each host, and eight for each back end, however long names are', () => {
    const count = (backends: number, hosts: number): number => {
      const objects = Array.from({ length: backends }, (_, index) => `nsp-${index}`);
      const reading = {
        traffic: trafficOf({ ...nothing, backends: objects.map((name) => row(name)) }, 'nsp'),
        hosts: Array.from({ length: hosts }, (_, index) => ({
          host: `h${index}.example.com`,
          frontend: { kind: 'tls' as const, vip: '192.0.2.10', port: 443 },
          owner: { cluster: 'c', namespace: 'n', name: 'i' },
          backend: 'web:443',
          object: objects[index % backends] as string,
        })),
      };
      return trafficFamilies(reading, 'edge').reduce((sum, { samples }) => sum + samples.length, 0);
    };
    expect(count(10, 10) - count(1, 1)).toBe(9 * (8 + 1));
    expect(count(10, 50) - count(10, 10)).toBe(40);
  });
});
