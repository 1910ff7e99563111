import type { Command } from 'commander';
import type { ClusterReader } from './lint.ts';
import { UsageError } from './usage.ts';

/** A command as the program's own help lists it, and how to get the whole of it. */
export interface Listed {
  readonly name: string;
  /** What follows the name in a usage line. */
  readonly usage: string;
  /** A sentence that begins with a verb. */
  readonly description: string;
  /** Loads the command: each brings packages of its own, and `--help` needs none of them. */
  readonly load: () => Promise<Command>;
}

/** An appliance is one of a configuration: without that, its name would be ignored. */
function needsConfig(command: Command): void {
  const { appliance, config } = command.opts<{ appliance?: unknown; config?: unknown }>();
  if (appliance !== undefined && config === undefined) {
    throw new UsageError('--appliance names an appliance of a configuration: name that with --config.');
  }
}

export const COMMANDS: readonly Listed[] = [
  {
    name: 'local',
    usage: '[options] <dir>',
    description:
      'run everything on this machine for a folder of manifests, with a simulated appliance, and follow changes until Ctrl-C',
    load: async () => (await import('./local/command.ts')).localCommand(),
  },
  {
    name: 'demo',
    usage: '[options]',
    description: 'show a tour with the vendor’s sample: program, connect, scale, delete, wipe and recover',
    load: async () => (await import('./demo/demo.ts')).demoCommand(),
  },
  {
    name: 'lint',
    usage: '[options] [targets...]',
    description: 'check Ingresses for passthrough, in manifests or in a cluster, and say what is wrong',
    load: async () => {
      const { lintCommand } = await import('./lint.ts');
      const cluster: ClusterReader = {
        read: async (...asked) => (await import('./cluster-reader.ts')).clusterReader().read(...asked),
      };
      return lintCommand(cluster).hook('preAction', needsConfig);
    },
  },
  {
    name: 'plan',
    usage: '[options] [targets...]',
    description: 'show what would change on an appliance, or between two sets of manifests; nothing is written',
    load: async () => {
      const { planCommand } = await import('./plan.ts');
      return planCommand({
        read: async (...asked) => (await import('./cluster-reader.ts')).clusterReader().read(...asked),
      });
    },
  },
  {
    name: 'apply',
    usage: '[options] <file>',
    description: 'write a saved plan, if the appliance is still as the plan saw it',
    load: async () => (await import('./apply.ts')).applyCommand(),
  },
  {
    name: 'status',
    usage: '[options] [host]',
    description: 'show every host that an appliance serves, with its holder, members and claims on standby',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  {
    name: 'why',
    usage: '[options] <host>',
    description: 'walk from the Ingress of a host to its members, and say where the chain breaks and what to do',
    load: async () => {
      const { whyCommand } = await import('./why/why.ts');
      return whyCommand({
        read: async (...asked) => (await import('./cluster-reader.ts')).clusterReader().read(...asked),
      });
    },
  },
  {
    name: 'explain',
    usage: '[options] [code]',
    description: 'show what a finding means, and what to do',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  {
    name: 'appliance',
    usage: '[options]',
    description: 'simulate a NetScaler on this machine, NITRO and the data plane behind it, until Ctrl-C',
    load: async () => (await import('./appliance.ts')).applianceCommand(),
  },
  {
    name: 'replay',
    usage: '[options]',
    description: 'send archived desired state to the appliances again, and see that they took it',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  {
    name: 'redrive',
    usage: '[options]',
    description: 'send dead letters back to the queues that they came from, once their cause is mended',
    load: async () => (await import('./redrive.ts')).redriveCommand(),
  },
  {
    name: 'remove',
    usage: '[options]',
    description: 'remove everything that this system made on an appliance; without --yes, list it',
    load: async () => (await import('./remove.ts')).removeCommand(),
  },
];
