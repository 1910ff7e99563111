import * as z from 'zod/mini';
import { baseUrlProblem } from '../../config/base-url.ts';
import { CLUSTER_NAME } from '../../contract/index.ts';
import { GATEWAY_CONTROLLER } from '../../gateway/settings.ts';
import { LOG_LEVELS } from '../../telemetry/index.ts';
import { DEFAULT_SETTINGS as SETTINGS } from '../settings.ts';
import { refusalText } from './refusal.ts';

const url = z.string().check(z.refine((text) => baseUrlProblem(text) === undefined));
const port = z.int().check(z.gte(0), z.lte(65_535));
const dnsName = z
  .string()
  .check(z.regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'lower-case letters, digits, - and ., at most 253'));

/** A path with a domain in front, as the Gateway API wants it; source: `GatewayController` in apis/v1/shared_types.go. */
const CONTROLLER_NAME = /^[a-z0-9][-a-z0-9.]*\/[A-Za-z0-9/._~%!$&'()*+,;=:-]+$/;

/** Returns a schema for a whole number with a default and bounds. */
const number = (fallback: number, least: number, most: number) =>
  z._default(z.int().check(z.gte(least), z.lte(most)), fallback);

/** Returns a schema for an object that may be absent because every field has a default. */
const section = <T extends Parameters<typeof z.strictObject>[0]>(fields: T) =>
  z.prefault(z.strictObject(fields), {} as never);

/** Configuration of the forwarder in a cluster; docs/forwarder.md has the table of its fields. */
export const ForwarderConfig = z.strictObject({
  /** Name of the cluster, the same as in `appliances.yml`. */
  cluster: z.string().check(z.regex(CLUSTER_NAME, 'lower-case letters, digits, - and ., at most 40')),
  bus: z.strictObject({
    /** Name or ARN. */
    name: z.string().check(z.minLength(1)),
    endpoint: z.optional(url),
    region: z.optional(z.string()),
    maxEntryBytes: number(SETTINGS.maxEntryBytes, 8_192, 1_048_576),
    /** Size of a snapshot event: smaller, because the envelope stands around it. */
    snapshotBytes: number(SETTINGS.snapshotBytes, 4_096, 1_048_576),
  }),
  outcomes: section({
    /** Queue of outcomes and resync requests; without it neither is received, and nothing is reported. */
    queueUrl: z.optional(url),
    endpoint: z.optional(url),
    /** Time after which a flagged snapshot without an answer is reported. */
    answerMs: number(SETTINGS.answerMs, 60_000, 86_400_000),
  }),
  kubernetes: section({
    /** For use outside a cluster; absent: the pod's ServiceAccount, or else `KUBECONFIG`. */
    kubeconfig: z.optional(z.string()),
    context: z.optional(z.string()),
    /** Folder of the pod's token; absent: the kubelet's. */
    tokenFolder: z.optional(z.string()),
    /** Whether to read Nodes; false where no Service needs a node's address. */
    nodes: z._default(z.boolean(), true),
    idleMs: number(90_000, 1_000, 3_600_000),
    watchMs: number(300_000, 1_000, 3_600_000),
    pageSize: number(500, 10, 5_000),
    /** Silence after which the view is stale and the pod not ready. */
    staleMs: number(180_000, 1_000, 3_600_000),
  }),
  ingress: section({
    classNames: z._default(z.array(z.string()), []),
    nodeAddressType: z._default(z.enum(['InternalIP', 'ExternalIP']), SETTINGS.nodeAddressType),
    podAddressesForNodePort: z._default(z.boolean(), SETTINGS.podAddressesForNodePort),
  }),
  gateway: section({
    /** Whether the Gateway API is read where the cluster serves it. */
    enabled: z._default(z.boolean(), true),
    /** `spec.controllerName` of the GatewayClasses that are ours. */
    controllerName: z._default(z.string().check(z.maxLength(253), z.regex(CONTROLLER_NAME)), GATEWAY_CONTROLLER),
    /** Whether listeners of protocol HTTPS are refused, or accepted and every connection to them reset. */
    httpsListeners: z._default(z.enum(['refuse', 'reset']), 'refuse'),
  }),
  publish: section({
    windowMs: number(SETTINGS.windowMs, 0, 60_000),
    maxDelayMs: number(SETTINGS.maxDelayMs, 0, 600_000),
    leadingIngresses: number(SETTINGS.leadingIngresses, 0, 1_000),
    stormIngresses: number(SETTINGS.stormIngresses, 1, 1_000_000),
    holdPercent: number(SETTINGS.holdPercent, 0, 100),
    holdMinimum: number(SETTINGS.holdMinimum, 0, 1_000_000),
    snapshotIntervalMs: number(SETTINGS.snapshotIntervalMs, 1_000, 86_400_000),
    stopTimeoutMs: number(SETTINGS.stopTimeoutMs, 0, 600_000),
  }),
  report: section({ status: z._default(z.boolean(), true), events: z._default(z.boolean(), true) }),
  lease: section({
    name: z._default(dnsName, 'netscaler-passthrough'),
    /** Absent: the namespace of the pod, or of the kubeconfig's context. */
    namespace: z.optional(dnsName),
    durationMs: number(10_000, 3_000, 300_000),
  }),
  http: section({
    host: z._default(z.string(), '127.0.0.1'),
    /** `/healthz`, `/readyz`, `/metrics`. */
    port: z._default(port, 8_080),
    /** `POST /snapshot`; on loopback only, whatever `host` is: `kubectl port-forward` reaches it. */
    adminPort: z._default(port, 8_081),
  }),
  log: section({
    level: z._default(z.enum(LOG_LEVELS), 'info'),
    /** Lines of one message in a second above which one in a hundred is written; 0 writes all. */
    sampleAfter: number(100, 0, 1_000_000),
  }),
});
export type ForwarderConfig = z.infer<typeof ForwarderConfig>;

/** The configuration is invalid: the message names the field, its source and the reason. */
export class ForwarderConfigInvalid extends Error {
  override readonly name = 'ForwarderConfigInvalid';
}

/**
 * Checks a configuration.
 *
 * @param source file or environment, for the error.
 * @throws {ForwarderConfigInvalid}
 */
export function parseConfig(raw: unknown, source: string): ForwarderConfig {
  const parsed = ForwarderConfig.safeParse(raw);
  if (!parsed.success) throw new ForwarderConfigInvalid(`${source}: ${refusalText(parsed.error, raw)}`);
  const config = parsed.data;
  const problem = contradictions(config);
  if (problem !== undefined) throw new ForwarderConfigInvalid(`${source}: ${problem}`);
  return config;
}

/** Returns the contradiction between two fields, which no schema of one field can find. */
function contradictions({ bus, kubernetes, publish, ingress }: ForwarderConfig): string | undefined {
  if (bus.snapshotBytes >= bus.maxEntryBytes) return 'bus.snapshotBytes must be less than bus.maxEntryBytes';
  if (kubernetes.staleMs <= kubernetes.idleMs) return 'kubernetes.staleMs must be more than kubernetes.idleMs';
  if (publish.maxDelayMs < publish.windowMs) return 'publish.maxDelayMs must not be less than publish.windowMs';
  if (!kubernetes.nodes && ingress.nodeAddressType === 'ExternalIP') {
    return 'ingress.nodeAddressType needs kubernetes.nodes';
  }
  return undefined;
}
