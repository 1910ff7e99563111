import * as z from 'zod/mini';

/** A named remark about an Ingress: `error` (this route carries no traffic) or `warning` (it does, with something ignored). */
export const Finding = z.strictObject({
  /** UpperCamelCase, from the catalogue in `lib/ingress`. */
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  /** What happened and why, with the offending value. */
  message: z.string(),
  /** Where in the Ingress: `spec.rules[0].host`, `metadata.annotations["…"]`. */
  path: z.optional(z.string()),
  /** The offending value. */
  value: z.optional(z.string()),
  /** What to do next. */
  remedy: z.optional(z.string()),
});
export type Finding = z.infer<typeof Finding>;
