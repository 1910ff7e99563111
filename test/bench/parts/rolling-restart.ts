import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalStack } from '../../../lib/cli/local/stack.ts';
import type { Part } from '../report/part.ts';
import type { Findings } from '../report/results.ts';

const PODS = 100;
/** Pods that are replaced at a time: `maxSurge` and `maxUnavailable` of 10 %. */
const STEP = 10;
/** Milliseconds that each step takes. */
const STEP_MS = 1_000;
/** EndpointSlices change several times in a step: a new pod is ready, an old one terminates, an old one is gone. */
const UPDATES_A_STEP = 10;

/** A rolling restart as the EndpointSlices of a Service show it, through the forwarder with its own windows. */
export const rollingRestart: Part = {
  name: 'rolling-restart',
  summary: `rolling restart of a Service of ${PODS} pods, ${STEP} at a time: folder → forwarder → bus → queue → function → appliance`,
  async measure(folder): Promise<Findings> {
    const source = join(folder, 'manifests');
    await mkdir(source);
    let events = 0;
    const pods = Array.from({ length: PODS }, (_, index) => address(0, index));
    const write = async (): Promise<void> => {
      const draft = join(folder, 'draft');
      await writeFile(draft, manifest(pods));
      await rename(draft, join(source, 'shop.yaml'));
    };
    await write();
    const stack = await startLocalStack({
      folder: source,
      onEvent: ({ detail: { data } }) => {
        if ('ingress' in data) events += 1;
      },
    });
    try {
      await stack.ready;
      await stack.settled();
      stack.appliance.requests.reset();
      events = 0;
      const cpu = process.cpuUsage();
      const began = performance.now();
      let updates = 0;
      for (let pod = 0; pod < PODS; pod += STEP / UPDATES_A_STEP) {
        for (let each = pod; each < pod + STEP / UPDATES_A_STEP; each += 1) pods[each] = address(1, each);
        await write();
        updates += 1;
        await delay(Math.max(0, began + (updates * STEP_MS) / UPDATES_A_STEP - performance.now()));
      }
      const changed = performance.now();
      await until(() => programmed(stack.appliance.runningConfig()));
      const seconds = ((performance.now() - changed) / 1_000).toFixed(2);
      await stack.settled();
      const { user, system } = process.cpuUsage(cpu);
      const { total, writes } = stack.appliance.requests;
      const what = `rolling restart of ${PODS} pods`;
      return {
        figures: [
          { what: `${what}: changes of the EndpointSlice`, measured: String(updates) },
          { what: `${what}: events`, measured: String(events) },
          { what: `${what}: requests, of them writes`, measured: `${total}, ${writes}` },
          { what: `${what}: from the last change to programmed`, measured: `${seconds} s` },
          { what: `${what}: processor, all parts in one process`, measured: `${((user + system) / 1e6).toFixed(2)} s` },
        ],
      };
    } finally {
      await stack.stop();
    }
  },
};

const address = (generation: number, index: number): string => `10.${generation + 1}.0.${index + 1}`;

/** All new pods are members, and no old one. */
function programmed(config: string): boolean {
  const bound = new Set([...config.matchAll(/^bind serviceGroup \S+ (10\.\d+\.0\.\d+) /gm)].map(([, ip]) => ip));
  return bound.size === PODS && bound.has(address(1, 0)) && bound.has(address(1, PODS - 1));
}

async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!done()) {
    if (performance.now() > end) throw new Error('the new pods are not programmed after 60 s');
    await delay(5);
  }
}

function manifest(pods: readonly string[]): string {
  const endpoints = pods.map((pod) => `- {addresses: ["${pod}"], conditions: {ready: true}}`).join('\n');
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  creationTimestamp: "2026-01-01T00:00:00Z"
  annotations: {ingress.citrix.com/ssl-passthrough: "true", ingress.citrix.com/frontend-ip: 192.0.2.10}
spec:
  ingressClassName: citrix
  tls: [{hosts: [shop.example.com]}]
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 443}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: citrix}
spec: {controller: citrix.com/ingress-controller}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {ports: [{name: https, port: 443, targetPort: 8443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: shop-1, labels: {kubernetes.io/service-name: shop}}
addressType: IPv4
ports: [{name: https, port: 8443}]
endpoints:
${endpoints}
`;
}
