import { DESIRED_STATE, type DetailType, OUTCOMES, SOURCES } from '../contract/index.ts';

/** What the audit says to the forwarder of a cluster. */
const REQUESTS: readonly DetailType[] = ['Resync Requested', 'Certificates Expiring'];

/** An appliance, with the clusters that it serves. */
export interface ServedClusters {
  readonly name: string;
  readonly clusters: readonly string[];
}

/** An EventBridge event pattern, as JSON. */
export type EventPattern = Readonly<Record<string, unknown>>;

export interface QueueSpec {
  /** Name without the prefix of the deployment; that of a FIFO queue ends in `.fifo`. */
  readonly name: string;
  readonly purpose: 'work' | 'outcomes' | 'dead-letter' | 'parking' | 'undelivered';
  readonly fifo: boolean;
  /** Appliance whose writes a `work` queue serialises. */
  readonly appliance?: string;
  /** Cluster whose forwarder reads an `outcomes` queue. */
  readonly cluster?: string;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  /** Queue that a message moves to after this many receives. */
  readonly redrive?: { readonly queue: string; readonly maxReceives: number };
}

export interface RuleSpec {
  readonly name: string;
  readonly description: string;
  readonly pattern: EventPattern;
  /** Name of the queue that the rule sends to. */
  readonly target: string;
  /** Constant message group, for a FIFO queue. */
  readonly messageGroup?: string;
  /** Name of the standard queue for undelivered events. */
  readonly undelivered: string;
}

export interface Topology {
  /** Name of the event bus. */
  readonly bus: string;
  readonly queues: readonly QueueSpec[];
  readonly rules: readonly RuleSpec[];
  readonly archive: { readonly name: string; readonly pattern: EventPattern; readonly retentionDays: number };
}

export interface TopologyOptions {
  /** Name of bus and archive. */
  name?: string;
  /** Longest run of the reconcile function, in seconds. The visibility time-out is six times that, as AWS advises. */
  functionTimeoutSeconds?: number;
  /** Overrides that visibility time-out (local use, where minutes are too long). */
  visibilitySeconds?: number;
  /** Days that the archive keeps desired state; 0 for ever. */
  archiveDays?: number;
}

/**
 * Queue of dead letters. Its underscore cannot occur in the name of an appliance or cluster, so their queues cannot collide.
 * It is FIFO, because SQS requires that of the dead-letter queue of a FIFO queue.
 */
export const DEAD_LETTERS = 'dead_letters.fifo';
/** Queue of dead letters that were reported, for redrive. */
export const PARKING = 'parked_letters.fifo';
/** Queue of events that rules could not deliver or forwarders could not read. EventBridge requires a standard queue. */
export const UNDELIVERED = 'undelivered';

/** Functions that read queues, by name after the prefix of the deployment. */
export const READERS = { work: 'reconcile', 'dead-letter': 'dead-letter' } as const;

const DAY = 86_400;
/**
 * Receives before an event becomes a dead letter. With up to 15 minutes between them they last about two days, so that an
 * outage of a day loses nothing.
 */
const WORK_MAX_RECEIVES = 250;
const OUTCOME_MAX_RECEIVES = 20;
/** Receives after which a dead letter is parked unreported. */
const REPORT_MAX_RECEIVES = 20;
/** Longest event pattern, in characters (EventBridge quotas). */
const MAX_PATTERN = 2048;

export function workQueueName(appliance: string): string {
  return `${appliance}.fifo`;
}

/** Returns the queue of a cluster. Queue names have no dots, so `_` replaces them; cluster names have no `_`. */
export function outcomesQueueName(cluster: string): string {
  return `outcomes_${cluster.replaceAll('.', '_')}`;
}

/** Returns the constant message group of an appliance's queue, which makes one writer at a time. */
function messageGroup(appliance: string): string {
  return appliance;
}

/**
 * Returns everything between the publishers and the functions: one bus, a queue with two rules for each appliance, a queue
 * with one rule for each cluster, and the archive. Deployment and local mode both use it.
 *
 * @throws {RangeError} if two appliances have one name, or one serves more clusters than the pattern of a rule can hold.
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
      // A replay needs no outcomes, and EventBridge does not archive replayed events again.
      pattern: desiredState,
      retentionDays: archiveDays,
    },
  };
}

/** Restricts rules to events of the functions. Others in the account may publish under sources of their own. */
const fromFunctions = { source: [SOURCES.functions] };

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
        ...fromFunctions,
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
      ...fromFunctions,
      'detail-type': [...OUTCOMES, ...REQUESTS],
      detail: { data: { cluster: [cluster] } },
    },
    target: outcomesQueueName(cluster),
    undelivered: UNDELIVERED,
  };
}
