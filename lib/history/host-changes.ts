import { type RouteChange, type RouteTable, routeChanges, type WaitingClaim, waitingClaims } from '../preview/index.ts';
import { coversName } from '../route/index.ts';
import type { EventRef } from './event-ref.ts';
import type { FoldStep } from './fold.ts';

/** One thing that happened to a host. */
export interface HostChange extends Omit<RouteChange, 'change'> {
  /** `wait`: an object claims the host, and another holds it; `give up`: such a claim is gone. */
  readonly change: RouteChange['change'] | 'wait' | 'give up';
  readonly by: EventRef;
  readonly appliance: string;
}

/**
 * Returns what an event changed about a name: its own host, and the wildcards that cover it. An event that changed
 * nothing about them has none.
 *
 * @param name canonical.
 */
export function hostChanges({ hosts, by, appliance }: FoldStep, name: string): HostChange[] {
  const before = about(hosts.before, name);
  const after = about(hosts.after, name);
  if (before.size + after.size === 0) return [];
  const waited = waitingClaims(before);
  const waits = waitingClaims(after);
  const routes = routeChanges(before, after);
  const begun = waits.filter((claim) => !waited.some((other) => same(claim, other)));
  // A claim that got its host is in the routes already.
  const ended = waited
    .filter((claim) => !waits.some((other) => same(claim, other)))
    .filter((claim) => !routes.some((route) => same(route, claim)));
  return [
    ...routes.map((change) => ({ ...change, by, appliance })),
    ...begun.map((claim) => ({ ...waiting(claim, 'wait'), by, appliance })),
    ...ended.map((claim) => ({ ...waiting(claim, 'give up'), by, appliance })),
  ];
}

const about = (table: RouteTable, name: string): RouteTable =>
  new Map([...table].filter(([, { host }]) => coversName(host, name)));

const same = (
  a: Pick<WaitingClaim, 'host' | 'frontend' | 'ingress'>,
  b: Pick<WaitingClaim, 'host' | 'frontend' | 'ingress'>,
): boolean => a.host === b.host && a.frontend === b.frontend && a.ingress === b.ingress;

function waiting({ host, frontend, ingress, holder, reason }: WaitingClaim, change: 'wait' | 'give up') {
  const text = change === 'wait' ? `waits behind ${holder}: ${reason}` : `no longer waits behind ${holder}`;
  return { change, host, frontend, ingress, from: null, to: null, reason: text };
}
