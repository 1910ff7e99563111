import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createApi, type KubernetesApi, kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { LineSplitter } from '../../../lib/forwarder/kubernetes/line-splitter.ts';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import type { ControlPlane } from '../../support/envtest.ts';
import type { LoopbackBlock } from '../../support/loopback-block.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly podIP?: string };
}

interface Serving {
  readonly server: Server;
  readonly sockets: Set<Duplex>;
}

/**
 * What scheduler and kubelets would do: binds pods to nodes in turn, and serves TLS at the address of each pod from
 * when it is ready until it is gone. A connection to the address of another one is refused.
 */
export class Kubelets {
  readonly #api: KubernetesApi;
  readonly #plane: ControlPlane;
  readonly #port: number;
  readonly #block: LoopbackBlock;
  readonly #identity: { readonly key: string; readonly cert: string };
  readonly #serving = new Map<string, Serving>();
  readonly #stopping = new AbortController();
  /** Nodes that take pods. */
  nodes: readonly string[] = [];
  #turn = 0;

  private constructor(
    plane: ControlPlane,
    api: KubernetesApi,
    port: number,
    block: LoopbackBlock,
    identity: Kubelets['identity'],
  ) {
    this.#plane = plane;
    this.#api = api;
    this.#port = port;
    this.#block = block;
    this.#identity = identity;
  }

  static async start(plane: ControlPlane, port: number, block: LoopbackBlock): Promise<Kubelets> {
    const api = createApi({ access: await kubeconfigAccess(await plane.kubeconfig()) });
    const identity = await selfSigned({ commonName: 'pod', algorithm: 'ecdsa', days: 1, now: Date.now() });
    const kubelets = new Kubelets(plane, api, port, block, identity);
    void kubelets.#run();
    return kubelets;
  }

  get identity(): { readonly key: string; readonly cert: string } {
    return this.#identity;
  }

  /** Names of the pods that serve now. Their addresses say less: those of pods that are gone are given again. */
  get pods(): string[] {
    return [...this.#serving.keys()].sort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#api.close();
    for (const pod of this.#serving.keys()) this.#end(pod);
  }

  /** Watches anew whenever a watch ends: what was not bound by then is seen again. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#watch().catch(() => undefined);
      await delay(100, undefined, { signal }).catch(() => undefined);
    }
  }

  async #watch(): Promise<void> {
    const path = '/api/v1/namespaces/shop/pods';
    const { signal } = this.#stopping;
    // Without a version the server begins with what is there.
    const chunks = await this.#api.stream({ path, query: { watch: 1 }, signal });
    const splitter = new LineSplitter((line) => this.#changed(JSON.parse(line.toString('utf8'))));
    for await (const chunk of chunks) splitter.push(chunk);
  }

  #changed({ type, object }: { type: string; object: Pod }): void {
    const { metadata, spec, status } = object;
    if (type === 'DELETED') this.#end(metadata.name);
    else if (spec.nodeName === undefined) void this.#bind(metadata);
    else if (status?.podIP !== undefined) this.#begin(metadata.name, status.podIP);
  }

  async #bind({ namespace, name }: Pod['metadata']): Promise<void> {
    const node = this.nodes[this.#turn++ % this.nodes.length];
    await this.#plane.call('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      metadata: { name },
      target: { kind: 'Node', name: node },
    });
  }

  #begin(pod: string, address: string): void {
    if (this.#serving.has(pod)) return;
    const server = createServer(this.#identity, (_request, response) => void response.end(pod));
    const sockets = new Set<Duplex>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(this.#port, this.#block.loopbackOf(address));
    this.#serving.set(pod, { server, sockets });
  }

  #end(pod: string): void {
    const serving = this.#serving.get(pod);
    this.#serving.delete(pod);
    serving?.server.close();
    for (const socket of serving?.sockets ?? []) socket.destroy();
  }
}
