import type { Member } from '../contract/index.ts';
import { parseAddress } from './ip.ts';
import type { K8sEndpointSlice } from './kubernetes.ts';
import { integer, list, record, text } from './shape.ts';

/** One endpoint of a Service's port. */
export interface Endpoint extends Member {
  readonly nodeName?: string;
}

/** Returns the TCP port of a slice for a Service port: the ports of slices have the names of the Service's ports. */
function slicePort(slice: Readonly<Record<string, unknown>>, portName: string): number | undefined {
  const match = list(slice.ports)
    .map(record)
    .find((port) => (text(port.name) ?? '') === portName && (port.protocol ?? 'TCP') === 'TCP');
  const port = integer(match?.port);
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}

/**
 * Returns the endpoints of a Service port from all its slices, of both address families (END-1): the ready endpoints
 * or, if none is ready, those that terminate and still serve.
 *
 * @param portName name of the Service port; empty for the only port without a name.
 */
export function usableEndpoints(slices: Iterable<K8sEndpointSlice>, portName: string): Endpoint[] {
  const ready: Endpoint[] = [];
  const draining: Endpoint[] = [];
  for (const slice of slices) {
    const port = slicePort(record(slice), portName);
    if (port === undefined) continue;
    for (const endpoint of list(slice.endpoints).map(record)) {
      // Addresses of one endpoint are interchangeable. kube-proxy uses the first, too.
      const address = parseAddress(text(list(endpoint.addresses)[0]) ?? '');
      if (address === undefined) continue;
      const nodeName = text(endpoint.nodeName);
      const entry = { address: address.text, port, ...(nodeName === undefined ? {} : { nodeName }) };
      const conditions = record(endpoint.conditions);
      // An absent condition means ready (discovery.k8s.io/v1).
      if (conditions.ready !== false) ready.push(entry);
      else if (conditions.serving === true && conditions.terminating === true) draining.push(entry);
    }
  }
  return ready.length > 0 ? ready : draining;
}
