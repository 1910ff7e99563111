import type { ReceivedEvent } from '../../lib/contract/index.ts';
import type { World } from './engine.ts';
import { hostOf, nameOf, resident, tenantOf } from './estate.ts';
import { changed, type StateOptions, state, withdrawn } from './events.ts';

export interface OneChange {
  readonly what: string;
  readonly event: (sequence: number) => ReceivedEvent;
}

/** One change at a time to an estate of ten Ingresses or more, each on top of those before. */
export const CHANGES: readonly OneChange[] = [
  { what: 'change of members', event: (at) => changed(at, fifth({})) },
  { what: 'host added', event: (at) => changed(at, fifth({ hosts: [hostOf(5), 'more.example.com'] })) },
  { what: 'host removed', event: (at) => changed(at, fifth({})) },
  { what: 'back end replaced', event: (at) => changed(at, fifth({ service: 'other' })) },
  { what: 'last member removed', event: (at) => changed(at, fifth({ service: 'other', members: [] })) },
  { what: 'first member added again', event: (at) => changed(at, fifth({ service: 'other' })) },
  { what: 'host taken over by an older Ingress', event: (at) => changed(at, state('older', { hosts: [hostOf(6)] })) },
  { what: 'host handed to the next Ingress', event: (at) => withdrawn(at, 'older') },
  { what: 'withdrawal', event: (at) => withdrawn(at, nameOf(7), { namespace: tenantOf(7) }) },
  { what: 'new Ingress', event: (at) => changed(at, state('late', { hosts: ['late.example.com'] })) },
  { what: 'new front end', event: (at) => changed(at, state('apart', { vip: '192.0.2.99' })) },
  { what: 'last route of a front end', event: (at) => withdrawn(at, 'apart') },
  { what: 'new front end with redirects', event: (at) => changed(at, redirecting('plain', '192.0.2.98')) },
  { what: 'both front ends moved to another address', event: (at) => changed(at, redirecting('plain', '192.0.2.97')) },
  { what: 'both moved, with another host', event: (at) => changed(at, redirecting('plain', '192.0.2.96', 'x')) },
  { what: 'redirects switched on', event: (at) => changed(at, redirecting('late', VIP)) },
  { what: 'new Ingress with redirects', event: (at) => changed(at, redirecting('third', VIP)) },
  { what: 'further Ingress with redirects', event: (at) => changed(at, redirecting('fourth', VIP)) },
  { what: 'both moved, others stay', event: (at) => changed(at, redirecting('third', '192.0.2.96')) },
  {
    what: 'both moved with another host, others stay',
    event: (at) => changed(at, redirecting('late', '192.0.2.96', 'y')),
  },
  {
    what: 'moved to another secure port',
    event: (at) => changed(at, redirecting('third', '192.0.2.96', 'third', 8443)),
  },
  { what: 'withdrawal with redirects', event: (at) => withdrawn(at, 'third') },
  {
    what: 'redirects switched off',
    event: (at) => changed(at, state('fourth', { hosts: ['fourth.example.com'] })),
  },
  { what: 'withdrawal with redirects, others stay', event: (at) => withdrawn(at, 'late') },
  { what: 'last route of both front ends', event: (at) => withdrawn(at, 'plain') },
];

/** Address of the estate. */
const VIP = '192.0.2.10';

function fifth(more: StateOptions) {
  return resident(5, { members: ['10.250.0.1', '10.250.0.2'], ...more });
}

function redirecting(name: string, vip: string, host = name, securePort?: number) {
  return state(name, {
    vip,
    hosts: [`${host}.example.com`],
    annotations: {
      'ingress.citrix.com/insecure-termination': 'redirect',
      ...(securePort === undefined ? {} : { 'ingress.citrix.com/secure-port': String(securePort) }),
    },
  });
}

export interface Cost {
  readonly what: string;
  readonly requests: number;
  readonly writes: number;
  readonly milliseconds: number;
}

/**
 * Delivers each change alone, on a session that is warm.
 *
 * @param sequence higher than all that was delivered.
 */
export async function costOfChanges(world: Pick<World, 'deliver' | 'requests'>, sequence: number): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const [index, { what, event }] of CHANGES.entries()) {
    world.requests();
    const started = performance.now();
    const { outcomes } = await world.deliver(event(sequence + index));
    const milliseconds = performance.now() - started;
    const failed = outcomes.find(({ detailType }) => detailType === 'Ingress Failed');
    if (outcomes.length !== 1 || failed !== undefined) throw new Error(`${what}: ${JSON.stringify(outcomes)}`);
    const { total: requests, writes } = world.requests();
    costs.push({ what, requests, writes, milliseconds });
  }
  return costs;
}
