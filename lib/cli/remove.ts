import { Command, InvalidArgumentError } from 'commander';
import { readRecords } from '../adopt/index.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { ConfigurationInvalid } from '../config/load.ts';
import { render } from '../plan/index.ts';
import type { Engine } from '../reconcile/index.ts';
import { planRemoval, removeEverything, servedHosts } from '../removal/index.ts';
import { terminalEngines } from './appliance-engines.ts';
import { type CloudOptions, withCloud } from './cloud.ts';
import { applianceOf, readConfig } from './read-config.ts';
import { adoptionText, kindsText, plural, removalJson, servedText } from './remove-text.ts';
import { UsageError } from './usage.ts';

/** Longest time to clear one appliance, in milliseconds. */
const REMOVAL_MS = 30 * 60_000;
/** Longest wait for the first answer of the appliance, in seconds. */
const FIRST_ANSWER_SECONDS = 60;

interface Options extends CloudOptions {
  readonly config?: string;
  readonly appliance?: string;
  readonly yes: boolean;
  readonly save: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly timeout: number;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 600) {
    throw new InvalidArgumentError('Expected a whole number of seconds from 1 to 600.');
  }
  return value;
}

/** Returns `nspass remove`, which removes what the system created on an appliance, and nothing else (LIF-10). */
export function removeCommand(): Command {
  const command = new Command('remove')
    // Checked below: commander would ask for them before it names an unknown option.
    .option('--config <file>', 'appliances.yml with the appliance')
    .option('--appliance <name>', 'appliance in that file')
    .option('--yes', 'remove the objects; without it, they are only listed', false)
    .option('--save', 'save the appliance’s configuration afterwards', false)
    .option(
      '--timeout <seconds>',
      'seconds to wait for the first answer of the appliance',
      seconds,
      FIRST_ANSWER_SECONDS,
    )
    .option('-v, --verbose', 'list every object', false)
    .option('--json', 'print one JSON object per line: the plan and the result', false);
  return withCloud(command, 'of the secret', ', for the secret')
    .addHelpText(
      'after',
      `
Without this command, an appliance keeps serving after the rest of the system is gone. Pause its queue first
(docs/deploy/removal.md), because this command is a second writer. \`server\` objects stay, because others may use them.
While nspass adopt shares a front end with the vendor's controller, nothing is removed.

Examples:
  nspass remove --config appliances.yml --appliance edge
  nspass remove --config appliances.yml --appliance edge --yes --save

Exit status: 0 if nothing is left, 1 if the appliance refused a removal, is unreachable or shares a front end, 2 for
invalid input.`,
    )
    .action(run);
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(options: Options): Promise<void> {
  const { config, appliance: name, timeout } = options;
  if (config === undefined || name === undefined) {
    const missing = config === undefined ? '--config FILE' : '--appliance NAME';
    throw new UsageError(`${missing} is missing: name the appliance that is to be cleaned up.`);
  }
  const appliances = readConfig(config);
  const appliance = applianceOf(appliances, name, config);
  const { engines, gaveUp } = terminalEngines(appliances, options);
  try {
    // The first request shows whether the appliance is reachable, within the time for a first answer.
    await engines.engineOf(appliance, timeout * 1000).reader.rows('nsversion');
    await removeFrom(engines.engineOf(appliance, REMOVAL_MS), appliance, options);
  } catch (error) {
    throw error instanceof ConfigurationInvalid ? UsageError.of(error) : gaveUp(error);
  } finally {
    await engines.close();
  }
}

async function removeFrom(
  { reader, writer }: Pick<Engine, 'reader' | 'writer'>,
  { name, systemId }: ApplianceConfig,
  { yes, save, json, verbose }: Options,
): Promise<void> {
  const records = await readRecords(reader, systemId);
  for (const record of records) say(adoptionText(record));
  if (records.length > 0 && yes) {
    say(`nothing was removed from ${name}.`);
    if (json) print(JSON.stringify({ type: 'result', removed: 0, refused: 0, left: true }));
    process.exitCode = 1;
    return;
  }
  const plan = await planRemoval(reader, systemId);
  const served = await servedHosts(reader, systemId);
  if (json) print(JSON.stringify(removalJson(served, plan)));
  for (const line of servedText(served, yes)) say(line);
  if (verbose && !json) for (const change of plan) print(render(change));
  else if (!json && plan.length > 0) say(`objects: ${kindsText(plan)} (-v lists them)`);
  if (!yes) {
    say(`${plural(plan.length, 'object')} would be removed from ${name}: add --yes to remove them.`);
    return;
  }
  const { done, refused, left } = await removeEverything(writer, systemId, plan);
  for (const { change, error } of refused) {
    say(`refused: ${change === undefined ? '' : `${render(change)}: `}${error.message}`);
  }
  if (left) say('some objects are still in use by others: run the command again to list what is left.');
  say(`removed ${done} of ${plural(plan.length, 'object')} from ${name}.`);
  if (json) print(JSON.stringify({ type: 'result', removed: done, refused: refused.length, left }));
  if (refused.length > 0 || left) process.exitCode = 1;
  else if (save) await writer.save();
}
