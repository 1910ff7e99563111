import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  type EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { DeploymentMissing } from './cloud-failure.ts';
import { UsageError } from './usage.ts';

/** What a replay brings, and to whom. */
export interface ReplayPlan {
  readonly archiveArn: string;
  readonly busArn: string;
  /** Absent: as far back as the appliances need. */
  readonly from?: Date;
  readonly to: Date;
  readonly archive: {
    /** Its first event, in milliseconds since the epoch. */
    readonly since: number;
    readonly events: number;
  };
  readonly rules: readonly ReplayRule[];
  /** Only these are of interest; all where empty. */
  readonly clusters: readonly string[];
}

/** A rule that brings desired state to an appliance. */
export interface ReplayRule {
  readonly arn: string;
  readonly appliance: string;
  readonly clusters: readonly string[];
}

export interface ReplayWish {
  /** Name of bus and archive: `<service>-<stage>`. */
  readonly deployment: string;
  /** Absent: as far back as the appliances need. */
  readonly from?: Date;
  readonly to: Date;
  /** Only these; all where empty. */
  readonly appliances: readonly string[];
  /** Only appliances that serve one of these; all where empty. */
  readonly clusters: readonly string[];
}

/** Name of the rule that brings an appliance its desired state, without the appliance. */
const RULE = 'desired_';

/**
 * Looks up what a wish means in the cloud.
 *
 * @throws {DeploymentMissing}
 * @throws {UsageError} where there is no such appliance or cluster, or nothing lies between the times.
 */
export async function planReplay(client: Pick<EventBridgeClient, 'send'>, wish: ReplayWish): Promise<ReplayPlan> {
  const { deployment } = wish;
  const archive = await client
    .send(new DescribeArchiveCommand({ ArchiveName: deployment }))
    .catch(notThere(deployment));
  const bus = await client.send(new DescribeEventBusCommand({ Name: deployment })).catch(notThere(deployment));
  const archiveArn = archive.ArchiveArn ?? '';
  const busArn = bus.Arn ?? archive.EventSourceArn ?? '';
  // Events have their time in whole seconds: the first and the last of a range must not fall out of it.
  const to = wholeSecond(wish.to, Math.ceil);
  const oldest = Math.max(
    archive.CreationTime?.getTime() ?? 0,
    (archive.RetentionDays ?? 0) === 0 ? 0 : to.getTime() - (archive.RetentionDays ?? 0) * DAY_MS,
  );
  const since = wholeSecond(new Date(oldest), Math.floor);
  const from = wish.from === undefined ? undefined : wholeSecond(wish.from, Math.floor);
  const begins = from ?? since;
  if (begins >= to) throw new UsageError(`nothing lies between ${begins.toISOString()} and ${to.toISOString()}.`);
  const all = await rulesOf(client, deployment);
  return {
    archiveArn,
    busArn,
    to,
    ...(from === undefined ? {} : { from }),
    archive: { since: since.getTime(), events: archive.EventCount ?? 0 },
    rules: choose(all, wish),
    clusters: wish.clusters,
  };
}

const DAY_MS = 86_400_000;

function wholeSecond(time: Date, round: (value: number) => number): Date {
  return new Date(round(time.getTime() / 1000) * 1000);
}

function notThere(deployment: string): (error: Error) => never {
  return (error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
    throw new DeploymentMissing(deployment, { cause: error });
  };
}

async function rulesOf(client: Pick<EventBridgeClient, 'send'>, bus: string): Promise<ReplayRule[]> {
  const rules: ReplayRule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListRulesCommand({ EventBusName: bus, NamePrefix: RULE, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    for (const { Name = '', Arn = '', EventPattern = '{}' } of page.Rules ?? []) {
      rules.push({ arn: Arn, appliance: Name.slice(RULE.length), clusters: clustersOf(EventPattern) });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

function clustersOf(pattern: string): string[] {
  const { detail } = JSON.parse(pattern) as { detail?: { data?: { cluster?: string[] } } };
  return detail?.data?.cluster ?? [];
}

/** The rules of the appliances that were named, or that serve a cluster that was. */
export function choose(rules: readonly ReplayRule[], wish: Pick<ReplayWish, 'appliances' | 'clusters'>): ReplayRule[] {
  const stranger = wish.appliances.find((name) => !rules.some(({ appliance }) => appliance === name));
  if (stranger !== undefined) {
    throw new UsageError(
      `there is no appliance "${stranger}" (${rules.map(({ appliance }) => appliance).join(', ')}).`,
    );
  }
  const nowhere = wish.clusters.find((name) => !rules.some(({ clusters }) => clusters.includes(name)));
  if (nowhere !== undefined) throw new UsageError(`no appliance serves a cluster "${nowhere}".`);
  return rules.filter(
    ({ appliance, clusters }) =>
      (wish.appliances.length === 0 || wish.appliances.includes(appliance)) &&
      (wish.clusters.length === 0 || clusters.some((name) => wish.clusters.includes(name))),
  );
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A time as ISO 8601, or so long ago: `90m`, `12h`, `7d`, `4w`.
 *
 * @param now milliseconds since the epoch.
 */
export function parseTime(text: string, now: number): Date | undefined {
  const ago = /^([1-9][0-9]{0,5})([mhdw])$/.exec(text);
  if (ago !== null) return new Date(now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0));
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
