import { Argument, Command, Option } from 'commander';
import type { Fold } from '../history/index.ts';
import { nearest } from '../ingress/nearest.ts';
import { atCommands } from './at-commands.ts';
import { type ApplianceLines, atJson, atTable, atYaml, linesOf } from './at-report.ts';
import { foldHistory, type HistoryOptions, timeText, withHistorySource } from './history-source.ts';
import { INTERRUPTED } from './interrupts.ts';
import { screenOf } from './terminal.ts';
import { timeOption } from './time-option.ts';
import { UsageError } from './usage.ts';
import { foldedHost } from './why/folded-host.ts';

const FORMATS = ['table', 'json', 'yaml', 'commands'] as const;

interface Options extends HistoryOptions {
  readonly host?: string;
  readonly cluster?: string;
  readonly output: (typeof FORMATS)[number];
}

/** `nspass at`: what was configured at a time, and which event explains each line. Reads an archive only. */
export function atCommand(): Command {
  const command = new Command('at')
    .addArgument(
      new Argument('<time>', 'time, such as 2026-11-24T08:00:00Z, or an age, such as 2h').argParser(timeOption),
    )
    .option('--host <name>', 'only this host, and wildcards that cover it')
    .option('--cluster <name>', 'only what this cluster claims')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(FORMATS).default('table'));
  return withHistorySource(command)
    .addHelpText(
      'after',
      `
The engine's own rules fold the archived events up to the time, and its second, into the routes of each appliance. SINCE and
EVENT name the event since which a host leads where it does. -o commands prints what an empty appliance would be given.

An archive holds what clusters wanted. It does not tell what an appliance rejected, what was changed by hand, and what
appliances.yml was at that time: --config is used as it is now.

Examples:
  nspass at 2h --archive .nspass
  nspass at 2026-11-24T08:00:00Z --archive events.jsonl --config appliances.yml --host shop.example.com
  nspass at 7d --archive events.jsonl --config appliances.yml --appliance edge -o json
  nspass at 2h --deployment nspass-prod --config appliances.yml

With --deployment, EventBridge replays its archive to a queue that is made for it and removed at the end: no function gets
these events. The role needs the permissions in docs/history.md.

Exit status: 0 where the archive tells everything about each cluster, 1 where something may be missing, 2 for wrong usage,
130 after Ctrl-C.`,
    )
    .action(async (time: Date, options: Options) => {
      const until = Math.floor(time.getTime() / 1000) * 1000;
      const fold = await foldHistory(options, { command, until: new Date(until) });
      if (fold === undefined) {
        process.exitCode = INTERRUPTED;
        return;
      }
      const filter = {
        ...(options.host === undefined ? {} : { host: foldedHost(options.host) }),
        ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
      };
      checkCluster(fold, options.cluster);
      const shown = linesOf(fold, filter);
      if (filter.host !== undefined) checkHost(fold, shown, filter.host, until);
      process.stdout.write(`${await rendered(fold, shown, { ...filter, output: options.output, until })}\n`);
      process.exitCode = fold.completeness().every(([, { complete }]) => complete) ? 0 : 1;
    });
}

async function rendered(
  fold: Fold,
  shown: readonly ApplianceLines[],
  { output, until, ...filter }: Pick<Options, 'host' | 'cluster' | 'output'> & { readonly until: number },
): Promise<string> {
  switch (output) {
    case 'table':
      return atTable(fold, shown, until, screenOf(process.stdout));
    case 'json':
      return JSON.stringify(atJson(fold, shown, until), null, 2);
    case 'yaml':
      return atYaml(fold, shown, until);
    case 'commands': {
      const lists = await Promise.all(fold.appliances.map(({ model }) => atCommands(model, filter, until)));
      const named = fold.appliances.length > 1;
      return lists
        .flatMap((list, index) => [...(named ? [`# ${fold.appliances[index]?.model.rules.appliance}`] : []), ...list])
        .join('\n');
    }
  }
}

/** @throws {UsageError} if the archive never names the cluster. */
function checkCluster(fold: Fold, cluster: string | undefined): void {
  const known = fold.completeness().map(([name]) => name);
  if (cluster === undefined || known.includes(cluster)) return;
  throw new UsageError(`the archive has no event of the cluster "${cluster}": it has those of ${known.join(', ')}.`);
}

/** @throws {UsageError} if no line covers the host. */
function checkHost(fold: Fold, shown: readonly ApplianceLines[], host: string, until: number): void {
  if (shown.some(({ lines }) => lines.length > 0)) return;
  const hosts = new Set(fold.appliances.flatMap(({ model }) => model.hosts.sorted().map(({ entry }) => entry.host)));
  const meant = nearest(host, [...hosts]);
  const hint = meant === undefined ? `nspass history ${host} shows whether it ever was.` : `Did you mean ${meant}?`;
  throw new UsageError(`no appliance had ${host} at ${timeText(until)}. ${hint}`);
}
