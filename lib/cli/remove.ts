import { Command } from 'commander';
import { Engines } from '../../functions/runtime.ts';
import { createCredentialsProvider } from '../aws/secrets.ts';
import { render } from '../plan/index.ts';
import { planRemoval, removeEverything } from '../reconcile/index.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { readConfig } from './read-config.ts';
import { UsageError } from './usage.ts';

/** Longest removal of one appliance, in milliseconds. */
const TIME_MS = 30 * 60_000;

interface Options {
  readonly config: string;
  readonly appliance: string;
  readonly yes: boolean;
  readonly save: boolean;
}

/** LIF-10: everything that the system made on an appliance goes; what others made stays. */
export function removeCommand(): Command {
  return new Command('remove')
    .description('remove everything that this system made on an appliance; without --yes, say what that is')
    .requiredOption('--config <file>', 'appliances.yml')
    .requiredOption('--appliance <name>', 'the appliance')
    .option('--yes', 'do it', false)
    .option('--save', 'save the appliance’s configuration afterwards', false)
    .addHelpText(
      'after',
      `
Until then the appliance goes on serving, with the system gone. Pause its queue first (docs/deploy/removal.md): there is
one writer for each appliance, and this is another. \`server\` objects stay, as others may use them.

Exit status: 0 when nothing is left, 1 where the appliance refused something, 2 on bad input.`,
    )
    .action(async ({ config, appliance: name, yes, save }: Options) => {
      const appliances = readConfig(config);
      const appliance = appliances.find((candidate) => candidate.name === name);
      if (appliance === undefined) {
        const known = appliances.map((candidate) => candidate.name).join(', ');
        throw new UsageError(`${config} has no appliance "${name}": there are ${known}.`);
      }
      const engines = new Engines({
        appliances,
        credentials: createCredentialsProvider(),
        random: Math.random,
        now: Date.now,
        metrics: silentMetrics,
      });
      try {
        const { reader, writer } = engines.engineOf(appliance, TIME_MS);
        const plan = await planRemoval(reader, appliance.systemId);
        for (const change of plan) process.stdout.write(`${render(change)}\n`);
        if (!yes) {
          process.stderr.write(`${plan.length} objects would be removed from ${name}: --yes does it.\n`);
          return;
        }
        const { done, refused, left } = await removeEverything(writer, appliance.systemId, plan);
        for (const { change, error } of refused) {
          process.stderr.write(`refused: ${change === undefined ? '' : `${render(change)}: `}${error.message}\n`);
        }
        if (left) process.stderr.write('something else still names some of it: run this again to see what is left.\n');
        process.stderr.write(`${done} of ${plan.length} objects are removed from ${name}.\n`);
        if (refused.length > 0 || left) process.exitCode = 1;
        else if (save) await writer.save();
      } finally {
        await engines.close();
      }
    });
}
