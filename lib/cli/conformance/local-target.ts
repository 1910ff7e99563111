import {
  BACKEND_NAMES,
  type Backends,
  type ClientEndpoint,
  type ConformanceTarget,
  DOWN,
  type Manifest,
  NOWHERE,
} from '../../conformance/index.ts';
import { hostPort, type Member, type ReceivedEvent } from '../../contract/index.ts';
import { CONTROLLER } from '../../ingress/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { startLocalStack } from '../local/stack.ts';
import { FolderObjects } from './folder-objects.ts';

const VIP = '192.0.2.10';
const SECOND_VIP = '192.0.2.11';
const CLASS = 'citrix';
const MEMBER_PORT = 8443;

/** Addresses of the back ends on the simulated network. */
const MEMBERS: ReadonlyMap<string, Member> = new Map(
  [...BACKEND_NAMES, DOWN].map((name, index) => [name, { address: `10.96.0.${index + 1}`, port: MEMBER_PORT }]),
);

const IN_NO_NAMESPACE = 'cluster';

const INGRESS_CLASS: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: CLASS },
  spec: { controller: CONTROLLER },
};

/** Starts the whole system on this machine, with a folder as its cluster and a simulated appliance. */
export async function startLocalTarget(backends: Backends, log: Log): Promise<ConformanceTarget> {
  const objects = await FolderObjects.create();
  const listening = new Map<string, ClientEndpoint>();
  const addresses = new Map<string, readonly string[]>();
  const reasons = new Map<string, Set<string>>();
  const tell = (ingress: string, ...told: readonly string[]): void => {
    const known = reasons.get(ingress) ?? new Set();
    reasons.set(ingress, known);
    for (const reason of told) known.add(reason);
  };
  await objects.apply(IN_NO_NAMESPACE, [INGRESS_CLASS], new Date());
  const stack = await startLocalStack({
    folder: objects.folder,
    defaultVip: VIP,
    map: new Map(
      [...MEMBERS].map(([name, { address, port }]) => [
        hostPort(address, port),
        name === DOWN ? NOWHERE : { host: '127.0.0.1', port: backends.port(name) },
      ]),
    ),
    windowMs: 20,
    log,
    onFrontend: ({ address, port, listen }) => {
      if (listen === undefined) listening.delete(hostPort(address, port));
      else listening.set(hostPort(address, port), listen);
    },
    onStatus: (ingress, list) => addresses.set(ingress, list),
    onOutcome: ({ detailType, data }: ReceivedEvent) => {
      if (!('name' in data) || !('findings' in data)) return;
      const codes = data.findings.map(({ code }) => code);
      tell(`${data.namespace}/${data.name}`, detailType.replace('Ingress ', ''), ...codes);
    },
    onFinding: (ingress, { code }) => tell(ingress, code),
  }).catch(async (error: unknown) => {
    await objects.delete();
    throw error;
  });
  await stack.ready;
  const forget = (namespace: string): void => {
    for (const map of [addresses, reasons]) {
      for (const ingress of map.keys()) if (ingress.startsWith(`${namespace}/`)) map.delete(ingress);
    }
  };
  return {
    name: 'nspass local',
    features: new Set(['unchecked-hosts', 'second-vip', 'status', 'reasons', 'redirect', 'annotations', 'default-vip']),
    className: CLASS,
    vip: VIP,
    secondVip: SECOND_VIP,
    member: (backend) => MEMBERS.get(backend) as Member,
    endpoint: (vip, port) => listening.get(hostPort(vip, port)),
    begin: async () => undefined,
    async apply(list) {
      for (const [namespace, some] of byNamespace(list)) await objects.apply(namespace, some, new Date());
    },
    async remove(list) {
      for (const [namespace, some] of byNamespace(list)) await objects.remove(namespace, some);
    },
    async end(namespace) {
      await objects.forget(namespace);
      forget(namespace);
    },
    addresses: async (namespace, ingress) => addresses.get(`${namespace}/${ingress}`) ?? [],
    reasons: async (namespace, ingress) => [...(reasons.get(`${namespace}/${ingress}`) ?? [])],
    async stop() {
      await stack.stop();
      await objects.delete();
    },
  };
}

const byNamespace = (list: readonly Manifest[]): Map<string, Manifest[]> =>
  Map.groupBy(list, ({ metadata }) => metadata.namespace ?? IN_NO_NAMESPACE);
