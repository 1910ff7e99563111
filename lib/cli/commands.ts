import type { Command } from 'commander';
import type { ClusterReader } from './cluster-sources.ts';

/** A command as the program's own help lists it, and how to load it. */
export interface CommandEntry {
  readonly name: string;
  /** Arguments after the name in a usage line. */
  readonly usage: string;
  /** A sentence that begins with a verb. */
  readonly description: string;
  /** Loads the command. Each needs packages of its own, and `--help` needs none of them. */
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'local',
    usage: '[options] <dir>',
    description:
      'run the whole system on this machine for a folder of manifests, with a simulated appliance, until Ctrl-C',
    load: async () => (await import('./local/command.ts')).localCommand(),
  },
  {
    name: 'demo',
    usage: '[options]',
    description: 'run a tour with the vendor’s sample: program, connect, scale, delete, wipe and recover',
    load: async () => (await import('./demo/demo.ts')).demoCommand(),
  },
  {
    name: 'lint',
    usage: '[options] [targets...]',
    description: 'check Ingresses with passthrough, in manifests or in a cluster, and report what is wrong',
    load: async () => {
      const { lintCommand } = await import('./lint.ts');
      const cluster: ClusterReader = {
        read: async (...query) => (await import('./cluster-reader.ts')).clusterReader().read(...query),
      };
      return lintCommand(cluster);
    },
  },
  {
    name: 'convert',
    usage: '[options] [targets...]',
    description: 'write Gateways and TLSRoutes of the Gateway API for passthrough Ingresses; nothing is applied',
    load: async () => (await import('./convert.ts')).convertCommand(),
  },
  {
    name: 'init',
    usage: '[options]',
    description:
      'write an appliance into appliances.yml, from answers, flags and what the appliance says; then check it',
    load: async () => (await import('./init/init.ts')).initCommand(),
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
    description: 'show where the chain from the Ingress of a host to its members breaks, and what to do',
    load: async () => {
      const { whyCommand } = await import('./why/why.ts');
      return whyCommand({
        objects: { read: async (...asked) => (await import('./cluster-reader.ts')).clusterReader().read(...asked) },
        warnings: async (...asked) => (await import('./why/see-warnings.ts')).warningReader()(...asked),
      });
    },
  },
  {
    name: 'at',
    usage: '[options] <time>',
    description: 'show what was configured at a time, from an archive, and which event explains each line',
    load: async () => (await import('./at.ts')).atCommand(),
  },
  {
    name: 'history',
    usage: '[options] <host>',
    description: 'show what happened to a host, from an archive, and with which event',
    load: async () => (await import('./history.ts')).historyCommand(),
  },
  {
    name: 'doctor',
    usage: '[options]',
    description: 'check that everything the system needs is there, and say what to do where it is not',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  },
  {
    name: 'console',
    usage: '[options]',
    description: 'show a read-only page about an appliance in the browsers of this machine, until Ctrl-C',
    load: async () => (await import('./console/command.ts')).consoleCommand(),
  },
  {
    name: 'exporter',
    usage: '[options]',
    description: 'show the traffic of every back end and front end as metrics for Prometheus, until Ctrl-C',
    load: async () => (await import('./exporter.ts')).exporterCommand(),
  },
  {
    name: 'conformance',
    usage: '[options]',
    description: 'run the conformance suite: every rule that a TLS client or a user of the Kubernetes API can see',
    load: async () => (await import('./conformance/command.ts')).conformanceCommand(),
  },
  {
    name: 'explain',
    usage: '[options] [code]',
    description: 'show what a finding means, and what to do about it',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  {
    name: 'appliance',
    usage: '[options]',
    description: 'simulate a NetScaler on this machine, its NITRO API and its data plane, until Ctrl-C',
    load: async () => (await import('./appliance.ts')).applianceCommand(),
  },
  {
    name: 'verify',
    usage: '[options]',
    description: 'check on an appliance what no document says; without --yes, only print what would be made',
    load: async () => (await import('./verify/command.ts')).verifyCommand(),
  },
  {
    name: 'replay',
    usage: '[options]',
    description: 'send archived desired state to the appliances again, and wait until they have applied it',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  {
    name: 'redrive',
    usage: '[options]',
    description: 'send dead letters back to the queues that they came from, after their cause was fixed',
    load: async () => (await import('./redrive.ts')).redriveCommand(),
  },
  {
    name: 'remove',
    usage: '[options]',
    description: 'remove everything that this system created on an appliance; without --yes, only list it',
    load: async () => (await import('./remove.ts')).removeCommand(),
  },
  {
    name: 'adopt',
    usage: '[options] [targets...]',
    description: 'show which hosts can be taken over from the vendor’s controller; with --yes, take them over',
    load: async () => {
      const { adoptCommand } = await import('./adopt/command.ts');
      return adoptCommand({
        read: async (...asked) => (await import('./cluster-reader.ts')).clusterReader().read(...asked),
      });
    },
  },
  {
    name: 'completion',
    usage: '[options] <shell>',
    description: 'write the script that completes commands and options in bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completionCommand(COMMANDS),
  },
];
