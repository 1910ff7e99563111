import type { ResyncRequested } from './events.ts';
import { type Owner, objectOf } from './key.ts';

/** Returns the lists of a request for these owners: a forwarder knows the lists of the kinds that it publishes. */
export function resyncLists(owners: readonly Owner[]): Pick<ResyncRequested, 'ingresses' | 'tlsRoutes' | 'gateways'> {
  const named = owners.map((owner) => ({ namespace: owner.namespace, ...objectOf(owner) }));
  const lists = Object.groupBy(named, ({ kind }) => kind);
  const refs = (list: typeof named) => list.map(({ namespace, name }) => ({ namespace, name }));
  return {
    ingresses: refs(lists.Ingress ?? []),
    ...(lists.TLSRoute === undefined ? {} : { tlsRoutes: refs(lists.TLSRoute) }),
    ...(lists.Gateway === undefined ? {} : { gateways: refs(lists.Gateway) }),
  };
}
