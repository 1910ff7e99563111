import { type Finding, firstOf, qualifiedName } from '../../contract/index.ts';
import { finding } from '../../ingress/index.ts';
import type { K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock, Timer } from '../ports.ts';
import type { ObjectRef } from '../source/source.ts';
import type { Doubts } from './doubts.ts';
import { HeldMembers, type HeldMembersOptions, MEMBER_KINDS } from './held-members.ts';
import type { KeySpace } from './key-space.ts';
import type { PublishedState } from './published-state.ts';
import type { ClusterStore } from './store.ts';

/** Milliseconds between two judgements of what is held, while objects are told. */
const JUDGE_AGAIN_MS = 5_000;

export interface IntakeOptions {
  readonly store: ClusterStore;
  readonly keys: KeySpace;
  readonly announced: PublishedState;
  readonly doubts: Doubts;
  readonly settings: HeldMembersOptions['settings'];
  readonly clock: Clock;
  readonly log: Log;
  /** Takes Ingresses whose desired state may have changed. */
  readonly changed: (names: Iterable<string>) => void;
  /** Takes an Ingress that was seen to be deleted. @param doubted it was said to be gone before, by a snapshot. */
  readonly deleted: (name: string, doubted: boolean) => void;
  /** Takes that the Ingress is not in the cluster any more. */
  readonly forget: (name: string) => void;
  /** Takes what is wrong with the members of an Ingress; nothing where all is well again. */
  readonly remark: (name: string, findings: readonly Finding[]) => void;
}

/**
 * Keeps the cluster as the source tells it, and tells apart what was seen to happen from what only a list says
 * (LIF-6): see {@link Doubts} for Ingresses, {@link HeldMembers} for their members.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #held: HeldMembers;
  #remarked: ReadonlySet<string> = new Set();
  #judgement: Timer | undefined;

  constructor(options: IntakeOptions) {
    const { store, settings, announced } = options;
    this.#options = options;
    this.#held = new HeldMembers({ store, settings, announced: () => announced.size });
  }

  /** Ingresses whose members are kept although a list lacks them. */
  get held(): number {
    return this.#held.ingresses.size;
  }

  upsert(object: K8sObject): void {
    const { store, keys, doubts } = this.#options;
    const { kind, metadata } = object;
    if (kind === 'Ingress') {
      keys.add(qualifiedName(metadata));
      doubts.clear(qualifiedName(metadata));
    }
    if (MEMBER_KINDS.has(kind)) this.#told(kind, metadata.namespace, metadata.name, object);
    const dirty = store.upsert(object);
    this.#byClass(kind, dirty);
    this.#options.changed(dirty);
  }

  remove(kind: K8sKind, namespace: string, name: string): void {
    const { store, doubts, deleted } = this.#options;
    if (MEMBER_KINDS.has(kind)) this.#told(kind, namespace, name);
    const dirty = store.remove(kind, namespace, name);
    if (kind === 'Ingress') {
      const gone = `${namespace}/${name}`;
      this.#forget(gone);
      deleted(gone, doubts.clear(gone));
      return;
    }
    this.#byClass(kind, dirty);
    this.#options.changed(dirty);
  }

  missing(kind: K8sKind, objects: readonly ObjectRef[]): void {
    const { store, doubts, log } = this.#options;
    const names = objects.map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`));
    log.warn('a list lacks objects that nobody said are deleted', {
      kind,
      objects: names.length,
      names: firstOf(names, 3),
    });
    if (MEMBER_KINDS.has(kind)) {
      this.#members(this.#held.missing(kind, objects));
      return;
    }
    for (const { namespace, name } of objects) {
      const dirty = store.remove(kind, namespace, name);
      if (kind === 'Ingress') {
        this.#forget(`${namespace}/${name}`);
        doubts.add([`${namespace}/${name}`]);
      }
      this.#byClass(kind, dirty);
      this.#options.changed(dirty);
    }
  }

  /** An operator confirms what the lists say. */
  confirm(): void {
    this.#options.doubts.clearAll();
    if (this.#held.size > 0) this.#members(this.#held.accept());
  }

  stop(): void {
    this.#judgement?.cancel();
    this.#judgement = undefined;
  }

  /** One IngressClass decides about many Ingresses: that they are ours no more is not seen of each (SEL-2). */
  #byClass(kind: K8sKind, dirty: Iterable<string>): void {
    if (kind === 'IngressClass') this.#options.doubts.add(dirty);
  }

  #forget(name: string): void {
    const { announced, keys, forget } = this.#options;
    if (announced.get(name) === undefined) keys.delete(name);
    forget(name);
  }

  #told(kind: K8sKind, namespace: string, name: string, object?: K8sObject): void {
    if (this.#held.size === 0) return;
    const dirty = this.#held.told(kind, namespace, name, object);
    this.#members(dirty);
    if (this.#held.size === 0 || this.#judgement !== undefined) return;
    this.#judgement = this.#options.clock.after(JUDGE_AGAIN_MS, () => {
      this.#judgement = undefined;
      this.#members(this.#held.judge());
    });
  }

  /** What is held may be another set than before. */
  #members(dirty: Iterable<string>): void {
    const { log, remark, changed } = this.#options;
    const now = this.#held.ingresses;
    const before = this.#remarked;
    this.#remarked = new Set(now);
    if (now.size > 0 && before.size === 0) {
      log.error('members are held as they were: a list would leave too many Ingresses without any', {
        ingresses: now.size,
        names: firstOf([...now], 3),
      });
    }
    if (now.size === 0 && before.size > 0) log.info('members are as the lists say again', { ingresses: before.size });
    for (const name of now) if (!before.has(name)) remark(name, [membersHeld(name)]);
    for (const name of before) if (!now.has(name)) remark(name, []);
    changed(dirty);
  }
}

function membersHeld(name: string): Finding {
  return finding('MembersHeld', { message: `the members of ${name} stay as they were last seen` });
}
