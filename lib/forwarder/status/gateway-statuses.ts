import { setImmediate as breathe } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { objectOf } from '../../contract/index.ts';
import { type GatewayCrd, type GatewayKind, type GatewaySettings, isOurClass } from '../../gateway/index.ts';
import type { Log } from '../../telemetry/index.ts';
import type { GatewayConfirmations } from '../feedback/gateway-confirmations.ts';
import type { Clock, StatusRef, StatusWriter, Timer } from '../ports.ts';
import { sharedText } from '../source/shared-text.ts';
import type { ClusterSource } from '../source/source.ts';
import { contentHash } from '../state/content-hash.ts';
import { type GatewayStore, tlsRouteName } from '../state/gateway-store.ts';
import { refOf } from '../state/ingress-ref.ts';
import { AttachedRoutes } from './attached-routes.ts';
import { listenersOf, WantedStatus } from './wanted-status.ts';
import { WritePace } from './write-pace.ts';

export interface GatewayStatusesOptions {
  readonly gateways: GatewayStore;
  readonly settings: GatewaySettings;
  readonly confirmations: Pick<GatewayConfirmations, 'get' | 'onChange'>;
  /** Returns the status of an object as JSON with equal times; undefined for an unknown object. */
  readonly statusOf: (kind: GatewayKind, namespace: string, name: string) => string | undefined;
  readonly writer: StatusWriter;
  readonly clock: Clock;
  readonly log: Log;
}

/** Time in which changes are gathered before they are judged, in milliseconds. */
const GATHER_MS = 100;
/** Routes that are judged in one go: code of the image is not optimized, and the Lease must be renewed in between. */
const SLICE = 20;
/** Objects that are written at the same time: a new leader may have thousands to write, and more urgent work. */
const WRITERS = 2;
/** Time between two looks at the versions of the CRDs, in milliseconds. */
const CRDS_MS = 300_000;
/** What stands for all times where statuses are only compared. */
const ANY_TIME = '-';

/** Stands among objects that are judged later for the versions of the CRDs. */
const CRDS = 'crds';

const idOf = ({ kind, namespace, name }: StatusRef): string => sharedText(`${kind} ${namespace}/${name}`);

/**
 * Keeps the statuses of GatewayClasses, Gateways and TLSRoutes right (GW-13, GW-14), while the forwarder leads and sees
 * everything that they depend on.
 *
 * | event | judged again |
 * |---|---|
 * | the whole view is there for the first time, or again | everything |
 * | a TLSRoute, or what it depends on, changed | the route, and Gateways whose number of routes changes |
 * | a Gateway, or what it depends on, changed, or the appliance answered about it | the Gateway |
 * | a GatewayClass changed | the class and its Gateways |
 * | somebody changed the status of an object | the object |
 *
 * Each judgement is compared with the status that the watch showed last; only what differs is read and written.
 */
export class GatewayStatuses {
  readonly #options: GatewayStatusesOptions;
  readonly #wanted: WantedStatus;
  readonly #attached = new AttachedRoutes();
  readonly #pace = new WritePace();
  readonly #routes = new Map<string, StatusRef>();
  /** Gateways and classes that are judged after the routes. */
  readonly #others = new Map<string, StatusRef>();
  /** Objects to write, with the hash of what is wanted. */
  readonly #due = new Map<string, { readonly ref: StatusRef; readonly hash: string }>();
  readonly #later = new Map<string, Timer>();
  readonly #writing = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #unlisten: () => void;
  #open = false;
  #crds: readonly GatewayCrd[] | undefined;
  #crdsReadAt: number | undefined;
  #judging: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(options: GatewayStatusesOptions) {
    this.#options = options;
    const { gateways, settings, confirmations } = options;
    this.#wanted = new WantedStatus({
      gateways,
      settings,
      attached: this.#attached,
      confirmation: (name) => confirmations.get(name),
      crds: () => this.#crds,
    });
    this.#unlisten = confirmations.onChange((name) => this.#mark({ kind: 'Gateway', ...refOf(name) }));
  }

  /** @param whole whether nothing that statuses depend on may be hidden; nothing is written as long as it may. */
  view(whole: boolean): void {
    if (whole === this.#open) return;
    this.#open = whole;
    this.#routes.clear();
    this.#others.clear();
    this.#due.clear();
    for (const timer of this.#later.values()) timer.cancel();
    this.#later.clear();
    if (!whole) return;
    this.#attached.clear();
    for (const kind of ['TLSRoute', 'Gateway', 'GatewayClass'] as const) {
      for (const { metadata } of this.#options.gateways.all(kind)) this.#mark({ kind, ...nameOf(metadata) });
    }
  }

  /** Takes names of Ingresses, TLSRoutes and Gateways whose state may have changed. */
  statesChanged(names: Iterable<string>): void {
    if (!this.#open) return;
    for (const each of names) {
      const ref = refOf(each);
      const { kind, name } = objectOf(ref);
      if (kind === 'TLSRoute' || kind === 'Gateway') this.#mark({ kind, namespace: ref.namespace, name });
    }
  }

  /** Takes an object of the Gateway API that was changed or deleted. */
  objectChanged(kind: GatewayKind, namespace: string, name: string): void {
    if (kind === 'Gateway') this.#mark({ kind, namespace, name });
    if (kind !== 'GatewayClass') return;
    this.#mark({ kind, namespace: '', name });
    for (const gateway of this.#options.gateways.gatewaysOfClass(name))
      this.#mark({ kind: 'Gateway', ...refOf(gateway) });
  }

  /** Takes an object whose status is another one. */
  statusChanged(kind: GatewayKind, namespace: string, name: string): void {
    if (kind === 'GatewayClass' || kind === 'Gateway' || kind === 'TLSRoute') this.#mark({ kind, namespace, name });
  }

  /** Ends, and waits for what is being written. */
  async stop(): Promise<void> {
    this.view(false);
    this.#unlisten();
    this.#stopping.abort();
    this.#timer?.cancel();
    await this.#judging;
    await Promise.all(this.#writing.values());
  }

  #mark(ref: StatusRef): void {
    if (!this.#open) return;
    this.#pending(ref).set(idOf(ref), ref);
    if (this.#timer !== undefined || this.#judging !== undefined) return;
    this.#timer = this.#options.clock.after(GATHER_MS, () => {
      this.#timer = undefined;
      this.#judging = this.#judgeAll().finally(() => {
        this.#judging = undefined;
        // What was marked while the last ones were judged.
        for (const pending of [this.#routes, this.#others]) for (const ref of first(pending, 1)) this.#mark(ref);
      });
    });
  }

  #pending({ kind }: StatusRef): Map<string, StatusRef> {
    return kind === 'TLSRoute' ? this.#routes : this.#others;
  }

  /** Judges routes before Gateways, whose statuses count them. */
  async #judgeAll(): Promise<void> {
    while (this.#open && this.#routes.size + this.#others.size > 0) {
      const some = first(this.#routes.size > 0 ? this.#routes : this.#others, SLICE);
      if (some.some(({ kind }) => kind === 'GatewayClass')) await this.#readCrds();
      for (const ref of some) {
        this.#pending(ref).delete(idOf(ref));
        if (ref.kind === 'TLSRoute') this.#count(ref);
        this.#judge(ref);
      }
      await breathe();
    }
  }

  #count(ref: StatusRef): void {
    const name = tlsRouteName(ref);
    const judged = this.#options.gateways.judge(name);
    const changed = this.#attached.replace(name, judged === undefined ? new Set() : listenersOf(judged));
    for (const gateway of changed) this.#others.set(`Gateway ${gateway}`, { kind: 'Gateway', ...refOf(gateway) });
  }

  #judge(ref: StatusRef): void {
    const { statusOf, clock } = this.#options;
    const id = idOf(ref);
    const seen = statusOf(ref.kind, ref.namespace, ref.name);
    if (!this.#open || seen === undefined) return;
    this.#later.get(id)?.cancel();
    this.#later.delete(id);
    const wanted = this.#wanted.of(ref, JSON.parse(seen), ANY_TIME);
    if (wanted === undefined) {
      this.#due.delete(id);
      return;
    }
    const hash = contentHash(wanted);
    const wait = this.#pace.waitMs(id, hash, clock.now());
    if (wait > 0) {
      this.#markLater(ref, wait);
      return;
    }
    this.#due.set(id, { ref, hash });
    this.#write();
  }

  #markLater(ref: StatusRef, ms: number): void {
    const id = idOf(ref);
    this.#later.get(id)?.cancel();
    const timer = this.#options.clock.after(ms, () => {
      this.#later.delete(id);
      this.#mark(ref);
    });
    this.#later.set(id, timer);
  }

  #write(): void {
    for (const [id, { ref, hash }] of this.#due) {
      if (this.#writing.size >= WRITERS) return;
      if (this.#writing.has(id)) continue;
      this.#due.delete(id);
      this.#writing.set(
        id,
        this.#writeOne(ref, hash).finally(() => {
          this.#writing.delete(id);
          this.#write();
        }),
      );
    }
  }

  /** Never rejects: the writer has logged the error, and the object is tried again later. */
  async #writeOne(ref: StatusRef, hash: string): Promise<void> {
    const { writer, clock } = this.#options;
    const attempted = (): void => this.#pace.attempted(idOf(ref), hash, clock.now());
    const now = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    const change: Parameters<StatusWriter['write']>[1] = (object) => {
      const status = this.#open ? this.#wanted.ofObject(ref, object, now) : undefined;
      if (status !== undefined) attempted();
      return status;
    };
    try {
      await writer.write(ref, change, this.#stopping.signal);
    } catch {
      attempted();
      this.#mark(ref);
    }
  }

  async #readCrds(): Promise<void> {
    const { gateways, settings, clock, writer } = this.#options;
    if (this.#crdsReadAt !== undefined && clock.now() - this.#crdsReadAt < CRDS_MS) return;
    const ours = [...gateways.all('GatewayClass')].filter((each) => isOurClass(each, settings));
    if (ours.length === 0) return;
    this.#crdsReadAt = clock.now();
    const crds = await writer.crds();
    const same = isDeepStrictEqual(crds, this.#crds);
    this.#crds = crds;
    const refs = ours.map(({ metadata }) => ({ kind: 'GatewayClass', ...nameOf(metadata) }) as const);
    if (!same) for (const ref of refs) this.#others.set(idOf(ref), ref);
    // CRDs are not watched: their versions are looked at again, by way of a class.
    const [first] = refs;
    if (first !== undefined)
      this.#later.set(
        CRDS,
        clock.after(CRDS_MS, () => this.#mark(first)),
      );
  }
}

/** Returns the statuses of a forwarder; undefined where it has no writer of statuses. */
export function openStatuses({
  statuses: writer,
  source,
  settings: { gateway: settings },
  ...rest
}: Omit<GatewayStatusesOptions, 'settings' | 'statusOf' | 'writer'> & {
  readonly statuses?: StatusWriter;
  readonly source: Pick<ClusterSource, 'statusOf'>;
  readonly settings: { readonly gateway: GatewaySettings };
}): GatewayStatuses | undefined {
  if (writer === undefined) return undefined;
  return new GatewayStatuses({ ...rest, settings, writer, statusOf: (...of) => source.statusOf?.(...of) });
}

/** Returns at most `count` values, in the order in which they were added. */
function first(pending: ReadonlyMap<string, StatusRef>, count: number): StatusRef[] {
  return [...pending.values().take(count)];
}

const nameOf = ({ namespace, name }: { namespace: string; name: string }) => ({ namespace, name });
