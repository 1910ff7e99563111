import { Command, InvalidArgumentError } from 'commander';
import { createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import { ConfigurationInvalid } from '../config/load.ts';
import { render } from '../plan/index.ts';
import { planRemoval, removeEverything, servedHosts } from '../removal/index.ts';
import { Engines } from '../runtime/engines.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { type CloudOptions, clientOf, withCloud } from './cloud.ts';
import { contact } from './contact.ts';
import { applianceOf, readConfig } from './read-config.ts';
import { kindsText, removalJson, servedText } from './remove-text.ts';
import { UsageError } from './usage.ts';

/** Longest removal of one appliance, in milliseconds. */
const TIME_MS = 30 * 60_000;
/** How long the appliance may take for its first answer, in seconds. */
const FIRST_ANSWER_SECONDS = 60;

interface Options extends CloudOptions {
  readonly config: string;
  readonly appliance: string;
  readonly yes: boolean;
  readonly save: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
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
  const command = new Command('remove')
    .requiredOption('--config <file>', 'appliances.yml')
    .requiredOption('--appliance <name>', 'the appliance')
    .option('--yes', 'do it', false)
    .option('--save', 'save the appliance’s configuration afterwards', false)
    .option('--timeout <seconds>', 'how long to try for a first answer of the appliance', seconds, FIRST_ANSWER_SECONDS)
    .option('-v, --verbose', 'list every object', false)
    .option('--json', 'one JSON object a line: the plan, and the result', false);
  return withCloud(command, 'of the secret', ', for the secret')
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
    .action(async (options: Options) => {
      const { config, appliance: name, yes, save, timeout, json, verbose } = options;
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const tell = (line: string): void => void process.stdout.write(`${line}\n`);
      const cloud = clientOf(options);
      const appliances = readConfig(config);
      const appliance = applianceOf(appliances, name, config);
      const { wrap, onRetry, gaveUp } = contact({
        say: (line) => say(`nspass: ${line}`),
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
          secrets: () => secretsManagerClient(cloud),
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
        const served = await servedHosts(reader, appliance.systemId);
        if (json) tell(JSON.stringify(removalJson(served, plan)));
        for (const line of servedText(served, yes)) say(line);
        if (verbose && !json) for (const change of plan) tell(render(change));
        else if (!json && plan.length > 0) say(`objects: ${kindsText(plan)} (-v lists them)`);
        if (!yes) {
          say(`${plan.length} objects would be removed from ${name}: --yes does it.`);
          return;
        }
        const { done, refused, left } = await removeEverything(writer, appliance.systemId, plan);
        for (const { change, error } of refused) {
          say(`refused: ${change === undefined ? '' : `${render(change)}: `}${error.message}`);
        }
        if (left) say('something else still names some of it: run this again to see what is left.');
        say(`${done} of ${plan.length} objects are removed from ${name}.`);
        if (json) tell(JSON.stringify({ type: 'result', removed: done, refused: refused.length, left }));
        if (refused.length > 0 || left) process.exitCode = 1;
        else if (save) await writer.save();
      } catch (error) {
        throw error instanceof ConfigurationInvalid ? UsageError.of(error) : gaveUp(error);
      } finally {
        await engines.close();
      }
    });
}
