import type { Finding } from '../../contract/index.ts';
import type { ClusterSource, SourceSink } from '../../forwarder/index.ts';
import { assumedGatewayClass, type K8sGateway, type K8sGatewayClass } from '../../gateway/index.ts';
import {
  assumedClass,
  type JudgedIngress,
  judge,
  type K8sIngress,
  type K8sIngressClass,
  VENDOR_CLASS,
} from '../../ingress/index.ts';

/** An Ingress that requests passthrough, but whose class is not selected. */
export interface SkippedIngress {
  /** `namespace/name`. */
  readonly ingress: string;
  /** Absent if the Ingress has no class, and only some classes are selected. */
  readonly class?: string;
}

/** Receives what the selection of a folder's Ingresses leaves out: each fact once, and again after a change. */
export interface SelectionObserver {
  skipped(ingress: SkippedIngress): void;
  /** Receives a finding that no event carries. */
  finding(ingress: string, finding: Finding): void;
  /** Receives a class that is not in the folder, and is assumed to belong to the controller. */
  assumed(className: string): void;
}

/**
 * Wraps a source: classes that are not in the folder are assumed to belong to the controller, and the observer hears what
 * the selection leaves out. A cluster is silent about these (SEL-4), but the user of a folder would wonder. `nspass lint`
 * judges by the same function.
 */
export function observeSelection(
  source: ClusterSource,
  classNames: readonly string[],
  observer: SelectionObserver,
): ClusterSource {
  return {
    get readsGateways() {
      return source.readsGateways === true;
    },
    start: (sink) => source.start(new SelectionSink(sink, classNames, observer)),
    stop: () => source.stop(),
  };
}

class SelectionSink implements SourceSink {
  readonly #sink: SourceSink;
  readonly #classNames: readonly string[];
  readonly #observer: SelectionObserver;
  readonly #ingresses = new Map<string, K8sIngress>();
  readonly #classes = new Map<string, K8sIngressClass>();
  /** Gateways and GatewayClasses, by kind and name. */
  readonly #gateways = new Map<string, K8sGateway | K8sGatewayClass>();
  #assumed: ReadonlySet<string> = new Set();
  #reported: ReadonlySet<string> = new Set();

  constructor(sink: SourceSink, classNames: readonly string[], observer: SelectionObserver) {
    this.#sink = sink;
    this.#classNames = classNames;
    this.#observer = observer;
  }

  upsert: SourceSink['upsert'] = (object) => {
    const { namespace, name } = object.metadata;
    if (object.kind === 'Ingress') this.#ingresses.set(`${namespace}/${name}`, object);
    if (object.kind === 'IngressClass') this.#classes.set(name, object);
    if (object.kind === 'Gateway' || object.kind === 'GatewayClass') {
      this.#gateways.set(`${object.kind} ${namespace}/${name}`, object);
    }
    this.#sink.upsert(object);
  };

  remove: SourceSink['remove'] = (kind, namespace, name) => {
    if (kind === 'Ingress') this.#ingresses.delete(`${namespace}/${name}`);
    if (kind === 'IngressClass') this.#classes.delete(name);
    this.#gateways.delete(`${kind} ${namespace}/${name}`);
    this.#sink.remove(kind, namespace, name);
  };

  missing: SourceSink['missing'] = (kind, objects) => {
    for (const { namespace, name } of objects) {
      if (kind === 'Ingress') this.#ingresses.delete(`${namespace}/${name}`);
      if (kind === 'IngressClass') this.#classes.delete(name);
      this.#gateways.delete(`${kind} ${namespace}/${name}`);
    }
    this.#sink.missing(kind, objects);
  };

  synced: SourceSink['synced'] = (complete) => this.#sink.synced(complete);

  /** Ends each scan of the source, after all its objects. */
  problems: SourceSink['problems'] = (problems) => {
    const names = [...this.#ingresses.keys()];
    const judged = judge([...this.#ingresses.values()], [...this.#classes.values()], {
      classNames: this.#classNames,
      partial: true,
    });
    this.#assume(new Set(judged.flatMap(({ assumed, selection }) => (selection.selected && assumed ? [assumed] : []))));
    this.#assumeGatewayClass();
    this.#report(names, judged);
    this.#sink.problems(problems);
  };

  /** Passes assumed classes on like any other, so that the forwarder selects by them. */
  #assume(now: ReadonlySet<string>): void {
    for (const name of now) {
      if (this.#assumed.has(name)) continue;
      this.#sink.upsert(assumedClass(name));
      if (name !== VENDOR_CLASS) this.#observer.assumed(name);
    }
    for (const name of this.#assumed) {
      if (!now.has(name) && !this.#classes.has(name)) this.#sink.remove('IngressClass', '', name);
    }
    this.#assumed = now;
  }

  /** Passes on the GatewayClass that is assumed where a Gateway names it and the folder lacks it (GW-1). */
  #assumeGatewayClass(): void {
    const assumed = assumedGatewayClass();
    const { name } = assumed.metadata;
    if (this.#gateways.has(`GatewayClass /${name}`)) return;
    const named = [...this.#gateways.values()].some(
      (object) => object.kind === 'Gateway' && object.spec.gatewayClassName === name,
    );
    if (named) this.#sink.upsert(assumed);
  }

  #report(names: readonly string[], judged: readonly JudgedIngress[]): void {
    const reported = new Set<string>();
    for (const [index, { selection, findings }] of judged.entries()) {
      const name = names[index] as string;
      for (const finding of [...selection.findings, ...findings]) {
        const key = JSON.stringify([name, finding]);
        reported.add(key);
        if (this.#reported.has(key)) continue;
        if (finding.code !== 'ClassNotOurs') this.#observer.finding(name, finding);
        else
          this.#observer.skipped({
            ingress: name,
            ...(selection.class === undefined ? {} : { class: selection.class }),
          });
      }
    }
    this.#reported = reported;
  }
}
