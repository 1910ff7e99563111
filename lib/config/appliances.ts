import * as z from 'zod/mini';
import { CLUSTER_NAME } from '../contract/index.ts';
import { NOT_A_URL } from './base-url.ts';

const text = z.string().check(z.minLength(1, 'is empty'));
const cidr = text;
/** A namespace as Kubernetes allows it: another name would match nothing. */
const namespace = z
  .string()
  .check(z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a namespace: lower-case letters, digits and -'));
const seconds = z.int().check(z.gte(0), z.lte(31_536_000));

/** One appliance (or HA pair) and what may be programmed on it. */
export const ApplianceConfig = z.strictObject({
  name: z
    .string()
    .check(z.regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'lower-case letters, digits and -, at most 40')),
  /** Clusters that the appliance serves. */
  clusters: z
    .array(z.string().check(z.regex(CLUSTER_NAME, 'lower-case letters, digits, - and ., at most 40')))
    .check(z.minLength(1)),
  /** Only these ingress classes; all if absent. */
  ingressClasses: z.optional(z.array(text).check(z.minLength(1))),
  /** Only Gateways with these GatewayClasses, and their TLSRoutes; all if absent. */
  gatewayClasses: z.optional(z.array(text).check(z.minLength(1))),
  /** Only these namespaces; all if absent. */
  namespaces: z.optional(z.array(namespace).check(z.minLength(1))),
  /** Base URLs without user name and password: one address, or the members of an HA pair. */
  endpoints: z.array(z.url(NOT_A_URL)).check(z.minLength(1)),
  /** Reaches the appliance through a NetScaler Console (ADM) as proxy; `endpoints` is then the Console. */
  console: z.optional(
    z.strictObject({
      instanceIp: z.optional(text),
      instanceName: z.optional(text),
      instanceId: z.optional(text),
    }),
  ),
  partition: z.optional(text),
  /** Source of user name and password, which are never in this file. */
  credentials: z.strictObject({
    /** Name or ARN of a secret in Secrets Manager, with JSON `{"username","password"}`. */
    secret: z.optional(text),
    /** Prefix of two environment variables, `<prefix>_USERNAME` and `<prefix>_PASSWORD`. */
    environment: z.optional(text),
    /** A JSON file of the same form as the secret. */
    file: z.optional(text),
  }),
  tls: z._default(
    z.strictObject({
      /** PEM file with the authority that signed the appliance's certificate. */
      ca: z.optional(text),
      /** Verifies the certificate; switch it off only in a laboratory. */
      verify: z._default(z.boolean(), true),
      serverName: z.optional(text),
    }),
    { verify: true },
  ),
  /** VIP for Ingresses without `frontend-ip` and for Gateways without an address. */
  defaultVip: z.optional(z.string()),
  /** Addresses and ranges for Gateways without an address, where there is no default VIP: each gets one of them. */
  gatewayAddresses: z.optional(z.array(cidr).check(z.minLength(1))),
  /** Ranges that a VIP must lie in; any address if absent (local use only). */
  frontendIPs: z.optional(z.array(cidr)),
  /** Ranges that members must lie in; if absent, any address but the never-allowed ones. */
  memberNetworks: z.optional(z.array(cidr)),
  /** Names of ipsets that `frontend-ipset-name` may use. */
  ipsets: z._default(z.array(z.string()), []),
  /** Attributes that smart annotations may set, by object; the safe ones if absent. */
  allowedAttributes: z.optional(
    z.strictObject({
      csvserver: z.optional(z.array(z.string())),
      lbvserver: z.optional(z.array(z.string())),
      monitor: z.optional(z.array(z.string())),
      servicegroup: z.optional(z.array(z.string())),
    }),
  ),
  /** Domain suffix → namespaces that may use hosts under it; any namespace may use a host under no suffix. */
  hostOwnership: z._default(
    z.array(z.strictObject({ suffix: text, namespaces: z.array(namespace).check(z.minLength(1)) })),
    [],
  ),
  /** `observe` reads and reports, and never writes. */
  policy: z._default(z.enum(['sync', 'observe']), 'sync'),
  /** Prefix of every name on the appliance. */
  systemId: z._default(
    z
      .string()
      .check(
        z.regex(
          /^(?!re|xp|alt|true|false|client|extend|http|server|sys|target|text|url|my|ms)[a-z][a-z0-9]{0,7}$/,
          'a lower-case letter, then letters and digits, at most 8, and not the beginning of a word of the policy language (re, http, sys, url, …)',
        ),
      ),
    'nsp',
  ),
  /** Seconds that a removed member or back end keeps its established connections. */
  drainSeconds: z._default(seconds, 300),
  /** Seconds from the last change to the save; `never` if operators save by hand. */
  saveAfterSeconds: z._default(z.union([seconds, z.literal('never')]), 60),
  /** Looks at the certificates of the back ends in each audit, by handshakes through the VIPs, which the function must reach. */
  checkCertificates: z._default(z.boolean(), false),
  /** Refuses a snapshot that removes more than `percent` of the routes of its range, and more than `minimum`. */
  prune: z._default(
    z.strictObject({
      percent: z._default(z.number().check(z.gte(0), z.lte(100)), 30),
      minimum: z._default(z.int().check(z.gte(0)), 10),
    }),
    { percent: 30, minimum: 10 },
  ),
});
export type ApplianceConfig = z.infer<typeof ApplianceConfig>;

export const AppliancesConfig = z.strictObject({ appliances: z.array(ApplianceConfig).check(z.minLength(1)) });
export type AppliancesConfig = z.infer<typeof AppliancesConfig>;
