import type { ApplianceBehaviour } from '../appliance-facts/index.ts';
import { DEFAULT_BEHAVIOUR } from './behaviour.ts';
import type { Command } from './command/command.ts';
import { type LineProblem, loadConfig } from './config/read.ts';
import { startConsole } from './console.ts';
import type { SimulatedEndpoint } from './data/endpoint-map.ts';
import { Frontends } from './data/frontends.ts';
import { type Meeting, meetingOf } from './data/meeting.ts';
import { PacketEngine } from './data/packet-engine.ts';
import type { Warning } from './errors.ts';
import { type FaultRule, Faults } from './faults.ts';
import { adminAnswer, SIMULATOR_PATHS } from './http/admin.ts';
import { control } from './http/control.ts';
import type { NitroReply, NitroRequest } from './http/exchange.ts';
import type { NodeOperations } from './http/node-actions.ts';
import { ControlServer, RequestCounts } from './http/server.ts';
import { Authority } from './node/authority.ts';
import { SimulatedNode } from './node/node.ts';
import { Notes } from './notes.ts';
import type { SimulatorOptions } from './options.ts';
import { Pair } from './pair.ts';
import { readSaved, writeSaved } from './saved.ts';
import type { Simulator, SimulatorSettings } from './simulator.ts';
import type { Store } from './store/store.ts';
import type { ClientHello } from './wire/client-hello.ts';

function isSave(url: string): boolean {
  const [path = '', query = ''] = url.split('?');
  return /\/nsconfig\/?$/i.test(path) && query.split('&').some((parameter) => /^action=save/i.test(parameter));
}

/** The simulator: one node or a pair, their management servers, and one packet engine behind the primary. */
export class SimulatedAppliance implements Simulator {
  readonly requests = new RequestCounts();
  readonly faults = new Faults();
  /** Lines of the initial configuration that could not be loaded. */
  problems: readonly LineProblem[] = [];
  readonly #options: SimulatorOptions;
  /** Parts of the configuration that are kept without effect. */
  readonly notes: Notes;
  readonly #now: () => number;
  readonly #behaviour: ApplianceBehaviour;
  readonly #engine: PacketEngine;
  readonly #frontends: Frontends;
  readonly #pair: Pair;
  readonly #servers: readonly ControlServer[];
  /** Stores of each node; those of the primary are attached to the packet engine. */
  readonly #stores = new Map<SimulatedNode, Store[]>();
  #attached: SimulatedNode | undefined;
  #console: { url: string; stop(): Promise<void> } | undefined;
  #urls: string[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.notes = new Notes(options.onNote);
    this.#behaviour = { ...DEFAULT_BEHAVIOUR, ...options.facts };
    const readFile = (path: string): Buffer | undefined => this.#pair.primary.files.find(path)?.content;
    const { map, resolveMember } = options;
    const monotonic = options.monotonic ?? (() => performance.now());
    const engine = { map, resolveMember, now: this.#now, monotonic, readFile, behaviour: this.#behaviour };
    this.#engine = new PacketEngine(engine, () => this.#frontends.memberStateChanged());
    this.#frontends = new Frontends(this.#engine, (event) => options.onFrontend?.(event));
    const addresses = options.ha === undefined ? ['192.0.2.1'] : ['192.0.2.1', '192.0.2.2'];
    this.#pair = new Pair(
      addresses.map((address) => this.#node(address)),
      this.#now,
    );
    const listens = [options.listen, ...(options.ha === undefined ? [] : [options.ha.listen])];
    this.#servers = this.#pair.nodes.map((node, index) => this.#server(node, listens[index]));
    this.#follow();
  }

  #node(address: string): SimulatedNode {
    const { version, username, password, saveFile, onSaveFailed } = this.#options;
    const stores: Store[] = [];
    const node: SimulatedNode = new SimulatedNode({
      version: version ?? '14.1-51.80',
      address,
      now: this.#now,
      engine: this.#engine,
      behaviour: this.#behaviour,
      authority: new Authority(username ?? 'nsroot', password ?? 'nsroot'),
      note: this.notes.add,
      attach: (store) => {
        stores.push(store);
        if (this.#attached !== undefined && this.#stores.get(this.#attached) === stores) this.#attach(store);
      },
      detach: (store) => {
        stores.splice(stores.indexOf(store), 1);
        if (this.#attached !== undefined && this.#stores.get(this.#attached) === stores) this.#detach(store);
      },
      persist: (text, files) => {
        if (saveFile === undefined || this.#pair.primary !== node) return;
        try {
          writeSaved(saveFile, text, files);
        } catch (error) {
          onSaveFailed?.(error as NodeJS.ErrnoException);
          throw error;
        }
      },
    });
    this.#stores.set(node, stores);
    return node;
  }

  #server(node: SimulatedNode, listen: { readonly host?: string; readonly port?: number } | undefined): ControlServer {
    return new ControlServer({
      listen: { host: listen?.host ?? '127.0.0.1', port: listen?.port ?? 0 },
      https: this.#options.https,
      keepAliveMs: this.#options.keepAliveMs ?? 5_000,
      counts: this.requests,
      handle: (request) => this.#handle(request, node),
      intervene: (info) => this.faults.intervene(info, this.#options.onRequest),
      onExchange: this.#options.onExchange,
      admin: (request) => adminAnswer(request, this, SIMULATOR_PATHS),
    });
  }

  async start(): Promise<void> {
    const { config, saveFile } = this.#options;
    const { primary, secondary } = this.#pair;
    const saved = saveFile === undefined ? undefined : readSaved(saveFile, primary.files, this.#now());
    if (saved !== undefined) primary.restoreSaved(saved);
    const text = config ?? saved;
    if (text !== undefined) this.problems = loadConfig(text, primary);
    if (secondary !== undefined) this.#pair.synchronise();
    await this.#frontends.sync();
    for (const server of this.#servers) this.#urls.push(await server.listen());
    const { console } = this.#options;
    if (console !== undefined) {
      this.#console = await startConsole(console, (request) => this.#handle(request, this.#pair.primary));
    }
  }

  get url(): string {
    return this.#urls[0]!;
  }

  /** Base URLs of the first node and of its peer. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  get consoleUrl(): string | undefined {
    return this.#console?.url;
  }

  get frontends(): ReadonlyMap<string, SimulatedEndpoint> {
    return this.#frontends.listening;
  }

  /** Answers a request to a node of {@link urls}, without the network and without the faults that are set. */
  answer(request: NitroRequest, node = 0): Promise<NitroReply> {
    return this.#handle(request, this.#pair.nodes[node]!);
  }

  /** Returns what a TLS client would meet now, without a connection. */
  judge(address: string, port: number, hello: ClientHello): Meeting {
    return meetingOf(this.#frontends.serverAt(address, port), { address, port }, this.#engine, hello);
  }

  runningConfig(): string {
    return this.#pair.primary.runningConfig();
  }

  savedConfig(): string {
    return this.#pair.primary.savedConfig();
  }

  setFaults(rules: readonly FaultRule[]): void {
    this.faults.set(rules);
  }

  set(settings: SimulatorSettings): void {
    if (settings.saveMs !== undefined) for (const node of this.#pair.nodes) node.saveMs = settings.saveMs;
    if (settings.syncMs !== undefined) this.#pair.syncMs = settings.syncMs;
  }

  wipe(): Promise<void> {
    return this.#inTurn(async () => {
      this.#engine.closeAll();
      this.#engine.counters.clear();
      for (const node of this.#pair.nodes) {
        node.restart();
        node.files.clear();
        node.restoreSaved('');
      }
    });
  }

  reboot(): Promise<void> {
    return this.#inTurn(async () => this.#reboot(this.#pair.primary));
  }

  /** Restarts from an older saved configuration. */
  restore(text: string): Promise<void> {
    return this.#inTurn(async () => {
      for (const node of this.#pair.nodes) node.restoreSaved(text);
      this.#reboot(this.#pair.primary);
    });
  }

  failover(): Promise<void> {
    return this.#inTurn(async () => this.#failover());
  }

  async stop(): Promise<void> {
    await this.#console?.stop();
    await Promise.all(this.#servers.map((server) => server.stop()));
    await this.#queue.catch(() => undefined);
    this.#engine.stop();
    await this.#frontends.stop();
  }

  /** Answers reads and saves at once (saves refuse each other); writes run one after the other. */
  #handle(request: NitroRequest, node: SimulatedNode): Promise<NitroReply> {
    if (request.method === 'GET' || isSave(request.url)) return control(request, node, this.#operations);
    return this.#inTurn(() => control(request, node, this.#operations));
  }

  /** Answers a write when the front ends match the configuration. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      const value = await work();
      await this.#frontends.sync();
      return value;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  readonly #operations: NodeOperations = {
    reboot: (node) => void setImmediate(() => void this.#inTurn(async () => this.#reboot(node))),
    saved: (node) => this.#pair.saved(node),
    clear: (node) => this.#clear(node),
    failover: () => this.#failover(),
    synchronise: () => this.#pair.synchronise(),
    propagate: (node, command: Command, partition: string, warnings: Warning[]) =>
      this.#pair.propagate(node, command, partition, warnings),
  };

  /** Fails over a pair first; a single node closes everything and loads its saved configuration. */
  #reboot(node: SimulatedNode): void {
    if (node.role.peer !== undefined) {
      if (node.role.state === 'Primary') this.#failover();
      node.restart();
      this.#pair.synchronise();
      return;
    }
    this.#engine.closeAll();
    this.#engine.counters.clear();
    node.restart();
    loadConfig(node.savedConfig(), node);
  }

  /** `clear ns config`: removes the front ends with the configuration. */
  #clear(node: SimulatedNode): void {
    node.clear();
    if (node.role.state === 'Primary' && node.role.peer !== undefined) this.#pair.synchronise();
  }

  #failover(): void {
    this.#pair.failover();
    this.#engine.closeAll();
    this.#follow();
    this.#pair.synchronise();
  }

  /** Attaches the packet engine to the primary. */
  #follow(): void {
    const { primary } = this.#pair;
    if (this.#attached === primary) return;
    if (this.#attached !== undefined) for (const store of this.#stores.get(this.#attached)!) this.#detach(store);
    this.#attached = primary;
    for (const store of this.#stores.get(primary)!) this.#attach(store);
  }

  #attach(store: Store): void {
    this.#engine.attach(store);
    this.#frontends.attach(store);
  }

  #detach(store: Store): void {
    this.#engine.detach(store);
    this.#frontends.detach(store);
  }
}
