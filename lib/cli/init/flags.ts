import { type Command, InvalidArgumentError } from 'commander';
import { type CloudOptions, withCloud } from '../cloud.ts';
import { repeatable } from '../repeatable.ts';
import { urlOption } from '../url-option.ts';
import { UsageError } from '../usage.ts';
import { vipOption } from '../vip-option.ts';
import { type Answers, type ApplianceEntry, answerProblems, type EntryField } from './entry.ts';
import { parseOwnership } from './written-lists.ts';

/** Options of `nspass init`, as commander returns them. */
export interface InitOptions extends CloudOptions {
  readonly config: string;
  readonly name?: string;
  readonly nitro?: string[];
  readonly consoleIp?: string;
  readonly consoleName?: string;
  readonly consoleId?: string;
  readonly secret?: string;
  readonly credentialsEnv?: string;
  readonly credentialsFile?: string;
  readonly ca?: string;
  readonly serverName?: string;
  readonly insecure?: boolean;
  readonly cluster?: string[];
  readonly namespace?: string[];
  readonly defaultVip?: string;
  readonly frontendRange?: string[];
  readonly memberNetwork?: string[];
  readonly own?: NonNullable<ApplianceEntry['hostOwnership']>;
  readonly systemId?: string;
  readonly yes?: boolean;
  readonly add?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly offline?: boolean;
}

const nitroUrl = urlOption('--nitro', 'https://192.0.2.5');

type Ownerships = NonNullable<InitOptions['own']>;

function ownership(text: string, before: Ownerships = []): Ownerships {
  const entry = parseOwnership(text);
  if (entry === undefined) throw new InvalidArgumentError('Expected the form shop.example.com=shop,team.');
  return [...before, entry];
}

/** Adds the options. Each question has one, and those that are given are not asked. */
export function withInitFlags(command: Command): Command {
  command
    .option('--config <file>', 'file to write', 'appliances.yml')
    .option('--nitro <url>', 'address of the NITRO API; twice for an HA pair', (text, before: string[] = []) => [
      ...before,
      nitroUrl(text),
    ])
    .option('--console-ip <address>', '--nitro is a NetScaler Console, which knows the appliance by this address')
    .option('--console-name <name>', 'the same, by name')
    .option('--console-id <id>', 'the same, by id')
    .option('--secret <name>', 'secret with user name and password: name or ARN')
    .option('--credentials-env <prefix>', 'variables with them, before _USERNAME and _PASSWORD')
    .option('--credentials-file <file>', 'JSON file with them')
    .option('--ca <file>', 'PEM file of the authority that signed the appliance’s certificate')
    .option('--server-name <name>', 'name in the certificate, where it is another than in the address')
    .option('--insecure', 'do not verify the appliance’s certificate (laboratory only)')
    .option('--name <name>', 'name of the appliance')
    .option('--cluster <name>', 'cluster that it serves (repeatable)', repeatable)
    .option('--namespace <name>', 'only this namespace (repeatable)', repeatable)
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .option('--frontend-range <range>', 'range that a VIP must lie in (repeatable)', repeatable)
    .option('--member-network <range>', 'range of pods and nodes (repeatable)', repeatable)
    .option('--own <suffix=namespaces>', 'namespaces that may use hosts under a domain (repeatable)', ownership)
    .option('--system-id <id>', 'prefix of every name on the appliance (default: nsp)')
    .option('--yes', 'ask nothing: take flags and proposals')
    .option('--add', 'add the appliance to the file, if the file exists')
    .option('--force', 'replace the file, if it exists')
    .option('--dry-run', 'print the file instead of writing it')
    .option('--offline', 'do not call the appliance: no proposals from it, and no checks');
  return withCloud(command, 'of the secret', ', for the secret');
}

/** The flag of each field, for messages. */
const FLAG: Partial<Record<EntryField, string>> = {
  name: '--name',
  endpoints: '--nitro',
  console: '--console-ip',
  credentials: '--secret, --credentials-env or --credentials-file',
  tls: '--ca, --server-name or --insecure',
  clusters: '--cluster',
  namespaces: '--namespace',
  defaultVip: '--default-vip',
  frontendIPs: '--frontend-range',
  memberNetworks: '--member-network',
  hostOwnership: '--own',
  systemId: '--system-id',
};

/** Returns the flags of fields, for a sentence. */
export const flagsOf = (fields: readonly EntryField[]): string =>
  fields.map((field) => FLAG[field] ?? field).join(', ');

/** Drops what is undefined; undefined if nothing is left. */
function given<T extends object>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as { [Key in keyof T]?: NonNullable<T[Key]> });
}

/** Returns the answers that flags give. */
export function answersOf(options: InitOptions): Answers {
  const { insecure, ca, serverName } = options;
  return (given({
    name: options.name,
    endpoints: options.nitro,
    console: given({
      instanceIp: options.consoleIp,
      instanceName: options.consoleName,
      instanceId: options.consoleId,
    }),
    credentials: given({
      secret: options.secret,
      environment: options.credentialsEnv,
      file: options.credentialsFile,
    }),
    tls: given({ ca, serverName, verify: insecure === true ? false : undefined }),
    clusters: options.cluster,
    namespaces: options.namespace,
    defaultVip: options.defaultVip,
    frontendIPs: options.frontendRange,
    memberNetworks: options.memberNetwork,
    hostOwnership: options.own,
    systemId: options.systemId,
  }) ?? {}) as Answers;
}

/**
 * Checks the answers that flags give, by the rules of the loader.
 *
 * @throws {UsageError} with a line for each problem.
 */
export function checkFlags(answers: Answers, others: readonly ApplianceEntry[]): void {
  const problems = answerProblems(answers, others);
  if (answers.tls?.verify === false && answers.tls.ca !== undefined) {
    problems.push({ field: 'tls', message: '--ca has no effect with --insecure: leave one of them out' });
  }
  if (problems.length === 0) return;
  throw new UsageError(problems.map(({ field, message }) => `${flagsOf([field])}: ${message}`).join('\n'));
}
