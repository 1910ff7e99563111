import * as z from 'zod/mini';
import { IngressName, Namespace } from './names.ts';

/**
 * The desired state of one Ingress, whole, as an event carries it. It is what the manifest says, projected to the
 * fields that matter and with its back ends resolved to addresses. It is deliberately lenient about the *content*
 * (an invalid host, or a Service that cannot exist, is a finding, made in `lib/ingress`), and strict about the *form*.
 */

const port = z.union([z.string().check(z.maxLength(63)), z.int()]);

export const BackendRef = z.strictObject({
  /** A Service by name; `port` is absent where the manifest gave none that can be read. */
  service: z.optional(z.strictObject({ name: z.string().check(z.maxLength(253)), port: z.optional(port) })),
  /** A resource back end: reported as unsupported. */
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

/** A Service and port that the Ingress names, resolved (END-1, END-2). */
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
  uid: z.optional(z.string()),
  /** `creationTimestamp`, in seconds since the epoch; 0 where a manifest has none. */
  created: z.int().check(z.gte(0)),
  /** The class that decides ownership (SEL-2), lower-cased; absent where the Ingress has none. */
  class: z.optional(z.string()),
  /** The annotations that matter: the vendor's prefix, and the class. */
  annotations: z.record(z.string(), z.string()),
  defaultBackend: z.optional(BackendRef),
  rules: z.array(IngressRule),
  /** An entry without hosts covers all (VAL-3). The Secret is never carried. */
  tls: z.array(z.strictObject({ hosts: z.array(z.string()) })),
  backends: z.array(ResolvedBackend),
});
export type IngressState = z.infer<typeof IngressState>;
