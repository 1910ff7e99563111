import { Command, Option } from 'commander';
import { type ApplianceTargetOptions, CREDENTIALS_HELP, withApplianceTarget } from '../appliance-target.ts';
import { readConfig } from '../read-config.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { checkAppliance } from './appliance-group.ts';
import { type DoctorGroup, exitStatus } from './check.ts';
import { checksJson, renderChecks } from './render.ts';

interface Options extends ApplianceTargetOptions {
  readonly tryWrites?: boolean;
  readonly output: 'table' | 'json';
}

/** `nspass doctor`: whether everything that the system needs is there. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .option('--try-writes', 'send writes for names that do not exist, to see whether the user may write')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'));
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP} Without --appliance, every appliance of the file is checked.

✓ is as needed, ✗ is not, with what to do, ? was not seen. Nothing is changed. One side that cannot be reached hides no
other. The permissions to write are read from the command policies of the user, who often may not read them: --try-writes
then sends writes for names that do not exist, which the appliance refuses, and logs.

Examples:
  nspass doctor --nitro https://192.0.2.5
  nspass doctor --config appliances.yml --appliance edge --try-writes
  nspass doctor --config appliances.yml -o json

Exit status: 0 where nothing is wrong, 1 where something is, 2 for wrong usage, 3 where nothing could be reached.`,
    )
    .action(async (options: Options) => {
      const groups = await checkAll(options);
      const text = options.output === 'json' ? checksJson(groups) : renderChecks(groups, screenOf(process.stdout));
      process.stdout.write(`${text}\n`);
      process.exitCode = exitStatus(groups);
    });
}

/** Checks one side after the other, so that progress on standard error is about one. */
async function checkAll(options: Options): Promise<DoctorGroup[]> {
  const appliances = appliancesOf(options);
  if (appliances.length === 0) {
    throw new UsageError('Nothing to check is named: add --nitro URL, or --config appliances.yml.');
  }
  const groups: DoctorGroup[] = [];
  for (const appliance of appliances) groups.push(await checkAppliance(appliance));
  return groups;
}

/** Returns the options of each appliance: of the one that is named, or of every one in the file. */
function appliancesOf(options: Options): Options[] {
  const { nitro, config, appliance } = options;
  if (nitro === undefined && config === undefined) return [];
  if (nitro !== undefined || config === undefined || appliance !== undefined) return [options];
  return readConfig(config).map(({ name }) => ({ ...options, appliance: name }));
}
