import type { V1Namespace } from '@kubernetes/client-node';
import type { KubernetesApi } from './api.ts';

/** Returns the UID of the namespace `kube-system`, which identifies the cluster (protocol rule 15). */
export async function clusterUid(api: KubernetesApi): Promise<string> {
  const { metadata } = await api.call<V1Namespace>({ path: '/api/v1/namespaces/kube-system' });
  if (metadata?.uid === undefined) throw new Error('the namespace kube-system has no UID');
  return metadata.uid;
}
