import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { bundleForwarder } from '../../../infra/docker/build.ts';
import { NODE_FLAGS } from '../../../infra/docker/options.ts';
import { ControlPlane } from '../../support/envtest.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeCloud } from '../../support/fake-cloud.ts';

export const CHART = fileURLToPath(new URL('../../../infra/helm', import.meta.url));
const run = promisify(execFile);

/** What a test knows of a rendered object. */
export interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into rendered objects freely
  readonly [field: string]: any;
}

/** A replica as a process of its own, with the chart's configuration and its ServiceAccount's token. */
export class ReplicaProcess {
  readonly name: string;
  readonly lines: { readonly message?: string; readonly [field: string]: unknown }[] = [];
  readonly #child: ChildProcess;

  constructor(name: string, bundle: string, env: NodeJS.ProcessEnv) {
    this.name = name;
    this.#child = spawn(process.execPath, [...NODE_FLAGS, join(bundle, 'forwarder.cjs')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    createInterface({ input: this.#child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(line.startsWith('{') ? JSON.parse(line) : { message: line });
    });
  }

  says(message: string): boolean {
    return this.lines.some((line) => line.message === message);
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const port = this.lines.find(({ message }) => message === 'the forwarder started')?.http;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  /** Waits until it answers that it is ready. */
  async ready(): Promise<void> {
    let last = '';
    await eventually(async () => {
      if (!this.says('the forwarder started')) return false;
      const { status, text } = await this.get('/readyz');
      last = text;
      return status === 200;
    }, `${this.name} is ready`).catch((error: Error) => {
      throw new Error(`${error.message}: ${last} ${JSON.stringify(this.lines.slice(-5))}`);
    });
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await gone;
  }
}

/** Everything that the tests of this folder share: a control plane with the chart installed, a cloud, a bundle. */
export class Stage {
  readonly plane: ControlPlane;
  readonly cloud: FakeCloud;
  readonly assets: string;
  readonly #folder: string;
  readonly #replicas: ReplicaProcess[] = [];

  private constructor(assets: string, plane: ControlPlane, cloud: FakeCloud, folder: string) {
    this.assets = assets;
    this.plane = plane;
    this.cloud = cloud;
    this.#folder = folder;
  }

  /** @param flags more of the API server's. */
  static async set(assets: string, flags: readonly string[] = []): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'nspass-stage-'));
    const [plane, cloud] = await Promise.all([
      ControlPlane.start(assets, flags),
      FakeCloud.start(),
      bundleForwarder(join(folder, 'bundle')),
    ]);
    return new Stage(assets, plane, cloud, folder);
  }

  async clear(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.signal('SIGKILL')));
    await Promise.all([this.plane.stop(), this.cloud.stop()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async helm(args: readonly string[]): Promise<string> {
    const home = join(this.#folder, 'helm');
    const env = { PATH: process.env.PATH, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
    return (await run(join(this.assets, 'helm'), args, { env })).stdout;
  }

  /** The chart as it is rendered with these values. */
  async render(values: object = {}): Promise<Rendered[]> {
    const file = join(this.#folder, 'values.json');
    const least = { cluster: 'test', bus: { name: 'nspass' } };
    const image = { repository: 'netscaler-passthrough-forwarder' };
    const { config = {}, ...rest } = values as { config?: object };
    await writeFile(file, JSON.stringify({ ...rest, image, config: { ...least, ...config } }));
    const text = await this.helm(['template', 'nspass', CHART, '--namespace', 'nspass', '--values', file]);
    return parseAllDocuments(text).flatMap((document) => (document.toJSON() ?? []) as Rendered);
  }

  /** Installs the chart as a pipeline would: `helm template | kubectl apply --server-side`. */
  async install(values: object = {}): Promise<Rendered[]> {
    const objects = await this.render(values);
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.plane.call('POST', '/api/v1/namespaces', { metadata: { name: 'nspass' } });
    await this.plane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
    return objects;
  }

  /** Starts a replica as the chart's pod would: its configuration, its ServiceAccount's token and nothing more. */
  async replica(name: string, objects: readonly Rendered[], more: NodeJS.ProcessEnv = {}): Promise<ReplicaProcess> {
    const find = (kind: string): Rendered => objects.find((object) => object.kind === kind) as Rendered;
    const token = await this.plane.serviceAccountToken('nspass', find('ServiceAccount').metadata.name);
    const folder = join(this.#folder, name);
    await mkdir(folder, { recursive: true });
    const files = {
      'ca.crt': this.plane.ca,
      token,
      namespace: 'nspass',
      'config.json': find('ConfigMap').data['config.json'] as string,
    };
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    const replica = new ReplicaProcess(name, join(this.#folder, 'bundle'), {
      PATH: process.env.PATH,
      POD_NAME: name,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(this.plane.ports.api),
      NSPASS_TOKEN_FOLDER: folder,
      NSPASS_CONFIG: join(folder, 'config.json'),
      NSPASS_BUS_ENDPOINT: this.cloud.endpoint(name),
      NSPASS_OUTCOMES_ENDPOINT: this.cloud.endpoint(name),
      NSPASS_OUTCOMES_QUEUE_URL: `${this.cloud.endpoint(name)}/queue`,
      NSPASS_HTTP_HOST: '127.0.0.1',
      NSPASS_HTTP_PORT: '0',
      NSPASS_HTTP_ADMIN_PORT: '0',
      ...more,
    });
    this.#replicas.push(replica);
    return replica;
  }
}
