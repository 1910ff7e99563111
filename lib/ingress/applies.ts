import type { IngressState } from '../contract/index.ts';

/** Selects Ingresses for an appliance. An absent filter selects all. */
export interface ApplianceFilter {
  readonly ingressClasses?: readonly string[];
  readonly namespaces?: readonly string[];
}

/**
 * Returns `yes` if an appliance selects an Ingress, else the filter that excludes the Ingress. The namespace is checked
 * first: it never changes, so an Ingress of another namespace is dropped without a record, while an Ingress of another
 * class is withdrawn with one (protocol rule 6).
 */
export function appliesTo(state: IngressState, filter: ApplianceFilter): 'yes' | 'class' | 'namespace' {
  if (filter.namespaces !== undefined && !filter.namespaces.includes(state.namespace)) return 'namespace';
  if (filter.ingressClasses === undefined) return 'yes';
  const classes = filter.ingressClasses.map((name) => name.toLowerCase());
  return state.class !== undefined && classes.includes(state.class.toLowerCase()) ? 'yes' : 'class';
}
