import * as z from 'zod/mini';
import { IngressName, IngressUid, Namespace } from './names.ts';

/**
 * The complete desired state of one Gateway, as an event carries it: the listeners that are accepted, and the addresses that
 * it requests or has. Strict about the *form*; `lib/gateway` makes a finding of an unusable address. The numbers of addresses
 * and listeners are those that the API admits.
 */

const address = z.string().check(z.maxLength(253));

export const GatewayState = z.strictObject({
  namespace: Namespace,
  name: IngressName,
  uid: z.optional(IngressUid),
  /** `creationTimestamp` in seconds since the epoch; 0 if the manifest has none. */
  created: z.int().check(z.gte(0)),
  /** Name of the GatewayClass: appliances select Gateways by it. */
  class: IngressName,
  /** Addresses that the Gateway requests; empty if the appliance chooses. */
  addresses: z.array(address).check(z.maxLength(16)),
  /** Addresses that appliances have chosen for the Gateway; absent where there is none, or it requests some. */
  assigned: z.optional(z.array(address)),
  /** Accepted listeners. */
  listeners: z
    .array(
      z.strictObject({
        /** Name of the listener. */
        name: z.string().check(z.maxLength(253)),
        port: z.int().check(z.gte(1), z.lte(65_535)),
        protocol: z.enum(['TLS', 'HTTP', 'HTTPS']),
      }),
    )
    .check(z.maxLength(64)),
});
export type GatewayState = z.infer<typeof GatewayState>;
