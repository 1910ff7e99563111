import { Command, Option } from 'commander';
import { type Fold, type HostChange, hostChanges } from '../history/index.ts';
import { nearest } from '../ingress/nearest.ts';
import { historyJson, historyTable, historyYaml } from './history-report.ts';
import { foldHistory, type HistoryOptions, timeText, withHistorySource } from './history-source.ts';
import { INTERRUPTED } from './interrupts.ts';
import { screenOf } from './terminal.ts';
import { timeOption } from './time-option.ts';
import { UsageError } from './usage.ts';
import { foldedHost } from './why/folded-host.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;

interface Options extends HistoryOptions {
  readonly since?: Date;
  readonly until?: Date;
  readonly output: (typeof FORMATS)[number];
}

/** `nspass history`: what happened to a host. Reads an archive only. */
export function historyCommand(): Command {
  const command = new Command('history')
    .argument('<host>', 'name of the host; what wildcards that cover it do is listed, too')
    .option(
      '--since <time>',
      'only what happened from this time on (default: as far back as the archive goes)',
      timeOption,
    )
    .option('--until <time>', 'only what happened up to this time (default: now)', timeOption)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(FORMATS).default('table'));
  return withHistorySource(command)
    .addHelpText(
      'after',
      `
+ added, ~ moved or changed, - removed, ! waits behind an older Ingress or TLSRoute, . waits no longer. An event that changed
nothing about the host is not listed. The first line may be that of the snapshot with which the archive begins.

Like nspass at, it shows what clusters wanted, by the engine's own rules, and what appliances.yml is now.

Examples:
  nspass history shop.example.com --archive .nspass
  nspass history shop.example.com --archive events.jsonl --config appliances.yml --since 2d
  nspass history shop.example.com --deployment nspass-prod --since 2d

With --deployment, EventBridge replays its archive to a queue that is made for it and removed at the end: no function gets
these events. The role needs the permissions in docs/history.md.

Exit status: 0 where something happened, 1 where nothing did, 2 for wrong usage, 130 after Ctrl-C.`,
    )
    .action(async (name: string, options: Options) => {
      const host = foldedHost(name);
      const until = options.until ?? new Date();
      const since = options.since?.getTime() ?? Number.NEGATIVE_INFINITY;
      const changes: HostChange[] = [];
      const fold = await foldHistory(options, {
        command,
        ...(options.since === undefined ? {} : { since: options.since }),
        until,
        onStep: (step) => {
          if (step.by.published >= since) changes.push(...hostChanges(step, host));
        },
      });
      if (fold === undefined) {
        process.exitCode = INTERRUPTED;
        return;
      }
      if (changes.length === 0) checkKnown(fold, host, options.since);
      const screen = screenOf(process.stdout);
      const text =
        options.output === 'table'
          ? historyTable(fold, changes, host, screen)
          : options.output === 'json'
            ? historyJson(fold, changes)
            : historyYaml(fold, changes);
      process.stdout.write(`${text}\n`);
      process.exitCode = changes.length === 0 ? 1 : 0;
    });
}

/** @throws {UsageError} if the archive never names the host, and nearly the same one. */
function checkKnown(fold: Fold, host: string, since: Date | undefined): void {
  const hosts = new Set(fold.appliances.flatMap(({ model }) => model.hosts.sorted().map(({ entry }) => entry.host)));
  if (hosts.has(host)) return;
  const meant = nearest(host, [...hosts]);
  if (meant === undefined) return;
  const when = since === undefined ? '' : ` since ${timeText(since.getTime())}`;
  throw new UsageError(`nothing happened to ${host}${when}. Did you mean ${meant}?`);
}
