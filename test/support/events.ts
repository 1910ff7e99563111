import {
  type ClusterSnapshot,
  EVERYTHING,
  type GatewayState,
  type IngressState,
  type Member,
  type ReceivedEvent,
  TLS_ROUTE_PREFIXES,
  type TlsRouteSnapshot,
  type TlsRouteState,
} from '../../lib/contract/index.ts';

/** Short ways to say what events say. Sequences are the numbers that the histories of docs/protocol.md use. */

export const CLUSTER = 'test';
export const UID = 'uid-1';

export interface StateOptions {
  readonly namespace?: string;
  readonly hosts?: readonly string[];
  readonly vip?: string;
  readonly service?: string;
  readonly port?: number | string;
  readonly members?: readonly (string | Member)[];
  readonly created?: number;
  readonly class?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An Ingress with one Service for all its hosts. */
export function state(name: string, options: StateOptions = {}): IngressState {
  const service = options.service ?? 'web';
  const port = options.port ?? 443;
  const members = (options.members ?? ['10.1.0.1']).map((member) =>
    typeof member === 'string' ? { address: member, port: 8443 } : member,
  );
  const hosts = options.hosts ?? [`${name}.example.com`];
  return {
    namespace: options.namespace ?? 'default',
    name,
    created: options.created ?? 1000,
    class: options.class ?? 'citrix',
    annotations: {
      'ingress.citrix.com/ssl-passthrough': 'true',
      'ingress.citrix.com/frontend-ip': options.vip ?? '192.0.2.10',
      ...options.annotations,
    },
    rules: hosts.map((host) => ({
      host,
      paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port } } }],
    })),
    tls: [{ hosts: [] }],
    backends: [{ service, port, members }],
  };
}

interface Common {
  readonly cluster?: string;
  readonly uid?: string;
  readonly verify?: readonly string[];
  readonly replay?: string;
}

const base = ({ cluster = CLUSTER, uid = UID, verify }: Common, sequence: number) => ({
  cluster,
  clusterUid: uid,
  sequence,
  ...(verify === undefined ? {} : { verify: [...verify] }),
});

const envelope = ({ replay }: Common, sequence: number) => ({
  id: `event-${sequence}`,
  time: sequence,
  ...(replay === undefined ? {} : { replay }),
});

export function changed(sequence: number, ingress: IngressState, common: Common = {}): ReceivedEvent {
  return { detailType: 'Ingress Changed', data: { ...base(common, sequence), ingress }, ...envelope(common, sequence) };
}

export function withdrawn(sequence: number, name: string, common: Common & { namespace?: string } = {}): ReceivedEvent {
  return {
    detailType: 'Ingress Withdrawn',
    data: { ...base(common, sequence), namespace: common.namespace ?? 'default', name },
    ...envelope(common, sequence),
  };
}

export function snapshot(
  sequence: number,
  ingresses: readonly IngressState[],
  options: Common &
    Partial<Pick<ClusterSnapshot, 'flagged' | 'confirmed' | 'takesOver' | 'from' | 'to' | 'listed'>> = {},
): ReceivedEvent {
  const { from = EVERYTHING.from, to = EVERYTHING.to, flagged = false, listed = [], confirmed, takesOver } = options;
  return {
    detailType: 'Cluster Snapshot',
    data: {
      ...base(options, sequence),
      from,
      to,
      flagged,
      ingresses: [...ingresses],
      listed: [...listed],
      ...(confirmed === undefined ? {} : { confirmed }),
      ...(takesOver === undefined ? {} : { takesOver }),
    },
    ...envelope(options, sequence),
  };
}

export interface TlsRouteOptions {
  readonly namespace?: string;
  readonly hostnames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly port?: number;
  readonly members?: readonly string[];
  readonly created?: number;
  readonly class?: string;
  /** Hostname of the listener. */
  readonly listener?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A TLSRoute with one Service, accepted by one listener. */
export function tlsRoute(name: string, options: TlsRouteOptions = {}): TlsRouteState {
  const { namespace = 'default', hostnames = [`${name}.example.com`], created = 1000 } = options;
  const { addresses = ['192.0.2.10'], port = 443, members = ['10.2.0.1'], listener, annotations } = options;
  return {
    namespace,
    name,
    created,
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    hostnames: [...hostnames],
    parents: [
      {
        gateway: { namespace: 'infra', name: 'edge' },
        class: options.class ?? 'netscaler',
        listener: 'tls',
        port,
        ...(listener === undefined ? {} : { hostname: listener }),
        addresses: [...addresses],
      },
    ],
    rules: [
      {
        backends: [
          {
            namespace,
            service: 'web',
            port: 443,
            weight: 1,
            members: members.map((address) => ({ address, port: 8443 })),
          },
        ],
      },
    ],
  };
}

export function tlsRouteChanged(sequence: number, route: TlsRouteState, common: Common = {}): ReceivedEvent {
  return {
    detailType: 'TLSRoute Changed',
    data: { ...base(common, sequence), tlsRoute: route },
    ...envelope(common, sequence),
  };
}

export function tlsRouteWithdrawn(sequence: number, name: string, common: Common = {}): ReceivedEvent {
  return {
    detailType: 'TLSRoute Withdrawn',
    data: { ...base(common, sequence), namespace: 'default', name },
    ...envelope(common, sequence),
  };
}

export function tlsRouteSnapshot(
  sequence: number,
  tlsRoutes: readonly TlsRouteState[],
  options: Common &
    Partial<Pick<TlsRouteSnapshot, 'flagged' | 'from' | 'to' | 'listed' | 'gateways' | 'listedGateways'>> = {},
): ReceivedEvent {
  const { flagged = false, listed = [], gateways, listedGateways } = options;
  const { from = TLS_ROUTE_PREFIXES[0] as string, to = TLS_ROUTE_PREFIXES.at(-1) as string } = options;
  return {
    detailType: 'TLSRoute Snapshot',
    data: {
      ...base(options, sequence),
      from,
      to,
      flagged,
      tlsRoutes: [...tlsRoutes],
      listed: [...listed],
      ...(gateways === undefined ? {} : { gateways: [...gateways] }),
      ...(listedGateways === undefined ? {} : { listedGateways: [...listedGateways] }),
    },
    ...envelope(options, sequence),
  };
}

export interface GatewayOptions {
  readonly addresses?: readonly string[];
  readonly assigned?: readonly string[];
  /** Ports by protocol: `TLS:443`. The name of a listener is the same in lower case. */
  readonly listeners?: readonly string[];
  readonly created?: number;
  readonly class?: string;
}

/** A Gateway of the namespace `infra`. */
export function gateway(name: string, options: GatewayOptions = {}): GatewayState {
  const { addresses = ['192.0.2.10'], assigned, listeners = ['TLS:443'], created = 1000 } = options;
  return {
    namespace: 'infra',
    name,
    created,
    class: options.class ?? 'netscaler',
    addresses: [...addresses],
    ...(assigned === undefined ? {} : { assigned: [...assigned] }),
    listeners: listeners.map((listener) => {
      const [protocol, port] = listener.split(':') as [GatewayState['listeners'][number]['protocol'], string];
      return { name: listener.toLowerCase().replace(':', '-'), port: Number(port), protocol };
    }),
  };
}

export function gatewayChanged(sequence: number, state: GatewayState, common: Common = {}): ReceivedEvent {
  return {
    detailType: 'Gateway Changed',
    data: { ...base(common, sequence), gateway: state },
    ...envelope(common, sequence),
  };
}

export function gatewayWithdrawn(sequence: number, name: string, common: Common = {}): ReceivedEvent {
  return {
    detailType: 'Gateway Withdrawn',
    data: { ...base(common, sequence), namespace: 'infra', name },
    ...envelope(common, sequence),
  };
}

export function work(kind: 'save' | 'clean-up'): ReceivedEvent {
  return {
    detailType: 'Work Requested',
    data: { appliance: 'appliance', work: kind, reason: 'test' },
    id: `work-${kind}`,
    time: 0,
  };
}
