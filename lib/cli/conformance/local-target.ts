import {
  BACKEND_NAMES,
  type Backends,
  type ClientEndpoint,
  type ConformanceTarget,
  DOWN,
  FEATURES,
  type Feature,
  type Limits,
  type Manifest,
  NODE_PORTS,
  NOWHERE,
  profileOf,
  type SuiteNode,
} from '../../conformance/index.ts';
import { hostPort, type Member, type ReceivedEvent } from '../../contract/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { startLocalStack } from '../local/stack.ts';
import { FolderObjects } from './folder-objects.ts';

const VIP = '192.0.2.10';
const SECOND_VIP = '192.0.2.11';
const PROFILE = profileOf('nspass');
const MEMBER_PORT = 8443;

/** Addresses of the back ends on the simulated network. */
const MEMBERS: ReadonlyMap<string, Member> = new Map(
  [...BACKEND_NAMES, DOWN].map((name, index) => [name, { address: `10.96.0.${index + 1}`, port: MEMBER_PORT }]),
);

/** Nodes whose node ports lead to a back end. */
const NODES: ReadonlyMap<string, SuiteNode> = new Map(
  BACKEND_NAMES.map((name, index) => [name, { name: `nspass-conformance-${name}`, address: `10.97.0.${index + 1}` }]),
);

/** The configuration of the appliance refuses these. */
const LIMITS: Limits = {
  member: '203.0.113.9',
  host: 'shop.owned.test',
  vip: '198.51.100.1',
  frontend: { address: SECOND_VIP, port: 9_443 },
};

/** Somebody else's virtual server leads to back end `c`. */
const FOREIGN_CONFIG = [
  `add service somebody_member 10.96.0.3 TCP ${MEMBER_PORT}`,
  `add lb vserver somebody_else TCP ${SECOND_VIP} 9443`,
  'bind lb vserver somebody_else somebody_member',
].join('\n');

const IN_NO_NAMESPACE = 'cluster';

const INGRESS_CLASS: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: PROFILE.className },
  spec: { controller: PROFILE.controller },
};

/** Starts the whole system on this machine, with a folder as its cluster and a simulated appliance. */
export async function startLocalTarget(backends: Backends, log: Log): Promise<ConformanceTarget> {
  const objects = await FolderObjects.create();
  const listening = new Map<string, ClientEndpoint>();
  const addresses = new Map<string, readonly string[]>();
  const reasons = new Map<string, Set<string>>();
  // What has no namespace has a name that begins with that of its case.
  const unbound: Manifest[] = [];
  const tell = (ingress: string, ...told: readonly string[]): void => {
    const known = reasons.get(ingress) ?? new Set();
    reasons.set(ingress, known);
    for (const reason of told) known.add(reason);
  };
  await objects.apply(IN_NO_NAMESPACE, [INGRESS_CLASS], new Date());
  const stack = await startLocalStack({
    folder: objects.folder,
    defaultVip: VIP,
    limits: {
      frontendIPs: ['192.0.2.0/24'],
      memberNetworks: ['10.96.0.0/16', '10.97.0.0/16'],
      hostOwnership: [{ suffix: 'owned.test', namespaces: ['somebody'] }],
    },
    foreignConfig: FOREIGN_CONFIG,
    map: placesOf(backends),
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
    // In a folder, a class without an object is assumed to be ours.
    features: new Set((Object.keys(FEATURES) as Feature[]).filter((feature) => feature !== 'class-objects')),
    profile: PROFILE,
    limits: LIMITS,
    className: PROFILE.className,
    vip: VIP,
    secondVip: SECOND_VIP,
    member: (backend) => MEMBERS.get(backend) as Member,
    node: (backend) => NODES.get(backend) as SuiteNode,
    endpoint: (vip, port) => listening.get(hostPort(vip, port)),
    begin: async () => undefined,
    async apply(list) {
      unbound.push(...list.filter(({ metadata }) => metadata.namespace === undefined));
      for (const [namespace, some] of byNamespace(list)) await objects.apply(namespace, some, new Date());
    },
    async remove(list) {
      for (const [namespace, some] of byNamespace(list)) await objects.remove(namespace, some);
    },
    async end(namespace) {
      await objects.forget(namespace);
      const own = unbound.filter(({ metadata }) => metadata.name.startsWith(`${namespace}-`));
      if (own.length > 0) await objects.remove(IN_NO_NAMESPACE, own);
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

/** Returns where the members and the node ports of the simulated network are on this machine. */
function placesOf(backends: Backends): Map<string, ClientEndpoint> {
  const at = (name: string): ClientEndpoint => ({ host: '127.0.0.1', port: backends.port(name) });
  const members = [...MEMBERS].map(([name, { address, port }]): [string, ClientEndpoint] => [
    hostPort(address, port),
    name === DOWN ? NOWHERE : at(name),
  ]);
  const nodes = [...NODES].flatMap(([name, { address }]) =>
    NODE_PORTS.map((port): [string, ClientEndpoint] => [hostPort(address, port), at(name)]),
  );
  return new Map([...members, ...nodes]);
}

const byNamespace = (list: readonly Manifest[]): Map<string, Manifest[]> =>
  Map.groupBy(list, ({ metadata }) => metadata.namespace ?? IN_NO_NAMESPACE);
