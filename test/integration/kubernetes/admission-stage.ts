import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type K8sIngress, lint } from '../../../lib/ingress/index.ts';
import { ADMISSION_RULES, type AdmissionCode } from '../../../scripts/admission-rules.ts';
import { ingress } from '../../corpus/case.ts';
import { CLASSES } from '../../corpus/cluster.ts';
import { type ApiAnswer, ControlPlane } from '../../support/envtest.ts';
import { eventually } from '../../support/eventually.ts';
import { CHART } from './stage.ts';

const run = promisify(execFile);

/** A manifest as the API server takes it. */
export interface Manifest {
  readonly metadata: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Values of the chart that differ from test to test. */
export interface PolicyValues {
  readonly validationActions?: readonly string[];
  readonly failurePolicy?: string;
  readonly withoutClass?: boolean;
}

const CODES = [...new Set(ADMISSION_RULES.map(({ code }) => code))] as readonly AdmissionCode[];

/** Returns the codes that a text names as `nspass explain CODE`, sorted. */
export function namedCodes(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(/(?<=nspass explain )\w+/g) ?? []))].sort();
}

/** Returns the codes of errors that `nspass lint` finds and the policy covers, sorted. */
export function lintCodes(manifest: Manifest): string[] {
  const objects = [...CLASSES, { ...manifest, kind: 'Ingress' } as unknown as K8sIngress];
  const { findings } = lint(
    objects.map((object) => ({ object, file: 'a.yaml', lineOf: () => 1 })),
    { rules: { ipsets: [], hostOwnership: [] }, classNames: ['citrix'], partial: false },
  );
  const covered = findings.filter(({ code }) => CODES.some((known) => known === code));
  return [...new Set(covered.map(({ code }) => code))].sort();
}

/** A control plane with the chart's policy installed once for each namespace, with different values. */
export class AdmissionStage {
  readonly plane: ControlPlane;
  readonly #assets: string;
  readonly #folder: string;

  private constructor(assets: string, plane: ControlPlane, folder: string) {
    this.#assets = assets;
    this.plane = plane;
    this.#folder = folder;
  }

  /** @param flags more of the API server's. */
  static async set(assets: string, flags: readonly string[] = []): Promise<AdmissionStage> {
    const folder = await mkdtemp(join(tmpdir(), 'nspass-admission-'));
    return new AdmissionStage(assets, await ControlPlane.start(assets, flags), folder);
  }

  async clear(): Promise<void> {
    await this.plane.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Renders the chart. */
  async render(release: string, values: object, args: readonly string[] = []): Promise<string> {
    const file = join(this.#folder, `${release}.json`);
    const required = { image: { repository: 'i' }, config: { cluster: 'test', bus: { name: 'nspass' } } };
    await writeFile(file, JSON.stringify({ ...required, ...values }));
    return this.helm(['template', release, CHART, '--namespace', 'nspass', '--values', file, ...args]);
  }

  async helm(args: readonly string[]): Promise<string> {
    const home = join(this.#folder, 'helm');
    const env = { PATH: process.env.PATH, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
    return (await run(join(this.#assets, 'helm'), args, { env })).stdout;
  }

  async namespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.plane.ok('POST', '/api/v1/namespaces', { metadata: { name, labels } });
  }

  /** Installs the policy for the namespaces with a label, and waits until the API server uses it in one of them. */
  async install(namespace: string, values: PolicyValues = {}): Promise<void> {
    const policy = { enabled: true, classNames: ['Citrix'], namespaceSelector: { matchLabels: { policy: namespace } } };
    const only = ['--show-only', 'templates/admissionpolicy.yaml'];
    const text = await this.render(namespace, { admissionPolicy: { ...policy, ...values } }, only);
    await this.plane.kubectl(['apply', '--server-side', '-f', '-'], text);
    const bad = ingress({ annotations: { 'frontend-ip': 'none' } }) as Manifest;
    await eventually(async () => {
      const { status, warnings } = await this.judge(namespace, bad);
      return status === 422 || warnings.length > 0;
    }, `the policy is used in ${namespace}`);
  }

  path(namespace: string, name = ''): string {
    return `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses${name === '' ? '' : `/${name}`}`;
  }

  /** Creates an Ingress. */
  create(namespace: string, manifest: Manifest, query = ''): Promise<ApiAnswer> {
    const metadata = { ...manifest.metadata, namespace };
    return this.plane.call('POST', `${this.path(namespace)}${query}`, { ...manifest, metadata });
  }

  /** Returns what the API server answers to an Ingress, which it does not keep. */
  judge(namespace: string, manifest: Manifest): Promise<ApiAnswer> {
    return this.create(namespace, manifest, '?dryRun=All');
  }
}

/** Returns whether the policy refused it, and not the API server itself. */
export function refusedByPolicy({ status, body }: ApiAnswer): boolean {
  return status === 422 && String(body.message).includes('ValidatingAdmissionPolicy');
}
