import * as z from 'zod/mini';
import { IngressName, IngressUid, Namespace } from './names.ts';

/**
 * The complete desired state of one Ingress, as an event carries it: the relevant fields of the manifest, with the back
 * ends resolved to addresses. The schema is lenient about the *content* (`lib/ingress` makes a finding of an invalid host or
 * a Service that cannot exist) and strict about the *form*.
 */

const port = z.union([z.string().check(z.maxLength(63)), z.int()]);

export const BackendRef = z.strictObject({
  /** A Service by name; `port` is absent if the manifest has no readable port. */
  service: z.optional(z.strictObject({ name: z.string().check(z.maxLength(253)), port: z.optional(port) })),
  /** A resource back end, which a finding reports as unsupported. */
  resource: z.optional(z.strictObject({ kind: z.string(), name: z.string() })),
});
export type BackendRef = z.infer<typeof BackendRef>;

export const IngressPath = z.strictObject({
  path: z.optional(z.string()),
  pathType: z.optional(z.string()),
  backend: BackendRef,
});
export type IngressPath = z.infer<typeof IngressPath>;

export const IngressRule = z.strictObject({ host: z.optional(z.string()), paths: z.array(IngressPath) });
export type IngressRule = z.infer<typeof IngressRule>;

export const Member = z.strictObject({
  /** IPv4, or IPv6 in the form of RFC 5952. */
  address: z.string().check(z.maxLength(45)),
  port: z.int().check(z.gte(1), z.lte(65535)),
});
export type Member = z.infer<typeof Member>;

const BACK_END_PROBLEMS = ['ServiceNotFound', 'ServicePortNotFound', 'ExternalNameUnsupported'] as const;

/** A Service and port that the Ingress names, with its members (END-1, END-2). */
export const ResolvedBackend = z.strictObject({
  service: z.string(),
  port,
  problem: z.optional(z.enum(BACK_END_PROBLEMS)),
  /** Sorted by address, then port; without duplicates. */
  members: z.array(Member),
});
export type ResolvedBackend = z.infer<typeof ResolvedBackend>;

export const IngressState = z.strictObject({
  namespace: Namespace,
  name: IngressName,
  uid: z.optional(IngressUid),
  /** `creationTimestamp` in seconds since the epoch; 0 if the manifest has none. */
  created: z.int().check(z.gte(0)),
  /** Ingress class (SEL-2) in lower case; absent if the Ingress has none. */
  class: z.optional(z.string()),
  /** Annotations with the vendor's prefix or this project's, and the class annotation. */
  annotations: z.record(z.string(), z.string()),
  defaultBackend: z.optional(BackendRef),
  /** Those of the manifest; behind them, where it lets challenges through, those of solvers for its hosts (VAL-19). */
  rules: z.array(IngressRule),
  /** TLS entries; one without hosts covers all hosts (VAL-3). The Secret is never included. */
  tls: z.array(z.strictObject({ hosts: z.array(z.string()) })),
  backends: z.array(ResolvedBackend),
});
export type IngressState = z.infer<typeof IngressState>;
