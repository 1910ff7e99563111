import type { BusEvent, ReceivedEvent } from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import type { ForwarderOptions } from '../../../lib/forwarder/interface.ts';
import type {
  Clock,
  IngressEvent,
  IngressRef,
  OutcomeSource,
  Publisher,
  Reporter,
} from '../../../lib/forwarder/ports.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import type { ClusterSource, SourceProblem, SourceSink } from '../../../lib/forwarder/source/source.ts';
import type { K8sIngress, K8sObject } from '../../../lib/ingress/kubernetes.ts';

/** Time that passes only when told. */
export class ManualClock implements Clock {
  #now: number;
  #timers: { at: number; callback: () => void }[] = [];
  /** None, unless a test has them: time passes only when told. */
  turn?: () => Promise<void>;

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, callback: () => void) => {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
    };
  };

  get pending(): number {
    return this.#timers.length;
  }

  /** The wall clock is set, forwards or back. */
  set(now: number): void {
    this.#now = now;
  }

  /** Lets `ms` pass, each timer at its time, and promises settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets all promises that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** A source that tells what the test says. */
export class ScriptedSource implements ClusterSource {
  sink!: SourceSink;
  stopped = false;
  readonly #initial: readonly K8sObject[];
  readonly #complete: boolean | 'never';

  /** @param complete of the first sync; `never`: none by itself. */
  constructor(initial: readonly K8sObject[] = [], complete: boolean | 'never' = true) {
    this.#initial = initial;
    this.#complete = complete;
  }

  async start(sink: SourceSink): Promise<void> {
    this.sink = sink;
    for (const object of this.#initial) sink.upsert(object);
    if (this.#complete !== 'never') sink.synced(this.#complete);
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }
}

/** A bus that keeps what it was given, and refuses what `refuse` says. */
export class RecordingPublisher implements Publisher {
  readonly events: BusEvent[] = [];
  readonly batches: number[] = [];
  refuse: (event: BusEvent) => boolean = () => false;
  down = false;

  async publish(events: readonly BusEvent[]) {
    this.batches.push(events.length);
    if (this.down) throw new Error('the bus is down');
    const failed = events.filter((event) => this.refuse(event));
    this.events.push(...events.filter((event) => !failed.includes(event)));
    return { failed: failed.map((event) => ({ event, error: new Error('ThrottlingException') })) };
  }

  /** `Changed web`, `Withdrawn web`, `Snapshot* [web]` (flagged). */
  get said(): string[] {
    return this.events.map(describeEvent);
  }

  clear(): void {
    this.events.length = 0;
    this.batches.length = 0;
  }
}

function describeEvent(event: BusEvent): string {
  const data = event.detail.data;
  if ('ingresses' in data && 'flagged' in data) {
    const names = [...data.ingresses.map(({ name }) => name), ...data.listed.map(({ name }) => `(${name})`)];
    return `Snapshot${data.flagged ? '*' : ''} [${names.sort().join(' ')}]`;
  }
  if ('ingress' in data) return `Changed ${data.ingress.name}`;
  return `Withdrawn ${'name' in data ? data.name : ''}`;
}

export class RecordingReporter implements Reporter {
  readonly events: string[] = [];
  readonly statuses = new Map<string, readonly string[]>();
  readonly problems: SourceProblem[] = [];

  status(ref: IngressRef, change: (there: readonly string[]) => readonly string[]): void {
    const name = `${ref.namespace}/${ref.name}`;
    this.statuses.set(name, change(this.statuses.get(name) ?? []));
  }

  event(ref: IngressRef, event: IngressEvent): void {
    this.events.push(`${ref.namespace}/${ref.name} ${event.reason}`);
  }

  problem(problem: SourceProblem): void {
    this.problems.push(problem);
  }
}

/** Outcomes that the test brings. */
export class ScriptedOutcomes implements OutcomeSource {
  handle: (event: ReceivedEvent) => Promise<void> = async () => {};
  start(handle: (event: ReceivedEvent) => Promise<void>): void {
    this.handle = handle;
  }
  stop(): void {}
}

/** An Ingress with passthrough on, of one host on the Service of its own name. */
export function ingress(
  name: string,
  overrides: {
    host?: string;
    annotations?: Record<string, string>;
    class?: string;
    service?: string;
    namespace?: string;
  } = {},
): K8sIngress {
  const {
    host = `${name}.example.com`,
    annotations = {},
    class: className,
    service = name,
    namespace = 'default',
  } = overrides;
  return {
    kind: 'Ingress',
    metadata: { name, namespace, annotations: { 'ingress.citrix.com/ssl-passthrough': 'true', ...annotations } },
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      rules: [
        { host, http: { paths: [{ path: '/', backend: { service: { name: service, port: { number: 443 } } } }] } },
      ],
      tls: [{}],
    },
  };
}

/** A Service and its one slice. */
export function service(name: string, addresses: readonly string[], namespace = 'default'): K8sObject[] {
  return [
    { kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port: 443, targetPort: 8443 }] } },
    slice(name, addresses, namespace),
  ];
}

export function slice(
  service: string,
  addresses: readonly string[],
  namespace = 'default',
  name = `${service}-1`,
): K8sObject {
  return {
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ port: 8443 }],
  };
}

/** Starts a forwarder on recording doubles of its ports, and waits for its first snapshot. */
export async function startForwarder(
  source: ScriptedSource,
  publisher: RecordingPublisher,
  options: Partial<ForwarderOptions> = {},
) {
  const clock = new ManualClock(1_700_000_000_000);
  const reporter = new RecordingReporter();
  const outcomes = new ScriptedOutcomes();
  const sequences = new MemorySequences();
  const forwarder = createForwarder({
    cluster: 'c',
    clusterUid: 'uid',
    source,
    publisher,
    reporter,
    outcomes,
    sequences,
    clock,
    random: () => 0.5,
    ...options,
  });
  let ready = false;
  void forwarder.ready.then(() => {
    ready = true;
  });
  await forwarder.start();
  await settle();
  /** Brings an event from the functions. */
  const deliver = async (detailType: string, data: object): Promise<void> => {
    await outcomes.handle({ detailType, data, id: '', time: clock.now() } as unknown as ReceivedEvent);
    await settle();
  };
  return { clock, reporter, outcomes, sequences, forwarder, isReady: () => ready, deliver };
}
