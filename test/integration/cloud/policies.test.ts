import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, sub } from '../../../infra/cloudformation.ts';
import type { Template } from '../../../infra/standalone.ts';
import { METRICS } from '../../../lib/telemetry/index.ts';
import { CLOUD_TOOLS, SKIPPED, tool } from './support/ministack.ts';
import { createProject, type Project, ROOT, run } from './support/project.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const APPLIANCES = `appliances:
  - name: edge
    clusters: [c1, c2.example]
    endpoints: ['https://10.0.0.5']
    credentials: { secret: nspass/edge }
  - name: b-edge
    clusters: [c1]
    endpoints: ['https://10.0.0.6']
    credentials: { secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:b-edge-AbCdEf' }
    saveAfterSeconds: never
`;

const VARIANTS: Record<string, string[]> = {
  'as it is': [],
  'with everything': [
    'archiveDays: 400',
    'paused: [b-edge]',
    'kmsKey: create',
    'vpc: { subnetIds: [subnet-0123456a, subnet-0123456b], securityGroupIds: [sg-0123456a] }',
    "permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary'",
    "alarmActions: ['arn:aws:sns:eu-central-1:123456789012:on-call']",
    'runbooks: https://example.com/runbooks/',
    'auditMinutes: 1',
    "forwarders: { c1: { oidcProvider: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC', podIdentity: false }, c2.example: { principals: ['arn:aws:iam::123456789012:role/on-premises'] } }",
  ],
};

/** Metrics of AWS that alarms may use (CloudWatch metrics of SQS, EventBridge and Lambda). */
const AWS_METRICS: Record<string, readonly string[]> = {
  'AWS/SQS': ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible', 'NumberOfEmptyReceives'],
  'AWS/Events': ['InvocationsSentToDlq'],
  'AWS/Lambda': ['Errors', 'Throttles', 'Invocations', 'Duration'],
};
const AWS_DIMENSIONS: Record<string, readonly string[]> = {
  'AWS/SQS': ['QueueName'],
  'AWS/Events': ['EventBusName', 'RuleName'],
  'AWS/Lambda': ['FunctionName'],
};

/** Names of metrics that code of the functions records. */
function recorded(): Set<string> {
  const sources = ['functions', 'lib/runtime', 'lib/reconcile']
    .flatMap((dir) =>
      readdirSync(join(ROOT, dir), { encoding: 'utf8', recursive: true }).map((name) => join(ROOT, dir, name)),
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return new Set(Object.keys(METRICS).filter((name) => new RegExp(`['"]${name}['"]`).test(sources)));
}

describe.each(Object.entries(VARIANTS))('the packaged template %s', (variant, settings) => {
  let project: Project;
  let template: Template;
  const of = (type: string) => Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

  beforeAll(async () => {
    project = await createProject({ appliances: APPLIANCES, settings });
    const { status, output } = await project.package();
    if (status !== 0) throw new Error(output);
    template = await project.template();
  });
  afterAll(() => project?.remove());

  const statements = (): [string, Statement][] =>
    Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
      const documents =
        Type === 'AWS::IAM::Role'
          ? [
              Properties.AssumeRolePolicyDocument,
              ...(Properties.Policies as { PolicyDocument: unknown }[]).map(({ PolicyDocument }) => PolicyDocument),
            ]
          : [Properties.PolicyDocument, Properties.KeyPolicy];
      const found = documents.flatMap((document) =>
        list((document as { Statement?: Statement[] } | undefined)?.Statement),
      );
      const bus = Type === 'AWS::Events::EventBusPolicy' ? [Properties.Statement as Statement] : [];
      return [...found, ...bus].map((statement): [string, Statement] => [id, statement]);
    });

  it('allows no action by wildcard', () => {
    expect(statements().length).toBeGreaterThan(20);
    for (const [id, { Action }] of statements()) {
      for (const action of list(Action)) expect(action, id).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
    }
  });

  it('allows everything on named resources, but where the service has none to name', () => {
    const nameless = /^(xray:|ec2:|events:List(Rules|Replays)$|lambda:ListEventSourceMappings$)/;
    for (const [id, { Action, Resource, Effect }] of statements()) {
      if (Resource !== '*' || template.Resources[id]?.Type === 'AWS::KMS::Key') continue;
      expect(Effect).toBe('Allow');
      for (const action of list(Action)) expect(action, id).toMatch(nameless);
    }
  });

  it('lets no stranger in: who may do something is named, or bound by a condition', () => {
    for (const [id, { Effect, Principal, Condition }] of statements()) {
      if (Effect === 'Allow' && Principal === '*') expect(Condition, id).toBeDefined();
      const service = (Principal as { Service?: unknown } | undefined)?.Service;
      if (service === 'events.amazonaws.com' || service === 'scheduler.amazonaws.com') {
        expect(Condition, id).toBeDefined();
      }
    }
  });

  it('gives each function a role of its own, and keeps our sources on the bus to whom they belong', () => {
    const rolesOf = of('AWS::Lambda::Function').map(([, { Properties }]) => JSON.stringify(Properties.Role));
    expect(new Set(rolesOf).size).toBe(3);
    const [forwarders, functions] = of('AWS::Events::EventBusPolicy').map(
      ([, { Properties }]) => Properties.Statement as Statement,
    );
    expect(forwarders).toMatchObject({
      Effect: 'Deny',
      Condition: {
        'ForAnyValue:StringEquals': { 'events:source': ['nspass.forwarder'] },
        ArnNotEquals: {
          'aws:PrincipalArn': [
            { 'Fn::GetAtt': ['ForwarderRoleC1', 'Arn'] },
            { 'Fn::GetAtt': ['ForwarderRoleC2Dotexample', 'Arn'] },
          ],
        },
      },
    });
    const condition = (functions?.Condition ?? {}) as Record<string, Record<string, unknown[]>>;
    expect(functions?.Effect).toBe('Deny');
    expect(condition['ForAnyValue:StringEquals']).toEqual({ 'events:source': ['nspass.functions'] });
    expect(condition.ArnNotEquals?.['aws:PrincipalArn']).toHaveLength(3);
  });

  it('lets the schedule of the audit invoke the audit, and nothing else', () => {
    const schedules = of('AWS::Scheduler::Schedule').map(([, { Properties }]) => Properties);
    expect(schedules).toEqual([
      {
        Description: 'Looks at every appliance',
        FlexibleTimeWindow: { Mode: 'OFF' },
        GroupName: { Ref: 'AuditSchedules' },
        ScheduleExpression: variant === 'as it is' ? 'rate(5 minutes)' : 'rate(1 minute)',
        State: 'ENABLED',
        Target: {
          Arn: { 'Fn::GetAtt': ['AuditLambdaFunction', 'Arn'] },
          RoleArn: { 'Fn::GetAtt': ['AuditScheduleRole', 'Arn'] },
        },
      },
    ]);
    // Rules on the bus name it; a rule without one would be the schedule of before.
    expect(of('AWS::Events::Rule').filter(([, { Properties }]) => Properties.EventBusName === undefined)).toEqual([]);
    expect(of('AWS::Lambda::Permission')).toEqual([]);
    const role = template.Resources.AuditScheduleRole?.Properties as
      | {
          AssumeRolePolicyDocument: { Statement: Statement[] };
          Policies: { PolicyDocument: { Statement: Statement[] } }[];
        }
      | undefined;
    expect(role?.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: ['sts:AssumeRole'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': sub(ACCOUNT) },
          ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['AuditSchedules', 'Arn'] } },
        },
      },
    ]);
    expect(role?.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      {
        Sid: 'Audit',
        Effect: 'Allow',
        Action: ['lambda:InvokeFunction'],
        Resource: { 'Fn::GetAtt': ['AuditLambdaFunction', 'Arn'] },
      },
    ]);
  });

  it('encrypts every queue', () => {
    const queues = of('AWS::SQS::Queue');
    expect(queues).toHaveLength(7);
    for (const [id, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled === true || Properties.KmsMasterKeyId !== undefined, id).toBe(true);
    }
  });

  it('gives every queue a dead-letter queue, unless it is one where letters wait for somebody', () => {
    const queues = new Map(of('AWS::SQS::Queue'));
    const last = ['ParkingQueue', 'UndeliveredQueue'];
    for (const [id, { Properties }] of queues) {
      const redrive = Properties.RedrivePolicy as
        | { deadLetterTargetArn: { 'Fn::GetAtt': [string, string] }; maxReceiveCount: number }
        | undefined;
      if (last.includes(id)) {
        expect(redrive, id).toBeUndefined();
        continue;
      }
      const target = queues.get(redrive?.deadLetterTargetArn['Fn::GetAtt'][0] ?? '');
      expect(target, id).toBeDefined();
      // The dead-letter queue of a FIFO queue must be one.
      expect(target?.Properties.FifoQueue, id).toBe(Properties.FifoQueue);
      expect(redrive?.maxReceiveCount, id).toBeGreaterThanOrEqual(5);
    }
  });

  it('gives every target of a rule on the bus a dead-letter queue that lets the rule in', () => {
    for (const [id, { Properties }] of of('AWS::Events::Rule')) {
      if (Properties.EventBusName === undefined) continue;
      for (const target of Properties.Targets as { Arn: unknown; DeadLetterConfig?: unknown }[]) {
        expect(target.DeadLetterConfig, id).toEqual({ Arn: { 'Fn::GetAtt': ['UndeliveredQueue', 'Arn'] } });
        for (const queue of [target.Arn, { 'Fn::GetAtt': ['UndeliveredQueue', 'Arn'] }]) {
          const [name] = (queue as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
          const policy = JSON.stringify(template.Resources[`${name}Policy`]);
          expect(policy, `${id} → ${name}`).toContain(`/${Properties.Name}"`);
        }
      }
    }
  });

  it('has for every alarm a metric that the code emits or AWS publishes, with the dimensions that it has', () => {
    const ours = recorded();
    const alarms = of('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(20);
    for (const [id, { Properties }] of alarms) {
      const { Namespace, MetricName } = Properties as { Namespace: string; MetricName: string };
      const dimensions = (Properties.Dimensions as { Name: string }[]).map(({ Name }) => Name);
      if (Namespace === 'nspass') {
        expect(ours, id).toContain(MetricName);
        const declared = METRICS[MetricName as keyof typeof METRICS].dimensions as readonly string[];
        expect(dimensions[0], id).toBe('service');
        for (const dimension of dimensions.slice(1)) expect(declared, id).toContain(dimension);
      } else {
        expect(AWS_METRICS[Namespace], id).toContain(MetricName);
        expect(dimensions, id).toEqual(AWS_DIMENSIONS[Namespace]);
      }
    }
  });

  it('links every alarm to a runbook that exists', () => {
    const runbooks = readdirSync(join(ROOT, 'docs/runbooks'));
    for (const [id, { Properties }] of of('AWS::CloudWatch::Alarm')) {
      const file = /Runbook: \S*\/([a-z-]+\.md)$/.exec(String(Properties.AlarmDescription))?.[1];
      expect(runbooks, id).toContain(file);
    }
  });

  it('shows on the dashboard metrics of the same kind only', () => {
    const ours = recorded();
    const body = template.Resources.Dashboard?.Properties.DashboardBody;
    const { widgets } = JSON.parse(String((body as Record<string, string> | undefined)?.['Fn::Sub'])) as {
      widgets: { type: string; properties: { metrics: (string | { expression?: string; id?: string })[][] } }[];
    };
    const shown = widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties.metrics);
    expect(shown.flat().length).toBeGreaterThan(20);
    for (const metrics of shown) {
      const ids = metrics.map((line) => line.at(-1)).map((last) => (typeof last === 'string' ? undefined : last?.id));
      for (const [first, name] of metrics) {
        if (typeof first === 'object') {
          // An expression is of metrics of the same widget.
          const [, of] = /^RATE\((\w+)\)$/.exec(first.expression ?? '') ?? [];
          expect(ids, first.expression).toContain(of);
          continue;
        }
        const known = first === 'nspass' ? [...ours] : AWS_METRICS[String(first)];
        expect(known, `${first} ${name}`).toContain(name);
      }
    }
  });

  it('reads every work queue with one source, which a pause switches off, and keeps the batch whole', () => {
    const sources = of('AWS::Lambda::EventSourceMapping');
    const enabled = Object.fromEntries(
      sources.map(([, { Properties }]) => [
        (Properties.EventSourceArn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0],
        Properties.Enabled,
      ]),
    );
    expect(enabled).toEqual({
      WorkQueueEdge: true,
      WorkQueueBDashedge: variant === 'as it is',
      DeadLettersQueue: true,
    });
    for (const [id, { Properties }] of sources) {
      expect(Properties.FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('waits six times the longest run before a message comes again', () => {
    const timeout = Number(template.Resources.ReconcileLambdaFunction?.Properties.Timeout);
    expect(template.Resources.WorkQueueEdge?.Properties.VisibilityTimeout).toBe(6 * timeout);
  });

  it('follows its settings', () => {
    const everything = variant !== 'as it is';
    expect(template.Resources.ReconcileLambdaFunction?.Properties.VpcConfig).toEqual(
      everything ? { SecurityGroupIds: ['sg-0123456a'], SubnetIds: ['subnet-0123456a', 'subnet-0123456b'] } : undefined,
    );
    for (const [id, { Properties }] of of('AWS::IAM::Role')) {
      expect(Properties.PermissionsBoundary, id).toBe(
        everything ? 'arn:aws:iam::123456789012:policy/boundary' : undefined,
      );
    }
    expect(template.Resources.Archive?.Properties.RetentionDays).toBe(everything ? 400 : 0);
    for (const [id, { Properties }] of of('AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions, id).toEqual(everything ? ['arn:aws:sns:eu-central-1:123456789012:on-call'] : []);
    }
    const trust = JSON.stringify(template.Resources.ForwarderRoleC1?.Properties.AssumeRolePolicyDocument);
    expect(trust.includes('pods.eks.amazonaws.com')).toBe(!everything);
    expect(
      trust.includes(
        '"oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub":"system:serviceaccount:nspass:nspass-forwarder"',
      ),
    ).toBe(everything);
    expect(template.Resources.ReconcileLogGroup?.Properties.KmsKeyId !== undefined).toBe(everything);
  });

  it.skipIf(!CLOUD_TOOLS)(`passes cfn-lint${SKIPPED}`, async () => {
    const file = join(project.dir, 'template.json');
    await writeFile(file, JSON.stringify(template, null, 1));
    // W3005: osls names dependencies that CloudFormation would find itself.
    const { status, output } = await run(tool('cfn-lint'), ['--ignore-checks', 'W3005', '--', file], project.dir);
    expect([status, output]).toEqual([0, '']);
  });
});
