import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../lib/forwarder/process/config.ts';
import { deploy } from '../../unit/infra/support.ts';
import { CHART, type Rendered, type Stage } from './stage.ts';

const kinds = (objects: readonly Rendered[]): string[] => objects.map(({ kind }) => kind).sort();
const find = (objects: readonly Rendered[], kind: string): Rendered =>
  objects.find((object) => object.kind === kind) as Rendered;
const rights = (objects: readonly Rendered[]): string[] =>
  (find(objects, 'ClusterRole').rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[])
    .flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)))
    .sort();

export function chart(stage: () => Stage): void {
  it('passes helm lint', async () => {
    const text = await stage().helm(['lint', CHART, '--strict']);
    expect(text).toContain('0 chart(s) failed');
  });

  it('gives the forwarder a configuration that it takes, whatever is switched', async () => {
    for (const config of [
      {},
      { kubernetes: { nodes: false, idleMs: 60_000 }, report: { status: false, events: false }, lease: { name: 'x' } },
      {
        outcomes: { queueUrl: 'https://sqs.test/q' },
        ingress: { classNames: ['a'] },
        http: { host: '::', port: 9_090 },
      },
    ]) {
      const objects = await stage().render({ config });
      const text = find(objects, 'ConfigMap').data['config.json'] as string;
      expect(parseConfig(JSON.parse(text), 'chart')).toMatchObject({ cluster: 'test', lease: { namespace: 'nspass' } });
    }
  });

  it('permits what is used, and no more', async () => {
    expect(rights(await stage().render())).toEqual([
      'create events',
      'get customresourcedefinitions',
      'get gatewayclasses',
      'get gateways',
      'get ingresses',
      'get namespaces',
      'get tlsroutes',
      'list endpointslices',
      'list gatewayclasses',
      'list gateways',
      'list ingressclasses',
      'list ingresses',
      'list namespaces',
      'list nodes',
      'list referencegrants',
      'list services',
      'list tlsroutes',
      'patch gatewayclasses/status',
      'patch gateways/status',
      'patch ingresses/status',
      'patch tlsroutes/status',
      'watch endpointslices',
      'watch gatewayclasses',
      'watch gateways',
      'watch ingressclasses',
      'watch ingresses',
      'watch namespaces',
      'watch nodes',
      'watch referencegrants',
      'watch services',
      'watch tlsroutes',
    ]);
    const config = { kubernetes: { nodes: false }, report: { status: false, events: false } };
    const least = rights(await stage().render({ config }));
    expect(least.filter((right) => /node|status|event[^a-z]*s$|get (?!namespaces)/.test(right))).toEqual([]);
    const without = rights(await stage().render({ config: { gateway: { enabled: false } } }));
    expect(without.filter((right) => /gateway|tlsroute|grant|custom|(list|watch) namespaces/.test(right))).toEqual([]);
  });

  it('renders what is switched on', async () => {
    expect(kinds(await stage().render())).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Deployment',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
    const more = await stage().render({
      serviceMonitor: { enabled: true },
      prometheusRule: { enabled: true },
      networkPolicy: { enabled: false },
      replicas: 1,
    });
    expect(kinds(more)).toEqual(expect.arrayContaining(['PrometheusRule', 'Service', 'ServiceMonitor']));
    expect(kinds(more)).not.toContain('NetworkPolicy');
    // One replica cannot be kept while its node is drained.
    expect(kinds(more)).not.toContain('PodDisruptionBudget');
  });

  it('runs as nobody, on a root that cannot be written to', async () => {
    const { spec } = find(await stage().render(), 'Deployment').spec.template;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec.automountServiceAccountToken).toBe(false);
  });

  it('names metrics in its alerts that the forwarder has', async () => {
    const { families } = await import('../../../lib/forwarder/process/metrics.ts');
    const kind = {
      kind: 'Node',
      objects: 0,
      listed: true,
      doubted: false,
      problem: undefined,
      silentMs: 0,
      restarts: {},
    } as const;
    const known = families({
      kinds: [kind],
      leading: true,
      terms: 0,
      ready: true,
      forwarder: undefined,
      reports: { status: 0, events: 0, failed: 0 },
      process: {
        residentBytes: 0,
        heapBytes: 0,
        cpuSeconds: 0,
        startSeconds: 0,
        eventLoopLagSeconds: 0,
        eventLoopLagMaxSeconds: 0,
      },
    }).map(({ name }) => name);
    const rules = JSON.stringify(find(await stage().render({ prometheusRule: { enabled: true } }), 'PrometheusRule'));
    const named = rules.match(/nspass_forwarder_[a-z_]+/g) ?? [];
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    ['a value that nobody knows', ['replica=3'], 'replica'],
    ['no cluster', ['config.cluster='], 'config.cluster must be set'],
    ['no image', ['image.repository='], 'image.repository must be set'],
    ['a cluster that is no name', ['config.cluster=A_B'], '/config/cluster'],
    ['a figure out of bounds', ['config.lease.durationMs=5'], '/config/lease/durationMs'],
    ['a digest that is none', ['image.digest=latest'], '/image/digest'],
  ])('refuses %s, and names it', async (_what, sets, named) => {
    const args = [
      'template',
      'x',
      CHART,
      '--set',
      ['image.repository=i', 'config.cluster=c', 'config.bus.name=b', ...sets].join(','),
    ];
    const error = await new Promise<string>((resolve) =>
      execFile(`${stage().assets}/helm`, args, (_error, _out, text) => resolve(text)),
    );
    expect(error).toContain(named);
  });

  it('runs as the service account that the role of the deployment trusts', async () => {
    const { namespace, serviceAccount } = deploy().forwarder('c1');
    expect(namespace).toBe('nspass');
    const objects = await stage().render();
    expect(find(objects, 'Deployment').spec.template.spec.serviceAccountName).toBe(serviceAccount);
    expect(find(objects, 'ServiceAccount').metadata).toMatchObject({ name: serviceAccount, namespace });
  });

  it('is taken by the API server as it is', async () => {
    await stage().install();
    const { body } = await stage().plane.call('GET', '/apis/apps/v1/namespaces/nspass/deployments');
    expect(body.items.map((item: Rendered) => item.metadata.name)).toEqual(['nspass-netscaler-passthrough']);
  });
}
