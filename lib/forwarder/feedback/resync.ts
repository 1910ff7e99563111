import { type EventData, qualifiedName } from '../../contract/index.ts';

/** What a `Resync Requested` asks for. */
export type Resync =
  | { readonly kind: 'all'; readonly verify: readonly string[] }
  | { readonly kind: 'some'; readonly names: readonly string[]; readonly verify: readonly string[] };

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;

/**
 * Reads a request to publish again (protocol rule 10). Names that no Ingress can have are left out: they come from
 * the bus, and nothing could be said of them.
 *
 * @param many so many names are better served by a snapshot.
 */
export function readResync(request: EventData<'Resync Requested'>, many: number): Resync {
  const verify = [...new Set(request.appliances)];
  if (request.ingresses === undefined) return { kind: 'all', verify };
  const names = [...new Set(request.ingresses.map(qualifiedName))].filter((name) => NAME.test(name));
  return names.length > many ? { kind: 'all', verify } : { kind: 'some', names, verify };
}
