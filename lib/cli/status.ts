import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { type RouteStatus, readStatus, STATE_FILTERS, seenRoutes } from '../status/index.ts';
import { type Say, toStandardError } from './appliance-engines.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from './appliance-target.ts';
import { HANDSHAKES } from './handshakes.ts';
import { repeatable } from './repeatable.ts';
import { secondsOption } from './seconds-option.ts';
import { checkStates, filterRoutes, type StatusFilter } from './status-filter.ts';
import { followStatus } from './status-follow.ts';
import { renderChange, renderStatus, STATUS_FORMATS, type StatusFormat } from './status-format.ts';
import { screenOf } from './terminal.ts';
import { UsageError } from './usage.ts';

/** Limit of one reading while following, and of the log out after Ctrl-C, in milliseconds. */
const READING_MS = 2 * 60_000;
const LOG_OUT_MS = 2_000;

interface Options extends ApplianceTargetOptions, StatusFilter {
  readonly output: StatusFormat;
  readonly watch?: boolean;
  readonly interval: number;
  readonly certificates?: boolean;
}

/** `nspass status`: every host that the system serves on an appliance. Reads only. */
export function statusCommand(): Command {
  const command = new Command('status')
    .argument('[host]', 'only this host; * stands for any characters')
    .option('-n, --namespace <name>', 'only Ingresses of this namespace')
    .option('--cluster <name>', 'only Ingresses of this cluster')
    .option('--state <state>', `only this state (repeatable): ${STATE_FILTERS.join(', ')}`, repeatable)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(STATUS_FORMATS).default('table'))
    .option('--certificates', 'shake hands with each host shown, and show when its certificate expires')
    .option('-w, --watch', 'print again whenever something changes, until Ctrl-C')
    .option('--interval <seconds>', 'with --watch: how often to read', secondsOption, 5);
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

States: serving (a member is up), down (no member is up), empty (no member: connections are reset), redirect,
unbound (claimed, but no row leads to its back end), stray (a row that no Ingress claims). Marks of the holder: pending
(its last change is recorded and not finished), draining (a former back end keeps its connections), findings (nspass lint
names them). AGE is that of the Ingress: the oldest holds a host.

-o wide, json and yaml also show what the appliance counts: open connections, connections and bytes since the back end was
made, over all hosts of the back end, and ClientHellos that the front end reset. No counter of resets is a host's own.

With --certificates, each host shown gets a TLS handshake through its VIP, ${HANDSHAKES.atOnce} at a time, which then ends: this
machine must reach the VIPs, and back ends log a connection without a request. The column shows the days that are left.

With --watch, changed rows follow the first table, and rows that are gone say so; -o json and yaml print the whole list
again. An appliance that goes away is reported, and read again until it answers.

Examples:
  nspass status --nitro https://192.0.2.5
  nspass status 'shop.*' --config appliances.yml --appliance edge -o wide
  nspass status --config appliances.yml --state down --state empty
  nspass status --config appliances.yml --namespace shop --certificates
  nspass status --config appliances.yml -o json | jq '.[] | select(.up == 0)'

Exit status: 0, also after Ctrl-C; 2 for wrong usage, 3 where the appliance cannot be reached.`,
    )
    .action(async (host: string | undefined, options: Options) => {
      checkStates(options.state);
      if (options.watch === true && options.certificates === true) {
        throw new UsageError(
          '--certificates looks once, and --watch goes on: leave one of them out, or let nspass exporter look again and again.',
        );
      }
      const filter = { ...options, ...(host === undefined ? {} : { host }) };
      if (options.watch === true) await follow(filter, options);
      else await withTarget(options, (target) => showOnce(target, filter, options));
    });
}

async function readRoutes(
  { engine, config, statistics }: ApplianceTarget,
  filter: StatusFilter,
  { output }: Options,
): Promise<RouteStatus[]> {
  // The table has no room for counters.
  const counters = output === 'table' ? undefined : statistics;
  return filterRoutes(await readStatus(engine.reader, config.systemId, counters), filter);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function showOnce(target: ApplianceTarget, filter: StatusFilter, options: Options): Promise<void> {
  const read = await readRoutes(target, filter, options);
  const routes = options.certificates === true ? await seenRoutes(read, { ...HANDSHAKES, now: Date.now }) : read;
  print(renderStatus(options.output, routes, screenOf(process.stdout), Date.now()));
}

async function follow(filter: StatusFilter, options: Options): Promise<void> {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  let reached = false;
  // Once the appliance has answered, an outage is reported as a whole, not each attempt.
  const say: Say = (line) => {
    if (!reached) toStandardError(line);
  };
  const followed = withTarget(
    options,
    async (target) => {
      let shown = false;
      reached = true;
      await followStatus({
        read: () => {
          target.renew(READING_MS);
          return readRoutes(target, filter, options);
        },
        show: (change) => {
          const screen = screenOf(process.stdout);
          const now = Date.now();
          print(
            shown
              ? renderChange(options.output, change, screen, now)
              : renderStatus(options.output, change.routes, screen, now),
          );
          shown = true;
        },
        say: toStandardError,
        wait: () => sleep(options.interval * 1000, undefined, { signal: ended.signal }).catch(() => undefined),
        signal: ended.signal,
      });
    },
    { say },
  );
  const interrupted = new Promise<'interrupted'>((resolve) => {
    ended.signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
  if ((await Promise.race([followed, interrupted])) !== 'interrupted') return;
  // A terminal has shown ^C: the prompt belongs on a line of its own.
  if (process.stderr.isTTY) process.stderr.write('\n');
  // An appliance that is silent keeps neither the log out nor the reading from ending.
  await Promise.race([followed.catch(() => undefined), sleep(LOG_OUT_MS)]);
  process.exit();
}
