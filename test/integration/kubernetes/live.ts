import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Session } from '../../support/sessions.ts';
import { type Engine, startEngine } from './engine.ts';
import { ingress, PATHS } from './manifests.ts';
import type { Stage } from './stage.ts';

const CLUSTER = 'live';
const VIP = 'ingress.citrix.com/frontend-ip';

/** Commands with `--live`: they read the objects and the Events of a real API server. */
export function live(stage: () => Stage): void {
  let engine: Engine;
  let session: Session;
  let args: string[];

  beforeAll(async () => {
    const { plane } = stage();
    await plane.ok('POST', PATHS.ingresses, ingress('live', { annotations: { [VIP]: '192.0.2.45' } }));
    const profile = { [VIP]: '192.0.2.45', 'ingress.citrix.com/netprofile': 'proxy-v2' };
    await plane.ok('POST', PATHS.ingresses, ingress('refused', { annotations: profile }));
    const { spec, ...others } = ingress('elsewhere');
    await plane.ok('POST', PATHS.ingresses, { ...others, spec: { ...spec, ingressClassName: 'nginx' } });
    engine = await startEngine(plane, { loopbackOf: () => '127.0.0.1' }, CLUSTER);
    session = new Session({ env: { LOCAL_USERNAME: 'nsroot', LOCAL_PASSWORD: 'nsroot' } });
    session.write(
      'appliances.yml',
      `appliances:\n  - name: edge\n    clusters: [${CLUSTER}]\n    endpoints: ['${engine.appliance.url}']\n    credentials: { environment: LOCAL }\n    defaultVip: 192.0.2.44\n`,
    );
    args = ['--live', '--kubeconfig', await plane.kubeconfig(), '--config', 'appliances.yml', '--cluster', CLUSTER];
    const warned = async (): Promise<boolean> => {
      const { items } = await plane.ok('GET', '/apis/events.k8s.io/v1/namespaces/shop/events');
      return items.some(
        ({ type, regarding }: { type: string; regarding: { name: string } }) =>
          type === 'Warning' && regarding.name === 'refused',
      );
    };
    await eventually(warned, 'the refusal is an Event on the Ingress');
    await eventually(() => engine.appliance.frontends.has('192.0.2.45:443'), 'the other Ingress is programmed');
  });
  afterAll(async () => {
    session?.close();
    await engine?.stop();
  });

  it('why: a refused object is named, with the answer of the appliance from the Event (REP-2)', async () => {
    const { status, text } = await session.run(['why', 'refused.shop.test', ...args]);
    expect(text).toMatch(/\n✗ recorded {3}the last change of shop\/refused is unfinished: /);
    expect(text).toMatch(
      /Its last warning: edge rejected the configuration .*netprofile "proxy-v2" .* does not exist on the appliance/,
    );
    expect(text).toContain('add serviceGroup nsp-shop-refused-web-443-');
    expect(text).toContain('258 No such resource [proxy-v2]');
    expect(status).toBe(1);
  });

  it('why: an Ingress of another class is named by its class, although a cluster is silent about it', async () => {
    const { status, text } = await session.run(['why', 'elsewhere.shop.test', ...args]);
    expect(text).toMatch(/\n✗ selected {3}shop\/elsewhere: .* its class "nginx" is not handled by this system\n/);
    expect(status).toBe(1);
  });

  it('plan: what is programmed would not change, and what was refused is still to be added', async () => {
    const { status, text } = await session.run(['plan', ...args, '-o', 'json']);
    const { routes } = JSON.parse(text) as { routes: { change: string; host: string }[] };
    expect(routes.map(({ host }) => host)).not.toContain('live.shop.test');
    expect(routes).toContainEqual(expect.objectContaining({ change: 'add', host: 'refused.shop.test' }));
    expect(status).toBe(1);
  });
}
