import * as z from 'zod/mini';
import { Member } from './ingress.ts';
import { IngressName, IngressUid, Namespace } from './names.ts';

/**
 * The complete desired state of one TLSRoute, as an event carries it: its hostnames, the listeners that accept it, and its
 * back ends resolved to addresses. Lenient about the *content* (`lib/gateway` makes a finding of an invalid hostname) and
 * strict about the *form*.
 */

const port = z.int().check(z.gte(1), z.lte(65_535));

/** A listener that accepts the route. The forwarder judges that, because it depends on other objects of the cluster. */
export const TlsRouteParent = z.strictObject({
  /** Gateway of the listener. */
  gateway: z.strictObject({ namespace: Namespace, name: IngressName }),
  /** Name of the GatewayClass: appliances select routes by it. */
  class: IngressName,
  /** Name of the listener. */
  listener: z.string().check(z.maxLength(253)),
  port,
  /** Hostname of the listener; absent if it accepts every hostname. */
  hostname: z.optional(z.string().check(z.maxLength(253))),
  /** Addresses that the Gateway requests; empty if the appliance chooses. */
  addresses: z.array(z.string().check(z.maxLength(253))),
  /** Addresses that appliances have chosen for the Gateway; absent where there is none, or it requests some. */
  assigned: z.optional(z.array(z.string().check(z.maxLength(253)))),
});
export type TlsRouteParent = z.infer<typeof TlsRouteParent>;

/** Reasons of the condition `ResolvedRefs`, as the Gateway API names them. */
const TLS_ROUTE_PROBLEMS = ['BackendNotFound', 'InvalidKind', 'RefNotPermitted', 'UnsupportedValue'] as const;

/** A Service and port that a rule names, with its members and its weight. */
export const TlsRouteBackend = z.strictObject({
  namespace: Namespace,
  /** Name of the Service, or of the object of another kind. */
  service: z.string().check(z.maxLength(253)),
  /** Absent if the route names none. */
  port: z.optional(port),
  /** Share of the connections, beside the weights of the rule's other back ends. */
  weight: z.int().check(z.gte(0), z.lte(1_000_000)),
  /** Reason for which the back end cannot be used. */
  problem: z.optional(z.enum(TLS_ROUTE_PROBLEMS)),
  /** Sorted by address, then port; without duplicates. */
  members: z.array(Member),
});
export type TlsRouteBackend = z.infer<typeof TlsRouteBackend>;

export const TlsRouteState = z.strictObject({
  namespace: Namespace,
  name: IngressName,
  uid: z.optional(IngressUid),
  /** `creationTimestamp` in seconds since the epoch; 0 if the manifest has none. */
  created: z.int().check(z.gte(0)),
  /** Annotations with this project's prefix; absent where there are none. */
  annotations: z.optional(z.record(z.string(), z.string())),
  /** `spec.hostnames`, as written. */
  hostnames: z.array(z.string()),
  /** One for each listener that accepts the route. */
  parents: z.array(TlsRouteParent),
  /** Rules of the route; the API admits one. */
  rules: z.array(z.strictObject({ backends: z.array(TlsRouteBackend) })),
});
export type TlsRouteState = z.infer<typeof TlsRouteState>;
