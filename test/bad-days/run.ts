import { account } from './account.ts';
import type { Appliance } from './appliance.ts';
import { comeToRest } from './calm.ts';
import { Faults } from './faults.ts';
import { type Schedule, type Step, TENANT_ACTIONS, type TenantAction } from './schedule.ts';
import { connectToAll, Pods } from './sockets.ts';
import type { Violation } from './watch.ts';
import { START, World } from './world.ts';

const MINUTE = 60_000;

/** What came of a schedule. */
export interface RunResult {
  readonly schedule: Schedule;
  readonly violations: readonly Violation[];
  /** Short hash of everything that happened: equal for two runs of one schedule. */
  readonly digest: string;
  /** Steps that were carried out. */
  readonly steps: number;
  /** Faults by kind; a kind of bus or breakage names its mode, too. */
  readonly faults: ReadonlyMap<string, number>;
  /** Routes that were asked for their members. */
  readonly probes: number;
  /** Real TLS connections. */
  readonly connections: number;
  /** Longest time to rest, in intervals of snapshots and audits. */
  readonly rounds: number;
  readonly counts: ReadonlyMap<string, number>;
  /** What happened, line by line, where it was asked for. */
  readonly journal: readonly string[];
}

export interface RunOptions {
  readonly journal?: boolean;
  /** Ends after the first violation; true by default. */
  readonly stopEarly?: boolean;
}

/** Carries out a schedule in a new world. */
export async function run(
  schedule: Schedule,
  { journal = false, stopEarly = true }: RunOptions = {},
): Promise<RunResult> {
  const pods = schedule.world.sockets ? new Pods() : undefined;
  const world = new World(schedule, {
    keepJournal: journal,
    judged: account,
    ...(pods === undefined ? {} : { resolveMember: pods.resolve }),
  });
  const faults = new Faults(world);
  const kinds = new Map<string, number>();
  let [steps, rounds, connections] = [0, 0, 0];
  await world.start();
  try {
    for (const step of schedule.steps) {
      await world.clock.advanceTo(START + step.at * MINUTE);
      if (stopEarly && world.violations.length > 0) break;
      world.journal.write(`STEP ${JSON.stringify(step)}`);
      steps += 1;
      for (const appliance of world.appliances.values()) world.watch.lookAtForeign(appliance, 'before a step');
      if (step.do === 'calm') {
        await faults.endAll();
        rounds = Math.max(rounds, await comeToRest(world));
        if (pods !== undefined) connections += await connectToAll(world);
      } else if (isTenants(step)) world.change(step);
      else {
        const kind = kindOf(step);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        await faults.carryOut(step);
        if ('appliance' in step) world.watch.look(world.appliances.get(step.appliance) as Appliance, `after ${kind}`);
      }
    }
  } finally {
    await world.stop();
    await pods?.stop();
  }
  return {
    schedule,
    violations: world.violations,
    digest: world.journal.digest(),
    steps,
    faults: kinds,
    probes: world.watch.probes,
    connections,
    rounds,
    counts: world.journal.counts,
    journal: world.journal.lines,
  };
}

const isTenants = (step: Step): step is Step & TenantAction => TENANT_ACTIONS.has(step.do);

function kindOf(step: Step): string {
  if (step.do === 'bus') return `bus ${step.mode}`;
  if (step.do === 'break') return `break ${step.how}`;
  if (step.do === 'api-empty') return `api-empty ${step.kind}`;
  if (step.do === 'reboot') return step.save ? 'reboot, saved' : 'reboot, not saved';
  return step.do;
}
