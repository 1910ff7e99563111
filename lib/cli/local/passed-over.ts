import type { ClusterSource, SourceSink } from '../../forwarder/index.ts';
import {
  CLASS_ANNOTATION,
  CONTROLLER,
  type K8sIngress,
  type K8sIngressClass,
  selectIngress,
} from '../../ingress/index.ts';

/** An Ingress that asks for passthrough, of a class that is not ours. */
export interface PassedOver {
  /** `namespace/name`. */
  readonly ingress: string;
  /** Absent where it has no class, and only some classes are ours. */
  readonly class?: string;
}

/**
 * A source that also says which Ingresses ask for passthrough and are left to others for their class alone (SEL-2). In
 * a cluster that is how it should be; in a folder it is mostly an IngressClass that is missing, and silence a riddle.
 *
 * @param tell is called once for each Ingress, and again when its class changed.
 */
export function tellPassedOver(
  source: ClusterSource,
  classNames: readonly string[],
  tell: (passed: PassedOver) => void,
): ClusterSource {
  return { start: (sink) => source.start(new Watching(sink, classNames, tell)), stop: () => source.stop() };
}

class Watching implements SourceSink {
  readonly #sink: SourceSink;
  readonly #classNames: readonly string[];
  readonly #tell: (passed: PassedOver) => void;
  readonly #ingresses = new Map<string, K8sIngress>();
  readonly #classes = new Map<string, K8sIngressClass>();
  #told: ReadonlyMap<string, string | undefined> = new Map();

  constructor(sink: SourceSink, classNames: readonly string[], tell: (passed: PassedOver) => void) {
    this.#sink = sink;
    this.#classNames = classNames;
    this.#tell = tell;
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
    const passed = new Map<string, string | undefined>();
    for (const [name, ingress] of this.#ingresses) {
      const own = selectIngress(ingress, this.#classes.values(), { classNames: this.#classNames });
      if (own.selected || !wouldBeSelected(ingress)) continue;
      passed.set(name, own.class);
      if (this.#told.has(name) && this.#told.get(name) === own.class) continue;
      this.#tell({ ingress: name, ...(own.class === undefined ? {} : { class: own.class }) });
    }
    this.#told = passed;
    this.#sink.problems(problems);
  };
}

const ANY_CLASS = 'any';

/** Whether it would be ours if its class were. */
function wouldBeSelected(ingress: K8sIngress): boolean {
  const { [CLASS_ANNOTATION]: _class, ...annotations } = ingress.metadata.annotations ?? {};
  const classed: K8sIngress = {
    ...ingress,
    metadata: { ...ingress.metadata, annotations },
    spec: { ...ingress.spec, ingressClassName: ANY_CLASS },
  };
  const any: K8sIngressClass = {
    kind: 'IngressClass',
    metadata: { name: ANY_CLASS, namespace: '' },
    spec: { controller: CONTROLLER },
  };
  return selectIngress(classed, [any], { classNames: [] }).selected;
}
