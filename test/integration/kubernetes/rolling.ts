import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { probeTls } from '../../../lib/cli/demo/probe.ts';
import { eventually } from '../../support/eventually.ts';
import { type LoopbackBlock, takeLoopbackBlock } from '../../support/loopback-block.ts';
import { type Engine, startEngine } from './engine.ts';
import { Kubelets } from './kubelets.ts';
import { ingress, PATHS, service } from './manifests.ts';
import type { Rendered, Stage } from './stage.ts';

const PODS = 100;
/** The target port of the Service in `manifests.ts`. */
const POD_PORT = 8443;
const NODES = Array.from({ length: 10 }, (_, index) => `node-${index}`);
const STAGES = fileURLToPath(new URL('../../support/kwok-stages.yaml', import.meta.url));
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/rolling';

export function rolling(stage: () => Stage): void {
  let block: LoopbackBlock;
  let kubelets: Kubelets;
  let engine: Engine;

  beforeAll(async () => {
    const { plane } = stage();
    block = await takeLoopbackBlock(POD_PORT);
    await plane.startControllers(STAGES, block.podCidr);
    kubelets = await Kubelets.start(plane, POD_PORT, block);
    kubelets.nodes = NODES;
    for (const [index, name] of NODES.entries()) {
      await plane.ok('POST', '/api/v1/nodes', { metadata: { name } });
      const addresses = [{ type: 'InternalIP', address: `10.9.0.${index + 1}` }];
      await plane.ok('PATCH', `/api/v1/nodes/${name}/status`, { status: { addresses } });
    }
    await plane.ok('POST', PATHS.services, service('rolling', { app: 'rolling' }));
    await plane.ok('POST', PATHS.ingresses, ingress('rolling', { service: 'rolling' }));
    await plane.ok('POST', '/apis/apps/v1/namespaces/shop/deployments', {
      metadata: { name: 'rolling' },
      spec: {
        replicas: PODS,
        selector: { matchLabels: { app: 'rolling' } },
        template: {
          metadata: { labels: { app: 'rolling' } },
          spec: { containers: [{ name: 'web', image: 'none', ports: [{ containerPort: POD_PORT }] }] },
        },
      },
    });
    engine = await startEngine(plane, block, 'rolling');
  });
  afterAll(async () => {
    await engine?.stop();
    await kubelets?.stop();
    await block?.release();
  });

  const place = () => engine.appliance.frontends.get('192.0.2.44:443');
  /** Who answers on the data plane now: the name of a pod, or what went wrong. */
  const ask = async (): Promise<string> => {
    const front = place();
    if (front === undefined) return 'no front end';
    const answer = await probeTls(front, 'rolling.shop.test');
    return answer.kind === 'certificate' ? answer.body.trim() : JSON.stringify(answer);
  };
  const rolled = async (): Promise<boolean> => {
    const { metadata, status } = await stage().plane.ok('GET', DEPLOYMENT);
    return (
      status?.observedGeneration === metadata.generation &&
      status?.updatedReplicas === PODS &&
      status?.replicas === PODS &&
      status?.availableReplicas === PODS
    );
  };
  /** Opens connections one after the other while something is done. @returns every answer. */
  const meanwhile = async (act: () => Promise<void>): Promise<string[]> => {
    const answers: string[] = [];
    let done = false;
    const client = async (): Promise<void> => {
      while (!done) {
        answers.push(await ask());
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const clients = [client(), client()];
    try {
      await act();
    } finally {
      done = true;
    }
    await Promise.all(clients);
    return answers;
  };
  const failures = (answers: readonly string[]): string[] => answers.filter((answer) => !answer.startsWith('rolling-'));

  it('programs a Deployment of 100 pods', async () => {
    await eventually(rolled, '100 pods', 40_000);
    await eventually(async () => (await ask()).startsWith('rolling-'), 'traffic flows');
  });

  it('END-3, TLS-6: no connection fails while it is rolled', async () => {
    const before = new Set(kubelets.pods);
    const answers = await meanwhile(async () => {
      const template = { metadata: { annotations: { version: '2' } } };
      await stage().plane.ok('PATCH', DEPLOYMENT, { spec: { template } });
      await eventually(rolled, 'rolled', 60_000);
      // Until the last of the old ones is gone.
      await eventually(() => kubelets.pods.every((pod) => !before.has(pod)), 'the old ones are gone');
    });
    expect(failures(answers)).toEqual([]);
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.some((answer) => before.has(answer))).toBe(true);
    expect(before.has(answers.at(-1) as string)).toBe(false);
  });

  it('measures from the times that the EndpointSlice controller writes', async () => {
    const samples = () => engine.metrics.samples.filter(({ name }) => name === 'ProgrammingLatency');
    await eventually(() => samples().length > 0, 'the function measures');
    for (const { value } of samples()) expect(value).toBeGreaterThanOrEqual(0);
    const counted = async (): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${engine.forwarder.ports.http}/metrics`);
      return Number(/programming_duration_seconds_count (\d+)/.exec(await answer.text())?.[1]);
    };
    await eventually(
      async () => (await counted()) === samples().length,
      'the forwarder counts what the function measures',
    );
  });

  it('END-3, TLS-6: no connection fails while a node is drained', async () => {
    const { plane } = stage();
    const drained = NODES[0] as string;
    const { items } = await plane.ok('GET', `/api/v1/namespaces/shop/pods?fieldSelector=spec.nodeName=${drained}`);
    const pods = items as Rendered[];
    const gone = pods.map((pod) => pod.metadata.name);
    expect(gone.length).toBeGreaterThan(5);
    const answers = await meanwhile(async () => {
      await plane.ok('PATCH', `/api/v1/nodes/${drained}`, { spec: { unschedulable: true } });
      kubelets.nodes = NODES.slice(1);
      for (const { metadata } of pods) {
        const eviction = {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: metadata.name, namespace: 'shop' },
        };
        await plane.ok('POST', `/api/v1/namespaces/shop/pods/${metadata.name}/eviction`, eviction);
      }
      await eventually(() => gone.every((pod) => !kubelets.pods.includes(pod)), 'the node is empty');
      await eventually(rolled, 'replaced');
    });
    expect(failures(answers)).toEqual([]);
    expect(answers.length).toBeGreaterThan(30);
  });
}
