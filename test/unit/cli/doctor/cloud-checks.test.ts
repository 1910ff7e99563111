import { describe, expect, it } from 'vitest';
import { cloudChecks } from '../../../../lib/cli/doctor/cloud-checks.ts';
import type { CloudFacts } from '../../../../lib/cli/doctor/cloud-facts.ts';
import { addressOf, awsCredentialsSource } from '../../../../lib/cli/doctor/cloud-service.ts';
import { topology } from '../../../../lib/config/topology.ts';

const plan = topology([{ name: 'edge', clusters: ['c1'] }], { name: 'd' });
const contact = {
  service: 'SQS',
  address: 'https://sqs.test',
  answered: true,
  silent: undefined,
  rejected: undefined,
  clock: { before: 100_000, after: 100_000, theirs: 100_000 },
};
const archive = { state: 'ENABLED', reason: '', events: 3, busArn: 'arn:bus' };
const mapping = (queue: string, uuid = 'u1', state = 'Enabled') => ({ uuid, queue: `d-${queue}`, state });
const GOOD: CloudFacts = {
  deployment: 'd',
  options: '--deployment d',
  credentials: 'the profile x (AWS_PROFILE)',
  services: [contact],
  bus: { state: 'there', value: 'arn:bus' },
  archive: { state: 'there', value: archive },
  rules: { state: 'there', value: plan.rules.map(({ name }) => ({ name, arn: '', enabled: true, pattern: '{}' })) },
  topology: plan,
  queues: new Map(plan.queues.map(({ name }) => [name, { state: 'there', value: { waiting: 0, inFlight: 0 } }])),
  mappings: new Map([
    ['work', { state: 'there', value: [mapping('edge.fifo')] }],
    ['dead-letter', { state: 'there', value: [mapping('dead_letters.fifo')] }],
  ]),
};

const failures = (facts: CloudFacts) => cloudChecks(facts).filter(({ result }) => result === 'failed');

describe('a deployment', () => {
  it('that has everything: nothing is wrong', () => {
    expect(cloudChecks(GOOD).filter(({ result }) => result !== 'ok')).toEqual([]);
  });

  it.each<[string, Partial<CloudFacts>, string, RegExp]>([
    [
      'a clock that is six minutes ahead of this machine’s',
      { services: [{ ...contact, clock: { before: 0, after: 0, theirs: 360_000 } }] },
      'clock',
      /^is 360 s ahead of/,
    ],
    [
      'an archive that failed',
      { archive: { state: 'there', value: { ...archive, state: 'CREATE_FAILED', reason: 'no key' } } },
      'archive',
      /^is CREATE_FAILED \(no key\)/,
    ],
    [
      'an archive of another bus',
      { archive: { state: 'there', value: { ...archive, busArn: 'arn:other' } } },
      'archive',
      /^archives arn:other/,
    ],
    [
      'two mappings: two writers',
      {
        mappings: new Map([
          ...GOOD.mappings,
          ['work', { state: 'there', value: [mapping('edge.fifo'), mapping('edge.fifo', 'u2')] }],
        ]),
      },
      'event source edge.fifo',
      /^2 mappings read the queue \(u1, u2\)/,
    ],
    [
      'a mapping that is about to be disabled',
      {
        mappings: new Map([
          ...GOOD.mappings,
          ['work', { state: 'there', value: [mapping('edge.fifo', 'u1', 'Disabling')] }],
        ]),
      },
      'event source edge.fifo',
      /^is disabling/,
    ],
    [
      'dead letters that nobody reports',
      {
        queues: new Map([
          ...GOOD.queues,
          ['dead_letters.fifo', { state: 'there', value: { waiting: 2, inFlight: 1 } }],
        ]),
      },
      'queue dead_letters.fifo',
      /^3 dead letters wait to be reported/,
    ],
    [
      'no function',
      { mappings: new Map([...GOOD.mappings, ['work', { state: 'missing' }]]) },
      'event source edge.fifo',
      /^does not exist/,
    ],
  ])('%s', (_what, more, check, text) => {
    const wrong = failures({ ...GOOD, ...more });
    expect(wrong.map((one) => one.check)).toEqual([check]);
    expect(wrong[0]?.text).toMatch(text);
    expect(wrong[0]?.remedy).toBeTruthy();
  });

  it('without a configuration and without rules: the queues are not known, and the remedy says how', () => {
    const denied = { state: 'denied', action: 'events:ListRules' } as const;
    const checks = cloudChecks({ ...GOOD, rules: denied, topology: undefined, queues: new Map() });
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(checks.find(({ check }) => check === 'rules')?.text).toContain('events:ListRules');
    expect(checks.find(({ check }) => check === 'queues')?.remedy).toContain('--config');
  });
});

describe('the address of a service', () => {
  it.each([
    [{ endpoint: 'http://127.0.0.1:1', env: { AWS_ENDPOINT_URL: 'http://x' } }, 'http://127.0.0.1:1 (--endpoint)'],
    [{ env: { AWS_ENDPOINT_URL: 'http://x', AWS_ENDPOINT_URL_SQS: 'http://y' } }, 'http://y (AWS_ENDPOINT_URL_SQS)'],
    [{ env: { AWS_ENDPOINT_URL: 'http://x' } }, 'http://x (AWS_ENDPOINT_URL)'],
    [{ region: 'eu-west-1', env: { AWS_REGION: 'us-east-1' } }, 'https://sqs.eu-west-1.amazonaws.com (--region)'],
    [{ env: { AWS_REGION: 'us-east-1' } }, 'https://sqs.us-east-1.amazonaws.com (AWS_REGION)'],
    [{ env: { AWS_DEFAULT_REGION: 'us-east-1' } }, 'https://sqs.us-east-1.amazonaws.com (AWS_DEFAULT_REGION)'],
    [{ env: {} }, 'sqs of the profile’s region (--region, AWS_REGION)'],
  ])('%j → %s', (sources, text) => {
    expect(addressOf('sqs', 'SQS', sources)).toBe(text);
  });
});

describe('the source of the credentials', () => {
  it.each([
    [{ env: { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'never' } }, 'the variables AWS_ACCESS_KEY_ID'],
    [{ env: { AWS_PROFILE: 'oncall' } }, 'the profile oncall (AWS_PROFILE)'],
    [{ endpoint: 'http://127.0.0.1:1', env: {} }, 'nowhere: the endpoint is on this machine'],
    [{ env: {} }, 'where the AWS SDK finds them (AWS_ACCESS_KEY_ID'],
  ])('%j → %s', (sources, text) => {
    expect(awsCredentialsSource(sources)).toContain(text);
    expect(awsCredentialsSource(sources)).not.toMatch(/never|AKIA/);
  });
});
