import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readStatus, STATE_FILTERS } from '../status/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from './appliance-target.ts';
import { repeatable } from './repeatable.ts';
import { checkStates, filterRoutes, type StatusFilter } from './status-filter.ts';
import { renderStatus, STATUS_FORMATS, type StatusFormat } from './status-format.ts';
import { screenOf } from './terminal.ts';

interface Options extends ApplianceTargetOptions, StatusFilter {
  readonly output: StatusFormat;
  readonly watch?: boolean;
  readonly interval: number;
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 3_600) return value;
  throw new InvalidArgumentError('expected a whole number of seconds from 1 to 3600.');
}

/** `nspass status`: every host that the system serves on an appliance. Reads only. */
export function statusCommand(): Command {
  const command = new Command('status')
    .argument('[host]', 'only this host; * stands for any characters')
    .option('-n, --namespace <name>', 'only Ingresses of this namespace')
    .option('--cluster <name>', 'only Ingresses of this cluster')
    .option('--state <state>', `only this state (repeatable): ${STATE_FILTERS.join(', ')}`, repeatable)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(STATUS_FORMATS).default('table'))
    .option('-w, --watch', 'print again whenever something changes, until Ctrl-C')
    .option('--interval <seconds>', 'with --watch: how often to read', seconds, 5);
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

States: serving (a member is up), down (no member is up), empty (no member: connections are reset), redirect,
unbound (claimed, but no row leads to its back end), stray (a row that no Ingress claims).

Examples:
  nspass status --nitro https://192.0.2.5
  nspass status 'shop.*' --config appliances.yml --appliance edge -o wide
  nspass status --config appliances.yml --state down --state empty
  nspass status --config appliances.yml -o json | jq '.[] | select(.up == 0)'

Exit status: 0, 2 for wrong usage, 3 where the appliance cannot be reached.`,
    )
    .action(async (host: string | undefined, options: Options) => {
      checkStates(options.state);
      const filter = { ...options, ...(host === undefined ? {} : { host }) };
      await withTarget(options, async (target) => {
        if (options.watch === true) await follow(target, filter, options);
        else process.stdout.write(`${await show(target, filter, options.output)}\n`);
      });
    });
}

async function show(
  { engine, config, statistics }: ApplianceTarget,
  filter: StatusFilter,
  format: StatusFormat,
): Promise<string> {
  // The table has no room for connections.
  const counters = format === 'table' ? undefined : statistics;
  const routes = filterRoutes(await readStatus(engine.reader, config.systemId, counters), filter);
  return renderStatus(format, routes, screenOf(process.stdout), Date.now());
}

async function follow(target: ApplianceTarget, filter: StatusFilter, { output, interval }: Options): Promise<void> {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  let before: string | undefined;
  while (!ended.signal.aborted) {
    target.renew();
    const text = await show(target, filter, output);
    if (text !== before) process.stdout.write(`${text}\n`);
    before = text;
    await sleep(interval * 1000, undefined, { signal: ended.signal }).catch(() => undefined);
  }
}
