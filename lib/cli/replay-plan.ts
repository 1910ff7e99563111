import {
  DescribeArchiveCommand,
  type DescribeArchiveCommandOutput,
  DescribeEventBusCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { type BusRule, listRules } from '../aws/rules.ts';
import { DeploymentMissing } from './cloud-failure.ts';
import { nameHint } from './name-hint.ts';
import { UsageError } from './usage.ts';

/** Archive, times and rules of a replay. */
export interface ReplayPlan {
  readonly archiveArn: string;
  readonly busArn: string;
  /** Absent: as far back as the appliances need. */
  readonly from?: Date;
  readonly to: Date;
  readonly archive: {
    /** Time of its first event, in milliseconds since the epoch. */
    readonly since: number;
    readonly events: number;
  };
  readonly rules: readonly ReplayRule[];
  /** Clusters whose snapshots are needed; all if empty. */
  readonly clusters: readonly string[];
}

/** A rule that delivers desired state to an appliance. */
export interface ReplayRule {
  readonly arn: string;
  readonly appliance: string;
  readonly clusters: readonly string[];
}

export interface ReplaySelection {
  /** Name of bus and archive: `<service>-<stage>`. */
  readonly deployment: string;
  /** Absent: as far back as the appliances need. */
  readonly from?: Date;
  readonly to: Date;
  /** Only these; all if empty. */
  readonly appliances: readonly string[];
  /** Only appliances that serve one of these; all if empty. */
  readonly clusters: readonly string[];
}

/** Prefix of the rules that deliver desired state; the name of the appliance follows. */
const RULE_PREFIX = 'desired_';

/**
 * Resolves a request to the archive and the rules of the deployment.
 *
 * @throws {DeploymentMissing}
 * @throws {UsageError} for an unknown appliance or cluster, or an empty time range.
 */
export async function planReplay(
  client: Pick<EventBridgeClient, 'send'>,
  request: ReplaySelection,
): Promise<ReplayPlan> {
  const { deployment } = request;
  const archive = await archiveOf(client, deployment);
  const bus = await client.send(new DescribeEventBusCommand({ Name: deployment })).catch(missingDeployment(deployment));
  const archiveArn = archive.ArchiveArn ?? '';
  const busArn = bus.Arn ?? archive.EventSourceArn ?? '';
  // Events have times in whole seconds: rounding outwards keeps the first and the last event in the range.
  const to = wholeSecond(request.to, Math.ceil);
  const oldest = Math.max(
    archive.CreationTime?.getTime() ?? 0,
    (archive.RetentionDays ?? 0) === 0 ? 0 : to.getTime() - (archive.RetentionDays ?? 0) * DAY_MS,
  );
  const since = wholeSecond(new Date(oldest), Math.floor);
  const from = request.from === undefined ? undefined : wholeSecond(request.from, Math.floor);
  const begins = from ?? since;
  if (begins >= to)
    throw new UsageError(`the time range is empty: ${begins.toISOString()} is not before ${to.toISOString()}.`);
  const all = desiredRules(await listRules(client, deployment, RULE_PREFIX));
  return {
    archiveArn,
    busArn,
    to,
    ...(from === undefined ? {} : { from }),
    archive: { since: since.getTime(), events: archive.EventCount ?? 0 },
    rules: selectRules(all, request),
    clusters: request.clusters,
  };
}

/** @throws {DeploymentMissing} */
export function archiveOf(
  client: Pick<EventBridgeClient, 'send'>,
  deployment: string,
): Promise<DescribeArchiveCommandOutput> {
  return client.send(new DescribeArchiveCommand({ ArchiveName: deployment })).catch(missingDeployment(deployment));
}

const DAY_MS = 86_400_000;

function wholeSecond(time: Date, round: (value: number) => number): Date {
  return new Date(round(time.getTime() / 1000) * 1000);
}

function missingDeployment(deployment: string): (error: Error) => never {
  return (error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
    throw new DeploymentMissing(deployment, { cause: error });
  };
}

/** Returns the rules that deliver desired state, with the appliances that they deliver to. */
export function desiredRules(rules: readonly BusRule[]): ReplayRule[] {
  return rules
    .filter(({ name }) => name.startsWith(RULE_PREFIX))
    .map(({ name, arn, pattern }) => ({
      arn,
      appliance: name.slice(RULE_PREFIX.length),
      clusters: clustersOf(pattern),
    }));
}

function clustersOf(pattern: string): string[] {
  const { detail } = JSON.parse(pattern) as { detail?: { data?: { cluster?: string[] } } };
  return detail?.data?.cluster ?? [];
}

/**
 * Returns the rules of the requested appliances, or of those that serve a requested cluster.
 *
 * @throws {UsageError} for an unknown appliance or cluster.
 */
export function selectRules(
  rules: readonly ReplayRule[],
  request: Pick<ReplaySelection, 'appliances' | 'clusters'>,
): ReplayRule[] {
  const known = rules.map(({ appliance }) => appliance);
  const unknown = request.appliances.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`the deployment has no appliance "${unknown}": ${nameHint(unknown, known)}`);
  }
  const served = [...new Set(rules.flatMap(({ clusters }) => clusters))];
  const unserved = request.clusters.find((name) => !served.includes(name));
  if (unserved !== undefined) {
    throw new UsageError(`no appliance serves the cluster "${unserved}": ${nameHint(unserved, served)}`);
  }
  return rules.filter(
    ({ appliance, clusters }) =>
      (request.appliances.length === 0 || request.appliances.includes(appliance)) &&
      (request.clusters.length === 0 || clusters.some((name) => request.clusters.includes(name))),
  );
}
