import type { IngressState } from '../contract/index.ts';

/** What an appliance selects; everything where absent. */
export interface ApplianceFilter {
  readonly ingressClasses?: readonly string[];
  readonly namespaces?: readonly string[];
}

/**
 * Whether an appliance selects an Ingress, or what speaks against it. The namespace counts first: it never changes,
 * so an Ingress of another one is dropped without a record, while one of another class is withdrawn with one
 * (protocol rule 6).
 */
export function appliesTo(state: IngressState, filter: ApplianceFilter): 'yes' | 'class' | 'namespace' {
  if (filter.namespaces !== undefined && !filter.namespaces.includes(state.namespace)) return 'namespace';
  if (filter.ingressClasses === undefined) return 'yes';
  const classes = filter.ingressClasses.map((name) => name.toLowerCase());
  return state.class !== undefined && classes.includes(state.class.toLowerCase()) ? 'yes' : 'class';
}
