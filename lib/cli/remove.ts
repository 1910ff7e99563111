import { Command, InvalidArgumentError } from 'commander';
import { Engines } from '../../functions/runtime.ts';
import { createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import { ConfigurationInvalid } from '../config/load.ts';
import { render } from '../plan/index.ts';
import { planRemoval, removeEverything } from '../reconcile/index.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { contact } from './contact.ts';
import { applianceOf, readConfig } from './read-config.ts';
import { UsageError } from './usage.ts';

/** Longest removal of one appliance, in milliseconds. */
const TIME_MS = 30 * 60_000;
/** How long the appliance may take for its first answer, in seconds. */
const FIRST_ANSWER_SECONDS = 60;

interface Options {
  readonly config: string;
  readonly appliance: string;
  readonly yes: boolean;
  readonly save: boolean;
  readonly region?: string;
  readonly endpoint?: string;
  readonly timeout: number;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 600) {
    throw new InvalidArgumentError('a whole number of seconds from 1 to 600 is needed.');
  }
  return value;
}

/** LIF-10: everything that the system made on an appliance goes; what others made stays. */
export function removeCommand(): Command {
  return new Command('remove')
    .requiredOption('--config <file>', 'appliances.yml')
    .requiredOption('--appliance <name>', 'the appliance')
    .option('--yes', 'do it', false)
    .option('--save', 'save the appliance’s configuration afterwards', false)
    .option('--timeout <seconds>', 'how long to try for a first answer of the appliance', seconds, FIRST_ANSWER_SECONDS)
    .option('--region <name>', 'region of the secret; of the environment where absent')
    .option('--endpoint <url>', 'another address than that of AWS, for the secret')
    .addHelpText(
      'after',
      `
Until then the appliance goes on serving, with the system gone. Pause its queue first (docs/deploy/removal.md): there is
one writer for each appliance, and this is another. \`server\` objects stay, as others may use them.

Examples:
  nspass remove --config appliances.yml --appliance edge
  nspass remove --config appliances.yml --appliance edge --yes --save

Exit status: 0 when nothing is left, 1 where the appliance refused something, 2 on bad input.`,
    )
    .action(async ({ config, appliance: name, yes, save, timeout, region, endpoint }: Options) => {
      const appliances = readConfig(config);
      const appliance = applianceOf(appliances, name, config);
      const { wrap, onRetry, gaveUp } = contact({
        say: (line) => void process.stderr.write(`nspass: ${line}\n`),
        now: () => performance.now(),
        after: (ms, action) => {
          const timer = setTimeout(action, ms);
          return () => clearTimeout(timer);
        },
      });
      const engines = new Engines({
        reserveMs: 0,
        wrap,
        onRetry,
        appliances,
        credentials: createCredentialsProvider({
          secrets: () =>
            secretsManagerClient({
              ...(endpoint === undefined ? {} : { endpoint }),
              ...(region === undefined ? {} : { region }),
            }),
        }),
        random: Math.random,
        now: Date.now,
        metrics: silentMetrics,
      });
      try {
        // One that is away or silent shows before anything else is asked.
        await engines.engineOf(appliance, timeout * 1000).reader.rows('nsversion');
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
      } catch (error) {
        throw error instanceof ConfigurationInvalid ? UsageError.of(error) : gaveUp(error);
      } finally {
        await engines.close();
      }
    });
}
