import type { Topology } from '../config/topology.ts';

/** Returns the name of a queue in the account, as the deployment makes it. */
export const deployedName = (deployment: string | undefined, queue: string): string =>
  deployment === undefined ? queue : `${deployment}-${queue}`;

/** Returns a topology whose queues have the names that they have in the account. */
export function deployedNames(plan: Topology, deployment: string | undefined): Topology {
  const named = (queue: string): string => deployedName(deployment, queue);
  return {
    ...plan,
    queues: plan.queues.map((queue) => ({
      ...queue,
      name: named(queue.name),
      ...(queue.redrive === undefined ? {} : { redrive: { ...queue.redrive, queue: named(queue.redrive.queue) } }),
    })),
    rules: plan.rules.map((rule) => ({ ...rule, target: named(rule.target), undelivered: named(rule.undelivered) })),
  };
}
