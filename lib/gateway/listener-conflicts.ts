import { quote } from '../ingress/finding.ts';
import { fault, type GatewayFault } from './fault.ts';

/** What decides whether a listener can be told from the others of its Gateway. */
export interface DistinctListener {
  /** Position in `spec.listeners`. */
  readonly index: number;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** Canonical; absent for all hostnames. */
  readonly hostname?: string;
}

const conflict = (reason: string, message: string, { index }: DistinctListener): GatewayFault =>
  fault(reason, 'GatewayListenerConflict', { message, path: `spec.listeners[${index}]` });

function namesBut(listeners: readonly DistinctListener[], own: DistinctListener): string {
  const [first, ...more] = listeners.filter(({ index }) => index !== own.index);
  const rest = more.length === 0 ? '' : ` and ${more.length} more`;
  return `${quote(first?.name ?? '')}${rest}`;
}

/**
 * Returns the conflicts between listeners of one Gateway, by position (GW-4). All listeners of a conflict lose: there is no
 * winner. Listeners that are not accepted for another reason do not take part.
 *
 * | on one port | conflict |
 * |---|---|
 * | several protocols | `ProtocolConflict`: an address and port belong to one virtual server |
 * | one protocol, the same hostname twice, or twice none | `HostnameConflict` |
 *
 * Source: "Distinct Listeners" at `GatewaySpec.Listeners` in apis/v1/gateway_types.go.
 */
export function listenerConflicts(listeners: readonly DistinctListener[]): Map<number, GatewayFault> {
  const conflicts = new Map<number, GatewayFault>();
  for (const [port, onPort] of Map.groupBy(listeners, (listener) => listener.port)) {
    if (new Set(onPort.map(({ protocol }) => protocol)).size > 1) {
      for (const each of onPort) {
        const others = onPort.filter(({ protocol }) => protocol !== each.protocol);
        const message = `port ${port} has the protocol ${each.protocol} here and another one in listener ${namesBut(others, each)}`;
        conflicts.set(each.index, conflict('ProtocolConflict', message, each));
      }
      continue;
    }
    for (const same of Map.groupBy(onPort, ({ hostname }) => hostname ?? '').values()) {
      if (same.length === 1) continue;
      for (const each of same) {
        const which = each.hostname === undefined ? 'no hostname' : `the hostname ${quote(each.hostname)}`;
        const message = `port ${port} has ${which} also in listener ${namesBut(same, each)}`;
        conflicts.set(each.index, conflict('HostnameConflict', message, each));
      }
    }
  }
  return conflicts;
}
