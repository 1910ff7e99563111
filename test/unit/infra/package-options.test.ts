import { describe, expect, it } from 'vitest';
import { packageOptions, refusals } from '../../../infra/package-options.ts';

describe('npm run package', () => {
  it.each([
    [[], { stage: 'dev', region: undefined, appliances: undefined }],
    [['--stage', 'prod', '--region=eu-west-1'], { stage: 'prod', region: 'eu-west-1', appliances: undefined }],
    [['--region', 'us-gov-west-1'], { region: 'us-gov-west-1' }],
    [['--appliances', 'a.yml'], { appliances: 'a.yml' }],
  ])('%j', (args, options) => {
    expect(packageOptions(args)).toMatchObject(options);
  });

  it.each([['--help'], ['-h']])('%s', (flag) => {
    expect(packageOptions([flag])).toBe('help');
  });

  it.each([
    [['--foo'], "Unknown option '--foo'"],
    [['prod'], "Unexpected argument 'prod'"],
    [['--stage'], "Option '--stage <value>' argument missing"],
    [['--stage', 'X Y'], '--stage "X Y": letters, digits and - are needed'],
    [['--region', 'eu central'], '--region "eu central" is not a region of AWS: eu-central-1 is one'],
  ])('%j is refused in one sentence', (args, wrong) => {
    expect(packageOptions(args)).toEqual({ wrong });
  });

  it('what osls makes of a mistake in the settings becomes one line', () => {
    const line = (at: string, reason: string): string =>
      `  - Cannot resolve variable at "${at}": Cannot resolve "x" out of "serverless.js": Received rejection: ConfigurationInvalid: ${reason}`;
    const said = [
      line('a', 'serverless.yml: custom.nspass: unknown key bogus,'),
      line('b', 'serverless.yml: custom.nspass: unknown key bogus'),
    ];
    expect(refusals(`Error:\n${said.join('\n')}\n`)).toEqual(['serverless.yml: custom.nspass: unknown key bogus']);
    expect(refusals('Error:\nInvalid stage name.\n')).toEqual([]);
  });
});
