import type { Owner } from '../contract/index.ts';
import type { NitroReader } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import { readRecorded } from './read-status.ts';
import { routeStatuses } from './route-status.ts';

/** A host on a front end, and the back end that its holder named. */
export interface HostBackend {
  readonly host: string;
  readonly frontend: Frontend;
  readonly owner: Owner;
  /** `service:port`. */
  readonly backend: string;
  /** Name of the back end's virtual server and service group. Several hosts of one Ingress may share it. */
  readonly object: string;
}

/**
 * Reads which back end each host leads to, by the records alone: neither members nor counters. Two lists are read, in
 * pages where they are long. Redirects lead to no back end.
 *
 * @throws {NitroError} {NitroUnreachable}
 */
export async function readHostBackends(reader: Pick<NitroReader, 'rows'>, systemId: string): Promise<HostBackend[]> {
  const routes = routeStatuses({
    ...(await readRecorded(reader, systemId)),
    members: new Map(),
    traffic: undefined,
  });
  return routes.flatMap(({ host, frontend, holder, object, state }) => {
    const [owner, backend] = [holder?.owner, holder?.backend];
    // The row of an unbound host leads elsewhere, or nowhere.
    if (host === undefined || owner === undefined || backend === undefined || object === undefined) return [];
    return state === 'unbound' ? [] : [{ host, frontend, owner, backend, object }];
  });
}
