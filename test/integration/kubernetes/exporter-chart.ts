import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { exporterCommand } from '../../../lib/cli/exporter.ts';
import { AppliancesConfig } from '../../../lib/config/appliances.ts';
import { CHART, type Rendered, type Stage } from './stage.ts';

const EXPORTER = {
  enabled: true,
  image: { repository: 'registry.test/exporter' },
  appliances: [
    {
      name: 'edge',
      endpoints: ['https://192.0.2.5', 'https://192.0.2.6'],
      credentials: { secret: 'nspass-exporter-edge' },
      ca: { configMap: 'nspass-exporter-ca' },
    },
    {
      name: 'inner',
      endpoints: ['https://192.0.2.7'],
      credentials: { secret: 'inner', usernameKey: 'user', passwordKey: 'secret' },
      systemId: 'nsx',
      partition: 'p1',
    },
  ],
};

const COMPONENT = 'app.kubernetes.io/component';
const isExporter = ({ metadata }: Rendered): boolean => metadata.labels?.[COMPONENT] === 'exporter';
const ofKind = (objects: readonly Rendered[], kind: string): Rendered[] =>
  objects.filter((object) => isExporter(object) && object.kind === kind);
const podsOf = (objects: readonly Rendered[]) =>
  ofKind(objects, 'Deployment').map(({ spec }) => spec.template.spec as Rendered);

export function exporterChart(stage: () => Stage): void {
  it('is off by default, and adds nothing then', async () => {
    expect((await stage().render()).filter(isExporter)).toEqual([]);
  });

  it('has one Deployment for each appliance, and a ServiceMonitor only where it is wanted', async () => {
    const objects = await stage().render({ exporter: EXPORTER });
    expect(
      objects
        .filter(isExporter)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['ConfigMap', 'Deployment', 'Deployment', 'NetworkPolicy', 'Service', 'ServiceAccount']);
    const more = { exporter: { ...EXPORTER, serviceMonitor: { enabled: true } }, networkPolicy: { enabled: false } };
    const [monitor] = ofKind(await stage().render(more), 'ServiceMonitor');
    expect(monitor?.spec.endpoints).toEqual([{ port: 'metrics', path: '/metrics', interval: '60s' }]);
    expect(ofKind(await stage().render(more), 'NetworkPolicy')).toEqual([]);
  });

  it('gives the command a configuration and options that it takes', async () => {
    const objects = await stage().render({ exporter: { ...EXPORTER, certificates: { enabled: true } } });
    const text = ofKind(objects, 'ConfigMap')[0]?.data['appliances.yml'] as string;
    const { appliances } = AppliancesConfig.parse(parse(text));
    expect(appliances).toMatchObject([
      { name: 'edge', endpoints: EXPORTER.appliances[0]?.endpoints, tls: { verify: true, ca: '/etc/nspass/ca.pem' } },
      { name: 'inner', systemId: 'nsx', partition: 'p1', tls: { verify: true } },
    ]);
    for (const [index, { containers }] of podsOf(objects).entries()) {
      const command = exporterCommand()
        .exitOverride()
        .action(() => undefined);
      command.parse(containers[0].args, { from: 'user' });
      expect(command.opts()).toMatchObject({
        config: '/etc/nspass/appliances.yml',
        appliance: appliances[index]?.name,
        host: '0.0.0.0',
        port: 9464,
        keep: 10,
        certificates: true,
        certificatesInterval: 3600,
      });
    }
  });

  it('takes user and password from Secrets that exist, and writes neither', async () => {
    const objects = await stage().render({ exporter: EXPORTER });
    expect(objects.some(({ kind }) => kind === 'Secret')).toBe(false);
    expect(podsOf(objects).map(({ containers }) => containers[0].env)).toEqual(
      [
        ['nspass-exporter-edge', 'username', 'password'],
        ['inner', 'user', 'secret'],
      ].map(([name, user, password]) => [
        { name: 'NSPASS_NITRO_USERNAME', valueFrom: { secretKeyRef: { name, key: user } } },
        { name: 'NSPASS_NITRO_PASSWORD', valueFrom: { secretKeyRef: { name, key: password } } },
      ]),
    );
  });

  it('runs as nobody, without a token, and not as the forwarder', async () => {
    const objects = await stage().render({ exporter: EXPORTER });
    const forwarder = objects.find((object) => object.kind === 'Deployment' && !isExporter(object)) as Rendered;
    const bound = JSON.stringify(objects.filter(({ kind }) => kind.endsWith('RoleBinding')));
    const pods = podsOf(objects);
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      expect(pod.securityContext).toEqual(forwarder.spec.template.spec.securityContext);
      expect(pod.containers[0].securityContext).toEqual(forwarder.spec.template.spec.containers[0].securityContext);
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(JSON.stringify(pod.volumes)).not.toContain('serviceAccountToken');
      expect(pod.serviceAccountName).not.toBe(forwarder.spec.template.spec.serviceAccountName);
      expect(bound).not.toContain(`"${pod.serviceAccountName}"`);
    }
  });

  it('its Service and policy select its pods, and those of the forwarder select none of them', async () => {
    const objects = await stage().render({ exporter: EXPORTER, serviceMonitor: { enabled: true } });
    const labels = ofKind(objects, 'Deployment').map(({ spec }) => spec.template.metadata.labels as object);
    const selects = (selector: object): boolean[] =>
      labels.map((all) =>
        Object.entries(selector).every(([key, value]) => (all as Record<string, string>)[key] === value),
      );
    expect(selects(ofKind(objects, 'Service')[0]?.spec.selector)).toEqual([true, true]);
    expect(selects(ofKind(objects, 'NetworkPolicy')[0]?.spec.podSelector.matchLabels)).toEqual([true, true]);
    const others = objects.filter((object) => !isExporter(object));
    const selectors = others.flatMap(({ kind, spec }) => {
      if (kind === 'Service') return [spec.selector];
      return ['Deployment', 'PodDisruptionBudget'].includes(kind)
        ? [spec.selector.matchLabels]
        : kind === 'NetworkPolicy'
          ? [spec.podSelector.matchLabels]
          : [];
    });
    expect(selectors.length).toBeGreaterThanOrEqual(4);
    expect(selectors.flatMap(selects)).not.toContain(true);
  });

  it.each([
    ['no appliance', { appliances: [] }, 'exporter.appliances must name at least one'],
    ['an appliance twice', { appliances: [EXPORTER.appliances[0], EXPORTER.appliances[0]] }, 'names edge twice'],
    ['no image', { image: { repository: '' } }, 'exporter.image.repository must be set'],
    [
      'a password among the values',
      { appliances: [{ ...EXPORTER.appliances[0], credentials: { password: 'x' } }] },
      'password',
    ],
    ['an address that is none', { appliances: [{ ...EXPORTER.appliances[0], endpoints: ['192.0.2.5'] }] }, 'endpoints'],
    [
      'a user name in an address',
      { appliances: [{ ...EXPORTER.appliances[0], endpoints: ['https://a:b@c'] }] },
      'endpoints',
    ],
    ['a value that nobody knows', { replicas: 2 }, 'replicas'],
  ])('refuses %s, and names it', async (_what, wrong, named) => {
    const exporter = JSON.stringify({ ...EXPORTER, ...wrong });
    const least = 'image.repository=i,config.cluster=c,config.bus.name=b';
    const args = ['template', 'x', CHART, '--set', least, '--set-json', `exporter=${exporter}`];
    const error = await new Promise<string>((resolve) =>
      execFile(`${stage().assets}/helm`, args, (_error, _out, text) => resolve(text)),
    );
    expect(error).toContain(named);
  });

  it('is taken by the API server as it is', async () => {
    const objects = await stage().install({ exporter: EXPORTER });
    const { body } = await stage().plane.call('GET', '/apis/apps/v1/namespaces/nspass/deployments');
    expect(body.items.map((item: Rendered) => item.metadata.name).sort()).toEqual([
      'nspass-netscaler-passthrough',
      'nspass-netscaler-passthrough-exporter-edge',
      'nspass-netscaler-passthrough-exporter-inner',
    ]);
    // The other tests of this control plane have the chart as it is by default.
    const items = objects.filter(isExporter);
    await stage().plane.kubectl(['delete', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  });
}
