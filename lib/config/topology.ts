import { DESIRED_STATE, type DetailType, OUTCOMES, SOURCES } from '../contract/index.ts';

/** What `topology` must know of an appliance. */
export interface ServedClusters {
  readonly name: string;
  /** The clusters that it serves. */
  readonly clusters: readonly string[];
}

/** An EventBridge event pattern: JSON, as the service takes it. */
export type EventPattern = Readonly<Record<string, unknown>>;

export interface QueueSpec {
  /** Name without the deployment's prefix; a FIFO queue's ends in `.fifo`. */
  readonly name: string;
  readonly purpose: 'work' | 'outcomes' | 'dead-letter' | 'parking' | 'undelivered';
  readonly fifo: boolean;
  /** The appliance whose writes it serialises, of a `work` queue. */
  readonly appliance?: string;
  /** The cluster whose forwarder reads it, of an `outcomes` queue. */
  readonly cluster?: string;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  /** After so many receives a message moves to another queue. */
  readonly redrive?: { readonly queue: string; readonly maxReceives: number };
}

export interface RuleSpec {
  readonly name: string;
  readonly description: string;
  readonly pattern: EventPattern;
  /** Name of the queue that it sends to. */
  readonly target: string;
  /** The constant message group, for a FIFO queue. */
  readonly messageGroup?: string;
  /** Name of the standard queue that takes what the target queue did not. */
  readonly undelivered: string;
}

export interface Topology {
  /** Name of the one event bus. */
  readonly bus: string;
  readonly queues: readonly QueueSpec[];
  readonly rules: readonly RuleSpec[];
  readonly archive: { readonly name: string; readonly pattern: EventPattern; readonly retentionDays: number };
}

export interface TopologyOptions {
  /** Name of bus and archive. */
  name?: string;
  /** Longest run of the reconcile function, in seconds: the visibility time-out is six times that, as AWS advises. */
  functionTimeoutSeconds?: number;
  /** Overrides the visibility time-out that follows from it (local use, where nobody waits for minutes). */
  visibilitySeconds?: number;
  /** Days that the archive keeps desired state; 0 for ever. */
  archiveDays?: number;
}

/**
 * Names that no appliance and no cluster can have, as those have no underscore: so their queues can't collide.
 * FIFO, because SQS wants the dead-letter queue of a FIFO queue to be one.
 */
export const DEAD_LETTERS = 'dead_letters.fifo';
/** Dead letters that were reported, for redrive. */
export const PARKING = 'parked_letters.fifo';
/** What rules could not deliver and what forwarders could not read. Standard: EventBridge takes no FIFO queue here. */
export const UNDELIVERED = 'undelivered';

const DAY = 86_400;
/** At up to 15 minutes from one receive to the next, more than two days: a day's outage loses nothing. */
const WORK_MAX_RECEIVES = 250;
const OUTCOME_MAX_RECEIVES = 20;
/** What the function behind the dead letters cannot report is parked unreported. */
const REPORT_MAX_RECEIVES = 20;
/** Characters of an event pattern (EventBridge quotas). */
const MAX_PATTERN = 2048;

export function workQueueName(appliance: string): string {
  return `${appliance}.fifo`;
}

/** Queue names have no dots: `_` stands for one, which no cluster name has. */
export function outcomesQueueName(cluster: string): string {
  return `outcomes_${cluster.replaceAll('.', '_')}`;
}

/** The constant message group of an appliance's queue: one writer at a time. */
export function messageGroup(appliance: string): string {
  return appliance;
}

/**
 * Everything between the publishers and the functions: one bus, for each appliance a queue with two rules, for each
 * cluster a queue with one, the archive. The single source for the deployment and for the local mode.
 *
 * @throws {RangeError} where two appliances have one name, or one serves more clusters than a rule's pattern can name.
 */
export function topology(appliances: readonly ServedClusters[], options: TopologyOptions = {}): Topology {
  const { name = 'nspass', functionTimeoutSeconds = 120, archiveDays = 0 } = options;
  const visibilitySeconds = options.visibilitySeconds ?? 6 * functionTimeoutSeconds;
  const names = appliances.map((appliance) => appliance.name);
  const twice = names.find((appliance, index) => names.indexOf(appliance) !== index);
  if (twice !== undefined) throw new RangeError(`two appliances are named "${twice}"`);
  const clusters = [...new Set(appliances.flatMap((appliance) => appliance.clusters))].sort();

  const work = (appliance: ServedClusters): QueueSpec => ({
    name: workQueueName(appliance.name),
    purpose: 'work',
    fifo: true,
    appliance: appliance.name,
    visibilitySeconds,
    retentionSeconds: 14 * DAY,
    redrive: { queue: DEAD_LETTERS, maxReceives: WORK_MAX_RECEIVES },
  });
  const outcomes = (cluster: string): QueueSpec => ({
    name: outcomesQueueName(cluster),
    purpose: 'outcomes',
    fifo: false,
    cluster,
    visibilitySeconds: 30,
    retentionSeconds: 4 * DAY,
    redrive: { queue: UNDELIVERED, maxReceives: OUTCOME_MAX_RECEIVES },
  });
  const last = { visibilitySeconds, retentionSeconds: 14 * DAY };

  const rules = [...appliances.flatMap(applianceRules), ...clusters.map(clusterRule)];
  const long = rules.find((rule) => JSON.stringify(rule.pattern).length > MAX_PATTERN);
  if (long !== undefined) {
    throw new RangeError(`rule ${long.name} would have a pattern of more than ${MAX_PATTERN} characters`);
  }
  return {
    bus: name,
    queues: [
      { name: UNDELIVERED, purpose: 'undelivered', fifo: false, ...last },
      { name: PARKING, purpose: 'parking', fifo: true, ...last },
      {
        name: DEAD_LETTERS,
        purpose: 'dead-letter',
        fifo: true,
        ...last,
        redrive: { queue: PARKING, maxReceives: REPORT_MAX_RECEIVES },
      },
      ...appliances.map(work),
      ...clusters.map(outcomes),
    ],
    rules,
    archive: {
      name,
      // Outcomes would bring nothing back. What a replay brings, EventBridge does not keep twice by itself.
      pattern: desiredState,
      retentionDays: archiveDays,
    },
  };
}

/** Only functions report and ask for work. Under a source of their own anybody in the account may say anything. */
const ours = { source: [SOURCES.functions] };

const desiredState = { source: [SOURCES.forwarder], 'detail-type': [...DESIRED_STATE] };

function applianceRules(appliance: ServedClusters): RuleSpec[] {
  const to = {
    target: workQueueName(appliance.name),
    messageGroup: messageGroup(appliance.name),
    undelivered: UNDELIVERED,
  };
  return [
    {
      name: `desired_${appliance.name}`,
      description: `Desired state of the clusters that ${appliance.name} serves`,
      pattern: { ...desiredState, detail: { data: { cluster: [...appliance.clusters] } } },
      ...to,
    },
    {
      name: `work_${appliance.name}`,
      description: `Saves and clean-ups of ${appliance.name}`,
      pattern: {
        ...ours,
        'detail-type': ['Work Requested' satisfies DetailType],
        detail: { data: { appliance: [appliance.name] } },
      },
      ...to,
    },
  ];
}

function clusterRule(cluster: string): RuleSpec {
  return {
    name: `outcomes_${cluster}`,
    description: `Outcomes and requests for the forwarder of ${cluster}`,
    pattern: {
      ...ours,
      'detail-type': [...OUTCOMES, 'Resync Requested' satisfies DetailType],
      detail: { data: { cluster: [cluster] } },
    },
    target: outcomesQueueName(cluster),
    undelivered: UNDELIVERED,
  };
}
