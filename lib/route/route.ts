import type { Member, Owner } from '../contract/index.ts';
import type { Access } from './access.ts';

/**
 * A **route** sends one host on one front end (VIP, port, protocol) to one back end. Everything below this module knows
 * only routes, whatever their source.
 */

/** An address and port for clients. A `tls` front end passes TLS through by SNI, an `http` one answers with redirects or 404. */
export interface Frontend {
  /** IPv4, or IPv6 in the form of RFC 5952. */
  readonly vip: string;
  readonly port: number;
  readonly kind: 'tls' | 'http';
}

/** Maps NITRO attributes to values. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Versions of the PROXY protocol, which tells a member the client's address before the client's first byte. */
export const PROXY_VERSIONS = ['v1', 'v2'] as const;
export type ProxyVersion = (typeof PROXY_VERSIONS)[number];

/** The validated settings that an owner requests beyond the defaults (VAL-13). */
export interface BackendSettings {
  /** Who may connect (VAL-17). Absent: everybody. */
  readonly access?: Access;
  /** Members get the client's address in this version of the PROXY protocol (VAL-18). Absent: they see the appliance's. */
  readonly proxyProtocol?: ProxyVersion;
  readonly lbvserver?: Attributes;
  readonly servicegroup?: Attributes;
  /** `type` and its attributes. Absent: the appliance's default TCP monitor. */
  readonly monitor?: Attributes;
}

/** A member, and its share of the connections of its back end: its weight, of the sum of all weights. */
export interface WeightedMember extends Member {
  /** 1 to 100. Absent: 1. */
  readonly weight?: number;
}

/** A Service and port of one owner, or several Services behind one host, with its members. */
export interface Backend {
  readonly service: string;
  /** Number or name, as in the Ingress. */
  readonly port: string;
  /** Sorted by address, then port; without duplicates. May be empty (VAL-8). */
  readonly members: readonly WeightedMember[];
  readonly settings: BackendSettings;
}

/** `service:port`: names a back end within its owner. */
type BackendName = string;

/** TLS by SNI to a back end. */
export interface Passthrough {
  readonly kind: 'passthrough';
  readonly frontend: Frontend;
  /** Canonical: lower case, no trailing dot; a wildcard has a form of its own (`HostForm`). */
  readonly host: string;
  readonly backend: BackendName;
}

/** 301 from plain HTTP to https (VAL-11). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly frontend: Frontend;
  /** Never a many-label wildcard. */
  readonly host: string;
  readonly securePort: number;
  /** Its owner lets challenges of the host through (VAL-19); exact hosts only. */
  readonly challenges?: true;
}

/**
 * Plain HTTP of one ACME challenge of a host to the back end that answers it (VAL-19). It is in force while its owner holds
 * the redirect of the host.
 */
export interface Challenge {
  readonly kind: 'challenge';
  readonly frontend: Frontend;
  /** Never a wildcard. */
  readonly host: string;
  /** The last segment of the path (RFC 8555, 8.3): letters, digits, `-` and `_`. */
  readonly token: string;
  readonly backend: BackendName;
}

/**
 * A front end that is open though no host is there (GW-13): a `tls` one resets every hello, an `http` one answers what no
 * redirect takes with 404.
 */
export interface Listener {
  readonly kind: 'listener';
  readonly frontend: Frontend;
}

/** A route of a host. */
export type HostRoute = Passthrough | Redirect | Challenge;

export type Route = HostRoute | Listener;

/** Returns the host of a route; empty for a listener. */
export const hostOf = (route: Route): string => (route.kind === 'listener' ? '' : route.host);

/** All routes of one owner, in canonical form (`canonical`). */
export interface RouteSet<R extends Route = Route> {
  readonly owner: Owner;
  /** Seconds since the epoch: the oldest owner of a host wins (CON-1). */
  readonly created: number;
  readonly backends: readonly Backend[];
  readonly routes: readonly R[];
  /** Front-end settings (csvserver attributes, ipset) that this owner requests (CON-5). */
  readonly frontendSettings: Attributes;
}

/**
 * Distinguishes the back ends of one owner on the appliance. Front end and settings are part of the key: a change of them
 * makes another back end, so that hosts move to it in one step, and connections to the old one end by themselves.
 */
export interface BackendKey {
  readonly service: string;
  readonly port: string;
  /** Key of the front end whose map names it. */
  readonly frontendKey: string;
  /** Digest of the settings, and which lists of networks they have (`accessIn`); empty for none. */
  readonly settings: string;
}

/** Returns the name of a back end within its owner: `service:port`. */
export function backendRef(backend: { service: string; port: string }): BackendName {
  return `${backend.service}:${backend.port}`;
}
