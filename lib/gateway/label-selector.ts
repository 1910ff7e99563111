import type { K8sLabelExpression, K8sLabelSelector } from './kubernetes.ts';

type Labels = Readonly<Record<string, string>>;

const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

function matchesExpression({ key = '', operator, values = [] }: K8sLabelExpression, labels: Labels): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      // An expression that nobody understands must not admit anybody.
      return false;
  }
}

/**
 * Returns whether labels satisfy a selector: all of `matchLabels` and `matchExpressions`. An empty selector matches
 * everything, an absent one nothing. Source: `LabelSelector` in apimachinery, meta/v1/types.go.
 */
export function selects(selector: K8sLabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
    matchExpressions.every((expression) => matchesExpression(expression, labels))
  );
}
