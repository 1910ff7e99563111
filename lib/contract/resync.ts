import type { ResyncRequested } from './events.ts';
import { type Owner, objectOf } from './key.ts';

/** Returns the lists of a request for these owners: a forwarder without TLSRoutes does not know the second one. */
export function resyncLists(owners: readonly Owner[]): Pick<ResyncRequested, 'ingresses' | 'tlsRoutes'> {
  const named = owners.map((owner) => ({ namespace: owner.namespace, ...objectOf(owner) }));
  const { Ingress: ingresses = [], TLSRoute: tlsRoutes = [] } = Object.groupBy(named, ({ kind }) => kind);
  const refs = (list: typeof named) => list.map(({ namespace, name }) => ({ namespace, name }));
  return { ingresses: refs(ingresses), ...(tlsRoutes.length === 0 ? {} : { tlsRoutes: refs(tlsRoutes) }) };
}
