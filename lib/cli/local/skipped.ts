import type { Finding } from '../../contract/index.ts';
import type { ClusterSource, SourceSink } from '../../forwarder/index.ts';
import {
  assumedClass,
  type JudgedIngress,
  judge,
  type K8sIngress,
  type K8sIngressClass,
  VENDOR_CLASS,
} from '../../ingress/index.ts';

/** An Ingress that asks for passthrough, of a class that is not ours. */
export interface SkippedIngress {
  /** `namespace/name`. */
  readonly ingress: string;
  /** Absent where it has no class, and only some classes are ours. */
  readonly class?: string;
}

/** What the selection of a folder's Ingresses tells; everything once, and again when it changed. */
export interface SelectionTold {
  passedOver(passed: SkippedIngress): void;
  /** Something to be said of an Ingress that no event of the system carries. */
  remark(ingress: string, found: Finding): void;
  /** A class that is not in the folder, and is taken for ours. */
  assumed(className: string): void;
}

/**
 * A source that takes the classes which are not in the folder for ours, and says what the selection leaves out. In a
 * cluster silence is right there (SEL-4); in a folder it would be a riddle. `nspass lint` judges by the same function.
 */
export function tellSelection(
  source: ClusterSource,
  classNames: readonly string[],
  told: SelectionTold,
): ClusterSource {
  return { start: (sink) => source.start(new Watching(sink, classNames, told)), stop: () => source.stop() };
}

class Watching implements SourceSink {
  readonly #sink: SourceSink;
  readonly #classNames: readonly string[];
  readonly #tell: SelectionTold;
  readonly #ingresses = new Map<string, K8sIngress>();
  readonly #classes = new Map<string, K8sIngressClass>();
  #assumed: ReadonlySet<string> = new Set();
  #told: ReadonlySet<string> = new Set();

  constructor(sink: SourceSink, classNames: readonly string[], told: SelectionTold) {
    this.#sink = sink;
    this.#classNames = classNames;
    this.#tell = told;
  }

  upsert: SourceSink['upsert'] = (object) => {
    const { namespace, name } = object.metadata;
    if (object.kind === 'Ingress') this.#ingresses.set(`${namespace}/${name}`, object);
    if (object.kind === 'IngressClass') this.#classes.set(name, object);
    this.#sink.upsert(object);
  };

  remove: SourceSink['remove'] = (kind, namespace, name) => {
    if (kind === 'Ingress') this.#ingresses.delete(`${namespace}/${name}`);
    if (kind === 'IngressClass') this.#classes.delete(name);
    this.#sink.remove(kind, namespace, name);
  };

  missing: SourceSink['missing'] = (kind, objects) => {
    for (const { namespace, name } of objects) {
      if (kind === 'Ingress') this.#ingresses.delete(`${namespace}/${name}`);
      if (kind === 'IngressClass') this.#classes.delete(name);
    }
    this.#sink.missing(kind, objects);
  };

  synced: SourceSink['synced'] = (complete) => this.#sink.synced(complete);

  /** Comes at the end of each look, when all objects of it were told. */
  problems: SourceSink['problems'] = (problems) => {
    const names = [...this.#ingresses.keys()];
    const judged = judge([...this.#ingresses.values()], [...this.#classes.values()], {
      classNames: this.#classNames,
      partial: true,
    });
    this.#assume(new Set(judged.flatMap(({ assumed, selection }) => (selection.selected && assumed ? [assumed] : []))));
    this.#say(names, judged);
    this.#sink.problems(problems);
  };

  /** The forwarder behind this one gets the classes that are taken for ours like any other. */
  #assume(now: ReadonlySet<string>): void {
    for (const name of now) {
      if (this.#assumed.has(name)) continue;
      this.#sink.upsert(assumedClass(name));
      if (name !== VENDOR_CLASS) this.#tell.assumed(name);
    }
    for (const name of this.#assumed) {
      if (!now.has(name) && !this.#classes.has(name)) this.#sink.remove('IngressClass', '', name);
    }
    this.#assumed = now;
  }

  #say(names: readonly string[], judged: readonly JudgedIngress[]): void {
    const told = new Set<string>();
    for (const [index, { selection, findings: remarks }] of judged.entries()) {
      const name = names[index] as string;
      for (const found of [...selection.findings, ...remarks]) {
        const key = JSON.stringify([name, found]);
        told.add(key);
        if (this.#told.has(key)) continue;
        if (found.code !== 'ClassNotOurs') this.#tell.remark(name, found);
        else
          this.#tell.passedOver({
            ingress: name,
            ...(selection.class === undefined ? {} : { class: selection.class }),
          });
      }
    }
    this.#told = told;
  }
}
