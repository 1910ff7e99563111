import { explain, type Finding, IngressState, objectOf, type SourceState } from '../../contract/index.ts';
import { projectIngress, resolveBackends, selectIngress } from '../../ingress/index.ts';
import type { K8sIngress } from '../../ingress/kubernetes.ts';
import type { IngressRef } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import { contentHash } from './content-hash.ts';
import type { ClusterStore } from './store.ts';

/** The desired state of an Ingress or TLSRoute at this moment. */
export interface DesiredIngress {
  /** Absent where the object is not selected, or does not exist. */
  readonly state?: SourceState;
  /** Hash of the state. */
  readonly hash?: string;
  /** Reason why no event can carry the state of a selected Ingress. */
  readonly unpublishable?: string;
  /** Findings of the selection (SEL-1). */
  readonly findings: readonly Finding[];
}

export type DesiredSettings = Pick<ForwarderSettings, 'classNames' | 'nodeAddressType' | 'podAddressesForNodePort'>;

/**
 * Returns a state that stands for an object whose content is not carried: only its name counts.
 *
 * @param ref name as that of an owner.
 */
export function emptyState(ref: IngressRef): SourceState {
  const { kind, name } = objectOf(ref);
  const { namespace } = ref;
  return kind === 'TLSRoute'
    ? { namespace, name, created: 0, hostnames: [], parents: [], rules: [] }
    : { namespace, name, created: 0, annotations: {}, rules: [], tls: [], backends: [] };
}

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
    return {
      state: emptyState(ingress.metadata),
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
