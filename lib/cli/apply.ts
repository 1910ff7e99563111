import { Command } from 'commander';
import { namesOf } from '../netscaler/index.ts';
import { NitroError, NitroUnreachable } from '../nitro/index.ts';
import { commandsFor, statements } from '../preview/index.ts';
import { type BatchReport, reconcile } from '../reconcile/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from './appliance-target.ts';
import { Interrupted, type InterruptibleWriter, interruptible } from './interruptible-writer.ts';
import { INTERRUPTED, interruptibly } from './interrupts.ts';
import { type PlanFile, readPlan } from './plan-file.ts';
import { UsageError } from './usage.ts';

/** What a user does about a plan that is written in part. */
const UNFINISHED =
  'The Ingresses and TLSRoutes of the others are recorded as unfinished, so nothing is lost: run nspass plan again, it shows what is missing, and apply that.';

/** Outcomes that say that a part of the plan is not on the appliance. */
const FAILURES: ReadonlySet<string> = new Set(['Ingress Failed', 'TLSRoute Failed', 'Prune Refused']);

const say = (line: string): void => void process.stderr.write(`nspass: ${line}\n`);

interface Options extends ApplianceTargetOptions {
  readonly confirmRemovals?: boolean;
  readonly save?: boolean;
}

/** `nspass apply`: writes exactly a saved plan, if the appliance is still as the plan saw it. */
export function applyCommand(): Command {
  const command = new Command('apply')
    .argument('<file>', 'a plan that nspass plan --out saved')
    .option('--confirm-removals', 'write although the prune guard would refuse as many removals')
    .option('--save', 'save the appliance’s configuration afterwards');
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

Each appliance has one writer: pause its queue first, or use this where no deployment runs (docs/deploy/upgrade.md).
The commands that the appliance needs now must be exactly those of the plan. Otherwise nothing is written: plan again.

Examples:
  nspass plan manifests --nitro https://192.0.2.5 --cluster prod-eu --out plan.json
  nspass apply plan.json --nitro https://192.0.2.5

Ctrl-C finishes the request under way, and says how much is written.

Exit status: 0 where the plan is written, 1 where it is not, or not all of it, 2 for wrong usage, 3 where the appliance
cannot be reached, 130 after Ctrl-C.`,
    )
    .action(async (file: string, options: Options) => {
      const plan = readPlan(file);
      if (plan.refusal !== undefined && options.confirmRemovals !== true) {
        throw new UsageError(`${plan.refusal}. If that is meant, add --confirm-removals.`);
      }
      await withTarget(options, (target) => apply(target, plan, options));
    });
}

async function apply(target: ApplianceTarget, plan: PlanFile, options: Options): Promise<void> {
  checkTarget(target, plan);
  const { ledgerMap } = namesOf(target.config.systemId);
  let counting: InterruptibleWriter | undefined;
  await interruptibly(
    (signal) => {
      counting = interruptible(target.engine.writer, ledgerMap(plan.cluster), signal);
      return write(target, plan, options, counting, signal);
    },
    () => counting && `${written(counting, plan)}, and perhaps those of the request under way. ${UNFINISHED}`,
  );
}

const written = (counting: InterruptibleWriter, { commands }: PlanFile): string =>
  `${counting.written()} of ${commands.length} objects are written`;

/** @throws {UsageError} the plan is for another appliance. */
function checkTarget({ config }: ApplianceTarget, { appliance: { endpoints, systemId } }: PlanFile): void {
  if (config.systemId === systemId && config.endpoints.every((endpoint) => endpoints.includes(endpoint))) return;
  throw new UsageError(
    `The plan is for ${endpoints.join(', ')} (systemId ${systemId}), not for ${config.endpoints.join(', ')} (systemId ${config.systemId}).`,
  );
}

async function write(
  { engine }: ApplianceTarget,
  plan: PlanFile,
  options: Options,
  counting: InterruptibleWriter,
  signal: AbortSignal,
): Promise<void> {
  const events = statements(plan.states, { ...plan, appliance: engine.settings.appliance });
  const now = await commandsFor(engine, events);
  if (signal.aborted) {
    say('nothing was written.');
    process.exitCode = INTERRUPTED;
    return;
  }
  const differs = now.length !== plan.commands.length || now.some((command, index) => command !== plan.commands[index]);
  if (differs) {
    say('the appliance is not as the plan saw it: nothing was written. Run nspass plan again.');
    process.exitCode = 1;
    return;
  }
  const writing = { ...engine, writer: counting.writer, settings: { ...engine.settings, policy: 'sync' as const } };
  try {
    const report = await reconcile(writing, events, async () => {});
    const failed = tellResult(report, plan);
    if (!failed && options.save === true) await engine.writer.save();
  } catch (error) {
    const interrupted = error instanceof Interrupted;
    if (!interrupted && !(error instanceof NitroError) && !(error instanceof NitroUnreachable)) throw error;
    if (!interrupted) say(error.message);
    say(`${written(counting, plan)}. ${UNFINISHED}`);
    process.exitCode = interrupted ? INTERRUPTED : 1;
  }
}

/** Says what the appliance accepted and what not. @returns whether anything is missing. */
function tellResult({ changes, outcomes }: BatchReport, plan: PlanFile): boolean {
  say(`${changes.length} of ${plan.commands.length} objects are written.`);
  const failed = outcomes.filter(({ detailType }) => FAILURES.has(detailType));
  for (const { detailType, data } of failed) {
    const about = 'name' in data ? `${data.namespace}/${data.name}` : plan.cluster;
    const why = 'reason' in data ? `: ${String(data.reason)}` : '';
    say(`${detailType} ${about}${why}`);
  }
  if (failed.length === 0 && changes.length === plan.commands.length) return false;
  process.exitCode = 1;
  return true;
}
