import type { ReceivedEvent } from '../../lib/contract/index.ts';
import type { World } from './engine.ts';
import { hostOf, nameOf, resident, tenantOf } from './estate.ts';
import { changed, type StateOptions, state, withdrawn } from './events.ts';

export interface OneChange {
  readonly what: string;
  readonly event: (sequence: number) => ReceivedEvent;
  /** It gives up or moves port 443 and port 80 of an address together: each is read and written. */
  readonly several?: true;
}

/** One change at a time to an estate of ten Ingresses or more, each on top of those before. */
export const CHANGES: readonly OneChange[] = [
  { what: 'members', event: (at) => changed(at, fifth({})) },
  { what: 'host added', event: (at) => changed(at, fifth({ hosts: [hostOf(5), 'more.example.com'] })) },
  { what: 'host given up', event: (at) => changed(at, fifth({})) },
  { what: 'back end replaced', event: (at) => changed(at, fifth({ service: 'other' })) },
  { what: 'no member left', event: (at) => changed(at, fifth({ service: 'other', members: [] })) },
  { what: 'first member back', event: (at) => changed(at, fifth({ service: 'other' })) },
  { what: 'takeover by an older Ingress', event: (at) => changed(at, state('older', { hosts: [hostOf(6)] })) },
  { what: 'promotion when that goes', event: (at) => withdrawn(at, 'older') },
  { what: 'withdrawal', event: (at) => withdrawn(at, nameOf(7), { namespace: tenantOf(7) }) },
  { what: 'new Ingress', event: (at) => changed(at, state('late', { hosts: ['late.example.com'] })) },
  { what: 'new front end', event: (at) => changed(at, state('apart', { vip: '192.0.2.99' })) },
  { what: 'last route of a front end', event: (at) => withdrawn(at, 'apart') },
  { what: 'new front end with redirects', event: (at) => changed(at, redirecting('192.0.2.98')) },
  { what: 'both moved to another address', event: (at) => changed(at, redirecting('192.0.2.97')), several: true },
  { what: 'last route of both', event: (at) => withdrawn(at, 'plain'), several: true },
];

function fifth(more: StateOptions) {
  return resident(5, { members: ['10.250.0.1', '10.250.0.2'], ...more });
}

function redirecting(vip: string) {
  return state('plain', { vip, annotations: { 'ingress.citrix.com/insecure-termination': 'redirect' } });
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
export async function costOfChanges(world: World, sequence: number): Promise<Cost[]> {
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
