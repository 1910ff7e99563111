import { ExpressionError } from './lexer.ts';
import { findMethod, isUnevaluatedText, UNEVALUATED } from './methods.ts';
import { type ExpressionNode, parseExpression } from './parser.ts';
import { HTTP_METHODS } from './texts.ts';
import { type Evaluate, ignoresCase, isText, type Result, type Type, UNDEF } from './values.ts';

/** A compiled expression with its type. */
export interface Compiled {
  readonly type: Type;
  readonly run: Evaluate;
  /** Parts that an appliance knows and the simulator does not evaluate: each is UNDEF. */
  readonly unevaluated: readonly string[];
  /** Set for a rule `guard && text.EQ("value")`. */
  readonly selection?: ValueSelection | undefined;
}

type Part = Pick<Compiled, 'type' | 'run'>;

/** A rule `guard && text.EQ("value")`: of many with one key, a look-up finds those that are true. */
export interface ValueSelection {
  /** Source of the rule without its value: rules with the same key have the same guard and text. */
  readonly key: string;
  readonly value: string;
  readonly guard: Evaluate;
  readonly text: Evaluate;
}

/** Returns the text of a named expression; undefined when there is none. */
type CompileScope = (name: string) => string | undefined;

interface Context {
  readonly scope: CompileScope;
  /** Names of the expressions being expanded, so that none contains itself. */
  readonly open: readonly string[];
  /** Collects the parts that are not evaluated. */
  readonly unevaluated: Set<string>;
  /** Named expressions that may still be expanded. */
  readonly expansions: { left: number };
}

/** Named expressions within each other; each may need as much stack as its text is long. */
const MAX_NESTED_NAMES = 8;
/** Named expressions that one expression expands: two that each name the next one twice double with every step. */
const MAX_EXPANSIONS = 256;

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
const arithmetic: Readonly<Record<string, (a: number, b: number) => Result>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? UNDEF : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? UNDEF : a % b),
};

const lift =
  (left: Evaluate, right: Evaluate, operate: (a: never, b: never) => Result): Evaluate =>
  (subject) => {
    const a = left(subject);
    if (a === UNDEF) return UNDEF;
    const b = right(subject);
    return b === UNDEF ? UNDEF : operate(a as never, b as never);
  };

/** Combines two operands; one that decides alone does so even beside UNDEF (`false && UNDEF` is false). */
function logical(left: Evaluate, right: Evaluate, decides: boolean): Evaluate {
  return (subject) => {
    const a = left(subject);
    if (a === decides) return decides;
    const b = right(subject);
    if (b === decides) return decides;
    return a === UNDEF || b === UNDEF ? UNDEF : !decides;
  };
}

const BOOLEAN_OPERATORS = new Set(['&&', '||', '==', '!=', '<', '<=', '>', '>=']);

/** Combines operands one of which is not evaluated: only the type of the result is known. */
function withUnknown(operator: string, left: Part, right: Part): Part {
  if (operator === '&&' || operator === '||') {
    for (const { type } of [left, right])
      if (type !== 'bool' && type !== 'unknown') throw new ExpressionError(3092, `${operator} expects Booleans`);
    return { type: 'bool', run: logical(left.run, right.run, operator === '||') };
  }
  return { type: BOOLEAN_OPERATORS.has(operator) ? 'bool' : 'unknown', run: () => UNDEF };
}

function binary(operator: string, left: Part, right: Part): Part {
  if (left.type === 'unknown' || right.type === 'unknown') return withUnknown(operator, left, right);
  if (operator === '&&' || operator === '||') {
    if (left.type !== 'bool' || right.type !== 'bool') throw new ExpressionError(3092, `${operator} expects Booleans`);
    return { type: 'bool', run: logical(left.run, right.run, operator === '||') };
  }
  if (operator === '==' || operator === '!=') return equality(operator, left, right);
  if (operator === '+' && isText(left.type) && (isText(right.type) || right.type === 'num')) {
    return { type: 'text', run: lift(left.run, right.run, (a: string, b: string | number) => `${a}${b}`) };
  }
  if (left.type !== 'num' || right.type !== 'num') throw unsuitable(operator, left, right);
  const compare = comparisons[operator];
  if (compare !== undefined) return { type: 'bool', run: lift(left.run, right.run, compare) };
  return { type: 'num', run: lift(left.run, right.run, arithmetic[operator]!) };
}

function equality(operator: '==' | '!=', left: Part, right: Part): Part {
  const bothText = isText(left.type) && isText(right.type);
  if (!bothText && left.type !== right.type) throw unsuitable(operator, left, right);
  const equal = operator === '==';
  const fold = ignoresCase(left.type) || ignoresCase(right.type);
  return {
    type: 'bool',
    run: lift(left.run, right.run, (a: string | number, b: string | number) =>
      fold ? (String(a).toLowerCase() === String(b).toLowerCase()) === equal : (a === b) === equal,
    ),
  };
}

const unsuitable = (operator: string, left: Part, right: Part): ExpressionError =>
  new ExpressionError(3073, `${operator} does not take ${left.type} and ${right.type}`);

const fits = (wanted: Type, got: Type): boolean =>
  wanted === got || got === 'unknown' || (wanted === 'text' && isText(got)) || (wanted === 'method' && isText(got));

/**
 * Compiles an argument, which may also be a keyword (`IGNORECASE`, `DECIMAL`), a method of HTTP, an address or a range.
 */
function argument(node: ExpressionNode, wanted: Type, context: Context): Part {
  if (wanted === 'keyword') {
    if (node.node !== 'word') throw new ExpressionError(3073, 'expected a keyword');
    const value = node.value.toUpperCase();
    return { type: 'keyword', run: () => value };
  }
  if (wanted === 'method' && node.node === 'word') {
    const value = node.value.toUpperCase();
    if (!HTTP_METHODS.has(value)) throw new ExpressionError(3073, `${node.value} is not an HTTP method`);
    return { type: 'method', run: () => value };
  }
  const typed = compileNode(node, context);
  if ((wanted === 'ip' || wanted === 'subnet') && isText(typed.type)) return { type: wanted, run: typed.run };
  if (wanted === 'subnet' && typed.type === 'ip') return { type: 'subnet', run: typed.run };
  if (!fits(wanted, typed.type)) throw new ExpressionError(3073, `expected ${wanted}, got ${typed.type}`);
  return typed;
}

function member(node: Extract<ExpressionNode, { node: 'member' }>, context: Context): Part {
  const on = compileNode(node.of, context);
  const known = findMethod(on.type, node.name);
  const method = known ?? (isText(on.type) && isUnevaluatedText(node.name) ? UNEVALUATED : undefined);
  if (on.type === 'unknown' || method === UNEVALUATED) {
    // The prefix is noted once, at the first part that is not evaluated.
    if (on.type !== 'unknown') context.unevaluated.add(written(node));
    return { type: 'unknown', run: () => UNDEF };
  }
  if (method === undefined) throw new ExpressionError(3073, `unknown method ${node.name}`);
  if (method.args.length !== node.args.length)
    throw new ExpressionError(3073, `${node.name} expects ${method.args.length} arguments, got ${node.args.length}`);
  const args = node.args.map((arg, index) => argument(arg, method.args[index]!, context));
  const mode = node.name === 'SET_TEXT_MODE' ? textMode(node.args[0]!, on.type) : undefined;
  const ignoreCase = ignoresCase(on.type);
  const run: Evaluate = (subject) => {
    const value = on.run(subject);
    if (value === UNDEF) return UNDEF;
    const given: Result[] = [];
    for (const arg of args) {
      const one = arg.run(subject);
      if (one === UNDEF) return UNDEF;
      given.push(one);
    }
    return method.run(value as never, given as never, ignoreCase, subject);
  };
  return { type: mode ?? method.returns, run };
}

/** Returns a prefix as it was written: `CLIENT.VLAN`. */
function written(node: ExpressionNode): string {
  if (node.node === 'member') return node.of.node === 'text' ? node.name : `${written(node.of)}.${node.name}`;
  return node.node === 'word' ? node.value.toUpperCase() : '…';
}

function textMode(node: ExpressionNode, type: Type): Type {
  const word = node.node === 'word' ? node.value.toUpperCase() : '';
  if (word === 'IGNORECASE') return 'itext';
  if (word === 'NOIGNORECASE') return 'text';
  return type;
}

function word(name: string, context: Context): Part {
  const prefix = findMethod('prefix:', name.toUpperCase());
  if (prefix === UNEVALUATED) context.unevaluated.add(name.toUpperCase());
  if (prefix !== undefined) {
    return { type: prefix.returns, run: (subject) => prefix.run(undefined as never, [], false, subject) };
  }
  const folded = name.toLowerCase();
  const text = context.open.includes(folded) ? undefined : context.scope(name);
  if (text === undefined) throw new ExpressionError(3073, `unknown name ${name}`);
  if (context.open.length >= MAX_NESTED_NAMES)
    throw new ExpressionError(3082, `named expressions are nested more than ${MAX_NESTED_NAMES} deep`);
  context.expansions.left -= 1;
  if (context.expansions.left < 0)
    throw new ExpressionError(3082, `expands more than ${MAX_EXPANSIONS} named expressions`);
  return compileNode(parseExpression(text), { ...context, open: [...context.open, folded] });
}

function compileNode(node: ExpressionNode, context: Context): Part {
  switch (node.node) {
    case 'text':
      return { type: 'text', run: () => node.value };
    case 'number':
      return { type: 'num', run: () => node.value };
    case 'ip':
    case 'subnet':
      return { type: node.node, run: () => node.value };
    case 'regex':
      return regex(node.value);
    case 'word':
      return word(node.value, context);
    case 'member':
      return member(node, context);
    case 'not':
    case 'minus': {
      const of = compileNode(node.of, context);
      if (of.type === 'unknown') return { type: node.node === 'not' ? 'bool' : 'num', run: of.run };
      if (of.type !== (node.node === 'not' ? 'bool' : 'num'))
        throw new ExpressionError(3073, `${node.node} does not take ${of.type}`);
      const negate = (value: Result): Result => (node.node === 'not' ? !value : -(value as number));
      return {
        type: of.type,
        run: (subject) => {
          const value = of.run(subject);
          return value === UNDEF ? UNDEF : negate(value);
        },
      };
    }
    case 'binary':
      return binary(node.operator, compileNode(node.left, context), compileNode(node.right, context));
  }
}

function regex(source: string): Part {
  try {
    const ignoreCase = source.startsWith('(?i)');
    const compiled = new RegExp(ignoreCase ? source.slice(4) : source, ignoreCase ? 'i' : '');
    return { type: 'regex', run: () => compiled };
  } catch {
    throw new ExpressionError(3073, 'invalid regular expression');
  }
}

/** Returns a rule as a selection; undefined when it has another form. */
function selectionOf(source: string, node: ExpressionNode, context: Context): ValueSelection | undefined {
  if (node.node !== 'binary' || node.operator !== '&&') return undefined;
  const { left, right } = node;
  if (right.node !== 'member' || right.name !== 'EQ' || right.args[0]?.node !== 'text') return undefined;
  const { value } = right.args[0];
  const end = `.EQ("${value}")`;
  if (!source.endsWith(end)) return undefined;
  const [guard, text] = [compileNode(left, context), compileNode(right.of, context)];
  // Other texts ignore case, or have an EQ of their own.
  if (guard.type !== 'bool' || text.type !== 'text') return undefined;
  return { key: source.slice(0, -end.length), value, guard: guard.run, text: text.run };
}

/**
 * Parses an expression, checks its types and compiles it.
 *
 * @param source text as programmed
 * @param scope returns the text of named expressions
 * @throws {ExpressionError} with the appliance's code
 */
export function compileExpression(source: string, scope: CompileScope): Compiled {
  const unevaluated = new Set<string>();
  const context = (): Context => ({ scope, open: [], unevaluated, expansions: { left: MAX_EXPANSIONS } });
  const node = parseExpression(source);
  const part = compileNode(node, context());
  return { ...part, unevaluated: [...unevaluated], selection: selectionOf(source, node, context()) };
}
