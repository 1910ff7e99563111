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

/** Milliseconds between two decisions about held objects, while objects are reported. */
const JUDGE_AGAIN_MS = 5_000;

export interface IntakeOptions {
  readonly store: ClusterStore;
  readonly keys: KeySpace;
  readonly published: PublishedState;
  readonly doubts: Doubts;
  readonly settings: HeldMembersOptions['settings'];
  readonly clock: Clock;
  readonly log: Log;
  /** Takes Ingresses whose desired state may have changed. */
  readonly changed: (names: Iterable<string>) => void;
  /** Takes an Ingress whose deletion was seen. @param doubted a list had lacked it before. */
  readonly deleted: (name: string, doubted: boolean) => void;
  /** Takes an Ingress whose deletion was seen. */
  readonly forget: (name: string) => void;
  /** Takes the findings about the members of an Ingress; none where they are as reported again. */
  readonly reportMembers: (name: string, findings: readonly Finding[]) => void;
}

/**
 * Puts the source's changes into the store. It tells changes that were seen from those that only a list implies
 * (LIF-6): see {@link Doubts} for Ingresses, {@link HeldMembers} for their members.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #held: HeldMembers;
  #reported: ReadonlySet<string> = new Set();
  #nextDecision: Timer | undefined;

  constructor(options: IntakeOptions) {
    const { store, settings, published } = options;
    this.#options = options;
    this.#held = new HeldMembers({ store, settings, published: () => published.size });
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
    if (MEMBER_KINDS.has(kind)) this.#observe(kind, metadata.namespace, metadata.name, object);
    const affected = store.upsert(object);
    this.#doubtByClass(kind, affected);
    this.#options.changed(affected);
  }

  remove(kind: K8sKind, namespace: string, name: string): void {
    const { store, doubts, deleted } = this.#options;
    if (MEMBER_KINDS.has(kind)) this.#observe(kind, namespace, name);
    const affected = store.remove(kind, namespace, name);
    if (kind === 'Ingress') {
      const gone = `${namespace}/${name}`;
      this.#forget(gone);
      deleted(gone, doubts.clear(gone));
      return;
    }
    this.#doubtByClass(kind, affected);
    this.#options.changed(affected);
  }

  missing(kind: K8sKind, objects: readonly ObjectRef[]): void {
    const { store, doubts, log } = this.#options;
    const names = objects.map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`));
    log.warn('a list lacks objects whose deletion was not seen', {
      kind,
      objects: names.length,
      names: firstOf(names, 3),
    });
    if (MEMBER_KINDS.has(kind)) {
      this.#updateHeld(this.#held.missing(kind, objects));
      return;
    }
    for (const { namespace, name } of objects) {
      const affected = store.remove(kind, namespace, name);
      if (kind === 'Ingress') {
        // Its outcomes are not forgotten: it may still be there, and what appliances confirmed of it, too.
        this.#forgetKey(`${namespace}/${name}`);
        doubts.add([`${namespace}/${name}`]);
      }
      this.#doubtByClass(kind, affected);
      this.#options.changed(affected);
    }
  }

  /** An operator confirms the lists. */
  confirm(): void {
    this.#options.doubts.clearAll();
    if (this.#held.size > 0) this.#updateHeld(this.#held.accept());
  }

  stop(): void {
    this.#nextDecision?.cancel();
    this.#nextDecision = undefined;
  }

  /** One IngressClass selects many Ingresses, so its change is not a loss seen of each of them (SEL-2). */
  #doubtByClass(kind: K8sKind, affected: Iterable<string>): void {
    if (kind === 'IngressClass') this.#options.doubts.add(affected);
  }

  #forget(name: string): void {
    this.#forgetKey(name);
    this.#options.forget(name);
  }

  #forgetKey(name: string): void {
    const { published, keys } = this.#options;
    if (published.get(name) === undefined) keys.delete(name);
  }

  #observe(kind: K8sKind, namespace: string, name: string, object?: K8sObject): void {
    if (this.#held.size === 0) return;
    const affected = this.#held.observe(kind, namespace, name, object);
    this.#updateHeld(affected);
    if (this.#held.size === 0 || this.#nextDecision !== undefined) return;
    this.#nextDecision = this.#options.clock.after(JUDGE_AGAIN_MS, () => {
      this.#nextDecision = undefined;
      this.#updateHeld(this.#held.judge());
    });
  }

  /** Reports Ingresses whose members are held now, or no longer. */
  #updateHeld(affected: Iterable<string>): void {
    const { log, reportMembers, changed } = this.#options;
    const now = this.#held.ingresses;
    const before = this.#reported;
    this.#reported = new Set(now);
    if (now.size > 0 && before.size === 0) {
      log.error('members are held: a list would leave too many Ingresses without members', {
        ingresses: now.size,
        names: firstOf([...now], 3),
      });
    }
    if (now.size === 0 && before.size > 0) log.info('members are no longer held', { ingresses: before.size });
    for (const name of now) if (!before.has(name)) reportMembers(name, [membersHeld(name)]);
    for (const name of before) if (!now.has(name)) reportMembers(name, []);
    changed(affected);
  }
}

function membersHeld(name: string): Finding {
  return finding('MembersHeld', { message: `the members of ${name} stay as they were last seen` });
}
