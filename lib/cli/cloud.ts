import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AwsClientOptions } from '../aws/client-config.ts';
import { UsageError } from './usage.ts';

/** Options of every command that speaks to AWS. */
export interface CloudOptions {
  readonly region?: string;
  readonly endpoint?: string;
}

function isEndpoint(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Parses `--endpoint URL`. */
export function endpointOption(text: string): string {
  if (isEndpoint(text)) return text;
  throw new InvalidArgumentError('a URL with http or https is needed: https://sqs.eu-west-1.amazonaws.com.');
}

/** Parses `--region NAME`: the SDK makes a host name of it. */
export function regionOption(text: string): string {
  if (/^[a-z]{2,}(-[a-z0-9]+)+$/.test(text)) return text;
  throw new InvalidArgumentError('the name of a region is needed: eu-central-1, us-east-1.');
}

/** Adds `--region` and `--endpoint`, checked. */
export function withCloud(command: Command, of = 'of the deployment', purpose = ''): Command {
  return command
    .option('--region <name>', `region ${of}; of the environment where absent`, regionOption)
    .option('--endpoint <url>', `an address other than that of AWS${purpose}`, endpointOption);
}

/** Returns `--deployment`, with its default and the variable that replaces it. */
export function deploymentOption(): Option {
  return new Option('--deployment <name>', 'name of bus and archive')
    .env('NSPASS_DEPLOYMENT')
    .default('nspass-dev', 'nspass-dev');
}

/** Variables that the SDK reads endpoints from. */
const VARIABLES = ['', '_EVENTBRIDGE', '_SQS', '_SECRETS_MANAGER'].map((service) => `AWS_ENDPOINT_URL${service}`);

/**
 * Returns what the clients of AWS need of the options.
 *
 * @throws {UsageError} for an endpoint of the environment that is not a URL: the SDK would not say where it found it.
 */
export function clientOf({ region, endpoint }: CloudOptions, env: NodeJS.ProcessEnv = process.env): AwsClientOptions {
  const wrong = VARIABLES.find((name) => env[name] !== undefined && env[name] !== '' && !isEndpoint(env[name]));
  if (wrong !== undefined) throw new UsageError(`${wrong} is not a URL with http or https: correct or unset it.`);
  return { ...(endpoint === undefined ? {} : { endpoint }), ...(region === undefined ? {} : { region }) };
}
