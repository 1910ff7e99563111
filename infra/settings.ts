import * as z from 'zod/mini';
import type { ApplianceConfig } from '../lib/config/appliances.ts';
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { explain } from '../lib/contract/index.ts';

const arn = (service: string) =>
  z.string().check(z.regex(new RegExp(`^arn:aws[a-z-]*:${service}:[^\\s]*$`), `an ARN of ${service}`));
const kubernetesName = z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/));
const days = z.int().check(z.gte(1), z.lte(3653));

/** How the pods of a cluster's forwarder become its role, and how often it must be heard. */
const ForwarderDeployment = z.strictObject({
  namespace: z._default(kubernetesName, 'nspass'),
  serviceAccount: z._default(kubernetesName, 'nspass-forwarder'),
  /** EKS Pod Identity: the association is made with the cluster. */
  podIdentity: z._default(z.boolean(), true),
  /** IRSA: ARN of the cluster's OIDC provider. */
  oidcProvider: z.optional(arn('iam')),
  /** Minutes between its scheduled snapshots: `publish.snapshotIntervalMs` of its chart. */
  snapshotMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 15),
  /** Further principals that may assume it: of a cluster outside AWS, the role that IAM Roles Anywhere gives it. */
  principals: z._default(z.array(arn('iam')), []),
});
export type ForwarderDeployment = z.infer<typeof ForwarderDeployment>;

/** `custom.nspass` of serverless.yml: what differs from one deployment to the next, the appliances apart. */
export const DeploymentSettings = z.strictObject({
  /** Path of appliances.yml, from the root of the project. */
  appliances: z.string().check(z.minLength(1)),
  /** Days that the archive keeps desired state; 0 for ever. */
  archiveDays: z._default(z.int().check(z.gte(0), z.lte(3653)), 0),
  /** Appliances whose queue is not read for the time being: their events wait, up to 14 days. */
  paused: z._default(z.array(z.string()), []),
  /** `none`: SQS encrypts with its own keys. `create`: a key of this stack. Or the ARN of a key. */
  kmsKey: z._default(z.union([z.enum(['none', 'create']), arn('kms')]), 'none'),
  /** Where the appliances are reached from; outside a VPC where absent. */
  vpc: z._default(
    z.strictObject({
      subnetIds: z._default(z.array(z.string().check(z.regex(/^subnet-[0-9a-z]+$/))), []),
      securityGroupIds: z._default(z.array(z.string().check(z.regex(/^sg-[0-9a-z]+$/))), []),
    }),
    { subnetIds: [], securityGroupIds: [] },
  ),
  permissionsBoundary: z._default(z.union([z.literal(''), arn('iam')]), ''),
  /** ARNs that every alarm tells: an SNS topic, for example. */
  alarmActions: z._default(z.array(z.string().check(z.regex(/^arn:aws[a-z-]*:[a-z]+:/))), []),
  /** Stands before the name of a runbook in an alarm. */
  runbooks: z._default(z.string(), 'docs/runbooks/'),
  /** ARNs of roles, `*` in them allowed, that put dead letters back: nobody else but rules and functions may send. */
  operators: z._default(z.array(arn('iam')), []),
  logDays: z._default(days, 30),
  auditMinutes: z._default(z.int().check(z.gte(1), z.lte(60)), 5),
  /** Longest run of the reconcile function, in seconds. */
  timeoutSeconds: z._default(z.int().check(z.gte(10), z.lte(900)), 120),
  /** By cluster. A cluster that is not here gets the defaults. */
  forwarders: z._default(z.record(z.string(), ForwarderDeployment), {}),
});
export type DeploymentSettings = z.infer<typeof DeploymentSettings>;

/** Everything that the resources follow from. */
export interface Deployment {
  /** Stands before the name of everything: `<service>-<stage>`. */
  readonly prefix: string;
  readonly settings: DeploymentSettings;
  readonly appliances: readonly ApplianceConfig[];
  /** All clusters, sorted. */
  readonly clusters: readonly string[];
  readonly forwarder: (cluster: string) => ForwarderDeployment;
}

/** Leaves room in a queue's 80 characters for the longest name behind it (SQS quotas). */
const PREFIX = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;

/** @throws {ConfigurationInvalid} */
export function parseSettings(value: unknown): DeploymentSettings {
  const parsed = DeploymentSettings.safeParse(value);
  if (!parsed.success) throw new ConfigurationInvalid(`serverless.yml: custom.nspass: ${explain(parsed.error)}`);
  return parsed.data;
}

/**
 * Puts settings and appliances together, and checks what each says of the other.
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
  const stranger = settings.paused.find((name) => !names.includes(name));
  if (stranger !== undefined) fail(`custom.nspass.paused: ${settings.appliances} has no appliance "${stranger}"`);
  const nowhere = Object.keys(settings.forwarders).find((cluster) => !clusters.includes(cluster));
  if (nowhere !== undefined) fail(`custom.nspass.forwarders: no appliance serves a cluster "${nowhere}"`);
  const { subnetIds, securityGroupIds } = settings.vpc;
  if (subnetIds.length > 0 !== securityGroupIds.length > 0) {
    fail('custom.nspass.vpc: subnetIds and securityGroupIds belong together');
  }
  return {
    prefix,
    settings,
    appliances,
    clusters,
    forwarder: (cluster) => settings.forwarders[cluster] ?? ForwarderDeployment.parse({}),
  };
}
