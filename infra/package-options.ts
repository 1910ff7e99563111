import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run package -- [options]

Packages what is deployed, without an account: .serverless as osls deploys it, and .serverless/standalone as plain
CloudFormation takes it.

Options:
  --stage <name>        stage of the deployment (default: dev)
  --region <name>       region that it is packaged for, as deploy takes it (default: that of serverless.yml)
  --appliances <file>   the appliances (default: appliances.yml, or appliances.example.yml where that is absent)
  -h, --help            show this

Examples:
  npm run package
  npm run package -- --stage prod --region eu-west-1 --appliances prod.yml
`;

export interface PackageOptions {
  readonly stage: string;
  readonly region: string | undefined;
  readonly appliances: string | undefined;
}

/**
 * Reads the command line of `npm run package`.
 *
 * @returns the options, `help` for `--help`, or the error of an invalid command line.
 */
export function packageOptions(args: readonly string[]): PackageOptions | 'help' | { readonly error: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string', default: 'dev' },
        region: { type: 'string' },
        appliances: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const { stage, region, appliances } = values;
    if (!/^[A-Za-z0-9-]+$/.test(stage)) return { error: `--stage "${stage}" is invalid: use letters, digits and -` };
    if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
      return { error: `--region "${region}" is not an AWS region: use one like eu-central-1` };
    }
    return { stage, region, appliances };
  } catch (error) {
    // The rest of Node's message explains positional arguments, which this command does not have.
    return { error: (error as Error).message.split('. ')[0] ?? 'unknown option' };
  }
}

/** Returns the messages of `ConfigurationInvalid` errors in the output of osls, each once. */
export function configurationErrors(text: string): string[] {
  return [...new Set([...text.matchAll(/ConfigurationInvalid: (.*?),?$/gm)].map(([, reason]) => reason as string))];
}
