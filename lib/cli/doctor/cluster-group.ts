import type { DoctorGroup } from './check.ts';
import { clusterChecks, clusterContactChecks } from './cluster-checks.ts';
import { type ClusterFactsOptions, gatherCluster } from './cluster-facts.ts';

/** Checks the cluster of a kubeconfig. One that cannot be reached is a result, not an error. */
export async function checkCluster(options: ClusterFactsOptions, env = process.env): Promise<DoctorGroup> {
  const { server, contact, facts } = await gatherCluster(options);
  return {
    group: 'cluster',
    subject: server,
    reached: contact.result === 'accepted' || contact.result === 'rejected',
    checks: [
      ...clusterContactChecks(contact, server, kubeconfigSource(options, env)),
      ...(facts === undefined ? [] : clusterChecks(facts)),
    ],
  };
}

/** Names the kubeconfig and its context, and the option or variable that they come from. */
function kubeconfigSource({ kubeconfig, context }: ClusterFactsOptions, { KUBECONFIG }: NodeJS.ProcessEnv): string {
  const file =
    kubeconfig !== undefined
      ? `${kubeconfig} (--kubeconfig)`
      : (KUBECONFIG ?? '') === ''
        ? '~/.kube/config (KUBECONFIG is not set)'
        : `${KUBECONFIG} (KUBECONFIG)`;
  return `${context === undefined ? 'the current context' : `the context ${context}`} of ${file}`;
}
