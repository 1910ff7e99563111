import type { AdoptionRecord } from '../adopt/index.ts';
import { firstOf, hostPort } from '../contract/index.ts';
import { type Change, nounOf, render } from '../plan/index.ts';
import type { ServedTraffic } from '../removal/index.ts';

/** Hosts and Ingresses that are named; the rest is counted. */
const MOST = 5;

export const plural = (count: number, noun: string, more = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : more}`;

const ingressName = ({ cluster, namespace, name }: ServedTraffic['ingresses'][number]): string =>
  `${cluster}/${namespace}/${name}`;

/** Returns the lines about the traffic that a removal stops. */
export function servedText({ hosts, ingresses }: ServedTraffic, removed: boolean): string[] {
  if (hosts.length === 0) return [];
  const verb = removed ? 'will stop' : 'would stop';
  return [
    `${plural(hosts.length, 'host')} of ${plural(ingresses.length, 'Ingress', 'Ingresses')} ${verb} being served: ${firstOf(hosts, MOST)}`,
    `  Ingresses (cluster/namespace/name): ${firstOf(ingresses.map(ingressName), MOST)}`,
  ];
}

/** Says why nothing may be removed while a front end is shared with the vendor's controller, and what to do first. */
export function adoptionText({ server, frontend: { vip, port }, step }: AdoptionRecord): string {
  const [state, next] =
    step === 'shared'
      ? ['is shared with the vendor’s controller', 'give its hosts back first: nspass adopt … --all --back --yes']
      : ['is being handed over', 'finish that first: nspass adopt … --finish --yes'];
  return `${server} (${hostPort(vip, port)}) ${state}; removing our objects would reset its hosts, so ${next}.`;
}

/** Counts the objects of a removal by kind: `2 cs vserver, 4 lb vserver`. */
export function kindsText(plan: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { resource } of plan) {
    const kind = nounOf(resource.type);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** Returns the first object of `--json`. */
export function removalJson({ hosts, ingresses }: ServedTraffic, plan: readonly Change[]): object {
  return { type: 'plan', hosts, ingresses: ingresses.map(ingressName), objects: plan.map(render) };
}
