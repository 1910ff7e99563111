import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNBOOKS } from '../../../infra/alarms/alarm.ts';
import { logical } from '../../../infra/cloudformation.ts';
import { standalone } from '../../../infra/standalone.ts';
import { extensions, reconcileEvents, resources, vpc } from '../../../infra/template.ts';
import { topology } from '../../../lib/config/topology.ts';
import { appliance, deploy } from './support.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);
const cluster = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?$/);

describe('logical ids', () => {
  it('letters and digits only; different names have different ids', () => {
    fc.assert(
      fc.property(cluster, cluster, (one, other) => {
        expect(logical(one)).toMatch(/^[A-Za-z0-9]+$/);
        expect(logical(one) === logical(other)).toBe(one === other);
      }),
    );
  });

  it.each([
    ['b-edge', 'BDashedge'],
    ['c2.example', 'C2Dotexample'],
    ['desired_edge', 'DesiredUnderscoreedge'],
  ])('%s → %s', (text, expected) => {
    expect(logical(text)).toBe(expected);
  });
});

describe('the resources', () => {
  it('contain the whole topology, for any names of appliances and clusters', () => {
    const fleet = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fleet, fc.uniqueArray(cluster, { minLength: 1, maxLength: 3 }), (names, clusters) => {
        const appliances = names.map((one) => appliance(one, clusters));
        const all = Object.values(resources(deploy({}, appliances)));
        const plan = topology(appliances);
        const of = (type: string) => all.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
        expect(of('AWS::SQS::Queue').map(({ QueueName }) => QueueName)).toEqual(
          plan.queues.map((queue) => `nspass-dev-${queue.name}`),
        );
        for (const { QueueName } of of('AWS::SQS::Queue')) expect(String(QueueName).length).toBeLessThanOrEqual(80);
        expect(of('AWS::Events::Rule').map(({ EventPattern }) => EventPattern)).toEqual(
          plan.rules.map(({ pattern }) => pattern),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('refer only to resources of the template', () => {
    const all = resources(deploy({ kmsKey: 'create' }, [appliance('edge', ['c1', 'c2']), appliance('dc', ['c2'])]));
    const functions = ['ReconcileLambdaFunction', 'AuditLambdaFunction', 'DeadLetterLambdaFunction'];
    const logs = ['ReconcileLogGroup', 'AuditLogGroup', 'DeadLetterLogGroup'];
    const known = new Set([...Object.keys(all), ...functions, ...logs]);
    const text = JSON.stringify(all);
    const named = [
      ...[...text.matchAll(/"Ref":"([^"]+)"/g)].map(([, id]) => id),
      ...[...text.matchAll(/"Fn::GetAtt":\["([^"]+)"/g)].map(([, id]) => id),
      ...[...text.matchAll(/\$\{([^}]+)\}/g)].map(([, id]) => id).filter((id) => !id?.startsWith('AWS::')),
      ...Object.values(all).flatMap(({ DependsOn = [] }) => DependsOn),
    ];
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((id) => !known.has(id ?? ''))).toEqual([]);
  });

  it('have a runbook for each alarm, and an alarm for each runbook but that of a lost region', () => {
    const text = JSON.stringify(resources(deploy({}, [appliance('edge', ['c1'], { checkCertificates: true })])));
    for (const runbook of RUNBOOKS) {
      expect(text.includes(`docs/runbooks/${runbook}.md`), runbook).toBe(runbook !== 'region-lost');
    }
  });

  it('an alarm on certificates only where they are looked at, and no host as a dimension', () => {
    const all = resources(deploy({}, [appliance('edge', ['c1'], { checkCertificates: true })]));
    expect(all.AlarmEdgeCertificateExpires?.Properties).toMatchObject({
      MetricName: 'CertificateExpiry',
      Dimensions: [{ Name: 'service' }, { Name: 'appliance', Value: 'edge' }],
      Threshold: 14 * 86_400,
    });
    expect(resources(deploy()).AlarmEdgeCertificateExpires).toBeUndefined();
  });

  it('saveAfterSeconds `never` → no alarm on unsaved changes', () => {
    const all = resources(deploy({}, [appliance('edge', ['c1'], { saveAfterSeconds: 'never' })]));
    expect(all.AlarmEdgeNotSaved).toBeUndefined();
    expect(resources(deploy()).AlarmEdgeNotSaved).toBeDefined();
  });

  it('alarm within 15 minutes when the forwarder of a cluster stops', () => {
    const all = resources(deploy({}, [appliance('edge', ['c1', 'c2'])]));
    for (const [id, queue] of [
      ['AlarmC1Silent', 'OutcomesQueueC1'],
      ['AlarmC2Silent', 'OutcomesQueueC2'],
    ] as const) {
      const alarm = all[id]?.Properties ?? {};
      expect(alarm).toMatchObject({
        MetricName: 'NumberOfEmptyReceives',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        DatapointsToAlarm: alarm.EvaluationPeriods,
        TreatMissingData: 'breaching',
      });
      expect(Number(alarm.Period) * Number(alarm.EvaluationPeriods)).toBeLessThan(15 * 60);
    }
  });

  it.each([
    ['three intervals', {}, {}, 9],
    ['three intervals of its forwarder', { forwarders: { c1: { snapshotMinutes: 60 } } }, {}, 36],
    ['none: CloudWatch looks back no further', { forwarders: { c1: { snapshotMinutes: 1440 } } }, {}, undefined],
    ['none: it is paused', { paused: ['edge'] }, {}, undefined],
    ['none: it is only observed', {}, { policy: 'observe' }, undefined],
  ])('have an alarm for snapshots that stay away: %s', (_case, settings, more, periods) => {
    const all = resources(deploy(settings, [appliance('edge', ['c1'], more)]));
    expect(all.AlarmEdgeC1NoSnapshot?.Properties.EvaluationPeriods).toBe(periods);
  });

  it('allow only rules and the roles that need it to send to a queue', () => {
    const operator = 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_OnCall_*';
    const role = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
    const deny = (all: ReturnType<typeof resources>, queue: string) => {
      const document = all[`${queue}Policy`]?.Properties.PolicyDocument as { Statement: { Sid: string }[] } | undefined;
      return document?.Statement.find(({ Sid }) => Sid === 'OnlyWhoHasToSends');
    };
    const expected = {
      WorkQueueEdge: [operator],
      OutcomesQueueC1: [operator],
      DeadLettersQueue: [role('ReconcileRole')],
      ParkingQueue: [role('DeadLetterRole')],
      UndeliveredQueue: [],
    };
    const all = resources(deploy({ operators: [operator] }));
    const queues = Object.entries(all).flatMap(([id, { Type }]) => (Type === 'AWS::SQS::Queue' ? [id] : []));
    expect(queues.sort()).toEqual(Object.keys(expected).sort());
    for (const [queue, roles] of Object.entries(expected)) {
      expect(deny(all, queue), queue).toMatchObject({
        Effect: 'Deny',
        Principal: '*',
        Action: ['sqs:SendMessage'],
        Resource: role(queue),
        Condition: {
          // Rules send as the service. A role is compared only if the policy lists one.
          Bool: { 'aws:PrincipalIsAWSService': false },
          ...(roles.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': roles } }),
        },
      });
    }
    // Without operators nobody redrives: a condition on an empty list would allow everyone.
    expect(JSON.stringify(deny(resources(deploy()), 'WorkQueueEdge'))).not.toContain('ArnNotLike');
  });

  it('a queue is a dead-letter queue only of its own sources', () => {
    const all = resources(deploy());
    const allowance = (id: string) => all[id]?.Properties.RedriveAllowPolicy as Record<string, unknown>;
    expect(allowance('WorkQueueEdge')).toEqual({ redrivePermission: 'denyAll' });
    expect(allowance('OutcomesQueueC1')).toEqual({ redrivePermission: 'denyAll' });
    expect(JSON.stringify(allowance('DeadLettersQueue'))).toContain(':nspass-dev-edge.fifo"');
    expect(JSON.stringify(allowance('ParkingQueue'))).toContain(':nspass-dev-dead_letters.fifo"');
    expect(JSON.stringify(allowance('UndeliveredQueue'))).toContain(':nspass-dev-outcomes_c1"');
  });

  it('functions read only the configured secrets, by name or ARN', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:1:secret:x-AbCdEf';
    const all = resources(
      deploy({}, [appliance('edge', ['c1']), appliance('dc', ['c1'], { credentials: { secret: arn } })]),
    );
    const role = JSON.stringify(all.ReconcileRole);
    expect(role).toContain(':secret:nspass/edge-??????"');
    expect(role).toContain(`"${arn}"`);
    expect(JSON.stringify(all.DeadLetterRole)).not.toContain('secretsmanager');
  });

  it('disable exactly the queues of paused appliances', () => {
    const fleet = [appliance('edge', ['c1']), appliance('dc', ['c1'])];
    const events = reconcileEvents(deploy({ paused: ['dc'] }, fleet)) as { sqs: { enabled: boolean } }[];
    expect(events.map(({ sqs }) => sqs.enabled)).toEqual([true, false]);
  });

  it('default: outside a VPC, encrypted with keys of AWS', () => {
    expect(vpc(deploy())).toBe(false);
    expect(extensions(deploy())).toEqual({});
    expect(Object.keys(extensions(deploy({ kmsKey: 'create' })))).toHaveLength(3);
    const own = 'arn:aws:kms:eu-central-1:1:key/k';
    const queue = resources(deploy({ kmsKey: own })).WorkQueueEdge?.Properties;
    expect(queue).toMatchObject({ KmsMasterKeyId: own });
    expect(queue?.SqsManagedSseEnabled).toBeUndefined();
    expect(resources(deploy({ kmsKey: own })).Key).toBeUndefined();
  });
});

describe('the template of plain CloudFormation', () => {
  const packaged = {
    Resources: {
      ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: 'serverless/a/1234/f.zip' },
          Timeout: 3,
        },
      },
    },
    Outputs: { ServerlessDeploymentBucketName: {}, BusName: {} },
  };

  it('takes zips from the bucket parameter, with keys that are hashes of their content', () => {
    const { template, keys } = standalone(packaged, new Map([['f.zip', Buffer.from('code')]]));
    expect(Object.keys(template.Resources)).toEqual(['F']);
    expect(template.Resources.F?.Properties).toEqual({
      Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: keys.get('f.zip') },
      Timeout: 3,
    });
    expect(Object.keys(template.Outputs ?? {})).toEqual(['BusName']);
    const other = standalone(packaged, new Map([['f.zip', Buffer.from('other code')]]));
    expect(other.keys.get('f.zip')).not.toBe(keys.get('f.zip'));
  });

  it('fails when a function has no zip', () => {
    expect(() => standalone(packaged, new Map())).toThrow('F runs f.zip, which was not packaged');
  });
});
