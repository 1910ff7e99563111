import { systemClock } from '../forwarder/index.ts';
import {
  AccessUnusable,
  type ApiAccess,
  ApiError,
  createApi,
  KubernetesSource,
  kubeconfigAccess,
} from '../forwarder/kubernetes/index.ts';
import type { K8sObject } from '../ingress/index.ts';
import type { ClusterReader } from './lint.ts';

/** Longest reading of a whole cluster, in milliseconds. */
const PATIENCE_MS = 120_000;

/** Where client-node looks when it found no kubeconfig at all. */
const NOWHERE = 'http://localhost:8080';

/**
 * Reads a cluster once, with the forwarder's own eyes: what it would see is what is linted.
 *
 * @param access the way to the API server; that of the current context by default.
 */
export function clusterReader(access: () => Promise<ApiAccess> = kubeconfigAccess): ClusterReader {
  return {
    async read() {
      const way = await access();
      if (way.server === NOWHERE) {
        throw new AccessUnusable(
          'there is no kubeconfig: set KUBECONFIG, or make ~/.kube/config (kubectl finds the same).',
        );
      }
      const api = createApi({ access: way });
      // The source would wait for a server that is away, and say nothing: here somebody waits for an answer.
      await api.call({ path: '/version' }).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      });
      const source = new KubernetesSource({ api });
      const objects = new Map<string, K8sObject>();
      let problems: readonly string[] = [];
      const read = Promise.withResolvers<boolean>();
      const late = systemClock.after(PATIENCE_MS, () => read.resolve(false));
      try {
        await source.start({
          upsert: (object) =>
            objects.set(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object),
          remove: (kind, namespace, name) => objects.delete(`${kind} ${namespace}/${name}`),
          missing: (kind, gone) => {
            for (const { namespace, name } of gone) objects.delete(`${kind} ${namespace}/${name}`);
          },
          synced: (complete) => read.resolve(complete),
          problems: (all) => {
            problems = all.map(({ message }) => message);
            // What may not be read stays so: there is no point in waiting for the rest.
            if (problems.length > 0) read.resolve(false);
          },
        });
        if (!(await read.promise))
          throw new Error(problems.join('; ') || `no whole answer within ${PATIENCE_MS / 1000} s`);
        return [...objects.values()];
      } finally {
        late.cancel();
        await source.close();
        api.close();
      }
    },
  };
}
