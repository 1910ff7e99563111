import { quote } from '../ingress/finding.ts';
import { certificatesFault } from './certificates.ts';
import { fault, type GatewayFault } from './fault.ts';
import { parseHostname } from './hostname.ts';
import type { K8sGateway, K8sListener } from './kubernetes.ts';
import { type DistinctListener, listenerConflicts } from './listener-conflicts.ts';
import { listenerProtocol } from './listener-protocol.ts';
import { routeKinds } from './route-kinds.ts';
import type { GatewaySettings } from './settings.ts';
import type { GatewayView } from './view.ts';

/** `MaxItems` of `GatewaySpec.Listeners`. */
const MOST_LISTENERS = 64;
/** Pattern of `SectionName`. */
const SECTION_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A listener of a Gateway, judged. */
export interface JudgedListener {
  readonly spec: K8sListener;
  readonly name: string;
  /** 0 if it is invalid. */
  readonly port: number;
  /** Canonical; absent for all hostnames. */
  readonly hostname?: string;
  /** Kinds of routes that it takes. */
  readonly kinds: readonly string[];
  /** Whether it would terminate TLS of TLSRoutes, which is not supported. */
  readonly terminates: boolean;
  /** Why it is not accepted; a conflict is such a reason. */
  readonly fault?: GatewayFault;
  /** Whether `fault` is a conflict with other listeners. */
  readonly conflicted: boolean;
  /** The reference of it that cannot be resolved. */
  readonly refsFault?: GatewayFault;
}

/** The fields of a listener, or the fault of one of them (GW-3). */
type Fields = { readonly hostname?: string } | { readonly fault: GatewayFault };

function fieldsOf({ name = '', port, hostname }: K8sListener, index: number, earlier: ReadonlySet<string>): Fields {
  const at = `spec.listeners[${index}]`;
  const invalid = (reason: string, message: string, field: string): Fields => ({
    fault: fault(reason, 'GatewayListenerInvalid', { message, path: `${at}${field}` }),
  });
  if (index >= MOST_LISTENERS) {
    return invalid('TooManyListeners', `a Gateway has at most ${MOST_LISTENERS} listeners`, '');
  }
  if (name.length > 253 || !SECTION_NAME.test(name)) {
    return invalid('UnsupportedValue', `the listener name ${quote(name)} is not a DNS name in lower case`, '.name');
  }
  if (earlier.has(name)) return invalid('UnsupportedValue', `the listener name ${quote(name)} is repeated`, '.name');
  if (port === undefined || port < 1 || port > 65_535) {
    return invalid('PortUnavailable', `the port of listener ${quote(name)} is not a number from 1 to 65535`, '.port');
  }
  if (hostname === undefined) return {};
  const parsed = parseHostname(hostname);
  if ('hostname' in parsed) return parsed;
  return invalid('UnsupportedValue', `the hostname ${quote(hostname)} ${parsed.reason}`, '.hostname');
}

/**
 * Judges the listeners of a Gateway (GW-2 to GW-5, GW-15). A fault of one does not affect the others, except where they
 * cannot be told apart.
 */
export function judgeListeners(gateway: K8sGateway, view: GatewayView, settings: GatewaySettings): JudgedListener[] {
  const names = new Set<string>();
  const judged = (gateway.spec.listeners ?? []).map((spec, index) => {
    const { name = '', port } = spec;
    const at = `spec.listeners[${index}]`;
    const fields = fieldsOf(spec, index, names);
    names.add(name);
    const protocol = listenerProtocol(spec, at, settings);
    const supported = 'reason' in protocol ? undefined : protocol;
    const { kinds, fault: kindsFault } = routeKinds(spec, supported?.routeKind, at);
    const certificates =
      supported?.name === 'HTTPS' ? certificatesFault(spec, gateway.metadata.namespace, at, view) : undefined;
    const found = 'fault' in fields ? fields.fault : 'reason' in protocol ? protocol : undefined;
    return {
      spec,
      name,
      port: port ?? 0,
      ...('fault' in fields ? {} : fields),
      protocol: supported?.name,
      kinds,
      terminates: spec.protocol === 'TLS' && supported === undefined,
      found,
      refsFault: certificates ?? kindsFault,
    };
  });
  const distinct = judged.flatMap(({ name, port, hostname, protocol, found }, index): DistinctListener[] => {
    if (found !== undefined || protocol === undefined) return [];
    return [{ index, name, port, protocol, ...(hostname === undefined ? {} : { hostname }) }];
  });
  const conflicts = listenerConflicts(distinct);
  return judged.map(({ protocol: _, found, refsFault, ...listener }, index) => {
    const reason = found ?? conflicts.get(index);
    return {
      ...listener,
      conflicted: conflicts.has(index),
      ...(reason === undefined ? {} : { fault: reason }),
      ...(refsFault === undefined ? {} : { refsFault }),
    };
  });
}

/** Returns why a listener cannot be programmed; undefined where it can. */
export function listenerFault({ fault: own, kinds, refsFault }: JudgedListener): GatewayFault | undefined {
  // A listener whose only fault is one of several kinds serves the others.
  const unresolved = refsFault?.reason === 'InvalidRouteKinds' && kinds.length > 0 ? undefined : refsFault;
  return own ?? unresolved;
}
