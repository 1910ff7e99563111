import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { clientOf, deploymentOption, withCloud } from '../../../lib/cli/cloud.ts';
import { type CloudTarget, cloudFailure, DeploymentMissing, QueueMissing } from '../../../lib/cli/cloud-failure.ts';
import { inCloud } from '../../../lib/cli/cloud-target.ts';
import { dryRunText, planJson, previewReplay, resultJson } from '../../../lib/cli/replay-text.ts';
import { UsageError } from '../../../lib/cli/usage.ts';

const command = (): Command =>
  withCloud(new Command('replay').addOption(deploymentOption()))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});

describe('options of the cloud', () => {
  it.each([
    ['--region', 'eu central', 'Expected the name of a region'],
    ['--region', '', 'Expected the name of a region'],
    ['--region', 'eu-west-1.evil.example', 'Expected the name of a region'],
  ])('%s %j is refused', async (option, value, message) => {
    await expect(command().parseAsync([option, value], { from: 'user' })).rejects.toMatchObject({
      code: 'commander.invalidArgument',
      message: expect.stringContaining(message),
    });
  });

  it.each(['foo', 'localhost:4566', 'file:///x', 'https://user:secret@localhost', 'https://localhost?token=secret'])(
    '--endpoint %s is refused, and not repeated',
    async (value) => {
      const refused = command().parseAsync(['--endpoint', value], { from: 'user' });
      await expect(refused).rejects.toThrow(UsageError);
      await expect(refused).rejects.toThrow(/^--endpoint (is|holds|has) .* Expected a URL such as https:/);
      await expect(refused).rejects.not.toThrow(value);
    },
  );

  it.each([
    ['--endpoint', 'http://127.0.0.1:4566'],
    ['--region', 'eu-central-1'],
    ['--region', 'us-gov-west-1'],
  ])('%s %s is taken', async (option, value) => {
    await expect(command().parseAsync([option, value], { from: 'user' })).resolves.toBeDefined();
  });
});

it('an endpoint of the environment that cannot be used is named, and not repeated', () => {
  expect(() => clientOf({}, { AWS_ENDPOINT_URL_SQS: 'foo' })).toThrow(
    new UsageError('AWS_ENDPOINT_URL_SQS is not a URL that begins with https:// or http://. Correct or unset it.'),
  );
  expect(() => clientOf({}, { AWS_ENDPOINT_URL: 'https://user:secret@host' })).toThrow(
    /^AWS_ENDPOINT_URL holds a user name or password[^@]*$/,
  );
  expect(clientOf({ region: 'eu-west-1' }, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toEqual({
    region: 'eu-west-1',
  });
});

const PLACE: CloudTarget = { deployment: 'nspass-dev', byDefault: true, region: 'eu-west-1', account: '123456789012' };
const named = (name: string, message = 'x'): Error => Object.assign(new Error(message), { name });
const network = (code: string, more: object): Error =>
  Object.assign(new Error(`connect ${code}`), { code, errno: -1, ...more });
const unnamed = { deployment: 'shop', byDefault: false, region: 'eu-west-1' };

describe('what is said of an error of the cloud', () => {
  it.each<[string, unknown, CloudTarget, string]>([
    [
      'no credentials',
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      PLACE,
      'no valid AWS credentials were found (CredentialsProviderError): log in to AWS, or choose a profile with AWS_PROFILE. aws sts get-caller-identity shows who you are.',
    ],
    [
      'a region that does not exist',
      network('ENOTFOUND', { hostname: 'events.nowhere-1.amazonaws.com' }),
      { ...PLACE, region: 'nowhere-1' },
      'events.nowhere-1.amazonaws.com is unreachable (ENOTFOUND): check the region (nowhere-1), and the network of this machine (proxy, VPN, DNS).',
    ],
    [
      'nobody at the endpoint',
      network('ECONNREFUSED', { address: '127.0.0.1', port: 1 }),
      { ...PLACE, endpoint: 'http://127.0.0.1:1' },
      'http://127.0.0.1:1 is unreachable (ECONNREFUSED): check --endpoint, and that its service runs.',
    ],
    [
      'nobody at any address',
      new AggregateError([network('ECONNREFUSED', { address: '10.0.0.1', port: 443 })], ''),
      PLACE,
      '10.0.0.1:443 is unreachable (ECONNREFUSED): check the region (eu-west-1), and the network of this machine (proxy, VPN, DNS).',
    ],
    [
      'a queue that is missing',
      new QueueMissing('nspass-dev-edge.fifo'),
      PLACE,
      'queue nspass-dev-edge.fifo does not exist in region eu-west-1 of account 123456789012, although deployment "nspass-dev" does: the queue was deleted, or the deployment is incomplete. npm run deploy creates it again.',
    ],
    [
      'no right',
      named('AccessDeniedException', 'User x may not'),
      PLACE,
      'User x may not. The role needs the policy that the stack outputs as OperatorPolicyArn, and an entry in custom.nspass.operators.',
    ],
  ])('%s', (_, error, place, text) => {
    const told = cloudFailure(error, place);
    expect(told).toMatchObject({ name: 'CloudFailure', message: text });
  });

  it.each<[string, unknown, CloudTarget, string]>([
    ['no region', new Error('Region is missing'), PLACE, 'no AWS region is set: use --region, or set AWS_REGION.'],
    [
      'a region of the environment that is none',
      new Error('Region not accepted: region="eu central" is not a valid hostname component.'),
      PLACE,
      'AWS_REGION is not the name of a region: correct it, or use --region, such as --region eu-central-1.',
    ],
    [
      'a deployment that nobody named',
      new DeploymentMissing('nspass-dev'),
      PLACE,
      'deployment "nspass-dev" does not exist in region eu-west-1 of account 123456789012. That name is the default: use --deployment, or set NSPASS_DEPLOYMENT.',
    ],
    [
      'a deployment that is elsewhere, and an account that is not known',
      new DeploymentMissing('shop'),
      unnamed,
      'deployment "shop" does not exist in region eu-west-1 of the account of your credentials. Check --deployment, --region and the account. aws sts get-caller-identity shows the account.',
    ],
  ])('bad input: %s', (_, error, place, text) => {
    const told = cloudFailure(error, place);
    expect(told).toBeInstanceOf(UsageError);
    expect((told as Error).message).toBe(text);
  });

  it('others stay as they are', () => {
    const fault = new TypeError('x is not a function');
    expect(cloudFailure(fault, PLACE)).toBe(fault);
    expect(cloudFailure('text', PLACE)).toBe('text');
  });

  it('the place is where the client looks, and says whether somebody named the deployment', async () => {
    const client = {
      config: { region: async () => 'eu-west-3', credentials: async () => ({ accountId: '210987654321' }) },
    };
    const failing = async (args: string[]): Promise<string> => {
      const one = command();
      await one.parseAsync(args, { from: 'user' });
      return inCloud(client, one, () => Promise.reject(new DeploymentMissing('x'))).catch((error) => error.message);
    };
    expect(await failing([])).toContain(
      '"nspass-dev" does not exist in region eu-west-3 of account 210987654321. That name is the default',
    );
    expect(await failing(['--deployment', 'shop'])).toContain(
      '"shop" does not exist in region eu-west-3 of account 210987654321. Check',
    );
  });
});

describe('what a replay brings', () => {
  const NOW = Date.parse('2026-11-24T08:00:00Z');
  const plan = {
    archiveArn: 'a',
    busArn: 'b',
    to: new Date(NOW),
    archive: { since: Date.parse('2026-11-14T08:00:00Z'), events: 2_400 },
    rules: [{ arn: 'r', appliance: 'edge', clusters: ['c1', 'c2'] }],
    clusters: [],
  };

  it.each([
    [{ ...plan, from: new Date(NOW - 3 * 3_600_000) }, false, [30, '2026-11-24T05:00:00.000Z', false]],
    [plan, false, [260, '2026-11-23T06:00:00.000Z', false]],
    [plan, true, [10, '2026-11-24T07:00:00.000Z', true]],
  ])('events are estimated (%#)', (wanted, audited, [events, from, more]) => {
    const preview = previewReplay(wanted, audited as boolean, NOW);
    expect(planJson(wanted, preview)).toMatchObject({ type: 'plan', estimatedEvents: events, from, more });
  });

  it('--dry-run says it in a sentence', () => {
    expect(dryRunText(plan, previewReplay(plan, true, NOW))).toBe(
      'would replay about 10 events, from 2026-11-24T07:00:00.000Z to 2026-11-24T08:00:00.000Z, then further back as far as the appliances need, to edge (c1, c2); the archive holds 2400 events since 2026-11-14T08:00:00.000Z. The estimate assumes an even rate.',
    );
  });

  it('--json ends with the result', () => {
    expect(resultJson({ end: 'taken', complaints: ['edge: x'], parked: 2 }, 1)).toEqual({
      type: 'result',
      end: 'taken',
      complaints: ['edge: x'],
      parked: 2,
      status: 1,
    });
  });
});
