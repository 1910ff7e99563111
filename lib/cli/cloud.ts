import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AwsClientOptions } from '../aws/client-config.ts';
import { baseUrlProblem } from '../config/base-url.ts';
import { urlOption } from './url-option.ts';
import { UsageError } from './usage.ts';

/** Options of every command that calls AWS. */
export interface CloudOptions {
  readonly region?: string;
  readonly endpoint?: string;
}

const endpointOption = urlOption('--endpoint', 'https://sqs.eu-west-1.amazonaws.com');

/** Parses `--region NAME`. The SDK builds host names from it, so nothing else may pass. */
function regionOption(text: string): string {
  if (/^[a-z]{2,}(-[a-z0-9]+)+$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the name of a region, such as eu-central-1.');
}

/** Adds `--region` and `--endpoint`, with their checks. */
export function withCloud(command: Command, of = 'of the deployment', purpose = ''): Command {
  return command
    .option('--region <name>', `AWS region ${of} (default: that of the environment)`, regionOption)
    .option('--endpoint <url>', `endpoint to use instead of that of AWS${purpose}`, endpointOption);
}

/** Returns `--deployment`, with its default and the variable that replaces it. */
export function deploymentOption(): Option {
  return new Option('--deployment <name>', 'name of the deployment')
    .env('NSPASS_DEPLOYMENT')
    .default('nspass-dev', 'nspass-dev');
}

/** Variables that the SDK reads endpoints from. */
const VARIABLES = ['', '_EVENTBRIDGE', '_LAMBDA', '_SQS', '_SECRETS_MANAGER'].map(
  (service) => `AWS_ENDPOINT_URL${service}`,
);

/**
 * Maps the options to those of the AWS clients.
 *
 * @throws {UsageError} for an endpoint in the environment that cannot be used: the SDK's own error does not name the variable.
 */
export function clientOf({ region, endpoint }: CloudOptions, env: NodeJS.ProcessEnv = process.env): AwsClientOptions {
  for (const name of VARIABLES) {
    const value = env[name] ?? '';
    const problem = value === '' ? undefined : baseUrlProblem(value);
    if (problem !== undefined) throw new UsageError(`${name} ${problem}. Correct or unset it.`);
  }
  return { ...(endpoint === undefined ? {} : { endpoint }), ...(region === undefined ? {} : { region }) };
}
