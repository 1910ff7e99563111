import type { IngressState } from '../contract/index.ts';
import { type ResolutionSettings, resolveBackends } from './backends.ts';
import { projectIngress } from './ingress-state.ts';
import { type JudgedIngress, type JudgeSettings, judge } from './judge.ts';
import type { K8sObject } from './kubernetes.ts';
import { objectView, servicesWithSlices } from './view.ts';

/** The passthrough Ingresses among some objects, as a forwarder would publish them. */
export interface SelectedStates {
  readonly states: readonly IngressState[];
  /** `namespace/service` of the Services with EndpointSlices among the objects. */
  readonly withMembers: ReadonlySet<string>;
}

/** Selects the Ingresses of this system among some objects, and resolves their back ends. Pure. */
export function selectStates(
  objects: readonly K8sObject[],
  settings: JudgeSettings,
  resolution: ResolutionSettings = { nodeAddressType: 'InternalIP', podAddressesForNodePort: false },
): SelectedStates {
  const view = objectView(objects);
  const ingresses = objects.filter((object) => object.kind === 'Ingress');
  const judged = judge(ingresses, [...view.ingressClasses()], settings);
  return {
    states: ingresses.flatMap((ingress, index) => {
      const { selection } = judged[index] as JudgedIngress;
      return selection.selected ? [projectIngress(ingress, selection, resolveBackends(ingress, view, resolution))] : [];
    }),
    withMembers: servicesWithSlices(objects),
  };
}
