import { explain, type Finding, IngressState } from '../contract/index.ts';
import { projectIngress, resolveBackends, selectIngress } from '../ingress/index.ts';
import { contentHash } from './content.ts';
import type { ForwarderSettings } from './settings.ts';
import type { ClusterStore } from './store.ts';

/** What should be said of an Ingress at this moment. */
export interface Desired {
  /** Its whole state; absent where it is not ours, or not there. */
  readonly state?: IngressState;
  /** Of the state. */
  readonly hash?: string;
  /** Why the state fits no event, although it is ours. */
  readonly unfit?: string;
  /** Made by the selection (SEL-1). */
  readonly findings: readonly Finding[];
}

const NOTHING: Desired = { findings: [] };

/** Works out what should be said of an Ingress, from the cluster as it is known now. */
export function desired(
  store: ClusterStore,
  name: string,
  settings: Pick<ForwarderSettings, 'classNames' | 'nodeAddressType' | 'podAddressesForNodePort'>,
): Desired {
  const ingress = store.ingress(name);
  if (ingress === undefined) return NOTHING;
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
