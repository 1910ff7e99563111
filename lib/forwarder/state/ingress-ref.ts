import type { IngressRef } from '../ports.ts';

/** Splits `namespace/name`, as `qualifiedName` writes it. */
export function refOf(name: string): IngressRef {
  const slash = name.indexOf('/');
  return { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}
