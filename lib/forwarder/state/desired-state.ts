import { explain, type Finding, IngressState } from '../../contract/index.ts';
import { projectIngress, resolveBackends, selectIngress } from '../../ingress/index.ts';
import type { K8sIngress } from '../../ingress/kubernetes.ts';
import type { ForwarderSettings } from '../settings.ts';
import { contentHash } from './content-hash.ts';
import type { ClusterStore } from './store.ts';

/** The desired state of an Ingress at this moment. */
export interface DesiredIngress {
  /** Absent where the Ingress is not selected, or does not exist. */
  readonly state?: IngressState;
  /** Hash of the state. */
  readonly hash?: string;
  /** Reason why no event can carry the state of a selected Ingress. */
  readonly unpublishable?: string;
  /** Findings of the selection (SEL-1). */
  readonly findings: readonly Finding[];
}

export type DesiredSettings = Pick<ForwarderSettings, 'classNames' | 'nodeAddressType' | 'podAddressesForNodePort'>;

const NOTHING: DesiredIngress = { findings: [] };

/**
 * Returns the desired state of an Ingress in the cluster as it is known now. An Ingress whose state cannot be computed
 * exists and is unpublishable: it must neither count as deleted nor hold up others (LIF-6, LIF-8).
 */
export function desiredState(store: ClusterStore, name: string, settings: DesiredSettings): DesiredIngress {
  const ingress = store.ingress(name);
  if (ingress === undefined) return NOTHING;
  try {
    return computeDesired(store, ingress, settings);
  } catch (error) {
    const { message } = error as Error;
    const { namespace, name } = ingress.metadata;
    const state = { namespace, name, created: 0, annotations: {}, rules: [], tls: [], backends: [] };
    return {
      state,
      hash: contentHash({ message }),
      unpublishable: `its state cannot be computed: ${message}`,
      findings: [],
    };
  }
}

function computeDesired(store: ClusterStore, ingress: K8sIngress, settings: DesiredSettings): DesiredIngress {
  const selection = selectIngress(ingress, store.ingressClasses(), settings);
  if (!selection.selected) return { findings: selection.findings };
  const state = projectIngress(ingress, selection, resolveBackends(ingress, store, settings));
  const checked = IngressState.safeParse(state);
  return {
    state,
    hash: contentHash(state),
    findings: selection.findings,
    ...(checked.success ? {} : { unpublishable: `it does not fit the event's schema: ${explain(checked.error)}` }),
  };
}
