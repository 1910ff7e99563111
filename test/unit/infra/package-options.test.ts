import { describe, expect, it } from 'vitest';
import { configurationErrors, packageOptions } from '../../../infra/package-options.ts';

describe('options of npm run package', () => {
  it.each([
    [[], { stage: 'dev', region: undefined, appliances: undefined }],
    [['--stage', 'prod', '--region=eu-west-1'], { stage: 'prod', region: 'eu-west-1', appliances: undefined }],
    [['--region', 'us-gov-west-1'], { region: 'us-gov-west-1' }],
    [['--appliances', 'a.yml'], { appliances: 'a.yml' }],
  ])('%j', (args, options) => {
    expect(packageOptions(args)).toMatchObject(options);
  });

  it.each([['--help'], ['-h']])('%s → help', (flag) => {
    expect(packageOptions([flag])).toBe('help');
  });

  it.each([
    [['--foo'], "Unknown option '--foo'"],
    [['prod'], "Unexpected argument 'prod'"],
    [['--stage'], "Option '--stage <value>' argument missing"],
    [['--stage', 'X Y'], '--stage "X Y" is invalid: use letters, digits and -'],
    [['--region', 'eu central'], '--region "eu central" is not an AWS region: use one like eu-central-1'],
  ])('invalid option: %j → one sentence', (args, error) => {
    expect(packageOptions(args)).toEqual({ error });
  });

  it('invalid settings: the output of osls → one line', () => {
    const line = (at: string, reason: string): string =>
      `  - Cannot resolve variable at "${at}": Cannot resolve "x" out of "serverless.js": Received rejection: ConfigurationInvalid: ${reason}`;
    const lines = [
      line('a', 'serverless.yml: custom.nspass: unknown key bogus,'),
      line('b', 'serverless.yml: custom.nspass: unknown key bogus'),
    ];
    expect(configurationErrors(`Error:\n${lines.join('\n')}\n`)).toEqual([
      'serverless.yml: custom.nspass: unknown key bogus',
    ]);
    expect(configurationErrors('Error:\nInvalid stage name.\n')).toEqual([]);
  });
});
