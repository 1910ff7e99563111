import type { Figure } from '../figure.ts';
import { type Results, rowOf, rowsOf, type Scenario } from './results.ts';
import { count, megabytes, time, times } from './units.ts';

/** A promise of the project, what was measured, and the least that is possible. */
export interface Judged extends Figure {
  /** What the appliance alone needs. */
  readonly limit?: string;
}

const MANY = 10_000;
const MOST = 50_000;
const LIMIT_RATIO = 1.5;
const GOAL_RATIO = 1.25;
const CPU_AN_INGRESS_MS = 0.3;
const UNCHANGED_CPU_MS = 500;
const FUNCTION_MB = 1_024;
const MOST_REQUESTS = 12;
/** Work may grow so many times faster than the number of Ingresses, because a run is never exact. */
const LINEAR = 1.2;
const ALL: readonly (readonly [Scenario, string])[] = [
  ['cold', 'an empty appliance is filled'],
  ['verified', 'everything is verified'],
  ['audit', 'an audit'],
];

/** Returns every target that the report measures; what is not measured is not met. */
export function judge(results: Results): Judged[] {
  const cold = rowOf(results, 'cold', MANY);
  const ratio = cold?.limit === undefined ? Number.NaN : cold.ours.wallMs / cold.limit.wallMs;
  const unchanged = rowOf(results, 'unchanged', MANY);
  return [
    judged(
      {
        what: `${count(MANY)} Ingresses onto an empty appliance: time beside the limit`,
        target: `≤ ${LIMIT_RATIO} times, ${GOAL_RATIO} is the goal`,
      },
      cold,
      ({ ours, limit }) => ({
        measured: `${times(ratio)} times (${time(ours.wallMs)})`,
        limit: limit === undefined ? '' : time(limit.wallMs),
        met: ratio <= LIMIT_RATIO,
      }),
    ),
    judged(
      { what: '… processor time of the engine for each Ingress', target: `≤ ${CPU_AN_INGRESS_MS} ms` },
      cold,
      ({ ours }) => ({
        measured: `${(ours.cpuMs / MANY).toFixed(2)} ms`,
        met: ours.cpuMs / MANY <= CPU_AN_INGRESS_MS,
      }),
    ),
    judged(
      {
        what: 'the same snapshot again: processor time, and writes',
        target: `≤ ${time(UNCHANGED_CPU_MS)}, no writes`,
      },
      unchanged,
      ({ ours }) => ({
        measured: `${time(ours.cpuMs)}, ${ours.writes} writes`,
        met: ours.cpuMs <= UNCHANGED_CPU_MS && ours.writes === 0,
      }),
    ),
    ...ALL.map(([scenario, what]) => growth(results, scenario, what)),
    ...ALL.map(([scenario, what]) =>
      judged(
        {
          what: `${count(MOST)} Ingresses, ${what}: peak memory`,
          target: `≤ ${megabytes(FUNCTION_MB)}, that of the function`,
        },
        rowOf(results, scenario, MOST),
        ({ ours }) => ({ measured: megabytes(ours.peakMb), met: ours.peakMb <= FUNCTION_MB }),
      ),
    ),
    changes(results),
    judged(
      { what: 'replay of an archive to an appliance that is up to date', target: 'no writes' },
      rowsOf(results).find(({ scenario }) => scenario === 'archive'),
      ({ ours, events = 0 }) => ({
        measured: `${ours.writes} writes, ${count(events / (ours.wallMs / 1_000))} events a second`,
        met: ours.writes === 0,
      }),
    ),
    ...results.parts.flatMap(({ figures = [] }) => figures.filter(({ target }) => target !== undefined)),
  ];
}

type Promised = Required<Pick<Judged, 'what' | 'target'>>;

function judged<T>(
  promised: Promised,
  measured: T | undefined,
  judge: (measured: T) => Pick<Judged, 'measured' | 'limit' | 'met'>,
): Judged {
  if (measured === undefined) return { ...promised, measured: 'not measured', met: false };
  return { ...promised, ...judge(measured) };
}

/** Compares processor time, because others on the machine lengthen the rest. */
function growth(results: Results, scenario: Scenario, action: string): Judged {
  const [few, most] = [MANY, MOST].map((size) => rowOf(results, scenario, size));
  const limit = (MOST / MANY) * LINEAR;
  const promised = {
    what: `${count(MOST / MANY)} times the Ingresses (${count(MANY)} → ${count(MOST)}), ${action}: processor time`,
    target: `≤ ${limit.toFixed(0)} times`,
  };
  return judged(promised, few === undefined ? undefined : most, ({ ours }) => {
    const ratio = ours.cpuMs / (few?.ours.cpuMs ?? Number.NaN);
    return { measured: `${ratio.toFixed(1)} times`, met: ratio <= limit };
  });
}

function changes(results: Results): Judged {
  const all = results.parts.find(({ name }) => name === `estate-${MANY}`)?.changes ?? [];
  const promised = {
    what: `one Ingress changed among ${count(MANY)}: requests`,
    target: `≤ ${MOST_REQUESTS}, the same as among 10`,
  };
  return judged(promised, all.length === 0 ? undefined : all, (costs) => {
    const most = Math.max(...costs.map(({ many }) => many));
    const same = costs.every(({ few, many }) => few === many);
    return {
      measured: `at most ${most}, ${same ? 'the same as' : 'others than'} among 10`,
      met: same && most <= MOST_REQUESTS,
    };
  });
}
