import type { Command } from './command/command.ts';
import { loadConfig } from './config/read.ts';
import { ApplianceError, type Warning, warning } from './errors.ts';
import type { SimulatedNode } from './node/node.ts';

/** Kinds that each node keeps for itself: commands on them are not repeated on the peer. */
const OWN_KINDS: ReadonlySet<string> = new Set(['hanode', 'nsconfig', 'systemsession', 'reboot', 'hafailover']);

/** One node, or a primary and a secondary: propagation, synchronisation, failover. */
export class Pair {
  readonly nodes: readonly SimulatedNode[];
  /** Duration of a synchronisation in milliseconds; writes are refused with 412 meanwhile. */
  syncMs = 0;
  readonly #now: () => number;

  constructor(nodes: readonly SimulatedNode[], now: () => number) {
    this.nodes = nodes;
    this.#now = now;
    this.#assign(nodes[0]!);
  }

  get primary(): SimulatedNode {
    return this.nodes.find((node) => node.role.state === 'Primary')!;
  }

  get secondary(): SimulatedNode | undefined {
    return this.nodes.find((node) => node.role.state === 'Secondary');
  }

  #assign(primary: SimulatedNode): void {
    const since = this.#now();
    for (const node of this.nodes) {
      const peer = this.nodes.find((other) => other !== node);
      node.role = { state: node === primary ? 'Primary' : 'Secondary', peer, since };
    }
  }

  /** @throws {ApplianceError} 364 when there is no peer or a node is set to stay in its role */
  failover(): void {
    const next = this.secondary;
    if (next === undefined) throw new ApplianceError(364);
    const held = (node: SimulatedNode, status: string): boolean =>
      node.configuration.root.object('hanode', '0')?.hastatus === status;
    if (held(next, 'STAYSECONDARY') || held(this.primary, 'STAYPRIMARY')) throw new ApplianceError(364);
    this.#assign(next);
  }

  /**
   * Repeats a command of the primary on the secondary. A command on the secondary itself lasts until the next
   * synchronisation.
   */
  propagate(node: SimulatedNode, command: Command, partition: string, warnings: Warning[]): void {
    const peer = node.role.peer;
    if (peer === undefined || OWN_KINDS.has(command.kind)) return;
    if (node.role.state === 'Secondary') {
      warnings.unshift(warning(1028));
      return;
    }
    if (node.configuration.root.object('hanode', '0')?.haprop === 'DISABLED') return;
    try {
      peer.run(command, partition, []);
    } catch (error) {
      if (!(error instanceof ApplianceError)) throw error;
      warnings.push(warning(349));
    }
  }

  /** Saves the secondary after the primary was saved. */
  async saved(node: SimulatedNode): Promise<void> {
    const { peer, state } = node.role;
    if (peer === undefined || state === 'Secondary') return;
    await peer.save().catch((error: unknown) => {
      if (!(error instanceof ApplianceError)) throw error;
    });
  }

  /** Copies configuration and files of the primary to the secondary. */
  synchronise(): void {
    const { primary, secondary } = this;
    if (secondary === undefined) throw new ApplianceError(364);
    const text = primary.runningConfig();
    const own = secondary.configuration.root.object('hanode', '0');
    secondary.restart();
    secondary.files.clear();
    for (const file of primary.files.all()) secondary.files.put(file.location, file.name, file.content, file.modified);
    loadConfig(text, secondary);
    if (own !== undefined) secondary.configuration.root.put('hanode', '0', own);
    secondary.syncingUntil = this.#now() + this.syncMs;
  }
}
