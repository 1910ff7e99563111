import { compareText, type IngressState } from '../../contract/index.ts';
import type { K8sService } from '../../ingress/index.ts';
import { GATEWAY_GROUP } from '../kubernetes.ts';
import { RouteNames } from './route-name.ts';
import { type GatewayPlace, type IngressTargets, ingressTargets, type RouteTarget } from './targets.ts';

/** An object to write, with what has to be said about it. */
export interface ConvertedObject {
  readonly manifest: Manifest;
  /** One sentence each, on one line. */
  readonly comments: readonly string[];
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as JSON has it. */
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Readonly<Record<string, ManifestValue>>;
}

type ManifestValue = string | number | readonly ManifestValue[] | { readonly [key: string]: ManifestValue };

export interface Conversion {
  /** Gateways first, then TLSRoutes, the oldest Ingress first. */
  readonly objects: readonly ConvertedObject[];
  /** Hosts that could not be converted: one sentence each, with the name of the Ingress. */
  readonly lost: readonly string[];
  /** Number of Ingresses that have a TLSRoute. */
  readonly ingresses: number;
}

export interface ConversionSettings {
  /** Name of the GatewayClass. */
  readonly gatewayClass: string;
  /** Namespace of all Gateways; that of the Ingresses where absent. */
  readonly gatewayNamespace?: string;
}

/** Label that the API server gives every Namespace: its own name. */
const NAME_LABEL = 'kubernetes.io/metadata.name';
const GATEWAY_NAME = 'passthrough';

/** A Gateway to write: its ports, and the namespaces whose routes attach. */
interface GatewayDraft {
  readonly namespace: string;
  readonly name: string;
  readonly address?: string;
  readonly ports: Set<number>;
  readonly namespaces: Set<string>;
}

const listenerName = (port: number): string => `tls-${port}`;

/** `MaxItems` of `GatewaySpec.Listeners`. */
const MOST_LISTENERS = 64;

/**
 * Returns a name that no other address has: `passthrough`, `passthrough-192-0-2-10`, `passthrough-2001-db8--1`.
 *
 * @param address in canonical form; undefined for the default VIP.
 * @param number of the Gateway for this address; one has only so many listeners.
 */
function gatewayName(address: string | undefined, number: number): string {
  // A name neither begins nor ends with a hyphen, as `::` would.
  const suffix = address?.replaceAll(/[.:]/g, '-').replace(/^-/, '0-').replace(/-$/, '-0');
  return [GATEWAY_NAME, ...(suffix === undefined ? [] : [suffix]), ...(number === 1 ? [] : [`part${number}`])].join(
    '-',
  );
}

/** Collects the Gateways that the routes need. */
class Gateways {
  readonly #drafts = new Map<string, GatewayDraft>();
  readonly #settings: ConversionSettings;

  constructor(settings: ConversionSettings) {
    this.#settings = settings;
  }

  /** Returns the Gateway of a place, for routes of a namespace. */
  of({ address, port }: GatewayPlace, namespace: string): GatewayDraft {
    const home = this.#settings.gatewayNamespace ?? namespace;
    for (let number = 1; ; number += 1) {
      const draft = this.#draft(home, gatewayName(address, number), address);
      if (!draft.ports.has(port) && draft.ports.size === MOST_LISTENERS) continue;
      draft.ports.add(port);
      draft.namespaces.add(namespace);
      return draft;
    }
  }

  #draft(namespace: string, name: string, address: string | undefined): GatewayDraft {
    const key = `${namespace}/${name}`;
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const place = address === undefined ? {} : { address };
    const draft = { namespace, name, ...place, ports: new Set<number>(), namespaces: new Set<string>() };
    this.#drafts.set(key, draft);
    return draft;
  }

  objects(): ConvertedObject[] {
    return [...this.#drafts.values()]
      .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name))
      .map((draft) => ({ manifest: gatewayManifest(draft, this.#settings.gatewayClass), comments: [] }));
  }
}

/** Admits the namespaces of the routes and no others. */
function allowedRoutes({ namespace, namespaces }: GatewayDraft): ManifestValue {
  const kinds = [{ kind: 'TLSRoute' }];
  if ([...namespaces].every((each) => each === namespace)) return { namespaces: { from: 'Same' }, kinds };
  const values = [...namespaces].sort(compareText);
  const selector = { matchExpressions: [{ key: NAME_LABEL, operator: 'In', values }] };
  return { namespaces: { from: 'Selector', selector }, kinds };
}

function gatewayManifest(draft: GatewayDraft, gatewayClassName: string): Manifest {
  const { namespace, name, address, ports } = draft;
  return {
    apiVersion: `${GATEWAY_GROUP}/v1`,
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: {
      gatewayClassName,
      ...(address === undefined ? {} : { addresses: [{ type: 'IPAddress', value: address }] }),
      listeners: [...ports]
        .sort((a, b) => a - b)
        .map((port) => ({
          name: listenerName(port),
          port,
          protocol: 'TLS',
          tls: { mode: 'Passthrough' },
          allowedRoutes: allowedRoutes(draft),
        })),
    },
  };
}

function routeManifest(metadata: Metadata, target: RouteTarget, gateway: GatewayDraft): Manifest {
  const parentRef = {
    name: gateway.name,
    ...(gateway.namespace === metadata.namespace ? {} : { namespace: gateway.namespace }),
    sectionName: listenerName(target.place.port),
  };
  return {
    apiVersion: `${GATEWAY_GROUP}/v1`,
    kind: 'TLSRoute',
    metadata,
    spec: {
      parentRefs: [parentRef],
      hostnames: target.hosts,
      rules: [{ backendRefs: [{ name: target.service, port: target.port }] }],
    },
  };
}

/** Orders Ingresses as they hold hosts: the oldest first (CON-1). */
const byAge = (a: IngressState, b: IngressState): number =>
  a.created - b.created || compareText(a.namespace, b.namespace) || compareText(a.name, b.name);

/** Remembers who holds which host, and says so of the next who asks. */
class Holders {
  readonly #holders = new Map<string, string>();

  notes({ place, hosts }: RouteTarget, owner: string): string[] {
    return hosts.flatMap((host) => {
      const key = `${place.address ?? ''} ${place.port} ${host}`;
      const holder = this.#holders.get(key) ?? owner;
      this.#holders.set(key, holder);
      if (holder === owner) return [];
      return [
        `${host} belongs to the older Ingress ${holder}: create the TLSRoutes in this order, the oldest holds the host`,
      ];
    });
  }
}

/** `MaxItems` of `TLSRouteSpec.Hostnames`. */
const MOST_HOSTNAMES = 1_024;

/** Splits the hosts of a target, of which one TLSRoute holds only so many. */
function split(target: RouteTarget): RouteTarget[] {
  const parts = Math.ceil(target.hosts.length / MOST_HOSTNAMES);
  return Array.from({ length: parts }, (_, part) => ({
    ...target,
    hosts: target.hosts.slice(part * MOST_HOSTNAMES, (part + 1) * MOST_HOSTNAMES),
  }));
}

/**
 * Converts passthrough Ingresses into Gateways and TLSRoutes. Pure. One Gateway stands for each address in each namespace,
 * with a listener for each port; one TLSRoute for each back end of an Ingress. No ReferenceGrant is needed: the back ends of
 * an Ingress are in its own namespace.
 *
 * @param services of the same clusters, for ports by name.
 */
export function convertIngresses(
  states: readonly IngressState[],
  services: readonly K8sService[],
  settings: ConversionSettings,
): Conversion {
  const byName = new Map(services.map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]));
  const gateways = new Gateways(settings);
  const names = new RouteNames();
  const holders = new Holders();
  const routes: ConvertedObject[] = [];
  const lost: string[] = [];
  let ingresses = 0;
  for (const state of [...states].sort(byAge)) {
    const { namespace } = state;
    const owner = `${namespace}/${state.name}`;
    const found: IngressTargets = ingressTargets(state, (of, name) => byName.get(`${of}/${name}`));
    const parts = found.targets.flatMap(split);
    const annotations = Object.keys(found.annotations).length === 0 ? {} : { annotations: found.annotations };
    if (parts.length > 0) ingresses += 1;
    lost.push(...found.lost.map((each) => `${owner}: ${each}`));
    for (const [index, target] of parts.entries()) {
      const gateway = gateways.of(target.place, namespace);
      const long = `${state.name}-${target.service}-${target.port}`;
      const candidates = parts.length === 1 ? [state.name, long] : [`${state.name}-${target.service}`, long];
      const name = names.take(namespace, candidates);
      const notes = [...(index === 0 ? found.notes : []), ...holders.notes(target, owner)];
      routes.push({
        manifest: routeManifest({ name, namespace, ...annotations }, target, gateway),
        comments: notes.map((each) => `${owner}: ${each}`),
      });
    }
  }
  return { objects: [...gateways.objects(), ...routes], lost, ingresses };
}
