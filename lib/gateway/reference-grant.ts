import type { K8sReferenceGrant } from './kubernetes.ts';

/** A reference across namespaces. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

/** The references that ReferenceGrants permit. */
export interface Grants {
  permits(reference: CrossReference): boolean;
}

/** Returns a text that is equal for equal permissions; without a name, for all names. */
function keyOf({ from, to }: CrossReference, name: string | undefined): string {
  return JSON.stringify([from.group, from.kind, from.namespace, to.group, to.kind, to.namespace, name ?? null]);
}

/**
 * Indexes ReferenceGrants (GW-11). A grant lies in the namespace of what it opens, and permits every pair of its `from` and
 * `to`; `to` without a name means all objects of the kind. Source: `ReferenceGrantSpec` in apis/v1/referencegrant_types.go.
 */
export function grantsOf(grants: readonly K8sReferenceGrant[]): Grants {
  const permitted = new Set<string>();
  for (const { metadata, spec } of grants) {
    for (const { group = '', kind = '', namespace = '' } of spec.from ?? []) {
      for (const to of spec.to ?? []) {
        const target = { group: to.group ?? '', kind: to.kind ?? '', namespace: metadata.namespace, name: '' };
        permitted.add(keyOf({ from: { group, kind, namespace }, to: target }, to.name));
      }
    }
  }
  return {
    permits: (reference) =>
      permitted.has(keyOf(reference, undefined)) || permitted.has(keyOf(reference, reference.to.name)),
  };
}
