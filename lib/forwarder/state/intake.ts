import { type Finding, firstOf, qualifiedName } from '../../contract/index.ts';
import type { GatewayObject } from '../../gateway/index.ts';
import { finding } from '../../ingress/index.ts';
import type { K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Clock, Timer } from '../ports.ts';
import { isGatewayKind } from '../source/known-kinds.ts';
import { sharedText } from '../source/shared-text.ts';
import type { ObjectRef, SourceObject, SourceObjectKind } from '../source/source.ts';
import type { Doubts } from './doubts.ts';
import { type GatewayStore, gatewayName, tlsRouteName } from './gateway-store.ts';
import { HeldMembers, type HeldMembersOptions, MEMBER_KINDS } from './held-members.ts';
import type { KeySpace } from './key-space.ts';
import type { PublishedState } from './published-state.ts';
import type { ClusterStore } from './store.ts';

/** Milliseconds between two decisions about held objects, while objects are reported. */
const JUDGE_AGAIN_MS = 5_000;

export interface IntakeOptions {
  readonly store: ClusterStore;
  readonly gateways: GatewayStore;
  readonly keys: KeySpace;
  readonly published: PublishedState;
  readonly doubts: Doubts;
  readonly settings: HeldMembersOptions['settings'];
  readonly clock: Clock;
  readonly log: Log;
  /** Takes Ingresses whose desired state may have changed. @param triggeredAt as the source gave it. */
  readonly changed: (names: Iterable<string>, triggeredAt?: number) => void;
  /** Takes an Ingress whose deletion was seen. @param doubted a list had lacked it before. */
  readonly deleted: (name: string, doubted: boolean) => void;
  /** Takes an Ingress whose deletion was seen. */
  readonly forget: (name: string) => void;
  /** Takes the findings about the members of an Ingress; none where they are as reported again. */
  readonly reportMembers: (name: string, findings: readonly Finding[]) => void;
  /** Is told when the view becomes partial, and when it no longer is: {@link Intake.isPartial}. */
  readonly partial: (isPartial: boolean) => void;
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
  /** Kinds of which a list is under way. */
  readonly #listing = new Set<SourceObjectKind>();
  /** A decision about held objects waits for the end of the lists. */
  #isDue = false;
  #toldPartial = false;

  constructor(options: IntakeOptions) {
    const { store, gateways, settings, published } = options;
    this.#options = options;
    this.#held = new HeldMembers({ store, gateways, settings, published: () => published.size });
  }

  /** Ingresses whose members are kept although a list lacks them. */
  get held(): number {
    return this.#held.ingresses.size;
  }

  /**
   * Whether a list is under way while losses are doubted. What an earlier list lacked comes back one object after the other: a
   * snapshot in between would lack so few that the prune guard accepts it.
   */
  get isPartial(): boolean {
    return this.#listing.size > 0 && this.#options.doubts.size > 0;
  }

  upsert(object: SourceObject, triggeredAt?: number): void {
    const { store, gateways, keys, doubts } = this.#options;
    const { kind, metadata } = object;
    const owner = ownerName(kind, metadata);
    if (owner !== undefined) {
      keys.add(owner);
      doubts.clear(owner);
    }
    if (isMember(object)) this.#observe(object.kind, metadata.namespace, metadata.name, object);
    const affected = isGatewayObject(object) ? gateways.upsert(object) : store.upsert(object);
    this.#doubtByClass(kind, others(affected, owner));
    this.#options.changed(affected, triggeredAt);
  }

  remove(kind: SourceObjectKind, namespace: string, name: string): void {
    const { doubts, deleted } = this.#options;
    if (isMemberKind(kind)) this.#observe(kind, namespace, name);
    const affected = this.#drop(kind, namespace, name);
    const gone = ownerName(kind, { namespace, name });
    if (gone !== undefined) {
      this.#forget(gone);
      deleted(gone, doubts.clear(gone));
    }
    const rest = others(affected, gone);
    this.#doubtByClass(kind, rest);
    this.#options.changed(rest);
  }

  missing(kind: SourceObjectKind, objects: readonly ObjectRef[]): void {
    const { doubts, log } = this.#options;
    const names = objects.map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`));
    log.warn('a list lacks objects whose deletion was not seen', {
      kind,
      objects: names.length,
      names: firstOf(names, 3),
    });
    if (isMemberKind(kind)) {
      this.#held.missing(kind, objects);
      this.#decide();
      return;
    }
    for (const { namespace, name } of objects) {
      const affected = this.#drop(kind, namespace, name);
      const owner = ownerName(kind, { namespace, name });
      if (owner !== undefined) {
        // Its outcomes are not forgotten: it may still be there, and what appliances confirmed of it, too.
        this.#forgetKey(owner);
        doubts.add([owner]);
      }
      this.#doubtByClass(kind, affected);
      this.#options.changed(affected);
    }
    this.#tellPartial();
  }

  /** A list of this kind begins. */
  listing(kind: SourceObjectKind): void {
    this.#listing.add(kind);
    this.#tellPartial();
  }

  /** All objects of a list were reported; what it lacks follows. */
  listed(kind: SourceObjectKind): void {
    this.#listing.delete(kind);
    if (this.#isDue) this.#decide();
    this.#tellPartial();
  }

  /** An operator confirms the lists. */
  confirm(): void {
    this.#options.doubts.clearAll();
    if (this.#held.size > 0) this.#updateHeld(this.#held.accept());
    this.#tellPartial();
  }

  stop(): void {
    this.#nextDecision?.cancel();
    this.#nextDecision = undefined;
  }

  #tellPartial(): void {
    if (this.isPartial === this.#toldPartial) return;
    this.#toldPartial = this.isPartial;
    this.#options.partial(this.#toldPartial);
  }

  #drop(kind: SourceObjectKind, namespace: string, name: string): Iterable<string> {
    const { store, gateways } = this.#options;
    return isGatewayKind(kind) ? gateways.remove(kind, namespace, name) : store.remove(kind, namespace, name);
  }

  /** One object of these kinds selects many others, so its change is not a loss seen of each of them (SEL-2). */
  #doubtByClass(kind: SourceObjectKind, affected: Iterable<string>): void {
    if (SELECTING_KINDS.has(kind)) this.#options.doubts.add(affected);
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
      this.#decide();
    });
  }

  /**
   * Decides again about held objects. A list reports its objects one after the other, so a decision in the middle of it would
   * release those that it has not come to yet.
   */
  #decide(): void {
    this.#isDue = [...this.#listing].some(isMemberKind);
    if (!this.#isDue) this.#updateHeld(this.#held.judge());
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

/** Returns the affected names without that of the object that changed: its own change was seen. */
const others = (affected: Iterable<string>, own: string | undefined): string[] =>
  [...affected].filter((name) => name !== own);

/** Returns the name of an object that is published; undefined for others. */
function ownerName(kind: SourceObjectKind, ref: { namespace: string; name: string }): string | undefined {
  if (kind === 'TLSRoute') return tlsRouteName(ref);
  if (kind === 'Gateway') return gatewayName(ref);
  return kind === 'Ingress' ? sharedText(qualifiedName(ref)) : undefined;
}

const SELECTING_KINDS: ReadonlySet<SourceObjectKind> = new Set([
  'IngressClass',
  'GatewayClass',
  'Gateway',
  'Namespace',
]);

const isGatewayObject = (object: SourceObject): object is GatewayObject => isGatewayKind(object.kind);
const isMemberKind = (kind: SourceObjectKind): kind is K8sKind => MEMBER_KINDS.has(kind);
const isMember = (object: SourceObject): object is K8sObject => isMemberKind(object.kind);

function membersHeld(name: string): Finding {
  return finding('MembersHeld', { message: `the members of ${name} stay as they were last seen` });
}
