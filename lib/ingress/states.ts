import type { IngressState } from '../contract/index.ts';
import { INSIDE_CLUSTER, type ResolutionSettings, resolveBackends } from './backends.ts';
import { projectIngress } from './ingress-state.ts';
import { type JudgedIngress, type JudgeSettings, judge } from './judge.ts';
import type { K8sIngress, K8sObject } from './kubernetes.ts';
import { isSolver, withSolvers } from './solver-ingress.ts';
import { objectView, servicesWithSlices } from './view.ts';

/** The passthrough Ingresses among some objects, as a forwarder would publish them. */
export interface SelectedStates {
  readonly states: readonly IngressState[];
  /** `namespace/service` of the Services with EndpointSlices among the objects. */
  readonly withMembers: ReadonlySet<string>;
}

/** An Ingress among some objects, judged. */
export interface StatedIngress {
  readonly ingress: K8sIngress;
  readonly judged: JudgedIngress;
  /** As a forwarder would publish it; undefined if it is not selected. */
  readonly state: IngressState | undefined;
}

/** Judges every Ingress among some objects, in their order, and resolves the back ends of the selected ones. Pure. */
export function stateIngresses(
  objects: readonly K8sObject[],
  settings: JudgeSettings,
  resolution: ResolutionSettings = INSIDE_CLUSTER,
): StatedIngress[] {
  const view = objectView(objects);
  const ingresses = objects.filter((object) => object.kind === 'Ingress');
  const solvers = ingresses.filter(isSolver);
  return judge(ingresses, [...view.ingressClasses()], settings).map((judged, index) => {
    const ingress = ingresses[index] as K8sIngress;
    const { selection } = judged;
    if (!selection.selected) return { ingress, judged, state: undefined };
    const whole = withSolvers(ingress, solvers);
    const state = projectIngress(whole, selection, resolveBackends(whole, view, resolution));
    return { ingress, judged, state };
  });
}

/** Selects the Ingresses of this system among some objects, and resolves their back ends. Pure. */
export function selectStates(
  objects: readonly K8sObject[],
  settings: JudgeSettings,
  resolution?: ResolutionSettings,
): SelectedStates {
  const stated = stateIngresses(objects, settings, resolution);
  return {
    states: stated.flatMap(({ state }) => (state === undefined ? [] : [state])),
    withMembers: servicesWithSlices(objects),
  };
}
