import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalStack } from '../../lib/cli/local/stack.ts';
import { named } from '../conformance/simulator/traffic.ts';
import { ask } from '../support/hello.ts';
import { atMost, type Benchmark, type Figure, percentile } from './figure.ts';

const INGRESSES = 20;
const CHANGES = 300;
const VIP = '192.0.2.10';
/** Nobody waits longer for one change. */
const PATIENCE_MS = 10_000;
/** Between two connections that look whether a change is there. */
const LOOK_MS = 2;

/** From a file in the folder to the data plane: forwarder, bus, queue, function, appliance, all in this process. */
export const pipeline: Benchmark = {
  summary: `a change in the folder → routed on the data plane, ${CHANGES} changes one by one among ${INGRESSES} Ingresses`,
  run: async () => [
    ...figuresOf('', await measure(), true),
    ...figuresOf(`, window of ${SHORT_WINDOW_MS} ms`, await measure(SHORT_WINDOW_MS), false),
  ],
};

/** To see what the rest of the way takes. */
const SHORT_WINDOW_MS = 20;

interface Times {
  /** Milliseconds from the change until its event is published. */
  readonly published: number;
  /** Milliseconds from there until the data plane does what the change says. */
  readonly routed: number;
}

/** @param windowMs how long a change rests before it is published; as `nspass local` has it where absent. */
async function measure(windowMs?: number): Promise<Times[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-bench-'));
  const sides = await Promise.all(['left', 'right'].map(named));
  const published = new Map<string, number>();
  const stack = await startLocalStack({
    folder,
    ...(windowMs === undefined ? {} : { windowMs }),
    drainSeconds: 0,
    map: new Map(sides.map(({ endpoint }, side) => [`${addressOf(side)}:8443`, endpoint])),
    onEvent: ({ detail: { data } }) => {
      if ('ingress' in data) published.set(data.ingress.name, performance.now());
    },
  });
  const write = (index: number, side: number): Promise<void> =>
    writeFile(join(folder, `shop-${index}.yaml`), manifest(index, side));
  try {
    await Promise.all(Array.from({ length: INGRESSES }, (_, index) => write(index, 0)));
    await stack.ready;
    const routed = async (index: number, name: string): Promise<void> => {
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        const front = stack.appliance.frontends.get(`${VIP}:443`);
        if (front !== undefined && (await ask(front, hostOf(index))) === name) return;
        await delay(LOOK_MS);
      }
      throw new Error(`${hostOf(index)} is not routed to ${name} after ${PATIENCE_MS} ms`);
    };
    await Promise.all(Array.from({ length: INGRESSES }, (_, index) => routed(index, 'left')));
    await stack.settled();

    const times: Times[] = [];
    for (let change = 0; change < CHANGES; change++) {
      // Every other one is an Ingress that was not there; the rest change the member of one that is.
      const isNew = change % 2 === 1;
      const index = isNew ? INGRESSES + change : (change / 2) % INGRESSES;
      const side = isNew ? 0 : 1 - (Math.floor(change / 2 / INGRESSES) % 2);
      const began = performance.now();
      await write(index, side);
      await routed(index, side === 0 ? 'left' : 'right');
      const ended = performance.now();
      const at = published.get(`shop-${index}`) ?? ended;
      times.push({ published: at - began, routed: ended - at });
      // The next one must not find this one's outcome still on its way.
      await stack.settled();
    }
    return times;
  } finally {
    await stack.stop();
    await Promise.all(sides.map((side) => side.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOf(which: string, times: readonly Times[], promised: boolean): Figure[] {
  const whole = times.map(({ published, routed }) => published + routed);
  const what = `change → routed${which}`;
  const both = (values: readonly number[]): string =>
    `${percentile(values, 50).toFixed(0)} ms, 99th ${percentile(values, 99).toFixed(0)} ms`;
  return [
    ...(promised
      ? [
          { ...atMost(`${what}: median`, percentile(whole, 50), 150, 'ms'), samples: whole },
          atMost(`${what}: 99th percentile`, percentile(whole, 99), 500, 'ms'),
        ]
      : [{ what: `${what}: median`, measured: both(whole) }]),
    { what: `${what}: until published`, measured: both(times.map(({ published }) => published)) },
    { what: `${what}: from there on`, measured: both(times.map(({ routed }) => routed)) },
  ];
}

const addressOf = (side: number): string => `10.244.0.${side + 1}`;
const hostOf = (index: number): string => `shop-${index}.example.com`;

/** An Ingress, its Service and the one member of it. */
function manifest(index: number, side: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop-${index}
  creationTimestamp: "2026-01-01T00:00:00Z"
  annotations: {ingress.citrix.com/ssl-passthrough: "true", ingress.citrix.com/frontend-ip: ${VIP}}
spec:
  ingressClassName: citrix
  tls: [{hosts: [${hostOf(index)}]}]
  rules:
  - host: ${hostOf(index)}
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop-${index}, port: {number: 443}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: citrix}
spec: {controller: citrix.com/ingress-controller}
---
apiVersion: v1
kind: Service
metadata: {name: shop-${index}}
spec: {ports: [{name: https, port: 443, targetPort: 8443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: shop-${index}-1, labels: {kubernetes.io/service-name: shop-${index}}}
addressType: IPv4
ports: [{name: https, port: 8443}]
endpoints: [{addresses: ["${addressOf(side)}"], conditions: {ready: true}}]
`;
}
