import { type EventData, nameInCluster, qualifiedName, type SourceKind } from '../../contract/index.ts';
import type { IngressRef } from '../ports.ts';

/** A `Resync Requested`, read: a snapshot, or single Ingresses. */
export type Resync =
  | { readonly kind: 'all'; readonly verify: readonly string[] }
  | { readonly kind: 'some'; readonly names: readonly string[]; readonly verify: readonly string[] };

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;

/**
 * Reads a request to publish again (protocol rule 10). Names that no Ingress can have are dropped: they come from the
 * bus, and no event can carry them.
 *
 * @param overflowThreshold number of names above which a snapshot is cheaper.
 */
export function readResync(request: EventData<'Resync Requested'>, overflowThreshold: number): Resync {
  const verify = [...new Set(request.appliances)];
  const { ingresses, tlsRoutes, gateways } = request;
  if (ingresses === undefined && tlsRoutes === undefined && gateways === undefined) return { kind: 'all', verify };
  const named = (kind: SourceKind, refs: readonly IngressRef[] = []): string[] =>
    refs.filter((ref) => NAME.test(qualifiedName(ref))).map((ref) => nameInCluster(kind, ref));
  const names = [
    ...new Set([...named('Ingress', ingresses), ...named('TLSRoute', tlsRoutes), ...named('Gateway', gateways)]),
  ];
  return names.length > overflowThreshold ? { kind: 'all', verify } : { kind: 'some', names, verify };
}
