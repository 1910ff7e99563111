import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';

/**
 * A real Kubernetes control plane for tests: etcd and kube-apiserver, on demand the controller manager and kwok.
 *
 * The binaries are looked for in `KUBEBUILDER_ASSETS` (what `setup-envtest` of controller-runtime prints), then in
 * `../shared/envtest` beside the checkout. Without them tests skip, or fail where `CI` is set.
 */

const UNPACK = fileURLToPath(new URL('../../../shared/envtest/unpack', import.meta.url));
const run = promisify(execFile);

/** The folder of the binaries; undefined where there is none. */
async function envtestAssets(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const given = env.KUBEBUILDER_ASSETS;
  if (given !== undefined && given !== '') return given;
  if (!existsSync(UNPACK)) return undefined;
  const { stdout } = await run('bash', [UNPACK]);
  return stdout.trim();
}

/** Reason of a skipped test. */
export const NO_ASSETS = 'needs KUBEBUILDER_ASSETS: the folder of kube-apiserver, etcd and kubectl';

/** @throws where the binaries must be there (`CI`) and are not. */
export async function requireAssets(): Promise<string | undefined> {
  const assets = await envtestAssets();
  if (assets === undefined && process.env.CI === 'true') throw new Error(NO_ASSETS);
  return assets;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A process with its last words kept, for the error when it does not come up. */
class Daemon {
  readonly #child: ChildProcess;
  #words = '';

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      this.#words = (this.#words + chunk.toString('utf8')).slice(-4_000);
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
  }

  get words(): string {
    return this.#words;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async kill(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever Kubernetes has, and tests look into it freely
  readonly body: any;
  /** Texts of the `Warning` headers, which kubectl shows. */
  readonly warnings: readonly string[];
}

export class ControlPlane {
  readonly folder: string;
  readonly #assets: string;
  readonly #ports: { readonly etcd: number; readonly peer: number; readonly api: number };
  readonly #flags: readonly string[];
  readonly #daemons = new Map<string, Daemon>();
  #agent = new Agent({ rejectUnauthorized: false, keepAlive: true });
  #ca = '';

  private constructor(assets: string, folder: string, ports: ControlPlane['ports'], flags: readonly string[]) {
    this.#assets = assets;
    this.#flags = flags;
    this.folder = folder;
    this.#ports = ports;
  }

  /** @param flags more of the API server's. */
  static async start(assets: string, flags: readonly string[] = []): Promise<ControlPlane> {
    const folder = await mkdtemp(join(tmpdir(), 'nspass-envtest-'));
    const [etcd = 0, peer = 0, api = 0] = await freePorts(3);
    const plane = new ControlPlane(assets, folder, { etcd, peer, api }, flags);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
    await writeFile(join(folder, 'tokens.csv'), 'admin-token,admin,admin,"system:masters"\n');
    try {
      await plane.startEtcd();
      await plane.startApiServer();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  get ports(): { readonly etcd: number; readonly peer: number; readonly api: number } {
    return this.#ports;
  }

  get ca(): string {
    return this.#ca;
  }

  async startEtcd(): Promise<void> {
    const { etcd, peer } = this.#ports;
    this.#spawn('etcd', [
      `--data-dir=${join(this.folder, 'etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${etcd}`,
      `--advertise-client-urls=http://127.0.0.1:${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
      '--log-level=error',
    ]);
    await this.#up('etcd', async () => (await this.#etcd('/health', 'GET', undefined)).status === 200);
  }

  async startApiServer(): Promise<void> {
    const key = join(this.folder, 'sa.key');
    this.#spawn('kube-apiserver', [
      `--etcd-servers=http://127.0.0.1:${this.#ports.etcd}`,
      `--cert-dir=${join(this.folder, 'certs')}`,
      `--secure-port=${this.#ports.api}`,
      '--bind-address=127.0.0.1',
      `--token-auth-file=${join(this.folder, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://nspass.test',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--disable-admission-plugins=ServiceAccount',
      ...this.#flags,
    ]);
    this.#agent.destroy();
    this.#agent = new Agent({ rejectUnauthorized: false, keepAlive: true });
    await this.#up('kube-apiserver', async () => (await this.call('GET', '/readyz')).status === 200);
    this.#ca = await readFile(join(this.folder, 'certs', 'apiserver.crt'), 'utf8');
  }

  async killApiServer(): Promise<void> {
    await this.#daemons.get('kube-apiserver')?.kill();
  }

  /** Rolls Deployments, makes EndpointSlices, empties namespaces that go. */
  async startControllerManager(): Promise<void> {
    this.#spawn('kube-controller-manager', [
      `--kubeconfig=${await this.kubeconfig()}`,
      '--controllers=*,-nodeipam,-node-lifecycle-controller',
      '--leader-elect=false',
      // A test waits for what a cluster would take its time for.
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
      '--concurrent-deployment-syncs=5',
      `--service-account-private-key-file=${join(this.folder, 'sa.key')}`,
      '--bind-address=127.0.0.1',
      '--secure-port=0',
    ]);
  }

  /**
   * Rolls Deployments, makes EndpointSlices; pods become ready at once.
   *
   * @param cidr the addresses of pods.
   */
  async startControllers(stages: string, cidr: string): Promise<void> {
    await this.startControllerManager();
    this.#spawn('kwok', [
      `--kubeconfig=${await this.kubeconfig()}`,
      `--config=${stages}`,
      '--manage-all-nodes=true',
      `--cidr=${cidr}`,
    ]);
  }

  /** Makes the API server forget all versions before this moment. */
  async compact(): Promise<void> {
    const { body } = await this.#etcd('/v3/kv/range', 'POST', { key: Buffer.from('a').toString('base64') });
    const revision = (body as { header: { revision: string } }).header.revision;
    await this.#etcd('/v3/kv/compaction', 'POST', { revision, physical: true });
  }

  /** A file with the administrator's access. */
  async kubeconfig(): Promise<string> {
    const file = join(this.folder, 'kubeconfig.json');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'test',
          cluster: {
            server: `https://127.0.0.1:${this.#ports.api}`,
            'certificate-authority-data': Buffer.from(this.#ca).toString('base64'),
          },
        },
      ],
      users: [{ name: 'admin', user: { token: 'admin-token' } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
      'current-context': 'test',
    };
    // In one step: a process that was started with it may be reading it.
    const fresh = `${file}.${randomUUID()}`;
    await writeFile(fresh, JSON.stringify(config));
    await rename(fresh, file);
    return file;
  }

  /** A request as the administrator, or with another token. */
  call(method: string, path: string, body?: unknown, token = 'admin-token', type?: string): Promise<ApiAnswer> {
    const patch = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const sent = httpsRequest({
      host: '127.0.0.1',
      port: this.#ports.api,
      path,
      method,
      agent: this.#agent,
      headers: { authorization: `Bearer ${token}`, 'content-type': type ?? patch },
    });
    return answer(sent, body);
  }

  /** A request that must succeed. */
  async ok(method: string, path: string, body?: unknown): Promise<ApiAnswer['body']> {
    const result = await this.call(method, path, body);
    if (result.status >= 300) throw new Error(`${method} ${path}: ${result.status} ${JSON.stringify(result.body)}`);
    return result.body;
  }

  /** A token of a ServiceAccount, as a pod would have it. */
  async serviceAccountToken(namespace: string, name: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { status } = await this.ok('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    });
    return status.token as string;
  }

  /** @param input for standard input. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const running = run(join(this.#assets, 'kubectl'), ['--kubeconfig', await this.kubeconfig(), ...args]);
    running.child.stdin?.end(input);
    return (await running).stdout;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    for (const daemon of [...this.#daemons.values()].reverse()) await daemon.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  #spawn(name: string, args: readonly string[]): void {
    this.#daemons.set(name, new Daemon(join(this.#assets, name), args));
  }

  async #up(name: string, look: () => Promise<boolean>): Promise<void> {
    const daemon = this.#daemons.get(name) as Daemon;
    await eventually(
      async () => {
        if (daemon.ended) throw new Error(`${name} ended: ${daemon.words}`);
        return look().catch(() => false as const);
      },
      `${name} is up`,
      60_000,
    );
  }

  #etcd(path: string, method: string, body: unknown): Promise<ApiAnswer> {
    return answer(httpRequest({ host: '127.0.0.1', port: this.#ports.etcd, path, method }), body);
  }
}

function answer(sent: ClientRequest, body: unknown): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const warnings = (response.headersDistinct.warning ?? []).map(warningText);
        resolve({ status: response.statusCode ?? 0, body: readJson(text), warnings });
      });
    });
    sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** Returns the text of a header such as `299 - "says \"this\""`. */
function warningText(header: string): string {
  return header.replace(/^\d+ \S+ "(.*)"$/s, '$1').replace(/\\(.)/g, '$1');
}

/** JSON, or the plain text that it is, as of /readyz. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
