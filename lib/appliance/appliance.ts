import type { Command } from './command/run.ts';
import { loadConfig } from './config/read.ts';
import { Frontends } from './data/frontends.ts';
import type { Place } from './data/places.ts';
import { Plane } from './data/plane.ts';
import { type Fault, type FaultRule, Faults, type RequestInfo } from './faults.ts';
import { control, type Machine } from './http/control.ts';
import { ControlServer, RequestCounts } from './http/server.ts';
import { Authority } from './node/authority.ts';
import { Node } from './node/node.ts';
import type { ApplianceOptions } from './options.ts';
import { readSaved, writeSaved } from './saved.ts';
import type { Store } from './store/store.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A simulated appliance: one node, its management server and its packet engine. */
export class SimulatedAppliance {
  readonly requests = new RequestCounts();
  readonly faults = new Faults();
  readonly #options: ApplianceOptions;
  readonly #plane: Plane;
  readonly #frontends: Frontends;
  readonly #node: Node;
  readonly #server: ControlServer;
  readonly #now: () => number;
  #stores: Store[] = [];
  #url = '';
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ApplianceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#plane = new Plane(
      {
        map: options.map,
        resolveMember: options.resolveMember,
        now: this.#now,
        readFile: (path) => this.#node.files.find(path)?.content,
      },
      () => this.#frontends.memberStateChanged(),
    );
    this.#frontends = new Frontends(this.#plane, (event) => options.onFrontend?.(event));
    this.#node = new Node({
      version: options.version ?? '14.1-51.80',
      address: '192.0.2.1',
      now: this.#now,
      plane: this.#plane,
      authority: new Authority(options.username ?? 'nsroot', options.password ?? 'nsroot'),
      attach: (store) => this.#attach(store),
      persist: (text, files) => {
        if (options.saveFile !== undefined) writeSaved(options.saveFile, text, files);
      },
    });
    this.#server = new ControlServer({
      listen: { host: options.listen?.host ?? '127.0.0.1', port: options.listen?.port ?? 0 },
      https: options.https,
      counts: this.requests,
      handle: (request) => this.#inTurn(() => control(request, this.#node, this.#machine())),
      intervene: (info) => this.#intervene(info),
      admin: () => undefined,
    });
  }

  async start(): Promise<void> {
    const { config, saveFile } = this.#options;
    const saved = saveFile === undefined ? undefined : readSaved(saveFile, this.#node.files, this.#now());
    if (config !== undefined) this.#load(config);
    else if (saved !== undefined) {
      this.#node.restoreSaved(saved);
      this.#load(saved);
    }
    await this.#frontends.sync();
    this.#url = await this.#server.listen();
  }

  get url(): string {
    return this.#url;
  }

  get frontends(): ReadonlyMap<string, Place> {
    return this.#frontends.listening;
  }

  runningConfig(): string {
    return this.#node.runningConfig();
  }

  setFaults(rules: readonly FaultRule[]): void {
    this.faults.set(rules);
  }

  wipe(): Promise<void> {
    return this.#inTurn(async () => {
      this.#plane.closeAll();
      this.#forget();
      this.#node.restart();
      this.#node.files.clear();
      this.#node.restoreSaved('');
      this.#plane.counters.clear();
    });
  }

  reboot(): Promise<void> {
    return this.#inTurn(async () => {
      this.#plane.closeAll();
      this.#forget();
      this.#node.restart();
      this.#plane.counters.clear();
      this.#load(this.#node.savedConfig());
    });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#queue.catch(() => undefined);
    this.#plane.stop();
    await this.#frontends.stop();
  }

  /** Commands run one after the other; an answer is sent when the front ends are as the configuration says. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      const value = await work();
      await this.#frontends.sync();
      return value;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #intervene(info: RequestInfo): Promise<Fault | undefined> {
    const own = await this.#options.onRequest?.(info);
    const { delayMs, fault } = this.faults.apply(info);
    const total = delayMs + (own?.type === 'delay' ? own.ms : 0);
    if (total > 0) await wait(total);
    return own === undefined || own.type === 'delay' ? fault : own;
  }

  #machine(): Machine {
    return {
      reboot: () => void setImmediate(() => void this.reboot()),
      beforeCommand: (_command: Command) => undefined,
      afterCommand: (_command: Command) => undefined,
    };
  }

  #attach(store: Store): void {
    this.#stores.push(store);
    this.#plane.attach(store);
    this.#frontends.attach(store);
  }

  #forget(): void {
    for (const store of this.#stores) {
      this.#plane.detach(store);
      this.#frontends.detach(store);
    }
    this.#stores = [];
  }

  #load(text: string): void {
    loadConfig(text, this.#node);
  }
}
