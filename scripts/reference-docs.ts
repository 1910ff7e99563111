import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppliancesConfig } from '../lib/config/appliances.ts';
import { METRICS } from '../lib/telemetry/catalogue.ts';
import { docComments } from './doc-comments.ts';
import { describedSchema, fieldRows, table } from './schema-docs.ts';

/** `docs/metrics.md`. */
export function renderMetrics(): string {
  const rows = Object.entries(METRICS).map(([name, { unit, dimensions, meaning }]) => [
    `\`${name}\``,
    unit,
    dimensions.join(', '),
    meaning,
  ]);
  return [
    '# Metrics\n',
    'Every metric that the functions may record, with its CloudWatch unit and its dimensions. Hosts and Ingresses are never dimensions: there are too many. `appliance` and `cluster` are the names of `appliances.yml`, `reason` is one word.\n',
    'This page is generated from `lib/telemetry/catalogue.ts` (`npm run generate`).\n',
    `${table(['metric', 'unit', 'dimensions', 'meaning'], rows)}\n`,
  ].join('\n');
}

const CONFIG_SOURCE = new URL('../lib/config/appliances.ts', import.meta.url);

const EXAMPLE = `appliances:
  - name: edge
    clusters: [prod]
    endpoints: ['https://10.0.0.5', 'https://10.0.0.6']
    credentials: { secret: nspass/edge }
    tls: { ca: ca.pem }
    defaultVip: 192.0.2.10
    frontendIPs: [192.0.2.0/24]
    memberNetworks: [10.244.0.0/16]
    hostOwnership:
      - { suffix: beverages.com, namespaces: [default, drinks] }
`;

/** `docs/configuration.md`. */
export function renderConfiguration(): string {
  const comments = docComments([readFileSync(CONFIG_SOURCE, 'utf8')]);
  const { $defs = {} } = describedSchema(AppliancesConfig, 'Appliances', {
    comments,
    shared: { ApplianceConfig: AppliancesConfig.shape.appliances.def.element },
    common: COMMON,
  });
  const rows = fieldRows($defs.ApplianceConfig ?? {}).map(({ path, type, required, default: value, description }) => [
    `\`${path}\``,
    type,
    required ? 'required' : value === undefined ? '' : `\`${JSON.stringify(value)}\``,
    description,
  ]);
  return [
    '# Configuration\n',
    '`appliances.yml` holds one key, `appliances`: a list with one entry for each appliance or HA pair. Wrong keys and values are refused by name. Fields inside another one are required only where that one is given.\n',
    `\`\`\`yaml\n${EXAMPLE}\`\`\`\n`,
    'Addresses and ranges are IPv4 or IPv6. Names of clusters are lower-case letters, digits, `.` and `-`, at most 40.\n',
    'This page is generated from `lib/config/appliances.ts` (`npm run generate`).\n',
    `${table(['field', 'type', 'default', 'meaning'], rows)}\n`,
  ].join('\n');
}

const COMMON = {
  name: 'Name of the appliance: in outcomes, metrics and the name of its queue.',
  csvserver: 'Attributes of the front end’s csvserver.',
  lbvserver: 'Attributes of a back end’s lbvserver.',
  monitor: 'Attributes of a back end’s monitor, its type included.',
  servicegroup: 'Attributes of a back end’s service group.',
  suffix: 'Domain suffix.',
  namespaces: 'Namespaces that may use hosts under the suffix.',
  partition: 'Admin partition; the default one where absent.',
  percent: 'Share of the routes of its range, in percent.',
  minimum: 'Removing up to this many routes is never refused.',
  instanceIp: 'The appliance behind the Console by IP address.',
  instanceName: 'The appliance behind the Console by name.',
  instanceId: 'The appliance behind the Console by id.',
  serverName: 'Name that the certificate must have, where the endpoint’s is another.',
  tls: 'How the appliance’s certificate is checked.',
  credentials: 'Where user name and password are read; exactly one of these. They are never written here.',
} as const;

const MAIN = fileURLToPath(new URL('../lib/cli/main.ts', import.meta.url));

function help(command: readonly string[]): string {
  return execFileSync(process.execPath, [MAIN, ...command, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

/** Names of the commands that a help text lists. */
function commandsIn(text: string): string[] {
  const [, list = ''] = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(text) ?? [];
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map(([, name]) => name as string)
    .filter((name) => name !== 'help');
}

/** `docs/cli.md`: the help of every command, as it prints itself. */
export function renderCli(): string {
  const root = help([]);
  const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\`\n`;
  return [
    '# Command line\n',
    'From a checkout: `npm run -s nspass -- <command>`. From the package: `nspass <command>`, or `kubectl nspass <command>`, because the package is also a plugin of kubectl; the completion of kubectl then completes its commands and options. The exit status is 0 where all went well, 1 where not, and 2 where the command was not used as it can be.\n',
    'This page is generated from the help texts (`npm run generate`).\n',
    '## nspass\n',
    block(root),
    ...commandsIn(root).flatMap((name) => [`## nspass ${name}\n`, block(help([name]))]),
  ].join('\n');
}
