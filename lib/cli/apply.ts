import { Command } from 'commander';
import { commandsFor, statements } from '../preview/index.ts';
import { reconcile } from '../reconcile/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from './appliance-target.ts';
import { type PlanFile, readPlan } from './plan-file.ts';
import { UsageError } from './usage.ts';

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

Exit status: 0 where the plan is written, 1 where it is not, or not all of it, 2 for wrong usage, 3 where the appliance
cannot be reached.`,
    )
    .action(async (file: string, options: Options) => {
      const plan = readPlan(file);
      if (plan.refusal !== undefined && options.confirmRemovals !== true) {
        throw new UsageError(`${plan.refusal}. If that is meant, add --confirm-removals.`);
      }
      await withTarget(options, (target) => apply(target, plan, options));
    });
}

async function apply({ engine, config }: ApplianceTarget, plan: PlanFile, options: Options): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`nspass: ${line}\n`);
  const { endpoints, systemId } = plan.appliance;
  if (config.systemId !== systemId || !config.endpoints.every((endpoint) => endpoints.includes(endpoint))) {
    throw new UsageError(
      `The plan is for ${endpoints.join(', ')} (systemId ${systemId}), not for ${config.endpoints.join(', ')} (systemId ${config.systemId}).`,
    );
  }
  const events = statements(plan.states, { ...plan, appliance: engine.settings.appliance });
  const now = await commandsFor(engine, events);
  const differs = now.length !== plan.commands.length || now.some((command, index) => command !== plan.commands[index]);
  if (differs) {
    say('the appliance is not as the plan saw it: nothing was written. Run nspass plan again.');
    process.exitCode = 1;
    return;
  }
  const writing = { ...engine, settings: { ...engine.settings, policy: 'sync' as const } };
  const { changes, outcomes } = await reconcile(writing, events, async () => {});
  say(`${changes.length} of ${plan.commands.length} objects are written.`);
  const failed = outcomes.filter(({ detailType }) => detailType === 'Ingress Failed' || detailType === 'Prune Refused');
  for (const { detailType, data } of failed) {
    const about = 'name' in data ? `${data.namespace}/${data.name}` : plan.cluster;
    const why = 'reason' in data ? `: ${String(data.reason)}` : '';
    say(`${detailType} ${about}${why}`);
  }
  if (failed.length > 0 || changes.length < plan.commands.length) process.exitCode = 1;
  else if (options.save === true) await engine.writer.save();
}
