import type { CaseScope, ConformanceCase } from '../case.ts';
import type { Feature } from '../features.ts';
import { apply, type IngressShape, ingress, served, service, told, unserved } from '../manifests.ts';

/** Returns a case whose Ingress is taken as a whole. */
export function whole(
  id: string,
  rule: string,
  title: string,
  shape: (scope: CaseScope) => Partial<IngressShape>,
  outcome: 'served' | 'unserved',
  reason?: string,
  needs: readonly Feature[] = [],
): ConformanceCase {
  return {
    id: `valid-${id}`,
    rules: [rule],
    title,
    needs: [...needs, ...(reason === undefined ? [] : (['reasons'] as const))],
    steps: (scope) => [
      apply(
        service(scope, 'web', ['a']),
        service(scope, 'api', ['b']),
        ingress(scope, 'shop', { rules: [scope.host()], ...shape(scope) }),
        ingress(scope, 'witness', { rules: [scope.host('witness')] }),
      ),
      served(scope.host('witness'), 'a'),
      ...(reason === undefined ? [] : [told('shop', reason)]),
      outcome === 'served' ? served(scope.host(), 'a') : unserved(scope.host()),
    ],
  };
}
