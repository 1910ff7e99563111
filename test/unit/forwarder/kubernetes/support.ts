import type { ApiAccess } from '../../../../lib/forwarder/kubernetes/access.ts';
import type { Clock } from '../../../../lib/forwarder/ports.ts';
import type {
  ObjectRef,
  SourceObject,
  SourceObjectKind,
  SourceProblem,
  SourceSink,
} from '../../../../lib/forwarder/source/source.ts';

/** A clock that runs so many times as fast as the machine's: seconds of waiting pass in milliseconds. */
export class FastClock implements Clock {
  /** Every wait that was asked for, in its milliseconds. */
  readonly waits: number[] = [];
  readonly #times: number;

  constructor(times: number) {
    this.#times = times;
  }

  readonly now = (): number => performance.now() * this.#times;

  readonly after = (ms: number, callback: () => void) => {
    this.waits.push(ms);
    const timer = setTimeout(callback, ms / this.#times);
    return { cancel: () => clearTimeout(timer) };
  };
}

/** Access without credentials. */
export function plainAccess(server: string): ApiAccess {
  return { server, namespace: 'nspass', pass: async () => ({ tls: {}, headers: {} }), refused() {} };
}

/** A sink that keeps what it is told. */
export class RecordingSink implements SourceSink {
  readonly told: string[] = [];
  readonly objects = new Map<string, SourceObject>();
  readonly syncs: boolean[] = [];
  /** Times at which Kubernetes observed a change, by object. */
  readonly triggers = new Map<string, number>();
  current: readonly SourceProblem[] = [];

  upsert(object: SourceObject, triggeredAt?: number): void {
    const key = `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`;
    this.told.push(`+${key}`);
    this.objects.set(key, object);
    if (triggeredAt !== undefined) this.triggers.set(key, triggeredAt);
  }

  remove(kind: SourceObjectKind, namespace: string, name: string): void {
    this.told.push(`-${kind} ${namespace}/${name}`);
    this.objects.delete(`${kind} ${namespace}/${name}`);
  }

  missing(kind: SourceObjectKind, objects: readonly ObjectRef[]): void {
    for (const { namespace, name } of objects) {
      this.told.push(`?${kind} ${namespace}/${name}`);
      this.objects.delete(`${kind} ${namespace}/${name}`);
    }
  }

  synced(complete: boolean): void {
    this.told.push(`synced ${complete}`);
    this.syncs.push(complete);
  }

  problems(problems: readonly SourceProblem[]): void {
    this.current = problems;
  }

  names(kind: SourceObjectKind): string[] {
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(`${kind} `))
      .map((key) => key.slice(kind.length + 1))
      .sort();
  }
}
