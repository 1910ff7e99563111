import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CredentialsUnavailable, credentialsSource } from '../aws/secrets.ts';
import { type ApplianceConfig, AppliancesConfig } from '../config/appliances.ts';
import { ConfigurationInvalid } from '../config/load.ts';
import type { NitroSession, StatisticsReader } from '../nitro/index.ts';
import type { Engine } from '../reconcile/index.ts';
import { type TerminalOptions, terminalEngines } from './appliance-engines.ts';
import { type CloudOptions, withCloud } from './cloud.ts';
import { ApplianceUnreachable, type Contact } from './contact.ts';
import { applianceOf, readConfig } from './read-config.ts';
import { urlOption } from './url-option.ts';
import { UsageError } from './usage.ts';

/** Exit status of a command that could not reach what it had to read. */
const UNREACHABLE = 3;

/** Prefix of the variables that hold user name and password for `--nitro`. A flag would show them to every process. */
export const CREDENTIALS_PREFIX = 'NSPASS_NITRO';
/** Limits of an appliance's first answer and of all its answers, in milliseconds. */
const FIRST_ANSWER_MS = 30_000;
const TIME_MS = 10 * 60_000;

/** Options that name one appliance, by address or by a configuration. */
export interface ApplianceTargetOptions extends CloudOptions {
  readonly nitro?: readonly string[];
  readonly config?: string;
  readonly appliance?: string;
  readonly systemId?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
  /** Admin partition, with `nitro`; a configuration has its own. */
  readonly partition?: string;
}

/** An appliance that answers. */
export interface ApplianceTarget {
  /** Name in the configuration, or the address. */
  readonly name: string;
  readonly config: ApplianceConfig;
  readonly engine: Engine;
  readonly statistics: StatisticsReader;
  /** Bare calls, over the same session. */
  readonly calls: Pick<NitroSession, 'request'>;
  /**
   * Gives the next calls their time. Without it, calls fail some minutes after the target was opened.
   *
   * @param ms from now (default: ten minutes).
   */
  renew(ms?: number): void;
  /** Adds the time and the attempts to an error about an unreachable appliance; returns others unchanged. */
  readonly gaveUp: Contact['gaveUp'];
  /** Returns the name of the user that is logged in. */
  username(): Promise<string>;
  /** Logs out. */
  close(): Promise<void>;
}

const oneNitroUrl = urlOption('--nitro', 'https://192.0.2.5');
const nitroUrl = (text: string, before: readonly string[] = []): string[] => [...before, oneNitroUrl(text)];

/** Adds the options that name one appliance. @param inCloud names what is in AWS, for the help. */
export function withApplianceTarget(command: Command, inCloud = 'the secret'): Command {
  command
    .option('--nitro <url>', 'address of the appliance’s NITRO API; twice for an HA pair', nitroUrl)
    .option('--ca <file>', 'with --nitro: PEM file of the authority that signed the appliance’s certificate')
    .option('--insecure', 'with --nitro: do not verify the appliance’s certificate (laboratory only)')
    .option('--system-id <id>', 'with --nitro: the systemId of the deployment (default: nsp)')
    .option('--config <file>', 'appliances.yml, instead of --nitro')
    .option('--appliance <name>', 'the appliance in it; not needed where there is only one');
  return withCloud(command, `of ${inCloud}`, `, for ${inCloud}`);
}

/** Lines of help on credentials, for commands with {@link withApplianceTarget}. */
export const CREDENTIALS_HELP = `With --nitro, user name and password come from the variables ${CREDENTIALS_PREFIX}_USERNAME and ${CREDENTIALS_PREFIX}_PASSWORD.
With --config, they come from where appliances.yml says.`;

/** Returns the appliance that the options name; undefined if they name none. @throws {UsageError} */
export function configOf(options: ApplianceTargetOptions): ApplianceConfig | undefined {
  return options.nitro === undefined && options.config === undefined ? undefined : targetConfig(options);
}

/**
 * Returns the configuration that the options name.
 *
 * @throws {UsageError} when they name none, or more than one.
 */
function targetConfig(options: ApplianceTargetOptions): ApplianceConfig {
  const { nitro, config, appliance: name } = options;
  if (nitro !== undefined && config !== undefined) throw new UsageError('Name either --nitro or --config, not both.');
  if (config !== undefined) return configured(config, name);
  if (nitro === undefined) {
    throw new UsageError('No appliance is named: add --nitro URL, or --config appliances.yml --appliance NAME.');
  }
  const { systemId, ca, insecure = false, partition } = options;
  const parsed = AppliancesConfig.safeParse({
    appliances: [
      {
        name: 'appliance',
        clusters: ['cluster'],
        endpoints: nitro,
        credentials: { environment: CREDENTIALS_PREFIX },
        tls: { verify: !insecure, ...(ca === undefined ? {} : { ca: resolve(ca) }) },
        ...(systemId === undefined ? {} : { systemId }),
        ...(partition === undefined ? {} : { partition }),
      },
    ],
  });
  if (!parsed.success) {
    throw new UsageError(`--system-id ${systemId} is not valid: expected at most 8 letters and digits, such as nsp.`);
  }
  return parsed.data.appliances[0] as ApplianceConfig;
}

function configured(file: string, name: string | undefined): ApplianceConfig {
  const appliances = readConfig(file);
  if (name !== undefined) return applianceOf(appliances, name, file);
  const [only, ...others] = appliances;
  if (only === undefined || others.length > 0) {
    const names = appliances.map((appliance) => appliance.name).join(', ');
    throw new UsageError(`${file} has several appliances (${names}): name one with --appliance.`);
  }
  return only;
}

/** An appliance that the options name. Nothing is sent to it before {@link KnownTarget.contact}. */
export interface KnownTarget {
  readonly name: string;
  readonly config: ApplianceConfig;
  /**
   * Logs in and reads the version, so that an appliance that is away or silent shows before anything else is done. What takes
   * long is said on standard error.
   *
   * @throws {CredentialsUnavailable | ConfigurationInvalid} nothing was sent. @throws {NitroError | NitroUnreachable}
   */
  contact(): Promise<void>;
  /** Adds the time and the attempts to an error about an unreachable appliance; returns others unchanged. */
  readonly gaveUp: Contact['gaveUp'];
  open(): ApplianceTarget;
  /** Logs out. */
  close(): Promise<void>;
}

/**
 * Returns the appliance that the options name.
 *
 * @throws {UsageError} the options or the file.
 */
export function targetOf(options: ApplianceTargetOptions, terminal?: TerminalOptions): KnownTarget {
  const config = targetConfig(options);
  const all = options.config === undefined ? [config] : readConfig(options.config);
  const { engines, credentials, gaveUp } = terminalEngines(all, options, terminal);
  const name = options.config === undefined ? config.endpoints.join(', ') : config.name;
  const close = () => engines.close();
  return {
    name,
    config,
    contact: async () => void (await engines.engineOf(config, FIRST_ANSWER_MS).reader.rows('nsversion')),
    gaveUp,
    open: () => ({
      name,
      config,
      engine: engines.engineOf(config, TIME_MS),
      statistics: engines.statisticsOf(config),
      calls: engines.callsOf(config),
      renew: (ms = TIME_MS) => void engines.engineOf(config, ms),
      gaveUp,
      username: async () => (await credentials.get(config)).username,
      close,
    }),
    close,
  };
}

/**
 * Logs in to the appliance that the options name.
 *
 * @throws {UsageError} the options or the file. @throws {ApplianceUnreachable} no answer.
 */
export async function openTarget(
  options: ApplianceTargetOptions,
  terminal?: TerminalOptions,
): Promise<ApplianceTarget> {
  const target = targetOf(options, terminal);
  try {
    await target.contact();
  } catch (error) {
    await target.close().catch(() => undefined);
    const wrongUse = error instanceof ConfigurationInvalid || error instanceof CredentialsUnavailable;
    throw wrongUse ? UsageError.of(error) : target.gaveUp(error);
  }
  return target.open();
}

/** Names of the configuration in messages, and the options that stand for them on a command line without one. */
const OPTIONS: readonly (readonly [setting: string, option: string])[] = [
  ['`endpoints` of appliances.yml', '--nitro'],
  ['`endpoints`', '--nitro'],
  ['`tls.ca`', '--ca'],
];

/** Returns what a user can check: address, and where user and password come from. */
function unreachableText({ message }: ApplianceUnreachable, options: ApplianceTargetOptions): string {
  const text =
    options.config === undefined ? OPTIONS.reduce((all, [from, to]) => all.replaceAll(from, to), message) : message;
  return `${text} User name and password come from ${credentialsSource(targetConfig(options))}.`;
}

/**
 * Runs an action with the appliance that the options name, and logs out afterwards. One that cannot be reached ends the
 * command with status {@link UNREACHABLE} and one message.
 */
export async function withTarget(
  options: ApplianceTargetOptions,
  action: (target: ApplianceTarget) => Promise<void>,
  terminal?: TerminalOptions,
): Promise<void> {
  let target: ApplianceTarget | undefined;
  try {
    target = await openTarget(options, terminal);
    await action(target);
  } catch (error) {
    const failure = target?.gaveUp(error) ?? error;
    if (!(failure instanceof ApplianceUnreachable)) throw failure;
    process.stderr.write(`nspass: ${unreachableText(failure, options)}\n`);
    process.exitCode = UNREACHABLE;
  } finally {
    await target?.close().catch(() => undefined);
  }
}
