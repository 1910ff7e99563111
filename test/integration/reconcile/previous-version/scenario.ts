import type { IngressState, ReceivedEvent } from '../../../../lib/contract/index.ts';

/** The helpers of test/support/events.ts, of the version that makes the configuration or of the one that reads it. */
export type EventHelpers = typeof import('../../../support/events.ts');

/** A cluster, and the Ingresses that it ends with. */
export interface ClusterState {
  readonly cluster: string;
  readonly uid: string;
  readonly ingresses: readonly IngressState[];
}

/** Milliseconds since the epoch: both versions run at the same time, so that back ends go on draining. */
export const NOW = 1_700_000_000_000;
export const DRAIN_SECONDS = 300;

/** A vserver that is not ours, on an address that an Ingress waits for. */
export const FOREIGN = { name: 'theirs', servicetype: 'TCP', ipv46: '192.0.2.40', port: 443 } as const;

const annotations = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`ingress.citrix.com/${name}`, value]));

/** Returns the Ingresses of two clusters that share front ends. */
export function clusters({ state }: EventHelpers): ClusterState[] {
  const api = state('two-backends', { hosts: ['api.example.com'], service: 'api', members: ['10.1.0.9'] });
  const web = state('two-backends', { hosts: ['web.example.com'], members: ['10.1.0.7', '10.1.0.8'] });
  return [
    {
      cluster: 'one',
      uid: 'uid-one',
      ingresses: [
        state('plain', { created: 1000 }),
        state('wildcard', { hosts: ['*.apps.example.com', 'apps.example.com'], created: 1100 }),
        { ...web, rules: [...web.rules, ...api.rules], backends: [...web.backends, ...api.backends] },
        state('redirect', { annotations: annotations({ 'insecure-termination': 'redirect' }) }),
        state('redirect-8443', {
          annotations: annotations({ 'insecure-termination': 'redirect', 'secure-port': '8443' }),
        }),
        state('empty', { members: [] }),
        state('settings', {
          vip: '192.0.2.20',
          annotations: annotations({
            lbvserver: '{"web":{"lbmethod":"ROUNDROBIN"}}',
            monitor: '{"web":{"type":"tcp","interval":7}}',
            csvserver: '{"clttimeout":"200"}',
          }),
        }),
        state('ipv6', { vip: '2001:db8::10', members: ['2001:db8::1:1'] }),
        state('waiting', { vip: FOREIGN.ipv46 }),
        state('standby', { hosts: ['shared.example.com'], created: 3000 }),
        state('moved', { service: 'after' }),
      ],
    },
    {
      cluster: 'two',
      uid: 'uid-two',
      ingresses: [
        state('holder', { hosts: ['shared.example.com'], created: 2000 }),
        state('own-port', { annotations: annotations({ 'secure-port': '9443' }) }),
      ],
    },
  ];
}

/** Returns the batches that lead there: one cluster after the other, a retired back end and a tombstone. */
export function history(events: EventHelpers): ReceivedEvent[][] {
  const { changed, snapshot, state, withdrawn } = events;
  const [one, two] = clusters(events) as [ClusterState, ClusterState];
  const ofOne = { cluster: one.cluster, uid: one.uid };
  const earlier = one.ingresses.map((each) => (each.name === 'moved' ? state('moved', { service: 'before' }) : each));
  const [moved] = one.ingresses.filter(({ name }) => name === 'moved') as [IngressState];
  return [
    [snapshot(NOW - 5000, [...earlier, state('gone')], { ...ofOne, flagged: true })],
    [snapshot(NOW - 4000, two.ingresses, { cluster: two.cluster, uid: two.uid, flagged: true })],
    [changed(NOW - 3000, moved, ofOne)],
    [withdrawn(NOW - 2000, 'gone', ofOne)],
  ];
}
