import { describe, expect, it } from 'vitest';
import { EVERYTHING, type IngressState, type KeyRange, ownerKey, PREFIXES } from '../../../lib/contract/index.ts';
import {
  type Decision,
  decide,
  decodeLedger,
  encodeIngress,
  type Ledger,
  type LedgerRow,
  owedWatermarks,
  type Single,
  type Snapshot,
  type Statement,
  watermarkOver,
} from '../../../lib/ledger/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { type FinishedTask, finalRows, pendingRows } from '../../../lib/reconcile/apply/ledger-rows.ts';
import { type Task, taskOf } from '../../../lib/reconcile/decide/task.ts';
import { EMPTY_LEDGER } from '../../support/empty-ledger.ts';
import { CLUSTER, state } from '../../support/events.ts';
import { ALL, patient } from '../../support/patience.ts';

/**
 * Every small world of one Ingress, two snapshots and up to two changes, in every order of delivery, in every batch,
 * with any repeats and with a crash of any batch: the states that the ledger can reach are few, so all are visited.
 * The decisions and the rows are the real ones; the appliance is the version that it routes.
 */

const owner = { cluster: CLUSTER, namespace: 'default', name: 'a' };
const KEY = ownerKey(owner);
const PREFIX = KEY.slice(0, 2);
const index = PREFIXES.indexOf(PREFIX);
const at = (offset: number): string => PREFIXES[index + offset] as string;

const RANGES = {
  all: EVERYTHING,
  low: { from: EVERYTHING.from, to: PREFIX },
  high: { from: PREFIX, to: EVERYTHING.to },
  only: { from: PREFIX, to: PREFIX },
  below: { from: EVERYTHING.from, to: at(-1) },
  above: { from: at(1), to: EVERYTHING.to },
} as const satisfies Record<string, KeyRange>;
type Range = keyof typeof RANGES;
const containsKey = (range: Range): boolean => range !== 'below' && range !== 'above';

/** Same, containing, contained, overlapping, side by side, and such that meet around the key. */
const PAIRS: readonly [Range, Range][] = [
  ['all', 'all'],
  ['all', 'low'],
  ['low', 'all'],
  ['only', 'high'],
  ['low', 'high'],
  ['all', 'above'],
  ['below', 'all'],
];

type Version = 'v1' | 'v2' | 'gone';
const STATES: Readonly<Record<Version, IngressState | undefined>> = {
  v1: state('a', { service: 'v1' }),
  v2: state('a', { service: 'v2' }),
  gone: undefined,
};

/** A statement with an id, and the version of the Ingress that it contains: undefined when it does not name it. */
interface NamedStatement {
  readonly id: string;
  readonly sequence: number;
  readonly says: Version | undefined;
  readonly mark: Range | undefined;
  readonly statement: Statement<IngressState>;
}

const remembered = new Map<string, NamedStatement>();
function remember(id: string, make: () => Omit<NamedStatement, 'id'>): NamedStatement {
  const known = remembered.get(id) ?? { id, ...make() };
  remembered.set(id, known);
  return known;
}

const single = (sequence: number, version: Version): NamedStatement =>
  remember(`${version}@${sequence}`, () => {
    const statement: Single<IngressState> = { kind: 'single', owner, sequence, state: STATES[version], verify: false };
    return { sequence, says: version, mark: undefined, statement };
  });

const snapshot = (sequence: number, version: Version, range: Range, flagged: boolean): NamedStatement =>
  remember(`S${flagged ? '*' : ''}@${sequence} ${range}=${version}`, () => {
    const present = STATES[version];
    const statement: Snapshot<IngressState> = {
      kind: 'snapshot',
      cluster: CLUSTER,
      ...RANGES[range],
      sequence,
      flagged,
      verify: false,
      exempt: false,
      present: new Map(present === undefined || !containsKey(range) ? [] : [[KEY, { owner, state: present }]]),
      listed: new Set(),
    };
    return { sequence, says: containsKey(range) ? version : undefined, mark: flagged ? range : undefined, statement };
  });

/** What is on the appliance: rows of the ledger, and the version that is routed. */
interface Appliance {
  readonly rows: ReadonlyMap<string, LedgerRow>;
  readonly routed: Version;
}

const nameOf = ({ rows, routed }: Appliance): string =>
  `${routed} ${[...rows.values()]
    .map(({ key, value }) => `${key}=${value}`)
    .sort()
    .join(' ')}`;

const ENDINGS = ['done', 'crash before the plan', 'crash behind the plan'] as const;
type Ending = (typeof ENDINGS)[number];

const versionOf = (task: Task): Version =>
  (task.wanted?.backends[0]?.service as Version | undefined) ?? ('gone' as const);

/** Interprets a decision; one like it was perhaps seen before. */
const interpreted = new Map<string, Task | undefined>();
function interpret(decision: Decision<IngressState>): Task | undefined {
  const { state: wanted, row, by, sequence, verify } = decision;
  const record = row === undefined ? '' : encodeIngress(row).value;
  const question = `${wanted?.backends[0]?.service} ${by.kind} ${sequence} ${verify} ${record}`;
  if (!interpreted.has(question)) interpreted.set(question, taskOf(decision, NO_CONFIG));
  const task = interpreted.get(question);
  return task === undefined ? undefined : { ...task, decision };
}
const NAMES = namesOf('nsp');
const NO_CONFIG = { filter: {}, rules: { hostOwnership: [], ipsets: [] } };

/** One batch, as `reconcile` does it. */
function deliver(
  { rows, routed }: Appliance,
  ledger: Ledger,
  batch: readonly NamedStatement[],
  how: Ending,
): Appliance {
  const statements = batch.map(({ statement }) => statement);
  const snapshots = statements.filter((statement) => statement.kind === 'snapshot');
  const { decisions, outvoted } = decide(statements, ledger);
  const tasks = decisions.flatMap((decision) => interpret(decision) ?? []);
  const planned = tasks.filter(({ action }) => action === 'plan' || action === 'verify');
  const touched = planned.filter((task) => versionOf(task) !== routed);
  const changed = new Set(touched.map(({ decision }) => decision.by as Snapshot<IngressState>));
  const marks = owedWatermarks(snapshots, ledger, outvoted, changed);

  const next = new Map(rows);
  for (const row of pendingRows(touched, marks, [], 0)) next.set(row.key, row);
  if (how === 'crash before the plan') return { rows: next, routed };
  const now = touched.reduce<Version>((_, task) => versionOf(task), routed);
  if (how === 'crash behind the plan') return { rows: next, routed: now };
  const finished = tasks.flatMap((task): FinishedTask[] => {
    const begun = touched.includes(task);
    const { row, by } = task.decision;
    // A snapshot leaves an unchanged record as it is.
    const same = row?.state === 'applied' && (row.kind === 'live') === (task.wanted !== undefined);
    const unsaid = task.action === 'none' || (by.kind === 'snapshot' && (same || row === undefined) && !begun);
    return unsaid ? [] : [{ task, begun }];
  });
  const { add, removeKeys } = finalRows({ names: NAMES }, ledger, { finished, watermarks: marks });
  for (const row of add) next.set(row.key, row);
  for (const key of removeKeys) next.delete(key);
  return { rows: next, routed: now };
}

/** States that were ever reached, each with the ends of the batches that came to it: worlds share what they have in common. */
interface State {
  readonly id: number;
  readonly name: string;
  readonly appliance: Appliance;
  readonly ledger: Ledger;
  readonly after: Map<number, State>;
}
const states = new Map<string, State>();
function stateOf(appliance: Appliance): State {
  const name = nameOf(appliance);
  const known = states.get(name);
  if (known !== undefined) return known;
  const ledger = decodeLedger([...appliance.rows.values()]);
  const state = { id: states.size, name, appliance, ledger, after: new Map() };
  states.set(name, state);
  return state;
}

interface Batch {
  readonly id: number;
  readonly events: readonly NamedStatement[];
  /** Bits of the events of its world. */
  readonly delivered: number;
  /** In the order of time, each once: the ones that crash, too. */
  readonly inOrder: boolean;
}
const batchIds = new Map<string, number>();
function batchOf(world: readonly NamedStatement[], positions: readonly number[]): Batch {
  const events = positions.map((position) => world[position] as NamedStatement);
  const name = events.map((event) => event.id).join();
  const id = batchIds.get(name) ?? batchIds.size;
  batchIds.set(name, id);
  const inOrder = positions.every((position, each) => each === 0 || position > (positions[each - 1] as number));
  return { id, events, delivered: positions.reduce((mask, position) => mask | (1 << position), 0), inOrder };
}

function after(state: State, { id, events }: Batch, how: Ending): State {
  const question = id * ENDINGS.length + ENDINGS.indexOf(how);
  const answer = state.after.get(question) ?? stateOf(deliver(state.appliance, state.ledger, events, how));
  state.after.set(question, answer);
  return answer;
}

/** Returns every batch of one or two events in any order, the same twice included; of more events forward and backward. */
function batchesOf(events: readonly NamedStatement[]): Batch[] {
  const all = events.map((_, position) => position);
  const pairs = all.flatMap((one) => all.map((two) => [one, two]));
  const more = [0b0111, 0b1011, 0b1101, 0b1110, 0b1111]
    .map((mask) => all.filter((position) => (mask >> position) & 1))
    .filter((positions) => positions.length > 2);
  const backward = more.map((positions) => positions.toReversed());
  return [...all.map((position) => [position]), ...pairs, ...more, ...backward].map((each) => batchOf(events, each));
}

/** Returns the fault of an appliance that got every event; undefined when it agrees with the model. */
function wrong(
  { appliance: { routed }, ledger: { watermarks, ingresses } }: State,
  events: readonly NamedStatement[],
): string | undefined {
  const last = events.filter(({ says }) => says !== undefined).at(-1);
  if (last !== undefined && routed !== last.says) return `${routed} is routed, not ${last.says}`;
  for (const { mark, sequence } of events) {
    if (mark === undefined) continue;
    const { from, to } = RANGES[mark];
    for (const prefix of new Set([from, to, PREFIX])) {
      if (prefix < from || prefix > to || watermarkOver(prefix, watermarks) >= sequence) continue;
      return `the mark @${sequence} of the flagged snapshot is not over ${prefix}`;
    }
  }
  const record = ingresses.get(KEY);
  if (record?.kind === 'tombstone' && watermarkOver(KEY, watermarks) >= record.sequence)
    return 'a covered tombstone is left';
  return undefined;
}

/** A state, the events that were received until then, and the delivery that led there. */
interface Visit {
  readonly state: State;
  readonly received: number;
  readonly from?: { readonly visit: Visit; readonly batch: Batch; readonly how: Ending };
}

const wayTo = ({ from }: Visit): string =>
  from === undefined
    ? ''
    : `${wayTo(from.visit)} → {${from.batch.events.map(({ id }) => id).join(', ')}}${from.how === 'done' ? '' : `† ${from.how}`}`;

/** Visits every state that these deliveries can reach; returns the first that is wrong, with the way to it. */
function explore(events: readonly NamedStatement[], start: Appliance): string | undefined {
  const batches = batchesOf(events);
  const all = (1 << events.length) - 1;
  const numberOf = ({ state, received }: Visit): number => state.id * 16 + received;
  const first: Visit = { state: stateOf(start), received: 0 };
  const seen = new Set([numberOf(first)]);
  const open = [first];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    for (const batch of batches) {
      for (const how of batch.inOrder ? ENDINGS : (['done'] as const)) {
        // A crashed batch comes again, also where its events had been received before.
        const received = how === 'done' ? visit.received | batch.delivered : visit.received & ~batch.delivered;
        const next: Visit = { state: after(visit.state, batch, how), received, from: { visit, batch, how } };
        const number = numberOf(next);
        if (seen.has(number)) continue;
        seen.add(number);
        const fault = received === all ? wrong(next.state, events) : undefined;
        if (fault !== undefined) return `${fault}:${wayTo(next)}; left: ${next.state.name}`;
        open.push(next);
      }
    }
  }
  return undefined;
}

type Change = 'v1' | 'v2' | 'gone' | 'silent v2' | 'silent gone' | undefined;
const CHANGES: readonly Change[] = ['v1', 'v2', 'gone', 'silent v2', 'silent gone', undefined];
/** Where the two changes (c) and the two snapshots (s) of a world stand in time. */
const TIMES = ['ccss', 'cscs', 'cssc', 'sccs', 'scsc'];

/** Returns the statements of a forwarder; undefined when nothing changes, or when the snapshot would have to be flagged. */
function worldOf(
  times: string,
  changes: readonly Change[],
  ranges: readonly Range[],
  flags: readonly boolean[],
): NamedStatement[] | undefined {
  const events: NamedStatement[] = [];
  const [left, views] = [[...changes], ranges.map((range, each) => ({ range, flagged: flags[each] as boolean }))];
  let now: Version = 'gone';
  let unsaid = false;
  for (const [step, kind] of [...times].entries()) {
    const sequence = (step + 1) * 10;
    if (kind === 's') {
      const { range, flagged } = views.shift() as (typeof views)[number];
      // Rule 4: a snapshot with a change that no single event carried is flagged.
      if (unsaid && containsKey(range) && !flagged) return undefined;
      if (containsKey(range)) unsaid = false;
      events.push(snapshot(sequence, now, range, flagged));
      continue;
    }
    const change = left.shift();
    if (change === undefined) continue;
    const next = change.replace('silent ', '') as Version;
    if (next === now) return undefined;
    now = next;
    if (change === next) events.push(single(sequence, next));
    unsaid = change !== next;
  }
  return unsaid ? undefined : events;
}

const WORLDS: readonly Appliance[] = [
  { rows: new Map(), routed: 'gone' },
  // An earlier flagged snapshot has been here.
  deliver({ rows: new Map(), routed: 'gone' }, EMPTY_LEDGER, [snapshot(5, 'gone', 'all', true)], 'done'),
];

describe('rules 1 to 7: every order, batch, repeat and crash of two snapshots and what changes around them', () => {
  // The rest is as long again, each: `npm run test:all` visits them.
  it.each(ALL ? PAIRS : PAIRS.slice(0, 2))('of the ranges %s and %s', { timeout: patient(600_000) }, (...ranges) => {
    let worlds = 0;
    for (const times of TIMES) {
      for (const changes of CHANGES.flatMap((one) => CHANGES.map((two) => [one, two]))) {
        for (const flags of [0, 1, 2, 3].map((bits) => [(bits & 1) === 1, (bits & 2) === 2])) {
          const events = worldOf(times, changes, ranges, flags);
          if (events === undefined) continue;
          for (const start of WORLDS) {
            worlds += 1;
            expect(explore(events, start), events.map(({ id }) => id).join(', ')).toBeUndefined();
          }
        }
      }
    }
    expect(worlds).toBeGreaterThan(100);
  });
});
