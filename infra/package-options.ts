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
 * @returns the options; `help` where it is asked for; a sentence where something cannot be understood.
 */
export function packageOptions(args: readonly string[]): PackageOptions | 'help' | { readonly wrong: string } {
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
    if (!/^[A-Za-z0-9-]+$/.test(stage)) return { wrong: `--stage "${stage}": letters, digits and - are needed` };
    if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
      return { wrong: `--region "${region}" is not a region of AWS: eu-central-1 is one` };
    }
    return { stage, region, appliances };
  } catch (error) {
    // Node explains how to pass what looks like an option as an argument: there are no arguments here.
    return { wrong: (error as Error).message.split('. ')[0] ?? 'unknown option' };
  }
}

/** Reasons that our own settings were refused for, out of what osls says around them; each once. */
export function refusals(text: string): string[] {
  return [...new Set([...text.matchAll(/ConfigurationInvalid: (.*?),?$/gm)].map(([, reason]) => reason as string))];
}
