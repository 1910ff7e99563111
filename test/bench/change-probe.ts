import { setTimeout as delay } from 'node:timers/promises';
import type { K8sObject } from '../../lib/ingress/kubernetes.ts';
import { named } from '../conformance/simulator/traffic.ts';
import { ask } from '../support/hello.ts';
import { type ScriptedStack, startScriptedStack } from '../support/scripted-stack.ts';
import { ingress, service, slice } from '../unit/forwarder/support.ts';
import { atMost, type Benchmark, type Figure, percentile } from './figure.ts';

const number = (name: string, standard: number): number => Number(process.env[name] ?? standard);

/** Routes when the last measured one is added. */
const GROWTH = number('NSPASS_PROBE_ROUTES', 3_000);
/** Routes that are added one by one and asked for; the others are added between them, in bulk. */
const PROBES = number('NSPASS_PROBE_PROBES', 300);
/** Routes while others churn. */
const CHURN = number('NSPASS_PROBE_CHURN_ROUTES', 5_000);
/** Changes while the steady routes are asked for. */
const CHANGES = number('NSPASS_PROBE_CHANGES', 500);
/** Milliseconds between two changes. */
const CHANGE_EVERY_MS = number('NSPASS_PROBE_CHANGE_MS', 20);
/** Routes that nothing changes, and that are asked for all the time. */
const STEADY = 50;
/** Namespaces: a namespace has a budget of single events. */
const NAMESPACES = 50;
const VIP = '192.0.2.10';
/** Nobody waits longer for one route. */
const PATIENCE_MS = 30_000;
/** Between two connections that ask for a route. */
const LOOK_MS = 2;
/** Probes between two additions in bulk. */
const FILL_EVERY = 20;
/** Questions after the first right answer: each must be right. */
const AFTER = 5;
const SIDES = ['left', 'right'];

/** What gateway-api-bench measures of a controller, from a watch to the data plane; everything in this process. */
export const changeProbe: Benchmark = {
  summary: `change → routed while growing to ${GROWTH} routes (${PROBES} of them asked for), and wrong answers while ${CHURN} churn`,
  run: async () => {
    const backends = await Promise.all(SIDES.map(named));
    const stack = new ProbedStack();
    try {
      await stack.start(new Map(backends.map(({ endpoint }, side) => [`${addressOf(side)}:8443`, endpoint])));
      const grown = await grow(stack);
      await stack.fill(CHURN);
      return [...grown, ...(await churn(stack))];
    } finally {
      await stack.stop();
      await Promise.all(backends.map((backend) => backend.stop()));
    }
  },
};

const addressOf = (side: number): string => `10.244.0.${side + 1}`;
const nameOf = (index: number): string => `shop-${index}`;
const namespaceOf = (index: number): string => `team-${index % NAMESPACES}`;
const hostOf = (index: number): string => `${nameOf(index)}.example.com`;

/** The objects of one route, as the watches of a cluster bring them: the Ingress comes last. */
function route(index: number, side: number): K8sObject[] {
  const [name, namespace] = [nameOf(index), namespaceOf(index)];
  const annotations = { 'ingress.citrix.com/frontend-ip': VIP };
  return [...service(name, [addressOf(side)], namespace), ingress(name, { namespace, annotations })];
}

/** The stack, with what passes through it. */
class ProbedStack {
  #stack!: ScriptedStack;
  /** Ingress → when its last event was published, in milliseconds of `performance.now()`. */
  readonly published = new Map<string, number>();
  /** Number of routes. */
  routes = 0;
  events = 0;
  batches = 0;
  messages = 0;

  async start(map: Parameters<typeof startScriptedStack>[0]['map']): Promise<void> {
    this.#stack = await startScriptedStack({
      initial: Array.from({ length: STEADY }, (_, index) => route(index, 0)).flat(),
      map,
      onEvent: ({ detail: { data } }) => {
        this.events += 1;
        if ('ingress' in data) this.published.set(data.ingress.name, performance.now());
      },
      onBatch: ({ records }) => {
        this.batches += 1;
        this.messages += records;
      },
    });
    this.routes = STEADY;
    await this.#stack.forwarder.ready;
    await this.#stack.settled();
  }

  upsert(objects: readonly K8sObject[]): void {
    for (const object of objects) this.#stack.sink.upsert(object);
  }

  remove(index: number): void {
    const [name, namespace] = [nameOf(index), namespaceOf(index)];
    this.#stack.sink.remove('Ingress', namespace, name);
    this.#stack.sink.remove('EndpointSlice', namespace, `${name}-1`);
    this.#stack.sink.remove('Service', namespace, name);
  }

  /** Adds routes at once until there are so many, and waits until all are programmed. */
  async fill(count: number): Promise<void> {
    if (count <= this.routes) return;
    for (let index = this.routes; index < count; index += 1) this.upsert(route(index, 0));
    this.routes = count;
    // So many changes at once are a storm, whose snapshot waits for its time: an operator does not.
    this.#stack.forwarder.snapshot('filled');
    await this.settled();
  }

  settled(): Promise<void> {
    return this.#stack.settled();
  }

  /** Asks once. @returns the name of the back end, or what went wrong. */
  async ask(index: number): Promise<string> {
    const front = this.#stack.appliance.frontends.get(`${VIP}:443`);
    return front === undefined ? 'no front end' : ask(front, hostOf(index));
  }

  async stop(): Promise<void> {
    await this.#stack?.stop();
  }
}

interface Probe {
  /** Milliseconds from the change until the event is published, and until the first right answer. */
  readonly published: number;
  readonly routed: number;
  /** Processor time until then, of everything in this process: the questions and the appliance, too. */
  readonly cpu: number;
  /** Answers after the first right one that were not right. */
  readonly wrong: number;
}

/** Adds a route, and asks for it until the right back end answers. */
async function probe(stack: ProbedStack, index: number): Promise<Probe> {
  const side = index % SIDES.length;
  // It also makes the question: the time of a client that speaks TLS does not count.
  const early = (await stack.ask(index)) === SIDES[side] ? 1 : 0;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  stack.upsert(route(index, side));
  while ((await stack.ask(index)) !== SIDES[side]) {
    if (performance.now() - began > PATIENCE_MS) throw new Error(`${hostOf(index)} is not routed`);
    await delay(LOOK_MS);
  }
  const routed = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  let wrong = early;
  for (let question = 0; question < AFTER; question += 1) {
    if ((await stack.ask(index)) !== SIDES[side]) wrong += 1;
  }
  return {
    published: (stack.published.get(nameOf(index)) ?? began) - began,
    routed,
    cpu: (user + system) / 1_000,
    wrong,
  };
}

async function grow(stack: ProbedStack): Promise<Figure[]> {
  const probes: Probe[] = [];
  // The last third of the probes at the full number: what they say is said of that many routes.
  const atFull = Math.floor(PROBES / 3);
  for (let done = 0; done < PROBES; done += 1) {
    const share = Math.min(1, done / Math.max(1, PROBES - atFull));
    const wanted = Math.floor(share * GROWTH) - (PROBES - done);
    if (done % FILL_EVERY === 0 || done === PROBES - atFull) await stack.fill(Math.min(wanted, GROWTH - atFull));
    probes.push(await probe(stack, stack.routes));
    stack.routes += 1;
  }
  const last = probes.slice(-atFull);
  const times = (of: readonly Probe[], key: 'published' | 'routed' | 'cpu'): string =>
    [50, 95, 99]
      .map(
        (share) =>
          `${percentile(
            of.map((each) => each[key]),
            share,
          ).toFixed(0)} ms`,
      )
      .join(', ');
  const at = (of: readonly Probe[], share: number): number =>
    percentile(
      of.map(({ routed }) => routed),
      share,
    );
  return [
    { what: 'routes at the end of the growth', measured: String(stack.routes) },
    {
      ...atMost(`change → routed, the last ${atFull}: median`, at(last, 50), 50, 'ms'),
      samples: last.map(({ routed }) => routed),
    },
    atMost(`change → routed, the last ${atFull}: 99th percentile`, at(last, 99), 150, 'ms'),
    { what: 'change → routed, all: median, 95th, 99th', measured: times(probes, 'routed') },
    { what: 'change → published, all: median, 95th, 99th', measured: times(probes, 'published') },
    {
      what: `processor time of the whole until routed, the last ${atFull}: median, 95th, 99th`,
      measured: times(last, 'cpu'),
    },
    atMost(
      'answers that were not right after the first right one',
      sum(probes.map(({ wrong }) => wrong)),
      0,
      'answers',
    ),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

/** Changes, adds and deletes routes while others, which nothing changes, are asked for. */
async function churn(stack: ProbedStack): Promise<Figure[]> {
  const before = { events: stack.events, batches: stack.batches, messages: stack.messages };
  const wrong = new Map<string, number>();
  let [asked, done] = [0, false];
  const client = async (first: number): Promise<void> => {
    for (let index = first; !done; index = (index + 7) % STEADY) {
      const answer = await stack.ask(index);
      asked += 1;
      if (answer !== SIDES[0]) wrong.set(answer, (wrong.get(answer) ?? 0) + 1);
      await delay(LOOK_MS);
    }
  };
  const clients = [client(0), client(3)];
  const began = performance.now();
  const routes = stack.routes;
  try {
    for (let change = 0; change < CHANGES; change += 1) {
      churnOnce(stack, change, routes);
      await delay(CHANGE_EVERY_MS);
    }
    await stack.settled();
  } finally {
    done = true;
    await Promise.all(clients);
  }
  const seconds = (performance.now() - began) / 1_000;
  const kinds = [...wrong].map(([answer, count]) => `${count} × ${answer}`).join(', ');
  return [
    { what: 'routes while others churn', measured: String(routes) },
    {
      what: 'changes; events; messages in batches',
      measured: `${CHANGES} in ${seconds.toFixed(1)} s; ${stack.events - before.events}; ${stack.messages - before.messages} in ${stack.batches - before.batches}`,
    },
    { what: 'answers of routes that do not change', measured: `${asked}` },
    atMost(`… wrong or reset${kinds === '' ? '' : ` (${kinds})`}`, sum([...wrong.values()]), 0, 'answers'),
  ];
}

/** Of three changes, one is of members, one adds a route, and one deletes the route that was added before. */
function churnOnce(stack: ProbedStack, change: number, routes: number): void {
  const round = Math.floor(change / 3);
  const index = STEADY + ((round * 37) % (routes - STEADY));
  if (change % 3 === 0) {
    stack.upsert([slice(nameOf(index), [addressOf(1 - (round % 2))], namespaceOf(index))]);
  } else if (change % 3 === 1) {
    stack.upsert(route(routes + round, round % 2));
  } else if (round > 0) {
    stack.remove(routes + round - 1);
  }
}
