import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deploymentProblems, functionFiles, readAppliances } from '../../../infra/load.ts';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { appliance, deploy } from './support.ts';

describe('settings of a deployment', () => {
  it('have defaults for everything but the appliances', () => {
    const { settings, clusters, forwarder } = deploy();
    expect(settings).toMatchObject({
      archiveDays: 0,
      kmsKey: 'none',
      logDays: 30,
      auditMinutes: 5,
      timeoutSeconds: 120,
    });
    expect(clusters).toEqual(['c1']);
    expect(forwarder('c1')).toEqual({
      namespace: 'nspass',
      serviceAccount: 'nspass-forwarder',
      podIdentity: true,
      principals: [],
      // An alarm counts three missed snapshots.
      snapshotMinutes: DEFAULT_SETTINGS.snapshotIntervalMs / 60_000,
    });
  });

  it.each([
    ['an unknown key', { archivDays: 5 }, 'unknown key archivDays'],
    ['a time-out that Lambda has not', { timeoutSeconds: 901 }, 'timeoutSeconds'],
    ['no ARN', { alarmActions: ['on-call'] }, 'alarmActions.0'],
    ['an ARN of another service', { permissionsBoundary: 'arn:aws:s3:::x' }, 'permissionsBoundary'],
    ['a key that is none', { kmsKey: 'yes' }, 'kmsKey'],
    ['a subnet that is none', { vpc: { subnetIds: ['net'], securityGroupIds: ['sg-1'] } }, 'vpc.subnetIds.0'],
    ['half a VPC', { vpc: { securityGroupIds: ['sg-1'] } }, 'set both subnetIds and securityGroupIds'],
    ['a pause of nobody', { paused: ['egde'] }, 'appliances.yml has no appliance "egde"'],
    ['a forwarder of nowhere', { forwarders: { c2: {} } }, 'no appliance serves the cluster "c2"'],
    ['a namespace that is none', { forwarders: { c1: { namespace: 'A B' } } }, 'forwarders.c1.namespace'],
  ])('refuse %s', (_case, settings, reason) => {
    expect(() => deploy(settings)).toThrow(reason);
  });

  it.each(['Nspass-dev', 'a', 'x'.repeat(31), 'nspass_dev', '-nspass'])('refuse the name %s', (prefix) => {
    expect(() => deploy({}, undefined, prefix)).toThrow('must be 2 to 30 lower-case letters');
  });
});

describe('appliances.yml of a deployment', () => {
  it.each([
    ['credentials of one machine', appliance('edge', ['c1'], { credentials: { environment: 'EDGE' } }), 'credentials'],
    [
      'a secret of no name',
      appliance('edge', ['c1'], { credentials: { secret: 'a$' + '{AWS::X}*' } }),
      'credentials.secret',
    ],
    [
      'an ARN of another service',
      appliance('edge', ['c1'], { credentials: { secret: 'arn:aws:s3:::a' } }),
      'credentials.secret',
    ],
    ['an authority that is not there', appliance('edge', ['c1'], { tls: { ca: 'none.pem' } }), 'tls.ca'],
  ])('is not %s', (_case, one, path) => {
    expect(deploymentProblems([one], () => false).map((problem) => problem.path.slice(2).join('.'))).toEqual([path]);
  });

  it('the example is valid', () => {
    const file = fileURLToPath(new URL('../../../appliances.example.yml', import.meta.url));
    expect(readAppliances(file).map(({ name }) => name)).toEqual(['edge', 'datacentre']);
    expect([...functionFiles(file).keys()]).toEqual(['appliances.json']);
  });

  it('missing file → error with a remedy', () => {
    expect(() => readAppliances('nowhere.yml')).toThrow(
      'cannot read nowhere.yml (ENOENT): copy appliances.example.yml',
    );
  });

  it('existing certificate authority → no problem', () => {
    expect(deploymentProblems([appliance('edge', ['c1'], { tls: { ca: 'ca.pem' } })], (ca) => ca === 'ca.pem')).toEqual(
      [],
    );
  });
});
