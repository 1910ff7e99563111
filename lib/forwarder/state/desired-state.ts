import { explain, type Finding, IngressState } from '../../contract/index.ts';
import { projectIngress, resolveBackends, selectIngress } from '../../ingress/index.ts';
import type { K8sIngress } from '../../ingress/kubernetes.ts';
import type { ForwarderSettings } from '../settings.ts';
import { contentHash } from './content-hash.ts';
import type { ClusterStore } from './store.ts';

/** What should be said of an Ingress at this moment. */
export interface DesiredIngress {
  /** Its whole state; absent where it is not ours, or not there. */
  readonly state?: IngressState;
  /** Of the state. */
  readonly hash?: string;
  /** Why the state fits no event, although it is ours. */
  readonly unfit?: string;
  /** Made by the selection (SEL-1). */
  readonly findings: readonly Finding[];
}

export type DesiredSettings = Pick<ForwarderSettings, 'classNames' | 'nodeAddressType' | 'podAddressesForNodePort'>;

const NOTHING: DesiredIngress = { findings: [] };

/**
 * Works out what should be said of an Ingress, from the cluster as it is known now.
 *
 * One that cannot be worked out is there all the same, and fits no event: it must neither be taken for deleted nor
 * hold up others (LIF-6, LIF-8).
 */
export function desiredState(store: ClusterStore, name: string, settings: DesiredSettings): DesiredIngress {
  const ingress = store.ingress(name);
  if (ingress === undefined) return NOTHING;
  try {
    return workOut(store, ingress, settings);
  } catch (error) {
    const { message } = error as Error;
    const { namespace, name } = ingress.metadata;
    const state = { namespace, name, created: 0, annotations: {}, rules: [], tls: [], backends: [] };
    return { state, hash: contentHash({ message }), unfit: `it cannot be worked out: ${message}`, findings: [] };
  }
}

function workOut(store: ClusterStore, ingress: K8sIngress, settings: DesiredSettings): DesiredIngress {
  const selection = selectIngress(ingress, store.ingressClasses(), settings);
  if (!selection.selected) return { findings: selection.findings };
  const state = projectIngress(ingress, selection, resolveBackends(ingress, store, settings));
  const checked = IngressState.safeParse(state);
  return {
    state,
    hash: contentHash(state),
    findings: selection.findings,
    ...(checked.success ? {} : { unfit: `it does not fit the event's schema: ${explain(checked.error)}` }),
  };
}
