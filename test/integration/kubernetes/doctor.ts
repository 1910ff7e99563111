import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type DoctorGroup, exitStatus } from '../../../lib/cli/doctor/check.ts';
import { checkCluster } from '../../../lib/cli/doctor/cluster-group.ts';
import { createApi, FORWARDER_RIGHTS, kubeconfigAccess, LeaseStore } from '../../../lib/forwarder/kubernetes/index.ts';
import type { Rendered, Stage } from './stage.ts';

const NAME = 'nspass-netscaler-passthrough';
const CLUSTER_ROLE = `/apis/rbac.authorization.k8s.io/v1/clusterroles/nspass-${NAME}`;
const ROLE = `/apis/rbac.authorization.k8s.io/v1/namespaces/nspass/roles/${NAME}`;

export function doctor(stage: () => Stage): void {
  let admin: string;

  beforeAll(async () => {
    await stage().install();
    admin = await stage().plane.kubeconfig();
  });

  const check = (kubeconfig = admin, more: object = {}): Promise<DoctorGroup> =>
    checkCluster({ kubeconfig, namespace: 'nspass', looking: () => {}, ...more });
  const wrong = ({ checks }: DoctorGroup): string[] =>
    checks.flatMap(({ check: name, result }) => (result === 'failed' ? [name] : []));
  const line = ({ checks }: DoctorGroup, name: string) => checks.find((one) => one.check.startsWith(name));

  /** A kubeconfig with another token. */
  const kubeconfigOf = async (token: string): Promise<string> => {
    const file = join(stage().plane.folder, `doctor-${token.length}.json`);
    const text = await stage().plane.kubectl(['config', 'view', '--raw', '-o', 'json']);
    await writeFile(file, text.replace('admin-token', token));
    return file;
  };

  const lease = async (holder: string, now: number): Promise<void> => {
    const api = createApi({ access: await kubeconfigAccess(admin) });
    const store = new LeaseStore({ api, namespace: 'nspass', name: NAME, timeoutMs: 10_000 });
    const change = { holder, durationMs: 10_000, transitions: 0, reserved: 0, now, acquired: true };
    await store.write(await store.read(), change);
    api.close();
  };

  const ready = async (readyReplicas: number): Promise<void> => {
    const path = `/apis/apps/v1/namespaces/nspass/deployments/${NAME}/status`;
    await stage().plane.ok('PATCH', path, { status: { replicas: 2, readyReplicas, availableReplicas: readyReplicas } });
  };

  /** Runs with other rules of a role, and puts the chart's back. */
  const withRules = async (path: string, change: (rules: Rendered[]) => unknown[], use: () => Promise<void>) => {
    const { rules } = await stage().plane.ok('GET', path);
    await stage().plane.ok('PATCH', path, { rules: change(rules) });
    try {
      await use();
    } finally {
      await stage().plane.ok('PATCH', path, { rules });
    }
  };

  it('asks for the rights that the chart grants, and no others', async () => {
    const [clusterRole, role] = (await stage().render()).filter(({ kind }) => /^(Cluster)?Role$/.test(kind));
    const granted = (rules: Rendered): string[] =>
      (rules.rules as { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] }[])
        .flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }) =>
          resources.flatMap((resource) =>
            verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${apiGroups[0]} ${resource} ${name}`)),
          ),
        )
        .sort();
    const asked = (own: boolean): string[] =>
      FORWARDER_RIGHTS.filter(({ inLeaseNamespace }) => (inLeaseNamespace === true) === own)
        .map(
          ({ verb, group, resource, object = '' }) =>
            `${verb} ${group} ${resource} ${object === 'lease' ? NAME : object}`,
        )
        .sort();
    expect(asked(false)).toEqual(granted(clusterRole as Rendered));
    expect(asked(true)).toEqual(granted(role as Rendered));
  });

  it('finds nothing wrong where the chart is installed, and a replica leads', async () => {
    await lease('first', Date.now());
    await ready(2);
    const group = await check();
    expect(group.checks.filter(({ result }) => result !== 'ok')).toEqual([]);
    expect(line(group, 'credentials')?.text).toContain('accepted as admin');
    expect(line(group, 'lease')?.text).toBe(`nspass/${NAME} is held by first`);
    expect(line(group, 'clock')).toMatchObject({ result: 'ok' });
    expect(line(group, 'may list, watch nodes')).toMatchObject({ result: 'ok' });
    expect(exitStatus([group])).toBe(0);
  });

  it('names each right that was removed, with the question to kubectl', async () => {
    const without = (rules: Rendered[]) =>
      rules.map((rule) => ({
        ...rule,
        resources: rule.resources.filter((resource: string) => resource !== 'nodes'),
        verbs: rule.resources.includes('endpointslices') ? ['list'] : rule.verbs,
      }));
    await withRules(CLUSTER_ROLE, without, async () => {
      const group = await check();
      expect(wrong(group)).toEqual(['may list, watch nodes', 'may list, watch endpointslices.discovery.k8s.io']);
      expect(line(group, 'may list, watch endpointslices')).toMatchObject({
        text: 'system:serviceaccount:nspass:nspass-forwarder may not watch',
        remedy: expect.stringContaining(
          'kubectl auth can-i watch endpointslices.discovery.k8s.io --as system:serviceaccount:nspass:nspass-forwarder -A',
        ),
      });
    });
    await withRules(
      ROLE,
      (rules) => rules.slice(1),
      async () => {
        expect(wrong(await check())).toEqual(['may get, patch, create leases.coordination.k8s.io']);
      },
    );
    expect(wrong(await check())).toEqual([]);
  });

  it('needs no right that the configuration switches off', async () => {
    const { plane } = stage();
    await stage().install({ config: { kubernetes: { nodes: false }, report: { status: false, events: false } } });
    const group = await check();
    expect(wrong(group)).toEqual([]);
    expect(line(group, 'may list, watch nodes')).toBeUndefined();
    // Without the ConfigMap, the defaults of the chart count: what they need may be switched off.
    const path = `/api/v1/namespaces/nspass/configmaps/${NAME}`;
    const { data } = await plane.ok('GET', path);
    await plane.ok('PATCH', path, { data: { 'config.json': null } });
    expect(line(await check(), 'may list, watch nodes')).toMatchObject({
      result: 'failed',
      text: expect.stringContaining('not needed if config.kubernetes.nodes is false'),
    });
    await plane.ok('PATCH', path, { data });
    await stage().install();
    await ready(2);
  });

  it('a Lease that nobody renews, and replicas that are not ready', async () => {
    await lease('lost', Date.now() - 120_000);
    await ready(0);
    const group = await check();
    expect(wrong(group)).toEqual(['forwarder', 'lease']);
    expect(line(group, 'lease')?.text).toContain('is held by lost, who renewed it last at');
    expect(line(group, 'forwarder')?.text).toContain('0 of 2 replicas are ready');
    await lease('', Date.now());
    expect(line(await check(), 'lease')?.text).toContain('is held by no replica');
    await ready(2);
  });

  it('another namespace: no forwarder, no Lease, and no rights', async () => {
    const group = await check(admin, { namespace: 'default' });
    expect(wrong(group)).toEqual(expect.arrayContaining(['forwarder', 'lease', 'may list, watch services']));
    expect(line(group, 'forwarder')?.remedy).toContain('--namespace');
  });

  it('as the forwarder itself: its own rights are exact, and what it may not read is not seen', async () => {
    const token = await stage().plane.serviceAccountToken('nspass', 'nspass-forwarder');
    const group = await check(await kubeconfigOf(token));
    expect(line(group, 'may list, watch services')).toMatchObject({ result: 'ok' });
    expect(line(group, 'forwarder')).toMatchObject({ result: 'unseen', text: expect.stringContaining('forbidden') });
    expect(line(group, 'lease')).toMatchObject({ result: 'failed' });
  });

  it('as a user who may not ask about others: its own rights are told, and nothing is claimed', async () => {
    await stage().plane.call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'nobody' } });
    const group = await check(await kubeconfigOf(await stage().plane.serviceAccountToken('default', 'nobody')));
    expect(line(group, 'may list, watch services')).toMatchObject({
      result: 'unseen',
      text: expect.stringContaining('your own user lacks this right, too'),
      remedy: expect.stringContaining(
        'kubectl auth can-i list services --as system:serviceaccount:nspass:nspass-forwarder',
      ),
    });
    expect(wrong(group)).toEqual([]);
  });

  it('a token that the API server rejects: reachable, and the kubeconfig is named, not the token', async () => {
    const group = await check(await kubeconfigOf('no-such-token'));
    expect(group.checks.map(({ check: name, result }) => [name, result])).toEqual([
      ['reachable', 'ok'],
      ['credentials', 'failed'],
    ]);
    expect(line(group, 'credentials')?.remedy).toContain('(--kubeconfig)');
    expect(JSON.stringify(group)).not.toContain('no-such-token');
  });
}
