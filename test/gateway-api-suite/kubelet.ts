import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createApi, type KubernetesApi, kubeconfigAccess } from '../../lib/forwarder/kubernetes/index.ts';
import { LineSplitter } from '../../lib/forwarder/kubernetes/line-splitter.ts';
import type { ControlPlane } from '../support/envtest.ts';
import { EchoProcess } from './echo-process.ts';
import { environment, isEchoServer, type Pod, secretFiles } from './pod-spec.ts';

const NODE = 'node-1';

/**
 * Scheduler and kubelet of one node: binds every pod to it, runs the suite's back end as a process for each pod that
 * wants one, and says that the pod is ready when it takes connections. Other images are not run, and their pods are
 * said to be ready all the same (the suite has one: coredns, for tests of UDP).
 *
 * The addresses of pods must be local to this machine's network namespace.
 */
export class Kubelet {
  readonly #plane: ControlPlane;
  readonly #api: KubernetesApi;
  readonly #echo: string;
  readonly #folder: string;
  readonly #stopping = new AbortController();
  /** By UID: undefined while it starts, or where nothing runs. */
  readonly #pods = new Map<string, EchoProcess | undefined>();
  #last = 0;

  private constructor(plane: ControlPlane, api: KubernetesApi, echo: string, folder: string) {
    this.#plane = plane;
    this.#api = api;
    this.#echo = echo;
    this.#folder = folder;
  }

  /**
   * @param echo the built `echo-basic`.
   * @param folder for the files of Secrets.
   */
  static async start(plane: ControlPlane, echo: string, folder: string): Promise<Kubelet> {
    await plane.ok('POST', '/api/v1/nodes', { metadata: { name: NODE } });
    await plane.ok('PATCH', `/api/v1/nodes/${NODE}/status`, {
      status: {
        addresses: [{ type: 'InternalIP', address: '10.0.1.1' }],
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' }],
      },
    });
    // The controller taints a node that it never heard of.
    await plane.ok('PATCH', `/api/v1/nodes/${NODE}`, { spec: { taints: null } });
    const api = createApi({ access: await kubeconfigAccess(await plane.kubeconfig()) });
    const kubelet = new Kubelet(plane, api, echo, folder);
    void kubelet.#run();
    return kubelet;
  }

  stop(): void {
    this.#stopping.abort();
    this.#api.close();
    for (const running of this.#pods.values()) running?.stop();
  }

  /** Watches anew whenever a watch ends: it begins with what is there. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#watch().catch(() => undefined);
      await delay(100, undefined, { signal }).catch(() => undefined);
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    const chunks = await this.#api.stream({ path: '/api/v1/pods', query: { watch: 1 }, signal });
    const splitter = new LineSplitter((line) => {
      const { type, object } = JSON.parse(line.toString('utf8')) as { type: string; object: Pod };
      if (type === 'ERROR') return;
      this.#changed(type, object).catch((error: unknown) => {
        if (!signal.aborted) console.error(`pod ${object.metadata.namespace}/${object.metadata.name}:`, error);
      });
    });
    for await (const chunk of chunks) splitter.push(chunk);
  }

  async #changed(type: string, pod: Pod): Promise<void> {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (type === 'DELETED' || deletionTimestamp !== undefined) {
      this.#pods.get(uid)?.stop();
      this.#pods.delete(uid);
      if (type !== 'DELETED') await this.#plane.call('DELETE', path, { gracePeriodSeconds: 0 });
    } else if (pod.spec.nodeName === undefined) {
      await this.#plane.call('POST', `${path}/binding`, { metadata: { name }, target: { kind: 'Node', name: NODE } });
    } else if (!this.#pods.has(uid)) {
      this.#pods.set(uid, undefined);
      await this.#begin(pod, path);
    }
  }

  async #begin(pod: Pod, path: string): Promise<void> {
    this.#last += 1;
    const address = `10.244.${this.#last >> 8}.${this.#last & 255}`;
    const container = pod.spec.containers.find(isEchoServer);
    if (container !== undefined) {
      const first = 20_000 + 3 * this.#last;
      const placed = await this.#place(pod, container);
      const env = environment(pod, container, placed);
      const running = await EchoProcess.start(this.#echo, address, [first, first + 1, first + 2], env);
      // It may be gone before it was there.
      if (!this.#pods.has(pod.metadata.uid) || this.#stopping.signal.aborted) return running.stop();
      this.#pods.set(pod.metadata.uid, running);
    }
    const now = new Date().toISOString();
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
    }));
    await this.#plane.call('PATCH', `${path}/status`, {
      status: { phase: 'Running', startTime: now, podIP: address, podIPs: [{ ip: address }], conditions },
    });
  }

  /** Writes the files of Secrets, and waits for Secrets that are not there yet, as a kubelet does. */
  async #place(pod: Pod, container: Pod['spec']['containers'][number]): Promise<Map<string, string>> {
    const { namespace, uid } = pod.metadata;
    const placed = new Map<string, string>();
    for (const { secret, key, path } of secretFiles(pod, container)) {
      const file = join(this.#folder, uid, path);
      await mkdir(join(file, '..'), { recursive: true });
      for (;;) {
        const { status, body } = await this.#plane.call('GET', `/api/v1/namespaces/${namespace}/secrets/${secret}`);
        if (status === 200) {
          await writeFile(file, Buffer.from(body.data[key], 'base64'), { mode: 0o600 });
          break;
        }
        await delay(200, undefined, { signal: this.#stopping.signal });
      }
      placed.set(path, file);
    }
    return placed;
  }
}
