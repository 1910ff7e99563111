import * as z from 'zod/mini';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { explain } from '../lib/contract/index.ts';

const arn = (service: string) =>
  z.string().check(z.regex(new RegExp(`^arn:aws[a-z-]*:${service}:[^\\s]*$`), `an ARN of ${service}`));
const kubernetesName = z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/));
const days = z.int().check(z.gte(1), z.lte(3653));

/** Role of a cluster's forwarder, and the interval of its snapshots. */
const ForwarderDeployment = z.strictObject({
  namespace: z._default(kubernetesName, 'nspass'),
  serviceAccount: z._default(kubernetesName, 'nspass-forwarder'),
  /** Allows EKS Pod Identity. The association itself belongs to the cluster. */
  podIdentity: z._default(z.boolean(), true),
  /** IRSA: ARN of the cluster's OIDC provider. */
  oidcProvider: z.optional(arn('iam')),
  /** Minutes between scheduled snapshots: the chart's `publish.snapshotIntervalMs`. */
  snapshotMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 15),
  /** Other principals that may assume the role: for a cluster outside AWS, its role of IAM Roles Anywhere. */
  principals: z._default(z.array(arn('iam')), []),
});
export type ForwarderDeployment = z.infer<typeof ForwarderDeployment>;

/** `custom.nspass` of serverless.yml: the settings of a deployment, without its appliances. */
export const DeploymentSettings = z.strictObject({
  /** Path of appliances.yml, relative to the root of the project. */
  appliances: z.string().check(z.minLength(1)),
  /** Days that the archive keeps desired state; 0 means for ever. */
  archiveDays: z._default(z.int().check(z.gte(0), z.lte(3653)), 0),
  /** Appliances whose queue is not read: their events wait for up to 14 days. */
  paused: z._default(z.array(z.string()), []),
  /** `none`: SQS encrypts with its own keys. `create`: a key of this stack. Otherwise the ARN of a key. */
  kmsKey: z._default(z.union([z.enum(['none', 'create']), arn('kms')]), 'none'),
  /** Network of the functions. Without subnets they run outside a VPC. */
  vpc: z._default(
    z.strictObject({
      subnetIds: z._default(z.array(z.string().check(z.regex(/^subnet-[0-9a-z]+$/))), []),
      securityGroupIds: z._default(z.array(z.string().check(z.regex(/^sg-[0-9a-z]+$/))), []),
    }),
    { subnetIds: [], securityGroupIds: [] },
  ),
  permissionsBoundary: z._default(z.union([z.literal(''), arn('iam')]), ''),
  /** ARNs that every alarm notifies, as that of an SNS topic. */
  alarmActions: z._default(z.array(z.string().check(z.regex(/^arn:aws[a-z-]*:[a-z]+:/))), []),
  /** Prefix of a runbook's file in an alarm: a path or URL. */
  runbooks: z._default(z.string(), 'docs/runbooks/'),
  /** ARNs of roles, with `*` as wildcard, that redrive dead letters. Besides them only rules and functions may send. */
  operators: z._default(z.array(arn('iam')), []),
  logDays: z._default(days, 30),
  auditMinutes: z._default(z.int().check(z.gte(1), z.lte(60)), 5),
  /** Time-out of the reconcile function, in seconds. */
  timeoutSeconds: z._default(z.int().check(z.gte(10), z.lte(900)), 120),
  /** Forwarders by cluster. Other clusters get the defaults. */
  forwarders: z._default(z.record(z.string(), ForwarderDeployment), {}),
});
export type DeploymentSettings = z.infer<typeof DeploymentSettings>;

/** Input of every resource. */
export interface Deployment {
  /** Prefix of every name: `<service>-<stage>`. */
  readonly prefix: string;
  readonly settings: DeploymentSettings;
  readonly appliances: readonly ApplianceConfig[];
  /** All clusters, sorted. */
  readonly clusters: readonly string[];
  readonly forwarder: (cluster: string) => ForwarderDeployment;
}

/** Matches a prefix that is short enough for the longest queue name: 80 characters (SQS quotas). */
const PREFIX = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;

/**
 * Parses `custom.nspass` of serverless.yml.
 *
 * @throws {ConfigurationInvalid}
 */
export function parseSettings(value: unknown): DeploymentSettings {
  const parsed = DeploymentSettings.safeParse(value);
  if (!parsed.success) throw new ConfigurationInvalid(`serverless.yml: custom.nspass: ${explain(parsed.error)}`);
  return parsed.data;
}

/**
 * Returns the deployment of settings and appliances, and checks that the names in both match.
 *
 * @throws {ConfigurationInvalid}
 */
export function deployment(
  prefix: string,
  settings: DeploymentSettings,
  appliances: readonly ApplianceConfig[],
): Deployment {
  const fail = (reason: string): never => {
    throw new ConfigurationInvalid(`serverless.yml: ${reason}`);
  };
  if (!PREFIX.test(prefix)) {
    fail(`service and stage: "${prefix}" must be 2 to 30 lower-case letters, digits and -, and begin with a letter`);
  }
  const names = appliances.map(({ name }) => name);
  const clusters = [...new Set(appliances.flatMap((appliance) => appliance.clusters))].sort();
  const unknownAppliance = settings.paused.find((name) => !names.includes(name));
  if (unknownAppliance !== undefined) {
    fail(`custom.nspass.paused: ${settings.appliances} has no appliance "${unknownAppliance}"`);
  }
  const unknownCluster = Object.keys(settings.forwarders).find((cluster) => !clusters.includes(cluster));
  if (unknownCluster !== undefined) {
    fail(`custom.nspass.forwarders: no appliance serves the cluster "${unknownCluster}"`);
  }
  const { subnetIds, securityGroupIds } = settings.vpc;
  if (subnetIds.length > 0 !== securityGroupIds.length > 0) {
    fail('custom.nspass.vpc: set both subnetIds and securityGroupIds, or neither');
  }
  return {
    prefix,
    settings,
    appliances,
    clusters,
    forwarder: (cluster) => settings.forwarders[cluster] ?? ForwarderDeployment.parse({}),
  };
}
