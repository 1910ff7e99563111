import { findMethod } from './methods.ts';
import { type ExpressionNode, parseExpression } from './parser.ts';

const SET_METHODS: Readonly<Record<string, string>> = {
  IS_STRINGMAP_KEY: 'policystringmap',
  MAP_STRING: 'policystringmap',
  EQUALS_ANY: 'policypatset',
  CONTAINS_ANY: 'policypatset',
  STARTSWITH_ANY: 'policypatset',
  ENDSWITH_ANY: 'policypatset',
};

function walk(node: ExpressionNode, found: Map<string, { kind: string; name: string }>): void {
  const add = (kind: string, name: string): void => void found.set(`${kind} ${name.toLowerCase()}`, { kind, name });
  switch (node.node) {
    case 'member': {
      walk(node.of, found);
      const kind = SET_METHODS[node.name];
      const [first] = node.args;
      if (kind !== undefined && first?.node === 'text') add(kind, first.value);
      for (const arg of node.args) if (arg.node !== 'word') walk(arg, found);
      return;
    }
    case 'word':
      if (findMethod('prefix:', node.value.toUpperCase()) === undefined) add('policyexpression', node.value);
      return;
    case 'not':
    case 'minus':
      walk(node.of, found);
      return;
    case 'binary':
      walk(node.left, found);
      walk(node.right, found);
      return;
    default:
      return;
  }
}

/** Returns the string maps, pattern sets and named expressions in an expression; none if it does not parse. */
export function referencesIn(source: string): { kind: string; name: string }[] {
  const found = new Map<string, { kind: string; name: string }>();
  try {
    walk(parseExpression(source), found);
  } catch {
    return [];
  }
  return [...found.values()];
}
