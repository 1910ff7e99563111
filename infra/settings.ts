import * as z from 'zod/mini';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { explain } from '../lib/contract/index.ts';

const arn = (service: string) =>
  z.string().check(z.regex(new RegExp(`^arn:aws[a-z-]*:${service}:[^\\s]*$`), `an ARN of ${service}`));
const kubernetesName = z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/));
const days = z.int().check(z.gte(1), z.lte(3653));

/** Role of the pods of a cluster's forwarder, and the interval of its snapshots. */
const ForwarderDeployment = z.strictObject({
  namespace: z._default(kubernetesName, 'nspass'),
  serviceAccount: z._default(kubernetesName, 'nspass-forwarder'),
  /** EKS Pod Identity; the association itself is created with the cluster. */
  podIdentity: z._default(z.boolean(), true),
  /** IRSA: ARN of the cluster's OIDC provider. */
  oidcProvider: z.optional(arn('iam')),
  /** Minutes between its scheduled snapshots: `publish.snapshotIntervalMs` of its chart. */
  snapshotMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 15),
  /** Further principals that may assume the role, such as the IAM Roles Anywhere role of a cluster outside AWS. */
  principals: z._default(z.array(arn('iam')), []),
});
export type ForwarderDeployment = z.infer<typeof ForwarderDeployment>;

/** Settings of a deployment, apart from the appliances: `custom.nspass` of serverless.yml. */
export const DeploymentSettings = z.strictObject({
  /** Path of appliances.yml, from the root of the project. */
  appliances: z.string().check(z.minLength(1)),
  /** Days that the archive keeps desired state; 0 for ever. */
  archiveDays: z._default(z.int().check(z.gte(0), z.lte(3653)), 0),
  /** Appliances whose queue is not read for now; their events wait for up to 14 days. */
  paused: z._default(z.array(z.string()), []),
  /** `none` (SQS encrypts with its own keys), `create` (a key of this stack), or the ARN of a key. */
  kmsKey: z._default(z.union([z.enum(['none', 'create']), arn('kms')]), 'none'),
  /** Network of the functions; outside a VPC if absent. */
  vpc: z._default(
    z.strictObject({
      subnetIds: z._default(z.array(z.string().check(z.regex(/^subnet-[0-9a-z]+$/))), []),
      securityGroupIds: z._default(z.array(z.string().check(z.regex(/^sg-[0-9a-z]+$/))), []),
    }),
    { subnetIds: [], securityGroupIds: [] },
  ),
  permissionsBoundary: z._default(z.union([z.literal(''), arn('iam')]), ''),
  /** ARNs that every alarm notifies, such as an SNS topic. */
  alarmActions: z._default(z.array(z.string().check(z.regex(/^arn:aws[a-z-]*:[a-z]+:/))), []),
  /** Prefix of the name of a runbook in an alarm. */
  runbooks: z._default(z.string(), 'docs/runbooks/'),
  /** ARNs of roles that may redrive dead letters, with `*` allowed. Only they, the rules and the functions may send. */
  operators: z._default(z.array(arn('iam')), []),
  logDays: z._default(days, 30),
  auditMinutes: z._default(z.int().check(z.gte(1), z.lte(60)), 5),
  /** Longest run of the reconcile function, in seconds. */
  timeoutSeconds: z._default(z.int().check(z.gte(10), z.lte(900)), 120),
  /** Settings by cluster; other clusters get the defaults. */
  forwarders: z._default(z.record(z.string(), ForwarderDeployment), {}),
});
export type DeploymentSettings = z.infer<typeof DeploymentSettings>;

/** Everything that the resources are derived from. */
export interface Deployment {
  /** Prefix of all names: `<service>-<stage>`. */
  readonly prefix: string;
  readonly settings: DeploymentSettings;
  readonly appliances: readonly ApplianceConfig[];
  /** All clusters, sorted. */
  readonly clusters: readonly string[];
  readonly forwarder: (cluster: string) => ForwarderDeployment;
}

/** Matches prefixes that leave room for the longest name in a queue's 80 characters (SQS quotas). */
const PREFIX = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;

/** @throws {ConfigurationInvalid} */
export function parseSettings(value: unknown): DeploymentSettings {
  const parsed = DeploymentSettings.safeParse(value);
  if (!parsed.success) throw new ConfigurationInvalid(`serverless.yml: custom.nspass: ${explain(parsed.error)}`);
  return parsed.data;
}

/**
 * Combines settings and appliances, and checks their references to each other.
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
    fail(`service and stage: "${prefix}" must be 2 to 30 lower-case letters, digits and -, beginning with a letter`);
  }
  const names = appliances.map(({ name }) => name);
  const clusters = [...new Set(appliances.flatMap((appliance) => appliance.clusters))].sort();
  const unknown = settings.paused.find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`custom.nspass.paused: ${settings.appliances} has no appliance "${unknown}"`);
  const unserved = Object.keys(settings.forwarders).find((cluster) => !clusters.includes(cluster));
  if (unserved !== undefined) fail(`custom.nspass.forwarders: no appliance serves the cluster "${unserved}"`);
  const { subnetIds, securityGroupIds } = settings.vpc;
  if (subnetIds.length > 0 !== securityGroupIds.length > 0) {
    fail('custom.nspass.vpc: subnetIds and securityGroupIds must be given together');
  }
  return {
    prefix,
    settings,
    appliances,
    clusters,
    forwarder: (cluster) => settings.forwarders[cluster] ?? ForwarderDeployment.parse({}),
  };
}
