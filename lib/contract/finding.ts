import * as z from 'zod/mini';

/** A result of checking an Ingress: `error` (a route carries no traffic) or `warning` (it does, but something is ignored). */
export const Finding = z.strictObject({
  /** UpperCamelCase, from the catalogue in `lib/ingress`. */
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  /** Fault and its reason, with the offending value. */
  message: z.string(),
  /** Path in the Ingress: `spec.rules[0].host`, `metadata.annotations["…"]`. */
  path: z.optional(z.string()),
  /** The offending value. */
  value: z.optional(z.string()),
  /** Next step for the owner of the Ingress. */
  remedy: z.optional(z.string()),
});
export type Finding = z.infer<typeof Finding>;
